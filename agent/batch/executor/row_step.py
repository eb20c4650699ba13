"""The row step: intent, request, answer, record - a function of (ledger, UPS, shipment), with no state of its own."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection

from agent.batch.executor import documents, statements, transitions
from agent.batch.executor.concurrency_limit import ConcurrencyLimiter
from agent.batch.executor.evidence import UNBELIEVED, expected
from agent.batch.executor.known_numbers import NumberTaken
from agent.batch.executor.outcome import Answered, Outcome, believed, judge, lost
from agent.batch.executor.request_holders import INTENT_S, boot_clock, boot_id, machine
from agent.batch.executor.reserving import STRICT, Tolerance
from agent.batch.executor.sent_journal import SentJournal
from agent.batch.executor.state_changes import HeldBack, NotClaimable
from agent.batch.executor.transitions import Claimed, Intent
from agent.batch.executor.worker_lease import WorkerLease
from agent.ledger import pace, workers
from agent.ledger.faults import LOST_ANSWER
from agent.ledger.store import Ledger
from agent.shipping.returns import label_comes_here
from agent.tool_caller import ToolCaller

T = TypeVar("T")
MOST_SENDS = 6
"""How often a request that certainly made nothing is repeated before the row fails: an expired token, no way to UPS.
Attempt and reference stay. A 429 fails no row: all wait, and in the end the batch pauses."""
LONGEST_WAIT_S = 30.0
"""Between two requests that UPS refused with 429, where it names no time."""
SLICE_S = 1.0
"""While nothing may be sent, how often a pause that a person asked for is looked for."""
UNREACHED_S = (1.0, 2.0, 4.0)
"""Waits before a request that could not even be started (no connection) is tried again."""
TOO_MANY_REQUESTS, UNAUTHORISED = 429, 401

Ended = Literal[
    "completed", "created", "failed", "in_doubt", "taken", "stopped", "budget", "changed", "throttled", "later"
]
"""`later`: nothing was sent, and the row is not at fault: its documents could not be uploaded now."""


@dataclass(slots=True)
class Unrecorded:
    """A shipment whose intent is durable and whose end is not: what is known of its answer, so far."""

    claimed: Claimed
    answered: Answered | None = None


@dataclass(slots=True)
class Sender:
    """What every row of a job needs."""

    ledger: Ledger
    ups: ToolCaller
    job_id: str
    environment: str
    label_format: str
    request_holders: str | None
    """The processes that may hold a request, as `find_request_holders` says; None = not known."""
    limiter: ConcurrencyLimiter
    journal: SentJournal = field(default_factory=SentJournal)
    """Notes each request outside of the ledger before it leaves."""
    request_holders_may_be_new: bool = False
    """After a doubt: the server may have died, another answers."""
    halted: bool = False
    """Nothing new starts."""
    tolerance: Tolerance = STRICT
    """How far charges may exceed their quotes before the cap counts it."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    with_documents: frozenset[int] = frozenset()
    """The shipments that documents are uploaded for first."""
    lease: WorkerLease | None = None
    """On a shared ledger: this run's, which it must still have to send and to record."""
    account: str = ""
    """On a shared ledger: environment and account, whose pace all stations keep; and how many requests a second."""
    per_second: float | None = None
    unrecorded: dict[int, Unrecorded] = field(default_factory=dict)
    """By shipment. Empty after a run, unless the ledger could not be written."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a row step ended, for observers and for the decision to go on."""

    ended: Ended
    claimed: Claimed | None = None
    answered: Answered | None = None
    charge_cents: int = 0


