"""Words about what was shipped: “print the labels”, “release rows 5 and 10”, “write the sheet again”.

A closed grammar, read before any brain, so that no model can release, adopt or close anything. A message begins with
one of `HEADS` and goes on with the details that this verb takes; whatever else it says makes it a sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from agent.understanding.tokens import straight

LabelVerb = Literal["labels", "print", "open", "save", "pick_list", "numbers"]
DoubtVerb = Literal["doubts", "look_up", "release", "close", "adopt", "undo_adoption"]
BatchVerb = Literal["write_sheet", "dismiss_sheet", "show", "void", "void_label", "retry", "resume", "cancel", "export"]
Verb = LabelVerb | DoubtVerb | BatchVerb
LABEL_VERBS, DOUBT_VERBS = frozenset(get_args(LabelVerb)), frozenset(get_args(DoubtVerb))
MOST_ROWS = 100_000
"""A range of more rows is a typing error."""


@dataclass(frozen=True, slots=True)
class JobWords:
    """What is asked of a batch; `batch` as it was typed, None = the one that was talked of last."""

    verb: Verb
    batch: str | None = None
    rows: tuple[int, ...] | None = None
    """Sheet rows; None = all."""
    sort: str | None = None
    form: Literal["pdf", "png", "zpl"] | None = None
    printer: str | None = None
    to: str | None = None
    numbers: tuple[str, ...] = ()
    """Tracking numbers of one row, one for each package."""
    again: bool = False
    from_ups: bool = False
    now: bool = False
    """The wait before a release is waived."""
    unchecked: bool = False


BARE = (JobWords("labels"), JobWords("pick_list"), JobWords("numbers"))
"""A thing named alone: where a question takes free words, that may be its answer, such as a header."""
_ROWS = r"\d+(?: ?(?:-|–|to) ?\d+)?(?:(?: ?, ?(?:and )?| and | ?& ?)\d+(?: ?(?:-|–|to) ?\d+)?)*"
_NUMBER = r"(?:1Z(?: ?[0-9A-Z]){16}|(?=[0-9A-Z]*\d)[0-9A-Z]{7,34})"
_NUMBERS = rf"{_NUMBER}(?:(?: ?, ?(?:and )?| and | ?\+ ?){_NUMBER})*"
_LABELS = r"(?:all )?(?:of )?(?:the |my |our |these |those |its |their )?(?:shipping |ups )?labels?"
_SHOW = r"(?:show|list|give|tell|get)(?: me)?"
_ME_THE = r"(?: me)?(?: (?:a|the|my|all|all the|one))?"
_DOUBTS = r"(?:them|(?:all )?(?:the )?(?:rows|ones|everything)? ?(?:that (?:are|is) )?in doubt|(?:all )?the doubts)"
_ID = r"(?P<batch>[\w-]{4,36})"
_BATCH = rf"(?:(?:the )?batch {_ID}|(?:the )?(?P<last>last|latest|newest) batch)"
_SHEET = r"(?:the |my )?(?:sheet|order sheet|results|tracking numbers)"

HEADS: tuple[tuple[Verb, str, str], ...] = (
    ("print", rf"(?P<again>re)?-?print(?: out)? (?:{_LABELS}|them)", "batch rows sort printer again form"),
    ("open", rf"(?:open|show(?: me)?|view|display) {_LABELS}", "batch rows sort from_ups"),
    ("save", rf"(?:save|write|export|download|store) {_LABELS}", "batch rows sort form from_ups to"),
    (
        "save",
        rf"(?:save|make|write|give){_ME_THE} (?P<form>pdf|png)s? of {_LABELS}",
        "batch rows sort from_ups to",
    ),
    ("labels", _LABELS, "batch rows sort form"),
    (
        "pick_list",
        rf"(?:(?:show|print|give|make|get|see){_ME_THE} |the |a )?pick(?:ing)?[ -]?list",
        "batch rows sort",
    ),
    (
        "numbers",
        rf"(?:{_SHOW} |what (?:are|were) )?(?:all )?(?:the |my )?tracking (?:numbers|codes)",
        "batch rows",
    ),
    (
        "doubts",
        r"(?:which|what)(?: (?:rows|ones|orders|labels|shipments))? (?:are|is) (?:still )?in doubt",
        "batch",
    ),
    ("doubts", rf"{_SHOW} (?:the |all )?(?:rows in doubt|doubts)", "batch"),
    ("doubts", r"(?:is|are) (?:anything|any rows?|any) (?:still )?in doubt", "batch"),
    ("look_up", rf"look (?:for {_DOUBTS}|(?:them )?up)(?: at ups)?", "batch again"),
    ("look_up", rf"ask ups about {_DOUBTS}", "batch again"),
    ("release", rf"release (?:rows? (?P<rows>{_ROWS})|{_DOUBTS})", "batch now"),
    ("close", rf"close (?:rows? (?P<rows>{_ROWS})|{_DOUBTS})", "batch"),
    ("adopt", r"adopt row (?P<rows>\d+)", "batch numbers unchecked"),
    ("undo_adoption", r"(?:undo|take back) (?:the )?(?:adoption|number) of row (?P<rows>\d+)", "batch"),
    ("write_sheet", rf"(?:write|update|finish) {_SHEET}(?: in(?:to)? the sheet)?", "batch rows again to"),
    ("dismiss_sheet", rf"give up (?:on )?writing {_SHEET}", "batch rows"),
    ("show", rf"show(?: me)? {_BATCH}", ""),
    ("void_label", rf"void (?:the )?label (?P<numbers>{_NUMBER})", "batch"),
    ("void", rf"void {_BATCH}", "rows"),
    ("void", rf"void rows? (?P<rows>{_ROWS}) of {_BATCH}", ""),
    ("retry", rf"retry (?:the failed (?:rows|ones) of )?{_BATCH}", ""),
    ("resume", rf"(?:resume|continue) {_BATCH}", ""),
    ("cancel", rf"cancel (?:the rest of )?{_BATCH}", ""),
    ("export", rf"export (?:{_BATCH}|(?:the|this|that) batch)", "to"),
)
"""(verb, how a message begins, the details that may follow)."""
_BATCH_AFTER = rf"(?:of|from|for|in) (?:{_BATCH}|(?:this|that) batch)"
_MORE = r"(?= ?,| (?:of|from|for|as|on|to|in|again|sorted|by|now)\s| again$|$)"
DETAILS = {
    "batch": _BATCH_AFTER,
    "rows": rf"(?:of |for |only )*(?:the )?rows? (?P<rows>{_ROWS})",
    "sort": rf"(?:(?:sorted |ordered |arranged )?by|in (?:the )?order of) (?:the )?(?P<sort>\w[\w #./-]*?){_MORE}"
    r"|in (?P<sort_order>\w[\w #./-]*?) order",
    "form": r"as (?:an? |one )?(?P<form>pdf|png|zpl)s?(?: files?)?",
    "again": r"(?P<again>again|once more)",
    "from_ups": r"(?P<from_ups>from ups)",
    "printer": r"(?:on|to|with) (?:the )?(?:printer )?(?P<printer>[\w.:\[\]-]+)(?: printer)?",
    "now": r"(?P<now>now|without waiting|at once)",
    "unchecked": r"(?P<unchecked>unchecked)",
    "numbers": rf"(?:as|with|is|has|=|:) ?(?P<numbers>{_NUMBERS})(?=[ ,]|$)",
    "to": r"(?:in|into|to|under|as) (?:the )?(?:folder |file |copy )?(?P<to>\"[^\"]+\"|'[^']+'|\S.*)$",
}
"""What may follow, in the order in which it is tried: a free path comes last."""
_POLITE = re.compile(r"(?:(?:please|ok|okay|now|then|and|can\s+you|could\s+you|let's)[,\s]+)+", re.IGNORECASE)
_END = re.compile(r"(?:[\s,]+(?:please|thanks|thank\s+you))*[\s!?]*$|\.\s*$", re.IGNORECASE)
_HEADS = tuple(
    (verb, re.compile(head + r"(?=[\s,?.!]|$)", re.IGNORECASE), takes.split()) for verb, head, takes in HEADS
)
_DETAILS = {name: re.compile(rf"[\s,]*(?:{detail})(?=[\s,]|$)", re.IGNORECASE) for name, detail in DETAILS.items()}


def read_job_words(message: str) -> JobWords | None:
    """What a whole message asks of a batch; None for any other message."""
    said = _END.sub("", straight(message), count=1)
    polite = _POLITE.match(said)
    said = said[polite.end() :] if polite else said
    for verb, head, takes in _HEADS:
        begun = head.match(said)
        if begun is not None:
            found = _details(said[begun.end() :], takes, _taken(begun.groupdict()))
            if found is not None and (verb != "adopt" or found.get("numbers")):
                return JobWords(verb, **found)
    return None


def _details(rest: str, takes: list[str], found: dict[str, Any]) -> dict[str, Any] | None:
    """What follows a head; None where something follows that it does not take, or takes once."""
    while rest.strip(" ,"):
        for name in (name for name in _DETAILS if name in takes):
            detail = _DETAILS[name].match(rest)
            more = _taken(detail.groupdict()) if detail is not None else {}
            if detail is not None and not more.keys() & found.keys():
                found, rest = found | more, rest[detail.end() :]
                break
        else:
            return None
    return found if len(found.get("rows") or ()) <= MOST_ROWS else None


def _taken(groups: dict[str, str | None]) -> dict[str, Any]:
    said = {name: text for name, text in groups.items() if text}
    found: dict[str, Any] = {name: True for name in ("again", "from_ups", "now", "unchecked") if name in said}
    if "last" in said:
        found["batch"] = "last"
    if "sort_order" in said:
        found["sort"] = said["sort_order"]
    found |= {name: said[name].strip("\"' ") for name in ("batch", "sort", "printer", "to") if name in said}
    if "form" in said:
        found["form"] = cast(Any, said["form"].lower())
    if "rows" in said:
        found["rows"] = rows_named(said["rows"])
    if "numbers" in said:
        parts = re.split(r"\s*(?:,|\+|\band\b)\s*", said["numbers"], flags=re.IGNORECASE)
        found["numbers"] = tuple("".join(part.split()).upper() for part in parts if part)
    return found


def rows_named(text: str) -> tuple[int, ...]:
    """`3, 5-9 and 12` as numbers; one too many where a range is beyond any sheet."""
    rows: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*(?:-|–|to)\s*(\d+))?", text):
        low, high = int(first), int(last or first)
        rows += range(low, min(high, low + MOST_ROWS) + 1)
    return tuple(rows[: MOST_ROWS + 1])


OF_LABELS = (
    *("print the labels", "open the labels", "save the labels as PDF", "show me the tracking numbers", "pick list"),
)
"""Of a batch that has labels."""


def next_words(job_id: str, rows: Mapping[str, int], *, results_wait: bool) -> list[str]:
    """Sentences that the session understands, for a batch whose rows stand like this (docs/commands.md)."""
    words = ["which are in doubt?"] if rows.get("in_doubt") else []
    if rows.get("pending"):
        words.append(f"resume batch {job_id}")
    if rows.get("failed"):
        words.append(f"retry batch {job_id}")
    if results_wait:
        words.append("write the sheet again")
    if rows.get("completed"):
        words += OF_LABELS
    return words
