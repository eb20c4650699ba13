"""Which rows of a sheet the batches of a day, or one batch, shipped: read from the ledger."""

import json
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from agent.ledger.days import beginning
from agent.ledger.tables import Job, JobRow, PlanRecord, Shipment, table_of
from agent.planning.identity import names_return

JOBS, ROWS, SHIPMENTS, PLANS = table_of(Job), table_of(JobRow), table_of(Shipment), table_of(PlanRecord)
LAST = "last"


@dataclass(frozen=True, slots=True)
class ShippedRow:
    """A row as the batch knew it."""

    row_number: int
    row_checksum: str
    sheet_row: int
    job_id: str


def shipped_rows(connection: Connection, environment: str, source_id: str, of_batch: str) -> list[ShippedRow]:
    """Rows of this sheet with a label that is not void, returns aside. `of_batch` is an id, a day (ISO 8601) of this
    machine, or `last`: the latest batch that shipped any of its rows."""
    query = (
        select(ROWS, SHIPMENTS.c.identity, PLANS.c.header)
        .join(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id)
        .join(PLANS, PLANS.c.id == SHIPMENTS.c.plan_id)
        .join(JOBS, JOBS.c.id == ROWS.c.job_id)
        .where(SHIPMENTS.c.state.in_(("created", "completed")), JOBS.c.environment == environment)
        .order_by(JOBS.c.created_at.desc(), ROWS.c.row_number)
    )
    day = _day(of_batch)
    if day is not None:
        query = query.where(JOBS.c.created_at >= beginning(day), JOBS.c.created_at < beginning(day + timedelta(days=1)))
    elif of_batch != LAST:
        query = query.where(JOBS.c.id == of_batch)
    found = [
        ShippedRow(row.row_number, row.row_checksum, row.sheet_row or row.row_number, row.job_id)
        for row in connection.execute(query)
        if not names_return(row.identity) and _source_of(row.header) == source_id
    ]
    return [row for row in found if row.job_id == found[0].job_id] if of_batch == LAST else found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _source_of(header: str | None) -> str | None:
    return (json.loads(header).get("source") or {}).get("source_id") if header else None
