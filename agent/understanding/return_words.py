"""Commands that make return labels: `make return labels for order 1001`, `email return labels to the Texas customers`.

What the words ask is cut out; what is left names the orders, and is read as ever. A command to ship is never one.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from agent.understanding.option_words import WithOptions
from agent.understanding.requests import Ask, Say
from agent.understanding.rules_ship import WHICH_ORDERS
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, straight

_LEAD: Final = r"^(?:(?:please|now|and|then|also|ok(?:ay)?|can you|could you|i need to|i want to|let's)[ ,]+)*"
_MAKES: Final = (
    r"(?:make|create|print|generate|get|issue|buy|prepare|produce|give me|i need|we need|i want|order|do"
    r"|e-?mail|send|mail)"
)
_LABELS: Final = r"returns?(?: shipping)? (?:labels?|shipments?)"
_DIRECT: Final = re.compile(
    rf"{_LEAD}(?P<verb>{_MAKES})?\s*(?:me |us |out )*(?:a |an |the |some |one |\d+ )?"
    r"(?P<how>printed |print |e-?mail(?:ed)? |electronic )?(?:ups )?"
    rf"(?:{_LABELS}|returns(?= (?:for|of|from)\b))\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_TO_SOMEBODY: Final = re.compile(
    rf"{_LEAD}(?P<verb>e-?mail|send|mail|give)\s+(?P<who>.+?)\s+(?:a |their |the )?"
    rf"(?P<how>e-?mail(?:ed)? |electronic )?{_LABELS}\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(rf"\b{_LABELS}\b|\bmake (?:a )?returns?\b", re.IGNORECASE)
_BY_EMAIL: Final = re.compile(r"[ ,]*\b(?:by|via|per|as) e-?mails?\b|[ ,]*\be-?mailed\b", re.IGNORECASE)
_PRINTED: Final = re.compile(r"[ ,]*\b(?:to print|printed here|on paper)\b", re.IGNORECASE)
_ATTEMPTS: Final = re.compile(
    r"[ ,]*(?:with )?(?P<count>one|1|three|3)[ -](?:ups )?pick-?ups?(?: attempts?)?", re.IGNORECASE
)
_BATCH: Final = re.compile(
    r"(?:the |all )*(?:customers?|recipients?|orders?|rows?|ones|everyone|everybody|people)? ?"
    r"(?:of|in|from|for|to) "
    r"(?:the )?(?P<when>yesterday['’]?s?|today['’]?s?|last|latest|previous|this)? ?batch(?:es)?"
    r"(?: #?(?P<id>(?=\w*\d)[A-Za-z0-9-]{6,}))?"
    r"(?P<day> (?:of |from )?(?:yesterday|today))?",
    re.IGNORECASE,
)
_CUSTOMERS: Final = re.compile(
    r"\b(?:customers?|recipients?|buyers?) (?:of|with|in|for) (?=(?:the )?(?:order|row)s?\b)", re.IGNORECASE
)
_NOTICES: Final = re.compile(r"\b(?:notify|inform|alert)\b", re.IGNORECASE)
_PEOPLE: Final = re.compile(r"\b(?:customers|recipients|buyers|people)\b", re.IGNORECASE)
HOW: Final = Ask(
    "How do the customers get the return labels?",
    ("I print them here", "UPS e-mails them to the customers"),
    "words",
    free_text=False,
)
ONLY_A_RETURN: Final = Say(
    "A return label takes no Saturday delivery, no Access Point, no notices and no other payer: you pay, and it comes"
    " to you. Say it without those.",
    refusal=True,
)
APART: Final = Say(
    "Return labels are made by a command of their own, apart from what is shipped: say the shipment first, and then,"
    " for example, “make return labels for order 1001”.",
    refusal=True,
)


def cut_return(text: str, sheet: Sheet, today: date, answers: Mapping[str, str]) -> WithOptions | Ask | Say | None:
    """The orders that a return is for, as a command, with what was asked; None for every other message."""
    plain = straight(text).strip(" .!")
    if any("return" in key for column in sheet.columns for key in keys(column.name)) and _names_rows(plain):
        return None
    found = _DIRECT.match(plain)
    rest = found["rest"] if found else ""
    if found is None and (found := _TO_SOMEBODY.match(plain)) is not None:
        rest = f"for {found['who']} {found['rest']}"
    if found is None:
        return APART if _NAMED.search(plain) else None
    if _NOTICES.search(rest):
        return ONLY_A_RETURN
    kind = _kind(found, rest, answers)
    if isinstance(kind, Ask):
        return kind
    for phrase in (_BY_EMAIL, _PRINTED, _ATTEMPTS):
        rest = phrase.sub(" ", rest)
    of_batch, rest = _batch(rest, today)
    rest = _CUSTOMERS.sub("", rest)
    rest = _PEOPLE.sub("orders", rest)
    rest = re.sub(r"^[ ,:]*(?:(?:for|to|of|from)\b[ ,:]*)*", "", rest).strip(" ,;")
    if of_batch and re.match(r"(?:by|via|with|using|through)\b", rest, re.IGNORECASE):
        rest = f"all orders {rest}"
    if not rest and not of_batch:
        return Ask(WHICH_ORDERS.question)
    return WithOptions(f"ship {rest or 'all orders'}", {"returns": kind}, of_batch)


def _names_rows(plain: str) -> bool:
    """`ship the orders whose Return Label is yes`: the words are about a column."""
    return re.match(rf"{_LEAD}(?:ship|show|count|list|how many|which)\b", plain, re.IGNORECASE) is not None


def _kind(found: re.Match[str], rest: str, answers: Mapping[str, str]) -> str | Ask:
    attempts = _ATTEMPTS.search(rest)
    if attempts is not None:
        return "one_attempt" if attempts["count"].casefold() in ("one", "1") else "three_attempts"
    how = (found["how"] or "").casefold()
    verb = (found["verb"] or "").casefold()
    if "mail" in how or how.startswith("electronic") or verb in ("email", "e-mail") or _BY_EMAIL.search(rest):
        return "email"
    if verb in ("send", "mail", "give") and not how.startswith("print"):
        given = answers.get(HOW.question, "").casefold()
        if given not in tuple(map(str.casefold, HOW.options)):
            return HOW
        return "print" if given == HOW.options[0].casefold() else "email"
    return "print"


def _batch(rest: str, today: date) -> tuple[str, str]:
    """(the batch whose rows are meant: its id, a day or `last`; the words without it)."""
    found = _BATCH.search(rest)
    if found is None:
        return "", rest
    when = f"{found['when'] or ''}{found['day'] or ''}".casefold()
    left = f"{rest[: found.start()]} {rest[found.end() :]}"
    if found["id"]:
        return found["id"], left
    if "yesterday" in when:
        return (today - timedelta(days=1)).isoformat(), left
    return (today.isoformat() if "today" in when else "last"), left
