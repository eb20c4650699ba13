"""What the builder makes of a sheet is what the UPS server, run as it ships, rates and buys: every lane once."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.mapping.answers import Answers
from agent.mapping.builder import ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import mapping_from
from agent.planning.model import SheetRow
from agent.sender import SAMPLE_SHIPPER
from agent.servers import ServerManager
from agent.settings import Settings
from mcp_servers.ups.models import ShippingCreateArguments

ORDER = {
    "Order Number": "1001",
    "Name": "Ann Lee",
    "Address 1": "12 Main St",
    "City": "Boston",
    "State": "MA",
    "ZIP": "02116",
    "Weight (lb)": "2.5",
}
GOODS = {"Item": "Wool scarf", "Price": "25.00", "Origin": "Peru"}
LANES: dict[str, tuple[dict[str, str], str]] = {
    "within the states": ({}, "03"),
    "two parcels": ({"Packages": "2", "Dimensions": "12x8x6", "Declared Value": "$200", "Signature": "adult"}, "03"),
    "Hawaii": ({"City": "Honolulu", "State": "HI", "ZIP": "96815"}, "02"),
    "Puerto Rico": ({"City": "San Juan", "State": "PR", "ZIP": "926", "Phone": "787-555-0100", **GOODS}, "03"),
    "Canada": (
        {"City": "Ottawa", "State": "ON", "ZIP": "k1a0b1", "Country": "Canada", "Phone": "613-555-0100", **GOODS},
        "11",
    ),
    "Britain": (
        {"City": "London", "State": "", "ZIP": "SW1A1AA", "Country": "UK", "Phone": "+44 20 7946 0100", **GOODS},
        "65",
    ),
    "Hong Kong": (
        {"City": "Hong Kong", "State": "", "ZIP": "", "Country": "Hong Kong", "Phone": "+852 2345 6789", **GOODS},
        "08",
    ),
    "Guam": ({"City": "Hagatna", "State": "GU", "ZIP": "96910", "Phone": "671-555-0100", **GOODS}, "65"),
}


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[ServerManager]:
    running = ServerManager(Settings.load(home=tmp_path))
    running.start("ups")
    yield running
    await running.close()


def payload(cells: dict[str, str], service: str) -> dict[str, Any]:
    row = {**ORDER, **cells}
    mapping = mapping_from(propose_mapping(list(row), {}), {})
    answers = Answers.of({"reason_for_export": "SALE", "package_weight": "of each package"})
    schema = ShippingCreateArguments.model_json_schema()
    builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, answers, date.today())  # noqa: DTZ011
    shipment = builder.build([SheetRow(1, 2, row, "sum")], service)
    assert shipment.payload is not None, (shipment.rejections, shipment.asks)
    return shipment.payload


async def test_every_lane_is_rated(servers: ServerManager) -> None:
    refused = {}
    for lane, (cells, service) in LANES.items():
        answer = await servers.call(
            "ups", "rating_quote", {"environment": "simulator", "shipment": payload(cells, service)}
        )
        if "totalCharges" not in answer:
            refused[lane] = answer
    assert refused == {}
