"""What a shared ledger is asked inside a transaction: whose turn it is to write, and which database it is.

A file answers nothing to both, and needs neither.
"""

from sqlalchemy import Connection, text

WRITERS = 0x53484C4701
"""The advisory lock that every transaction which writes holds to its end."""
STUCK_MS = 10_000
"""How long a transaction that writes may stand still before the server ends its session."""
_SERVER = "SELECT system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()"
_DATABASE = "SELECT oid FROM pg_database WHERE datname = current_database()"
NOW = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
"""Seconds since the epoch in the clock that all stations share, as SQL of the server."""
TAKE_TURN = f"SELECT pg_advisory_xact_lock({WRITERS})"


def take_turn(connection: Connection) -> None:
    """In a transaction that began without it; in one that has it, and in a file's, this changes nothing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {STUCK_MS}")
        connection.exec_driver_sql(TAKE_TURN)


def database_identity(connection: Connection) -> str | None:
    """Which database of which server this is, and on which timeline: a copy, or one that was restored, has another
    one. None for a file, which has no name of its own."""
    if connection.dialect.name != "postgresql":
        return None
    server = ""
    # Not every server tells every role.
    if connection.scalar(text("SELECT has_function_privilege('pg_control_system()', 'execute')")):
        number, timeline = connection.execute(text(_SERVER)).one()
        server = f"{number}/{timeline}"
    return f"{server or '/'}/{connection.scalar(text(_DATABASE))}"


def is_same(noted: str, found: str | None) -> bool:
    """Whether two identities may be of one database; what either does not know says nothing."""
    pairs = zip(noted.split("/"), (found or "").split("/"), strict=False)
    return all(before == now for before, now in pairs if before and now)
