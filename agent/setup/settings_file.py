"""The settings file: read as it stands, changed in place with its comments kept, replaced whole or not at all."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import ParseError

from agent.durable import replace_file
from agent.errors import SETTINGS_FAULTY, error


def read_document(file: Path) -> tomlkit.TOMLDocument:
    """The file's document, an empty one where there is no file.

    Raises:
        ShipchatError: E-4104 where it is not TOML.
    """
    if not file.exists():
        return tomlkit.document()
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except (ParseError, UnicodeDecodeError) as fault:
        raise error(SETTINGS_FAULTY, problems=str(fault), file=file) from fault


def with_values(document: tomlkit.TOMLDocument, values: Mapping[str, Any]) -> str:
    """The document's text with these dotted names, as TOML writes them, set; None takes a name out.

    Everything else stays as typed.
    """
    changed = tomlkit.parse(tomlkit.dumps(document))
    for dotted, value in values.items():
        *tables, name = _parts(dotted)
        table: Any = changed
        for one in tables:
            if one not in table:
                table[one] = tomlkit.table()
            table = table[one]
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value
    return tomlkit.dumps(changed)


def _parts(dotted: str) -> list[str]:
    """`claude.prices."opus-4.1".input` in its four names."""
    found: list[str] = []
    inner: Any = tomllib.loads(f"{dotted} = true")
    while isinstance(inner, dict):
        ((name, inner),) = inner.items()
        found.append(name)
    return found


def write_values(file: Path, values: Mapping[str, Any]) -> None:
    """Set these dotted names in the file. Raises OSError where it cannot be written."""
    replace_file(file, with_values(read_document(file), values))
