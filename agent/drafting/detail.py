"""One shipment of a draft, whole, for the person's eyes: what is sent for it, and what in the sheet says so. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from agent.drafting.draft import Draft
from agent.events.shipment_detail import CellChange, ShipmentDetail, SourceRow
from agent.mapping.template import Mapping, compile_mapping
from agent.planning.model import PlannedShipment, SheetRow
from agent.planning.payers import payer_in_words
from agent.planning.sentence import masked_account, money
from agent.shipping.access_points import AccessPoint
from agent.shipping.checked_addresses import one_line
from agent.shipping.documents import in_words
from agent.shipping.notices import IN_WORDS as NOTICES_IN_WORDS
from agent.shipping.parcel_options import OWN, PACKAGINGS
from agent.shipping.places import country_name
from agent.shipping.returns import IN_WORDS as RETURN_IN_WORDS
from agent.shipping.returns import is_return
from agent.shipping.services import service_label

CITY_PRINTS: Final = 15
"""Letters of a city that UPS prints (docs/ups-facts.md)."""
_UNITS: Final = {"LBS": "lb", "KGS": "kg", "OZS": "oz", "IN": "in", "CM": "cm"}
_SIGNATURES: Final = {"signature": "signature", "adult": "signature of an adult"}

Lines = list[tuple[str, str]]


def detail_of(finished: Draft, row_number: int) -> ShipmentDetail | None:
    """The shipment that a row leads; None where no shipment of the draft has that row."""
    item = next((one for one in finished.plan.shipments if row_number in one.row_numbers), None)
    if item is None:
        return None
    # By the sheet's own rows: a retry counts data rows as its batch did.
    sheet_rows = {row.sheet_row: row for row in finished.chosen.selected.rows}
    mapping = finished.chosen.mapping.mapping
    return ShipmentDetail(
        label=label_lines(_addressee(item.payload), finished.plan.shipper["address"]["country_code"]),
        facts=_facts(item, finished.plan.currency, finished.chosen.built.points.get(item.sheet_rows[0])),
        customs=[*_customs(item.payload), *_documents(item)],
        warnings=list(item.warnings),
        changes=[
            CellChange(change.column, change.before, change.after, change.why)
            for change in finished.chosen.built.changes
            if not set(item.sheet_rows).isdisjoint(change.sheet_rows)
        ],
        rows=[_source(sheet_rows[number], mapping) for number in item.sheet_rows if number in sheet_rows],
        payload=_masked(item.payload),
    )


def _addressee(payload: dict[str, Any]) -> dict[str, Any]:
    """Who and where the label names: at an Access Point, whoever comes for the parcel."""
    to, point = payload["ship_to"], payload.get("access_point")
    return point | {"attention_name": to.get("attention_name") or to["name"]} if point else dict(to)


def label_lines(ship_to: dict[str, Any], home: str) -> list[str]:
    """The addressee's block of a label, as far as it is known: a country is printed abroad only."""
    address = ship_to.get("address", {})
    place = (address.get("city", "")[:CITY_PRINTS].rstrip(), address.get("state"), address.get("postal_code"))
    attention, country = ship_to.get("attention_name"), address.get("country_code", home)
    lines = [
        *([attention] if attention and attention != ship_to.get("name") else []),
        ship_to.get("name", ""),
        *address.get("lines", ()),
        " ".join(part for part in place if part),
        *([country_name(country)] if country != home else []),
    ]
    return [line for line in lines if line]


def _facts(item: PlannedShipment, currency: str, point: AccessPoint | None) -> Lines:
    payload = item.payload
    to = payload["ship_from"] if is_return(payload) else payload["ship_to"]
    price = "not quoted yet" if item.quote_cents is None else money(item.quote_cents, currency)
    found = [("service", service_label(item.service_code)), ("price", price)]
    found += list(_return(payload)) if is_return(payload) else []
    found += [("ships on", _day(payload["shipment_date"]) if "shipment_date" in payload else "the day it is sent")]
    found += [("phone", to["phone"])] if "phone" in to else []
    found += [("e-mail", to["email"])] if "email" in to else []
    found += [("Access Point", str(point))] if point else []
    found += [("kept for", f"{to['name']}, {one_line(to['address'])}")] if point else []
    found += [("address", "a home")] if to["address"].get("residential") and not point else []
    found += list(_packages(payload["packages"]))
    found += [("Saturday", "delivery on Saturday")] if payload.get("saturday_delivery") else []
    found += [("e-mails", _notices(payload["notify"]))] if "notify" in payload else []
    reference = payload.get("customer_reference")
    found += (
        [("reference 1", f"{reference} (the order{', barcode' if payload.get('reference_barcode') else ''})")]
        if reference
        else []
    )
    more = payload.get("references", [])
    first = 2 if reference else 1
    coded = [" (barcode)" if one.get("barcode") else "" for one in more]
    found += [(f"reference {first + at}", f"{one['value']}{coded[at]}") for at, one in enumerate(more)]
    found += [(f"reference {first + len(more)}", "shipchat's own, given when you approve")]
    found += [("paid by", payer_in_words(payload["billing"]))] if "billing" in payload else []
    return found


