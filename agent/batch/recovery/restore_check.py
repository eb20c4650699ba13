"""Rows of an earlier run are looked up before their first send: in their sheet and by reference at UPS.

Nothing on this machine proves that the ledger was not brought back by a backup meanwhile, together with all that guards
it. Where a restore was noticed, rows of new batches are looked up as well, and by order number besides. What the ledger
itself knows is not evidence: a tracking number that it holds belongs to another parcel of the order, or to a shipment
that is sent again on purpose.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Self

from sqlalchemy import Connection, select, update

from agent.batch.executor import state_changes, transitions
from agent.batch.executor.sent_journal import hashed
from agent.batch.recovery.recovery import Found, ask_ups, look_up
from agent.batch.writeback.sheet_tracking import SheetTracking, read_sheet_tracking
from agent.errors import error, is_refusal
from agent.ledger import audit
from agent.ledger.faults import CANNOT_ASK, MAYBE_SHIPPED, RESTORED_LEDGER
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, Package, Shipment, table_of
from agent.settings import Settings
from agent.shipping.returns import is_return
from agent.tool_caller import ToolCaller

JOBS, SHIPMENTS, PACKAGES = table_of(Job), table_of(Shipment), table_of(Package)
PAGE = 200
CONCURRENCY = 4
BAD_ARGUMENTS = "E-2001"
"""What a server says of arguments that do not fit its schema."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What each look-up needs."""

    ledger: Ledger
    ups: ToolCaller
    account: str
    settings: Settings
    reship: bool
    """A person typed that these rows are shipped again: what was there before says nothing."""
    restored: bool
    """The ledger was found restored or copied; otherwise its rows are only from an earlier run."""
    concurrency: int
    """Look-ups at once."""
    forgotten: dict[str, str] = field(default_factory=dict)
    """After a restore: hashed identity -> reference of what this machine sent and the ledger does not know."""
    in_sheet: SheetTracking = field(default_factory=SheetTracking)

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        ups: ToolCaller,
        header: dict[str, Any],
        settings: Settings,
        forgotten: dict[str, str] | None,
        concurrency: int,
    ) -> Self:
        """For a job with this plan; `forgotten` is None where no restore was noticed."""
        account = str(header.get("account_number") or settings.sender.account_number)
        reship, restored, many = bool(header.get("reship")), forgotten is not None, max(concurrency, CONCURRENCY)
        return cls(ledger, ups, account, settings, reship, restored, many, forgotten or {})


async def clear(asking: Inquiry, data: ToolCaller, job: Any, header: dict[str, Any]) -> bool:
    """Look up what is pending; what a sheet or UPS knows is settled, or in doubt with the reason.

    Ends early, with nothing cleared, when a person asks to pause or cancel. Returns whether the sheet was opened.

    Raises:
        ShipchatError: E-4242 when UPS cannot be asked: nothing is sent, the rest stays pending.
    """
    ledger = asking.ledger
    page = await ledger.read_async(_pending, job.id, 0)
    opened = False
    while page:
        if not opened and any(_asks_the_sheet(asking, json.loads(shipment.planned)) for shipment in page):
            asking = replace(
                asking, in_sheet=await read_sheet_tracking(data, header.get("source") or {}, job.environment)
            )
            opened = True
        await _each(page, partial(_look, asking), asking.concurrency)
        if await ledger.read_async(_requested_action, job.id) is not None:
            return opened
        page = await ledger.read_async(_pending, job.id, page[-1].id)
    if job.needs_restore_check:
        await ledger.write_async(_restore_check_passed, job.id)
    return opened


async def _each(shipments: list[Any], look: Callable[[Any], Awaitable[None]], at_once: int) -> None:
    """All of them, then the first fault."""
    slots = asyncio.Semaphore(at_once)

    async def one(shipment: Any) -> None:
        async with slots:
            await look(shipment)

    for fault in await asyncio.gather(*(one(shipment) for shipment in shipments), return_exceptions=True):
        if fault is not None:
            raise fault


