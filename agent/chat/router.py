"""What a message means to the session: the one reader of words that are commands.

`TABLE` names the readers in the order in which they are asked; the first that takes a message decides, and what none
takes is a sentence for the brain. The grammars are in their own modules and are called from here only. Reading
changes nothing: a route says what is meant, the session and its turns do it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from agent.chat.approval import Words, read_words
from agent.chat.document_words import DocumentWords, read_document_words
from agent.chat.forget_words import ForgetWords, read_forget_words
from agent.chat.job_words import BARE, JobWords, read_job_words
from agent.chat.limit_words import LimitWords, read_limit_words
from agent.chat.naming import (
    asks_for_mapping,
    named_column,
    named_expression,
    named_location,
    named_mention,
    named_part,
)
from agent.chat.pickup_words import PickupWords, read_pickup_words
from agent.chat.questions import Choices
from agent.chat.tracking_words import asked_parcels, asks_for_the_day
from agent.planning.allowance import Allowance


@dataclass(frozen=True, slots=True)
class WaitingPreview:
    """A preview that waits for a yes."""

    typed_confirmation: str | None = None
    """What has to be typed to approve it; None when words are enough."""
    seen: bool = True
    """Whether it was on the screen before the message was begun: else no word is an answer to it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is open when a message comes."""

    question: Choices | None = None
    preview: WaitingPreview | None = None
    batch_runs: bool = False
    has_sheet: bool = False
    allowance: Allowance = field(default_factory=Allowance)
    """The limit of the session; auto mode is one."""
    given: tuple[str, ...] = ()
    """What the person gave over the open sheet, by slot."""
    today: date = date.min
    places: tuple[str, ...] = ()
    """The ship-from places of the settings."""


@dataclass(frozen=True, slots=True)
class Answer:
    """To the open question: one of its choices, or free words where it takes them."""

    text: str


@dataclass(frozen=True, slots=True)
class NeverMind:
    """The person wants nothing of the open question any more."""


@dataclass(frozen=True, slots=True)
class QuestionOpen:
    """A yes while a question is open that has no such choice: it approves nothing, and the question stays."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The batch that runs starts nothing new."""


@dataclass(frozen=True, slots=True)
class TypedApproval:
    """The typed confirmation of the preview, letter for letter."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A yes to the preview, perhaps with a switch of the mode."""

    words: Words


@dataclass(frozen=True, slots=True)
class UnseenApproval:
    """A yes that was begun before the preview was on the screen."""


@dataclass(frozen=True, slots=True)
class NothingToApprove:
    """A yes while no preview waits."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no to the preview."""


@dataclass(frozen=True, slots=True)
class ModeSwitch:
    """To confirm mode, or to auto mode with its limit."""

    words: Words


@dataclass(frozen=True, slots=True)
class LimitChange:
    """The limit is set, changed, removed or asked for."""

    words: LimitWords


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Answers that the person gave are forgotten, and asked for again."""

    words: ForgetWords


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A path or a database, and the options of its import."""

    location: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Which sheet of the open file is meant, or which row holds its header: options of its import."""

    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MappingEdit:
    """Another expression for one field of the open sheet's mapping."""

    field: str
    expression: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A field of the open sheet is read from this column."""

    field: str
    column: str


@dataclass(frozen=True, slots=True)
class ShowMapping:
    """How the open sheet is understood."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A sheet to open, and what else is said; that is read again with `LITERAL` once the sheet is open."""

    path: str
    rest: str


@dataclass(frozen=True, slots=True)
class TrackParcels:
    """Where parcels are; `show` is one of agent.tracking.parcel.SHOWN."""

    show: str


@dataclass(frozen=True, slots=True)
class BatchWork:
    """Labels, doubts, the sheet or the course of a batch that was shipped."""

    words: JobWords


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """The day added up: what was shipped, by service and place, with its numbers."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """A pickup is priced, booked, shown or cancelled."""

    words: PickupWords


@dataclass(frozen=True, slots=True)
class ShowServers:
    """The MCP servers, ours and the person's own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """For the brain."""

    text: str


AfterShipping = TrackParcels | BatchWork | EndOfDay | Pickup | DocumentWords
"""What is about parcels that were shipped."""
Route = (
    Answer
    | NeverMind
    | QuestionOpen
    | Pause
    | TypedApproval
    | Approval
    | UnseenApproval
    | NothingToApprove
    | Refusal
    | ModeSwitch
    | LimitChange
    | TakeBack
    | OpenSheet
    | SheetPart
    | MappingEdit
    | ColumnChoice
    | ShowMapping
    | Mention
    | AfterShipping
    | ShowServers
    | Sentence
)
Reader = Callable[[str, Situation], Route | None]

