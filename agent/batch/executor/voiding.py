"""Taking labels back: only what this ledger bought; an unknown outcome stays `voiding` and is repeated safely."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from agent.batch.executor import transitions
from agent.batch.executor.known_numbers import NumberTaken, check_numbers
from agent.batch.executor.outcome import Outcome
from agent.batch.executor.queries import job_of, one_row_each, rows_with_shipments
from agent.errors import error, is_refusal
from agent.ledger.faults import LOST_ANSWER, NOT_OURS, NOT_WATCHED, NUMBER_TAKEN
from agent.ledger.store import Ledger
from agent.ledger.tables import Shipment, table_of
from agent.tool_caller import ToolCaller

SHIPMENTS = table_of(Shipment)
VOIDABLE = ("created", "completed", "voiding")


async def void_rows(
    ledger: Ledger,
    ups: ToolCaller,
    job_id: str,
    sheet_rows: list[int] | None,
    stopping: Callable[[], bool] = lambda: False,
) -> list[int]:
    """Void shipments of a job until `stopping`; returns the sheet rows that are void now.

    Raises:
        ShipchatError: E-4224 for a row that holds no label of ours.
    """
    voided = []
    for row, shipment in await ledger.read_async(voidable, job_id, sheet_rows):
        if stopping():
            break
        await ledger.write_async(transitions.voiding, job_id, shipment.id)
        if await void_one(ledger, ups, shipment):
            voided.append(row)
    return voided


async def void_one(ledger: Ledger, ups: ToolCaller, shipment: Any) -> bool:
    """Ask UPS to void a shipment that is `voiding`; True when it is void. Safe to repeat."""
    job_id = shipment.job_id
    reply = await _ask(ups, shipment)
    if _is_void(reply):
        await ledger.write_async(transitions.voided, job_id, shipment.id)
        return True
    # A first void that certainly was not done leaves the label bought. After an unknown one UPS itself must say that
    # it is not void and cannot be voided: one that is void already it answers as done.
    if reply.get("outcome") == Outcome.NOT_DONE and (shipment.state != "voiding" or _ups_says_no(reply)):
        code, message = str(reply.get("code", "")), str(reply.get("message", ""))
        await ledger.write_async(transitions.void_refused, job_id, shipment.id, code, message)
    return False


async def _ask(ups: ToolCaller, shipment: Any) -> dict[str, Any]:
    arguments = {
        "environment": shipment.identity.split(":", 1)[0],
        "shipment_identification_number": shipment.shipment_number,
        "reference": shipment.reference,
    }
    try:
        return await ups("shipping_void", arguments)
    except Exception as fault:  # noqa: BLE001 - unknown: it stays voiding, counts as spent, and is repeated
        return {"isError": True, "code": LOST_ANSWER.code, "message": str(fault), "outcome": Outcome.UNKNOWN.value}


def _ups_says_no(reply: dict[str, Any]) -> bool:
    """UPS's own verdict on this shipment, not on the token, the account or the rate of requests."""
    return (
        bool(reply.get("ups_code")) and not reply.get("retryable") and reply.get("http_status") not in {401, 403, 429}
    )


def _is_void(reply: dict[str, Any]) -> bool:
    return not is_refusal(reply) and reply.get("outcome") == Outcome.DONE and not reply.get("not_voided")


async def void_watched(ledger: Ledger, ups: ToolCaller, job_id: str, tracking_number: str) -> bool:
    """Void the label of an attempt that was given up; True when it is void.

    Raises:
        ShipchatError: E-4241 when the watch list found none with this number, E-4216 when another shipment has it.
    """
    query = select(SHIPMENTS).where(
        SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.unproven, SHIPMENTS.c.shipment_number == tracking_number
    )
    shipment = await ledger.read_async(lambda connection: connection.execute(query).first())
    if shipment is None:
        raise error(NOT_WATCHED, number=tracking_number, job_id=job_id)
    try:
        await ledger.read_async(check_numbers, shipment.id, [tracking_number])
    except NumberTaken as taken:
        raise error(NUMBER_TAKEN, number=taken.number, row=taken.row, job_id=taken.job_id) from taken
    reply = await _ask(ups, shipment)
    if not _is_void(reply):
        return False
    await ledger.write_async(transitions.accounted_for, shipment.id, "voided")
    return True


def states_of(connection: Connection, job_id: str, sheet_rows: list[int]) -> dict[int, str]:
    """The state of each of these sheet rows' shipments."""
    return {row: shipment.state for row, shipment in rows_with_shipments(connection, job_id) if row in sheet_rows}


def voidable(connection: Connection, job_id: str, sheet_rows: list[int] | None) -> list[tuple[int, Any]]:
    """(sheet row, shipment) of what can be voided."""
    job_of(connection, job_id)
    pairs = rows_with_shipments(connection, job_id)
    known = dict(pairs)
    for row in sheet_rows or ():
        shipment = known.get(row)
        if shipment is None or shipment.state not in VOIDABLE:
            raise error(NOT_OURS, row=row, job_id=job_id, state=shipment.state if shipment else "unknown")
    return one_row_each([(row, shipment) for row, shipment in pairs if shipment.state in VOIDABLE], sheet_rows)
