"""The kinds of files that hold order sheets, told by the end of their names."""

from pathlib import PurePath
from typing import Final, Literal

Kind = Literal["text", "workbook", "database", "refused"]

TEXTS: Final = frozenset({".csv", ".tsv", ".tab", ".txt", ".psv"})
WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".ods", ".xls", ".xlsb"})
"""The last three are read only: their results go into a file beside them."""
DATABASES: Final = frozenset({".db", ".sqlite", ".sqlite3"})
"""Files that are databases: SQLite's."""
REFUSED: Final = frozenset({".numbers"})
"""Known, and refused with the remedy."""
OPENED: Final = TEXTS | WORKBOOKS | DATABASES
KNOWN: Final = OPENED | REFUSED

_KINDS: Final[dict[Kind, frozenset[str]]] = {
    "text": TEXTS,
    "workbook": WORKBOOKS,
    "database": DATABASES,
    "refused": REFUSED,
}


def kind_of(name: str | PurePath) -> Kind | None:
    """The kind of the file with this name or path; None for one that holds no sheet that we know."""
    suffix = PurePath(name).suffix.casefold()
    return next((kind for kind, suffixes in _KINDS.items() if suffix in suffixes), None)
