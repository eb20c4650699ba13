"""Own documents that customs gets as files: which kinds there are, and how a cell may name one. Pure.

A cell is data, and never says more than which file of the sheet's own folder is meant. Types, kinds of files and sizes
are those of UPS's Paperless document.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.shipping import faults
from agent.shipping.text import clean
from agent.shipping.verdict import Ok, Reject, Verdict, reject

OWN_INVOICE: Final = "002"
"""With it UPS makes no invoice of its own."""
TYPES: Final = {
    "invoice_file": OWN_INVOICE,
    "origin_certificate_file": "003",
    "export_license_file": "005",
    "packing_list_file": "010",
    "customs_document": "008",
}
"""Field of a mapping -> UPS's type of document."""
IN_WORDS: Final = {
    OWN_INVOICE: "commercial invoice",
    "003": "certificate of origin",
    "005": "export license",
    "008": "other document",
    "010": "packing list",
}
FORMATS: Final = ("pdf", "png", "jpg", "tif", "gif", "bmp", "docx", "doc", "xlsx", "xls", "rtf", "txt")
_ALSO: Final = frozenset({"jpeg", "tiff"})
MOST: Final = 13
"""Of one shipment."""
_MB: Final = 1_000_000
_SEVERAL: Final = re.compile(r"\s*[;|\n]\s*")
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def most_bytes(environment: str) -> int:
    """What a file may have: UPS's test system takes less."""
    return _MB if environment == "test" else 10 * _MB


def named_files(cell: str) -> list[str]:
    """A cell may name several files, with a semicolon between them."""
    return [name for name in _SEVERAL.split(cell.strip()) if name]


def path_in_folder(text: str) -> Verdict[tuple[str, ...]]:
    """The parts of a path that leads into the sheet's folder and nowhere else, judged before any file is looked at.

    Refused are absolute paths, drives and other machines, `..`, and hidden files or folders.
    """
    cell = clean(text)
    path = text.strip().replace("\\", "/")
    parts = tuple(part for part in path.split("/") if part not in ("", "."))
    leaves = path.startswith("/") or _DRIVE.match(path) or any(part.startswith((".", "~")) for part in parts)
    if leaves or not parts or not path.isprintable():
        return reject(faults.DOCUMENT_OUTSIDE, cell, cell=cell)
    if not is_taken(parts[-1]):
        return _wrong_kind(cell)
    return Ok(parts)


def is_taken(name: str) -> bool:
    """Whether UPS takes files that end like this."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    return ending in FORMATS or ending in _ALSO


def _wrong_kind(cell: str) -> Reject:
    return reject(faults.DOCUMENT_KIND, cell, cell=cell, formats=", ".join(FORMATS))


def size_in_words(size: int) -> str:
    """`12 kB`, `3.4 MB`."""
    return f"{size / _MB:.1f} MB" if size >= _MB else f"{max(1, round(size / 1000))} kB"


def in_words(document: Mapping[str, Any]) -> str:
    """`INV-5.pdf (commercial invoice, 12 kB)`."""
    kind = IN_WORDS.get(document["document_type"], "document")
    return f"{document['name']} ({kind}, {size_in_words(document['size'])})"


def has_own_invoice(documents: Sequence[Mapping[str, Any]]) -> bool:
    """Whether UPS makes no invoice for the shipment."""
    return any(document["document_type"] == OWN_INVOICE for document in documents)
