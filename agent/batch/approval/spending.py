"""What approved plans have cost and may still cost: counted in the ledger, so that every void gives back."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from agent.ledger.states import KEEPING
from agent.ledger.tables import Job, JobRow, PlanRecord, Shipment, table_of
from agent.planning.allowance import Amount

JOBS, ROWS, PLANS, SHIPMENTS = table_of(Job), table_of(JobRow), table_of(PlanRecord), table_of(Shipment)
CHUNK = 400
STATE, QUOTE = SHIPMENTS.c.state, func.coalesce(SHIPMENTS.c.quote_cents, 0)
_CENTS = case(
    (STATE.in_(("created", "completed", "voiding")), func.coalesce(SHIPMENTS.c.charge_cents, QUOTE)),
    # What is approved and not sent yet goes without another yes; what was never proven may have been bought.
    (STATE.in_(("pending", "submitting", "in_doubt")), QUOTE),
    (SHIPMENTS.c.unproven, QUOTE),
    else_=0,
)
"""Failed, skipped and void shipments, and those whose label was accounted for, cost nothing."""
_UNQUOTED = case((and_(STATE == "pending", SHIPMENTS.c.quote_cents.is_(None)), 1), else_=0)


class Approved(NamedTuple):
    """A plan that a session approved."""

    job_id: str
    digest: str


def used(connection: Connection, plans: Sequence[Approved], taken_on: Sequence[int] = ()) -> Amount:
    """Money and sheet rows of these plans, and of single shipments (ids) whose sending a session took on."""
    parts = [_of_plans(plans[start : start + CHUNK]) for start in range(0, len(plans), CHUNK)]
    parts += [SHIPMENTS.c.id.in_(taken_on[start : start + CHUNK]) for start in range(0, len(taken_on), CHUNK)]
    total = Amount()
    for part in parts:
        total += _amount(connection, part)
    return total


def waiting(
    connection: Connection, job_id: str, plans: Sequence[Approved], taken_on: Collection[int]
) -> tuple[list[int], Amount]:
    """The pending shipments of a job that are not counted yet, by id, and what they need."""
    mine = [plan for plan in plans if plan.job_id == job_id]
    query = select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, STATE == "pending")
    if mine:
        query = query.where(~_of_plans(mine))
    known = set(taken_on)
    ids = [shipment_id for shipment_id in connection.scalars(query) if shipment_id not in known]
    return ids, used(connection, (), ids)


def cap_of(connection: Connection, job_id: str) -> int | None:
    """The durable cap of a job, in cents."""
    cap: int | None = connection.scalar(select(JOBS.c.budget_cents).where(JOBS.c.id == job_id))
    return cap


def _of_plans(plans: Sequence[Approved]) -> "ColumnElement[bool]":
    named = or_(*(and_(PLANS.c.job_id == plan.job_id, PLANS.c.digest == plan.digest) for plan in plans))
    job_ids = {plan.job_id for plan in plans}
    return and_(SHIPMENTS.c.job_id.in_(job_ids), SHIPMENTS.c.plan_id.in_(select(PLANS.c.id).where(named)))


def _amount(connection: Connection, which: "ColumnElement[bool]") -> Amount:
    sums = select(func.coalesce(func.sum(_CENTS), 0), func.coalesce(func.sum(_UNQUOTED), 0)).where(which)
    cents, unquoted = connection.execute(sums).one()
    joined: Any = ROWS.join(SHIPMENTS, ROWS.c.shipment_id == SHIPMENTS.c.id)
    rows = select(func.count()).select_from(joined).where(which, STATE.in_(KEEPING))
    return Amount(int(cents), int(connection.scalar(rows) or 0), int(unquoted))
