"""What goes through Temporal, and so into its history: ids, counts and states. Never a row's data or words about it."""

from dataclasses import dataclass, field

WORKFLOW = "shipchat-batch"
OPEN, PAGE, ROW, FINISH = "open", "page", "row", "finish"
PAUSE, CANCEL, PROGRESS = "pause", "cancel", "progress"
NOT_BEGUN = "not_begun"
"""How a row ended that a worker gave back as it stopped: it was never begun, and is handed out again."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """One approved batch to be handed out."""

    job_id: str
    concurrency: int
    """Rows in flight at once."""
    on_error: str
    lost_after_s: float
    """Seconds without a sign of life until a worker counts as lost."""
    seen: str = ""
    """Number and hash of the last entry of the audit log, as the process saw it that approved the batch."""
    rows_per_run: int = 2000
    """After so many rows the workflow goes on in a new run, so that no history grows without end."""
    after: int = 0
    """The last shipment that was handed out before this run."""
    counts: dict[str, int] = field(default_factory=dict)
    """How the rows before this run ended."""
    wanted: str = ""
    """`pause` or `cancel`, asked for before this run."""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """A worker begins to work on a batch."""

    job_id: str
    concurrency: int
    on_error: str
    seen: str = ""
    """As in the order of the batch, where the approval was a moment ago."""


@dataclass(frozen=True, slots=True)
class PageOrder:
    """Which shipments are next."""

    job_id: str
    after: int
    size: int


@dataclass(frozen=True, slots=True)
class PendingRow:
    """One shipment that is pending."""

    shipment_id: int
    activity_id: str
    """A digest of its identity, and its attempt."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is next; `stopped`: the ledger says that nothing more of the batch is sent."""

    rows: list[PendingRow] = field(default_factory=list)
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class RowOrder:
    """One row step."""

    job_id: str
    shipment_id: int
    concurrency: int
    on_error: str


@dataclass(frozen=True, slots=True)
class RowEnd:
    """How a row step ended, in the words of the row step; `stopped`: nothing more of the batch is sent."""

    ended: str
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class FinishOrder:
    """Nothing more is handed out."""

    job_id: str
    wanted: str = ""
    """`cancel`: what is pending is skipped."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the hand-out is. The ledger knows more, and alone knows what was bought."""

    handed_out: int
    in_flight: int
    ended: dict[str, int] = field(default_factory=dict)
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """The state of the batch in the ledger; a code where a worker refused it as a whole."""

    status: str
    refused: str = ""
    counts: dict[str, int] = field(default_factory=dict)
