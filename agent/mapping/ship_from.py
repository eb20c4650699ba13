"""Where a parcel starts: the place of the settings that the command, its row or a default names; else the shipper's.

The addresses are the settings' own. A sheet and a command only name them.
"""

from collections.abc import Mapping
from typing import Any, Final

from agent.mapping.answers import SAID, SHIP_FROM_OF_ALL
from agent.mapping.row import RowReader
from agent.shipping import faults
from agent.shipping.text import clean, is_blank, key
from agent.shipping.verdict import Changed, Ok, Verdict, reject

Places = Mapping[str, Mapping[str, Any]]
"""Name of a place -> name, attention_name, phone, address, as shipments carry them."""
FIELD: Final = "ship_from"
OWN: Final = "the shipper"


def read_ship_from(readers: list[RowReader], places: Places, shipper: Mapping[str, Any]) -> dict[str, Any] | None:
    """The place that the rows of one shipment start from; None for the shipper's own."""
    found = {reader.row.sheet_row: _of_row(reader, places, shipper) for reader in readers}
    names = {name for name in found.values() if name is not None}
    if len(names) > 1:
        cells = ", ".join(f"row {row}: {name}" for row, name in found.items() if name is not None)
        readers[0].take(reject(faults.PLACES_DIFFER, cells, cells=cells), FIELD)
        return None
    name = names.pop() if names else OWN
    return dict(places[name]) if name in places else None


def named_place(text: str, places: Places, shipper: Mapping[str, Any]) -> Verdict[str]:
    """The place that a text names; the shipper's own name is its own place."""
    wanted = key(text)
    if wanted in (key(OWN), key(shipper.get("name"))):
        return Ok(OWN)
    name = next((name for name in places if key(name) == wanted), None)
    if name is not None:
        return Ok(name)
    known = ", ".join(places) or "none yet"
    return reject(faults.UNKNOWN_PLACE, clean(text), cell=clean(text), known=known)


def place_of(payload: Mapping[str, Any], places: Places) -> str:
    """The name of the place that a shipment starts from: where the settings have it no more, its town. A return starts
    at a customer's, which is no place of ours."""
    start = payload.get(FIELD)
    if start is None or payload.get("return_service_code"):
        return OWN
    name = next((name for name, party in places.items() if dict(party) == dict(start)), None)
    return name or f"{start['name']}, {start['address']['city']}"


def without_ship_from(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields of a mapping for somebody without ship-from places: the column says nothing to us."""
    return {name: expression for name, expression in fields.items() if name != FIELD}


def _of_row(reader: RowReader, places: Places, shipper: Mapping[str, Any]) -> str | None:
    """What the command says for all goes first, and a cell that says otherwise is shown as changed."""
    said, cell = reader.answers.text(SHIP_FROM_OF_ALL), reader.text(FIELD) if places else ""
    by_cell = None if is_blank(cell) else named_place(cell, places, shipper)
    if said is not None:
        verdict = named_place(said, places, shipper)
        if isinstance(verdict, Ok) and by_cell is not None and by_cell != verdict:
            verdict = Changed(verdict.value, clean(cell), verdict.value, SAID)
        return reader.take(verdict, FIELD)
    default = reader.answers.text(FIELD)
    if by_cell is None and default is not None:
        by_cell = named_place(default, places, shipper)
    return OWN if by_cell is None else reader.take(by_cell, FIELD)
