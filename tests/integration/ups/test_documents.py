"""Own documents for customs: uploaded by their digest, named by a shipment or given to it later, deleted."""

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

PDF = b"%PDF-1.4\n% an invoice of our own\n%%EOF\n"
ACCOUNT = "A1B2C3"


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "INV-1001.pdf"
    path.write_bytes(PDF)
    return path


def asked(path: Path, document_type: str = "002", **more: Any) -> dict[str, Any]:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "0" * 64
    return {"account_number": ACCOUNT, "path": str(path), "sha256": sha256, "document_type": document_type} | more


def documents_of(carrier: Any, reference: str) -> list[tuple[str, str]]:
    (entry,) = carrier.booked(reference)
    return [(one["name"], one["type"]) for one in entry.get("documents", [])]


async def test_an_own_invoice_goes_instead_of_upss(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float, invoice: Path
) -> None:
    document_id = (await server.call("document_upload", **asked(invoice)))["document_id"]
    assert len(document_id) == 26
    abroad["international"]["documents"] = [{"document_id": document_id, "document_type": "002"}]
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    assert "formPaths" not in made, "UPS made no invoice"
    assert documents_of(carrier, reference) == [("INV-1001.pdf", "002")]


async def test_a_certificate_goes_beside_upss_invoice(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float, invoice: Path
) -> None:
    document_id = (await server.call("document_upload", **asked(invoice, "003")))["document_id"]
    abroad["international"]["documents"] = [{"document_id": document_id, "document_type": "003"}]
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    assert len(made["formPaths"]) == 1
    assert documents_of(carrier, reference) == [("INV-1001.pdf", "003")]


async def test_a_shipment_with_an_unknown_document_is_not_made(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float
) -> None:
    abroad["international"]["documents"] = [{"document_id": "2026-11-21-01.02.03.123456", "document_type": "002"}]
    refused = await server.refused("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    assert (refused["ups_code"], refused["outcome"]) == ("9590022", "not_done")
    assert carrier.booked(reference) == []


async def test_where_no_customs_is_no_document_goes(
    server: Any, shipment: dict[str, Any], abroad: dict[str, Any], reference: str, not_after: float
) -> None:
    """UPS takes forms of one's own neither at home nor with a return."""
    named = [{"document_id": "2026-11-21-01.02.03.123456", "document_type": "002"}]
    papers = {"international": abroad["international"] | {"documents": named}}
    sent = {"reference": reference, "not_after": not_after}
    home = shipment | {
        "ship_to": shipment["ship_to"] | {"address": shipment["shipper"]["address"]},
        "service_code": "03",
    }
    back = abroad | {"return_service_code": "9", "ship_from": abroad["ship_to"], "ship_to": abroad["shipper"]}
    back["ship_to"] = {name: value for name, value in back["ship_to"].items() if name != "account_number"}
    back["ship_from"] = {name: value for name, value in back["ship_from"].items() if name != "email"}
    for one in (home, back):
        refused = await server.refused("shipping_create", **sent, shipment=one | papers)
        assert (refused["code"], refused["where"]) == ("E-2105", "international.documents")


async def test_a_document_reaches_a_shipment_that_was_made_before(
    server: Any, carrier: Any, abroad: dict[str, Any], reference: str, not_after: float, invoice: Path
) -> None:
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=abroad)
    document_id = (await server.call("document_upload", **asked(invoice)))["document_id"]
    given = {
        "account_number": ACCOUNT,
        "shipment_identification_number": made["shipmentIdentificationNumber"],
        "shipped_at": time.strftime("%Y-%m-%d-%H.%M.%S"),
        "tracking_numbers": made["trackingNumbers"],
        "document_ids": [document_id],
    }
    assert len((await server.call("document_attach", **given))["forms_group_id"]) == 26
    await server.call("document_attach", **given)
    assert documents_of(carrier, reference) == [("INV-1001.pdf", "002")], "twice is the same as once"
    nobodys = given | {"tracking_numbers": ["1ZSIMSIM0399999990"]}
    assert (await server.refused("document_attach", **nobodys))["ups_code"] == "9590009"


@pytest.mark.fault  # the proxy's copy of UPS's documents has no deletion
async def test_a_deleted_document_is_unknown(server: Any, invoice: Path) -> None:
    document_id = (await server.call("document_upload", **asked(invoice)))["document_id"]
    named = {"account_number": ACCOUNT, "document_id": document_id}
    assert await server.call("document_delete", **named) == {"deleted": True}
    assert (await server.refused("document_delete", **named))["ups_code"] == "9590022"


@pytest.mark.fault
async def test_an_account_without_paperless_is_told(server: Any, carrier: Any, invoice: Path) -> None:
    carrier.fault("no-paperless")
    refused = await server.refused("document_upload", **asked(invoice))
    assert (refused["code"], refused["ups_code"]) == ("E-3001", "9590018")
    assert "Upload Forms Created Offline" in refused["message"]


@pytest.mark.fault
async def test_an_upload_whose_answer_was_lost_is_repeated(server: Any, carrier: Any, invoice: Path) -> None:
    carrier.fault("lost-answer@paperless:1")
    assert len((await server.call("document_upload", **asked(invoice)))["document_id"]) == 26


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("gone.pdf", None, "E-2110"),
        ("empty.pdf", b"", "E-2113"),
        ("keys.pdf", b"-----BEGIN OPENSSH PRIVATE KEY-----", "E-2113"),
        ("id_rsa", b"-----BEGIN OPENSSH PRIVATE KEY-----", "E-2113"),
        ("program.txt", b"\x7fELF\0\0", "E-2113"),
        ("run.exe", b"MZ", "E-2113"),
        ("scan.pdf", PDF + b" " * 10_000_000, "E-2112"),
    ],
    ids=["gone", "empty", "fake", "no-ending", "program", "other-ending", "large"],
)
async def test_what_is_no_document_is_never_sent(
    server: Any, carrier: Any, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    before = carrier.last_event()
    refused = await server.refused("document_upload", **asked(path))
    assert refused["code"] == code
    assert carrier.last_event() == before, "nothing left this machine"


async def test_only_the_content_that_was_approved_is_sent(server: Any, carrier: Any, invoice: Path) -> None:
    approved = asked(invoice) | {"sha256": hashlib.sha256(PDF + b"% as it was").hexdigest()}
    before = carrier.last_event()
    assert (await server.refused("document_upload", **approved))["code"] == "E-2111"
    assert carrier.last_event() == before


async def test_a_relative_path_is_refused(server: Any) -> None:
    refused = await server.refused("document_upload", **asked(Path("INV-1001.pdf")))
    assert refused["code"] == "E-2110"
