"""The watch list: attempts that were given up without proof, looked up at each start; and the purge of old payloads."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, not_, select, update

from agent.batch.executor import state_changes, transitions
from agent.batch.recovery.recovery import Found, ask_ups, unless_taken
from agent.ledger import audit
from agent.ledger.faults import EARLIER_LABEL
from agent.ledger.store import Ledger
from agent.ledger.tables import Outbox, PlanRecord, Shipment, table_of
from agent.tool_caller import ToolCaller

SHIPMENTS, PLANS, OUTBOX = table_of(Shipment), table_of(PlanRecord), table_of(Outbox)
ENDED = ("completed", "failed", "released", "closed", "skipped", "voided")


@dataclass(frozen=True, slots=True)
class Watched:
    """An attempt whose outcome was never proven."""

    job_id: str
    row_number: int
    reference: str
    given_up_at: str
    alarm: str | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An attempt that was given up and is at UPS after all; `void it` is the offer."""

    job_id: str
    reference: str
    tracking_numbers: tuple[str, ...]
    text: str


def watch_list(connection: Connection) -> list[Watched]:
    """All of them, alarms included, oldest first."""
    query = select(SHIPMENTS).where(SHIPMENTS.c.unproven).order_by(SHIPMENTS.c.id)
    return [
        Watched(row.job_id, row.primary_row, row.reference, row.settled_at or "", row.alarm)
        for row in connection.execute(query)
    ]


async def look(ledger: Ledger, ups: ToolCaller, account_of: Any, days: int, job_id: str | None = None) -> list[Alarm]:
    """Look up each watched attempt of the last `days` days (of one job, or of all).

    What is found, matching or not, is an alarm, told again at every start until it is void or adopted; a new attempt
    of its row that was not sent yet waits for the person.
    """
    alarms = []
    for shipment in await ledger.read_async(_watched, _before(days), job_id):
        found = await ask_ups(ups, shipment, account_of(shipment.job_id))
        if found.answered is not None:
            found = await ledger.read_async(unless_taken, shipment.id, found)
        if found.finding == "voided":
            await ledger.write_async(transitions.accounted_for, shipment.id, "void at UPS")
        elif found.finding in {"settled", "mismatch"}:
            alarm = _alarm(shipment, found)
            alarms.append(alarm)
            number = found.answered.shipment_number if found.answered is not None else None
            await ledger.write_async(_raise, shipment, alarm, number)
    return alarms


def _alarm(shipment: Any, found: Found) -> Alarm:
    numbers = tuple(found.answered.tracking_numbers) if found.answered is not None else ()
    text = (
        f"ALARM: UPS holds a label for row {_sheet_row(shipment)} of batch {shipment.job_id}, attempt "
        f"{shipment.attempt}, which was given up: {', '.join(numbers) or found.reason}. "
        "If the row was shipped again, void one of the two."
    )
    if numbers:
        text += f" This one: `shipchat jobs void {shipment.job_id} --tracking {numbers[0]} --yes`."
    return Alarm(shipment.job_id, shipment.reference, numbers, text)


def purge(connection: Connection, days: int, watch_days: int) -> int:
    """Delete the payloads of rows that ended `days` days ago; identity, numbers and costs stay. Returns how many.

    What is still watched is still needed: a look-up compares with the payload.
    """
    old = and_(
        SHIPMENTS.c.state.in_(ENDED),
        SHIPMENTS.c.settled_at < _before(days),
        SHIPMENTS.c.planned.is_not(None),
        not_(SHIPMENTS.c.unproven & (SHIPMENTS.c.intent_at >= _before(watch_days))),
    )
    count = connection.execute(update(SHIPMENTS).where(old).values(planned=None)).rowcount
    if count:
        kept = select(SHIPMENTS.c.plan_id).where(SHIPMENTS.c.planned.is_not(None))
        # A plan names the sheet that results are pending for.
        pending = select(OUTBOX.c.job_id).where(OUTBOX.c.state == "pending")
        done = PLANS.c.id.not_in(kept) & PLANS.c.job_id.not_in(pending)
        connection.execute(update(PLANS).where(done).values(header=None))
        audit.append(connection, "purged", shipments=count)
    return count


def _watched(connection: Connection, since: str, job_id: str | None) -> list[Any]:
    query = select(SHIPMENTS).where(
        SHIPMENTS.c.unproven, SHIPMENTS.c.intent_at >= since, SHIPMENTS.c.planned.is_not(None)
    )
    if job_id is not None:
        query = query.where(SHIPMENTS.c.job_id == job_id)
    return list(connection.execute(query.order_by(SHIPMENTS.c.id)))


def _raise(connection: Connection, shipment: Any, alarm: Alarm, number: str | None) -> None:
    transitions.alarmed(connection, shipment.id, alarm.text, number)
    later = select(SHIPMENTS).where(
        SHIPMENTS.c.job_id == shipment.job_id,
        SHIPMENTS.c.primary_row == shipment.primary_row,
        SHIPMENTS.c.attempt > shipment.attempt,
        SHIPMENTS.c.state == "pending",
    )
    for waiting in connection.execute(later).all():
        numbers = ", ".join(alarm.tracking_numbers) or alarm.reference
        reason = EARLIER_LABEL.message.format(row=_sheet_row(shipment), numbers=numbers)
        # Somebody who is sending it right now was faster: then there are two labels, and the alarm says so.
        with suppress(state_changes.NotClaimable):
            transitions.suspected(connection, shipment.job_id, waiting.id, EARLIER_LABEL.code, reason)


def _sheet_row(shipment: Any) -> int:
    return int(json.loads(shipment.planned)["sheet_rows"][0])


def _before(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
