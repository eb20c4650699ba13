"""What the transcript shows, folded from events: few items, each drawn by one widget."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from agent.events import (
    ApprovalGiven,
    ApprovalRefused,
    AssistantDelta,
    AssistantSaid,
    BatchFinished,
    BatchStarted,
    BatchStopped,
    DoubtsSettled,
    ErrorShown,
    Event,
    LabelsVoided,
    MappingShown,
    ModeChanged,
    NoticeShown,
    PreviewReady,
    PreviewVoided,
    QuestionAnswered,
    QuestionAsked,
    RecoveryOffered,
    RowCompleted,
    RowFailed,
    RowInDoubt,
    RowsCounted,
    ServicesCompared,
    SessionOpened,
    SessionResumed,
    SheetSampled,
    SheetsOffered,
    SourceOpened,
    TableShown,
    ToolCalled,
    TurnEnded,
    UserSaid,
)
from tui.model.batch import BatchProgress

COUNTED, LOOKED = "counted ", "looked at the values of "
"""How the steps begin that say a number, and that are gathered on one line."""

PreviewState = Literal["pending", "approved", "refused", "void"]


@dataclass(slots=True, eq=False)
class Item:
    """One thing in the transcript; `number` grows."""

    number: int = field(default=-1, init=False)


@dataclass(slots=True, eq=False)
class Said(Item):
    """The person's message."""

    text: str


@dataclass(slots=True, eq=False)
class Answer(Item):
    """The assistant's; `pieces` not yet taken over by its widget are in the text too."""

    text: str = ""
    growing: bool = True


@dataclass(slots=True, eq=False)
class Steps(Item):
    """What was done between two messages, one line each."""

    lines: list[str]


@dataclass(slots=True, eq=False)
class Note(Item):
    text: str
    level: str = "info"


@dataclass(slots=True, eq=False)
class Problem(Item):
    event: ErrorShown


@dataclass(slots=True, eq=False)
class Sheet(Item):
    event: SourceOpened
    sample: SheetSampled | None = None


@dataclass(slots=True, eq=False)
class Offer(Item):
    """Sheets that could be opened."""

    event: SheetsOffered


@dataclass(slots=True, eq=False)
class Table(Item):
    event: TableShown


@dataclass(slots=True, eq=False)
class Comparison(Item):
    event: ServicesCompared


@dataclass(slots=True, eq=False)
class Understood(Item):
    event: MappingShown


@dataclass(slots=True, eq=False)
class Asked(Item):
    event: QuestionAsked
    answer: str | None = None
    dropped: bool = False
    """Its turn ended without an answer."""


@dataclass(slots=True, eq=False)
class Recovery(Item):
    event: RecoveryOffered


@dataclass(slots=True, eq=False)
class Preview(Item):
    event: PreviewReady
    state: PreviewState = "pending"
    detail: str = ""


@dataclass(slots=True, eq=False)
class Batch(Item):
    progress: BatchProgress


SHOWN_WHOLE: dict[type[Event], Callable[[Any], Item]] = {
    ErrorShown: Problem,
    MappingShown: Understood,
    PreviewReady: Preview,
    RecoveryOffered: Recovery,
    ServicesCompared: Comparison,
    SheetsOffered: Offer,
    SourceOpened: Sheet,
    TableShown: Table,
}
"""Events that are an item as they are."""


