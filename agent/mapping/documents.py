"""The own documents of a shipment across a border: an invoice, a certificate, a licence that customs gets as files."""

from collections.abc import Sequence
from typing import Any, Final

from agent.mapping.row import RowReader
from agent.sheet.instructions import says_nothing
from agent.shipping import faults
from agent.shipping.documents import MOST, TYPES, has_own_invoice, in_words, named_files
from agent.shipping.verdict import reject

NO_OTHER_INVOICE: Final = "UPS makes no invoice of its own"
NO_CUSTOMS: Final = "is not sent: no customs is on the way"


def read_documents(readers: Sequence[RowReader], *, abroad: bool) -> tuple[dict[str, Any], ...]:
    """What the rows of one shipment name, each file once: `{path, name, size, sha256, document_type}`. Findings go to
    the readers; every file that will be uploaded is named in the row's own remarks."""
    found: list[dict[str, Any]] = []
    for reader in readers:
        for name, document_type in TYPES.items():
            text = reader.text(name)
            if says_nothing(text):
                continue
            if not abroad:
                reader.findings.warn(f"{reader.column(name)} {NO_CUSTOMS}")
                continue
            found += _of_cell(reader, name, text, document_type, found)
    if len(found) > MOST:
        readers[0].take(reject(faults.DOCUMENT_COUNT, most=MOST, count=len(found)), "customs_document")
    if found:
        alone = f"; {NO_OTHER_INVOICE}" if has_own_invoice(found) else ""
        readers[0].findings.warn(f"goes to UPS as a file: {'; '.join(map(in_words, found))}{alone}")
    return tuple(found)


def _of_cell(
    reader: RowReader, name: str, text: str, document_type: str, before: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    folder = reader.supplies.papers
    found: list[dict[str, Any]] = []
    for file in named_files(text):
        if folder is None:
            reader.take(reject(faults.DOCUMENT_NOWHERE, file, cell=file), name)
            continue
        document = reader.take(folder.find(file), name)
        kept = None if document is None else {**document, "document_type": document_type}
        if kept is not None and not any(_same(kept, other) for other in (*before, *found)):
            found.append(kept)
    return found


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("sha256", "document_type"))
