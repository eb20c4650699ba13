"""What `shipping_create` led to: done, certainly not done, or unknown (docs/money.md). Pure."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agent.batch.executor.evidence import UNBELIEVED, Planned, Reported, read_charge, weigh
from agent.errors import SERVER_NOT_STARTED, is_refusal
from agent.ledger.audit import digest
from agent.ledger.faults import LOST_ANSWER
from agent.planning.other_numbers import MASK


class Outcome(StrEnum):
    """What `shipping_create` or `shipping_void` led to, in the words of the UPS server's answers."""

    DONE = "done"
    NOT_DONE = "not_done"
    """Certainly nothing was made."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answered:
    """UPS's answer, judged."""

    outcome: Outcome
    tracking_numbers: list[str] = field(default_factory=list)
    label_paths: list[str | None] = field(default_factory=list)
    label_sha256s: list[str | None] = field(default_factory=list)
    charge_cents: int | None = None
    currency: str | None = None
    shipment_number: str | None = None
    context: str | None = None
    """What UPS echoed of the request."""
    code: str = ""
    message: str = ""
    retry_after_s: float | None = None
    http_status: int | None = None
    retryable: bool = False
    digest: str = ""
    """SHA-256 of the whole answer, for the audit log."""


def judge(reply: dict[str, Any]) -> Answered:
    """An answer counts by its `outcome` alone; without tracking numbers nothing is done."""
    if is_refusal(reply):
        return Answered(
            Outcome.NOT_DONE if reply.get("outcome") == Outcome.NOT_DONE else Outcome.UNKNOWN,
            code=str(reply.get("code", "")),
            message=str(reply.get("message", "")),
            retry_after_s=reply.get("retry_after_s"),
            http_status=reply.get("http_status"),
            retryable=bool(reply.get("retryable")),
        )
    try:
        return _done(reply)
    except (AttributeError, TypeError, ValueError, ArithmeticError) as fault:
        return Answered(Outcome.UNKNOWN, code=LOST_ANSWER.code, message=f"UPS's answer cannot be read ({fault!r})")


def _done(reply: dict[str, Any]) -> Answered:
    named = reply.get("trackingNumbers") or []
    numbers = [str(number) for number in named if number] if isinstance(named, list) else []
    if reply.get("outcome") != Outcome.DONE or not numbers:
        return Answered(Outcome.UNKNOWN, code=LOST_ANSWER.code, message="UPS's answer names no tracking number")
    real = [number for number in numbers if MASK not in number]
    if len(set(real)) != len(real):
        return Answered(Outcome.UNKNOWN, code=UNBELIEVED.code, message="it names a tracking number twice")
    charge, currency, problem = read_charge(reply.get("totalCharges"))
    if problem is not None:
        return Answered(Outcome.UNKNOWN, code=UNBELIEVED.code, message=problem)
    return Answered(
        Outcome.DONE,
        digest=digest(reply),
        tracking_numbers=numbers,
        label_paths=list(reply.get("labelPaths") or []),
        label_sha256s=list(reply.get("labelSha256s") or []),
        charge_cents=charge,
        currency=currency,
        shipment_number=reply.get("shipmentIdentificationNumber"),
        context=reply.get("customerContext"),
    )


def believed(answered: Answered, planned: Planned) -> Answered:
    """An answer that is done only where it fits what was planned; otherwise what UPS made must be looked up."""
    if answered.outcome != Outcome.DONE:
        return answered
    reported = Reported(
        "answer", answered.tracking_numbers, shipment_number=answered.shipment_number, context=answered.context
    )
    evidence = weigh(planned, reported)
    if evidence.fits:
        return answered
    return Answered(Outcome.UNKNOWN, code=UNBELIEVED.code, message=evidence.reason)


def lost(fault: BaseException) -> Answered:
    """An exception instead of an answer. Only a server that never started proves that nothing was sent."""
    code = getattr(fault, "code", "")
    if code == SERVER_NOT_STARTED.code:
        return Answered(Outcome.NOT_DONE, code=code, message=str(getattr(fault, "message", fault)))
    reason = str(getattr(fault, "message", "") or fault) or type(fault).__name__
    return Answered(Outcome.UNKNOWN, code=LOST_ANSWER.code, message=reason)
