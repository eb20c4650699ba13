"""The ledger's file: who it belongs to, what SQLite promises, what is refused."""

import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agent.errors import ShipchatError
from agent.ledger import AuditService, Base
from agent.ledger.connection import engine_of
from agent.ledger.faults import ledger_fault
from agent.ledger.schema import APPLICATION_ID, HEAD
from agent.ledger.store import Ledger
from agent.ledger.table_versions import migrations as _config
from agent.ledger.tables import Job, table_of

JOBS = table_of(Job)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "ledger.sqlite"


def test_a_new_ledger_is_private_and_marked(path: Path) -> None:
    Ledger.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID == 0x53484C47


def test_every_connection_keeps_the_promise(path: Path) -> None:
    ledger = Ledger.open(path)

    def pragmas(connection: Any) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert ledger.write(pragmas) == ["wal", 2, 1], "synchronous 2 = FULL"
    assert ledger.read(pragmas) == ["wal", 2, 1]
    ledger.close()


def schema_of(path: Path) -> dict[str, Any]:
    """What SQLite knows of every table and index, whatever the order in which it was made."""
    with sqlite3.connect(path) as file:
        known: dict[str, Any] = {
            name: " ".join(sql.split())
            for name, sql in file.execute(
                "SELECT name, sql FROM sqlite_master WHERE type != 'table' AND sql IS NOT NULL"
            )
        }
        for (table,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = file.execute(
                'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(?) ORDER BY name', [table]
            ).fetchall()
            keys = file.execute('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', [table]).fetchall()
            unique = file.execute(
                "SELECT (SELECT group_concat(name) FROM pragma_index_info(list.name))"
                ' FROM pragma_index_list(?) AS list WHERE "unique"',
                [table],
            ).fetchall()
            known[table] = (columns, sorted(keys), sorted(unique))
    return known


def test_a_new_ledger_is_what_the_migrations_make(path: Path, tmp_path: Path) -> None:
    Ledger.open(path).close()
    migrated = tmp_path / "migrated.sqlite"
    engine, config = engine_of(migrated, "write"), _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
    assert schema_of(path) == schema_of(migrated)
    for file in (path, migrated):
        with sqlite3.connect(file) as content:
            assert content.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
            assert content.execute("SELECT * FROM ledger").fetchall() == []


def test_a_second_start_migrates_nothing(path: Path) -> None:
    Ledger.open(path).close()
    before = path.read_bytes()
    Ledger.open(path).close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", None])
def test_an_empty_or_missing_file_becomes_a_ledger(path: Path, content: bytes | None) -> None:
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    Ledger.open(path).close()


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE jobs (id INTEGER)")


def another_application(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA application_id = 42")
        file.execute("CREATE TABLE t (id INTEGER)")


def text(path: Path) -> None:
    path.write_bytes(b"Order Number,Name\r\n" * 100)


@pytest.mark.parametrize("make", [foreign, another_application, text])
def test_a_foreign_file_is_refused_and_stays_as_it_is(path: Path, make: Any) -> None:
    path.parent.mkdir(parents=True)
    make(path)
    before = path.read_bytes()
    with pytest.raises(ShipchatError, match="E-4201"):
        Ledger.open(path)
    assert path.read_bytes() == before


def test_a_newer_ledger_is_refused(path: Path) -> None:
    Ledger.open(path).close()
    with sqlite3.connect(path) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ShipchatError, match="E-4202"):
        Ledger.open(path)


def test_operations_of_one_group_share_a_commit_and_a_faulty_one_falls_alone(path: Path) -> None:
    ledger = Ledger.open(path)
    insert = JOBS.insert()
    futures = [
        ledger._writer.submit(
            lambda c, n=n: c.execute(insert, {"id": f"job{n % 3}", "name": "x", "original_command": ""})
        )
        for n in range(4)
    ]
    faults = [type(future.exception()).__name__ for future in futures]
    assert faults == ["NoneType", "NoneType", "NoneType", "IntegrityError"]
    assert ledger.read(lambda c: len(c.execute(JOBS.select()).all())) == 3
    ledger.close()


def test_a_ledger_that_cannot_be_written_says_so_and_recovers(path: Path) -> None:
    ledger = Ledger.open(path)

    def full(connection: Any) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        connection.exec_driver_sql("CREATE TABLE big (x)")
        connection.exec_driver_sql("INSERT INTO big VALUES (zeroblob(10000000))")

    with pytest.raises(ShipchatError, match="E-4203"):
        ledger.write(full)
    ledger.write(lambda c: c.execute(JOBS.insert(), {"id": "a", "name": "x", "original_command": ""}))
    ledger.close()


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("database or disk is full", "E-4203"),
        ("disk I/O error", "E-4203"),
        ("database is locked", "E-4203"),
        ("attempt to write a readonly database", "E-4203"),
        ("database disk image is malformed", "E-4262"),
    ],
)
def test_only_a_damaged_ledger_is_helped_by_a_backup(path: Path, reason: str, code: str) -> None:
    """On a full disk the ledger is whole: an older one in its place would only forget what was bought."""
    fault = ledger_fault(path, reason)
    assert fault.code == code
    assert ("the newest backup" in fault.remedy) == (code == "E-4262")


@pytest.fixture
def audited(path: Path) -> Path:
    ledger = Ledger.open(path)
    with ledger.session() as session:
        audit = AuditService(session)
        audit.log_state_change("j", "pending", "running")
        audit.log_row_event("j", 1, "completed", {"name": "Dana", "tracking_number": "1Z1", "account": "ABC123"})
        audit.log_api_call("j", "shipping_create", {"name": "Dana"}, {"ok": True}, row_number=1)
        audit.log_job_error("j", "E-3001", "bad ZIP", {"row_number": 1})
    ledger.close()
    return path


def verify(path: Path) -> list[str]:
    ledger = Ledger.open(path)
    with ledger.session() as session:
        found = AuditService(session).verify()
    ledger.close()
    return found


def test_a_whole_audit_log_verifies_and_is_redacted(audited: Path) -> None:
    assert verify(audited) == []
    ledger = Ledger.open(audited)
    with ledger.session() as session:
        lines = list(AuditService(session).export())
        structured = list(AuditService(session).export("j", "jsonl"))
    ledger.close()
    assert len(lines) == len(structured) == 4
    assert "Dana" not in "".join(lines)
    assert "ABC123" not in "".join(lines)
    assert "…23" in "".join(lines)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE audit SET details = '{}' WHERE seq = 2",
        "UPDATE audit SET at = '2020' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET row_number = 7 WHERE seq = 2",
    ],
)
def test_a_changed_audit_log_is_told(audited: Path, tamper: str) -> None:
    with sqlite3.connect(audited) as file:
        file.execute(tamper)
    assert verify(audited) != []
