"""What every brain is: something that turns words into tool calls."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

PROPOSALS = frozenset(
    {"propose_shipment", "leave_out", "undo_proposal", "propose_void", "propose_retry", "queue_propose"}
)
"""Tools that end in a preview that the person approves or not."""
OWN_MARK = "__"
"""In the name of every tool of the person's own servers (`shop__list_orders`), and of none of ours."""


class Toolbox(Protocol):
    """The closed set of tools, behind its gates."""

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The tool's answer; a refusal is a dict with `code` and `message`."""
        ...

    async def look(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The same for what a brain needs only in order to read a message: no step that the person is shown."""
        ...

    def published(self) -> list[dict[str, Any]]:
        """`{name, description, input_schema}` of every tool."""
        ...


@dataclass(slots=True)
class Conversation:
    """What a brain may know besides the words of this turn. No row data in here."""

    today: date
    proposal: dict[str, Any] | None = None
    """The arguments of the last `propose_shipment`, for refinements ("only those over 10 lb")."""
    earlier: list[dict[str, Any]] = field(default_factory=list)
    """The arguments of the proposals before it, newest last, for "undo that"."""
    counted: tuple[str, str] | None = None
    """(clause, words) of the rows that were counted or shown since the last proposal: what "those" are."""
    preview_pending: bool = False
    last_job_id: str | None = None
    sheet: dict[str, Any] | None = None
    """The answer of `describe_sheet`, as a model may be told it; None where no sheet is open."""
    answers: dict[str, str] = field(default_factory=dict)
    """What the person answered to questions in this session, by question text."""
    places: tuple[str, ...] = ()
    """The names of the ship-from places in the settings."""
    refused: bool = False
    """Set by a brain that said no: what was asked for is not done at all."""

    def forget_rows(self) -> None:
        """Another sheet is open: nothing that was proposed or counted is about it."""
        self.proposal, self.counted = None, None
        self.earlier.clear()


class Voice(Protocol):
    """How a brain is heard. Called like a function it says something whole; a brain may need no more than that."""

    async def __call__(self, text: str) -> None:
        """Something whole, in Markdown; it repeats what its deltas said."""
        ...

    def delta(self, text: str) -> None:
        """A piece of something that is still being written."""
        ...

    def notice(self, text: str, level: str = "info") -> None:
        """Something about the work itself: a wait, an attempt. `level` is info, warning or alarm."""
        ...

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None:
        """What the session has cost so far; None when a price is unknown."""
        ...


class Brain(Protocol):
    """A language model, or what stands in for one."""

    @property
    def name(self) -> str:
        """What the person is told it is."""
        ...

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """Deal with one message: call tools, say things. Approval never comes from here."""
        ...
