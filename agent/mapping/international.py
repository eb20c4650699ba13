"""The commercial invoice of a shipment across a border: one product per order line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.mapping import faults as mapping_faults
from agent.mapping.goods import (
    FROM_CATALOGUE,
    Items,
    article_of,
    article_problem,
    goods_of,
    is_known,
    names_goods,
)
from agent.mapping.packages import own_currency, read_currency
from agent.mapping.quantity import read_quantity
from agent.mapping.row import RowReader
from agent.shipping import faults
from agent.shipping.country_names import country_of
from agent.shipping.declared_values import Amount, read_money
from agent.shipping.export_filing import DOLLAR, Goods, above_limit, must_declare, read_filing
from agent.shipping.names import has_unknown_reading, latin, shorten
from agent.shipping.text import clean, is_blank
from agent.shipping.verdict import Ask, Changed, Ok, reject

REASONS = ("SALE", "GIFT", "SAMPLE", "RETURN", "REPAIR")
_ASK_REASON = Ask("Why do the goods leave the country?", REASONS, "reason_for_export", free_text=True)
_ASK_ORIGIN = Ask("Where were the goods made?", ("US", "CN", "MX"), "origin_country", free_text=True)
_ASK_CONTENTS = Ask("What is in the parcels? Customs reads it.", ("Clothing", "Books"), "description", free_text=True)
_ASK_VALUE = Ask("What is one item worth? Customs reads it.", ("$10", "$25", "$50"), "unit_value", free_text=True)
_OF_AN_ARTICLE = frozenset({"description", "origin_country"})
GOODS_ALONE = "it is for the goods alone"
MORE_THAN_GOODS = "it includes freight or tax: I will say what an item is worth"


def crosses_border(origin: str, country: str) -> bool:
    """Whether a shipment crosses a customs border; Puerto Rico counts as domestic."""
    return origin != country and {origin, country} != {"US", "PR"}


def needs_invoice(origin: str, country: str) -> bool:
    """Whether UPS wants the value of the goods: across every border, and from the US to Puerto Rico (120923)."""
    return crosses_border(origin, country) or (origin, country) == ("US", "PR")


def read_invoice(readers: list[RowReader], order_number: str, country: str, today: date) -> dict[str, Any]:
    """The `international` part of a payload to a country; findings go to the readers."""
    first = readers[0]
    alone = len(readers) == 1
    lines = [line for reader in readers for line in _lines(reader, alone=alone)]
    number = latin(first.text("invoice_number")) or order_number or f"{today:%Y%m%d}-{first.row.sheet_row}"
    invoice: dict[str, Any] = {
        "invoice_number": number[:35],
        "invoice_date": f"{today:%Y%m%d}",
        "reason_for_export": (_given(first, "reason_for_export", _ASK_REASON) or "").upper()[:20],
        "currency_code": _currency(first, lines),
        "products": [_product(line) for line in lines],
    }
    filing = _filing(first, country, lines)
    return invoice | ({"export_filing": filing} if filing else {})


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the invoice; what could not be read is missing."""

    reader: RowReader
    description: str
    quantity: int
    value: Amount | None
    commodity: str
    origin: str | None
    part_number: str = ""
    """The SKU: customs of the EU wants an identifier of each product."""


def _lines(reader: RowReader, *, alone: bool) -> list[_Line]:
    """A row is one line, unless its cell of SKUs lists several articles of the catalogue."""
    listed = _listed(reader)
    if listed is None:
        return []
    if len(listed) > 1:
        return [_line_of(reader, goods) for goods in listed]
    quantity = listed[0].count if listed else _quantity(reader)
    code = clean(reader.text("commodity_code")).replace(" ", "")
    commodity = "" if is_blank(code) else code.removesuffix(".0").upper()
    commodity = commodity or _from_article(reader, "commodity_code") or _said_code(reader)
    value = _unit_value(reader, quantity, alone=alone)
    sku = listed[0].article.sku if listed else "" if is_blank(reader.text("sku")) else clean(reader.text("sku"))
    description = shorten(latin(_description(reader)), 105)
    return [_Line(reader, description, quantity, value, commodity, _origin(reader), _part_number(sku))]


