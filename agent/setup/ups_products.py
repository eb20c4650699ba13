"""`shipchat doctor --ups`: one request to each UPS API that costs nothing, and what the UPS app lacks."""

from dataclasses import dataclass
from typing import Any

from agent.errors import from_reply, is_refusal
from agent.setup.checks import PROBE, Finding, Surroundings

NOT_ADDED = frozenset({"E-5003"})
"""UPS took the credentials and not the request: the app lacks this API product."""
NO_CREDENTIALS = frozenset({"E-5001", "E-5002", "E-5004"})
WELL_FORMED_NUMBER = "1Z999AA10123456784"
"""A tracking number of UPS's documentation: asked for to see whether tracking answers, whatever it answers."""


@dataclass(frozen=True, slots=True)
class Product:
    """An API product as developer.ups.com names it, and a request that shows whether the app has it."""

    name: str
    tool: str
    arguments: dict[str, Any]
    only_for: str = ""
    """Who does not do this needs it not: its lack is no fault."""


def products(around: Surroundings) -> list[Product]:
    """In the order in which they are needed."""
    settings = around.settings
    sender = settings.sender
    place = sender.address
    environment = {"environment": settings.ups_environment}
    party = sender.model_dump(exclude_none=True)
    to_oneself = {
        "shipper": party,
        "ship_to": {key: value for key, value in party.items() if key != "account_number"},
        "service_code": "03",
        "packages": [{"weight": {"value": "1", "unit": "LBS"}}],
    }
    end = place.model_dump(include={"postal_code", "city", "state", "country_code"}, exclude_none=True)
    transit = {"origin": end, "destination": end, "weight": {"value": "1", "unit": "LBS"}}
    return [
        Product("Address Validation", "address_validate", PROBE | environment),
        Product("Rating", "rating_quote", environment | {"shipment": to_oneself}),
        Product("Time in Transit", "transit_times", environment | transit),
        Product("Locator", "location_search", environment | end, only_for="parcels that UPS keeps at an Access Point"),
        Product("Tracking", "track_package", environment | {"tracking_number": WELL_FORMED_NUMBER}),
    ]


async def try_products(around: Surroundings) -> list[Finding]:
    """A finding for each product; credentials that UPS refuses are told once, not once a product."""
    found: list[Finding] = []
    for product in products(around):
        reply = await around.servers.call("ups", product.tool, product.arguments)
        if not is_refusal(reply):
            found.append(Finding(product.name, "ok", _told(product, reply)))
            continue
        refusal = from_reply(reply)
        if refusal.code in NO_CREDENTIALS:
            return [*found, Finding("credentials", "FAULT", str(refusal))]
        if refusal.code in NOT_ADDED:
            words = f"your UPS app does not have it: add the product “{product.name}” on developer.ups.com ({refusal})"
            if product.only_for:
                words = f"only for {product.only_for}: {words}"
            found.append(Finding(product.name, "note" if product.only_for else "FAULT", words))
        elif product.name == "Tracking" and not refusal.code.startswith(("E-4", "E-5")):
            # Whether UPS knows the number is not the question; that it answered is.
            found.append(Finding(product.name, "ok", "answers"))
        else:
            found.append(Finding(product.name, "FAULT", str(refusal)))
    words = "not tried: the only proof is a label (docs/production.md, The first label)"
    return [*found, Finding("Shipping", "note", words)]


def _told(product: Product, reply: dict[str, Any]) -> str:
    if product.name != "Rating":
        return "answers"
    price = reply.get("totalCharges") or {}
    basis = "your negotiated price" if reply.get("negotiated") else "list price: UPS gave no negotiated one"
    alerts = "; ".join(f"{one.get('code')} {one.get('message')}" for one in reply.get("alerts") or [])
    money = f"1 lb to yourself by Ground costs {price.get('amount')} {price.get('currencyCode')}"
    return f"{money} ({basis}){'; UPS says: ' + alerts if alerts else ''}"
