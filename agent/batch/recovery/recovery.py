"""After a crash: what was sent is looked up before anything else is; a person decides what UPS cannot prove."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, repeat
from typing import Any, Literal

from sqlalchemy import Connection, select

from agent.batch.executor import transitions
from agent.batch.executor.evidence import Planned, Reported, planned_of, read_charge, weigh
from agent.batch.executor.known_numbers import NumberTaken, check_numbers
from agent.batch.executor.outcome import Answered, Outcome
from agent.batch.executor.reaping import crashed
from agent.batch.executor.request_holders import INTENT_S, all_gone, boot_clock, is_here
from agent.batch.executor.row_step import is_whole
from agent.batch.executor.voiding import void_one
from agent.batch.recovery import clock
from agent.errors import is_refusal
from agent.ledger import workers
from agent.ledger.faults import NO_LABEL_FILE
from agent.ledger.store import Ledger
from agent.ledger.tables import Package, Shipment, table_of
from agent.shipping.returns import label_comes_here
from agent.tool_caller import ToolCaller

SHIPMENTS, PACKAGES = table_of(Shipment), table_of(Package)
BACK_OFF_S = (10.0, 60.0, 300.0, 1800.0)
"""Between look-ups while somebody waits (docs/money.md)."""

POLL_S = 0.2
MARGIN_S = 30.0
"""As long as one transaction of a shared ledger can take (agent/ledger/database.py)."""

Finding = Literal["settled", "voided", "not_found", "unknown", "mismatch"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a look-up showed."""

    finding: Finding
    reason: str
    answered: Answered | None = None
    asked: bool = True
    """False where UPS could not be asked at all."""
    source: str | None = None
    """Who told what was found."""
    contradicted: bool = False
    """What was found is another shipment."""


async def settle(
    ledger: Ledger, ups: ToolCaller, job_id: str, account: str, *, timeout_s: float, station: str | None = None
) -> int:
    """Look up what is submitting or in doubt, finish what is created, repeat open voids. Returns what stays open."""
    await ledger.write_async(crashed, job_id)
    doubts = await _in_state(ledger, job_id, "in_doubt")
    await until_over(ledger, doubts, timeout_s)
    for shipment in doubts:
        await look_up(ledger, ups, shipment, account, timeout_s=timeout_s)
    for shipment in [*await _in_state(ledger, job_id, "created"), *await without_label(ledger, job_id, station)]:
        await finish_labels(ledger, ups, shipment, account)
    for shipment in await _in_state(ledger, job_id, "voiding"):
        await void_one(ledger, ups, shipment)
    return len(await _in_state(ledger, job_id, "in_doubt", "created", "voiding"))


async def repeated(
    once: Callable[[], Awaitable[int]], wait_minutes: float, sleep: Callable[[float], Awaitable[None]]
) -> int:
    """Settle, and again at longer and longer intervals for so many minutes; what stays open."""
    left = await once()
    waited, limit = 0.0, wait_minutes * 60.0
    for pause_s in chain(BACK_OFF_S, repeat(BACK_OFF_S[-1])):
        if not left or waited >= limit:
            break
        pause_s = min(pause_s, limit - waited)
        await sleep(pause_s)
        waited += pause_s
        left = await once()
    return left


async def without_label(ledger: Ledger, job_id: str, station: str | None = None) -> list[Any]:
    """Completed shipments whose label files are gone or changed; with `station` those that this station sent: the
    labels of others are on their disks."""
    columns = (PACKAGES.c.shipment_id, PACKAGES.c.label_path, PACKAGES.c.label_sha256)
    query = select(*columns, SHIPMENTS.c.planned).join(SHIPMENTS, SHIPMENTS.c.id == PACKAGES.c.shipment_id)
    query = query.where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "completed")
    if station is not None:
        theirs = select(workers.WORKERS.c.id).where(workers.WORKERS.c.station != station)
        query = query.where(SHIPMENTS.c.worker_id.is_(None) | SHIPMENTS.c.worker_id.not_in(theirs))

    def gone(connection: Connection) -> list[Any]:
        packages = connection.execute(query).yield_per(500)
        ids = {
            one.shipment_id
            for one in packages
            if not is_whole(one.label_path, one.label_sha256) and _label_comes(one.planned)
        }
        return [connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == one)).one() for one in sorted(ids)]

    return await ledger.read_async(gone)


async def until_over(ledger: Ledger, shipments: list[Any], timeout_s: float) -> None:
    """Wait until none of these requests can still be under way: at most 60 s after the intent + the time-out."""
    for shipment in shipments:
        while not await ledger.read_async(_is_over, shipment, timeout_s):  # noqa: ASYNC110 - a process ends unheard
            await asyncio.sleep(POLL_S)


