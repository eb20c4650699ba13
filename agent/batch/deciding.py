"""What a person decides about a doubt: release it, close it (adopt a number: adopting.py)."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, select

from agent.batch import transitions
from agent.batch.queries import job_of, one_row_each, rows_with_shipments
from agent.batch.recovery import finish_labels, look_up, no_longer_under_way
from agent.batch.references import reference
from agent.errors import error
from agent.ledger.faults import NO_SUCH_ROW, NOT_LOOKED_UP, TOO_EARLY
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, Shipment, table_of
from agent.seams import Call
from agent.settings import Settings

SHIPMENTS = table_of(Shipment)
LOOK_UPS = 2
"""How many look-ups must have failed before a doubt may be given up (money.md, Recovery)."""


async def release_rows(
    ledger: Ledger,
    ups: Call,
    job_id: str,
    sheet_rows: list[int] | None,
    account: str,
    settings: Settings,
    *,
    waived: bool,
) -> list[int]:
    """Give doubts up; one that is found on the way is settled instead. Returns the sheet rows that were released.

    Raises:
        ShipchatError: E-4214 too early, E-4215 UPS could not be asked, E-4207 a row that is not in doubt.
    """
    released = []
    for row, shipment in await in_doubt(ledger, job_id, sheet_rows):
        if not no_longer_under_way(shipment, settings.ups_timeout_s):
            raise error(TOO_EARLY, row=row, reason="its request may still be under way", job_id=job_id, minutes=2)
        left_s = settings.release_wait_s - _age_s(shipment.intent_at)
        if not waived and left_s > 0:
            minutes = int(left_s // 60) + 1
            raise error(TOO_EARLY, row=row, reason=f"{minutes} minutes are left", job_id=job_id, minutes=minutes)
        for _ in range(LOOK_UPS):
            found = await look_up(ledger, ups, shipment, account, timeout_s=settings.ups_timeout_s)
            if found.finding in {"settled", "voided"}:
                break
            if found.finding != "not_found":
                raise error(NOT_LOOKED_UP, row=row, reason=found.reason)
        else:
            await ledger.write_soon(partial(_release, shipment=shipment))
            released.append(row)
            continue
        if found.finding == "settled":
            await finish_labels(ledger, ups, shipment, account)
    return released


def _release(connection: Connection, shipment: Any) -> None:
    stem = connection.scalar(select(table_of(Job).c.stem).where(table_of(Job).c.id == shipment.job_id))
    attempts = select(SHIPMENTS.c.attempt).where(
        SHIPMENTS.c.job_id == shipment.job_id, SHIPMENTS.c.lead_row == shipment.lead_row
    )
    attempt = max(connection.scalars(attempts)) + 1
    transitions.released(connection, shipment.job_id, shipment.id, reference(str(stem), shipment.lead_row, attempt))
    status = connection.scalar(select(table_of(Job).c.status).where(table_of(Job).c.id == shipment.job_id))
    if status not in {"pending", "paused"}:
        transitions.set_job(connection, shipment.job_id, "paused")


def watched_with(job_id: str, shipment_numbers: list[str]) -> Select[int]:
    """Ids of a job's attempts that were given up and that the watch list found under one of these numbers."""
    found = SHIPMENTS.c.shipment_number.in_(shipment_numbers)
    return select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.unproven, found)


async def close_rows(ledger: Ledger, job_id: str, sheet_rows: list[int] | None) -> list[int]:
    """Stop looking; returns the sheet rows that were closed."""
    doubts = await in_doubt(ledger, job_id, sheet_rows)
    for _row, shipment in doubts:
        await ledger.write_soon(partial(transitions.closed, job_id=job_id, shipment_id=shipment.id))
    return [row for row, _shipment in doubts]


async def in_doubt(ledger: Ledger, job_id: str, sheet_rows: list[int] | None) -> list[tuple[int, Any]]:
    """(sheet row, shipment) of the doubts that are meant.

    Raises:
        ShipchatError: E-4207 for a row that is not in doubt.
    """

    def query(connection: Connection) -> list[tuple[int, Any]]:
        job_of(connection, job_id)
        return rows_with_shipments(connection, job_id, ("in_doubt",))

    doubts = await ledger.read_soon(query)
    known = dict(doubts)
    for row in sheet_rows or ():
        if row not in known:
            raise error(NO_SUCH_ROW, job_id=job_id, row=row, state="in doubt")
    return one_row_each(doubts, sheet_rows)


def _age_s(intent_at: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(intent_at)).total_seconds()
