"""What a model may ask about people's columns: whether they are empty, and the words that the person used.

Counts alone tell a cell letter by letter (`substr("Phone", 1, 1) = '6'`). So in a condition on such a column the texts
and numbers come from the person's own words, and nothing takes a cell apart.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.errors import ErrorKind, error

NOT_THE_PERSONS_WORDS = ErrorKind(
    "E-2390",
    "A condition on {column}, which holds personal data, may only use what the person said.",
    "Use a word of theirs (e.g. ILIKE '%word%'), or IS NULL; else ask them.",
)
_JOINS = (exp.And, exp.Or, exp.Not, exp.Paren, exp.Where)
_TESTS = (
    *(exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike, exp.Is, exp.Escape),
    *(exp.StartsWith, exp.EndsWith, exp.Contains),
)
_INSIDE = (
    *(*_TESTS, exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Not),
    *(exp.Lower, exp.Upper, exp.Trim, exp.Coalesce),
)
_LONG_ENOUGH = 3
"""Letters from which on a part of a word counts as said."""


def check_people_clause(clause: str, people: Iterable[str], said: Iterable[str]) -> None:
    """Raise E-2390 for a condition that finds out about people's cells what nobody said.

    A clause that cannot be read is left to the data server, which refuses it.
    """
    held = {name.casefold() for name in people}
    words = "\n".join(said).casefold()
    try:
        tree = sqlglot.parse_one(f"SELECT 1 WHERE (\n{clause}\n)", read="duckdb")
    except (SqlglotError, RecursionError):
        return
    for column in tree.find_all(exp.Column):
        if column.name.casefold() in held and not _harmless(_condition_of(column), words):
            raise error(NOT_THE_PERSONS_WORDS, where=f"column {column.name}", column=column.name)


def _condition_of(column: exp.Expression) -> Any:
    """The whole condition that a column is part of, up to the next AND, OR or NOT."""
    node: Any = column
    while node.parent is not None and not isinstance(node.parent, _JOINS):
        node = node.parent
    return node


def _harmless(condition: Any, words: str) -> bool:
    if not isinstance(condition, _TESTS) or not all(isinstance(node, _INSIDE) for node in condition.walk()):
        return False
    return all(_was_said(text, words) for text in _texts(condition))


def _texts(condition: Any) -> Iterator[str]:
    return (str(node.this) for node in condition.find_all(exp.Literal))


def _was_said(text: str, words: str) -> bool:
    bare = text.replace("%", " ").replace("_", " ").strip().casefold()
    if len(bare) >= _LONG_ENOUGH:
        return bare in words
    return not bare or re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", words) is not None
