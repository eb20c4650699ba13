"""The allowance of one session, and which approved plans are counted on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from agent.batch.approval import spending
from agent.batch.approval.spending import Approved
from agent.batch.executor.request_holders import boot_clock
from agent.ledger.store import Ledger
from agent.planning.allowance import Allowance, Amount, Left


def _local_time() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass(slots=True)
class SessionLimit:
    """Changed by a person's words and options only; what is left is counted in the ledger each time."""

    allowance: Allowance = field(default_factory=Allowance)
    approved: list[Approved] = field(default_factory=list)
    taken_on: list[int] = field(default_factory=list)
    """Shipments of older batches that this session went on with, by id."""
    now: Callable[[], datetime] = _local_time
    ticks: Callable[[], float] = boot_clock
    """Seconds of a clock that nobody sets: setting a wall clock back does not prolong an allowance."""
    _ends: float | None = None

    def set(self, allowance: Allowance, *, anew: bool) -> None:
        """Put an allowance in force; `anew` = what went before does not count on it."""
        self.allowance = allowance
        if anew:
            self.approved, self.taken_on = [], []
        until = allowance.until
        self._ends = None if until is None else self.ticks() + (until - self.now()).total_seconds()

    @property
    def over(self) -> bool:
        """Whether its time has passed, by either clock."""
        until = self.allowance.until
        return until is not None and (self.now() >= until or (self._ends is not None and self.ticks() >= self._ends))

    def left(self, ledger: Ledger) -> Left:
        used = ledger.read(spending.used, self.approved, self.taken_on) if self.allowance.limited else Amount()
        return Left(self.allowance, used, self.over)

    def waiting(self, ledger: Ledger, job_id: str) -> Amount:
        """What a batch would send on that is not counted here yet."""
        return ledger.read(spending.waiting, job_id, self.approved, self.taken_on)[1]

    def going_on(self, ledger: Ledger, job_id: str) -> tuple[Amount, list[str]]:
        """What a batch would send on, and why that is above the limit: it may have been lowered since its approval."""
        everything = ledger.read(spending.waiting, job_id, (), ())[1]
        counted = everything - self.waiting(ledger, job_id)
        return everything, self.left(ledger).after(Amount() - counted).above(everything)

    def count(self, job_id: str, digest: str) -> None:
        """A plan was approved in this session."""
        self.approved.append(Approved(job_id, digest))

    def take_on(self, ledger: Ledger, job_id: str) -> None:
        """This session sends what an older approval left: from here on it is counted here."""
        self.taken_on += ledger.read(spending.waiting, job_id, self.approved, self.taken_on)[0]
