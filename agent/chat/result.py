"""What a turn led to: the object that `-p --output-format json` prints (DESIGN 4.6)."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from agent.errors import ShipchatError

Status = Literal[
    "preview",
    "needs_input",
    "completed",
    "completed_with_warnings",
    "failed",
    "answer",
    "refused",
    "paused",
    "cancelled",
]


MOST_ROWS_NAMED = 50
"""Rows that a grouped error names; the rest are counted."""

SELECTED = (
    "filter_clause",
    "filter_in_words",
    "row_numbers",
    "excluded",
    "service_code",
    "total_rows",
    "total_estimated_cost_cents",
    "warnings",
    "mapping",
)
"""The fields that a preview fills."""


@dataclass(slots=True)
class TurnResult:
    """Collected while a turn runs; every key is always there, so that scripts need no guards."""

    status: Status = "answer"
    text: str = ""
    source: dict[str, Any] | None = None
    filter_clause: str | None = None
    filter_in_words: str | None = None
    row_numbers: list[int] = field(default_factory=list)
    excluded: dict[str, list[int]] = field(default_factory=dict)
    """Sheet rows left out, by reason."""
    service_code: str | None = None
    """None when the rows go by several services."""
    total_rows: int = 0
    total_estimated_cost_cents: int = 0
    warnings: list[str] = field(default_factory=list)
    question: dict[str, Any] | None = None
    """`{text, options}` while an answer is awaited."""
    environment: str = "simulator"
    job_id: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    tracking: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    in_doubt: list[dict[str, Any]] = field(default_factory=list)
    spent_cents: int = 0
    allowance: dict[str, Any] | None = None
    """What is left of the session's limit (`AllowanceUpdated`); None = there is none."""
    error: dict[str, Any] | None = None
    mapping: list[tuple[str, str]] = field(default_factory=list)
    """(shipment field, source) pairs of the plan's mapping."""

    def say(self, text: str) -> None:
        """Add what was said to the person."""
        self.text = f"{self.text}\n{text}".strip()

    def adopt(self, shown: "TurnResult") -> None:
        """What was selected belongs to the turn that approves it, too."""
        for name in SELECTED:
            setattr(self, name, getattr(shown, name))

    def refuse(self, refusal: ShipchatError) -> None:
        """A turn that failed. What a batch of it has bought stays told."""
        self.error = refusal.as_dict()
        if self.rows:
            self.status = "completed_with_warnings" if self.status == "completed" else self.status
            self.warnings.append(f"{refusal.code}: {refusal.message}")
            return
        self.status = "refused"
        self.row_numbers = []

    def stop(self, text: str) -> None:
        """The person ended the turn; nothing waits for an answer any more. What a batch of it has bought stays told."""
        self.question = None
        if not self.rows:
            self.status = "answer"
        self.say(text)

    def await_answer(self, text: str, options: list[str]) -> None:
        self.status = "needs_input"
        self.question = {"text": text, "options": options}

    def as_dict(self) -> dict[str, Any]:
        answer = asdict(self)
        if not self.text:
            # A question or a refusal alone is what was said, too.
            answer["text"] = (self.question or {}).get("text") or (self.error or {}).get("message") or ""
        if self.status in ("needs_input", "answer", "refused"):
            answer["row_numbers"] = []
        return answer


def grouped(failed: list[dict[str, Any]]) -> list[str]:
    """`failed` of a batch as lines, equal errors once: `Rows 5, 12, 34: E-3010: The ZIP code ...`, in row order."""
    rows: dict[tuple[str, str], list[int]] = {}
    for item in failed:
        same = rows.setdefault((str(item["code"]), str(item["message"])), [])
        if item["sheet_row"] not in same:
            same.append(item["sheet_row"])
    return [f"{_rows(numbers)}: {code}: {message}" for (code, message), numbers in rows.items()]


def _rows(numbers: list[int]) -> str:
    named = ", ".join(map(str, numbers[:MOST_ROWS_NAMED]))
    more = f" and {len(numbers) - MOST_ROWS_NAMED} more" if len(numbers) > MOST_ROWS_NAMED else ""
    return f"{'Row' if len(numbers) == 1 else 'Rows'} {named}{more}"
