"""The digest covers everything that approval binds."""

from dataclasses import fields, replace
from typing import Any

import pytest

from agent.planning.digest import plan_digest
from agent.planning.model import Budget, Plan, PlannedShipment, Selection, Source

SHIPMENT = PlannedShipment(
    identity="order:1",
    row_numbers=(1,),
    sheet_rows=(2,),
    row_checksums=("c",),
    order_number="1",
    recipient="Dana",
    city_state="Fresno, CA",
    service_code="03",
    payload={"b": 1, "a": {"zip": "02116"}},
    quote_cents=1000,
    warnings=(),
)
PLAN = Plan(
    command="Ship all",
    environment="simulator",
    account_number="SIMSIM",
    shipper={"name": "Shop"},
    label_format="ZPL",
    currency="USD",
    source=Source("s", {"path": "/o.csv"}, "f", "o.csv"),
    selection=Selection("true", "all"),
    mapping={"a": 1},
    shipments=(SHIPMENT,),
)
OTHER: dict[str, Any] = {
    "command": "Ship some",
    "environment": "production",
    "account_number": "ABC123",
    "shipper": {"name": "Other"},
    "label_format": "GIF",
    "currency": "CAD",
    "source": Source("s", {"path": "/o.csv"}, "changed", "o.csv"),
    "selection": Selection("false", "none"),
    "mapping": {"a": 2},
    "shipments": (SHIPMENT, replace(SHIPMENT, identity="order:2")),
    "budget": Budget(max_total_cents=1),
    "excluded": {"held": (3,)},
    "amends_job_id": "job",
    "reship": True,
    "options": {"returns": "print"},
}
OTHER_SHIPMENT: dict[str, Any] = {
    "identity": "order:9",
    "row_numbers": (9,),
    "sheet_rows": (9,),
    "row_checksums": ("d",),
    "order_number": "9",
    "recipient": "Eve",
    "city_state": "Boston, MA",
    "service_code": "01",
    "payload": {"b": 1, "a": {"zip": "2116"}},
    "quote_cents": 999,
    "warnings": ("far",),
    "apart_from": ("SC00000001000101",),
    "result_cells": ({"tracking_number": "n/a"},),
    "written_address": {"city": "Bostn"},
    "documents": ({"path": "/o.pdf", "sha256": "0" * 64, "document_type": "002"},),
}


def test_the_order_of_keys_does_not_matter() -> None:
    same = replace(SHIPMENT, payload={"a": {"zip": "02116"}, "b": 1})
    assert plan_digest(replace(PLAN, shipments=(same,))) == plan_digest(PLAN)


@pytest.mark.parametrize("name", [field.name for field in fields(Plan)])
def test_every_field_of_a_plan_counts(name: str) -> None:
    assert plan_digest(replace(PLAN, **{name: OTHER[name]})) != plan_digest(PLAN)


@pytest.mark.parametrize("name", [field.name for field in fields(PlannedShipment)])
def test_every_field_of_a_shipment_counts(name: str) -> None:
    changed = replace(SHIPMENT, **{name: OTHER_SHIPMENT[name]})
    assert plan_digest(replace(PLAN, shipments=(changed,))) != plan_digest(PLAN)


def test_the_order_of_shipments_counts() -> None:
    two = (SHIPMENT, replace(SHIPMENT, identity="order:2"))
    assert plan_digest(replace(PLAN, shipments=two)) != plan_digest(replace(PLAN, shipments=two[::-1]))
