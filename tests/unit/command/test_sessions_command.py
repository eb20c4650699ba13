"""`shipchat sessions`: kept talks are listed, exported, renamed and deleted; nothing without --yes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent.cli.sessions import sessions
from agent.errors import ShipchatError
from agent.saved_sessions.prompts import KeptPrompts
from agent.saved_sessions.store import SavedSessions

ID = "20261120-093000-abcd"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SavedSessions:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    kept = SavedSessions(tmp_path / "sessions")
    kept.append(ID, {"event": "Started", "at": "2026-11-20T09:30:00+00:00"})
    kept.append(ID, {"event": "UserSaid", "text": "Ship all California orders via Ground"})
    kept.append("20261121-093000-abcd", {"event": "UserSaid", "text": "what failed?"})
    return kept


def run(*arguments: str) -> Result:
    return CliRunner().invoke(sessions, list(arguments))


def test_they_are_listed_and_searched(store: SavedSessions) -> None:
    assert "Ship all California orders via Ground" in run("list").stdout
    assert [one["id"] for one in json.loads(run("list", "--search", "FAILED", "--json").stdout)] == [
        "20261121-093000-abcd"
    ]
    assert run("list", "--search", "texas").stdout == "No kept talk holds “texas”.\n"


def test_one_is_exported_to_a_new_file_only(store: SavedSessions, tmp_path: Path) -> None:
    assert "**You:** Ship all California" in run("export", ID).stdout
    script = tmp_path / "talk.chat.yaml"
    assert run("export", "20261120", "--format", "script", "--output", str(script)).exit_code == 0
    assert "- say: Ship all California orders via Ground" in script.read_text()
    assert isinstance(run("export", ID, "--output", str(script)).exception, ShipchatError)


def test_one_is_renamed_and_only_yes_deletes(store: SavedSessions) -> None:
    run("rename", ID, "Spring")
    assert store.told(ID).name == "Spring"
    refused = run("delete", ID)
    assert (refused.exit_code, len(store.all())) == (3, 2)
    assert run("delete", ID, "--yes").exit_code == 0
    assert len(store.all()) == 1
    assert run("delete").exit_code == run("delete", ID, "--all").exit_code == 2


def test_all_of_them_go_with_what_was_typed(store: SavedSessions) -> None:
    KeptPrompts(store.prompts).add("what failed?")
    run("delete", "--all", "--yes")
    assert not list(store.folder.iterdir())
