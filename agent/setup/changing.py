"""One setting changed in the settings file: read as TOML would read it, checked with all others, then written."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from agent.errors import ErrorKind, ShipchatError, error
from agent.home import settings_file
from agent.settings import Settings
from agent.setup.origins import Setting, in_force
from agent.setup.settings_file import read_document, with_values, write_values

SET_ELSEWHERE = ErrorKind("E-4342", "{name} is not changed here: {why}.", "{how}")
ONLY_SETUP = frozenset({"home", "state", "ups_environment", "ups_base_url", "shipper.account_number"})
"""What decides where things are kept, and with whose money: never in passing."""


def listed(settings: Settings) -> list[Setting]:
    """Every setting with its value, its origin and its meaning."""
    file = settings_file()
    return in_force(settings, os.environ, file, read_document(file))


def change(setting: Setting, typed: str) -> None:
    """Write what was typed for a setting; nothing typed takes it out of the file. It counts from the next start.

    Raises:
        ShipchatError: E-4342 where it is decided elsewhere, E-4104 where the value does not fit.
        OSError: the file cannot be written.
    """
    if setting.name in ONLY_SETUP:
        how = "Use `shipchat setup`, which asks for all that belongs together, or `shipchat config edit`."
        raise error(SET_ELSEWHERE, name=setting.name, why="it decides where things are kept or who pays", how=how)
    if setting.origin in os.environ:
        how = f"Change {setting.origin} where it is set, or unset it."
        raise error(SET_ELSEWHERE, name=setting.name, why=f"{setting.origin} in the environment decides it", how=how)
    file = settings_file()
    write_values(file, {setting.name: _fitting(file, setting.name, typed.strip())})


def _fitting(file: Path, name: str, typed: str) -> Any:
    """The value as TOML reads it, else as plain words; what all settings together allow."""
    if not typed:
        _check(file, {name: None})
        return None
    try:
        value = tomllib.loads(f"value = {typed}")["value"]
        _check(file, {name: value})
    except (tomllib.TOMLDecodeError, ShipchatError):
        _check(file, {name: typed})
        return typed
    return value


def _check(file: Path, values: Mapping[str, Any]) -> None:
    Settings.load(**tomlkit.parse(with_values(read_document(file), values)).unwrap())
