"""A quarantined job: every row is looked up, by its reference and by its order number, before its first send."""

import json
from typing import Any

from sqlalchemy import Connection, select, update

from agent.batch import transitions
from agent.batch.recovery import ask_ups, local_day, look_up
from agent.errors import is_refusal
from agent.ledger import audit
from agent.ledger.faults import RESTORED_LEDGER
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, Shipment, table_of
from agent.seams import Call

JOBS, SHIPMENTS = table_of(Job), table_of(Shipment)
PAGE = 200
RESTORED = RESTORED_LEDGER.code


async def clear(ledger: Ledger, ups: Call, job_id: str, account: str, timeout_s: float) -> int:
    """Look up what is pending; what UPS knows is settled, or in doubt. Returns how many rows stay in doubt."""
    doubtful, after = 0, 0
    while page := await ledger.read_soon(_pending, job_id, after):
        for shipment in page:
            after = shipment.id
            doubtful += await _look(ledger, ups, shipment, account, timeout_s)
    await ledger.write_soon(_lift, job_id)
    return doubtful


async def _look(ledger: Ledger, ups: Call, shipment: Any, account: str, timeout_s: float) -> int:
    """1 when the row is in doubt now."""
    found = await ask_ups(ups, shipment, account)
    if found.finding == "not_found":
        reason = await _order_known(ups, shipment, account)
        if reason is None:
            return 0
        await ledger.write_soon(transitions.suspected, shipment.job_id, shipment.id, RESTORED, reason)
        return 1
    await ledger.write_soon(transitions.suspected, shipment.job_id, shipment.id, RESTORED, found.reason)
    suspect = await ledger.read_soon(_shipment, shipment.id)
    settled = await look_up(ledger, ups, suspect, account, timeout_s=timeout_s)
    return 0 if settled.finding in {"settled", "voided"} else 1


async def _order_known(ups: Call, shipment: Any, account: str) -> str | None:
    """Why a person must look: UPS knows a shipment with the customer's order number. It may be an older, other one."""
    order = json.loads(shipment.planned)["payload"].get("customer_reference")
    if not order:
        return None
    arguments = {
        "environment": shipment.identity.split(":", 1)[0],
        "reference": order,
        "shipper_number": account,
        "since": local_day(shipment.intent_at),
    }
    try:
        reply = await ups("shipping_find", arguments)
    except Exception as fault:  # noqa: BLE001 - what cannot be asked is a doubt
        return f"UPS could not be asked for order {order}: {fault}"
    if is_refusal(reply):
        return (
            None if reply.get("code") == "E-2001" else f"UPS could not be asked for order {order}: {reply['message']}"
        )
    return None if reply.get("status") == "not_found" else f"UPS knows a shipment with order {order}"


def _pending(connection: Connection, job_id: str, after: int) -> list[Any]:
    """Pending shipments with the day of their approval, since which they can have been sent."""
    query = (
        select(*[c for c in SHIPMENTS.c if c.name != "intent_at"], JOBS.c.created_at.label("intent_at"))
        .join(JOBS, JOBS.c.id == SHIPMENTS.c.job_id)
        .where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending", SHIPMENTS.c.id > after)
        .order_by(SHIPMENTS.c.id)
        .limit(PAGE)
    )
    return list(connection.execute(query))


def _shipment(connection: Connection, shipment_id: int) -> Any:
    return connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id)).one()


def _lift(connection: Connection, job_id: str) -> None:
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(quarantined=False))
    audit.append(connection, "quarantine_lifted", job_id)
