"""Every operation, both directions, held against UPS's own documents with unknown names forbidden."""

import functools
import hashlib
import importlib.util
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import ups_shipments

KIT = Path(__file__).parents[4] / "shared" / "reference" / "ups-openapi"
ALLOWED = ["--closed", "--allow", "TransactionIdentifier", "--allow", "PackageLevelResult"]

pytestmark = pytest.mark.skipif(not KIT.exists(), reason="UPS's OpenAPI documents are not beside the repository")


@functools.cache
def kit() -> Any:
    specification = importlib.util.spec_from_file_location("ups_conform", KIT / "ups_conform.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.load = functools.cache(module.load)
    return module


def check(method: str, path: str, side: str, status: str, file: Path, headers: dict[str, str]) -> int:
    given = [argument for item in headers.items() for argument in ("--header", "=".join(item))]
    arguments = [str(KIT / "ups-min.yaml"), method, path, side, status, str(file), *ALLOWED, *given]
    return int(kit().main(arguments))


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> list[tuple[httpx2.Request, httpx2.Response]]:
    recorded: list[tuple[httpx2.Request, httpx2.Response]] = []
    send = httpx2.AsyncClient.send

    async def recording(self: httpx2.AsyncClient, request: httpx2.Request, **more: Any) -> httpx2.Response:
        response = await send(self, request, **more)
        recorded.append((request, response))
        return response

    monkeypatch.setattr(httpx2.AsyncClient, "send", recording)
    return recorded


async def test_all_traffic_of_a_day_conforms(
    server: Any,
    shipment: dict[str, Any],
    abroad: dict[str, Any],
    reference: str,
    not_after: float,
    traffic: list[tuple[httpx2.Request, httpx2.Response]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await a_day(server, shipment, abroad, reference, not_after)
    await papers(server, abroad, reference + "Z", not_after, tmp_path)
    operations = set()
    calls = [request.headers for request, _ in traffic if "/oauth/" not in request.url.path]
    ids = [headers["transid"] for headers in calls]
    assert len(set(ids)) == len(ids), "one id a request"
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids), "32 characters, not the 36 of a UUID with dashes"
    assert {headers["transactionsrc"] for headers in calls} == {"shipchat"}
    for request, response in traffic:
        path = request.url.raw_path.decode()
        file = tmp_path / "body"
        file.write_bytes(request.content)
        sent = Path("/dev/null") if not request.content else file
        headers = {
            name: value
            for name, value in request.headers.items()
            if name in {"transid", "transactionsrc", "prn", "accountnumber", "shippernumber"}
        }
        assert check(request.method, path, "request", "-", sent, headers) == 0, (path, capsys.readouterr().out)
        file.write_bytes(response.content)
        assert check(request.method, path, "response", str(response.status_code), file, {}) == 0, (
            path,
            capsys.readouterr().out,
        )
        operations.add((request.method, path.split("?")[0].rsplit("/", 1)[0]))
    # Token, rating, shipping, recovery, void, tracking twice, addresses, transit times, pickup made, pending and cancelled,
    # documents uploaded and attached (both end in /v2).
    assert len(operations) == 13


async def a_day(
    server: Any, shipment: dict[str, Any], abroad: dict[str, Any], reference: str, not_after: float
) -> None:
    """Every operation once, good and refused."""
    domestic = json.loads(json.dumps(shipment))
    domestic |= {"service_code": "03", "ship_to": domestic["ship_to"] | {"phone": "7705550123"}}
    domestic["ship_to"]["address"] = dict(domestic["shipper"]["address"])
    del domestic["international"]
    domestic["packages"] *= 2
    look = {"shipper_number": "A1B2C3", "since": time.strftime("%Y%m%d", time.gmtime())}
    await server.call("rating_quote", shipment=domestic)
    await server.call("rating_shop", shipment=abroad)
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=domestic)
    await server.call("shipping_create", reference=reference + "X", not_after=not_after, shipment=abroad)
    server.app.spool.path(reference).unlink()
    await server.call("shipping_find", reference=reference, **look)
    await server.call("shipping_find", reference=reference + "NONE", **look)
    await server.call("track_package", tracking_number=made["trackingNumbers"][0])
    await server.call("label_recover", tracking_number=made["trackingNumbers"][1])
    number = made["shipmentIdentificationNumber"]
    await server.call("shipping_void", shipment_identification_number=number, tracking_numbers=made["trackingNumbers"])
    await server.refused("shipping_void", shipment_identification_number="1ZSIMSIM0399999990")
    wrong = json.loads(json.dumps(domestic))
    wrong["ship_to"]["address"]["postal_code"] = "90210"
    await server.refused("rating_quote", shipment=wrong)
    await server.refused("shipping_create", reference=reference + "Y", not_after=not_after, shipment=wrong)
    await server.call(
        "address_validate", lines=["1 A St"], city="Timonium", state="MD", postal_code="21093", country_code="US"
    )
    place = {"postal_code": "21093", "country_code": "US"}
    await server.call("transit_times", origin=place, destination=place, weight={"value": "5", "unit": "LBS"})
    pickup = await server.call("pickup_schedule", **ups_shipments.pickup("20991125", 2))
    await server.call("pickup_pending", account_number="A1B2C3")
    await server.call("pickup_cancel", prn=pickup["prn"])


async def papers(server: Any, abroad: dict[str, Any], reference: str, not_after: float, folder: Path) -> None:
    """A certificate that the shipment names, and an invoice that it gets later."""
    file = folder / "paper.pdf"
    file.write_bytes(b"%PDF-1.4 a paper")
    uploaded = {"account_number": "A1B2C3", "path": str(file), "document_type": "003"}
    uploaded |= {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    certificate = (await server.call("document_upload", **uploaded))["document_id"]
    named = abroad | {"international": dict(abroad["international"])}
    named["international"]["documents"] = [{"document_id": certificate, "document_type": "003"}]
    made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=named)
    await server.call(
        "document_attach",
        account_number="A1B2C3",
        shipment_identification_number=made["shipmentIdentificationNumber"],
        shipped_at="2026-11-21-01.02.03",
        tracking_numbers=made["trackingNumbers"],
        document_ids=[(await server.call("document_upload", **uploaded))["document_id"]],
    )


SAMPLES: list[tuple[str, str, str, str, str]] = [
    ("bad_ship_request_no_service", "POST", "/api/shipments/v2409/ship", "request", "-"),
    ("bad_ship_request_package_object", "POST", "/api/shipments/v2409/ship", "request", "-"),
    ("bad_ship_response_no_tracking", "POST", "/api/shipments/v2409/ship", "response", "200"),
    ("bad_rate_request_no_package", "POST", "/api/rating/v2409/Rate", "request", "-"),
    ("bad_token_expires_int", "POST", "/security/v1/oauth/token", "response", "200"),
    ("closed_ship_request_typo", "POST", "/api/shipments/v2409/ship", "request", "-"),
    ("tight_ship_request_long_line", "POST", "/api/shipments/v2409/ship", "request", "-"),
]


@pytest.mark.parametrize(("name", "method", "path", "side", "status"), SAMPLES)
def test_the_judge_bites(name: str, method: str, path: str, side: str, status: str) -> None:
    assert check(method, path, side, status, KIT / "samples" / f"{name}.json", {}) == 1


@pytest.mark.parametrize("name", ["ship_request_min", "ship_request_intl_invoice"])
def test_the_judge_lets_the_good_pass(name: str) -> None:
    assert check("POST", "/api/shipments/v2409/ship", "request", "-", KIT / "samples" / f"{name}.json", {}) == 0


def test_the_proxy_bites(prism: Any, ups_url: str, wait_until: Callable[..., None]) -> None:
    if prism is None:
        pytest.skip("Prism is not installed (npm install @stoplight/prism-cli@5, then SHIPCHAT_TEST_PRISM or the path)")
    answer = httpx2.post(f"{ups_url}/api/labels/v1/recovery", json={"LabelRecoveryRequest": {}}, trust_env=False)
    assert "Request" in answer.headers["sl-violations"]
    wait_until(lambda: bool(prism.violations()))
    prism.forgiven = prism.violations()
