"""A database into which a ledger's file is moved: not a ledger before the file is marked as moved.

Two places cannot commit at once. So the rows arrive under a mark that every version refuses to open; the file is marked
as moved; only then the database becomes the ledger. A crash in between leaves one ledger, or none until the command is
given again, never two.
"""

from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from agent.errors import ShipchatError, error
from agent.ledger import audit, database
from agent.ledger.faults import ARRIVING, NOT_EMPTY, ledger_fault
from agent.ledger.schema import APPLICATION_ID, ARRIVING_ID
from agent.ledger.table_versions import VERSION
from agent.ledger.tables import Base


def receive(url: str, fill: Callable[[Connection], None]) -> None:
    """Make the tables in an empty database, or anew where a move was interrupted, and fill them: one transaction.

    Raises:
        ShipchatError: E-4201 it is somebody else's, E-4284 it is a ledger, E-4203 it cannot be used; what `fill`
            raises.
    """

    def work(connection: Connection) -> None:
        if _is_half_moved(connection, url):
            Base.metadata.drop_all(connection)
            VERSION.drop(connection)
            connection.execute(text(f"DROP TABLE {database.MARK}"))
        database.create(connection, ARRIVING_ID)
        fill(connection)

    _in_transaction(url, work)


def accept(url: str, prove: Callable[[Connection, bool], None]) -> None:
    """From this commit on the database is the ledger; where it is already, nothing is changed.

    `prove` raises where the content is not what was moved; it is told whether the database is a ledger already.
    """

    def work(connection: Connection) -> None:
        owner = connection.scalar(text(f"SELECT application_id FROM {database.MARK}"))
        prove(connection, owner == APPLICATION_ID)
        if owner == ARRIVING_ID:
            connection.execute(text(f"UPDATE {database.MARK} SET application_id = {APPLICATION_ID}"))
            audit.append(connection, "moved", entries=audit.end(connection)[0])

    _in_transaction(url, work)


def _is_half_moved(connection: Connection, url: str) -> bool:
    try:
        schema = database.schema_of(connection, url)
    except ShipchatError as refusal:
        if refusal.code != ARRIVING.code:
            raise
        return True
    if schema is not None:
        raise error(NOT_EMPTY, path=url, found=f"a ledger (schema {schema})")
    return False


def _in_transaction(url: str, work: Callable[[Connection], None]) -> None:
    engine = database.engine_of(url, "write")
    try:
        with engine.begin() as connection:
            work(connection)
    except DBAPIError as fault:
        raise ledger_fault(url, fault) from fault
    finally:
        engine.dispose()
