"""Mappings: an expression per field, over the cells of a row, in a sandbox that can do nothing else.

An expression is Jinja2: `row["Ship Name"]`, `ship_name | truncate_address(35)`, `row.city if row.city else "?"`.
A lint over its syntax tree allows columns, constants, the filters, comparisons, `if`, `+`, `-`, `/` and `~`; no loops,
calls, methods, `*` or `**`, so no template can take long or reach anything (the sandbox alone stops neither loops nor
huge texts).
"""

import json
from collections.abc import Callable
from collections.abc import Mapping as Row
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from rapidfuzz import process

from agent.errors import error
from agent.mapping import faults
from agent.mapping.columns import MappingProposal
from agent.mapping.filters import FILTERS, FilterFault
from agent.mapping.weight_columns import WEIGHTS

TEMPLATE_LIMIT: Final = 2048
FIELD_LIMIT: Final = 1024
_BUILTIN_FILTERS: Final = ("upper", "lower", "title", "capitalize", "trim")
_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem),
    *(nodes.Filter, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat),
    *(nodes.Add, nodes.Sub, nodes.Div, nodes.Neg, nodes.Test, nodes.Keyword, nodes.If),
)
_INTERNAL_NAMES: Final = frozenset({"self", "loop", "caller", "varargs", "kwargs", "super"})
_TESTS: Final = frozenset({"defined", "undefined", "none"})


class _Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are items: `row.items` is the column `items`, never a method."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


def _environment() -> _Sandbox:
    sandbox = _Sandbox(undefined=StrictUndefined, autoescape=False, cache_size=0)
    allowed = {name: sandbox.filters[name] for name in _BUILTIN_FILTERS}
    sandbox.filters = {**allowed, **FILTERS}
    sandbox.tests = {name: sandbox.tests[name] for name in _TESTS}
    sandbox.globals = {}
    return sandbox


SANDBOX: Final = _environment()


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
            except (FilterFault, TemplateError, TypeError, ValueError) as fault:
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
    tree = _allowed_tree("{{ " + expression + " }}", name)
    outputs = list(tree.find_all(nodes.Output))
    if len(tree.body) != 1 or len(outputs) != 1 or len(outputs[0].nodes) != 1:
        raise error(faults.BAD_TEMPLATE, field=name, problem="it must be one expression")
    return _columns_of(tree)


def constant_texts(expression: str, name: str) -> list[str]:
    """The texts that an expression brings along itself, names of columns aside.

    Raises:
        ShipchatError: E-2250 for an expression that is not allowed.
    """
    tree = _allowed_tree("{{ " + expression + " }}", name)
    keys = {id(node.arg) for node in tree.find_all(nodes.Getitem)}
    return [str(node.value) for node in tree.find_all(nodes.Const) if id(node) not in keys]


def check_text_template(source: str, name: str) -> None:
    """Refuse (E-2250) a text with templates in it that do more than an expression may."""
    _allowed_tree(source, name)


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


def _allowed_tree(source: str, name: str) -> nodes.Template:
    if len(source) > TEMPLATE_LIMIT:
        raise error(faults.BAD_TEMPLATE, field=name, problem=f"it has more than {TEMPLATE_LIMIT} characters")
    try:
        tree = SANDBOX.parse(source)
    except TemplateError as fault:
        raise error(faults.BAD_TEMPLATE, field=name, problem=str(fault)) from None
    for node in tree.find_all(nodes.Node):
        problem = _problem(node)
        if problem:
            raise error(faults.BAD_TEMPLATE, field=name, problem=problem)
    return tree


def _problem(node: nodes.Node) -> str:
    kind = type(node).__name__
    if not isinstance(node, _ALLOWED):
        return f"`{kind.lower()}` is not allowed"
    if isinstance(node, nodes.Filter) and node.name not in SANDBOX.filters:
        return f"there is no filter {node.name}"
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        return f"there is no test {node.name}"
    if isinstance(node, nodes.Name) and node.name in _INTERNAL_NAMES:
        return f'`{node.name}` is no column (write row["{node.name}"])'
    if isinstance(node, nodes.Getattr) and not _on_data(node.node):
        return "only `row` and `shipper` have columns"
    if isinstance(node, nodes.Getitem) and not (_on_data(node.node) and isinstance(node.arg, nodes.Const)):
        return "only `row` and `shipper` have columns, named by a text"
    return ""


def _on_data(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.name in {"row", "shipper", "shipper_info"}
    return isinstance(node, nodes.Getattr | nodes.Getitem) and _on_data(node.node)


def _getter(expression: str, name: str, columns: tuple[str, ...]) -> Callable[[dict[str, Any]], str]:
    """A function from a row to the field's text; a bare column is read without the sandbox."""
    if len(columns) == 1 and expression.strip() == column_expression(columns[0]):
        return _cell_getter(columns[0])
    compiled = SANDBOX.compile_expression(expression, undefined_to_none=False)
    bare = _bare_names(expression, name)

    def evaluate(row: dict[str, Any]) -> str:
        found = compiled(_context(row, bare), row=row) if bare else compiled(row=row)
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
    names = _allowed_tree("{{ " + expression + " }}", name).find_all(nodes.Name)
    return frozenset(node.name for node in names) - {"row", "shipper"}


def _context(row: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {word: value for column, value in row.items() if (word := _identifier(column)) in names}


_identifier = lru_cache(maxsize=4096)(identifier)


def _text(value: object, name: str) -> str:
    text = "" if value is None else str(value).strip()
    if len(text) > FIELD_LIMIT:
        raise FilterFault(f"{name} has more than {FIELD_LIMIT} characters")
    return text
