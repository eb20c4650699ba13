"""One setting changed from the chat: in the file, with its comments kept, and only where it fits."""

import tomllib
from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.settings import Settings
from agent.setup.changing import change, listed
from agent.setup.origins import Setting


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    written = tmp_path / "settings.toml"
    written.write_text('# mine\nconcurrency = 2\nmodel = "offline"\n', encoding="utf-8")
    return written


def setting(name: str) -> Setting:
    return next(one for one in listed(Settings.load()) if one.name == name)


@pytest.mark.parametrize(
    ("name", "typed", "written"),
    [
        ("concurrency", "8", 8),
        ("model", "claude", "claude"),
        ("model", '"claude"', "claude"),
        ("today", "2026-11-20", "2026-11-20"),
        ("status_columns", "true", True),
        ("claude.timeout_s", "90", 90),
        ("printer", "192.168.1.9:9100", "192.168.1.9:9100"),
        ("keys", '{show-log = "f8"}', {"show-log": "f8"}),
    ],
)
def test_a_value_is_read_as_toml_or_as_plain_words(file: Path, name: str, typed: str, written: object) -> None:
    change(setting(name), typed)
    text = file.read_text(encoding="utf-8")
    found: object = tomllib.loads(text)
    for part in name.split("."):
        assert isinstance(found, dict)
        found = found[part]
    assert found == written
    assert text.startswith("# mine\n")


def test_nothing_typed_takes_it_out(file: Path) -> None:
    change(setting("concurrency"), " ")
    assert "concurrency" not in file.read_text(encoding="utf-8")
    assert setting("concurrency").origin == "default"


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("concurrency", "many", "E-4104"),
        ("concurrency", "0", "E-4104"),
        ("ups_environment", "production", "E-4342"),
        ("home", "/tmp/elsewhere", "E-4342"),
    ],
)
def test_what_does_not_fit_or_is_set_elsewhere_changes_nothing(file: Path, name: str, typed: str, code: str) -> None:
    before = file.read_text(encoding="utf-8")
    with pytest.raises(ShipchatError) as refusal:
        change(setting(name), typed)
    assert refusal.value.code == code
    assert file.read_text(encoding="utf-8") == before


def test_what_the_environment_decides_is_changed_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_CONCURRENCY", "3")
    with pytest.raises(ShipchatError, match="SHIPCHAT_CONCURRENCY"):
        change(setting("concurrency"), "8")


def test_every_setting_says_what_it_does(file: Path) -> None:
    assert [one.name for one in listed(Settings.load()) if not one.meaning] == []