_PAUSE = frozenset(
    {"pause", "pause it", "pause the batch", "stop", "stop it", "stop the batch", "hold on", "wait", "halt"}
)
_GOING_ON = re.compile(r"(just )?(continue|proceed|go ahead)[.!]*", re.IGNORECASE)
"""Approvals of a preview that, without one, mean a batch that was interrupted."""
_SERVERS = re.compile(r"/mcp|(?:(?:show|list) )?(?:my|the) mcp servers[.!?]?", re.IGNORECASE)
_COMMAND = re.compile(
    r"""\s*(?:(?:please|now|ok|okay|no|actually),?\s+)*
        (?:(?:ship|send)\s+\S+\s+\S|(?:show|list|count|open|load|upload|attach|undo|void|retry|resume|pause|help)\b
          |(?:the\s+)?cheapest\b.*\b(?:arrives?|gets?\s+there|is\s+there|delivers?|in\s+time)\b
          |(?:how\s+(?:many|much)|what\s+(?:did|failed|would|is|are)|which\s+orders|switch\s+to|make\s+it|leave\s+out|only\s+those)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
"""How a new command begins: it is never taken for the answer in free words to something else."""


def _answer(text: str, situation: Situation) -> Route | None:
    question = situation.question
    if question is None:
        return None
    choice = question.named(text.strip())
    if choice is not None:
        return Answer(choice)
    words = read_words(text)
    if words is not None and words.verdict == "refuse":
        return NeverMind()
    if _typed(text, situation) is not None:
        return QuestionOpen()
    if words is not None and words.verdict == "approve":
        # What may be a value is an answer in free words: “OK” is Oklahoma.
        return Answer(text.strip()) if question.free_text and not words.names_it else QuestionOpen()
    if not question.free_text:
        return None
    if _COMMAND.match(text) is not None:
        return None
    if read_forget_words(text, situation.given) is not None or named_column(text) is not None:
        return None
    asked = read_job_words(text)
    if asked is not None and asked not in BARE:
        return None
    limit = read_limit_words(text)
    return Answer(text.strip()) if limit is None or not limit.plain else None


def _pause(text: str, situation: Situation) -> Route | None:
    said = text.strip().casefold().rstrip(".!")
    return Pause() if situation.batch_runs and said in _PAUSE else None


def _typed(text: str, situation: Situation) -> Route | None:
    preview = situation.preview
    typed = preview is not None and preview.seen and preview.typed_confirmation == text.strip()
    return TypedApproval() if typed else None


def _approval(text: str, situation: Situation) -> Route | None:
    words, preview = read_words(text), situation.preview
    if words is None:
        return None
    if words.verdict == "switch":
        return ModeSwitch(words)
    if words.verdict == "refuse":
        # A no is a no, however early it comes.
        return Refusal() if preview is not None else None
    if preview is not None and preview.seen:
        return Approval(words)
    if _GOING_ON.fullmatch(text.strip()):
        return None
    return UnseenApproval() if preview is not None else NothingToApprove()


def _limit(text: str, situation: Situation) -> Route | None:
    words, allowance = read_limit_words(text), situation.allowance
    if words is None:
        return None
    if words.plain:
        meant = True
    elif words.verb == "ask" or situation.preview is None:
        meant = allowance.limited
    else:
        # “lower it to 20 rows” may mean the preview.
        meant = allowance.has("rows" if words.limits.max_rows is not None else "money")
    return LimitChange(words) if meant else None


def _take_back(text: str, situation: Situation) -> Route | None:
    words = read_forget_words(text, situation.given) if situation.has_sheet else None
    return TakeBack(words) if words is not None else None


def _parcels(text: str, _situation: Situation) -> Route | None:
    show = asked_parcels(text)
    return TrackParcels(show) if show is not None else None


def _batch_work(text: str, _situation: Situation) -> Route | None:
    return BatchWork(words) if (words := read_job_words(text)) is not None else None


def _end_of_day(text: str, _situation: Situation) -> Route | None:
    return EndOfDay() if asks_for_the_day(text) else None


def _pickup(text: str, situation: Situation) -> Route | None:
    words = read_pickup_words(text, situation.today, situation.places)
    return Pickup(words) if words is not None else None


def _document(text: str, _situation: Situation) -> Route | None:
    return read_document_words(text)


def _servers(text: str, _situation: Situation) -> Route | None:
    return ShowServers() if _SERVERS.fullmatch(text.strip()) else None


def _location(text: str, _situation: Situation) -> Route | None:
    location = named_location(text)
    return OpenSheet(*location) if location is not None else None


def _part(text: str, situation: Situation) -> Route | None:
    part = named_part(text) if situation.has_sheet else None
    return SheetPart(part) if part is not None else None


def _mapping(text: str, situation: Situation) -> Route | None:
    expression = named_expression(text) if situation.has_sheet else None
    return MappingEdit(*expression) if expression is not None else None


def _column(text: str, situation: Situation) -> Route | None:
    named = named_column(text) if situation.has_sheet else None
    return ColumnChoice(*named) if named is not None else None


def _shown_mapping(text: str, situation: Situation) -> Route | None:
    return ShowMapping() if situation.has_sheet and asks_for_mapping(text) else None


def _mention(text: str, situation: Situation) -> Route | None:
    mention = named_mention(text, without_at=not situation.has_sheet)
    return Mention(*mention) if mention is not None else None


LITERAL: tuple[Reader, ...] = (_location, _part, _mapping, _column, _shown_mapping)
"""What is read to the letter, whatever the brain."""
TABLE: tuple[Reader, ...] = (
    *(_answer, _pause, _typed, _approval, _limit, _take_back),
    *(_parcels, _batch_work, _end_of_day, _pickup, _document, _servers),
    *LITERAL,
    _mention,
)


def route(text: str, situation: Situation, table: tuple[Reader, ...] = TABLE) -> Route:
    """What a message means. `text` holds no secrets any more where it is to be kept."""
    for read in table:
        found = read(text, situation)
        if found is not None:
            return found
    return Sentence(text)
