"""Ledgers of earlier commits open in this one: upgraded, whole, and with an audit log that agrees."""

import gzip
import sqlite3
from pathlib import Path

import pytest

import tests.kept_ledgers
from agent.batch.executor.queries import history, outcome, unsettled
from agent.batch.recovery.audit_replay import differences
from agent.ledger.audit import chain_faults
from agent.ledger.schema import HEAD
from agent.ledger.store import Ledger

KEPT = sorted(Path(tests.kept_ledgers.__file__).parent.glob("*.sqlite.gz"))


@pytest.fixture(params=KEPT, ids=[file.name for file in KEPT])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    path = tmp_path / "home" / "ledger.sqlite"
    path.parent.mkdir()
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return Ledger.open(path)


def test_this_schema_is_kept_for_those_to_come() -> None:
    """After a migration: `python -m tests.kept_ledgers NUMBER`; those before stay as they are."""
    assert f"{HEAD}.sqlite.gz" in {file.name for file in KEPT}


def test_it_is_brought_to_the_newest_schema(ledger: Ledger) -> None:
    with sqlite3.connect(ledger.place) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
    ledger.close()


def test_its_audit_log_is_whole_and_the_tables_say_the_same(ledger: Ledger) -> None:
    assert ledger.read(chain_faults) == []
    assert ledger.read(differences) == []
    ledger.close()


def test_everything_in_it_is_found(ledger: Ledger) -> None:
    newest, first = ledger.read(history)
    assert (first.status, first.completed, first.total_rows, first.spent_cents) == ("completed", 4, 5, 9708 - 1572)
    assert (newest.completed, newest.failed, newest.in_doubt) == (1, 1, 1)
    shipped = ledger.read(outcome, first.id)
    numbers = {item["sheet_row"]: item["tracking_number"] for item in shipped.tracking}
    assert sorted(numbers) == [3, 7, 10, 13], "row 2 was voided"
    assert len(set(numbers.values())) == 4
    settling = ledger.read(outcome, newest.id)
    assert [(item["sheet_row"], item["code"]) for item in settling.failed] == [(9, "E-3001")]
    assert [item["sheet_row"] for item in settling.in_doubt] == [5]
    ledger.close()


def test_what_is_in_doubt_is_still_named_and_held(ledger: Ledger) -> None:
    (open_batch,) = ledger.read(unsettled)
    assert open_batch.in_doubt == 1
    with sqlite3.connect(ledger.place) as file:
        states = dict(file.execute("SELECT state, count(*) FROM shipments GROUP BY state"))
    assert states == {"voided": 1, "completed": 5, "in_doubt": 1, "failed": 1}
    ledger.close()
