"""A ledger's tables: the newest ones made at once, or earlier ones brought there. What migrates is loaded only then."""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select

from agent.ledger.schema import HEAD
from agent.ledger.tables import Base
from agent.ledger.worker_table import Pace, Worker

SHARED = (Worker, Pace)
"""Of ledgers that several stations use; a file has them empty, so that it can become one."""
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def create_tables(connection: Connection) -> None:
    """All tables, inside the caller's transaction; a test holds them against the migrations. Where another process was
    faster, everything is there already."""
    Base.metadata.create_all(connection)
    VERSION.create(connection, checkfirst=True)
    if connection.scalar(select(VERSION.c.version_num)) is None:
        connection.execute(insert(VERSION).values(version_num=HEAD))


def known_versions() -> set[str]:
    """Every schema that this code can bring to the newest."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()}


def migrate(connection: Connection) -> None:
    """Bring a ledger to the newest schema, inside the caller's transaction."""
    from alembic import command

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def migrations() -> Any:
    """Where alembic finds them."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
