"""Rows in doubt as a person needs them to decide: what was looked up, when, with what result, and what to wait for."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from agent.batch.executor.reaping import at_work
from agent.batch.executor.request_holders import boot_clock, is_here
from agent.batch.recovery.recovery import no_longer_under_way, under_way_until
from agent.events.history import DoubtLine
from agent.ledger import workers
from agent.ledger.tables import Job, JobRow, Shipment, table_of
from agent.settings import Settings

JOBS, ROWS, SHIPMENTS = table_of(Job), table_of(JobRow), table_of(Shipment)
IN_DOUBT = ("in_doubt",)
WITH_CRASHED = ("in_doubt", "submitting")
"""Where no batch runs anywhere: then nobody learns any more what became of what was being sent."""
UNDER_WAY = "the request may still be under way"
UPS_IS_LATE = "UPS may show a label only some minutes after it was made"


@dataclass(frozen=True, slots=True)
class Wait:
    """What has to pass before a doubt can be given up."""

    reason: str = ""
    until: datetime | None = None


def doubts_of(
    connection: Connection, settings: Settings, job_id: str | None, states: tuple[str, ...] = IN_DOUBT
) -> list[DoubtLine]:
    """The doubts of a batch, or of all batches that are not deleted, in the order in which they were sent; each
    shipment once, by its first row."""
    facts = (ROWS.c.sheet_row, ROWS.c.row_number, ROWS.c.error_code, ROWS.c.error_message)
    query = select(SHIPMENTS, *facts).join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id)
    query = query.join(JOBS, JOBS.c.id == SHIPMENTS.c.job_id).where(JOBS.c.deleted_at.is_(None))
    query = query.where(_which(connection, states))
    now_s = workers.database_now(connection)
    if job_id is not None:
        query = query.where(SHIPMENTS.c.job_id == job_id)
    lines: dict[int, DoubtLine] = {}
    for row in connection.execute(query.order_by(JOBS.c.created_at, SHIPMENTS.c.position, ROWS.c.row_number)):
        if row.id not in lines:
            lines[row.id] = _line(row, settings, now_s)
    return list(lines.values())


def rows_in_doubt(connection: Connection, states: tuple[str, ...] = IN_DOUBT) -> dict[str, set[int]]:
    """By batch, all sheet rows of its doubts: a shipment of several rows can be named by any of them."""
    query = select(ROWS.c.job_id, ROWS.c.sheet_row, ROWS.c.row_number)
    query = query.join(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id).join(JOBS, JOBS.c.id == ROWS.c.job_id)
    query = query.where(_which(connection, states), JOBS.c.deleted_at.is_(None)).order_by(JOBS.c.created_at)
    found: dict[str, set[int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.job_id, set()).add(row.sheet_row or row.row_number)
    return found


def _which(connection: Connection, states: tuple[str, ...]) -> "ColumnElement[bool]":
    """On a shared ledger what a living worker sends is not in doubt, whoever asks."""
    living = [one.id for one in at_work(connection)]
    sent = SHIPMENTS.c.state.in_(states)
    return sent & ~((SHIPMENTS.c.state == "submitting") & SHIPMENTS.c.worker_id.in_(living)) if living else sent


def wait_of(shipment: Any, settings: Settings, now: datetime, shared_now: float | None = None) -> Wait:
    """Why a release would be refused now, and until when (the rule itself: `resolving_doubts`)."""
    if not no_longer_under_way(shipment, settings.ups_timeout_s, shared_now):
        if shared_now is not None and not is_here(shipment.boot_id):
            left_s = under_way_until(shipment) + settings.ups_timeout_s - shared_now
            return Wait(UNDER_WAY, now + timedelta(seconds=max(0.0, left_s)))
        if shipment.not_after is None or not is_here(shipment.boot_id):
            return Wait(UNDER_WAY)
        left_s = max(0.0, shipment.not_after + settings.ups_timeout_s - boot_clock())
        return Wait(UNDER_WAY, now + timedelta(seconds=left_s))
    if shipment.intent_at is None:
        return Wait()
    over = datetime.fromisoformat(shipment.intent_at) + timedelta(seconds=settings.release_wait_s)
    return Wait(UPS_IS_LATE, over) if over > now else Wait()


def _line(row: Any, settings: Settings, shared_now: float | None) -> DoubtLine:
    planned = json.loads(row.planned) if row.planned else {}
    wait = wait_of(row, settings, datetime.now(UTC), shared_now)
    why = str(row.error_message or "shipchat stopped while the row was at UPS")
    looked = row.looked_up_at is not None
    return DoubtLine(
        job_id=row.job_id,
        sheet_row=row.sheet_row or row.row_number,
        recipient=row.recipient,
        order_number=str(planned.get("order_number") or ""),
        reference=row.reference,
        sent_at=row.intent_at or "",
        why=f"{row.error_code}: {why}" if row.error_code else why,
        look_ups=row.lookups,
        looked_up_at=row.looked_up_at,
        found=str(row.reason or "not found") if looked else "",
        waits_for=wait.reason,
        waits_until=wait.until.isoformat(timespec="seconds") if wait.until is not None else None,
    )