def _listed(reader: RowReader) -> list[Items] | None:
    """The articles of a row by the catalogue, where the sheet itself does not say what an item is worth; None where
    that is asked about or rejected."""
    if not names_goods(reader) or not is_known(reader) or not is_blank(reader.text("unit_value")):
        return []
    single = article_of(reader) is not None
    return goods_of(reader) if not single or reader.has("quantity") else []


def _line_of(reader: RowReader, goods: Items) -> _Line:
    """One article of several in a cell: all that customs reads is the article's own."""
    article = goods.article
    for fact, words, found in (
        ("unit_value", "value", article.value),
        ("origin_country", "origin", article.origin_country),
        ("description", "description", article.description),
    ):
        if not found:
            problem = article_problem(reader, article, fact, words)
            reader.take(reject(mapping_faults.ARTICLE_LACKS, article.sku, problem=problem), "sku")
    description = shorten(latin(article.description), 105)
    value = _in_currency(reader, article.value)
    origin = article.origin_country or None
    return _Line(reader, description, goods.count, value, article.commodity_code, origin, _part_number(article.sku))


def _part_number(sku: str) -> str:
    return latin(sku)[:35].strip()


def _from_article(reader: RowReader, fact: str) -> str:
    """A text of the row's article that the sheet lacks; shown as taken from the catalogue."""
    article = article_of(reader)
    found = str(getattr(article, fact)) if article is not None else ""
    if article is not None and not found and fact in article.problems:
        reader.take(reject(mapping_faults.ARTICLE_LACKS, article.sku, problem=article.problems[fact]), "sku")
    if not found or article is None:
        return ""
    reader.take(Changed(found, "", found, f"{FROM_CATALOGUE}: {article.sku}"), fact)
    return found


def _in_currency(reader: RowReader, value: Amount | None) -> Amount | None:
    """A value of the catalogue; without a currency there, it is in the sender's own, never in the row's."""
    if value is None or value.currency:
        return value
    return Amount(value.cents, own_currency(reader))


def _said_code(reader: RowReader) -> str:
    code = clean(reader.answers.text("commodity_code") or "").replace(" ", "")
    return "" if is_blank(code) else code.removesuffix(".0").upper()


def _currency(reader: RowReader, lines: list[_Line]) -> str:
    """The one currency of an invoice: that of its values, else the row's."""
    found = list(dict.fromkeys(line.value.currency for line in lines if line.value is not None))
    if len(found) > 1:
        values = ", ".join(str(line.value) for line in lines if line.value is not None)
        reader.take(reject(faults.BAD_MONEY, cell=values, hint=": one invoice has one currency"), "unit_value")
    return found[0] if found else read_currency(reader)


def _filing(reader: RowReader, country: str, lines: list[_Line]) -> dict[str, str] | None:
    """The proof that an export was declared, where its value asks for one; a cell that has one is always sent."""
    valued = [(line, line.value) for line in lines if line.value is not None]
    goods = [Goods(line.commodity or line.description, value.cents * line.quantity) for line, value in valued]
    text = reader.text("export_filing")
    filing = None if is_blank(text) else reader.take(read_filing(text), "export_filing")
    if not is_blank(text) or not must_declare(reader.home, country):
        return filing
    others = {value.currency for _, value in valued} - {DOLLAR}
    if others:
        reader.findings.warn(f"whether the goods are above $2,500 was not checked: their value is in {min(others)}")
        return None
    amount = above_limit(goods)
    if amount is not None:
        reader.take(reject(faults.NO_EXPORT_FILING, amount=amount), "export_filing")
    return None


def contents(readers: list[RowReader]) -> str:
    """What is inside, for the shipment's own description."""
    described = [text for reader in readers for text in _descriptions(reader)]
    return shorten(latin(", ".join(dict.fromkeys(text for text in described if text))), 50)


