"""Requests that are refused whoever makes them: instructions to the program, statements, files, other addresses.

Refusing is not the gate - tools and servers have theirs - but an honest answer, before any word is read as a wish.
"""

import re
from typing import Final

_SQL: Final = re.compile(
    r"""\b(drop|truncate|alter|create)\s+(or\s+replace\s+)?(table|database|schema|index|view|column)\b
      | \b(insert\s+into|delete\s+from)\b | \b(attach|pragma)\s+['"\w] | \bcopy\b.{1,40}\b(to|from)\s*'
      | \bupdate\b.{1,40}\bset\b.{1,30}= | \bunion\s+(all\s+)?select\b | \bselect\b.{1,60}\bfrom\b | ;\s*(drop|delete|update|insert|select|shutdown)
      | '\s*or\s*'?\d+'?\s*=\s*'?\d+ | \bor\s+1\s*=\s*1\b | --\s*$ | /\*|\bxp_cmdshell\b | \bread_(csv|text|blob|parquet|json)\b
      | \bexec(ute)?\b.{0,20}\b(sql|query|statement|command|shell|script|code)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_REASONS: Final[tuple[tuple[str, str], ...]] = (
    (
        r"\b(ignore|disregard|forget|bypass|override|skip|break|circumvent|disable|turn off|get around)\b.{0,40}"
        r"\b(rules?|instructions?|prompts?|guard|guards|safety|safeguards?|checks?|gates?|limits?|polic(y|ies)|"
        r"restrictions?|approvals?|confirmations?|validations?|warnings?|budgets?|caps?|preview)\b"
        r"|\byou are now\b|\bsystem prompt\b|\bdeveloper mode\b|\bjailbreak\b|\bpretend (to be|you)\b|\bact as\b"
        r"|\bnew instructions\b|\badmin(istrator)? (mode|override|access)\b|\bsudo\b|\broot access\b|\bdo anything now\b",
        "I follow the rules of this program; no message can switch them off.",
    ),
    (
        r"\b(approve|confirm|authori[sz]e|accept)\b.{0,30}\b(yourself|for me|on my behalf|automatically|it all|everything|all of|on its own|myself out)\b"
        r"|\bwithout\b.{0,20}\b(asking|approval|approving|confirmation|confirming|preview|permission|my ok)\b|\bself.?approve\b"
        r"|\b(don'?t|do not|no need to|never|stop)\b.{0,15}\b(ask|confirm|wait for (me|approval|confirmation))\b|\bno questions asked\b"
        r"|\b(skip|no) (the )?(preview|approval|confirmation)\b|\bapprove (all|every)\b|\bpre.?approve\b",
        "I cannot approve anything: the preview is shown, and only you say yes. For runs within a budget say "
        "`switch to auto up to $200`.",
    ),
    (
        r"\b(set|make|change|zero|reset)\b.{0,15}\b(totals|prices|costs|amounts|quantities|addresses|statuses|emails|phones)\b.{0,15}\b(to|=)\b|"
        r"\b(delete|erase|wipe|destroy|remove|drop|purge|clear|truncate|overwrite|edit|modify|rewrite|replace|change|update|set|fill|"
        r"rename|add|insert|corrupt)\b.{0,40}\b(the |my |this |every |all |each )*(file|files|sheet|spreadsheet|workbook|table|database|"
        r"rows? (from|in|of|off)|data|ledger|log|logs|audit|backups?|columns?|cells?|prices?|records?|history|labels folder|csv)\b(?! for| as)",
        "I do not change the sheet or delete anything: only tracking numbers of shipped rows are written. To leave rows out, "
        "say `leave out row 14`.",
    ),
    (
        r"^\s*(please\s+)?(delete|erase|wipe|destroy|purge)\b",
        "I do not delete anything. To leave rows out, say `leave out row 14`.",
    ),
    (
        r"\b(ship|send|deliver|forward|return|mail)\b.{0,60}\b(back )?to (the|our|my) (warehouse|office|store|shop|factory|depot|headquarters|sender)\b|"
        r"\b(ship|send|deliver|redirect|reroute|forward|mail|divert|route)\b.{0,60}\b(to|at)\b.{0,20}(\b(my|another|other|different|new|"
        r"this|his|her|their|our|the office'?s?)\s+(home\s+|own\s+|new\s+|work\s+)?(address|house|place|apartment|office|home|location|"
        r"warehouse|friend|flat|garage|cousin|brother|sister|boss)\b|\d+\s+[A-Za-z]+\s+(st|street|rd|road|ave|avenue|blvd|lane|ln|drive|dr|way|court|ct|place|pl)\b)"
        r"|\b(change|replace|override|set|update|rewrite|swap|edit|use)\b.{0,30}\b(address|addresses|recipient|recipients|destination|ship.?to)\b.{0,40}\b(to|with|by|for|=)\b"
        r"|\binstead of (their|the|its|his|her) (own |real |given )?address|\bto me\b(?! the| a| how| what| which)|\bto (myself|us)\b|\bto my (home|house|place|apartment)\b"
        r"|\baddress them (all )?to\b",
        "Parcels go to the address in their row, nowhere else. Correct the address in the sheet and open it again.",
    ),
    (
        r"(^|\s|[\"'`(=])(/etc/|/proc/|/home/|/root|/var/|/usr/|~/|\.\./|[a-z]:\\|file:|https?://|ftp://|s3://|\\\\)|\b(passwd|shadow|id_rsa|\.env|\.ssh|secrets?\.|credentials?|"
        r"api[ _-]?keys?|passwords?|tokens?|private key|environment variables?|env vars?)\b",
        "I read no files, addresses on the net or secrets by command: only the sheet that you opened.",
    ),
    (
        r"\b(run|execute|launch|spawn|eval|invoke)\b.{0,20}\b(shell|bash|command|script|code|python|program|powershell|cmd|rm|curl|wget)\b|\brm\s+-rf\b|\bcurl\b|\bwget\b|"
        r"\bimport os\b|__import__|\{\{.*\}\}|\{%|\$\(|`[^`]*`\s*;|<script\b|\bsubprocess\b",
        "I run no programs and no code.",
    ),
    (
        r"\b(e-?mail|text|call|tweet|post|upload|export|leak|exfiltrate|publish|transfer|copy)\b.{0,40}\b(customers?|addresses|data|phone numbers|names|list|"
        r"sheet|everyone|spreadsheet|orders)\b.{0,30}\b(to|at|on|with)\b|\b(upload|leak|exfiltrate)\b",
        "I send nothing anywhere but shipments to UPS, after your yes.",
    ),
    (
        r"\b(someone|somebody|anyone) else'?s?\b|\b(different|another|other) (ups )?account\b|"
        r"\b(transfer|wire|pay|refund|charge|bill)\b.{0,40}\b(money|card|account|customer|bank|someone else|another account|another|third)\b"
        r"|\b(use|charge|bill)\b.{0,20}\b(another|someone else'?s?|a different|other) (ups )?account\b",
        "I move no money: UPS charges the account in your settings, and only for rows that you approved.",
    ),
    (
        r"\b(raise|lower|change|increase|decrease|reduce|inflate|fake)\b.{0,20}\bdeclared\b|\bmark\b.{0,40}\bas (already )?(shipped|delivered|paid|completed|done|sent)\b|"
        r"\b(free|fake|false|forge[d]?|fabricate[d]?|made.?up|invent(ed)?|dummy|bogus)\b.{0,20}\b(labels?|tracking|numbers?|address(es)?|weights?|values?|postage|shipments?|orders?)\b"
        r"|\b(lie|understate|underdeclare|under-declare|falsify|misdeclare|lower the declared)\b",
        "I make no false declarations: weights, values and numbers are those of the sheet and of UPS.",
    ),
)
_COMPILED: Final = tuple((re.compile(pattern, re.IGNORECASE), reason) for pattern, reason in _REASONS)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|“[^”]*”")


def refusal(text: str) -> str | None:
    """Why a message is refused as a whole; None when nothing speaks against reading it."""
    if _SQL.search(text):
        return "I take plain words, no SQL and no statements. Say which orders to ship, e.g. `Texas orders over $100`."
    bare = _QUOTED.sub('""', text)
    for pattern, reason in _COMPILED:
        if pattern.search(bare):
            return reason
    return None