async def send(sender: Sender, shipment_id: int) -> Step:
    """Buy one shipment, at most once. Whatever happens, its state in the ledger is the truth afterwards."""
    attempt = 1
    while True:
        async with sender.limiter as wave:
            if not (await _may_send(sender) and await _in_turn(sender)):
                return Step("stopped")
            papers = await _papers(sender, wave, shipment_id)
            if papers is None:
                continue
            if isinstance(papers, Step):
                return papers
            intent = _intent(sender)
            try:
                claimed = await _claim(sender, shipment_id, intent)
            except NotClaimable as fault:
                return Step(fault.reason)
            except HeldBack as told:
                if not sender.limiter.hold_back(told.wait_s):
                    return Step("throttled")
                continue
            kept = sender.unrecorded[shipment_id] = Unrecorded(claimed)
            # Nothing that can fail or wait may come between the durable intent and the request.
            sender.journal.note(claimed.reference, f"{sender.environment}:{claimed.planned['identity']}")
            kept.answered = answered = await _request(sender, claimed, papers, intent.not_after)
            if answered.outcome == Outcome.NOT_DONE:
                sender.journal.take_back(claimed.reference)
            throttled = _is_throttled(answered)
            wait_s = None if throttled else _repeat_after(answered, attempt)
            if wait_s is None and not throttled:
                sender.limiter.faster()
                return await _record(sender, claimed, answered)
            await _write(sender, transitions.refused, shipment_id, answered.code)
            del sender.unrecorded[shipment_id]
            if throttled and not await _all_wait(sender, wave, answered):
                return Step("throttled", claimed, answered)
        if wait_s is not None:
            attempt += 1
            await sender.sleep(wait_s)


async def _in_turn(sender: Sender) -> bool:
    """Wait for this request's place in the pace of all stations; False when the batch was stopped in the meantime."""
    if sender.lease is None or sender.per_second is None:
        return True
    left_s = await sender.ledger.write_async(pace.reserve, sender.account, sender.per_second)
    while left_s > 0 and not sender.halted:
        await sender.sleep(min(left_s, SLICE_S))
        left_s -= SLICE_S
    return not sender.halted


async def _may_send(sender: Sender) -> bool:
    """Wait until UPS takes requests again; False when the batch was stopped in the meantime."""
    while not sender.halted and (left_s := sender.limiter.left_s) > 0:
        await sender.sleep(min(left_s, SLICE_S))
        job = await sender.ledger.read_async(lambda c: c.execute(statements.JOB, {"job": sender.job_id}).one())
        if job.requested_action is not None:
            return False
    return not sender.halted


def _intent(sender: Sender) -> Intent:
    """On a shared ledger it ends with what is sure of the lease: nobody starts the request later."""
    until, lease = boot_clock() + INTENT_S, sender.lease
    if lease is None:
        return Intent(until, boot_id(), sender.request_holders, sender.tolerance)
    until = min(until, lease.good_until)
    return Intent(until, machine(), sender.request_holders, sender.tolerance, lease.worker, sender.account)


async def _write(sender: Sender, change: Callable[..., T], shipment_id: int, *more: Any) -> T:
    """Record what became of a request; on a shared ledger only while this run still has its lease.

    Raises:
        ShipchatError: E-4253; nothing is written then.
    """

    worker = sender.lease.worker if sender.lease is not None else None

    def keep(connection: Connection) -> T:
        workers.may_record(connection, worker)
        return change(connection, sender.job_id, shipment_id, *more)

    return await sender.ledger.write_async(keep)


async def _claim(sender: Sender, shipment_id: int, intent: Intent) -> Claimed:
    claiming = asyncio.ensure_future(sender.ledger.write_async(transitions.claim, sender.job_id, shipment_id, intent))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        # The request never left: the intent is taken back, so that no doubt is left behind.
        with suppress(NotClaimable):
            await claiming
            await _write(sender, transitions.refused, shipment_id, "cancelled")
        raise


async def _request(sender: Sender, claimed: Claimed, papers: list[dict[str, str]], not_after: float) -> Answered:
    arguments: dict[str, Any] = {
        "environment": sender.environment,
        "reference": claimed.reference,
        "not_after": not_after,
        "label": {"format": sender.label_format, "height": "6", "width": "4"},
        "shipment": documents.with_documents(claimed.planned["payload"], papers),
    }
    try:
        answered = judge(await sender.ups("shipping_create", arguments))
        return believed(answered, expected(arguments["shipment"], sender.environment, claimed.reference))
    except asyncio.CancelledError as fault:
        # Cancelled in mid-request: what UPS did is unknown, and it must be on record before this task ends.
        await _record(sender, claimed, lost(fault))
        raise
    except Exception as fault:  # noqa: BLE001 - any exception of this call means: unknown
        return lost(fault)


async def _papers(sender: Sender, wave: int, shipment_id: int) -> list[dict[str, str]] | Step | None:
    """What the request names of its documents, or how the step ended; None: UPS is asked again later."""
    if shipment_id not in sender.with_documents:
        return []
    try:
        return await documents.named(sender.ledger, sender.ups, sender.environment, sender.job_id, shipment_id)
    except NotClaimable as fault:
        return Step(fault.reason)
    except documents.NotUploaded as fault:
        if _is_throttled(fault.answered) and _waits(sender, wave, fault.answered):
            return None
        return await _without_papers(sender, shipment_id, fault)


