"""The row step: intent, request, answer, record - a function of (ledger, UPS, shipment), with no state of its own."""

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agent.batch import transitions
from agent.batch.outcome import Answered, judge, lost
from agent.batch.processes import INTENT_S, boot_clock, boot_id
from agent.batch.transitions import Claimed, Intent, NotClaimable
from agent.ledger.store import Ledger
from agent.seams import Call

MOST_SENDS = 6
"""How often a request that UPS certainly refused (429, an expired token) is repeated before the row fails."""
LONGEST_WAIT_S = 30.0

Ended = Literal["completed", "created", "failed", "in_doubt", "taken", "stopped", "budget"]


@dataclass(slots=True)
class Sender:
    """What every row of a job needs."""

    ledger: Ledger
    ups: Call
    job_id: str
    environment: str
    label_format: str
    carriers: str
    """The processes that may hold a request, as `processes.carriers` tells; read again after a doubt."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a row step ended, for observers and for the decision to go on."""

    ended: Ended
    claimed: Claimed | None = None
    answered: Answered | None = None
    charge_cents: int = 0


async def send(sender: Sender, shipment_id: int) -> Step:
    """Buy one shipment, at most once. Whatever happens, its state in the ledger is the truth afterwards."""
    for attempt in range(1, MOST_SENDS + 1):
        intent = Intent(boot_clock() + INTENT_S, boot_id(), sender.carriers)
        try:
            claimed = await sender.ledger.write_soon(
                lambda connection: transitions.claim(connection, sender.job_id, shipment_id, intent)  # noqa: B023
            )
        except NotClaimable as fault:
            return Step(fault.reason)  # type: ignore[arg-type]  # the reasons of NotClaimable are Ended's
        # Nothing may come between the durable intent and the request; nothing may be sent without it.
        answered = await _request(sender, claimed, intent.not_after)
        wait_s = _repeat_after(answered, attempt)
        if wait_s is None:
            return await _record(sender, claimed, answered)
        await sender.ledger.write_soon(
            lambda connection: transitions.back_to_pending(connection, sender.job_id, shipment_id)
        )
        await asyncio.sleep(wait_s)
    raise AssertionError("unreachable: the last attempt is always recorded")


async def _request(sender: Sender, claimed: Claimed, not_after: float) -> Answered:
    arguments: dict[str, Any] = {
        "environment": sender.environment,
        "reference": claimed.reference,
        "not_after": not_after,
        "label": {"format": sender.label_format, "height": "6", "width": "4"},
        "shipment": claimed.planned["payload"],
    }
    try:
        return judge(await sender.ups("shipping_create", arguments))
    except asyncio.CancelledError as fault:
        # Cancelled in mid-request: what UPS did is unknown, and it must be on record before this task ends.
        await _record(sender, claimed, lost(fault))
        raise
    except Exception as fault:  # noqa: BLE001 - any exception at this seam means: unknown
        return lost(fault)


def _repeat_after(answered: Answered, attempt: int) -> float | None:
    """Seconds until the same request may be repeated; None = it is settled. Only after a certain refusal."""
    if answered.verdict != "not_done" or attempt >= MOST_SENDS:
        return None
    if answered.http_status == 429 or answered.retry_after_s is not None:
        return min(answered.retry_after_s or 2.0**attempt, LONGEST_WAIT_S)
    if answered.http_status == 401 and attempt == 1:
        return 0.0
    return None


async def _record(sender: Sender, claimed: Claimed, answered: Answered) -> Step:
    ledger, job_id = sender.ledger, sender.job_id
    if answered.verdict == "not_done":
        await ledger.write_soon(
            lambda connection: transitions.failed(connection, job_id, claimed.id, answered.code, answered.message)
        )
        return Step("failed", claimed, answered)
    if answered.verdict == "unknown":
        await ledger.write_soon(
            lambda connection: transitions.doubted(
                connection, job_id, claimed.id, answered.code or "E-4220", answered.message
            )
        )
        return Step("in_doubt", claimed, answered)
    whole = await asyncio.to_thread(labels_are_whole, answered)

    def keep(connection: Any) -> int:
        charge = transitions.created(connection, job_id, claimed.id, answered, proof="answer")
        if whole:
            transitions.completed(connection, job_id, claimed.id)
        return charge

    charge = await ledger.write_soon(keep)
    return Step("completed" if whole else "created", claimed, answered, charge)


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
