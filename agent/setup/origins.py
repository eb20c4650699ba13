"""Where each setting comes from: the environment, the settings file, or its default. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel

from agent.credentials import without_secrets
from agent.home import PREFIX
from agent.settings import Settings


@dataclass(frozen=True, slots=True)
class Setting:
    """One value: its dotted name, as TOML or JSON would write it, and who decided it."""

    name: str
    value: str
    origin: str
    """The name of an environment variable, the path of the settings file, or `default`."""
    meaning: str = ""
    """What it does."""


def in_force(settings: Settings, environ: Mapping[str, str], file: Path, written: Mapping[str, Any]) -> list[Setting]:
    """Every setting with its origin; `written` is what the file holds. Passwords in addresses are shown as `***`."""
    return list(_of(settings, "", environ, file, written))


def _of(
    model: BaseModel, before: str, environ: Mapping[str, str], file: Path, written: Mapping[str, Any]
) -> Iterator[Setting]:
    for name, field in type(model).model_fields.items():
        dotted, value = f"{before}{name}", getattr(model, name)
        inner = written.get(name)
        groups = _groups(dotted, value, inner)
        for group, below, written_below in groups:
            yield from _of(group, f"{below}.", environ, file, written_below)
        if groups:
            continue
        variable = f"{PREFIX}{dotted.replace('.', '__').upper()}"
        origin = variable if variable in environ else str(file) if name in written else "default"
        yield Setting(dotted, without_secrets(_shown(value)), origin, " ".join((field.description or "").split()))


def _groups(dotted: str, value: object, written: object) -> list[tuple[BaseModel, str, Mapping[str, Any]]]:
    """The groups of settings in a value, each with its name and what the file holds of it: itself, or named ones."""
    said = written if isinstance(written, Mapping) else {}
    if isinstance(value, BaseModel):
        return [(value, dotted, said)]
    if not isinstance(value, Mapping):
        return []
    named = [(name, group, said.get(name)) for name, group in value.items() if isinstance(group, BaseModel)]
    return [
        (group, f"{dotted}.{tomlkit.key(name).as_string()}", below if isinstance(below, Mapping) else {})
        for name, group, below in named
    ]


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    return str(value) if isinstance(value, Path) else json.dumps(value, ensure_ascii=False, default=str)
