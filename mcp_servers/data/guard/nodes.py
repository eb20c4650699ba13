"""Which parts of a parsed node the rules read. What the parser found besides is refused, never overlooked."""

from sqlglot import exp

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
    """The name of a part that no rule reads, if the node has one."""
    read = _OPERANDS | _PARTS.get(type(node), frozenset())
    for name, value in node.args.items():
        # A function's further operands are read as its arguments.
        operand = isinstance(node, exp.Func) and isinstance(value, (exp.Expression, list))
        if value and name not in read and not operand:
            return name.replace("_", " ")
    return None
