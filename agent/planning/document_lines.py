"""Which files of the person's go to UPS with a plan, for the preview and the sentence. Pure, from stored data."""

from collections.abc import Sequence
from typing import Any, Final

from agent.planning.model import PlannedShipment
from agent.planning.wording import counted
from agent.shipping.documents import has_own_invoice, in_words, size_in_words

_MOST_ROWS: Final = 12


def document_lines(shipments: Sequence[PlannedShipment]) -> list[str]:
    """A line for each row with files, the first dozen, and one for all of them; every file is named at its row."""
    found = [item for item in shipments if item.documents]
    lines = []
    for item in found[:_MOST_ROWS]:
        instead = " UPS makes no invoice of its own for it." if has_own_invoice(item.documents) else ""
        lines.append(f"Goes to UPS as a file, row {item.sheet_rows[0]}: {_named(item.documents)}.{instead}")
    if len(found) > 1:
        more = f"{len(found) - _MOST_ROWS} more rows, each names its own; " if len(found) > _MOST_ROWS else ""
        lines.append(f"Goes to UPS as files, {more}{uploads_in_words(shipments)} in all.")
    return lines


def uploads_in_words(shipments: Sequence[PlannedShipment]) -> str:
    """`3 files (36 kB)`; empty where nothing is uploaded."""
    documents = [document for item in shipments for document in item.documents]
    size = size_in_words(sum(document["size"] for document in documents))
    return f"{counted(len(documents), 'file')} ({size})" if documents else ""


def _named(documents: Sequence[dict[str, Any]]) -> str:
    return "; ".join(map(in_words, documents))
