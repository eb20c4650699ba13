"""Label recovery: UPS hands out the label of a shipment again, by tracking number or by reference and shipper."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from mcp_servers.shared.faults import fault
from mcp_servers.ups.answers import Candidate, LabelRecoverAnswer, Notice
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import LabelRecoverArguments
from mcp_servers.ups.durable import Bundle
from mcp_servers.ups.faults import LABEL_UNSAVED, NO_LABEL, OTHER_ANSWER, UNREADABLE
from mcp_servers.ups.labels import LabelFile, label_folder, read_label
from mcp_servers.ups.models import Label
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.outcome import Reply, outcome_of
from mcp_servers.ups.requests import Json, label_specification
from mcp_servers.ups.ups_codes import HAS_NO_LABEL, NOT_FOUND, SEVERAL_FOUND, WAS_VOIDED
from mcp_servers.ups.ups_json import as_list, at, context_of, errors_of, text_at

RECOVERY_PATH = "/api/labels/v1/recovery"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What UPS says to a recovery request."""

    labels: list[LabelFile]
    shipment_number: str | None
    candidates: list[Candidate]
    not_found: bool = False
    several: bool = False
    voided: bool = False
    without_label: bool = False
    """It exists, and UPS brings its label itself."""
    alerts: list[Notice] = field(default_factory=list)


def recovery_request(
    label: Label, *, tracking_number: str | None = None, reference: str = "", shipper: str = ""
) -> Json:
    """Body of POST /api/labels/v1/recovery. The label specification is a sibling of Request (inside it: always GIF)."""
    body: Json = {
        "Request": {"TransactionReference": {"CustomerContext": tracking_number or reference}},
        "LabelSpecification": label_specification(label),
    }
    if tracking_number is not None:
        body["TrackingNumber"] = tracking_number
    else:
        body["ReferenceValues"] = {"ReferenceNumber": {"Value": reference}, "ShipperNumber": shipper}
    return {"LabelRecoveryRequest": body}


async def recover(app: App, request: Json, label: Label, folder: Path, file_name: str, first: int = 1) -> Recovered:
    """Ask UPS; labels are named `<file_name>-<n>`, or just `file_name` when `first` is 0."""
    reply = await app.client.read("POST", RECOVERY_PATH, json=request, accept=_conclusive)
    codes = {error.code for error in errors_of(reply.body)}
    if codes:
        return Recovered(
            [],
            None,
            [],
            not_found=bool(codes & NOT_FOUND),
            several=bool(codes & SEVERAL_FOUND),
            voided=bool(codes & WAS_VOIDED),
            without_label=bool(codes & HAS_NO_LABEL),
        )
    answer = at(reply.body, "LabelRecoveryResponse")
    asked, told = context_of(request["LabelRecoveryRequest"]["Request"]), context_of(at(answer, "Response"))
    if told not in (None, asked):
        raise fault(OTHER_ANSWER, told=told, asked=asked, more={"trans_id": reply.trans_id})
    results = [result for result in as_list(at(answer, "LabelResults")) if text_at(result, "TrackingNumber")]
    labels = [
        read_label(
            at(result, "LabelImage"),
            "LabelImageFormat",
            text_at(result, "TrackingNumber") or "",
            folder / (f"{file_name}-{number}" if first else file_name),
            label,
        )
        for number, result in enumerate(results, first)
    ]
    candidates = [
        Candidate(
            tracking_number=number,
            postal_code=text_at(entry, "DestinationPostalCode"),
            country_code=text_at(entry, "DestinationCountryCode"),
            created_on=text_at(entry, "PickupDateRange", "BeginDate"),
        )
        for entry in as_list(at(answer, "TrackingCandidate"))
        if (number := text_at(entry, "TrackingNumber"))
    ]
    if not labels and not candidates:
        raise fault(UNREADABLE, detail="neither labels nor candidates", trans_id=reply.trans_id)
    shipment_number = text_at(answer, "ShipmentIdentificationNumber")
    return Recovered(labels, shipment_number, candidates, alerts=notices_of(at(answer, "Response")))


def _conclusive(reply: Reply) -> bool:
    codes = {error.code for error in errors_of(reply.body)}
    return outcome_of(reply) == "done" or bool(codes & (NOT_FOUND | SEVERAL_FOUND | WAS_VOIDED | HAS_NO_LABEL))


async def label_recover(app: App, arguments: LabelRecoverArguments) -> LabelRecoverAnswer:
    """Get the label again and put it where `shipping_create` would have put it."""
    check_environment(app, arguments.environment)
    number, reference = arguments.tracking_number, arguments.reference
    file_name = reference or number or ""
    folder = label_folder(app.settings.labels_folder, file_name, arguments.label_path)
    request = recovery_request(
        arguments.label, tracking_number=number, reference=reference or "", shipper=arguments.shipper_number or ""
    )
    first = 0 if reference is None else arguments.package_number if number else 1
    found = await recover(app, request, arguments.label, folder, file_name, first)
    if not found.labels:
        raise fault(NO_LABEL, detail=_why_none(found))
    answer = await _saved(app, found)
    if reference is not None:
        await _note(app, reference, answer)
    return answer


def _why_none(found: Recovered) -> str:
    if found.voided:
        return "the shipment was voided"
    if found.without_label:
        return "this shipment has none here; UPS sends or brings it to the customer"
    if found.several or found.candidates:
        return "several shipments carry this reference"
    return "UPS does not know the shipment (yet)"


async def _saved(app: App, found: Recovered) -> LabelRecoverAnswer:
    problems = await save_labels(app, found.labels)
    for label in found.labels:
        if problems[label.path]:
            raise fault(LABEL_UNSAVED, where=str(label.path), detail=problems[label.path] or "")
    return LabelRecoverAnswer(
        tracking_numbers=[label.tracking_number for label in found.labels],
        shipment_identification_number=found.shipment_number,
        label_paths=[str(label.path) for label in found.labels],
        label_sha256s=[label.sha256 or "" for label in found.labels],
        alerts=found.alerts or None,
    )


async def _note(app: App, reference: str, answer: LabelRecoverAnswer) -> None:
    """The spool's answer gets the label that it lacked."""
    record = app.spool.read(reference)
    if record is None or record.state != "done":
        return
    made = record.content["answer"]
    got = dict(zip(answer.tracking_numbers, zip(answer.label_paths, answer.label_sha256s, strict=True), strict=True))
    for index, number in enumerate(made["trackingNumbers"]):
        if number in got:
            made["labelPaths"][index], made["labelSha256s"][index] = got[number]
    errors = [entry for entry in made.pop("labelErrors", []) if entry["tracking_number"] not in got]
    made |= {"labelErrors": errors} if errors else {}
    await app.writer.save(Bundle([(app.spool.path(reference), json.dumps(record.content).encode())]))


async def save_labels(app: App, labels: list[LabelFile]) -> dict[Path, str | None]:
    """Write the labels; per path None, or the reason it could not be saved."""
    files = [(label.path, label.content) for label in labels if label.content is not None]
    saved = await app.writer.save(Bundle(files))
    failed = {path: reason for (path, _), reason in zip(files, saved.files, strict=True)}
    return {label.path: label.problem or failed.get(label.path) for label in labels}
