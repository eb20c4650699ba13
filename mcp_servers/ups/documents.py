"""The tools about documents for customs: an own invoice, certificate or licence goes to UPS as a file.

UPS keeps what is uploaded under an id; a shipment names the id when it is made, or gets the document later by its
tracking numbers. Uploading buys nothing: an upload whose answer was lost is repeated, and leaves a copy that nobody
names. Source: UPS's Paperless document.
"""

import asyncio
import base64
import hashlib
import os
import uuid
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from mcp_servers.shared.faults import fault
from mcp_servers.shared.tools import Answer, Arguments
from mcp_servers.ups.answers import AlertsAsInCreate
from mcp_servers.ups.app import App, check_environment
from mcp_servers.ups.arguments import ShipmentNumber, TrackingNumber
from mcp_servers.ups.faults import DOCUMENT_CHANGED, DOCUMENT_KIND, DOCUMENT_SIZE, DOCUMENT_UNREADABLE, UNREADABLE
from mcp_servers.ups.models import Environment
from mcp_servers.ups.notices import notices_of
from mcp_servers.ups.options import DocumentId, DocumentTypeAsInCreate
from mcp_servers.ups.payers import Account
from mcp_servers.ups.requests import Json
from mcp_servers.ups.ups_json import as_list, at

_PATH: Final = "/api/paperlessdocuments/v2"
FORMATS: Final = frozenset({"bmp", "doc", "docx", "gif", "jpg", "pdf", "png", "rtf", "tif", "txt", "xls", "xlsx"})
_OTHER_ENDINGS: Final = {"jpeg": "jpg", "tiff": "tif"}
_LONGEST_NAME: Final = 300
_MB: Final = 1_000_000
_BEGINNINGS: Final[dict[str, tuple[bytes, ...]]] = {
    "bmp": (b"BM",),
    "doc": (b"\xd0\xcf\x11\xe0",),
    "docx": (b"PK\x03\x04",),
    "gif": (b"GIF8",),
    "jpg": (b"\xff\xd8\xff",),
    "pdf": (b"%PDF",),
    "png": (b"\x89PNG",),
    "rtf": (b"{\\rtf",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "xls": (b"\xd0\xcf\x11\xe0",),
    "xlsx": (b"PK\x03\x04",),
}
"""How a file of a format begins; a text is told by having no zero byte."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DocumentUploadArguments(Arguments):
    """Input of `document_upload`."""

    environment: Environment
    account_number: Account
    path: Annotated[str, Field(description="Absolute.")]
    sha256: Sha256 = Field(description="Of the content that was approved; any other is refused.")
    document_type: DocumentTypeAsInCreate


class DocumentUploadAnswer(Answer):
    """What a shipment names."""

    document_id: str
    alerts: AlertsAsInCreate = None


class DocumentAttachArguments(Arguments):
    """Input of `document_attach`."""

    environment: Environment
    account_number: Account
    shipment_identification_number: ShipmentNumber
    shipped_at: Annotated[
        str,
        Field(pattern=r"^\d{4}(-\d\d){3}(\.\d\d){2}$", description="YYYY-MM-DD-HH.MM.SS."),
    ]
    tracking_numbers: Annotated[list[TrackingNumber], Field(min_length=1, max_length=200)]
    document_ids: Annotated[list[DocumentId], Field(min_length=1, max_length=13)]


class DocumentAttachAnswer(Answer):
    """The group that UPS made of the documents."""

    forms_group_id: str | None = None
    alerts: AlertsAsInCreate = None


class DocumentDeleteArguments(Arguments):
    """Input of `document_delete`."""

    environment: Environment
    account_number: Account
    document_id: DocumentId


class DocumentDeleteAnswer(Answer):
    """UPS has confirmed it."""

    deleted: Literal[True] = True


async def upload(app: App, arguments: DocumentUploadArguments) -> DocumentUploadAnswer:
    """One file a request: UPS's answer does not say which id is whose."""
    check_environment(app, arguments.environment)
    path = Path(arguments.path)
    form = _format(path)
    content = await asyncio.to_thread(_read, path, form, MOST_BYTES[arguments.environment])
    if hashlib.sha256(content).hexdigest() != arguments.sha256:
        raise fault(DOCUMENT_CHANGED, where="sha256", name=path.name)
    reply = await app.client.read(
        "POST",
        f"{_PATH}/upload",
        json={
            "UploadRequest": {
                "Request": _request(),
                "ShipperNumber": arguments.account_number,
                "UserCreatedForm": [
                    {
                        "UserCreatedFormFileName": path.name[-_LONGEST_NAME:],
                        "UserCreatedFormFile": base64.b64encode(content).decode(),
                        "UserCreatedFormFileFormat": form,
                        "UserCreatedFormDocumentType": arguments.document_type,
                    }
                ],
            }
        },
        headers={"ShipperNumber": arguments.account_number},
    )
    answer = at(reply.body, "UploadResponse")
    ids = as_list(at(answer, "FormsHistoryDocumentID", "DocumentID"))
    if len(ids) != 1 or not isinstance(ids[0], str):
        raise fault(UNREADABLE, detail=f"{len(ids)} document ids for one file", trans_id=reply.trans_id)
    return DocumentUploadAnswer(document_id=ids[0], alerts=notices_of(at(answer, "Response")) or None)


async def attach(app: App, arguments: DocumentAttachArguments) -> DocumentAttachAnswer:
    """To a shipment that was made already."""
    check_environment(app, arguments.environment)
    reply = await app.client.read(
        "POST",
        f"{_PATH}/image",
        json={
            "PushToImageRepositoryRequest": {
                "Request": _request(),
                "ShipperNumber": arguments.account_number,
                "FormsHistoryDocumentID": {"DocumentID": arguments.document_ids},
                "ShipmentIdentifier": arguments.shipment_identification_number,
                "ShipmentDateAndTime": arguments.shipped_at,
                "ShipmentType": "1",
                "TrackingNumber": arguments.tracking_numbers,
            }
        },
        headers={"ShipperNumber": arguments.account_number},
    )
    answer = at(reply.body, "PushToImageRepositoryResponse")
    group = at(answer, "FormsGroupID")
    alerts = notices_of(at(answer, "Response")) or None
    return DocumentAttachAnswer(forms_group_id=group if isinstance(group, str) and group else None, alerts=alerts)


async def delete(app: App, arguments: DocumentDeleteArguments) -> DocumentDeleteAnswer:
    """Out of what UPS keeps; a shipment that names it already is not changed."""
    check_environment(app, arguments.environment)
    await app.client.read(
        "DELETE",
        f"{_PATH}/DocumentId/ShipperNumber",
        headers={"ShipperNumber": arguments.account_number, "DocumentId": arguments.document_id},
    )
    return DocumentDeleteAnswer()


MOST_BYTES: Final[dict[Environment, int]] = {"simulator": 10 * _MB, "test": _MB, "production": 10 * _MB}
"""A file's; UPS says MB and no more, so the smaller reading."""


def _request() -> Json:
    return {"TransactionReference": {"CustomerContext": uuid.uuid4().hex}}


def _format(path: Path) -> str:
    ending = path.suffix[1:].casefold()
    form = _OTHER_ENDINGS.get(ending, ending)
    if form not in FORMATS:
        raise fault(DOCUMENT_KIND, where="path", name=path.name, formats=", ".join(sorted(FORMATS)))
    return form


def _read(path: Path, form: str, most: int) -> bytes:
    """The file's content, of the very file that was opened: a pipe or a device is none."""
    if not path.is_absolute():
        raise fault(DOCUMENT_UNREADABLE, where="path", name=path.name, detail="its path is not absolute")
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(opened, "rb") as file:
            content = file.read(most + 1)
    except OSError as problem:
        detail = problem.strerror or type(problem).__name__
        raise fault(DOCUMENT_UNREADABLE, where="path", name=path.name, detail=detail) from problem
    if len(content) > most:
        raise fault(DOCUMENT_SIZE, where="path", name=path.name, most=most // _MB)
    beginnings = _BEGINNINGS.get(form)
    fits = b"\0" not in content if beginnings is None else content.startswith(beginnings)
    if not content or not fits:
        raise fault(DOCUMENT_KIND, where="path", name=path.name, formats=", ".join(sorted(FORMATS)))
    return content
