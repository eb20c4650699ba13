"""`--help` says what the verbs say of themselves, and loads none of them; reading the ledger needs no server's client."""

import gzip
import importlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import tests.kept_ledgers
from agent import home
from agent.batch.executor import queries
from agent.cli.main import VERBS
from agent.home import PREFIX
from agent.ledger import glance
from agent.ledger.schema import HEAD
from agent.ledger.store import Ledger
from agent.ledger.summaries import Wanted
from agent.settings import Settings

KEPT = Path(tests.kept_ledgers.__file__).parent

HEAVY = ("anthropic", "duckdb", "httpx2", "lark", "mcp", "openpyxl", "pydantic", "sqlalchemy", "textual")


@pytest.mark.parametrize("verb", VERBS)
def test_the_line_of_a_verb_is_its_own(verb: str) -> None:
    module, line = VERBS[verb]
    assert getattr(importlib.import_module(module), verb).get_short_help_str(limit=200) == line


def loaded(arguments: list[str], folder: Path) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    told = (
        "import sys\nfrom agent.cli.main import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "sys.stderr.write(' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    own = {"SHIPCHAT_HOME": str(folder), "SHIPCHAT_STATE": str(folder / "state")}
    done = subprocess.run(
        [sys.executable, "-c", told], env=os.environ | own, capture_output=True, text=True, check=True, cwd=folder
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "may_load"),
    [
        (["--version"], ()),
        (["--help"], ()),
        (["completion", "bash"], ()),
        (["config", "path"], ("pydantic",)),
        (["jobs", "--help"], ()),
    ],
)
def test_a_command_loads_no_more_than_it_needs(arguments: list[str], may_load: tuple[str, ...], tmp_path: Path) -> None:
    assert loaded(arguments, tmp_path) & set(HEAVY) <= set(may_load)


@pytest.mark.parametrize("batches", [True, False], ids=["with a ledger", "before the first"])
def test_an_id_is_completed_at_once(batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"_SHIPCHAT_COMPLETE": "bash_complete", "COMP_WORDS": "shipchat jobs show ", "COMP_CWORD": "3"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    assert loaded([], with_a_ledger(tmp_path) if batches else tmp_path) & set(HEAVY) == set()


def with_a_ledger(folder: Path) -> Path:
    """A home whose one batch is finished."""
    path = folder / "ledger.sqlite"
    path.write_bytes(gzip.decompress((KEPT / f"{HEAD}.sqlite.gz").read_bytes()))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE batch_jobs SET deleted_at = created_at WHERE status != 'completed'")
        file.execute("UPDATE shipments SET state = 'closed' WHERE state = 'in_doubt'")
    return folder


@pytest.mark.parametrize("more", [[], ["--json"], ["--status", "completed"], ["--name", "GROUND"]])
def test_the_list_of_batches_is_read_at_once(more: list[str], tmp_path: Path) -> None:
    assert loaded(["jobs", "list", *more], with_a_ledger(tmp_path)) & set(HEAVY) == set()


def test_the_quick_list_is_the_ledgers_own(tmp_path: Path) -> None:
    path = with_a_ledger(tmp_path) / "ledger.sqlite"
    ledger = Ledger.open(path)
    choices = [Wanted(), Wanted(status="failed"), Wanted(since="2999"), Wanted(until="2999"), Wanted(name="gROUND")]
    for wanted in choices:
        assert glance.history(path, wanted) == ledger.read(queries.history, wanted)
    assert [len(glance.history(path, wanted) or []) for wanted in choices] == [1, 0, 0, 1, 1]
    ledger.close()


def test_what_may_be_unfinished_or_older_is_left_to_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    assert glance.history(path, Wanted()) is None
    path.write_bytes(gzip.decompress((KEPT / f"{HEAD}.sqlite.gz").read_bytes()))
    assert glance.history(path, Wanted()) is None
    assert len(glance.names(path) or []) == 2
    with sqlite3.connect(path) as file:
        file.execute("UPDATE alembic_version SET version_num = '0005'")
    assert glance.names(path) is None


@pytest.mark.parametrize(
    ("variable", "written", "at_once"),
    [
        ("SHIPCHAT_STATE", "", True),
        ("SHIPCHAT_DB_ORDERS", 'model = "offline"\n[shipper]\nname = "Shop"', True),
        ("SHIPCHAT_HOEM", "", False),
        ("SHIPCHAT_STATE", 'home = "elsewhere"', False),
        ("SHIPCHAT_STATE", 'hoem = "elsewhere"', False),
        ("SHIPCHAT_STATE", "no toml", False),
    ],
)
def test_what_may_be_misspelt_or_move_the_ledger_is_left_to_the_settings(
    variable: str, written: str, at_once: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    monkeypatch.setenv(variable, "x")
    (tmp_path / "settings.toml").write_text(written)
    assert home.ledger_at_once() == (tmp_path / "ledger.sqlite" if at_once else None)


def test_the_names_that_are_taken_for_settings_are() -> None:
    assert set(home._TABLES) <= set(Settings.model_fields)
    assert {name.lower() for name in home._SIMPLE} <= {*Settings.model_fields, *map(str.lower, home.OTHER_VARIABLES)}