@dataclass(slots=True)
class Transcript:
    """All items of a session, in order. `apply` answers the items that are new or have changed."""

    items: list[Item] = field(default_factory=list)
    now: Callable[[], float] = time.monotonic
    _numbers: "count[int]" = field(default_factory=count)
    _answer: Answer | None = None
    _steps: Steps | None = None
    _batches: dict[str, Batch] = field(default_factory=dict)
    _question: Asked | None = None
    latest_stand: BatchFinished | DoubtsSettled | None = None
    """How a batch stands, as it was told last: it says what can be done next."""

    @property
    def latest_preview(self) -> Preview | None:
        return next((item for item in reversed(self.items) if isinstance(item, Preview)), None)

    @property
    def latest_comparison(self) -> Comparison | None:
        return next((item for item in reversed(self.items) if isinstance(item, Comparison)), None)

    @property
    def latest_batch(self) -> Batch | None:
        return next(reversed(self._batches.values()), None)

    def apply(self, event: Event) -> Iterable[Item]:
        match event:
            case AssistantDelta() | AssistantSaid():
                return [self._speak(event)]
            case ToolCalled():
                return [self._step(event.words or event.tool.replace("_", " "))]
            case RowsCounted():
                return self._counted(event)
            case RowCompleted() | RowFailed() | RowInDoubt() | BatchStopped() | BatchFinished() | LabelsVoided():
                return self._batch_event(event)
            case DoubtsSettled():
                return [*self._batch_event(event), self.add(Note(event.text))]
            case TurnEnded():
                return self._end_turn()
            case ApprovalGiven() | ApprovalRefused() | PreviewVoided():
                return self._settle(event)
            case QuestionAnswered():
                return self._answered(event)
            case SheetSampled():
                return self._sampled(event)
            case SessionResumed():
                return [self.add(item) for item in history(event)]
        replaced = self._replaced() if isinstance(event, PreviewReady) else []
        item = self._new_item(event)
        return replaced if item is None else [*replaced, self.add(item)]

    def _replaced(self) -> list[Item]:
        """One preview waits at a time: a new one takes the place of the former."""
        former = self.latest_preview
        if former is None or former.state != "pending":
            return []
        former.state, former.detail = "void", "replaced by a newer preview"
        return [former]

    def add(self, item: Item) -> Item:
        """Put an item at the end; whatever was growing is finished."""
        self._close_answer()
        self._steps = None
        item.number = next(self._numbers)
        self.items.append(item)
        return item

    def _new_item(self, event: Event) -> Item | None:
        match event:
            case UserSaid():
                return Said(event.text)
            case SessionOpened():
                return Note(event.greeting, "greeting")
            case NoticeShown():
                return Note(event.text, event.level)
            case ModeChanged():
                return Note(f"Mode: {event.mode} {event.budget}".strip())
            case QuestionAsked():
                self._question = Asked(event)
                return self._question
            case BatchStarted():
                batch = Batch(BatchProgress.of(event, self.now()))
                self._batches[event.job_id] = batch
                return batch
        shown = SHOWN_WHOLE.get(type(event))
        return shown(event) if shown is not None else None

    def _speak(self, event: AssistantDelta | AssistantSaid) -> Item:
        answer = self._answer
        if answer is None:
            answer = Answer()
            self.add(answer)
            self._answer = answer
        if isinstance(event, AssistantDelta):
            answer.text += event.text
        else:
            answer.text = event.text
            self._close_answer()
        return answer

    def _counted(self, event: RowsCounted) -> list[Item]:
        """The number goes with the step that counted."""
        steps = self._steps
        if steps is None or not steps.lines[-1].startswith(COUNTED):
            return []
        steps.lines[-1] += f": {event.count:,}"
        return [steps]

    def _step(self, line: str) -> Item:
        if self._steps is not None and line.startswith(LOOKED) and self._steps.lines[-1].startswith(LOOKED):
            # A sheet is looked at column by column: one line says it.
            self._steps.lines[-1] += f", {line.removeprefix(LOOKED)}"
            return self._steps
        if self._steps is not None:
            self._steps.lines.append(line)
            return self._steps
        steps = Steps([line])
        self.add(steps)
        self._steps = steps
        return steps

    def _batch_event(self, event: Event) -> list[Item]:
        batch = self._batches.get(getattr(event, "job_id", ""))
        if isinstance(event, BatchFinished | DoubtsSettled):
            self.latest_stand = event
        if isinstance(event, BatchFinished) and (event.only_told or batch is None):
            # Asked for: it is shown where the person looks, with the rows that it has.
            told = self._batches[event.job_id] = Batch(BatchProgress.told(event, self.now()))
            return [self.add(told)]
        if batch is None:
            return []
        batch.progress.apply(event, self.now())
        return [batch]

    def _sampled(self, event: SheetSampled) -> list[Item]:
        """The rows belong to the sheet that was opened last."""
        sheet = next((item for item in reversed(self.items) if isinstance(item, Sheet)), None)
        if sheet is None:
            return []
        sheet.sample = event
        return [sheet]

    def _settle(self, event: ApprovalGiven | ApprovalRefused | PreviewVoided) -> list[Item]:
        preview = next(
            (item for item in reversed(self.items) if isinstance(item, Preview) and item.event.digest == event.digest),
            None,
        )
        if preview is None:
            return []
        match event:
            case ApprovalGiven():
                words = f" “{event.words}”" if event.words else ""
                preview.state, preview.detail = "approved", f"by {event.by}{words}: {event.sentence}"
            case ApprovalRefused():
                preview.state = "refused"
            case PreviewVoided():
                preview.state, preview.detail = "void", event.reason
        return [preview]

    def _answered(self, event: QuestionAnswered) -> list[Item]:
        question = self._question
        if question is None or question.event.question_id != event.question_id:
            return []
        question.answer = event.answer
        return [question]

    def _end_turn(self) -> list[Item]:
        changed: list[Item] = [self._answer] if self._answer is not None else []
        if self._question is not None and self._question.answer is None:
            self._question.dropped = True
            changed.append(self._question)
        self._question = None
        self._close_answer()
        self._steps = None
        return changed

    def _close_answer(self) -> None:
        if self._answer is not None:
            self._answer.growing = False
            self._answer = None


def history(event: SessionResumed) -> list[Item]:
    """An earlier talk to read: plain items, so that nothing of it can be taken for what is open now."""
    items: list[Item] = [Note(f"Going on with “{event.name}”. What was said before:", "greeting")]
    for part in event.talk:
        match part["role"]:
            case "you":
                items.append(Said(part["text"]))
            case "shipchat":
                items.append(Answer(part["text"], growing=False))
            case role:
                items.append(Note(part["text"], "warning" if role == "error" else "info"))
    return [*items, Note("End of what was said before.", "greeting")]
