"""The shop's catalogue and boxes, as the settings name them, and the sheet's folder: read anew for every draft."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.drafting.state import DraftingContext
from agent.errors import from_reply, is_refusal
from agent.mapping.catalogue import Catalogue, read_catalogue
from agent.mapping.document_folder import DocumentFolder
from agent.mapping.supplies import Box, Supplies
from agent.settings import BoxPreset
from agent.sheet.open_sheet import as_database, is_database
from agent.shipping.documents import most_bytes
from agent.shipping.verdict import Ok
from agent.shipping.weights import read_weight

_PAGE = 5_000
"""Articles per answer of the data server."""


async def supplies_of(context: DraftingContext) -> Supplies:
    """What the settings name, as it is now.

    Raises:
        ShipchatError: what the data server refuses about the catalogue, E-2261 where it has no SKUs.
    """
    boxes = {name: _box(name, preset) for name, preset in context.settings.boxes.items()}
    return Supplies(await _catalogue(context), boxes, _papers(context))


def _papers(context: DraftingContext) -> DocumentFolder | None:
    """The folder of the open sheet. A database has none, nor has a SQLite file: nobody keeps invoices beside it."""
    sheet = context.sheet.open
    if sheet is None or is_database(as_database(sheet.location)):
        return None
    folder = Path(sheet.location).expanduser().absolute().parent
    return DocumentFolder(folder, most_bytes(context.settings.ups_environment))


async def _catalogue(context: DraftingContext) -> Catalogue | None:
    path = context.settings.catalogue_path
    if path is None:
        return None
    columns: list[str] = []
    rows: list[tuple[int, dict[str, Any]]] = []
    total = 1
    while len(rows) < total:
        asked = {"path": str(path), "limit": _PAGE, "offset": len(rows)}
        reply = await context.servers.call("data", "read_file_rows", asked)
        if is_refusal(reply):
            raise from_reply(reply)
        columns, page, total = reply["columns"], reply["rows"], reply["total_count"]
        if not page:
            break
        rows += [(int(row["sheet_row"]), row["data"]) for row in page]
    return read_catalogue(path.name, columns, rows)


def _box(name: str, preset: BoxPreset) -> Box:
    weight = read_weight(preset.weight) if preset.weight else None
    sides = (_plain(preset.length), _plain(preset.width), _plain(preset.height))
    own = weight.value if isinstance(weight, Ok) else None
    return Box(name, sides, "IN" if preset.unit == "in" else "CM", own)


def _plain(side: Decimal) -> str:
    return f"{side:f}"
