"""Shipments to build requests from, and UPS's own documents to hold them against."""

import copy
import functools
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KIT = Path(__file__).parents[4] / "shared" / "reference" / "ups-openapi"

_SHIPMENT: dict[str, Any] = {
    "shipper": {
        "name": "Harbor Books",
        "attention_name": "Shipping Desk",
        "phone": "4105550142",
        "account_number": "A1B2C3",
        "address": {
            "lines": ["2311 Example Rd"],
            "city": "Timonium",
            "state": "MD",
            "postal_code": "21093",
            "country_code": "US",
        },
    },
    "ship_to": {
        "name": "Robin Field",
        "attention_name": "Robin Field",
        "phone": "7705550123",
        "address": {
            "lines": ["12 Sample St", "Apt 4"],
            "city": "Alpharetta",
            "state": "GA",
            "postal_code": "30005-1234",
            "country_code": "US",
        },
    },
    "service_code": "03",
    "description": "Books",
    "customer_reference": "ORD-1001",
    "packages": [
        {
            "weight": {"value": "5.0", "unit": "LBS"},
            "dimensions": {"length": 4, "width": 10, "height": 8, "unit": "IN"},
        }
    ],
}


@pytest.fixture
def shipment() -> dict[str, Any]:
    return copy.deepcopy(_SHIPMENT)


@pytest.fixture
def abroad(shipment: dict[str, Any]) -> dict[str, Any]:
    shipment["ship_to"] = {
        "name": "Kunde GmbH",
        "attention_name": "Erika Muster",
        "phone": "493012345678",
        "address": {"lines": ["Beispielstr. 1"], "city": "Berlin", "postal_code": "10115", "country_code": "DE"},
    }
    shipment["service_code"] = "65"
    shipment["international"] = {
        "invoice_number": "INV-1001",
        "invoice_date": "20261121",
        "reason_for_export": "SALE",
        "currency_code": "USD",
        "terms_of_shipment": "DAP",
        "products": [
            {
                "description": "Printed books about harbours and the people who work in them",
                "quantity": 2,
                "unit_value": "12.50",
                "commodity_code": "490199",
                "origin_country_code": "US",
            }
        ],
    }
    return shipment


@functools.cache
def _kit() -> Any:
    specification = importlib.util.spec_from_file_location("ups_conform", KIT / "ups_conform.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.load = functools.cache(module.load)
    return module


@pytest.fixture
def conforms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Holds one body against UPS's documents, unknown names forbidden; the faults are the failure's text."""
    if not KIT.exists():
        pytest.skip("UPS's OpenAPI documents are not beside the repository")

    def check(method: str, path: str, side: str, status: str, body: Any) -> None:
        file = tmp_path / "body.json"
        file.write_text(json.dumps(body))
        allowed = ["--closed", "--allow", "TransactionIdentifier", "--allow", "PackageLevelResult"]
        code = _kit().main([str(KIT / "ups-min.yaml"), method, path, side, status, str(file), *allowed])
        assert code == 0, capsys.readouterr().out

    return check


@pytest.fixture
def samples() -> Path:
    if not KIT.exists():
        pytest.skip("UPS's OpenAPI documents are not beside the repository")
    return KIT / "samples"
