"""What `doctor --ups` makes of a UPS app that lacks products; UPS's own answers: tests/integration/line/test_setup.py."""

from types import SimpleNamespace
from typing import Any

from agent.settings import Settings
from agent.setup.ups_products import try_products

LACKS = {"isError": True, "code": "E-5003", "message": "UPS refuses.", "remedy": "Add it.", "retryable": False}


class Ups:
    """Has only the products of these tools."""

    def __init__(self, *tools: str) -> None:
        self.tools = tools

    async def call(self, _server: str, tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {} if tool in self.tools else LACKS


async def test_a_product_that_every_shipment_needs_is_a_fault_and_another_a_note() -> None:
    around = SimpleNamespace(settings=Settings(), servers=Ups("address_validate", "transit_times", "track_package"))
    found = {finding.name: finding for finding in await try_products(around)}  # type: ignore[arg-type]
    assert {name: finding.state for name, finding in found.items()} == {
        "Address Validation": "ok",
        "Rating": "FAULT",
        "Time in Transit": "ok",
        "Locator": "note",
        "Tracking": "ok",
        "Shipping": "note",
    }
    assert "only for parcels that UPS keeps at an Access Point: your UPS app does not have it" in found["Locator"].words
