"""Mappings: an expression per field, over the cells of a row, in a sandbox that can do nothing else.

An expression is Jinja2: `row["Ship Name"]`, `ship_name | truncate_address(35)`, `row.city if row.city else "?"`.
What it may be made of is in `sandbox`.
"""

import json
from collections.abc import Callable
from collections.abc import Mapping as Row
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from jinja2 import Undefined, nodes
from rapidfuzz import process

from agent.errors import error
from agent.mapping import faults
from agent.mapping.columns import MappingProposal
from agent.mapping.filters import FilterFault
from agent.mapping.sandbox import NO_VALUE, allowed_tree, compiled_expression
from agent.mapping.weight_columns import WEIGHTS

FIELD_LIMIT: Final = 1024
CELL_LIMIT: Final = 32_767
"""Letters of a cell that an expression may work on: as many as a cell of a workbook holds."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a person confirms: an expression per field, and constants that hold for every row.

    Constants are slots of `Answers`: `weight`, `weight_unit`, `box`, `dimension_unit`, `service`, `order_lines` ...
    """

    fields: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as plans and the store keep it."""
        return {"fields": dict(self.fields), "constants": dict(self.constants)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Mapping":
        """The mapping of a JSON form.

        Raises:
            ValueError: the form is not one.
        """
        fields, constants = stored.get("fields"), stored.get("constants", {})
        return cls(_texts(fields), _texts(constants))


def _texts(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise ValueError("a mapping has `fields` and `constants`, texts by name")
    return dict(value)


def column_expression(*columns: str) -> str:
    """The expression of one column, or of several joined by blanks."""
    return ' ~ " " ~ '.join(f"row[{json.dumps(column, ensure_ascii=False)}]" for column in columns)


def sum_expression(*columns: str) -> str:
    """The expression of a weight that several columns state together; one column as it is."""
    return ' ~ " + " ~ '.join(column_expression(column) for column in columns)


def field_expression(name: str, *columns: str) -> str:
    """The expression of a field over its columns: weights are added up, other texts joined by blanks."""
    return sum_expression(*columns) if name in WEIGHTS else column_expression(*columns)


def mapping_from(proposal: MappingProposal, answers: Row[str, str]) -> Mapping:
    """The mapping of a proposal; `answers` settle ambiguous fields (`column:weight` -> column) and constants."""
    columns = {name: match.columns for name, match in proposal.fields.items()}
    chosen = {slot.removeprefix("column:"): (column,) for slot, column in answers.items() if slot.startswith("column:")}
    constants = {slot: text for slot, text in answers.items() if not slot.startswith("column:")}
    return Mapping({name: field_expression(name, *found) for name, found in (columns | chosen).items()}, constants)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The texts of a row by field, and what could not be rendered, by field."""

    texts: dict[str, str]
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """A mapping ready for many rows."""

    mapping: Mapping
    _getters: dict[str, Callable[[dict[str, Any]], str]]
    columns: dict[str, tuple[str, ...]]
    """Which columns each field reads, for naming cells."""

    def fields_of(self, column: str) -> list[str]:
        """The fields whose cell is named so to a person: the columns that they read, or the field itself."""
        return [name for name, read in self.columns.items() if column in (", ".join(read), name)]

    def render(self, data: Row[str, Any]) -> Rendered:
        """Text by field; every text is stripped and at most 1 KB."""
        row = {column: "" if value is None else str(value) for column, value in data.items()}
        texts: dict[str, str] = {}
        problems: dict[str, str] = {}
        for name, getter in self._getters.items():
            try:
                texts[name] = getter(row)
            except NO_VALUE as fault:
                problems[name] = str(fault)
        return Rendered(texts, problems)


def compile_mapping(mapping: Mapping) -> CompiledMapping:
    """Lint and compile every expression.

    Raises:
        ShipchatError: E-2250 for an expression that is not allowed.
    """
    getters, columns = {}, {}
    for name, expression in mapping.fields.items():
        read = read_columns(expression, name)
        columns[name] = read
        getters[name] = _getter(expression, name, read)
    return CompiledMapping(mapping, getters, columns)


