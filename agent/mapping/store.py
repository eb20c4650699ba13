"""Saved mappings: one JSON file each below the home, found by the header fingerprint (the data server's) or by name.

A file is private (0600) and replaced as a whole, so a crash leaves the old one or the new one.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.durable import replace_file
from agent.errors import error
from agent.mapping import faults
from agent.mapping.template import Mapping, compile_mapping
from agent.sheet.fields import MAPPED

_NAME = re.compile(r"^[^\W\d_][\w -]{0,59}$")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class NamedMapping:
    """A mapping that a person keeps under a name."""

    name: str
    fingerprint: str
    """Of the headers it was confirmed for; it can be used on others too."""
    mapping: Mapping


class MappingStore:
    """The mappings of one home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "mappings"

    def save(self, fingerprint: str, mapping: Mapping, name: str | None = None) -> None:
        """Keep a confirmed mapping under its headers and, if one is given, a name.

        Raises:
            ShipchatError: E-2257 for a name that cannot be one, E-2250 for a template that is not allowed.
        """
        compile_mapping(mapping)
        if name is not None:
            _write(self._named(name), fingerprint, mapping, " ".join(name.split()))
        _write(self._of_headers(fingerprint), fingerprint, mapping, None)

    def load(self, fingerprint: str) -> Mapping | None:
        """The mapping that was confirmed for these headers, or None.

        Raises:
            ShipchatError: E-2256 for a file that cannot be read.
        """
        path = self._of_headers(fingerprint)
        return _read(path).mapping if path.exists() else None

    def use(self, name: str) -> Mapping:
        """The mapping of a name.

        Raises:
            ShipchatError: E-2255 without one, E-2256 for a file that cannot be read.
        """
        path = self._named(name)
        if not path.exists():
            known = ", ".join(saved.name for saved in self.list_named()) or "none"
            raise error(faults.NO_SAVED_MAPPING, name=name, saved=known)
        return _read(path).mapping

    def list_named(self) -> list[NamedMapping]:
        """All named mappings, by name."""
        return [_read(path) for path in sorted(self._folder.glob("named-*.json"))]

    def forget(self, fingerprint: str) -> None:
        """No longer offer the mapping of these headers; named ones stay."""
        self._of_headers(fingerprint).unlink(missing_ok=True)

    def _of_headers(self, fingerprint: str) -> Path:
        # The fingerprint may come from another process: it names a file, never a path.
        return self._folder / f"headers-{hashlib.sha256(fingerprint.encode()).hexdigest()[:32]}.json"

    def _named(self, name: str) -> Path:
        tidy = " ".join(name.split())
        if not _NAME.match(tidy):
            raise error(faults.BAD_NAME, name=name)
        return self._folder / f"named-{tidy.casefold().replace(' ', '-')}.json"


def edited(mapping: Mapping, field: str, expression: str) -> Mapping:
    """The mapping with another expression for a field; an empty one takes the field out.

    Raises:
        ShipchatError: E-2259 for an unknown field, E-2250 for a template that is not allowed.
    """
    if field not in MAPPED:
        raise error(faults.UNKNOWN_FIELD, field=field, fields=", ".join(MAPPED))
    fields = {name: text for name, text in mapping.fields.items() if name != field}
    if expression.strip():
        fields[field] = expression.strip()
    changed = Mapping(fields, mapping.constants)
    compile_mapping(changed)
    return changed


def _write(path: Path, fingerprint: str, mapping: Mapping, name: str | None) -> None:
    content = {"version": _VERSION, "name": name, "fingerprint": fingerprint, "mapping": mapping.as_dict()}
    replace_file(path, json.dumps(content, ensure_ascii=False, indent=2))


def _read(path: Path) -> NamedMapping:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            raise ValueError(f"it has version {content['version']}")
        return NamedMapping(content["name"] or "", content["fingerprint"], Mapping.from_dict(content["mapping"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise error(faults.SAVED_BROKEN, file=path, problem=fault) from None
