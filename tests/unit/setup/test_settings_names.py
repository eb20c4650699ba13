"""Settings: misspelt names are refused with the nearest one, and every value tells where it comes from."""

import os
from pathlib import Path

import pytest

from agent.errors import ShipchatError
from agent.settings import Settings, settings_file
from agent.setup.origins import in_force
from agent.setup.settings_file import read_document, with_values, write_values


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SHIPCHAT_") and not name.startswith("SHIPCHAT_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("SHIPCHAT_CONCURENCY", "SHIPCHAT_CONCURRENCY"),
        ("SHIPCHAT_UPS_ENVIROMENT", "SHIPCHAT_UPS_ENVIRONMENT"),
        ("SHIPCHAT_UPS_CLIENTID", "SHIPCHAT_UPS_CLIENT_ID"),
        ("SHIPCHAT_PRINTERS", "SHIPCHAT_PRINTER"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_name(
    variable: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(ShipchatError, match=f"{variable} is not a setting .did you mean {meant}.") as refused:
        Settings.load()
    assert refused.value.code == "E-4104"


def test_the_beginning_that_all_variables_share_makes_no_two_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_BUGDET", "1")
    with pytest.raises(ShipchatError, match=r"SHIPCHAT_BUGDET is not a setting\. Correct"):
        Settings.load()


@pytest.mark.parametrize("variable", ["SHIPCHAT_DB_SHOP", "SHIPCHAT_UPS_CLIENT_SECRET", "SHIPCHAT_BACKUP_DIR"])
def test_variables_of_the_servers_are_no_misspelling(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "anything")
    Settings.load()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("concurency = 3", "concurency is not a setting (did you mean concurrency?)"),
        ('[claude]\nmodle = "x"', "claude.modle is not a setting (did you mean model?)"),
        ('[shipper]\nnane = "x"', "shipper.nane is not a setting (did you mean name?)"),
        ("qqq = 1", "qqq is not a setting"),
        ("concurrency = 0", "concurrency: Input should be greater than or equal to 1"),
    ],
)
def test_a_misspelt_key_of_the_file_is_refused_with_the_nearest_name(text: str, words: str) -> None:
    settings_file().write_text(text)
    with pytest.raises(ShipchatError) as refused:
        Settings.load()
    assert words in refused.value.message
    assert str(settings_file()) in refused.value.remedy


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings_file().write_text('concurrency = 8\nprinter = "Zebra"\n[claude]\nretries = 3\n')
    monkeypatch.setenv("SHIPCHAT_CONCURRENCY", "16")
    settings = Settings.load()
    assert (settings.concurrency, settings.printer) == (16, "Zebra")
    file = settings_file()
    told = {one.name: (one.value, one.origin) for one in in_force(settings, os.environ, file, read_document(file))}
    assert told["concurrency"] == ("16", "SHIPCHAT_CONCURRENCY")
    assert told["printer"] == ('"Zebra"', str(file))
    assert told["claude.retries"] == ("3", str(file))
    assert told["claude.max_tokens"] == ("4096", "default")


NAMED = """\
[boxes.small]
length = 8
width = 6
height = 4
unit = "in"
[models.local]
model = "qwen2.5"
price = { input = 1, output = 2 }
[claude.prices."opus-4.1"]
input = 15
output = 75
"""


def test_groups_that_the_person_named_are_told_setting_by_setting() -> None:
    settings_file().write_text(NAMED)
    file = settings_file()
    told = {one.name: (one.value, one.origin) for one in in_force(Settings.load(), {}, file, read_document(file))}
    assert told["boxes.small.unit"] == ('"in"', str(file))
    assert told["boxes.small.weight"] == ("not set", "default")
    assert told["models.local.price.output"] == ('"2"', str(file))
    assert told["models.local.retries"] == ("2", "default")
    assert told['claude.prices."opus-4.1".input'] == ('"15"', str(file))


def test_every_name_that_is_told_can_be_changed_under_that_name() -> None:
    settings_file().write_text(NAMED)
    file = settings_file()
    changed = with_values(read_document(file), {'claude.prices."opus-4.1".input': 20, "boxes.small.unit": "cm"})
    assert changed == NAMED.replace('"in"', '"cm"').replace("input = 15", "input = 20")


def test_a_password_in_an_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_CLAUDE__BASE_URL", "https://me:hunter22@gateway.example/v1")
    told = in_force(Settings.load(), os.environ, settings_file(), {})
    assert "hunter22" not in str(told)
    assert any("gateway.example" in one.value for one in told)


def test_every_setting_says_what_it_is() -> None:
    schema = Settings.model_json_schema()
    assert [name for name, field in schema["properties"].items() if not field.get("description")] == []


COMMENTED = '# our shop\nconcurrency = 8  # fast enough\n\n[shipper]\nname = "Old Name" # as printed\n'


def test_changing_a_value_keeps_comments_order_and_everything_else() -> None:
    settings_file().write_text(COMMENTED)
    changed = with_values(read_document(settings_file()), {"shipper.name": "New Name", "printer": "Zebra"})
    assert "# our shop\nconcurrency = 8  # fast enough\n" in changed
    assert 'name = "New Name" # as printed' in changed
    settings_file().write_text(changed)
    document = read_document(settings_file())
    assert (document["printer"], document["shipper"]["name"]) == ("Zebra", "New Name")  # type: ignore[index]
    assert with_values(document, {"shipper.name": "Old Name", "printer": None}) == COMMENTED


def test_the_file_is_its_owners_alone_and_a_damaged_one_is_not_touched() -> None:
    write_values(settings_file(), {"printer": "Zebra"})
    assert settings_file().stat().st_mode & 0o777 == 0o600
    settings_file().write_text("printer = ")
    with pytest.raises(ShipchatError, match="E-4104"):
        write_values(settings_file(), {"printer": "Other"})
    assert settings_file().read_text() == "printer = "
