"""Where a ledger is: a file of its own (SQLite), or a database on a server that several stations share (PostgreSQL)."""

from pathlib import Path
from typing import Literal, Protocol

Place = Path | str
"""A path, or `postgresql://USER@HOST/DATABASE` without its password, as settings keep it and as it is shown."""

Use = Literal["write", "read", "session"]
"""`write`: transactions one after another in the whole ledger. `read`: one consistent view, nothing is changed.
`session`: an ORM session's, which reads and now and then writes."""


def is_shared(place: Place) -> bool:
    """Whether several stations may use it at once."""
    return isinstance(place, str)


class Hold(Protocol):
    """Something of a shared ledger that one station has at a time, until it lets it go or dies."""

    def take(self) -> bool: ...

    def let_go(self) -> None: ...

    def end(self) -> None: ...
