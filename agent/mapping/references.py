"""Further references of a shipment, beside its order number: from columns of their own, or those that words name."""

import json
from collections.abc import Sequence
from typing import Any, Final

from agent.mapping.row import RowReader
from agent.planning.ship_options import OPTION
from agent.sheet.fields import field_of
from agent.shipping import faults
from agent.shipping.references import can_be_barcode, most_references, printable
from agent.shipping.text import is_blank
from agent.shipping.verdict import Changed, reject

_FIELDS: Final = ("reference_2", "reference_3", "reference_4", "reference_5")


def add_references(readers: Sequence[RowReader], payload: dict[str, Any], country: str) -> None:
    """Fill in `references`, and which one is a barcode; findings go to the first reader."""
    lead = readers[0]
    said = json.loads(lead.answers.text(f"{OPTION}references") or "[]")
    barcode = lead.answers.text(f"{OPTION}barcode")
    order = lead.compiled.columns.get("order_number", ()) if "customer_reference" in payload else ()
    columns = [*said, *(column for column in _own(lead) if column not in said)]
    columns = [column for column in columns if column not in order]
    found: dict[str, str] = {}
    for column in columns:
        text = _text(readers, column)
        if text:
            found[column] = text
    most = most_references(lead.home, country) - ("customer_reference" in payload)
    if len(found) > most:
        lead.findings.take(reject(faults.REFERENCES, count=len(found), most=most), ", ".join(found))
    references = [{"value": text} | ({"barcode": True} if column == barcode else {}) for column, text in found.items()]
    if barcode in order:
        payload["reference_barcode"] = True
        _check_barcode(lead, str(barcode), payload["customer_reference"])
    elif barcode in found:
        _check_barcode(lead, str(barcode), found[str(barcode)])
    if references:
        payload["references"] = references


def _own(lead: RowReader) -> list[str]:
    """The columns whose headers say that they are references."""
    named = {name: column for column in lead.row.data if (name := field_of(column)) in _FIELDS}
    return [named[name] for name in _FIELDS if name in named]


def _text(readers: Sequence[RowReader], column: str) -> str:
    """What the rows of a shipment hold there, each once, as UPS takes it."""
    cells = [" ".join(str(reader.row.filled.data.get(column) or "").split()) for reader in readers]
    before = ", ".join(dict.fromkeys(cell for cell in cells if not is_blank(cell)))
    after = printable(before)
    if after != before:
        readers[0].findings.take(Changed(after, before, after, "as UPS prints it, 35 letters at most"), column)
    return after


def _check_barcode(lead: RowReader, column: str, text: str) -> None:
    if not can_be_barcode(text):
        lead.findings.take(reject(faults.BARCODE, text, cell=text), column, text)