def _return(payload: dict[str, Any]) -> Iterator[tuple[str, str]]:
    customer = payload["ship_from"]
    place = ", ".join([*customer["address"]["lines"], customer["address"]["city"]])
    yield "RETURN", f"from {customer['name']} to us: {RETURN_IN_WORDS[payload['return_service_code']]}"
    yield "starts at", place
    if email := payload.get("return_label_email"):
        yield "label to", email


def _notices(notify: dict[str, Any]) -> str:
    return f"to {notify['email']} when {' or '.join(NOTICES_IN_WORDS[event] for event in notify['on'])}"


def _packages(packages: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Equal packages once, with their count."""
    kinds: list[tuple[dict[str, Any], int]] = []
    for package in packages:
        if kinds and kinds[-1][0] == package:
            kinds[-1] = (package, kinds[-1][1] + 1)
        else:
            kinds.append((package, 1))
    for package, count in kinds:
        weight, size = package["weight"], package.get("dimensions")
        words = [f"{weight['value']} {_UNITS[weight['unit']]}"]
        if size:
            words.append(f"{size['length']} x {size['width']} x {size['height']} {_UNITS[size['unit']]}")
        if package.get("packaging_code", OWN) != OWN:
            words.append(PACKAGINGS[package["packaging_code"]])
        if value := package.get("declared_value"):
            words.append(f"declared value {value['amount']} {value['currency_code']}")
        if signature := package.get("signature"):
            words.append(_SIGNATURES[signature])
        yield ("package" if count == 1 else f"{count} packages", ", ".join(words) + (" each" if count > 1 else ""))


def _customs(payload: dict[str, Any]) -> Lines:
    invoice = payload.get("international")
    found: Lines = [("contents", payload["description"])] if payload.get("description") else []
    if invoice:
        found += [("invoice", f"{invoice['invoice_number']} of {_day(invoice['invoice_date'])}")]
        found += [("reason", invoice["reason_for_export"])]
        found += [("terms", invoice["terms_of_shipment"])] if invoice.get("terms_of_shipment") else []
        for product in invoice["products"]:
            words = [
                f"{product['quantity']} x {product['description']}",
                f"{product['unit_value']} {invoice['currency_code']} each",
                f"made in {country_name(product['origin_country_code'])}",
                *([f"code {product['commodity_code']}"] if product.get("commodity_code") else []),
            ]
            found.append(("goods", ", ".join(words)))
        for name, proof in (invoice.get("export_filing") or {}).items():
            found.append(("export filing", f"{name} {proof}"))
    found += [("duties", f"paid by {payer_in_words(payload['duties'])}")] if "duties" in payload else []
    found += [
        ("tax number", f"{tax.get('of', '')} {tax.get('kind', '')} {tax.get('number', '')}".strip())
        for tax in payload.get("tax_ids", [])
    ]
    return found + ([("IOSS", payload["ioss"])] if payload.get("ioss") else [])


def _documents(item: PlannedShipment) -> Lines:
    """What goes as a file; the digest says which content was approved."""
    return [("file to UPS", f"{in_words(one)}, SHA-256 {one['sha256'][:12]}") for one in item.documents]


def _day(text: str) -> str:
    """`20261121` -> `2026-11-21`."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _source(row: SheetRow, mapping: Mapping) -> SourceRow:
    fields: dict[str, list[str]] = {}
    for name, columns in compile_mapping(mapping).columns.items():
        for column in columns:
            fields.setdefault(column, []).append(name)
    texts = {column: "" if cell is None else str(cell) for column, cell in row.filled.data.items()}
    return SourceRow(
        row.sheet_row,
        [(column, text, ", ".join(fields.get(column, []))) for column, text in texts.items() if text.strip()],
        [column for column, text in texts.items() if not text.strip()],
    )


def _masked(payload: dict[str, Any]) -> dict[str, Any]:
    shipper = payload["shipper"]
    if "account_number" not in shipper:
        return payload
    return payload | {"shipper": shipper | {"account_number": masked_account(shipper["account_number"])}}
