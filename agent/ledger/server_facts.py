"""What a ledger's database server is asked about itself: for `shipchat doctor`."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from agent.ledger import database
from agent.ledger.shared import NOW
from agent.ledger.table_versions import VERSION
from agent.ledger.tables import AuditEntry, Base, table_of

MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")
"""With one of them off, what was committed may be gone after a power cut: then a label is bought again."""
ROW_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
AUDIT = table_of(AuditEntry).name


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One look at a server."""

    version: str
    schema: str
    role: str
    is_superuser: bool
    missing: tuple[str, ...]
    """Rights that a station needs and this role does not have: `UPDATE on shipments`."""
    changes_the_log: bool
    """Whether this role could change entries of the audit log, or drop it."""
    off: tuple[str, ...]
    """Of MUST_BE_ON."""
    clock_ahead_s: float
    """How far the server's clock is before this machine's; negative where it is behind."""
    bytes: int
    """Tables, indexes and what is not vacuumed yet."""
    silent_workers: int | None
    """Stations that work on a batch and are past their time; None where several cannot work at once."""


def server_facts(connection: Connection) -> ServerFacts:
    """Raises DBAPIError where the role may not even read."""

    def told(statement: str) -> str:
        return str(connection.scalar(text(statement)))

    names = [table.name for table in Base.metadata.sorted_tables]
    role, is_superuser = connection.execute(
        text("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
    ).one()
    return ServerFacts(
        version=told("SHOW server_version").split()[0],
        schema=told(f"SELECT version_num FROM {VERSION.name}"),
        role=role,
        is_superuser=is_superuser,
        missing=_missing(connection, names),
        changes_the_log=any(_may(connection, AUDIT, right) for right in ("UPDATE", "DELETE", "TRUNCATE")),
        off=tuple(name for name in MUST_BE_ON if told(f"SHOW {name}") == "off"),
        clock_ahead_s=_clock_ahead_s(connection),
        bytes=int(told("SELECT pg_database_size(current_database())")),
        silent_workers=_silent_workers(connection),
    )


def _missing(connection: Connection, names: list[str]) -> tuple[str, ...]:
    found = [
        f"{right} on {name}"
        for name in names
        for right in (ROW_RIGHTS[:2] if name == AUDIT else ROW_RIGHTS)
        if not _may(connection, name, right)
    ]
    found += [f"SELECT on {name}" for name in (database.MARK, VERSION.name) if not _may(connection, name, "SELECT")]
    query = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()"
    for name in connection.scalars(text(query)).all():
        if not connection.scalar(text("SELECT has_sequence_privilege(:name, 'USAGE')"), {"name": name}):
            found.append(f"USAGE on {name}")
    return tuple(found)


def _may(connection: Connection, name: str, right: str) -> bool:
    return bool(connection.scalar(text("SELECT has_table_privilege(:name, :right)"), {"name": name, "right": right}))


def _clock_ahead_s(connection: Connection) -> float:
    before = datetime.now(UTC)
    there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    after = datetime.now(UTC)
    return (there - (before + (after - before) / 2)).total_seconds()


def _silent_workers(connection: Connection) -> int | None:
    if connection.scalar(text("SELECT to_regclass('workers')")) is None:
        return None
    past = f"ended_at IS NULL AND lease_until < {NOW}"
    return int(connection.scalar(text(f"SELECT count(*) FROM workers WHERE {past}")) or 0)
