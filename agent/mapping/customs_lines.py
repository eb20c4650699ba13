"""What customs will read of a plan's parcels, for the preview. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from agent.mapping.builder import rows_in_words
from agent.mapping.eu_customs import LOW_VALUE, SLOT
from agent.mapping.shipment import BuiltShipment
from agent.planning.quoting import cents
from agent.shipping.declared_values import Amount

MOST_PARCELS: Final = 12
MOST_LINES: Final = 3
"""Parcels, and goods of one of them, that are written out; the rest are counted."""


def customs_lines(shipments: Sequence[BuiltShipment]) -> list[str]:
    """A line for each parcel with an invoice, the first dozen, and one for the sum of them all."""
    declared = [
        (item, item.payload, item.payload["international"])
        for item in shipments
        if item.payload and "international" in item.payload
    ]
    if not declared:
        return []
    lines = [
        f"Customs, row {item.rows[0].sheet_row}: {_goods(invoice)} = {_total(invoice)}{_kind(payload)}"
        for item, payload, invoice in declared[:MOST_PARCELS]
    ]
    if len(declared) > 1:
        more = f"{len(declared) - MOST_PARCELS} more; " if len(declared) > MOST_PARCELS else ""
        lines.append(f"Customs, {more}{len(declared)} parcels: {_sums([invoice for _, _, invoice in declared])} in all")
    return lines + _untold(declared)


def _goods(invoice: dict[str, Any]) -> str:
    products = invoice["products"]
    shown = [f"{one['quantity']} x {one['description']} at {one['unit_value']}" for one in products[:MOST_LINES]]
    more = len(products) - MOST_LINES
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def _total(invoice: dict[str, Any]) -> Amount:
    worth = sum(cents(one["unit_value"]) * one["quantity"] for one in invoice["products"])
    return Amount(worth, invoice["currency_code"])


def _sums(invoices: Sequence[dict[str, Any]]) -> str:
    by_currency: dict[str, int] = {}
    for total in map(_total, invoices):
        by_currency[total.currency] = by_currency.get(total.currency, 0) + total.cents
    return " and ".join(str(Amount(worth, currency)) for currency, worth in by_currency.items())


def _kind(payload: dict[str, Any]) -> str:
    """Whom the goods are for, where customs is told."""
    kind = payload.get("consignee_type")
    low = f", worth at most {LOW_VALUE}" if payload.get("eu_de_minimis") else ""
    return f", to a {kind}{low}" if kind else ""


def _untold(declared: Sequence[tuple[BuiltShipment, dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Parcels to consumers in the EU of which nobody can tell whether they are of low value."""
    rows = [
        item.rows[0].sheet_row
        for item, payload, invoice in declared
        if payload.get("consignee_type") == "consumer"
        and "eu_de_minimis" not in payload
        and invoice["reason_for_export"] != "RETURN"
    ]
    if not rows:
        return []
    return [
        f"Customs of the EU is not told whether goods are worth {LOW_VALUE} or less ({rows_in_words(rows)}): their"
        f" value is in another currency. `--default {SLOT}=AMOUNT` says what that is in it."
    ]