def _is_over(connection: Connection, shipment: Any, timeout_s: float) -> bool:
    return no_longer_under_way(shipment, timeout_s, workers.database_now(connection))


async def look_up(ledger: Ledger, ups: ToolCaller, shipment: Any, account: str, *, timeout_s: float) -> Found:
    """One climb of the ladder: spool, label recovery, track. Only positive evidence closes a doubt."""
    found = await ledger.write_async(_apply, shipment, await ask_ups(ups, shipment, account), timeout_s)
    if found.finding == "mismatch" and found.source == "spool":
        # A number that another row has fits all the rest: only the ledger sees it.
        asked = await ask_ups(ups, shipment, account, past_spool=True)
        found = await ledger.write_async(_apply, shipment, asked, timeout_s) if asked.finding != "not_found" else found
    return found


async def ask_ups(ups: ToolCaller, shipment: Any, account: str, *, past_spool: bool = False) -> Found:
    """Ask by reference, with the day and the destination of the intent; a spool that does not fit is passed over."""
    planned = planned_of(shipment, account, since=clock.attempted_at(shipment))
    if planned is None:
        return Found("unknown", "its payload was purged")
    found = await (find(ups, planned, past_spool=True) if past_spool else find(ups, planned))
    if found.finding == "mismatch" and found.source == "spool" and not past_spool:
        asked = await find(ups, planned, past_spool=True)
        # Not found is not proof: what was told and kept is still the best that is known.
        return replace(found, source=None) if asked.finding == "not_found" else asked
    if found.asked and found.finding in ("not_found", "unknown"):
        return replace(found, reason="; ".join(filter(None, [found.reason, clock.moved_since(shipment)])))
    return found


async def find(ups: ToolCaller, planned: Planned, **more: Any) -> Found:
    """One `shipping_find`, and what its answer proves; `more` are arguments besides what was planned."""
    place = {"postal_code": planned.postal_code, "country_code": planned.country_code}
    arguments = {
        "environment": planned.environment,
        "reference": planned.reference,
        "shipper_number": planned.account,
        "since": planned.since,
        "destination": {key: value for key, value in place.items() if value},
        **more,
    }
    try:
        reply = await ups("shipping_find", arguments)
    except Exception as fault:  # noqa: BLE001 - a look-up that fails proves nothing
        return Found("unknown", str(getattr(fault, "message", "") or fault), asked=False)
    if is_refusal(reply):
        return Found("unknown", f"{reply['code']}: {reply['message']}", asked=False)
    if reply.get("status") != "found" or not reply.get("shipment"):
        status: Finding = "not_found" if reply.get("status") == "not_found" else "unknown"
        return Found(status, _reason(reply), asked=not reply.get("unanswered"))
    found: dict[str, Any] = reply["shipment"]
    return match(found | {"source": "person"} if "tracking_numbers" in more else found, planned)


def _reason(reply: dict[str, Any]) -> str:
    """Why nothing can be concluded, with the shipments that were found anyway: a person can look at those."""
    named = [
        f"{item['tracking_number']}, made on {item.get('created_on') or 'a day that UPS does not say'}"
        for item in reply.get("candidates") or []
    ]
    return str(reply.get("reason", "")) + (f": {'; '.join(named)}" if named else "")


def match(found: dict[str, Any], planned: Planned) -> Found:
    """What a look-up found, weighed; that it is void needs the same evidence as that it is not."""
    numbers = [str(number) for number in found.get("trackingNumbers") or []]
    charge, currency, problem = read_charge(found.get("totalCharges"))
    source = found.get("source") or "track"
    reported = Reported(
        source,
        numbers,
        shipment_number=found.get("shipmentIdentificationNumber"),
        context=found.get("customerContext"),
        package_count=found.get("package_count"),
        postal_code=found.get("postal_code"),
        country_code=found.get("country_code"),
        created_on=found.get("created_on"),
        references=list(found.get("references") or []),
        charge_problem=problem,
    )
    evidence = weigh(planned, reported)
    answered = Answered(
        Outcome.DONE,
        tracking_numbers=numbers,
        label_paths=list(found.get("labelPaths") or []),
        label_sha256s=list(found.get("labelSha256s") or []),
        charge_cents=charge,
        currency=currency,
        shipment_number=reported.shipment_number,
    )
    if not evidence.fits:
        reason = f"what was found ({', '.join(numbers) or 'no number'}) does not fit: {evidence.reason}"
        return Found("mismatch", reason, source=source, contradicted=evidence.kind == "contradicts")
    if found.get("voided"):
        return Found("voided", "it was made and is void", answered, source=source)
    return Found("settled", f"found by {source.replace('_', ' ')}", answered, source=source)


