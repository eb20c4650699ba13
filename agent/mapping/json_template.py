"""Rendering without a builder: JSON whose leaves are templates, for jobs that carry their own template."""

import json
from collections.abc import Mapping as Row
from functools import lru_cache
from typing import Any

from agent.errors import error
from agent.mapping import faults
from agent.mapping.sandbox import NO_VALUE, compiled_text
from agent.mapping.template import FIELD_LIMIT, identifier


def render(
    template: str | dict[str, Any] | None, row_data: Row[str, Any], shipper_info: Row[str, Any]
) -> dict[str, Any]:
    """The payload of a row. An empty template, or none, renders `{}`.

    Every text in the JSON is a template over the row's columns (`{{ ship_name }}`, `{{ row["Ship Name"] }}`) and
    `shipper`. What a cell holds ends up inside one text and can never change the structure.

    Raises:
        ShipchatError: E-2253 for no JSON object, E-2250 for a template that is not allowed, E-2252 for a missing column
            or a cell that a filter cannot read.
    """
    if template is None:
        return {}
    if isinstance(template, str):
        if not template.strip():
            return {}
        template = _parsed(template)
    row = {column: "" if value is None else value for column, value in row_data.items()}
    names = {identifier(column): value for column, value in row.items() if isinstance(column, str)}
    shipper = dict(shipper_info)
    context = {**names, "row": row, "shipper": shipper, "shipper_info": shipper}
    try:
        return {key: _rendered(value, key, context) for key, value in template.items()}
    except RecursionError:
        raise error(faults.BAD_JSON_TEMPLATE, problem="it is nested too deeply") from None


def _parsed(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise error(faults.BAD_JSON_TEMPLATE, problem=fault) from None
    if not isinstance(parsed, dict):
        raise error(faults.BAD_JSON_TEMPLATE, problem="it is not an object")
    return parsed


_compiled = lru_cache(maxsize=1024)(compiled_text)


def _rendered(value: Any, place: str, context: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _rendered(inner, f"{place}.{key}", context) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rendered(inner, f"{place}.{index}", context) for index, inner in enumerate(value)]
    if not isinstance(value, str) or "{" not in value:
        return value
    try:
        text = _compiled(value, place).render(context)
    except NO_VALUE as fault:
        raise error(faults.NOT_RENDERED, place, field=place, problem=fault) from None
    if len(text) > FIELD_LIMIT:
        raise error(faults.NOT_RENDERED, place, field=place, problem=f"more than {FIELD_LIMIT} characters")
    return text
