"""Which parts of a parsed node the rules read, and how a node is shown. What the parser found besides is refused."""

from sqlglot import exp

from mcp_servers.data.faults import CLAUSE_SYNTAX
from mcp_servers.shared.faults import fault

_OPERANDS = frozenset({"this", "expression", "expressions"})
_PARTS: dict[type[exp.Expression], frozenset[str]] = {
    exp.Column: frozenset({"table", "db"}),
    exp.Literal: frozenset({"is_string"}),
    exp.Between: frozenset({"low", "high", "symmetric"}),
    exp.In: frozenset({"query", "unnest", "field"}),
    exp.Like: frozenset({"negate"}),
    exp.ILike: frozenset({"negate"}),
    exp.Interval: frozenset({"unit"}),
    exp.Case: frozenset({"ifs", "default"}),
    exp.Cast: frozenset({"to"}),
    exp.TryCast: frozenset({"to", "safe"}),
    exp.Concat: frozenset({"safe", "coalesce"}),
    exp.DPipe: frozenset({"safe"}),
    exp.Count: frozenset({"big_int"}),
    exp.Trim: frozenset({"position"}),
}


def unread_part(node: exp.Expression) -> str | None:
    """The name of a part that no rule reads, if the node has one; raises E-1101 where the parser found no node."""
    if not isinstance(node, exp.Expression):
        raise fault(CLAUSE_SYNTAX, reason="a part of it is missing", example="\"State\" = 'CA'")
    read = _OPERANDS | _PARTS.get(type(node), frozenset())
    for name, value in node.args.items():
        # A function's further operands are read as its arguments.
        operand = isinstance(node, exp.Func) and isinstance(value, (exp.Expression, list))
        if value and name not in read and not operand:
            return name.replace("_", " ")
    return None


def as_written(node: exp.Expression) -> str:
    """The node as it was written, short; its kind alone where sqlglot cannot write what it has read."""
    try:
        text = node.sql(dialect="duckdb", comments=False)
    except Exception:  # noqa: BLE001 - the parser reads calls that its own generator trips over
        return type(node).__name__
    return text if len(text) <= 80 else text[:77] + "..."
