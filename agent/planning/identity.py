"""Which parcel a row means. An identity is of the parcel, not of the text that a spreadsheet keeps of it.

With an order number it is the number, however it is typed; without one it is what is sent: addressee, address, contents
and weight. Parcels that these cannot tell apart are counted.
"""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.shipping.orders import canonical_number
from agent.shipping.returns import is_return
from agent.shipping.text import key

PARCEL = " PARCEL "
"""In capitals, which a canonical order number never has: no order can be taken for a parcel of another one."""
CONTENT = "CONTENT "
RETURN = "RETURN "
"""Begins every key of a return, so that none is taken for its outbound shipment, nor that for it."""
_ZIP_DIGITS = 5
_OF_A_PACKAGE = ("weight", "dimensions", "declared_value", "packaging_code")
_OF_A_PRODUCT = ("description", "quantity", "unit_value", "origin_country_code", "commodity_code")


@dataclass(frozen=True, slots=True)
class Destination:
    """Whom and where a shipment goes to, in a form that can be compared."""

    names: frozenset[str]
    street: str
    place: str

    @property
    def known(self) -> bool:
        return bool(self.names and (self.street or self.place))


def as_written(payload: dict[str, Any], written_address: dict[str, Any] | None) -> dict[str, Any]:
    """A payload with the sheet's own address: that UPS's correction of it was taken makes no other parcel."""
    if written_address is None:
        return payload
    customer = "ship_from" if is_return(payload) else "ship_to"
    return payload | {customer: payload[customer] | {"address": written_address}}


def destination_of(payload: dict[str, Any]) -> Destination | None:
    """Where a rendered shipment goes, or a return comes from; None where it does not say."""
    ship_to = payload.get("ship_from" if is_return(payload) else "ship_to") or {}
    address = ship_to.get("address") or {}
    names = frozenset(filter(None, (key(ship_to.get(name)) for name in ("name", "attention_name"))))
    country = str(address.get("country_code") or "")
    postal_code = key(address.get("postal_code")).replace(" ", "")
    # Five digits are the place; the four behind them come and go with the program that saved the sheet.
    postal_code = postal_code[:_ZIP_DIGITS] if country in {"US", "PR"} else postal_code
    place = " ".join(filter(None, (key(address.get("city")), key(address.get("state")), postal_code, country)))
    found = Destination(names, key(" ".join(map(str, address.get("lines") or ()))), place)
    return found if found.known else None


def content_key(payload: dict[str, Any]) -> str | None:
    """What tells a shipment without an order number: addressee, address, contents and weight as they are sent.

    None where the payload has no destination. Service, dates, phone and sender are not part of it.
    """
    to = destination_of(payload)
    if to is None:
        return None
    facts = [sorted(to.names), to.street, to.place, goods_key(payload)]
    return returned(payload, CONTENT + hashlib.sha256(json.dumps(facts).encode()).hexdigest())


def goods_key(payload: dict[str, Any]) -> str:
    """What is sent, whoever gets it: packages with weight, size and declared value, and the contents for customs."""
    packages = [
        {name: _comparable(package[name]) for name in _OF_A_PACKAGE if package.get(name)}
        for package in payload.get("packages") or ()
    ]
    products = [
        {name: _comparable(product[name]) for name in _OF_A_PRODUCT if product.get(name) is not None}
        for product in (payload.get("international") or {}).get("products") or ()
    ]
    return json.dumps([packages, key(payload.get("description")), products], sort_keys=True)


def identity_key(order_number: str | None, payload: dict[str, Any], row_checksum: str) -> str:
    """The identity without its count; a row that cannot be sent, because it has no address, is known by its cells."""
    return order_key(order_number, payload) or content_key(payload) or returned(payload, row_checksum)


def order_key(order_number: str | None, payload: dict[str, Any]) -> str | None:
    """What tells a shipment with an order number."""
    return returned(payload, canonical_number(order_number)) if order_number else None


def returned(payload: dict[str, Any], name: str) -> str:
    """A key of a shipment, apart from that of its return."""
    return f"{RETURN}{name}" if is_return(payload) else name


def names_return(identity: str) -> bool:
    """Whether an identity, with or without its environment, is that of a return."""
    return identity.startswith(RETURN) or f":{RETURN}" in identity


def nth(name: str, count: int) -> str:
    """The identity of the first, second, ... parcel that shares an order number or cannot be told from another."""
    return name if count == 1 else f"{name}{PARCEL}{count}"


def without_count(identity: str) -> str:
    """What the parcels share that `nth` counts."""
    return identity.partition(PARCEL)[0]


def _comparable(value: Any) -> Any:
    """`1.50` is `1.5`; texts without case and signs."""
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items()}
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return key(value)
