"""`retry`: failed rows, read and rendered again, approved as an amendment of their job with a digest of its own."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent.errors import error
from agent.ledger.faults import NO_SUCH_JOB, NOT_AN_AMENDMENT, NOTHING_TO_RETRY, OTHER_ENVIRONMENT, UNQUOTED
from agent.ledger.tables import Job, JobRow, PlanRecord, Shipment, table_of
from agent.planning.model import Plan

JOBS, ROWS, SHIPMENTS, PLANS = table_of(Job), table_of(JobRow), table_of(Shipment), table_of(PlanRecord)


@dataclass(frozen=True, slots=True)
class FailedRow:
    """One row to read again, with why it failed and what was sent."""

    row_number: int
    sheet_row: int
    row_checksum: str
    code: str | None
    message: str | None
    identity: str
    """Without the environment, like the next two."""
    order: str | None
    content: str | None
    reference: str
    planned: dict[str, Any] | None
    """The `PlannedShipment` that failed; None once purged. What differs from it is what a person approves."""


@dataclass(frozen=True, slots=True)
class Retry:
    """What a session needs to plan an amendment."""

    job_id: str
    command: str
    plan: dict[str, Any]
    """The header of the job's latest plan: source, mapping, selection, shipper, label format."""
    rows: tuple[FailedRow, ...]
    others: tuple[FailedRow, ...] = ()
    """The rows of the job that did not fail: never taken for a failed one."""
    budgeted: bool = False
    """The job has a cap: what is added to it must be quoted."""
    waiting_rows: int = 0
    """Rows of the job that were approved and not sent yet: they go with the amendment."""
    waiting_cents: int = 0
    """The quotes of those."""
    waiting_shipments: int = 0
    waiting_unquoted: int = 0
    """How many of those have no quote."""
    waiting_most_expensive: tuple[int, int] | None = None
    """(sheet row, cents) of the highest quote of those."""


def retry_of(connection: Connection, job_id: str) -> Retry:
    """The failed rows of a job.

    Raises:
        ShipchatError: E-4205 no such job, E-4232 nothing failed.
    """
    job = connection.execute(select(JOBS).where(JOBS.c.id == job_id, JOBS.c.deleted_at.is_(None))).first()
    if job is None:
        raise error(NO_SUCH_JOB, job_id=job_id)
    names = ("identity", "order_key", "content_key", "reference", "planned")
    query = (
        select(ROWS, *(SHIPMENTS.c[name] for name in names))
        .join(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id)
        .where(ROWS.c.job_id == job_id)
        .order_by(ROWS.c.row_number)
    )
    everything = connection.execute(query).all()
    rows = tuple(_row(row) for row in everything if row.status == "failed")
    if not rows:
        raise error(NOTHING_TO_RETRY, job_id=job_id)
    header = connection.scalar(select(PLANS.c.header).where(PLANS.c.job_id == job_id).order_by(PLANS.c.id.desc()))
    return Retry(
        job_id,
        job.original_command,
        json.loads(header) if header else {},
        rows,
        tuple(_row(row) for row in everything if row.status != "failed"),
        budgeted=job.budget_cents is not None,
        waiting_rows=waiting_rows(connection, job_id),
        waiting_cents=waiting_cents(connection, job_id),
        **_waiting(connection, job_id),
    )


def _row(row: Any) -> FailedRow:
    return FailedRow(
        row_number=row.row_number,
        sheet_row=row.sheet_row or row.row_number,
        row_checksum=row.row_checksum,
        code=row.error_code,
        message=row.error_message,
        identity=row.identity.split(":", 1)[1],
        order=row.order_key.split(":", 1)[1] if row.order_key else None,
        content=row.content_key.split(":", 1)[1] if row.content_key else None,
        reference=row.reference,
        planned=json.loads(row.planned) if row.planned else None,
    )


def _waiting(connection: Connection, job_id: str) -> dict[str, Any]:
    """What the yes to a retry must know of the shipments that go with it."""
    query = (
        select(SHIPMENTS.c.quote_cents, ROWS.c.sheet_row, SHIPMENTS.c.primary_row)
        .join(ROWS, (ROWS.c.shipment_id == SHIPMENTS.c.id) & (ROWS.c.row_number == SHIPMENTS.c.primary_row))
        .where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending")
    )
    found = connection.execute(query).all()
    quoted = [(row.sheet_row or row.primary_row, row.quote_cents) for row in found if row.quote_cents is not None]
    return {
        "waiting_shipments": len(found),
        "waiting_unquoted": len(found) - len(quoted),
        "waiting_most_expensive": max(quoted, key=lambda pair: pair[1], default=None),
    }


def waiting_rows(connection: Connection, job_id: str) -> int:
    """How many rows were approved and not sent yet."""
    query = select(func.count()).where(ROWS.c.job_id == job_id, ROWS.c.status == "pending")
    return int(connection.scalar(query) or 0)


def waiting_cents(connection: Connection, job_id: str) -> int:
    """The quotes of what was approved and not sent yet."""
    query = select(func.sum(SHIPMENTS.c.quote_cents)).where(
        SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending"
    )
    return int(connection.scalar(query) or 0)


def check(connection: Connection, plan: Plan) -> Any:
    """The job that a plan amends, when all its rows are failed rows of that job.

    Raises:
        ShipchatError: E-4205, E-4233, E-4235 for another environment, E-4212 a row without a quote in a capped job.
    """
    job = connection.execute(select(JOBS).where(JOBS.c.id == plan.amends_job_id)).first()
    if job is None:
        raise error(NO_SUCH_JOB, job_id=plan.amends_job_id)
    if job.environment != plan.environment:
        raise error(OTHER_ENVIRONMENT, what=f"Batch {job.id}", theirs=job.environment, ours=plan.environment)
    if job.budget_cents is not None and plan.unquoted:
        raise error(UNQUOTED, count=plan.unquoted)
    query = select(ROWS.c.row_number).where(ROWS.c.job_id == job.id, ROWS.c.status == "failed")
    failed = set(connection.scalars(query))
    strange = [
        sheet_row
        for item in plan.shipments
        for number, sheet_row in zip(item.row_numbers, item.sheet_rows, strict=True)
        if number not in failed
    ]
    if strange:
        raise error(NOT_AN_AMENDMENT, rows=", ".join(map(str, strange[:20])), job_id=job.id)
    return job


def next_attempts(connection: Connection, job_id: str) -> dict[int, int]:
    """Leading row -> the attempt that comes next: it rises, and with it the reference."""
    query = select(SHIPMENTS.c.primary_row, func.max(SHIPMENTS.c.attempt)).where(SHIPMENTS.c.job_id == job_id)
    return {row: attempt + 1 for row, attempt in connection.execute(query.group_by(SHIPMENTS.c.primary_row))}


def take_rows(connection: Connection, job_id: str, plan: Plan, first_id: int) -> None:
    """The job's rows follow their new shipments."""
    for position, item in enumerate(plan.shipments):
        for number, sheet_row, checksum in zip(item.row_numbers, item.sheet_rows, item.row_checksums, strict=True):
            connection.execute(
                update(ROWS)
                .where(ROWS.c.job_id == job_id, ROWS.c.row_number == number)
                .values(
                    shipment_id=first_id + position,
                    row_checksum=checksum,
                    sheet_row=sheet_row,
                    status="pending",
                    error_code=None,
                    error_message=None,
                )
            )
