"""The watch list: attempts that were given up without proof, looked up at each start; and the purge of old payloads."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, not_, select, update

from agent.batch.recovery import ask_ups
from agent.ledger import audit
from agent.ledger.store import Ledger
from agent.ledger.tables import PlanRecord, Shipment, table_of
from agent.seams import Call

SHIPMENTS, PLANS = table_of(Shipment), table_of(PlanRecord)
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
        Watched(row.job_id, row.lead_row, row.reference, row.settled_at or "", row.alarm)
        for row in connection.execute(query)
    ]


async def look(ledger: Ledger, ups: Call, account_of: Any, days: int) -> list[Alarm]:
    """Look up each watched attempt of the last `days` days; what is found, matching or not, is an alarm."""
    alarms = []
    for shipment in await ledger.read_soon(_watched, _before(days)):
        found = await ask_ups(ups, shipment, account_of(shipment.job_id))
        if found.finding not in {"settled", "mismatch"}:
            continue
        numbers = tuple(found.answered.tracking_numbers) if found.answered is not None else ()
        text = (
            f"ALARM: UPS holds a label for row {shipment.lead_row} of batch {shipment.job_id}, attempt "
            f"{shipment.attempt}, which was given up: {', '.join(numbers) or found.reason}. "
            "If the row was shipped again, void one of the two."
        )
        alarms.append(Alarm(shipment.job_id, shipment.reference, numbers, text))
        await ledger.write_soon(_raise, shipment.id, text)
    return alarms


def purge(connection: Connection, days: int) -> int:
    """Delete the payloads of rows that ended `days` days ago; identity, numbers and costs stay. Returns how many."""
    old = and_(
        SHIPMENTS.c.state.in_(ENDED),
        SHIPMENTS.c.settled_at < _before(days),
        SHIPMENTS.c.planned.is_not(None),
        not_(SHIPMENTS.c.unproven & SHIPMENTS.c.alarm.is_(None)),
    )
    count = connection.execute(update(SHIPMENTS).where(old).values(planned=None)).rowcount
    if count:
        kept = select(SHIPMENTS.c.plan_id).where(SHIPMENTS.c.planned.is_not(None))
        connection.execute(update(PLANS).where(PLANS.c.id.not_in(kept)).values(header=None))
        audit.append(connection, "purged", shipments=count)
    return count


def _watched(connection: Connection, since: str) -> list[Any]:
    query = select(SHIPMENTS).where(
        SHIPMENTS.c.unproven,
        SHIPMENTS.c.alarm.is_(None),
        SHIPMENTS.c.intent_at >= since,
        SHIPMENTS.c.planned.is_not(None),
    )
    return list(connection.execute(query.order_by(SHIPMENTS.c.id)))


def _raise(connection: Connection, shipment_id: int, text: str) -> None:
    shipment = connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id)).one()
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id).values(alarm=text))
    audit.append(connection, "alarm", shipment.job_id, shipment.lead_row, reference=shipment.reference)


def _before(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
