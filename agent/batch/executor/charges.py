"""Labels that cost more than their quote and the tolerance: facts of a batch that no resume takes away."""

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from agent.batch.approval.approving import currency_of
from agent.batch.executor.queries import JobOutcome, outcome
from agent.ledger.faults import DEARER
from agent.ledger.tables import JobRow, Shipment, table_of
from agent.planning.wording import money

SHIPMENTS, ROWS = table_of(Shipment), table_of(JobRow)
Tolerated = Callable[[int], int]
"""Quote in cents -> the highest charge that is not a surprise."""


def above_quote(connection: Connection, job_id: str, tolerated: Tolerated) -> list[str]:
    """What to say of each label of a job that stands and was a surprise, in the order of the plan."""
    stands = SHIPMENTS.c.state.in_(("created", "completed", "voiding"))
    above = SHIPMENTS.c.charge_cents > SHIPMENTS.c.quote_cents
    query = select(SHIPMENTS.c.charge_cents, SHIPMENTS.c.quote_cents, func.min(ROWS.c.sheet_row).label("row"))
    query = query.join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, stands, above)
    currency = currency_of(connection, job_id)
    found = connection.execute(query.group_by(SHIPMENTS.c.id).order_by(SHIPMENTS.c.id))
    return [
        charge_text(one.row, one.charge_cents, one.quote_cents, currency)
        for one in found
        if one.charge_cents > tolerated(one.quote_cents)
    ]


def charge_text(row: int | None, charge_cents: int, quote_cents: int, currency: str) -> str:
    """What a person is told about a charge above its quote."""
    return DEARER.message.format(row=row, charge=money(charge_cents, currency), quote=money(quote_cents, currency))


def outcome_with_charges(connection: Connection, job_id: str, tolerated: Tolerated) -> JobOutcome:
    """A job as it stands, each charge above its quote among the warnings."""
    found = outcome(connection, job_id)
    warnings = [f"{DEARER.code}: {reason}" for reason in above_quote(connection, job_id, tolerated)]
    found.warnings += [warning for warning in warnings if warning not in found.warnings]
    return found
