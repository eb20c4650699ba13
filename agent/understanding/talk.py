"""Messages about everything but the rows of the sheet: earlier batches, the queue, settings, mappings, help."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from lark import Lark, Token, Transformer, Tree
from lark.exceptions import LarkError, VisitError

from agent.sheet.header_meaning import look_up
from agent.shipping.services import service_code
from agent.understanding.dates import periods
from agent.understanding.lexicon import columns as known_columns
from agent.understanding.requests import Ask, Say, ToolRequest
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import cut, keys, stem
from agent.understanding.values import Period

GREETING: Final = (
    "I am shipchat's offline interpreter: I understand shipping commands and questions about your sheet. "
    "Set ANTHROPIC_API_KEY for free conversation. Say `help` for examples."
)
_WHOLE: Final = 1.0
"""Below this cost a phrase is a whole header."""
_OF_THIS_SHEET: Final = re.compile(r"(?:of|for) (?:this|the|my)? ?(?:sheet|file|orders)")
_MODE: Final = (
    "Say `switch to auto up to $200` (or `... up to 50 orders`) or `switch to confirm`. "
    "Auto mode is a budget: nothing is sent beyond it."
)
_COURTESY: Final = re.compile(
    r"^(please|can you|could you|would you|ok(ay)?|hey|so|now|and|then|i want to|i'd like to|let's|lets)\b[, ]*", re.I
)
_STATUSES: Final[dict[str, str]] = {
    "shortlisted": "shortlist", "rejected": "reject", "review": "reviewed", "resume written": "resume_written",
    "apply": "applied", "approve": "shortlist",
}  # fmt: skip

Answer = ToolRequest | Ask | Say


@dataclass(frozen=True, slots=True)
class Standing:
    """What talk is about besides the words: the sheet, the day, and where the conversation stands."""

    sheet: Sheet
    today: date
    answers: Mapping[str, str]
    preview_pending: bool = False
    may_undo: bool = False


@cache
def _parser() -> Lark:
    grammar = (files("agent.understanding") / "talk.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="earley", lexer="dynamic_complete", ambiguity="resolve")


# One message is read again after every question; its tree stays the same.
@lru_cache(maxsize=16)
def _parsed(plain: str) -> Tree[Token] | None:
    try:
        return _parser().parse(plain)
    except LarkError:
        return None


def read_talk(text: str, standing: Standing) -> Answer | None:
    """What a message means when it is one of these and nothing else; None when it is about the sheet."""
    plain = _plain(text)
    if not plain or len(plain) > 300:
        return None
    tree = _parsed(plain)
    if tree is None:
        return None
    try:
        answer: Answer | None = _Talk(text, standing).transform(tree)
    except VisitError as fault:
        if isinstance(fault.orig_exc, NotTalkError):
            return None
        raise
    return answer


class NotTalkError(Exception):
    """The words fit, but what they name belongs to another kind of message."""


def _plain(text: str) -> str:
    bare = " ".join(text.casefold().replace("’", "'").split()).strip(" .!")
    bare = bare.rstrip("?").strip() or bare
    while (shorter := _COURTESY.sub("", bare)) != bare and shorter:
        bare = shorter
    return re.sub(r"[, ]*(please|thanks|thank you)$", "", bare) or bare


class _Talk(Transformer[Token, Any]):
    """One tool request, or words, per message."""

    def __init__(self, text: str, standing: Standing) -> None:
        super().__init__()
        self.text = text
        self.standing = standing

    def start(self, children: list[Any]) -> Any:
        return children[0]

    history = batch = queue = setting = mapping = meta = start

    # -- earlier batches

    def failed(self, _children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "failed"})

    def in_doubt(self, _children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "in_doubt"})

    def last(self, _children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "last"})

    def list_batches(self, _children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "list"})

    def costs(self, children: list[Any]) -> Answer:
        words = children[0] if children else ""
        if words in ("", "in total", "so far", "altogether"):
            return ToolRequest("batches", {"what": "costs"})
        return ToolRequest("batches", {"what": "costs", **self._since(words)})

    def shipped_in(self, children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "list", **self._since(children[0])})

    def find_batch(self, children: list[Any]) -> Answer:
        return ToolRequest("batches", {"what": "find", "name": children[0]})

    def span(self, children: list[Token]) -> str:
        words = [str(child).strip() for child in children]
        opened = children[0].type if children else ""
        kept = words[1:] if opened in ("SINCE", "FROM", "IN") else words
        if children and children[-1].type == "COST_END":
            kept = kept[:-1]
        return ("since " if opened == "SINCE" else "") + " ".join(kept)

    cost_span = span

    def name(self, children: list[Token]) -> str:
        said = str(children[0]).strip(" \"'")
        at = self.text.casefold().find(said)
        return self.text[at : at + len(said)] if at >= 0 else said

    def _since(self, words: str) -> dict[str, Any]:
        open_end = words.startswith("since ")
        bare = re.sub(r"^(since|in|the|from|for|over)\s+(?!last|past|previous)", "", words)
        period = period_of(bare, self.standing.today)
        if period is None:
            raise NotTalkError
        span = {"since": period.first.isoformat()}
        if not open_end:
            span["until"] = period.last.isoformat()
        return span

    # -- the batch itself

    def retry(self, children: list[str]) -> Answer:
        return ToolRequest("propose_retry", {"job_id": children[0]} if children else {})

    def void(self, children: list[str]) -> Answer:
        return ToolRequest("propose_void", {"job_id": children[0]} if children else {})

    def void_rows(self, children: list[Any]) -> Answer:
        return ToolRequest("propose_void", {"sheet_rows": children[0]})

    def resume(self, children: list[str]) -> Answer:
        return ToolRequest("resume_batch", {"job_id": children[0]} if children else {})

    def cancel(self, children: list[str]) -> Answer:
        return ToolRequest("cancel_batch", {"job_id": children[0]} if children else {})

    def pause(self, _children: list[Any]) -> Answer:
        return ToolRequest("pause_batch", {})

    def job(self, children: list[Token]) -> str:
        return str(children[0]).lstrip("#")

    def rows(self, children: list[Token]) -> list[int]:
        found: list[int] = []
        for part in re.split(r",|&|\band\b|\s+", str(children[0])):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            found += range(ends[0], ends[-1] + 1) if len(ends) == 2 else ends
        if not found:
            raise NotTalkError
        return found

    # -- the queue

    def next_page(self, _children: list[Any]) -> Answer:
        return ToolRequest("queue_read", {"next": True})

    def read_queue(self, children: list[Token]) -> Answer:
        return ToolRequest("queue_read", {"limit": int(children[0])} if children else {})

    def mark_queue(self, children: list[dict[str, Any]]) -> Answer:
        changes = [change for child in children for change in child.get("changes", [])]
        rest = next((child["rest"] for child in children if "rest" in child), None)
        arguments: dict[str, Any] = {"changes": changes}
        if rest is not None:
            arguments["rest_status"] = rest
        return ToolRequest("queue_propose", arguments)

    def marked(self, children: list[Any]) -> dict[str, Any]:
        ids, status = children
        return {"changes": [{"id": number, "status": status} for number in ids]}

    def marked_by_verb(self, children: list[Any]) -> dict[str, Any]:
        status, ids = children
        return self.marked([ids, status])

    def rest_marked(self, children: list[str]) -> dict[str, Any]:
        return {"rest": children[0]}

    rest_by_verb = rest_marked

    def rest(self, children: list[dict[str, Any]]) -> dict[str, Any]:
        return children[0]

    def ids(self, children: list[Token]) -> list[int]:
        return [int(str(child).lstrip("#")) for child in children]

    def status(self, children: list[Token]) -> str:
        said = str(children[0]).replace("_", " ")
        return _STATUSES.get(said, said)

    verb = status

    # -- settings

    def weight_default(self, children: list[str]) -> Answer:
        return ToolRequest("set_default", {"field": "weight", "value": children[0]})

    def weight(self, children: list[Token]) -> str:
        return str(children[0]).strip()

    box = weight

    def weight_unit(self, children: list[str]) -> Answer:
        return ToolRequest("set_default", {"field": "weight_unit", "value": children[0]})

    unit = weight

    def box_default(self, children: list[str]) -> Answer:
        return ToolRequest("set_default", {"field": "box", "value": re.sub(r" (box|package)$", "", children[0])})

    def service_default(self, children: list[Token]) -> Answer:
        words = str(children[0]).strip()
        code = service_code(words)
        if code is None:
            raise NotTalkError
        return ToolRequest("set_default", {"field": "service", "value": code})

    def column_choice(self, children: list[str]) -> Answer:
        return self._column_choice(children[0], children[1])

    def in_column(self, children: list[str]) -> Answer:
        """“The name is in Who”: only where there is such a column; “the weight is in pounds” says something else."""
        return self._column_choice(children[0], children[1])

    def column_choice_reversed(self, children: list[str]) -> Answer:
        return self._column_choice(children[1], children[0])

    def _column_choice(self, field: str, column: str) -> Answer:
        known, columns = spoken_field(field), self.standing.sheet.columns
        held = self.standing.sheet.headers.get(tuple(map(stem, keys(column.strip("\"'")))), ())
        names = tuple(name for name, cost in held if cost < _WHOLE)
        if known is None or not columns:
            raise NotTalkError
        if not names and not re.search(r"\b(column|field)\b", self.text, re.IGNORECASE):
            raise NotTalkError
        if not names:
            options = tuple(c.name for c in columns)
            question = f'There is no column "{column}". Which one holds the {field}?'
            answer = self.standing.answers.get(question, "").casefold()
            names = tuple(name for name in options if name.casefold() == answer)
            if not names:
                return Ask(question, options, "column", free_text=False)
        return ToolRequest("set_column", {"field": known, "column": names[0]})

    def field(self, children: list[Token]) -> str:
        return re.sub(r"^the ", "", str(children[0]).strip())

    column = field

    # -- mappings

    def list_mappings(self, _children: list[Any]) -> Answer:
        return ToolRequest("mappings", {"what": "list"})

    def save_mapping(self, children: list[str]) -> Answer:
        return ToolRequest("mappings", {"what": "save", "name": children[0]})

    def use_mapping(self, children: list[str]) -> Answer:
        return ToolRequest("mappings", {"what": "use", "name": children[0]})

    def edit_mapping(self, children: list[str]) -> Answer:
        named = [name for name in children if not _OF_THIS_SHEET.fullmatch(name)]
        return ToolRequest("mappings", {"what": "edit"} | ({"name": named[0]} if named else {}))

    # -- about the conversation

    def help(self, children: list[Token]) -> Answer:
        return ToolRequest("help", {"topic": str(children[0]).strip()} if children else {})

    def mode(self, _children: list[Any]) -> Answer:
        return Say(_MODE)

    def approval(self, _children: list[Any]) -> Answer:
        if self.standing.preview_pending:
            return Say("Approve with the key or button of the preview, or say just `yes`; I cannot approve for you.")
        return Say("There is nothing to approve or to answer. Say what to ship; a preview comes first.")

    def undo(self, _children: list[Any]) -> Answer:
        if not self.standing.may_undo:
            return Say("There is nothing to undo: no earlier preview in this session.")
        return ToolRequest("undo_proposal", {})

    def hello(self, _children: list[Any]) -> Answer:
        return Say("Tell me what to ship, e.g. `Ship all California orders via Ground`. Say `help` for more.")

    def who(self, _children: list[Any]) -> Answer:
        return Say(GREETING)


def period_of(words: str, today: date) -> Period | None:
    """The days that these words name, when they name nothing else."""
    pieces = cut(words)
    found = [span.value for span in periods(pieces, today) if (span.start, span.end) == (0, len(pieces))]
    return next((value for value in found if isinstance(value, Period)), None)


def spoken_field(words: str) -> str | None:
    """The field of a mapping that people mean by these words."""
    meaning = look_up(" ".join(keys(words)))
    if meaning is not None and meaning.sure:
        return meaning.field
    return known_columns("spoken").get(tuple(map(stem, keys(words))))
