"""What customs of the EU asks about a parcel from outside: who sends, who gets, and whether it is of low value."""

from typing import Any, Final

from agent.mapping.recipient import Recipient
from agent.mapping.row import RowReader
from agent.planning.quoting import cents
from agent.shipping.countries import EU_CUSTOMS
from agent.shipping.declared_values import Amount, read_money

LOW_VALUE: Final = Amount(15_000, "EUR")
"""What the goods of a consignment of low value are worth at most (Regulation (EC) No 1186/2009, article 23)."""
NO_IDENTIFIER: Final = "customs of the EU wants an identifier of each product (a SKU), and a line has none"
SLOT: Final = "eu_low_value"
"""What a person says 150 EUR are in another currency: rates change, and nobody guesses one."""


def enters_eu(origin: str, country: str) -> bool:
    """Whether a parcel comes into the customs area of the EU from outside."""
    return country in EU_CUSTOMS and origin not in EU_CUSTOMS


def add_eu_facts(reader: RowReader, recipient: Recipient, payload: dict[str, Any]) -> None:
    """Fill in what customs is told. Whoever has an account is a business.

    `eu_de_minimis` is for sales to consumers only, and is left out where the currency of the goods does not tell.
    """
    payload |= {"shipper_type": "business", "consignee_type": recipient.kind}
    if not all(product.get("part_number") for product in payload["international"]["products"]):
        reader.findings.warn(NO_IDENTIFIER)
    if recipient.kind == "business" or payload["international"]["reason_for_export"] == "RETURN":
        return
    worth = _worth(payload["international"])
    limit = _limit(reader, worth.currency) if worth is not None else None
    if worth is not None and limit is not None:
        payload["eu_de_minimis"] = worth.cents <= limit.cents


def _worth(invoice: dict[str, Any]) -> Amount | None:
    """All goods of an invoice; None while a value is missing."""
    products = invoice["products"]
    if not all("unit_value" in one for one in products):
        return None
    return Amount(sum(cents(one["unit_value"]) * one["quantity"] for one in products), invoice["currency_code"])


def _limit(reader: RowReader, currency: str) -> Amount | None:
    """150 EUR in a currency: by itself, or as the person said it."""
    if currency == LOW_VALUE.currency:
        return LOW_VALUE
    answer = reader.answers.get(SLOT)
    said = reader.take(read_money(answer.text, currency), "unit_value") if answer is not None else None
    return said if said is not None and said.currency == currency else None
