"""Whether one more quote fits below a job's cap (docs/money.md): pure arithmetic, and the sums that it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from agent.ledger.tables import Shipment, table_of

SHIPMENTS = table_of(Shipment)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far charges may exceed their quotes, and on how many rows at once."""

    highest: Callable[[int], int]
    """The highest charge that a quote of so many cents allows."""
    rows: int
    """In flight at most."""


@dataclass(frozen=True, slots=True)
class Charged:
    """How charges of a job came out above their quotes so far."""

    total_cents: int
    most_cents: int
    in_flight: int
    """Requests whose charge is not known yet."""


def within_tolerance(over_cents: int, quote_cents: int, charged: Charged, tolerance: Tolerance) -> bool:
    """Whether a quote that is `over_cents` above what is left may go anyway.

    Only where charges above their quotes, and nothing else, took the room (the quotes themselves fit), and where, if
    the rows in flight come out as the worst one did so far, the whole stays within the tolerance on them.
    """
    expected = over_cents + (charged.in_flight + 1) * charged.most_cents
    allowed = tolerance.rows * (tolerance.highest(quote_cents) - quote_cents)
    return over_cents <= charged.total_cents and expected <= allowed


def fits(
    connection: Connection,
    job_id: str,
    committed_cents: int,
    cap_cents: int | None,
    quote_cents: int,
    tolerance: Tolerance,
) -> bool:
    """Whether a quote may be reserved; `committed_cents` = charged, reserved and in doubt."""
    over = 0 if cap_cents is None else committed_cents + quote_cents - cap_cents
    return over <= 0 or within_tolerance(over, quote_cents, _charged(connection, job_id), tolerance)


def _charged(connection: Connection, job_id: str) -> Charged:
    above = SHIPMENTS.c.charge_cents - SHIPMENTS.c.quote_cents
    bought = SHIPMENTS.c.state.in_(("created", "completed", "voiding"))
    sums = select(func.coalesce(func.sum(above), 0), func.coalesce(func.max(above), 0))
    total, most = connection.execute(sums.where(SHIPMENTS.c.job_id == job_id, bought, above > 0)).one()
    flying = select(func.count()).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "submitting")
    return Charged(int(total), int(most), int(connection.scalar(flying) or 0))


STRICT = Tolerance(highest=lambda quote: quote, rows=1)
"""No charge may exceed its quote."""
