"""`shipping_void`: safe to repeat, so it is repeated; only UPS's own word makes it done."""

import json

from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.ups.answers import ShippingVoidAnswer
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import ShippingVoidArguments
from mcp_servers.ups.durable import Bundle
from mcp_servers.ups.faults import UPS_REFUSED, VOID_UNSURE
from mcp_servers.ups.outcome import Reply, outcome_of
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
    answer = read_void(reply, number, arguments.tracking_numbers)
    if arguments.reference is not None:
        await _note(app, arguments.reference, answer)
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


def read_void(reply: Reply, number: str, asked: list[str] | None) -> ShippingVoidAnswer:
    """UPS's answer; `PackageLevelResult` is its real name, `PackageLevelResults` the documented one."""
    if _is_void_already(reply):
        return ShippingVoidAnswer(
            outcome="done", shipment_identification_number=number, voided=asked or [number], already_voided=True
        )
    answer = at(reply.body, "VoidShipmentResponse")
    packages = as_list(at(answer, "PackageLevelResult")) or as_list(at(answer, "PackageLevelResults"))
    states = {text_at(package, "TrackingNumber") or "": text_at(package, "Status", "Code") for package in packages}
    summary = text_at(answer, "SummaryResult", "Status", "Code")
    if not states and summary != "1":
        detail = text_at(answer, "SummaryResult", "Status", "Description") or "no status"
        raise fault(
            VOID_UNSURE, shipment=number, detail=detail, more={"outcome": "unknown", "trans_id": reply.trans_id}
        )
    voided = [tracking for tracking, code in states.items() if code == "1"]
    if states and not voided:
        known = meaning("190121", "")
        raise fault(
            UPS_REFUSED,
            words=known.words,
            ups_code="190121",
            ups_words="no package was voided",
            remedy=known.remedy,
            more={"outcome": "not_done", "ups_code": "190121", "trans_id": reply.trans_id},
        )
    return ShippingVoidAnswer(
        outcome="done",
        shipment_identification_number=number,
        voided=voided or asked or [number],
        not_voided=[tracking for tracking, code in states.items() if code != "1"],
    )


async def _note(app: App, reference: str, answer: ShippingVoidAnswer) -> None:
    record = app.spool.read(reference)
    if record is None or record.state != "done":
        return
    made = record.content["answer"]
    numbers = made["trackingNumbers"]
    voided = numbers if answer.voided == [answer.shipment_identification_number] else answer.voided
    content = record.content | {"voided": sorted({*record.content.get("voided", []), *voided})}
    await app.writer.save(Bundle([(app.spool.path(reference), json.dumps(content).encode())]))