def check_columns(mapping: Mapping, columns: list[str]) -> None:
    """Raise E-2251 where an expression names a column that the sheet does not have."""
    known = set(columns) | {identifier(column) for column in columns}
    for name, expression in mapping.fields.items():
        for column in read_columns(expression, name):
            if column not in known:
                found = process.extractOne(column, columns, score_cutoff=60)
                nearest = f"; nearest: {found[0]}" if found else ""
                raise error(faults.UNKNOWN_COLUMN, field=name, column=column, nearest=nearest)


def identifier(column: str) -> str:
    """How a column is named without `row[...]`: `Ship Name` -> `ship_name`."""
    word = "".join(letter if letter.isalnum() else "_" for letter in column.strip().casefold())
    return f"_{word}" if word[:1].isdigit() else word


def read_columns(expression: str, name: str) -> tuple[str, ...]:
    """The columns that an allowed expression reads.

    Raises:
        ShipchatError: E-2250, naming what is not allowed.
    """
    tree = allowed_tree("{{ " + expression + " }}", name)
    outputs = list(tree.find_all(nodes.Output))
    if len(tree.body) != 1 or len(outputs) != 1 or len(outputs[0].nodes) != 1:
        raise error(faults.BAD_TEMPLATE, field=name, problem="it must be one expression")
    return _columns_of(tree)


def constant_texts(expression: str, name: str) -> list[str]:
    """The texts that an expression brings along itself, names of columns aside.

    Raises:
        ShipchatError: E-2250 for an expression that is not allowed.
    """
    tree = allowed_tree("{{ " + expression + " }}", name)
    keys = {id(node.arg) for node in tree.find_all(nodes.Getitem)}
    return [str(node.value) for node in tree.find_all(nodes.Const) if id(node) not in keys]


def _columns_of(tree: nodes.Template) -> tuple[str, ...]:
    found: list[str] = []
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        column = _item_of_row(node)
        if column is not None:
            found.append(column)
        elif isinstance(node, nodes.Name) and node.name not in {"row", "shipper"}:
            found.append(node.name)
    return tuple(dict.fromkeys(found))


def _item_of_row(node: nodes.Node) -> str | None:
    """`row["X"]` and `row.X` -> X."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "row":
        return node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name) and node.node.name == "row":
        return str(node.arg.value) if isinstance(node.arg, nodes.Const) else None
    return None


def _getter(expression: str, name: str, columns: tuple[str, ...]) -> Callable[[dict[str, Any]], str]:
    """A function from a row to the field's text; a bare column is read without the sandbox."""
    if len(columns) == 1 and expression.strip() == column_expression(columns[0]):
        return _cell_getter(columns[0])
    compiled = compiled_expression(expression, name)
    bare = _bare_names(expression, name)

    def evaluate(row: dict[str, Any]) -> str:
        context = _context(row, bare) if bare else {}
        if any(len(cell) > CELL_LIMIT for cell in (*context.values(), *(row.get(column, "") for column in columns))):
            raise FilterFault(f"a cell of {name} has more than {CELL_LIMIT} characters")
        found = compiled(context, row=row)
        if isinstance(found, Undefined):
            found = str(found)  # A missing column raises here, with its name.
        return _text(found, name)

    return evaluate


def _cell_getter(column: str) -> Callable[[dict[str, Any]], str]:
    def cell(row: dict[str, Any]) -> str:
        if column not in row:
            raise FilterFault(f"the row has no column {column}")
        return str(row[column]).strip()

    return cell


def _bare_names(expression: str, name: str) -> frozenset[str]:
    """The columns that an expression names without `row[...]`."""
    names = allowed_tree("{{ " + expression + " }}", name).find_all(nodes.Name)
    return frozenset(node.name for node in names) - {"row", "shipper"}


def _context(row: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {word: value for column, value in row.items() if (word := _identifier(column)) in names}


_identifier = lru_cache(maxsize=4096)(identifier)


def _text(value: object, name: str) -> str:
    if isinstance(value, float) and not isfinite(value):
        raise FilterFault(f"{name} is not a number that can be written")
    text = "" if value is None else str(value).strip()
    if len(text) > FIELD_LIMIT:
        raise FilterFault(f"{name} has more than {FIELD_LIMIT} characters")
    return text
