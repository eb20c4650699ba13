"""What `shipping_create` led to: done, certainly not done, or unknown (money.md, Outcome). Pure."""

from dataclasses import dataclass, field
from typing import Any, Literal

from agent.batch.evidence import UNBELIEVED, Planned, Told, read_charge, weigh
from agent.errors import is_refusal
from agent.ledger.audit import digest
from agent.plan.other_numbers import MASK

Verdict = Literal["done", "not_done", "unknown"]


@dataclass(frozen=True, slots=True)
class Answered:
    """The seam's answer, judged."""

    verdict: Verdict
    tracking_numbers: list[str] = field(default_factory=list)
    label_paths: list[str | None] = field(default_factory=list)
    label_sha256s: list[str | None] = field(default_factory=list)
    charge_cents: int | None = None
    currency: str = "USD"
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
    over: bool = True
    """The server answered: nothing holds the request any more."""


def judge(reply: dict[str, Any]) -> Answered:
    """An answer counts by its `outcome` alone; without tracking numbers nothing is done."""
    if is_refusal(reply):
        verdict: Verdict = "not_done" if reply.get("outcome") == "not_done" else "unknown"
        return Answered(
            verdict,
            code=str(reply.get("code", "")),
            message=str(reply.get("message", "")),
            retry_after_s=reply.get("retry_after_s"),
            http_status=reply.get("http_status"),
            retryable=bool(reply.get("retryable")),
        )
    try:
        return _done(reply)
    except (AttributeError, TypeError, ValueError, ArithmeticError) as fault:
        return Answered("unknown", code="E-4220", message=f"UPS's answer cannot be read ({fault!r})")


def _done(reply: dict[str, Any]) -> Answered:
    named = reply.get("trackingNumbers") or []
    numbers = [str(number) for number in named if number] if isinstance(named, list) else []
    if reply.get("outcome") != "done" or not numbers:
        return Answered("unknown", code="E-4220", message="UPS's answer names no tracking number")
    real = [number for number in numbers if MASK not in number]
    if len(set(real)) != len(real):
        return Answered("unknown", code=UNBELIEVED.code, message="it names a tracking number twice")
    charge, currency, problem = read_charge(reply.get("totalCharges"))
    if problem is not None:
        return Answered("unknown", code=UNBELIEVED.code, message=problem)
    return Answered(
        "done",
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
    if answered.verdict != "done":
        return answered
    told = Told("answer", answered.tracking_numbers, shipment_number=answered.shipment_number, context=answered.context)
    evidence = weigh(planned, told)
    if evidence.fits:
        return answered
    return Answered("unknown", code=UNBELIEVED.code, message=evidence.reason)


def lost(fault: BaseException) -> Answered:
    """An exception at the seam. Only a server that never started proves that nothing was sent."""
    code = getattr(fault, "code", "")
    if code == "E-4101":
        return Answered("not_done", code=code, message=str(getattr(fault, "message", fault)))
    reason = str(getattr(fault, "message", "") or fault) or type(fault).__name__
    return Answered("unknown", code="E-4220", message=reason, over=False)