async def _without_papers(sender: Sender, shipment_id: int, fault: documents.NotUploaded) -> Step:
    """Nothing is bought without its papers: the row fails, or stays for another time."""
    if fault.later:
        return Step("throttled" if _is_throttled(fault.answered) else "later", answered=fault.answered)
    code, message = fault.answered.code, fault.answered.message
    try:
        row = await _write(sender, transitions.not_ready, shipment_id, code, message)
    except NotClaimable as taken:
        return Step(taken.reason)
    return Step("failed", row, fault.answered)


async def _all_wait(sender: Sender, wave: int, answered: Answered) -> bool:
    """The same, told to the other stations of a shared ledger."""
    waits = _waits(sender, wave, answered)
    if sender.lease is not None:
        # Also a time that nobody here waits for.
        wait_s = max(sender.limiter.left_s, sender.limiter.named_s or 0.0)
        await sender.ledger.write_async(pace.hold_back, sender.account, wait_s)
    return waits


def _waits(sender: Sender, wave: int, answered: Answered) -> bool:
    """Whether UPS is asked again later; False when the patience is over."""
    return sender.limiter.refused(wave, answered.retry_after_s, LONGEST_WAIT_S)


def _is_throttled(answered: Answered) -> bool:
    """UPS, or the UPS server on its behalf, takes nothing for now. Its 429 can come with another status."""
    asked = answered.http_status == TOO_MANY_REQUESTS or answered.retry_after_s is not None
    return answered.outcome == Outcome.NOT_DONE and asked


def _repeat_after(answered: Answered, attempt: int) -> float | None:
    """Seconds until the same request may be repeated; None = it is settled. Only after a certain refusal."""
    if answered.outcome != Outcome.NOT_DONE or attempt >= MOST_SENDS:
        return None
    if answered.http_status == UNAUTHORISED:
        return 0.0 if attempt == 1 else None
    if answered.http_status is None and answered.retryable and attempt <= len(UNREACHED_S):
        return UNREACHED_S[attempt - 1]
    return None


async def _record(sender: Sender, claimed: Claimed, answered: Answered) -> Step:
    step = await _recorded(sender, claimed, answered)
    sender.unrecorded.pop(claimed.id, None)
    return step


async def _recorded(sender: Sender, claimed: Claimed, answered: Answered) -> Step:
    if answered.outcome == Outcome.NOT_DONE:
        await _write(sender, transitions.failed, claimed.id, answered.code, answered.message)
        return Step("failed", claimed, answered)
    if answered.outcome == Outcome.UNKNOWN:
        await _write(sender, transitions.doubted, claimed.id, answered.code or LOST_ANSWER.code, answered.message)
        return Step("in_doubt", claimed, answered)

    def keep(connection: Connection, job_id: str, _shipment_id: int) -> Step:
        # The label is read here, on the writer's thread: one hop less a row than a thread of its own.
        whole = labels_are_whole(answered) or not label_comes_here(claimed.planned["payload"])
        try:
            charge = transitions.created(connection, job_id, claimed.id, answered, proof="answer", whole=whole)
        except NumberTaken as taken:
            transitions.doubted(connection, job_id, claimed.id, UNBELIEVED.code, taken.reason)
            return Step("in_doubt", claimed, Answered(Outcome.UNKNOWN, code=UNBELIEVED.code, message=taken.reason))
        return Step("completed" if whole else "created", claimed, answered, charge)

    return await _write(sender, keep, claimed.id)


def labels_are_whole(answered: Answered) -> bool:
    """Whether every tracking number has its label file on disk, with its hash."""
    if len(answered.label_paths) != len(answered.tracking_numbers):
        return False
    pairs = zip(answered.label_paths, answered.label_sha256s, strict=False)
    return len(answered.label_sha256s) == len(answered.label_paths) and all(is_whole(path, sha) for path, sha in pairs)


def is_whole(path: str | None, sha256: str | None) -> bool:
    """Whether a label file is there and is what was received."""
    if not path or not sha256:
        return False
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest() == sha256
    except OSError:
        return False
