"""What a person asks of labels, and how the work on them says what it does."""

from dataclasses import dataclass
from typing import Protocol

from agent.labels.output import Form
from agent.labels.stored import GOOD, WITH_VOID


class Tell(Protocol):
    """Says a line; `err` marks what goes beside the data, such as warnings."""

    def __call__(self, text: str, *, err: bool = False) -> object: ...


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """Which labels of which batch, and as what."""

    job_id: str
    rows: list[int] | None = None
    """Sheet rows; None = all."""
    form: Form | None = None
    """None = as UPS sent them."""
    reprint: bool = False
    include_void: bool = False
    otherwise: str = "without --reprint"
    """How labels that were printed before stay out, as the person who asks would say it."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states of shipments whose labels are taken."""
        return WITH_VOID if self.include_void else GOOD
