"""What a call of a tool is called in the chat: plain words, where a log has its arguments."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Arguments = Mapping[str, Any]
_FUNCTIONS: Final = {"count": "number", "sum": "total", "avg": "average", "min": "lowest", "max": "highest"}
_SIMPLE = re.compile(
    r"""\s*(?:NOT\s+)?(?P<column>"[^"]+"|[A-Za-z_]\w*)\s*
        (?P<operator>=|<>|!=|<=|>=|<|>|(?:NOT\s+)?I?LIKE\b|(?:NOT\s+)?IN\b)\s*
        (?P<value>'[^']*'|[-\d.]+|\((?:\s*(?:'[^']*'|[-\d.]+)\s*,?)+\))\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_OPERATORS: Final = {
    "=": "is", "<>": "is not", "!=": "is not", "<": "is below", ">": "is over", "<=": "is at most", ">=": "is at least",
    "IN": "is one of", "NOT IN": "is none of", "LIKE": "is like", "ILIKE": "is like",
}  # fmt: skip


def clause_words(clause: str) -> str:
    """`"State" = 'CA' AND "Weight" > 10` -> `State is CA and Weight is over 10`; empty for what is not as simple."""
    words, at = [], 0
    while match := _SIMPLE.match(clause, at):
        operator = _OPERATORS.get(" ".join(match["operator"].upper().split()))
        if operator is None or match[0].lstrip()[:4].upper() == "NOT ":
            return ""
        value = re.sub(r"'([^']*)'", r"\1", match["value"]).strip("()")
        words.append(f"{match['column'].strip(chr(34))} {operator} {value}")
        at = match.end()
        joint = re.compile(r"(AND|OR)\b", re.IGNORECASE).match(clause, at)
        if joint is None:
            break
        words.append(joint[1].lower())
        at = joint.end()
    # Conditions and what joins them take turns.
    return " ".join(words) if len(words) % 2 and at == len(clause) else ""


def _rows(arguments: Arguments) -> str:
    clause = str(arguments.get("where") or "TRUE").strip()
    if clause.upper() == "TRUE":
        return "all orders"
    words = clause_words(clause)
    return f"the orders where {words}" if words else "the orders that were asked for"


def _aggregate(arguments: Arguments) -> str:
    function, column = str(arguments.get("function")), arguments.get("column")
    what = f"the {_FUNCTIONS.get(function, function)} of {column or 'orders'}"
    group = arguments.get("group_by")
    return f"worked out {what}" + (f" by {group}" if group else "") + f", {_rows(arguments)}"


def _listed(rows: Any) -> str:
    return ", ".join(map(str, rows or []))


_WORDS: Final[dict[str, Callable[[Arguments], str]]] = {
    "describe_sheet": lambda _: "read the columns of the sheet",
    "column_values": lambda given: f"looked at the values of {given.get('column')}",
    "count_rows": lambda given: f"counted {_rows(given)}",
    "show_rows": lambda given: f"looked up {_rows(given)}",
    "aggregate": _aggregate,
    "open_sheet": lambda given: f"opened {given.get('path')}",
    "propose_shipment": lambda given: f"selected: {given.get('in_words')}",
    "leave_out": lambda given: f"left out row {_listed(given.get('sheet_rows'))}",
    "undo_proposal": lambda _: "went back to the preview before",
    "compare_services": lambda given: f"compared prices: {_listed(given.get('services')) or 'all that go there'}",
    "set_default": lambda given: f"noted the {str(given.get('field')).replace('_', ' ')}: {given.get('value')}",
    "set_column": lambda given: f"took {given.get('column')} for the {str(given.get('field')).replace('_', ' ')}",
    "ask_person": lambda _: "asked you",
    "batches": lambda _: "looked at earlier batches",
    "mappings": lambda _: "looked at the mapping of the columns",
    "queue_read": lambda _: "read the jobs queue",
    "help": lambda _: "opened the help",
}


def step_words(tool: str, arguments: Arguments) -> str:
    """One line for the chat; a tool that is not known here goes by its name."""
    said = _WORDS.get(tool)
    return said(arguments) if said is not None else tool.replace("__", ": ").replace("_", " ")
