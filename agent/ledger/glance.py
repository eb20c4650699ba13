"""A look at the ledger that loads nothing but the standard library and changes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from agent.ledger.schema import APPLICATION_ID, HEAD
from agent.ledger.summaries import LIST, MAY_BE_UNFINISHED, NAMES, JobSummary, Wanted

WAIT_S = 10.0


def names(path: Path) -> list[tuple[str, str]] | None:
    """(id, name) of every batch, newest first; None where only the ledger's own ways may open this file."""
    found = _asked(path, NAMES, {})
    return None if found is None else [(str(one), str(name or "")) for one, name in found]


def history(path: Path, wanted: Wanted) -> list[JobSummary] | None:
    """The list of batches; None also where something may be unfinished, which has to be named."""
    unfinished = _asked(path, MAY_BE_UNFINISHED, {})
    if unfinished is None or unfinished[0][0]:
        return None
    found = _asked(path, LIST, wanted.parameters())
    return None if found is None else [JobSummary(*row) for row in found]


def _asked(path: Path, statement: str, parameters: dict[str, Any]) -> list[Any] | None:
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)) as connection:
            # An older schema is migrated, a newer or foreign file refused, by whoever opens it whole.
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return None
            if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
                return None
            return connection.execute(statement, parameters).fetchall()
    except sqlite3.Error:
        return None