async def clear_cancelled(asking: Inquiry, job_id: str, is_followed: Callable[[str], Awaitable[bool]]) -> None:
    """Look up rows that a batch of an earlier run, cancelled since, was to send: under its reference.

    Whoever restores everything, cancels what came back and says the sentence again has new references for old parcels.

    Raises:
        ShipchatError: E-4242 when UPS cannot be asked.
    """
    cancelled = await asking.ledger.read_async(_cancelled, job_id)
    followed = {other for other in {one.job_id for one in cancelled} if await is_followed(other)}

    async def look(earlier: Any) -> None:
        found = await ask_ups(asking.ups, earlier, asking.account)
        if not found.asked:
            raise error(CANNOT_ASK, row=_sheet_row(earlier), reason=found.reason, job_id=job_id)
        if found.finding in {"not_found", "voided"}:
            return
        numbers = ", ".join(found.answered.tracking_numbers) if found.answered is not None else found.reason
        reason = f"UPS knows {earlier.reference} of batch {earlier.job_id}, which was cancelled: {numbers}"
        mine = await asking.ledger.read_async(_shipment, earlier.mine)
        # Two cancelled batches may have held it: the first that is found is enough.
        with suppress(state_changes.NotClaimable):
            await _suspect(asking, mine, reason)

    await _each([one for one in cancelled if one.job_id not in followed], look, asking.concurrency)


async def _look(asking: Inquiry, shipment: Any) -> None:
    reason = await _in_sheet(asking, shipment)
    found = await ask_ups(asking.ups, shipment, asking.account)
    if not found.asked and reason is None:
        raise error(CANNOT_ASK, row=_sheet_row(shipment), reason=found.reason, job_id=shipment.job_id)
    if found.finding == "not_found":
        reason = reason or await _known_elsewhere(asking, shipment)
        if reason is None:
            # Nothing is noted of it: what was true of this look-up need not be true after another restore.
            return
        found = Found("not_found", reason)
    # On a shared ledger another station may have sent it meanwhile, or given it up: then it is not pending any more.
    with suppress(state_changes.NotClaimable):
        await _suspect(asking, shipment, reason or found.reason)
    if found.finding != "not_found":
        suspect = await asking.ledger.read_async(_shipment, shipment.id)
        await look_up(asking.ledger, asking.ups, suspect, asking.account, timeout_s=asking.settings.ups_timeout_s)


async def _suspect(asking: Inquiry, shipment: Any, reason: str) -> None:
    kind = RESTORED_LEDGER if asking.restored else MAYBE_SHIPPED
    words = kind.message.format(row=_sheet_row(shipment), reason=reason)
    await asking.ledger.write_async(transitions.suspected, shipment.job_id, shipment.id, kind.code, words)


def _asks_the_sheet(asking: Inquiry, planned: dict[str, Any]) -> bool:
    """Without a restore what the cells hold now is compared with what was approved, before anything is sent
    (sheet_check), where the plan knows that."""
    if is_return(planned["payload"]):
        return False  # the number in its row is that of the way out
    return asking.restored or not (asking.reship or planned.get("result_cells") is not None)


async def _in_sheet(asking: Inquiry, shipment: Any) -> str | None:
    """Why a person must look: the sheet says that a row was shipped, and this ledger does not know it."""
    planned = json.loads(shipment.planned)
    if not _asks_the_sheet(asking, planned):
        return None
    for number, checksum in zip(planned["row_numbers"], planned["row_checksums"], strict=True):
        for text in asking.in_sheet.of(number, checksum):
            if not text:
                # Without a restore a STATUS is what this ledger itself wrote of an earlier attempt.
                if asking.restored and not asking.reship:
                    return "its sheet says that a batch was working on it"
            elif await asking.ledger.read_async(_unknown, text.replace(",", " ").split()):
                return f"its sheet holds {text} for it"
    return None


async def _known_elsewhere(asking: Inquiry, shipment: Any) -> str | None:
    """After a restore: what else may know of a row whose reference UPS does not know."""
    if not asking.restored:
        return None
    return await _order_known(asking, shipment) or _in_journal(asking, shipment)


def _in_journal(asking: Inquiry, shipment: Any) -> str | None:
    """Why a person must look: this machine sent a request for it that this ledger does not know."""
    reference = None if asking.reship else asking.forgotten.get(hashed(shipment.identity))
    return f"it was sent under {reference}, which this ledger does not know" if reference else None