def _apply(connection: Connection, shipment: Any, found: Found, timeout_s: float) -> Found:
    """What was found, into the ledger; returns what it came to."""
    found = unless_taken(connection, shipment.id, found)
    if found.finding == "settled" and found.answered is not None:
        transitions.created(connection, shipment.job_id, shipment.id, found.answered, proof=found.reason)
    elif found.finding == "voided":
        transitions.voided(connection, shipment.job_id, shipment.id)
    else:
        counts = found.finding == "not_found" and _is_over(connection, shipment, timeout_s)
        transitions.looked_up(connection, shipment.id, found.reason, counts=counts)
    return found


def unless_taken(connection: Connection, shipment_id: int, found: Found) -> Found:
    """What was found; a mismatch where another shipment of the ledger has one of its numbers."""
    if found.answered is None:
        return found
    try:
        check_numbers(connection, shipment_id, found.answered.tracking_numbers)
    except NumberTaken as taken:
        return replace(found, finding="mismatch", reason=taken.reason, answered=None, contradicted=True)
    return found


def no_longer_under_way(shipment: Any, timeout_s: float, shared_now: float | None = None) -> bool:
    """Whether the request can no longer be sent or answered: its processes are gone, or its time is over.

    `shared_now`: on a shared ledger, the clock of its database. Of another machine's processes nothing is known here:
    their requests are over by that clock only, with a margin for what lies between a claim and its commit.
    """
    if shared_now is not None and shipment.boot_id is not None and not is_here(shipment.boot_id):
        return shared_now > under_way_until(shipment) + timeout_s
    if all_gone(shipment.request_holders, shipment.boot_id):
        return True
    here = is_here(shipment.boot_id)
    return bool(here and shipment.not_after is not None and boot_clock() > shipment.not_after + timeout_s)


def under_way_until(shipment: Any) -> float:
    """Until when a request of another machine can be started, in seconds since the epoch."""
    if shipment.sent_until is not None:
        return float(shipment.sent_until) + MARGIN_S
    return datetime.fromisoformat(shipment.intent_at).timestamp() + INTENT_S + MARGIN_S


def _label_comes(planned: str | None) -> bool:
    """Whether UPS hands the label to us: of some returns the customer gets it."""
    return planned is None or label_comes_here(json.loads(planned)["payload"])


async def finish_labels(ledger: Ledger, ups: ToolCaller, shipment: Any, account: str) -> bool:
    """Bring the label files of a created shipment to disk: they are there, or UPS sends them again."""
    query = select(PACKAGES).where(PACKAGES.c.shipment_id == shipment.id).order_by(PACKAGES.c.position)
    packages = await asyncio.to_thread(ledger.read, lambda connection: list(connection.execute(query)))
    whole = True
    for package in packages:
        if not _label_comes(shipment.planned):
            continue
        if await asyncio.to_thread(is_whole, package.label_path, package.label_sha256):
            continue
        arguments = {
            "environment": shipment.identity.split(":", 1)[0],
            "tracking_number": package.tracking_number,
            "reference": shipment.reference,
            "package_number": package.position + 1,
            "shipper_number": account,
        }
        try:
            reply = await ups("label_recover", arguments)
        except Exception as fault:  # noqa: BLE001 - the shipment stays created and is tried again
            reply = {"code": NO_LABEL_FILE.code, "message": str(fault)}
        path, sha256 = _label_of(reply, package.tracking_number)
        if not await asyncio.to_thread(is_whole, path, sha256):
            whole = False
            continue
        await ledger.write_async(
            partial(
                transitions.label_saved,
                shipment_id=shipment.id,
                position=package.position,
                path=path,
                sha256=sha256,
            )
        )
    if whole and shipment.state != "completed":
        await ledger.write_async(lambda c: transitions.completed(c, shipment.job_id, shipment.id))
    return whole


def _label_of(reply: dict[str, Any], tracking_number: str) -> tuple[Any, Any]:
    """(path, SHA-256) of one package's label; nothing where the answer does not name it."""
    if is_refusal(reply) or tracking_number not in (reply.get("trackingNumbers") or []):
        return None, None
    index = reply["trackingNumbers"].index(tracking_number)
    labels = list(zip(reply.get("labelPaths") or [], reply.get("labelSha256s") or [], strict=False))
    return labels[index] if index < len(labels) else (None, None)


async def _in_state(ledger: Ledger, job_id: str, *states: str) -> list[Any]:
    query = (
        select(SHIPMENTS).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state.in_(states)).order_by(SHIPMENTS.c.id)
    )
    return await asyncio.to_thread(ledger.read, lambda connection: list(connection.execute(query)))
