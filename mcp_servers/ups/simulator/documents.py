"""Documents for customs: uploaded to the account's history, pushed to a shipment, deleted.

Codes that UPS's users have seen: 9590009, 9590018, 9590022. UPS lists no others in its document, so what else is
refused has the practice UPS's own 9590000.
"""

import base64
import binascii
import re
import sqlite3
from functools import partial
from typing import Any

from mcp_servers.ups.simulator import kept_documents, records
from mcp_servers.ups.simulator.carrier import Call, Carrier, Reply, refusal
from mcp_servers.ups.simulator.parcels import Json, as_list, at

MOST_FORMS = 13
MB = 1_000_000
_FORMATS = frozenset({"bmp", "doc", "docx", "gif", "jpg", "pdf", "png", "rtf", "tif", "txt", "xls", "xlsx"})
_OWN_CODE = "9590000"
_UNKNOWN_ID = ("9590022", "No PDF was found for the document id")

Fault = tuple[str, str]


async def upload(carrier: Carrier, call: Call) -> Reply:
    """POST /api/paperlessdocuments/v2/upload, the account in the header `ShipperNumber` too."""
    request = at(call.body, "UploadRequest") or {}
    if fault := _check_account(carrier, call, request):
        return refusal(*fault)
    forms = as_list(request.get("UserCreatedForm"))
    if not 1 <= len(forms) <= MOST_FORMS:
        return refusal(_OWN_CODE, f"1 to {MOST_FORMS} user created forms are allowed")
    most = MB if carrier.strikes("cie-mask", "paperless") else 10 * MB
    if fault := next(filter(None, (_check_form(form, most) for form in forms)), None):
        return refusal(*fault)
    account = str(request["ShipperNumber"])
    kinds = [(str(form["UserCreatedFormFileName"]), str(form["UserCreatedFormDocumentType"])) for form in forms]
    ids = await carrier.records.run(partial(kept_documents.keep, account=account, kinds=kinds))
    answer = {"Response": _response(carrier, request), "FormsHistoryDocumentID": {"DocumentID": ids}}
    return Reply({"UploadResponse": answer})


async def push(carrier: Carrier, call: Call) -> Reply:
    """POST /api/paperlessdocuments/v2/image: to a shipment that was made."""
    request = at(call.body, "PushToImageRepositoryRequest") or {}
    if fault := _check_account(carrier, call, request):
        return refusal(*fault)
    if request.get("ShipmentType") != "1" or not request.get("ShipmentDateAndTime"):
        return refusal(_OWN_CODE, "Missing or invalid shipment type, date and time")
    ids = [str(one) for one in as_list(at(request, "FormsHistoryDocumentID", "DocumentID"))]
    numbers = [str(one) for one in as_list(request.get("TrackingNumber"))]
    job = partial(
        _attach,
        account=str(request["ShipperNumber"]),
        ids=ids,
        shipment=str(request.get("ShipmentIdentifier")),
        numbers=numbers,
    )
    found = await carrier.records.run(job)
    if isinstance(found, tuple):
        return refusal(*found)
    answer = {"Response": _response(carrier, request), "FormsGroupID": found}
    return Reply({"PushToImageRepositoryResponse": answer})


async def delete(carrier: Carrier, call: Call) -> Reply:
    """DELETE /api/paperlessdocuments/v2/DocumentId/ShipperNumber, both in headers of these names."""
    account, document = call.headers.get("shippernumber", ""), call.headers.get("documentid", "")
    if not re.fullmatch("[0-9A-Z]{6}", account):
        return refusal(_OWN_CODE, "Missing or invalid shipper number")
    if not await carrier.records.run(partial(kept_documents.delete, account=account, document=document)):
        return refusal(*_UNKNOWN_ID)
    return Reply({"DeleteResponse": {"Response": _response(carrier, {})}})


async def check_forms(carrier: Carrier, shipment: Json) -> Fault | None:
    """What is wrong with the documents that a shipment names."""
    forms = at(shipment, "ShipmentServiceOptions", "InternationalForms")
    ids = [str(one) for one in as_list(at(forms, "UserCreatedForm", "DocumentID"))]
    own = "07" in as_list(at(forms, "FormType"))
    if own is not bool(ids) or len(ids) > MOST_FORMS:
        return _OWN_CODE, "Form type 07 goes with 1 to 13 document ids"
    account = str(at(shipment, "Shipper", "ShipperNumber"))
    if own and not await carrier.records.run(partial(kept_documents.all_known, account=account, ids=ids)):
        return _UNKNOWN_ID
    return None


def _check_account(carrier: Carrier, call: Call, request: Json) -> Fault | None:
    account = str(request.get("ShipperNumber") or "")
    if not re.fullmatch("[0-9A-Z]{6}", account) or call.headers.get("shippernumber") != account:
        return _OWN_CODE, "Missing or invalid shipper number"
    if carrier.strikes("no-paperless", "paperless"):
        return "9590018", "The shipper number is not enabled to upload forms created offline"
    return None


def _check_form(form: Any, most: int) -> Fault | None:
    name, kind = str(at(form, "UserCreatedFormFileName") or ""), str(at(form, "UserCreatedFormDocumentType") or "")
    if not 1 <= len(name) <= 300:
        return _OWN_CODE, "Missing or invalid file name"
    if at(form, "UserCreatedFormFileFormat") not in _FORMATS:
        return _OWN_CODE, "Missing or invalid file format"
    if not re.fullmatch("0(0[1-9]|1[0-3])", kind):
        return _OWN_CODE, "Missing or invalid document type"
    try:
        content = base64.b64decode(str(at(form, "UserCreatedFormFile") or ""), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        return _OWN_CODE, "Missing or invalid file"
    return (_OWN_CODE, f"The file is larger than {most // MB} MB") if len(content) > most else None


def _response(carrier: Carrier, request: Json) -> Json:
    response = carrier.response("paperless", at(request, "Request", "TransactionReference", "CustomerContext"))
    reference = response.get("TransactionReference")
    if isinstance(reference, dict):
        # The document of this API knows the context only.
        kept = {name: value for name, value in reference.items() if name == "CustomerContext"}
        response = {name: value for name, value in response.items() if name != "TransactionReference"}
        response |= {"TransactionReference": kept} if kept else {}
    return response


def _attach(
    connection: sqlite3.Connection, account: str, ids: list[str], shipment: str, numbers: list[str]
) -> str | Fault:
    booked = [records.by_number(connection, number) for number in numbers]
    if not booked or any(one is None or one.shipment_id != shipment for one in booked):
        return "9590009", "A valid tracking number is required"
    if not 1 <= len(ids) <= MOST_FORMS or not kept_documents.all_known(connection, account, ids):
        return _UNKNOWN_ID
    kept_documents.push(connection, shipment, ids)
    return next(kept_documents.new_ids(connection))
