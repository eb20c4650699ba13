"""Pickups in the ledger: the intent before each request, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.errors import ErrorKind, error
from agent.ledger import audit
from agent.ledger.tables import Pickup, new_key, now, table_of
from agent.pickups.request import PickupRequest

PICKUPS = table_of(Pickup)
HELD = ("asking", "booked", "cancelling")
"""States in which nothing more is asked for the same place and day."""
ASKED_ALREADY = ErrorKind(
    "E-4270", "A pickup for {day} at {place} is asked for already.", "Say “show my pickups”; cancel it first."
)


@dataclass(frozen=True, slots=True)
class KeptPickup:
    """One pickup as the ledger has it."""

    id: int
    place: str
    place_key: str
    day: date
    ready: str
    close: str
    reference: str
    state: str
    prn: str | None
    charge_cents: int | None
    currency: str | None
    reason: str | None

    @property
    def charge(self) -> tuple[int, str] | None:
        """What UPS charges: cents and their currency; None where it named none."""
        return None if self.charge_cents is None or self.currency is None else (self.charge_cents, self.currency)


def asking(
    connection: Connection, environment: str, request: PickupRequest, reference: str, quote_cents: int | None
) -> int:
    """Write the intent down; its id. One place and day has one pickup, whichever session asks.

    Raises:
        ShipchatError: E-4270 where one is held already.
    """
    window = request.window
    row = {
        "environment": environment,
        "place_key": request.place_key,
        "place": request.place[:40],
        "day": window.day.isoformat(),
        "ready": window.ready,
        "close": window.close,
        "reference": reference,
        "state": "asking",
        "quote_cents": quote_cents,
        "intent_at": now(),
    }
    try:
        with connection.begin_nested():
            made = new_key(connection.execute(insert(PICKUPS).values(**row)))
    except IntegrityError:
        raise error(ASKED_ALREADY, day=window.day, place=request.place) from None
    audit.append(connection, "pickup_asked", environment=environment, day=row["day"], reference=reference)
    return made


def settle(connection: Connection, pickup_id: int, state: str, found: Mapping[str, Any] = MappingProxyType({})) -> None:
    """What became of it, with its entry in the audit log."""
    connection.execute(update(PICKUPS).where(PICKUPS.c.id == pickup_id).values(state=state, settled_at=now(), **found))
    audit.append(connection, f"pickup_{state}", pickup=pickup_id, prn=found.get("prn"))


def note(connection: Connection, pickup_id: int, reason: str) -> None:
    """Why nothing is known yet: the state stays."""
    connection.execute(update(PICKUPS).where(PICKUPS.c.id == pickup_id).values(reason=reason))


def held(connection: Connection, environment: str, since: date) -> list[KeptPickup]:
    """All that stand, or may stand, from a day on; by day."""
    query = (
        select(PICKUPS)
        .where(PICKUPS.c.environment == environment, PICKUPS.c.state.in_(HELD), PICKUPS.c.day >= since.isoformat())
        .order_by(PICKUPS.c.day, PICKUPS.c.id)
    )
    return [_kept(row) for row in connection.execute(query)]


def _kept(row: Any) -> KeptPickup:
    return KeptPickup(
        id=row.id,
        place=row.place,
        place_key=row.place_key,
        day=date.fromisoformat(row.day),
        ready=row.ready,
        close=row.close,
        reference=row.reference,
        state=row.state,
        prn=row.prn,
        charge_cents=row.charge_cents,
        currency=row.currency,
        reason=row.reason,
    )
