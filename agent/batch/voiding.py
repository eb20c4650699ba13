"""Taking labels back: only what this ledger bought; an unknown outcome stays `voiding` and is repeated safely."""

from typing import Any

from sqlalchemy import Connection, select

from agent.batch import transitions
from agent.errors import error, is_refusal
from agent.ledger.faults import NOT_OURS
from agent.ledger.store import Ledger
from agent.ledger.tables import JobRow, Shipment, table_of
from agent.seams import Call

ROWS, SHIPMENTS = table_of(JobRow), table_of(Shipment)
VOIDABLE = ("created", "completed", "voiding")


async def void_rows(ledger: Ledger, ups: Call, job_id: str, sheet_rows: list[int] | None) -> list[int]:
    """Void shipments of a job; returns the sheet rows that are void now.

    Raises:
        ShipchatError: E-4224 for a row that holds no label of ours.
    """
    voided = []
    for row, shipment in await ledger.read_soon(voidable, job_id, sheet_rows):
        await ledger.write_soon(transitions.voiding, job_id, shipment.id)
        if await void_one(ledger, ups, shipment):
            voided.append(row)
    return voided


async def void_one(ledger: Ledger, ups: Call, shipment: Any) -> bool:
    """Ask UPS to void a shipment that is `voiding`; True when it is void. Safe to repeat."""
    job_id = shipment.job_id
    arguments = {
        "environment": shipment.identity.split(":", 1)[0],
        "shipment_identification_number": shipment.shipment_number,
        "reference": shipment.reference,
    }
    try:
        reply = await ups("shipping_void", arguments)
    except Exception as fault:  # noqa: BLE001 - unknown: it stays voiding, counts as spent, and is repeated
        reply = {"code": "E-4220", "message": str(fault), "outcome": "unknown"}
    if not is_refusal(reply) and reply.get("outcome") == "done" and not reply.get("not_voided"):
        await ledger.write_soon(transitions.voided, job_id, shipment.id)
        return True
    # A first void that UPS certainly refused leaves the label bought; after an unknown one only `done` is an end.
    if reply.get("outcome") == "not_done" and shipment.state != "voiding":
        code, message = str(reply.get("code", "")), str(reply.get("message", ""))
        await ledger.write_soon(transitions.void_refused, job_id, shipment.id, code, message)
    return False


def voidable(connection: Connection, job_id: str, sheet_rows: list[int] | None) -> list[tuple[int, Any]]:
    """(sheet row, shipment) of what can be voided."""
    joined = select(SHIPMENTS, ROWS.c.sheet_row.label("sheet_row")).join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id)
    query = joined.where(SHIPMENTS.c.job_id == job_id, ROWS.c.row_number == SHIPMENTS.c.lead_row)
    known = {shipment.sheet_row: shipment for shipment in connection.execute(query.order_by(SHIPMENTS.c.id))}
    wanted = sheet_rows if sheet_rows is not None else [r for r, s in known.items() if s.state in VOIDABLE]
    for row in wanted:
        shipment = known.get(row)
        if shipment is None or shipment.state not in VOIDABLE:
            raise error(NOT_OURS, row=row, job_id=job_id, state=shipment.state if shipment else "unknown")
    return [(row, known[row]) for row in wanted]
