"""`shipping_void`: safe to repeat, so it is repeated; only UPS's own word makes it done."""

import json

from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.ups.answers import ShippingVoidAnswer
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import ShippingVoidArguments
from mcp_servers.ups.durable import Bundle
from mcp_servers.ups.faults import UPS_REFUSED, VOID_UNSURE
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.outcome import Reply, outcome_of
from mcp_servers.ups.spool import Record
from mcp_servers.ups.ups_codes import ALREADY_VOIDED, meaning
from mcp_servers.ups.ups_json import as_list, at, errors_of, text_at


async def void(app: App, arguments: ShippingVoidArguments) -> ShippingVoidAnswer:
    """Void a shipment or some of its packages. Every refusal carries `outcome`."""
    check_environment(app, arguments.environment)
    number = arguments.shipment_identification_number
    try:
        reply = await app.client.read(
            "DELETE",
            f"/api/shipments/v2409/void/cancel/{number}",
            params=_query(arguments.tracking_numbers),
            accept=_conclusive,
        )
    except ToolFault as refusal:
        raise _with_outcome(refusal, number) from refusal
    reference = arguments.reference
    record = app.spool.read(reference) if reference is not None else None
    answer = read_void(reply, number, arguments.tracking_numbers, _standing(record))
    if reference is not None and record is not None and record.state == "done":
        await _note(app, reference, record, answer, whole=arguments.tracking_numbers is None)
    return answer


def _query(numbers: list[str] | None) -> dict[str, str] | None:
    # Several numbers are one parameter with a JSON list; none means the whole shipment.
    if numbers is None:
        return None
    return {"trackingnumber": numbers[0] if len(numbers) == 1 else json.dumps(numbers, separators=(",", ":"))}


def _conclusive(reply: Reply) -> bool:
    return outcome_of(reply) == "done" or _is_void_already(reply)


def _is_void_already(reply: Reply) -> bool:
    return any(error.code in ALREADY_VOIDED for error in errors_of(reply.body))


def _with_outcome(refusal: ToolFault, number: str) -> ToolFault:
    """Not done is what certainly did not run: never sent, or refused by UPS itself each time it was."""
    may_have_run = refusal.more.pop("may_have_run", False)
    if "outcome" in refusal.more:
        return refusal
    if not may_have_run:
        refusal.more["outcome"] = "not_done"
        return refusal
    more = refusal.more | {"outcome": "unknown"}
    return fault(VOID_UNSURE, shipment=number, detail=refusal.message, more=more)


def read_void(reply: Reply, number: str, asked: list[str] | None, known: list[str] | None = None) -> ShippingVoidAnswer:
    """UPS's answer, package by package; `known` are the shipment's packages, where they are on record.

    A package that a list of results does not name is not void. `PackageLevelResult` is the list's real name,
    `PackageLevelResults` the documented one. Raises E-3105 (outcome unknown) where it stays open what is void.
    """
    if _is_void_already(reply):
        return ShippingVoidAnswer(
            outcome="done", shipment_identification_number=number, voided=asked or [number], already_voided=True
        )
    answer = at(reply.body, "VoidShipmentResponse")
    packages = as_list(at(answer, "PackageLevelResult")) or as_list(at(answer, "PackageLevelResults"))
    states = {text_at(package, "TrackingNumber") or "": text_at(package, "Status", "Code") for package in packages}
    summary = text_at(answer, "SummaryResult", "Status", "Code")
    words = text_at(answer, "SummaryResult", "Status", "Description") or "no status"
    partly = "partial" in words.lower()
    if not states and (summary != "1" or partly):
        raise _unsure(reply, number, words)
    voided = [tracking for tracking, code in states.items() if code == "1"]
    unnamed = [tracking for tracking in asked or known or [] if states and tracking not in states]
    not_voided = [*(tracking for tracking, code in states.items() if code != "1"), *unnamed]
    if partly and asked is None and not not_voided:
        raise _unsure(reply, number, f"{words}, and UPS does not say which packages are not")
    if states and not voided:
        if unnamed:
            raise _unsure(reply, number, f"{words}, and UPS does not name every package")
        meant = meaning("190121", "")
        raise fault(
            UPS_REFUSED,
            words=meant.words,
            ups_code="190121",
            ups_words="no package was voided",
            remedy=meant.remedy,
            more={"outcome": "not_done", "ups_code": "190121", "trans_id": reply.trans_id},
        )
    return ShippingVoidAnswer(
        outcome="done",
        shipment_identification_number=number,
        voided=voided or asked or [number],
        not_voided=not_voided,
        alerts=notices_of(at(answer, "Response")) or None,
    )


def _unsure(reply: Reply, number: str, detail: str) -> ToolFault:
    return fault(VOID_UNSURE, shipment=number, detail=detail, more={"outcome": "unknown", "trans_id": reply.trans_id})


def _standing(record: Record | None) -> list[str] | None:
    """The packages on record that no earlier void has cancelled."""
    if record is None or record.state != "done":
        return None
    cancelled = record.content.get("voided", [])
    return [number for number in record.content["answer"]["trackingNumbers"] if number not in cancelled]


async def _note(app: App, reference: str, record: Record, answer: ShippingVoidAnswer, *, whole: bool) -> None:
    numbers = record.content["answer"]["trackingNumbers"]
    voided = numbers if whole and not answer.not_voided else answer.voided
    content = record.content | {"voided": sorted({*record.content.get("voided", []), *voided})}
    await app.writer.save(Bundle([(app.spool.path(reference), json.dumps(content).encode())]))
