"""Which values of a column a clause asks for: what the person has named goes before a rule about it."""

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


@lru_cache(maxsize=64)
def named_values(clause: str, column: str) -> "NamedValues":
    """The texts that a clause wants in a column, negated ones aside; nothing of a clause that cannot be parsed."""
    # Only here, and only when a status word stands against the rows: sqlglot takes its time to import.
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        tree = parse_one(clause, dialect="duckdb")
    except SqlglotError:
        return NamedValues(())
    patterns: list[str] = []
    for node in tree.find_all(exp.EQ, exp.In, exp.Like, exp.ILike):
        named = node.this.find(exp.Column)
        if named is None or named.name.casefold() != column.casefold() or _is_negated(node):
            continue
        values = node.expressions if isinstance(node, exp.In) else [node.expression]
        texts = [str(value.this) for value in values if isinstance(value, exp.Literal)]
        patterns += [_pattern(text) if isinstance(node, exp.Like | exp.ILike) else _exactly(text) for text in texts]
    return NamedValues(tuple(patterns))


class NamedValues:
    """Texts and patterns that a clause wants."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns

    def __contains__(self, text: str) -> bool:
        return any(fnmatchcase(text.strip().casefold(), pattern) for pattern in self._patterns)


def _is_negated(comparison: "exp.Predicate") -> bool:
    """Whether an odd number of NOTs stands over a comparison, its own included."""
    from sqlglot import exp

    negations = 1 if comparison.args.get("negate") else 0
    above = comparison.parent
    while above is not None:
        negations += isinstance(above, exp.Not)
        above = above.parent
    return negations % 2 == 1


def _exactly(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text.strip().casefold())


def _pattern(text: str) -> str:
    """A LIKE pattern as fnmatch writes it."""
    return _exactly(text).replace("%", "*").replace("_", "?")
