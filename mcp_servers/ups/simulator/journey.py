"""How a practice parcel travels: a label today, on its way the next working day, then out for delivery and delivered.

UPS's type and status codes: docs/ups-facts.md. Days only: the practice clock is a day that `SHIPCHAT_TODAY` may set.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from mcp_servers.ups.simulator.parcels import Json


def arrival_day(pickup: date, business_days: int) -> date:
    """Counting Monday to Friday."""
    day = pickup
    while business_days:
        day += timedelta(days=1)
        business_days -= day.weekday() < 5
    return day


@dataclass(frozen=True, slots=True)
class Stage:
    """A state that UPS tells, and the hour at which it begins."""

    kind: str
    code: str
    status_code: str
    words: str
    hour: str = "080000"

    @property
    def status(self) -> Json:
        """As in `currentStatus` and in an activity."""
        return {"type": self.kind, "code": self.code, "statusCode": self.status_code, "description": self.words}


LABEL = Stage("M", "MP", "003", "Shipment Ready for UPS")
ON_THE_WAY = Stage("I", "DP", "005", "Departed from Facility", "213000")
OUT = Stage("I", "OT", "021", "Out For Delivery Today", "064500")
DELIVERED = Stage("D", "FS", "011", "DELIVERED", "141500")
STAGES = {
    "on-the-way": ON_THE_WAY,
    "out": OUT,
    "delivered": DELIVERED,
    "exception": Stage("X", "48", "013", "The receiver was not available; delivery is tried again"),
    "delayed": Stage("I", "DL", "048", "A late trailer arrival has caused a delay"),
    "returning": Stage("RS", "RS", "034", "Returning to Sender"),
}
"""What the fault `scan` may name."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A stage on its day."""

    day: date
    stage: Stage


@dataclass(frozen=True, slots=True)
class Journey:
    """Scans, newest first, and the days that UPS tells of the delivery."""

    scans: list[Scan]
    scheduled: date
    rescheduled: date | None = None

    @property
    def delivery_days(self) -> list[Json]:
        """`deliveryDate`: SDD scheduled, RDD rescheduled, DEL delivered."""
        named = [("SDD", self.scheduled), ("RDD", self.rescheduled)]
        named += [("DEL", scan.day) for scan in self.scans if scan.stage.kind == "D"]
        return [{"type": kind, "date": f"{day:%Y%m%d}"} for kind, day in named if day is not None]


def journey(made: date, today: date, business_days: int, told: str | None = None) -> Journey:
    """The parcel's way until `today`; `told` puts one of STAGES on top, on that day."""
    first, arrival = arrival_day(made, 1), arrival_day(made, business_days)
    plan = [
        Scan(made, LABEL),
        Scan(first, ON_THE_WAY),
        Scan(arrival, OUT),
        Scan(arrival + timedelta(days=1), DELIVERED),
    ]
    if business_days <= 1:
        del plan[1]
    # A parcel is at the door on its day and counts as delivered from the next day on, with that day's date.
    past = [Scan(arrival, scan.stage) if scan.stage is DELIVERED else scan for scan in plan if scan.day <= today]
    scans = past[::-1] or [Scan(made, LABEL)]
    if told is None:
        return Journey(scans, arrival)
    stage = STAGES[told]
    later = arrival_day(max(arrival, today), 1) if told == "delayed" else None
    return Journey([Scan(max(today, made), stage), *scans], arrival, later)
