"""What a comparison means: by value where both sides have one, else as text without case and outer blanks.

Every comparison yields true or false, so negation keeps empty cells.
"""

import re

from mcp_servers.data.faults import MISFIT
from mcp_servers.data.guard.typed import (
    Kind,
    Typed,
    as_moment,
    as_number,
    as_text,
    as_truth,
    moment_literal,
    number_literal,
    repeated,
    truth_word,
)
from mcp_servers.data.table.values import BLANKS, literal, truth_sql
from mcp_servers.shared.faults import fault

_EQUALITY = "="


def compare(left: Typed, operator: str, right: Typed) -> str:
    """`left operator right` for =, <, <=, > or >=; false where a side is empty (two empty texts are equal)."""
    for side in (left, right):
        if side.kind is Kind.NULL:
            raise fault(MISFIT, part=f"{operator} NULL", reason="nothing equals NULL", instead="Write IS NULL.")
        if side.kind is Kind.INTERVAL:
            raise fault(MISFIT, part=side.shown, reason="an interval has no order", instead="Add it to a date.")
    way = _common(left, right, operator)
    if way is Kind.TRUTH:
        return _truths(left, operator, right)
    if way is Kind.NUMBER:
        return f"coalesce({as_number(left)} {operator} {as_number(right)}, false)"
    if way is Kind.DATE:
        return _moments(left, operator, right)
    first, second = _folded(left), _folded(right)
    if operator == _EQUALITY:
        return f"(coalesce({first}, '') = coalesce({second}, ''))"
    return f"coalesce({first} {operator} {second}, false)"


def one_of(left: Typed, choices: list[Typed]) -> str:
    """`left IN (choices)`: one list where all mean text, else each by its own rule."""
    way = one_way(left, choices)
    if way is Kind.TEXT:
        listed = ", ".join(_folded(choice) for choice in choices)
        return f"(coalesce({_folded(left)}, '') IN ({listed}))"
    if way is Kind.NUMBER:
        return f"coalesce({as_number(left)} IN ({', '.join(as_number(choice) for choice in choices)}), false)"
    return "(" + " OR ".join(compare(repeated(left), _EQUALITY, choice) for choice in choices) + ")"


def one_way(left: Typed, choices: list[Typed]) -> Kind | None:
    """Text or number, where all written choices mean that and `left` is computed once; else None."""
    ways = {_common(left, choice, _EQUALITY) if choice.constant is not None else None for choice in choices}
    (way, *others) = ways
    return way if not others and way in (Kind.TEXT, Kind.NUMBER) else None


def _folded(value: Typed) -> str:
    """Text without case and outer blanks; a cell's text comes without blanks already."""
    if value.kind is Kind.CELL:
        return f"lower({as_text(value)})"
    if value.constant is not None and value.kind is Kind.TEXT:
        return f"lower({literal(value.constant.strip(BLANKS))})"
    return f"lower(trim({as_text(value)}, {literal(BLANKS)}))"


def is_empty(value: Typed) -> str:
    """`value IS NULL`, which an empty cell and '' are too."""
    if value.kind in (Kind.CELL, Kind.TEXT):
        return f"(coalesce(trim({as_text(value)}), '') = '')"
    return f"({value.sql} IS NULL)"


def _common(left: Typed, right: Typed, operator: str) -> Kind:
    kinds = {left.kind, right.kind}
    if Kind.TRUTH in kinds or _is_truth(left, right) or _is_truth(right, left):
        return Kind.TRUTH
    if Kind.NUMBER in kinds:
        return Kind.NUMBER
    if kinds & {Kind.DATE, Kind.MOMENT}:
        return Kind.DATE
    for cell, other in ((left, right), (right, left)):
        if cell.kind is not Kind.CELL or cell.column is None:
            continue
        if (way := _by_column(cell, other, operator)) is not None:
            return way
    return Kind.TEXT


def _is_truth(cell: Typed, other: Typed) -> bool:
    boolean = cell.column is not None and cell.kind is Kind.CELL and cell.column.type == "boolean"
    return boolean and truth_word(other) is not None


def _by_column(cell: Typed, other: Typed, operator: str) -> Kind | None:
    """How a column's type and the other side decide; None leaves it to text."""
    assert cell.column is not None
    kind = cell.column.type
    if other.constant is None:
        if kind in ("integer", "decimal"):
            return Kind.NUMBER
        return Kind.DATE if kind == "date" and other.column is not None and other.column.type == "date" else None
    is_number = number_literal(other.constant) is not None
    if is_number and (kind in ("integer", "decimal") or (kind == "text" and operator != _EQUALITY)):
        return Kind.NUMBER
    is_date = moment_literal(other.constant) is not None
    # A text column that holds dates among other things is still ordered by date.
    if is_date and (kind == "date" or (cell.column.date_order is not None and operator != _EQUALITY)):
        return Kind.DATE
    # Among ISO dates nothing equals a text of another form, and `<>` would take every row.
    never_equal = cell.column.date_order == "iso" and re.match(r"\d{4}[-/]", other.constant.strip()) is None
    if kind == "date" and (operator != _EQUALITY or never_equal) and other.constant.strip():
        return Kind.DATE
    return None


def _truths(left: Typed, operator: str, right: Typed) -> str:
    if operator != _EQUALITY:
        raise fault(
            MISFIT,
            part=f"{left.shown} {operator} {right.shown}",
            reason="true and false have no order",
            instead="Use =.",
        )
    sides = []
    for side in (left, right):
        word = truth_word(side) if side.kind is not Kind.TRUTH else None
        if word is not None:
            sides.append("true" if word else "false")
        elif side.kind is Kind.CELL and side.column is not None:
            sides.append(truth_sql(side.column))
        else:
            sides.append(as_truth(side))
    return f"coalesce(({sides[0]}) = ({sides[1]}), false)"


def _moments(left: Typed, operator: str, right: Typed) -> str:
    (first, first_kind), (second, second_kind) = as_moment(left), as_moment(right)
    # Against a bare date only the day counts: "after 1 November" begins on the 2nd.
    if Kind.DATE in (first_kind, second_kind):
        first, second = f"CAST({first} AS DATE)", f"CAST({second} AS DATE)"
    return f"coalesce({first} {operator} {second}, false)"
