"""The schemas that tools publish, without what only repeats itself: a client pays for every byte of them.

Pydantic gives each property a title that is its name again and each optional one `"default": null`. What an answer
leaves out where there is nothing to say is published so: not required, and never null.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]
_NAMED = ("properties", "$defs")
_LISTED = ("anyOf", "allOf", "oneOf", "prefixItems")
_SINGLE = ("items", "if", "then", "else", "additionalProperties")
_NULL = {"type": "null"}


def arguments_schema(model: type[BaseModel]) -> Schema:
    """The input schema of a tool: whoever has nothing to say may leave a property out or send null."""
    schema = _rewritten(model.model_json_schema())
    # The tool's own description says more.
    return {key: value for key, value in schema.items() if key != "description"}


def answer_schema(model: type[BaseModel]) -> Schema:
    """The output schema of a tool whose answers leave out what is None, as `ToolTable` writes every `Answer`."""
    schema = _rewritten(model.model_json_schema(mode="serialization"))
    return _each_part(schema, _without_nulls)


def same_answer(tool: str) -> Schema:
    """The output schema of a tool that answers as another does: what is long is published once."""
    return {"type": "object", "description": f"The same as the answer of {tool}."}


def _each_part(schema: Schema, rule: Callable[[Schema], Schema]) -> Schema:
    """A copy with the rule applied to every schema inside, and then to the schema itself."""
    copy = dict(schema)
    for key in _NAMED:
        if key in copy:
            copy[key] = {name: _each_part(part, rule) for name, part in copy[key].items()}
    for key in _LISTED:
        if key in copy:
            copy[key] = [_each_part(part, rule) for part in copy[key]]
    for key in _SINGLE:
        if isinstance(copy.get(key), dict):
            copy[key] = _each_part(copy[key], rule)
    return rule(copy)


def _rewritten(schema: Schema) -> Schema:
    def plain(part: Schema) -> Schema:
        return {key: value for key, value in part.items() if key != "title" and (key, value) != ("default", None)}

    return _each_part(schema, plain)


def _without_nulls(schema: Schema) -> Schema:
    """An object whose properties are absent instead of null."""
    properties = schema.get("properties")
    if not properties:
        return schema
    optional = {name for name, part in properties.items() if _NULL in part.get("anyOf", [])}
    required = [name for name in schema.get("required", []) if name not in optional]
    rest = {key: value for key, value in schema.items() if key != "required"}
    found = {name: _not_null(part) if name in optional else part for name, part in properties.items()}
    return rest | {"properties": found} | ({"required": required} if required else {})


def _not_null(part: Schema) -> Schema:
    kinds = [kind for kind in part["anyOf"] if kind != _NULL]
    rest = {key: value for key, value in part.items() if key != "anyOf"}
    return kinds[0] | rest if len(kinds) == 1 else {"anyOf": kinds} | rest
