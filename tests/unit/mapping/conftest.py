"""A builder over a sheet written in the test: headers as keys, one dict a row."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest

from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import mapping_from
from agent.planning.model import SheetRow
from agent.sender import SAMPLE_SHIPPER
from agent.shipping.access_points import KnownPoints
from mcp_servers.ups.models import ShippingCreateArguments

TODAY = date(2026, 3, 2)
ORDER = {
    "Order Number": "1001",
    "Name": "Ann Lee",
    "Address 1": "12 Main St",
    "Address 2": "",
    "City": "Boston",
    "State": "MA",
    "ZIP": "02116",
    "Weight (lb)": "2.5",
}


@cache
def published_schema() -> dict[str, Any]:
    return ShippingCreateArguments.model_json_schema()


@pytest.fixture(scope="session")
def schema() -> dict[str, Any]:
    """What the UPS server publishes for `shipping_create`."""
    return published_schema()


def sheet_rows(rows: list[dict[str, str]]) -> list[SheetRow]:
    return [SheetRow(index + 1, index + 2, row, f"sum{sorted(row.items())}") for index, row in enumerate(rows)]


@pytest.fixture
def order() -> Callable[..., dict[str, str]]:
    """A plain order with other cells; `None` takes a column out."""

    def changed(cells: dict[str, str | None] | None = None) -> dict[str, str]:
        merged = {**ORDER, **(cells or {})}
        return {column: text for column, text in merged.items() if text is not None}

    return changed


@pytest.fixture
def built(schema: dict[str, Any]) -> Callable[..., BuiltRows]:
    """Build all rows with the proposed mapping; `answers` are what the person said, `saved` the mapping's constants."""

    def build(
        rows: list[dict[str, str]],
        service: str | None = "03",
        answers: dict[str, str] | None = None,
        saved: dict[str, str] | None = None,
        shipper: dict[str, Any] | None = None,
        points: KnownPoints | None = None,
    ) -> BuiltRows:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        full = [{column: row.get(column, "") for column in columns} for row in rows]
        mapping = mapping_from(propose_mapping(columns, {}), saved or {})
        sender = shipper or SAMPLE_SHIPPER.model_dump()
        builder = ShipmentBuilder(mapping, sender, schema, Answers.of(answers), TODAY, points=points)
        return builder.build_all(sheet_rows(full), service)

    return build
