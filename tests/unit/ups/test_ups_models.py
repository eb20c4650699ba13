"""The published schema and the server agree on what a shipment is."""

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mcp_servers.ups.models import Address, Shipment, ShippingCreateArguments, Weight

SCHEMA = ShippingCreateArguments.model_json_schema()


def accepted_by_server(model: type[Any], body: Any) -> bool:
    try:
        model.model_validate_json(json.dumps(body))
    except ValidationError:
        return False
    return True


def accepted_by_schema(model: type[Any], body: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(model.model_json_schema()).is_valid(body))


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(body)
    *parents, last = path.split(".")
    place: Any = body
    for parent in parents:
        place = place[int(parent)] if parent.isdigit() else place[parent]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ship_to.address.postal_code", 30005),
        ("ship_to.address.postal_code", "3005"),
        ("ship_to.address.postal_code", None),
        ("ship_to.address.state", None),
        ("ship_to.address.state", "ga"),
        ("ship_to.address.country_code", "USA"),
        ("ship_to.address.city", "x" * 31),
        ("ship_to.address.city", "   "),
        ("ship_to.address.lines", []),
        ("ship_to.address.lines", ["a", "b", "c", "d"]),
        ("ship_to.address.lines", ["x" * 36]),
        ("ship_to.address.lines", "12 Sample St"),
        ("ship_to.name", "x" * 36),
        ("ship_to.name", ""),
        ("ship_to.name", "line\nbreak"),
        ("ship_to.phone", "555-0123"),
        ("ship_to.phone", "5550123"),
        ("ship_to.phone", 7705550123),
        ("ship_to.email", "nobody"),
        ("ship_to.nickname", "Rob"),
        ("shipper.account_number", "A1B2"),
        ("shipper.account_number", None),
        ("packages", []),
        ("packages.0.weight.value", "0"),
        ("packages.0.weight.value", "0.00"),
        ("packages.0.weight.value", 5),
        ("packages.0.weight.value", "150.1"),
        ("packages.0.weight.value", "123456"),
        ("packages.0.weight.unit", "lb"),
        ("packages.0.dimensions.length", 10.5),
        ("packages.0.dimensions.length", 0),
        ("packages.0.signature", "yes"),
        ("customer_reference", "x" * 36),
        ("service_code", "3"),
        ("service_code", 3),
        ("shipment_date", "2026-11-21"),
        ("saturday_delivery", "yes"),
    ],
)
def test_what_ups_would_refuse_is_refused_by_both(shipment: dict[str, Any], path: str, value: Any) -> None:
    body = changed(shipment, path, value)
    assert not accepted_by_server(Shipment, body)
    assert not accepted_by_schema(Shipment, body)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ship_to.address.postal_code", "02116"),
        ("ship_to.address.postal_code", "021160001"),
        ("ship_to.phone", None),
        ("ship_to.phone", "77055501231234"),
        ("packages.0.weight.value", "150"),
        ("packages.0.weight.value", "0.1"),
        ("packages.0.dimensions", None),
        ("customer_reference", "18-digit 112233445566778899"),
        ("ship_to.address.city", "São Paulo"),
    ],
)
def test_what_is_good_is_taken_by_both(shipment: dict[str, Any], path: str, value: Any) -> None:
    body = changed(shipment, path, value)
    assert accepted_by_server(Shipment, body)
    assert accepted_by_schema(Shipment, body)


@given(
    country=st.sampled_from(["US", "PR", "VI", "CA", "VN", "DE"]),
    postal=st.one_of(
        st.none(), st.from_regex(r"[0-9]{4,10}", fullmatch=True), st.sampled_from(["K1A 0B1", "30005-1234"])
    ),
    state=st.one_of(st.none(), st.sampled_from(["GA", "ON", "G", "SG"])),
)
def test_country_rules_are_the_same_in_schema_and_server(country: str, postal: str | None, state: str | None) -> None:
    body = {"lines": ["1 Way"], "city": "Town", "country_code": country, "postal_code": postal, "state": state}
    body = {key: value for key, value in body.items() if value is not None}
    assert accepted_by_server(Address, body) == accepted_by_schema(Address, body)


@given(value=st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True), unit=st.sampled_from(["LBS", "KGS", "OZS"]))
def test_weights_are_the_same_in_schema_and_server(value: str, unit: str) -> None:
    body = {"value": value, "unit": unit}
    assert accepted_by_server(Weight, body) == accepted_by_schema(Weight, body)


@pytest.mark.parametrize(
    "packages",
    [
        [{"weight": {"value": "1", "unit": "LBS"}}, {"weight": {"value": "1", "unit": "KGS"}}],
        [
            {
                "weight": {"value": "1", "unit": "KGS"},
                "dimensions": {"length": 1, "width": 1, "height": 1, "unit": "IN"},
            }
        ],
        [
            {
                "weight": {"value": "1", "unit": "LBS"},
                "dimensions": {"length": 109, "width": 1, "height": 1, "unit": "IN"},
            }
        ],
        [
            {
                "weight": {"value": "1", "unit": "LBS"},
                "dimensions": {"length": 60, "width": 30, "height": 30, "unit": "IN"},
            }
        ],
    ],
)
def test_rules_across_fields_are_the_servers(shipment: dict[str, Any], packages: list[Any]) -> None:
    assert not accepted_by_server(Shipment, changed(shipment, "packages", packages))


def test_the_schema_forbids_what_it_does_not_declare() -> None:
    objects = [SCHEMA, *SCHEMA["$defs"].values()]
    assert all(part["additionalProperties"] is False for part in objects if part.get("type") == "object")