def _descriptions(reader: RowReader) -> list[str]:
    listed = _listed(reader) or []
    return [goods.article.description for goods in listed] if len(listed) > 1 else [_description(reader)]


def _description(reader: RowReader) -> str:
    text = _given(reader, "description", _ASK_CONTENTS) or ""
    if has_unknown_reading(text):
        reader.take(reject(faults.UNKNOWN_READING, cell=text), "description")
    return text


def _product(line: _Line) -> dict[str, Any]:
    product: dict[str, Any] = {"description": line.description, "quantity": line.quantity, "unit_of_measure": "PCS"}
    if line.value is not None:
        product["unit_value"] = line.value.text
    if line.origin is not None:
        product["origin_country_code"] = line.origin
    if line.commodity:
        product["commodity_code"] = line.commodity
    if line.part_number:
        product["part_number"] = line.part_number
    return product


def _given(reader: RowReader, name: str, ask: Ask) -> str | None:
    """The cell, the person's answer, or a question; a blank cell of a column that exists is rejected."""
    text = clean(reader.text(name))
    if not is_blank(text):
        return text
    found = _from_article(reader, name) if name in _OF_AN_ARTICLE else ""
    if found:
        return found
    answer = reader.answers.get(name)
    if answer is not None:
        return answer.text
    blank = reject(faults.NO_CONTENTS, what=name.replace("_", " "))
    reader.take(blank if reader.has(name) else ask, name)
    return None


def _quantity(reader: RowReader) -> int:
    """One where the sheet does not count at all; a blank or unreadable cell of a column that does rejects its row."""
    return (read_quantity(reader) or 1) if reader.has("quantity") else 1


def _unit_value(reader: RowReader, quantity: int, *, alone: bool) -> Amount | None:
    """What one item is worth. A total stands in only for a single line, where a person says that it is of the goods."""
    article = article_of(reader)
    if is_blank(reader.text("unit_value")) and article is not None:
        if "unit_value" in article.problems:
            problem = article.problems["unit_value"]
            return reader.take(reject(mapping_faults.ARTICLE_LACKS, article.sku, problem=problem), "sku")
        worth = _in_currency(reader, article.value)
        if worth is not None:
            return reader.take(Changed(worth, "", str(worth), f"{FROM_CATALOGUE}: {article.sku}"), "unit_value")
    if not is_blank(reader.text("unit_value")) or reader.answers.get("unit_value") or is_blank(reader.text("total")):
        text = _given(reader, "unit_value", _ASK_VALUE)
        amount = reader.take(read_money(text, read_currency(reader)), "unit_value") if text is not None else None
        return _worth(reader, amount, "unit_value")
    ask = Ask(
        f"Customs needs the value of the goods alone, and {reader.column('total')} may have freight and tax in it."
        " What is it?",
        (GOODS_ALONE, MORE_THAN_GOODS),
        "total_is",
    )
    answer = reader.answered(ask)
    if answer is None and alone:
        return reader.take(ask, "total")
    if not alone or answer is None or answer.text != GOODS_ALONE:
        return reader.take(_ASK_VALUE, "unit_value")
    total = reader.take(read_money(reader.text("total"), read_currency(reader)), "total")
    each = Amount(round(total.cents / quantity), total.currency) if total else None
    return _worth(reader, each, "total")


def _worth(reader: RowReader, value: Amount | None, name: str) -> Amount | None:
    if value is None or value.cents > 0:
        return value
    return reader.take(reject(faults.NO_CUSTOMS_VALUE, reader.text(name)), name)


def _origin(reader: RowReader) -> str | None:
    text = _given(reader, "origin_country", _ASK_ORIGIN)
    if text is None:
        return None
    code = country_of(text)
    verdict = Ok(code) if code else reject(faults.UNKNOWN_COUNTRY, text, cell=text, nearest="")
    return reader.take(verdict, "origin_country")
