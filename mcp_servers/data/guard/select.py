"""One SELECT over the table `source`, compiled expression by expression like a clause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from mcp_servers.data.faults import NOT_A_SELECT, NOT_ALLOWED, TOO_COMPLEX
from mcp_servers.data.guard.clause import today, undivided
from mcp_servers.data.guard.compiler import MOST_WRITTEN, Compiler
from mcp_servers.data.guard.names import check_called
from mcp_servers.data.guard.parsing import bounded, parse_select
from mcp_servers.data.guard.typed import Kind, Typed, as_truth, cell_of
from mcp_servers.data.model import Column
from mcp_servers.data.table.values import number_sql, order_sql, text_sql
from mcp_servers.shared.faults import fault

MOST_ANSWER_ROWS = 1000
_PARTS = frozenset(
    {"expressions", "from", "from_", "where", "group", "having", "order", "limit", "offset", "distinct", "kind"}
)


@dataclass(frozen=True, slots=True)
class Query:
    """SQL over table `cells`, and the names of what it answers."""

    sql: str
    names: tuple[str, ...]


def compile_select(sql: str, columns: Sequence[Column], sheet_offset: int, day: date | None = None) -> Query:
    """Check a SELECT and write it again. Raises E-1101 to E-1108 and E-1111."""
    with bounded():
        tree = parse_select(sql)
        check_called(sql)
        return _compiled(tree, columns, sheet_offset, day)


def _compiled(tree: exp.Select, columns: Sequence[Column], sheet_offset: int, day: date | None) -> Query:
    _check_shape(tree)
    compiler = Compiler(columns, sheet_offset, day or today(), aggregates=True)
    items = [item for node in tree.expressions for item in _items(node, compiler)]
    compiler.aliases = {name.casefold(): value for name, value in items if not _is_plain(value)}
    distinct = "DISTINCT " if tree.args.get("distinct") else ""
    grouped = tree.args.get("group") is not None
    outputs = ", ".join(_output(value, grouped=grouped) for _, value in items)
    parts = [f"SELECT {distinct}{outputs} FROM cells"]
    if (where := tree.args.get("where")) is not None:
        parts.append(f"WHERE {undivided(Compiler(columns, sheet_offset, compiler.today).condition(where.this))}")
    if (group := tree.args.get("group")) is not None:
        parts.append(_group(group, items, compiler))
    if (having := tree.args.get("having")) is not None:
        parts.append(f"HAVING {undivided(compiler.condition(having.this))}")
    if (order := tree.args.get("order")) is not None:
        parts.append(
            "ORDER BY " + ", ".join(_order(node, items, compiler, grouped=grouped) for node in order.expressions)
        )
    # One more than is answered tells that there are more.
    parts.append(f"LIMIT {min(_bound(tree, 'limit', MOST_ANSWER_ROWS + 1), MOST_ANSWER_ROWS + 1)}")
    parts.append(f"OFFSET {_bound(tree, 'offset', 0)}")
    sql = " ".join(parts)
    if len(sql) > MOST_WRITTEN:
        raise fault(TOO_COMPLEX, reason="it would run for too long")
    return Query(sql, tuple(name for name, _ in items))


def _check_shape(tree: exp.Select) -> None:
    extra = [name for name, value in tree.args.items() if value and name not in _PARTS]
    if extra:
        raise fault(NOT_A_SELECT, reason=f"{extra[0].rstrip('_').upper()} is not allowed")
    source = tree.args.get("from_") or tree.args.get("from")
    table = source.this if source is not None else None
    plain = isinstance(table, exp.Table) and table.name.casefold() == "source"
    if not plain or table is None or any(value for name, value in table.args.items() if name != "this"):
        raise fault(NOT_A_SELECT, reason="it must read FROM source and nothing else")
    distinct = tree.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None:
        raise fault(NOT_A_SELECT, reason="DISTINCT ON is not allowed")
    group = tree.args.get("group")
    if group is not None and any(value for name, value in group.args.items() if name != "expressions"):
        raise fault(NOT_A_SELECT, reason="only plain GROUP BY is allowed")


def _items(node: exp.Expression, compiler: Compiler) -> list[tuple[str, Typed]]:
    star = node.this if isinstance(node, exp.Column) else node
    if isinstance(star, exp.Star):
        if any(star.args.values()) or node.args.get("db"):
            raise fault(NOT_ALLOWED, part=compiler.show(node), place="a query", instead="Name the columns.")
        return [(column.name, cell_of(column)) for column in compiler.columns]
    if isinstance(node, exp.Alias):
        return [(node.alias, compiler.compile(node.this))]
    value = compiler.compile(node)
    return [(value.column.name if value.column is not None else compiler.show(node), value)]


def _is_plain(value: Typed) -> bool:
    return value.kind is Kind.CELL


def _output(value: Typed, *, grouped: bool) -> str:
    if value.column is None or value.kind is not Kind.CELL:
        return value.sql
    # Texts that are equal without case and outer blanks are one group, shown by its first spelling.
    return f"coalesce(min({text_sql(value.column)}), '')" if grouped else f"coalesce({value.sql}, '')"


def _group(group: exp.Group, items: list[tuple[str, Typed]], compiler: Compiler) -> str:
    terms = []
    for node in group.expressions:
        position = _position(node, items)
        value = items[position][1] if position is not None else compiler.compile(node)
        plain = value.kind is Kind.CELL and value.column is not None
        terms.append(f"lower({text_sql(value.column)})" if plain and value.column is not None else value.sql)
    return "GROUP BY " + ", ".join(terms)


def _order(node: exp.Expression, items: list[tuple[str, Typed]], compiler: Compiler, *, grouped: bool) -> str:
    descending = isinstance(node, exp.Ordered) and bool(node.args.get("desc"))
    way = "DESC NULLS LAST" if descending else "ASC NULLS LAST"
    inner = node.this if isinstance(node, exp.Ordered) else node
    position = _position(inner, items)
    value = items[position][1] if position is not None else compiler.compile(inner)
    if value.column is not None and value.kind is Kind.CELL:
        if grouped:
            return f"min({number_sql(value.column)}) {way}, lower(min({text_sql(value.column)})) {way}"
        return order_sql(value.column, descending=descending)
    sql = as_truth(value) if value.kind is Kind.TRUTH else value.sql
    return f"{sql} {way}"


def _position(node: exp.Expression, items: list[tuple[str, Typed]]) -> int | None:
    if isinstance(node, exp.Literal) and not node.args["is_string"] and str(node.this).isdigit():
        position = int(str(node.this)) - 1
        if not 0 <= position < len(items):
            raise fault(NOT_A_SELECT, reason=f"there is no answer column {node.this}")
        return position
    if isinstance(node, exp.Column) and node.args.get("table") is None:
        for index, (name, _) in enumerate(items):
            if name.casefold() == node.name.casefold():
                return index
    return None


def _bound(tree: exp.Select, word: str, otherwise: int) -> int:
    bound = tree.args.get(word)
    if bound is None:
        return otherwise
    if any(value for name, value in bound.args.items() if name != "expression"):
        raise fault(NOT_A_SELECT, reason="LIMIT and OFFSET are whole numbers")
    return _whole(bound.expression)


def _whole(node: exp.Expression) -> int:
    if not isinstance(node, exp.Literal) or node.args["is_string"] or not str(node.this).isdigit():
        raise fault(NOT_A_SELECT, reason="LIMIT and OFFSET are whole numbers")
    return min(int(str(node.this)), 1_000_000_000)
