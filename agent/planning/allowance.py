"""What may be bought without asking: an allowance that is spent down over all batches of a session.

Decisions only: what was spent is counted in the ledger (`agent.batch.approval.spending`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from agent.planning.model import Budget
from agent.planning.sentence import counted, money
from agent.shipping.services import service_label

Part = Literal["money", "rows", "services", "time", "all"]
PART_WORDS: Final[dict[Part, str]] = {
    "money": "money limit",
    "rows": "row limit",
    "services": "service limit",
    "time": "time limit",
    "all": "limit",
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits that a person set; a missing one does not limit."""

    max_total_cents: int | None = None
    max_rows: int | None = None
    services: tuple[str, ...] = ()
    """Service codes that may go without asking; empty = all."""
    until: datetime | None = None
    """Aware; nothing goes without asking from then on."""
    currency: str = "USD"
    """Of `max_total_cents`."""

    @property
    def limited(self) -> bool:
        return self.bounded or bool(self.services) or self.until is not None

    @property
    def bounded(self) -> bool:
        """Whether it ends by itself: auto mode needs money or rows that run out."""
        return self.max_total_cents is not None or self.max_rows is not None

    def has(self, part: Part) -> bool:
        return {
            "money": self.max_total_cents is not None,
            "rows": self.max_rows is not None,
            "services": bool(self.services),
            "time": self.until is not None,
            "all": self.limited,
        }[part]

    def without(self, part: Part) -> "Allowance":
        match part:
            case "money":
                return replace(self, max_total_cents=None)
            case "rows":
                return replace(self, max_rows=None)
            case "services":
                return replace(self, services=())
            case "time":
                return replace(self, until=None)
            case "all":
                return Allowance()

    def with_(self, new: "Allowance") -> "Allowance":
        """These limits, each that `new` names in its place."""
        return Allowance(
            self.max_total_cents if new.max_total_cents is None else new.max_total_cents,
            self.max_rows if new.max_rows is None else new.max_rows,
            new.services or self.services,
            new.until or self.until,
            self.currency if new.max_total_cents is None else new.currency,
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """Money and sheet rows: what was used of an allowance, or what a plan needs."""

    cents: int = 0
    rows: int = 0
    unquoted: int = 0
    """Shipments without a price: what they will cost is not known."""

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.cents + other.cents, self.rows + other.rows, self.unquoted + other.unquoted)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.cents - other.cents, self.rows - other.rows, self.unquoted - other.unquoted)


@dataclass(frozen=True, slots=True)
class Left:
    """An allowance, what was used of it, and whether its time is over."""

    allowance: Allowance
    used: Amount = Amount()
    over: bool = False

    @property
    def cents(self) -> int | None:
        cap = self.allowance.max_total_cents
        return None if cap is None else 0 if self.over else max(0, cap - self.used.cents)

    @property
    def rows(self) -> int | None:
        cap = self.allowance.max_rows
        return None if cap is None else 0 if self.over else max(0, cap - self.used.rows)

    def above(self, needed: Amount, services: Sequence[str] = ()) -> list[str]:
        """Why this much may not go without a yes, in words; empty = it is within what is left."""
        allowance, reasons = self.allowance, []
        if self.over and allowance.until is not None:
            reasons.append(f"the time of your limit has ended ({_clock(allowance.until)})")
        if self.cents is not None and needed.cents > self.cents:
            cap = money(allowance.max_total_cents or 0, allowance.currency)
            asked, left = money(needed.cents, allowance.currency), money(self.cents, allowance.currency)
            reasons.append(f"{asked} is above the {left} left of your {cap} limit")
        if self.cents is not None and needed.unquoted:
            reasons.append(f"{counted(needed.unquoted, 'shipment')} without a price cannot be held against your limit")
        if self.rows is not None and needed.rows > self.rows:
            cap = counted(allowance.max_rows or 0, "row")
            rows = f"{counted(needed.rows, 'row')} {'is' if needed.rows == 1 else 'are'}"
            reasons.append(f"{rows} above the {self.rows} left of your limit of {cap}")
        others = sorted({code for code in services if code not in allowance.services}) if allowance.services else []
        if others:
            named, allowed = (", ".join(map(service_label, codes)) for codes in (others, allowance.services))
            reasons.append(f"{named} is not within your limit ({allowed} only)")
        return reasons

    def after(self, more: Amount) -> "Left":
        return replace(self, used=self.used + more)

    def budget(self, needed: Amount) -> Budget:
        """The cap of one plan: what is left, or, where a person approves more, what its preview shows."""
        cents, rows = self.cents, self.rows
        return Budget(
            None if cents is None else max(cents, needed.cents), None if rows is None else max(rows, needed.rows)
        )

    def words(self) -> str:
        """`$21.41 left of $40.00, 12 of 20 rows left, UPS Ground only, until 17:00`; empty without a limit."""
        allowance, parts = self.allowance, []
        if self.cents is not None:
            left, cap = (money(cents or 0, allowance.currency) for cents in (self.cents, allowance.max_total_cents))
            parts.append(f"{left} left of {cap}")
        if self.rows is not None:
            parts.append(f"{self.rows:,} of {counted(allowance.max_rows or 0, 'row')} left")
        return ", ".join([*parts, *_conditions(allowance, over=self.over)])


def limit_words(allowance: Allowance) -> str:
    """What was set: `$200.00 and 40 rows, UPS Ground only, until 17:00`."""
    amounts = [money(allowance.max_total_cents, allowance.currency)] if allowance.max_total_cents is not None else []
    amounts += [counted(allowance.max_rows, "row")] if allowance.max_rows is not None else []
    return ", ".join([*([" and ".join(amounts)] if amounts else []), *_conditions(allowance, over=False)])


def _conditions(allowance: Allowance, *, over: bool) -> list[str]:
    parts = [f"{', '.join(map(service_label, allowance.services))} only"] if allowance.services else []
    if allowance.until is not None:
        parts.append(f"ended at {_clock(allowance.until)}" if over else f"until {_clock(allowance.until)}")
    return parts


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M")


def contrary(now: Allowance, new: Allowance, verb: Literal["raise", "lower"]) -> Part | None:
    """The part of `new` that does the opposite of what was said; None = all do as said."""
    sign = 1 if verb == "raise" else -1
    pairs: list[tuple[Part, int | None, int | None]] = [
        ("money", now.max_total_cents, new.max_total_cents),
        ("rows", now.max_rows, new.max_rows),
    ]
    for part, old, value in pairs:
        # To set a limit where there is none lowers it.
        if value is not None and ((old is None and verb == "raise") or (old is not None and (value - old) * sign < 0)):
            return part
    return None
