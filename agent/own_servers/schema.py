"""The arguments of a stranger's tool, as a model may be told them: JSON Schema of known words, bounded, nothing hidden.

What does not fit is not mended: a tool whose arguments cannot be told exactly is not offered.
"""

import json
import re
from typing import Any

from agent.brains.fencing import fenced, plain

MOST_BYTES = 4_000
MOST_CHOICES = 60
DEEPEST = 8
LONGEST_TEXT = 200
LONGEST_EXACT = 80
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_NUMBERS = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
    | {"minItems", "maxItems"}
)
_EXACT = frozenset({"type", "const", "default", "format", "$ref"})
_ALTERNATIVES = ("anyOf", "oneOf", "allOf")


class Unfit(Exception):
    """Why a tool cannot be offered, in words for the person."""


def told_schema(schema: Any) -> dict[str, Any]:
    """The schema of a tool's arguments with the keywords that are known, its descriptions fenced.

    Raises:
        Unfit: something of it cannot be told.
    """
    told = _part(schema, 0)
    for key in (*_ALTERNATIVES, "$ref", "enum", "const", "default"):
        # At the root the services of models take an object and nothing else.
        told.pop(key, None)
    told["type"] = "object"
    if len(json.dumps(told)) > MOST_BYTES:
        raise Unfit(f"its arguments take more than {MOST_BYTES:,} bytes to describe")
    return told


def _part(schema: Any, depth: int) -> dict[str, Any]:
    if not isinstance(schema, dict):
        raise Unfit("its arguments are not described by a JSON Schema")
    if depth > DEEPEST:
        raise Unfit("its arguments are nested too deeply")
    told: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _NUMBERS and isinstance(value, int | float):
            told[key] = value
        elif key in _EXACT:
            told[key] = _exact(value, depth)
        elif key == "description":
            told[key] = fenced(plain(str(value)[: 4 * LONGEST_TEXT], LONGEST_TEXT))
        elif key == "required" and isinstance(value, list):
            told[key] = [_name(name) for name in value]
        elif key == "enum" and isinstance(value, list):
            told[key] = _choices(value, depth)
        elif key in ("properties", "$defs", "definitions") and isinstance(value, dict):
            told[key] = {_name(name): _flag_or_part(part, depth) for name, part in value.items()}
        elif key in ("items", "additionalProperties"):
            told[key] = _flag_or_part(value, depth)
        elif key in _ALTERNATIVES and isinstance(value, list):
            told[key] = [_part(part, depth + 1) for part in value]
    return told


def _flag_or_part(value: Any, depth: int) -> Any:
    return value if isinstance(value, bool) else _part(value, depth + 1)


def _choices(values: list[Any], depth: int) -> list[Any]:
    if len(values) > MOST_CHOICES:
        raise Unfit("one of its arguments has too many choices")
    return [_exact(value, depth) for value in values]


def _exact(value: Any, depth: int) -> Any:
    """Text that must stay as it is, or it means something else: so what could hide words in it is refused."""
    if depth > DEEPEST:
        raise Unfit("its arguments are nested too deeply")
    if isinstance(value, list):
        return _choices(value, depth + 1)
    if isinstance(value, dict):
        return {_name(key): _exact(one, depth + 1) for key, one in value.items()}
    if isinstance(value, str) and (len(value) > LONGEST_EXACT or value.strip() != plain(value, LONGEST_EXACT)):
        raise Unfit("its arguments hold text that is hidden or too long")
    return value


def _name(name: Any) -> str:
    if not isinstance(name, str) or not _KEY.fullmatch(name):
        raise Unfit("an argument has a name that models do not take")
    return name
