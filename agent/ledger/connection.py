"""How a ledger is opened, wherever it is; what a server needs is loaded only for a ledger on one."""

from sqlalchemy import Engine

from agent.ledger import sqlite_file
from agent.ledger.place import Place, Use


def engine_of(place: Place, use: Use) -> Engine:
    """An engine for one use of a ledger."""
    if isinstance(place, str):
        from agent.ledger import database

        return database.engine_of(place, use)
    return sqlite_file.engine_of(place, use)


def prepare(place: Place) -> None:
    """Create the ledger, or check that it is ours, and bring it to the newest schema.

    Raises:
        ShipchatError: E-4201 it is somebody else's, E-4202 a newer one, E-4203 it cannot be used, E-4204 while an
            earlier version runs a batch in it, E-4265 what connects to PostgreSQL is not installed.
    """
    if isinstance(place, str):
        from agent.ledger import database

        database.prepare(place)
    else:
        sqlite_file.prepare(place)