async def _order_known(asking: Inquiry, shipment: Any) -> str | None:
    """Why a person must look: UPS knows a shipment with the customer's order number that this ledger does not know."""
    order = json.loads(shipment.planned)["payload"].get("customer_reference")
    if not order:
        return None
    since = datetime.now(UTC) - timedelta(days=asking.settings.watch_days)
    arguments = {
        "environment": shipment.identity.split(":", 1)[0],
        "reference": order,
        "shipper_number": asking.account,
        "since": since.strftime("%Y%m%d"),
    }
    try:
        reply = await asking.ups("shipping_find", arguments)
    except Exception as fault:  # noqa: BLE001 - whatever kept UPS from being asked
        reply = {"isError": True, "code": getattr(fault, "code", ""), "message": str(fault) or type(fault).__name__}
    if is_refusal(reply):
        if reply.get("code") == BAD_ARGUMENTS or reply.get("http_status") in {400, 404}:
            # Not a text that UPS can search for: nobody can look it up.
            return None
        raise error(CANNOT_ASK, row=_sheet_row(shipment), reason=reply["message"], job_id=shipment.job_id)
    if reply.get("unanswered"):
        raise error(CANNOT_ASK, row=_sheet_row(shipment), reason=reply["reason"], job_id=shipment.job_id)
    if reply.get("status") == "not_found":
        return None
    named = _named(reply)
    if named and not await asking.ledger.read_async(_unknown, named):
        return None
    numbers = f" ({', '.join(named)})" if named else ""
    return f"UPS knows a shipment with order {order}{numbers}"


def _named(reply: dict[str, Any]) -> list[str]:
    """The tracking numbers that an answer names, certain or not; none for what is void."""
    shipment = reply.get("shipment") or {}
    numbers = [str(number) for number in shipment.get("trackingNumbers") or []]
    return numbers + [str(item["tracking_number"]) for item in reply.get("candidates") or []]


def _unknown(connection: Connection, numbers: Iterable[str]) -> list[str]:
    """Those of these tracking numbers that no package of this ledger has."""
    wanted = list(dict.fromkeys(numbers))
    known = set(connection.scalars(select(PACKAGES.c.tracking_number).where(PACKAGES.c.tracking_number.in_(wanted))))
    return [number for number in wanted if number not in known]


def _pending(connection: Connection, job_id: str, after: int) -> list[Any]:
    """Pending shipments, with the day of their approval: since then they can be at UPS."""
    query = (
        select(*[c for c in SHIPMENTS.c if c.name != "intent_at"], JOBS.c.created_at.label("intent_at"))
        .join(JOBS, JOBS.c.id == SHIPMENTS.c.job_id)
        .where(
            SHIPMENTS.c.job_id == job_id,
            SHIPMENTS.c.state == "pending",
            SHIPMENTS.c.id > after,
        )
        .order_by(SHIPMENTS.c.id)
        .limit(PAGE)
    )
    return list(connection.execute(query))


def _cancelled(connection: Connection, job_id: str) -> list[Any]:
    """Shipments that were skipped elsewhere and that a pending one of this job stands for now, named `mine`."""
    mine = SHIPMENTS.alias("mine")
    query = (
        select(
            *[c for c in SHIPMENTS.c if c.name != "intent_at"],
            JOBS.c.created_at.label("intent_at"),
            mine.c.id.label("mine"),
        )
        .join(JOBS, JOBS.c.id == SHIPMENTS.c.job_id)
        .join(mine, mine.c.identity == SHIPMENTS.c.identity)
        .where(
            mine.c.job_id == job_id,
            mine.c.state == "pending",
            SHIPMENTS.c.job_id != job_id,
            SHIPMENTS.c.state == "skipped",
            SHIPMENTS.c.planned.is_not(None),
        )
    )
    return list(connection.execute(query))


def _requested_action(connection: Connection, job_id: str) -> str | None:
    return connection.scalar(select(JOBS.c.requested_action).where(JOBS.c.id == job_id))


def _shipment(connection: Connection, shipment_id: int) -> Any:
    return connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id)).one()


def _sheet_row(shipment: Any) -> int:
    return int(json.loads(shipment.planned)["sheet_rows"][0])


def _restore_check_passed(connection: Connection, job_id: str) -> None:
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(needs_restore_check=False))
    audit.append(connection, "restore_check_passed", job_id)
