"""`shipping_create`: one request, sent at most once; its answer is on disk before anybody hears of it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcp_servers.shared.faults import ToolFault, fault
from mcp_servers.ups.answers import Charge, LabelDelivery, LabelError, Notice, ShippingCreateAnswer
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.client import Attempt
from mcp_servers.ups.durable import Bundle
from mcp_servers.ups.faults import ALREADY_SENT, ANSWER_LOST, OTHER_ANSWER, REFERENCE_TAKEN, SPOOL_UNWRITABLE
from mcp_servers.ups.labels import LabelFile, label_folder, read_label
from mcp_servers.ups.lanes import LABEL_BROUGHT_BY, check_lane
from mcp_servers.ups.models import ShippingCreateArguments
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.outcome import Reply
from mcp_servers.ups.payment import check_payment
from mcp_servers.ups.requests import Json, postal_code, ship_request
from mcp_servers.ups.spool import VERSION, Record
from mcp_servers.ups.tokens import boot_clock
from mcp_servers.ups.ups_json import as_list, at, context_of, money_of, text_at

SHIP_PATH = "/api/shipments/v2409/ship"
SENT_WITHIN_S = 60.0
"""How long after the call a request is begun at the latest, where the call names no moment."""


@dataclass(frozen=True, slots=True)
class Made:
    """What UPS's answer says of a new shipment."""

    labels: list[LabelFile]
    label_delivery: LabelDelivery | None
    forms: list[LabelFile]
    charge: tuple[str, str] | None
    negotiated: bool
    shipment_number: str | None
    alerts: list[Notice]
    customer_context: str | None
    ups_transaction: str | None
    """UPS's own, undocumented identifier of the exchange: its support asks for it."""


async def create(app: App, arguments: ShippingCreateArguments) -> ShippingCreateAnswer:
    """Check, claim the reference, send, save, answer. Every refusal carries `outcome`."""
    check_environment(app, arguments.environment)
    check_lane(arguments.shipment)
    check_payment(arguments.shipment)
    folder = label_folder(app.settings.labels_folder, arguments.reference, arguments.label_path)
    body = ship_request(arguments.shipment, arguments.reference, arguments.label)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    taken = _claim(app, arguments.reference, digest)
    if taken is not None:
        return _from_record(taken, arguments.reference, digest)
    attempt = Attempt()
    try:
        not_after = boot_clock() + SENT_WITHIN_S if arguments.not_after is None else arguments.not_after
        reply = await app.client.create(SHIP_PATH, body, not_after, attempt)
    except ToolFault as refusal:
        if refusal.more["outcome"] == "not_done":
            app.spool.release(arguments.reference)
        raise
    except BaseException:
        # Cancelled, or a fault of ours: without a byte sent the reference is free again.
        if not attempt.started:
            app.spool.release(arguments.reference)
        raise
    made = read_shipment(reply, arguments, folder)
    return await _save(app, arguments, digest, made, reply.trans_id)


def _claim(app: App, reference: str, digest: str) -> Record | None:
    try:
        return app.spool.claim(reference, digest)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise fault(SPOOL_UNWRITABLE, detail=detail, folder=app.spool.folder, more={"outcome": "not_done"}) from error


def _from_record(record: Record, reference: str, digest: str) -> ShippingCreateAnswer:
    known = record.content.get("digest")
    if known is not None and known != digest:
        raise fault(REFERENCE_TAKEN, reference=reference, more={"outcome": "not_done"})
    if record.state == "sent":
        raise fault(ALREADY_SENT, reference=reference, more={"outcome": "unknown"})
    return answer_from_record(record).model_copy(update={"from_spool": True})


def answer_from_record(record: Record) -> ShippingCreateAnswer:
    """The answer as it was given; a label file that has gone since is reported as an error."""
    answer = ShippingCreateAnswer.model_validate(record.content["answer"])
    errors = list(answer.label_errors or [])
    paths = list(answer.label_paths)
    for index, (number, path) in enumerate(zip(answer.tracking_numbers, answer.label_paths, strict=True)):
        if path is not None and not _is_whole(Path(path), answer.label_sha256s[index]):
            errors.append(LabelError(tracking_number=number, path=path, message="the file is missing or changed"))
            paths[index] = None
    return answer.model_copy(update={"label_paths": paths, "label_errors": errors or None})


