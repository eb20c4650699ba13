"""The commercial invoice of a shipment across a border: one product per order line."""

from datetime import date
from typing import Any

from agent.mapping.packages import read_currency
from agent.mapping.parcel_weight import read_quantity
from agent.mapping.row import RowReader
from agent.shipping import faults
from agent.shipping.country_names import country_of
from agent.shipping.declared_values import Amount, read_money
from agent.shipping.names import latin, shorten
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Ok, reject

REASONS = ("SALE", "GIFT", "SAMPLE", "RETURN", "REPAIR")
_ASK_REASON = Ask("Why do the goods leave the country?", REASONS, "reason_for_export", free_text=True)
_ASK_ORIGIN = Ask("Where were the goods made?", ("US", "CN", "MX"), "origin_country", free_text=True)
_ASK_CONTENTS = Ask("What is in the parcels? Customs reads it.", ("Clothing", "Books"), "description", free_text=True)
_ASK_VALUE = Ask("What is one item worth? Customs reads it.", ("$10", "$25", "$50"), "unit_value", free_text=True)


def crosses_border(origin: str, country: str) -> bool:
    """Whether a shipment crosses a customs border; Puerto Rico counts as domestic."""
    return origin != country and {origin, country} != {"US", "PR"}


def needs_invoice(origin: str, country: str) -> bool:
    """Whether UPS wants the value of the goods: across every border, and from the US to Puerto Rico (120923)."""
    return crosses_border(origin, country) or (origin, country) == ("US", "PR")


def read_invoice(readers: list[RowReader], order_number: str, today: date) -> dict[str, Any]:
    """The `international` part of a payload; findings go to the readers."""
    first = readers[0]
    products = [_product(reader) for reader in readers]
    number = latin(first.text("invoice_number")) or order_number or f"{today:%Y%m%d}-{first.row.sheet_row}"
    invoice: dict[str, Any] = {
        "invoice_number": number[:35],
        "invoice_date": f"{today:%Y%m%d}",
        "reason_for_export": (_given(first, "reason_for_export", _ASK_REASON) or "").upper()[:20],
        "currency_code": read_currency(first),
        "products": products,
    }
    return invoice


def contents(readers: list[RowReader]) -> str:
    """What is inside, for the shipment's own description."""
    described = [_given(reader, "description", _ASK_CONTENTS) or "" for reader in readers]
    return shorten(latin(", ".join(dict.fromkeys(text for text in described if text))), 50)


def _product(reader: RowReader) -> dict[str, Any]:
    quantity = _quantity(reader)
    value = _unit_value(reader, quantity)
    origin = _origin(reader)
    product: dict[str, Any] = {
        "description": shorten(latin(_given(reader, "description", _ASK_CONTENTS) or ""), 105),
        "quantity": quantity,
        "unit_of_measure": "PCS",
    }
    if value is not None:
        product["unit_value"] = value.text
    if origin is not None:
        product["origin_country_code"] = origin
    code = clean(reader.text("commodity_code") or reader.answers.text("commodity_code") or "").replace(" ", "")
    if code and not is_blank(code):
        product["commodity_code"] = code.removesuffix(".0").upper()
    return product


def _given(reader: RowReader, name: str, ask: Ask) -> str | None:
    """The cell, the person's answer, or a question; a blank cell of a column that exists is rejected."""
    text = clean(reader.text(name))
    if not is_blank(text):
        return text
    answer = reader.answers.get(name)
    if answer is not None:
        return answer.text
    blank = reject(faults.NO_CONTENTS, what=name.replace("_", " "))
    reader.take(blank if reader.has(name) else ask, name)
    return None


def _quantity(reader: RowReader) -> int:
    """One where the sheet does not count at all; a blank or unreadable cell of a column that does rejects its row."""
    return (read_quantity(reader) or 1) if reader.has("quantity") else 1


def _unit_value(reader: RowReader, quantity: int) -> Amount | None:
    text = _given(reader, "unit_value", _ASK_VALUE) if not _total(reader) else None
    if text is not None:
        return reader.take(read_money(text, read_currency(reader)), "unit_value")
    total = _total(reader)
    if not total:
        return None
    amount = reader.take(read_money(total, read_currency(reader)), "total")
    return Amount(round(amount.cents / quantity), amount.currency) if amount else None


def _total(reader: RowReader) -> str:
    """A total stands in only where neither row nor person gives the value of one item."""
    if reader.text("unit_value") or reader.answers.get("unit_value"):
        return ""
    return reader.text("total")


def _origin(reader: RowReader) -> str | None:
    text = _given(reader, "origin_country", _ASK_ORIGIN)
    if text is None:
        return None
    code = country_of(text)
    verdict = Ok(code) if code else reject(faults.UNKNOWN_COUNTRY, text, cell=text, nearest="")
    return reader.take(verdict, "origin_country")
