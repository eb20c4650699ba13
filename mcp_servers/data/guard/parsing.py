"""From text to a checked tree: one condition or one SELECT, of bounded size, nothing around it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from mcp_servers.data.faults import CLAUSE_SYNTAX, NOT_A_SELECT, TOO_COMPLEX
from mcp_servers.shared.faults import ToolFault, fault

MOST_CHARACTERS = 20_000
MOST_NODES = 6_000
MOST_BRACKETS = 100
MOST_TYPES = 4
"""Brackets behind the names of types, one inside another."""
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_TYPES = DuckDB.Parser.TYPE_TOKENS - {TokenType.VAR, TokenType.IDENTIFIER}
_EXAMPLE = '"State" = \'CA\' AND "Total" > 100'


def parse_clause(clause: str) -> exp.Expression:
    """The clause's tree; raises E-1101 or E-1106."""
    if clause.rstrip().endswith(";"):
        raise fault(CLAUSE_SYNTAX, reason="it ends with a semicolon, and a condition has none", example=_EXAMPLE)
    tree = _parse(f"SELECT 1 WHERE (\n{clause}\n)", clause)
    where = tree.args.get("where") if isinstance(tree, exp.Select) else None
    extra = [name for name, value in tree.args.items() if value and name not in ("expressions", "where", "kind")]
    if where is None or extra or not isinstance(where.this, exp.Paren) or len(tree.expressions) != 1:
        raise fault(CLAUSE_SYNTAX, reason="it is more than one condition", example=_EXAMPLE)
    return where.this.this  # type: ignore[no-any-return]


def parse_select(sql: str) -> exp.Select:
    """The tree of one SELECT; raises E-1101, E-1106 or E-1111."""
    tree = _parse(sql, sql)
    if not isinstance(tree, exp.Select):
        raise fault(NOT_A_SELECT, reason=f"this is {_kind_of(tree)}")
    return tree


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """The names that look most like `name`, at most three."""
    folded = {one.casefold(): one for one in names}
    return [folded[close] for close in get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)]


@contextmanager
def bounded() -> Iterator[None]:
    """Turns nesting that overflows the interpreter's stack into E-1106."""
    try:
        yield
    except RecursionError:
        raise fault(TOO_COMPLEX, reason="it is nested too deeply") from None


def _parse(sql: str, written: str) -> exp.Expression:
    if len(written) > MOST_CHARACTERS:
        raise fault(TOO_COMPLEX, reason=f"{len(written)} characters, at most {MOST_CHARACTERS} are read")
    if "\x00" in written:
        raise fault(CLAUSE_SYNTAX, reason="it holds a zero character", example=_EXAMPLE)
    if not written.isascii() and any("\ud800" <= letter <= "\udfff" for letter in written):
        raise fault(CLAUSE_SYNTAX, reason="it holds half a character", example=_EXAMPLE)
    try:
        _check_nesting(sqlglot.tokenize(sql, read="duckdb"))
        with bounded():
            trees = sqlglot.parse(sql, read="duckdb")
    except SqlglotError as error:
        raise fault(CLAUSE_SYNTAX, reason=_reason(error), example=_EXAMPLE) from None
    except ToolFault:
        raise
    except Exception:  # noqa: BLE001 - on text that is not SQL the parser may trip over itself, e.g. on `{:}`
        raise fault(CLAUSE_SYNTAX, reason="it is not SQL", example=_EXAMPLE) from None
    if len(trees) != 1 or trees[0] is None:
        raise fault(CLAUSE_SYNTAX, reason="it holds no statement, or more than one", example=_EXAMPLE)
    tree = trees[0]
    if not isinstance(tree, exp.Expression):
        raise fault(CLAUSE_SYNTAX, reason="it is not an expression", example=_EXAMPLE)
    count = sum(1 for _ in tree.walk())
    if count > MOST_NODES:
        raise fault(TOO_COMPLEX, reason=f"{count} parts, at most {MOST_NODES} are allowed")
    return tree


def _check_nesting(tokens: list[Token]) -> None:
    """Raise E-1106 for brackets that the parser would take too long over: behind the name of a type (`date(`, `array[`)
    it reads what follows twice, so that each one inside another doubles its work."""
    inside: list[bool] = []
    for before, token in pairwise(tokens):
        if token.token_type in _OPENING:
            inside.append(before.token_type in _TYPES)
            if len(inside) > MOST_BRACKETS or sum(inside) > MOST_TYPES:
                raise fault(TOO_COMPLEX, reason="it is nested too deeply")
        elif token.token_type in _CLOSING and inside:
            inside.pop()


def _reason(error: SqlglotError) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return f"{first.get('description', 'syntax error')} near {first.get('highlight') or 'the end'!r}"
    return str(error).splitlines()[0]


def _kind_of(tree: exp.Expression) -> str:
    return type(tree).__name__.upper()