def _is_whole(path: Path, sha256: str | None) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def read_shipment(reply: Reply, arguments: ShippingCreateArguments, folder: Path) -> Made:
    """UPS's answer. Without a tracking number for every package (E-3102), or with the context of another request
    (E-3020), the outcome is unknown."""
    response = at(reply.body, "ShipmentResponse")
    results = at(response, "ShipmentResults")
    context = context_of(at(response, "Response"))
    if context not in (None, arguments.reference):
        more = {"outcome": "unknown", "http_status": reply.status, "trans_id": reply.trans_id}
        raise fault(OTHER_ANSWER, told=context, asked=arguments.reference, more=more)
    packages = as_list(at(results, "PackageResults"))
    numbers = [number for package in packages if (number := text_at(package, "TrackingNumber"))]
    if len(numbers) != len(packages) or len(numbers) != len(arguments.shipment.packages):
        raise fault(
            ANSWER_LOST,
            detail=f"{len(numbers)} tracking numbers for {len(arguments.shipment.packages)} packages",
            reference=arguments.reference,
            more={"outcome": "unknown", "http_status": reply.status, "trans_id": reply.trans_id},
        )
    labels = [
        read_label(
            at(package, "ShippingLabel"),
            "ImageFormat",
            number,
            folder / f"{arguments.reference}-{index}",
            arguments.label,
            expected=arguments.shipment.return_service_code not in LABEL_BROUGHT_BY,
        )
        for index, (number, package) in enumerate(zip(numbers, packages, strict=True), 1)
    ]
    forms = [
        read_label(
            at(form, "Image"), "ImageFormat", numbers[0], folder / f"{arguments.reference}-form{index}", arguments.label
        )
        for index, form in enumerate(as_list(at(results, "Form")), 1)
        if at(form, "Image") is not None
    ]
    own = money_of(at(results, "NegotiatedRateCharges", "TotalCharge"))
    return Made(
        labels,
        LABEL_BROUGHT_BY.get(arguments.shipment.return_service_code or ""),
        forms,
        own or money_of(at(results, "ShipmentCharges", "TotalCharges")),
        own is not None,
        text_at(results, "ShipmentIdentificationNumber") or numbers[0],
        notices_of(at(response, "Response")),
        context,
        text_at(response, "Response", "TransactionReference", "TransactionIdentifier"),
    )


async def _save(
    app: App, arguments: ShippingCreateArguments, digest: str, made: Made, trans_id: str
) -> ShippingCreateAnswer:
    files = [file for file in (*made.labels, *made.forms) if file.content is not None]
    answers: list[ShippingCreateAnswer] = []

    def record(failed: list[str | None]) -> bytes:
        reasons = {file.path: reason for file, reason in zip(files, failed, strict=True)}
        answers.append(_answer(made, reasons, trans_id))
        return json.dumps(_record(arguments, digest, answers[0], made.ups_transaction)).encode()

    saved = await app.writer.save(
        Bundle(
            [(file.path, file.content) for file in files if file.content is not None],
            (app.spool.path(arguments.reference), record),
        )
    )
    answer = answers[0]
    if saved.record is not None:
        # The label exists and is told; that only this answer knows of it, the caller must hear.
        alert = Notice(code=SPOOL_UNWRITABLE.code, message=f"The answer could not be kept: {saved.record}.")
        answer = answer.model_copy(update={"alerts": [*(answer.alerts or []), alert]})
    return answer


def _answer(made: Made, failed: dict[Path, str | None], trans_id: str) -> ShippingCreateAnswer:
    problems = {file.path: file.problem or failed.get(file.path) for file in (*made.labels, *made.forms)}
    return ShippingCreateAnswer(
        outcome="done",
        tracking_numbers=[label.tracking_number for label in made.labels],
        label_paths=[None if problems[label.path] or not label.content else str(label.path) for label in made.labels],
        label_sha256s=[None if problems[label.path] else label.sha256 for label in made.labels],
        label_delivery=made.label_delivery,
        label_errors=[
            LabelError(tracking_number=file.tracking_number, path=str(file.path), message=problems[file.path] or "")
            for file in (*made.labels, *made.forms)
            if problems[file.path]
        ]
        or None,
        form_paths=[str(form.path) for form in made.forms if not problems[form.path]] or None,
        total_charges=Charge(monetary_value=made.charge[0], currency_code=made.charge[1]) if made.charge else None,
        negotiated=made.negotiated if made.charge else None,
        shipment_identification_number=made.shipment_number,
        customer_context=made.customer_context,
        trans_id=trans_id,
        alerts=made.alerts or None,
    )


def _record(
    arguments: ShippingCreateArguments, digest: str, answer: ShippingCreateAnswer, ups_transaction: str | None
) -> Json:
    address = arguments.shipment.ship_to.address
    content: dict[str, Any] = {
        "version": VERSION,
        "state": "done",
        "reference": arguments.reference,
        "digest": digest,
        "created_on": datetime.now(UTC).strftime("%Y%m%d"),
        "shipper_number": arguments.shipment.shipper.account_number,
        "postal_code": postal_code(address),
        "country_code": address.country_code,
        "voided": [],
        "ups_transaction": ups_transaction,
        "answer": answer.model_dump(mode="json", by_alias=True, exclude_none=True),
    }
    return content
