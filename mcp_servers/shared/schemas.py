"""The schemas that tools publish, without what only repeats itself: a client pays for every byte of them.

Pydantic gives each property a title that is its name again and each optional one `"default": null`. What an answer
leaves out where there is nothing to say is published so: not required, and never null.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel, WithJsonSchema

Schema = dict[str, Any]
_NAMED = ("properties", "$defs")
_LISTED = ("anyOf", "allOf", "oneOf", "prefixItems")
_SINGLE = ("items", "if", "then", "else", "additionalProperties")
_AT = "#/$defs/"
_NULL = {"type": "null"}


def arguments_schema(model: type[BaseModel]) -> Schema:
    """The input schema of a tool: whoever has nothing to say may leave a property out or send null."""
    schema = _rewritten(_parts_in_place(model.model_json_schema()))
    # The tool's own description says more.
    return {key: value for key, value in schema.items() if key != "description"}


def answer_schema(model: type[BaseModel]) -> Schema:
    """The output schema of a tool whose answers leave out what is None, as `ToolTable` writes every `Answer`."""
    schema = model.model_json_schema(mode="serialization")
    for part in schema.get("$defs", {}).values():
        # The name of a part says enough: what a client has to know stands at the property or at the answer.
        part.pop("description", None)
    published = _each_part(_rewritten(_parts_in_place(schema)), _answered)
    # What an answer is, the tool says; only what explains a field is told.
    if "`" not in published.get("description", ""):
        published.pop("description", None)
    return published


def as_in(tool: str, *kinds: str) -> WithJsonSchema:
    """The annotation of a part that another tool publishes whole: it is checked the same. An object, if not said."""
    kind = list(kinds) if len(kinds) > 1 else (kinds or ("object",))[0]
    return WithJsonSchema({"type": kind, "description": f"As in {tool}."})


def same_answer(tool: str) -> Schema:
    """The output schema of a tool that answers as another does: what is long is published once."""
    return {"type": "object", "description": f"The same as the answer of {tool}."}


def _parts_in_place(schema: Schema) -> Schema:
    """A part that is used once stands where it is used; what the property says of it goes before what it says itself.

    One that holds itself is used twice, and stays where it is.
    """
    parts = dict(schema.get("$defs", {}))
    while True:
        named = Counter(_names_in([{**schema, "$defs": {}}, parts]))
        once = next((name for name in parts if named[name] == 1), None)
        if once is None:
            break
        reference, part = f"{_AT}{once}", parts.pop(once)

        def placed(at: Schema, reference: str = reference, part: Schema = part) -> Schema:
            if at.get("$ref") != reference:
                return at
            return part | {key: value for key, value in at.items() if key != "$ref"}

        schema = _each_part({**schema, "$defs": parts}, placed)
        parts = schema["$defs"]
    return schema if parts else {key: value for key, value in schema.items() if key != "$defs"}


def _names_in(value: Any) -> Iterator[str]:
    """The part of each reference."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix(_AT)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _names_in(each)


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
        kept = {key: value for key, value in part.items() if key != "title" and (key, value) != ("default", None)}
        return _or_null(kept)

    return _each_part(schema, plain)


def _or_null(part: Schema) -> Schema:
    """`{"type": ["string", "null"], ...}` says in fewer bytes what `anyOf` with a null says."""
    kinds: list[Schema] = part.get("anyOf", [])
    if len(kinds) != 2 or kinds[1] != _NULL or not isinstance(kinds[0].get("type"), str):
        return part
    if kinds[0].keys() & {"enum", "const"}:
        return part
    rest = {key: value for key, value in part.items() if key != "anyOf"}
    return kinds[0] | {"type": [kinds[0]["type"], "null"]} | rest


def _answered(schema: Schema) -> Schema:
    """An object whose properties are absent instead of null. That it says nothing else, no client has to check."""
    schema = {key: value for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
    properties = schema.get("properties")
    if not properties:
        return schema
    optional = {name for name, part in properties.items() if _may_be_null(part)}
    required = [name for name in schema.get("required", []) if name not in optional]
    rest = {key: value for key, value in schema.items() if key != "required"}
    found = {name: _not_null(part) if name in optional else part for name, part in properties.items()}
    return rest | {"properties": found} | ({"required": required} if required else {})


def _may_be_null(part: Schema) -> bool:
    return _NULL in part.get("anyOf", []) or "null" in _types(part)


def _types(part: Schema) -> list[str]:
    kinds = part.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _not_null(part: Schema) -> Schema:
    if "anyOf" not in part:
        return part | {"type": next(kind for kind in _types(part) if kind != "null")}
    kinds = [kind for kind in part["anyOf"] if kind != _NULL]
    rest = {key: value for key, value in part.items() if key != "anyOf"}
    return kinds[0] | rest if len(kinds) == 1 else {"anyOf": kinds} | rest
