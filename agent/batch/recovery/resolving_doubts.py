"""What a person decides about a doubt: release it, close it (adopt a number: adopting.py)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, select

from agent.batch.approval.references import reference
from agent.batch.executor import state_changes, transitions
from agent.batch.executor.queries import job_of, one_row_each, rows_with_shipments
from agent.batch.recovery.recovery import finish_labels, look_up, no_longer_under_way
from agent.errors import ShipchatError, error
from agent.ledger import workers
from agent.ledger.faults import NO_SUCH_ROW, NOT_LOOKED_UP, TOO_EARLY
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, Shipment, table_of
from agent.settings import Settings
from agent.tool_caller import ToolCaller

SHIPMENTS = table_of(Shipment)
LOOK_UPS = 2
"""How many look-ups must have failed before a doubt may be given up (docs/money.md)."""


@dataclass(slots=True)
class Released:
    """What a release came to, by the first sheet row of each shipment."""

    released: list[int] = field(default_factory=list)
    """Planned again under a new attempt."""
    found: list[int] = field(default_factory=list)
    """UPS has their labels: they are recorded, and nothing is sent for them."""
    void: list[int] = field(default_factory=list)
    """UPS has their labels, and they are void."""
    kept: dict[int, ShipchatError] = field(default_factory=dict)
    """Still in doubt, each with its reason."""
    untouched: list[int] = field(default_factory=list)
    """Still in doubt: the person stopped before them."""


@dataclass(frozen=True, slots=True)
class ReleaseTerms:
    """How doubts are given up."""

    account: str
    """The shipper's number, for look-ups."""
    settings: Settings
    waived: bool
    """The person waives the wait since the attempt, not the look-ups."""
    stopping: Callable[[], bool]
    """Whether the person wants no further one given up."""


async def release_rows(
    ledger: Ledger, ups: ToolCaller, job_id: str, sheet_rows: list[int] | None, terms: ReleaseTerms
) -> Released:
    """Give doubts up until `terms.stopping`, each by itself; one that is found on the way is settled instead.

    Reasons to keep one: E-4214 too early, E-4215 UPS could not be asked, E-4203 the ledger cannot be written.

    Raises:
        ShipchatError: E-4207 a row that is not in doubt; then none was released.
    """
    told = Released()
    for row, shipment in await in_doubt(ledger, job_id, sheet_rows):
        if terms.stopping():
            told.untouched.append(row)
            continue
        try:
            rows = await _release_one(ledger, ups, row, shipment, terms, told)
        except ShipchatError as refusal:
            told.kept[row] = refusal
        else:
            rows.append(row)
    return told


async def _release_one(
    ledger: Ledger, ups: ToolCaller, row: int, shipment: Any, terms: ReleaseTerms, told: Released
) -> list[int]:
    """The list that the row belongs to."""
    job_id, account, settings = shipment.job_id, terms.account, terms.settings
    if not no_longer_under_way(shipment, settings.ups_timeout_s, await ledger.read_async(workers.database_now)):
        raise error(TOO_EARLY, row=row, reason="its request may still be under way", job_id=job_id, minutes=2)
    left_s = settings.release_wait_s - _age_s(shipment.intent_at)
    if not terms.waived and left_s > 0:
        minutes = int(left_s // 60) + 1
        raise error(TOO_EARLY, row=row, reason=f"{minutes} minutes are left", job_id=job_id, minutes=minutes)
    for _ in range(LOOK_UPS):
        found = await look_up(ledger, ups, shipment, account, timeout_s=settings.ups_timeout_s)
        if found.finding == "voided":
            return told.void
        if found.finding == "settled":
            await finish_labels(ledger, ups, shipment, account)
            return told.found
        if found.finding != "not_found":
            raise error(NOT_LOOKED_UP, row=row, reason=found.reason)
    await ledger.write_async(partial(_release, shipment=shipment))
    return told.released


def _release(connection: Connection, shipment: Any) -> None:
    prefix = connection.scalar(select(table_of(Job).c.reference_prefix).where(table_of(Job).c.id == shipment.job_id))
    attempts = select(SHIPMENTS.c.attempt).where(
        SHIPMENTS.c.job_id == shipment.job_id, SHIPMENTS.c.primary_row == shipment.primary_row
    )
    attempt = max(connection.scalars(attempts)) + 1
    transitions.released(
        connection, shipment.job_id, shipment.id, reference(str(prefix), shipment.primary_row, attempt)
    )
    status = connection.scalar(select(table_of(Job).c.status).where(table_of(Job).c.id == shipment.job_id))
    if status not in {"pending", "paused"}:
        state_changes.set_job(connection, shipment.job_id, "paused")


def watched_with(job_id: str, shipment_numbers: list[str]) -> Select[int]:
    """Ids of a job's attempts that were given up and that the watch list found under one of these numbers."""
    found = SHIPMENTS.c.shipment_number.in_(shipment_numbers)
    return select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.unproven, found)


async def close_rows(ledger: Ledger, job_id: str, sheet_rows: list[int] | None) -> list[int]:
    """Stop looking, for all of them or, where the ledger cannot be written, for none; returns their sheet rows."""
    doubts = await in_doubt(ledger, job_id, sheet_rows)

    def close(connection: Connection) -> None:
        for _row, shipment in doubts:
            transitions.closed(connection, job_id, shipment.id)

    await ledger.write_async(close)
    return [row for row, _shipment in doubts]


async def in_doubt(ledger: Ledger, job_id: str, sheet_rows: list[int] | None) -> list[tuple[int, Any]]:
    """(sheet row, shipment) of the doubts that are meant.

    Raises:
        ShipchatError: E-4207 for a row that is not in doubt.
    """

    def query(connection: Connection) -> list[tuple[int, Any]]:
        job_of(connection, job_id)
        return rows_with_shipments(connection, job_id, ("in_doubt",))

    doubts = await ledger.read_async(query)
    known = dict(doubts)
    for row in sheet_rows or ():
        if row not in known:
            raise error(NO_SUCH_ROW, job_id=job_id, row=row, state=" that is in doubt")
    return one_row_each(doubts, sheet_rows)


def _age_s(intent_at: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(intent_at)).total_seconds()
