"""When the wall clock was moved: what was found, and the day of an attempt by the clock as it is now.

The boot clock cannot be moved: within one run of the machine it tells how long ago an attempt was.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from agent.batch.executor.request_holders import INTENT_S, boot_clock, is_here
from agent.ledger import audit
from agent.ledger.faults import CLOCK_BEHIND, CLOCK_MOVED

NOTICEABLE = timedelta(minutes=2)
"""Below that a clock was set right, as time servers do."""


def wall_clock() -> datetime:
    """This instant by this machine's clock, UTC."""
    return datetime.now(UTC)


def attempted_at(shipment: Any) -> str:
    """ISO time of an attempt by the clock as it is now: never later than now, and within one run of the machine exact.

    Of a clock that was ahead at the attempt, and was set right afterwards, the label would be searched too late.
    """
    recorded, now = datetime.fromisoformat(shipment.intent_at), wall_clock()
    earliest = min(recorded, now)
    if shipment.not_after is not None and is_here(shipment.boot_id):
        passed = timedelta(seconds=max(0.0, boot_clock() - (shipment.not_after - INTENT_S)))
        earliest = min(earliest, now - passed)
    return recorded.isoformat() if recorded - earliest < NOTICEABLE else earliest.isoformat()


def moved_since(shipment: Any) -> str | None:
    """What a person is told about an attempt whose recorded time is impossible; None where it is possible."""
    recorded, attempted = datetime.fromisoformat(shipment.intent_at), datetime.fromisoformat(attempted_at(shipment))
    if recorded == attempted:
        return None
    return f"this machine's clock said {_text(recorded)} at the attempt, which was {_text(attempted)} by its clock now"


@dataclass(slots=True)
class ClockWatch:
    """Both clocks when this process began, and what is told of the wall clock since."""

    wall: datetime = field(default_factory=wall_clock)
    boot: float = field(default_factory=boot_clock)

    warning: str | None = None
    """Told to nobody yet."""

    def look(self, connection: Connection) -> None:
        """Before anything is written: was the wall clock moved under this process, or does the last entry lie ahead?"""
        now = wall_clock()
        expected = self.wall + timedelta(seconds=boot_clock() - self.boot)
        last = audit.last_at(connection)
        if abs(now - expected) > NOTICEABLE:
            self.wall, self.boot = now, boot_clock()
            self.warning = _words(CLOCK_MOVED, now=_text(now), expected=_text(expected))
        elif last is not None and datetime.fromisoformat(last) - now > NOTICEABLE:
            self.warning = _words(CLOCK_BEHIND, now=_text(now), last=_text(datetime.fromisoformat(last)))

    def take_warning(self) -> str | None:
        """What is to be told, once."""
        warning, self.warning = self.warning, None
        return warning


def _words(kind: Any, **facts: str) -> str:
    return f"{kind.code}: {kind.message.format(**facts)} {kind.remedy}"


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
