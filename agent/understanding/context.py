"""What rules may look at while a message is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from agent.understanding.conditions import Condition, clause
from agent.understanding.lookups import Counts
from agent.understanding.readings import ShipRequest
from agent.understanding.sheet import Sheet
from agent.understanding.values import Doubt


@dataclass(frozen=True)
class Context:
    """What rules may look at: the sheet, the day, and what the person answered before."""

    sheet: Sheet
    today: date
    answers: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=lambda: Counts({}))
    text: str = ""
    """The message itself, for words that are asked about as they were written."""
    those: Condition | None = None
    """The rows that were counted or shown last."""

    preview: ShipRequest | None = None
    """What is changed: the request of the preview that is open."""

    def exists(self, tree: Condition) -> bool:
        """Whether the sheet has a row of this condition; may need a look."""
        return bool(self.counts.need(clause(tree))[0])

    def answered(self, doubt: Doubt) -> str | None:
        """The choice that was taken, in lower case."""
        answer = self.answers.get(doubt.question)
        return answer.strip().casefold() if answer is not None else None
