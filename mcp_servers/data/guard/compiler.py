"""Compiles a checked tree to our own SQL. A node without a rule here is refused: the allow-list is this module."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from mcp_servers.data.faults import CLAUSE_COLUMN, MISFIT, NOT_ALLOWED, TOO_COMPLEX, UNKNOWN_FUNCTION
from mcp_servers.data.guard.comparison import compare, is_empty, one_of, one_way
from mcp_servers.data.guard.functions import (
    AGGREGATES,
    ALIASES,
    FUNCTIONS,
    OTHER_NAMES,
    call,
    coerce,
    common_kind,
)
from mcp_servers.data.guard.nodes import as_written, unread_part
from mcp_servers.data.guard.parsing import nearest
from mcp_servers.data.guard.typed import (
    CASTS,
    Kind,
    Typed,
    as_moment,
    as_number,
    as_text,
    as_truth,
    cell_of,
    moment_literal,
    number_literal,
    reads_as,
    repeated,
    text_constant,
)
from mcp_servers.data.model import Column
from mcp_servers.shared.faults import ToolFault, fault

MOST_DEPTH = 60
MOST_WILDCARDS = 8
MOST_WRITTEN = 250_000
"""Characters of SQL that one expression may become."""
MOST_BULK = 128 << 20
"""Bytes of the texts that ROWS_AT_ONCE rows of an expression are made from, all of which are in memory at once."""
_UNITS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_ARITHMETIC: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_COMPARISONS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "=",
}


@dataclass(slots=True)
class Compiler:
    """Compiles expressions over one table. `aggregates` allows count, sum and the like (query_data)."""

    columns: Sequence[Column]
    sheet_offset: int
    today: date
    aggregates: bool = False
    aliases: dict[str, Typed] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    depth: int = 0
    bulk: int = 0

    def condition(self, node: exp.Expression) -> str:
        """The node as a condition that is never NULL."""
        return as_truth(self.compile(node))

    def compile(self, node: exp.Expression) -> Typed:
        """The node's SQL and kind; raises E-1102 to E-1108."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise fault(TOO_COMPLEX, reason="it is nested too deeply")
        if (part := unread_part(node)) is not None:
            raise self._refused(node, f"Leave out {part}.")
        try:
            compiled = self._rule(node)(node)
        finally:
            self.depth -= 1
        if len(compiled.sql) > MOST_WRITTEN:
            raise fault(TOO_COMPLEX, reason="it would run for too long")
        if compiled.kind in (Kind.TEXT, Kind.CELL) and compiled.constant is None:
            self._takes(compiled.bulk)
        return compiled

    def _takes(self, bulk: int) -> None:
        self.bulk += bulk
        if self.bulk > MOST_BULK:
            raise fault(TOO_COMPLEX, reason="its texts would take too much memory")

    def _rule(self, node: exp.Expression) -> Callable[[exp.Expression], Typed]:
        for kinds, rule in (
            ((exp.And, exp.Or), self._chain),
            (tuple(_COMPARISONS), self._comparison),
            (tuple(_ARITHMETIC), self._arithmetic),
            ((exp.NEQ, exp.NullSafeNEQ), self._unequal),
            ((exp.Cast, exp.TryCast), self._cast),
        ):
            if isinstance(node, kinds):
                return rule
        exact: dict[type[exp.Expression], Callable[[exp.Expression], Typed]] = {
            exp.Paren: lambda one: self.compile(one.this),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda one: Typed("true" if one.this else "false", Kind.TRUTH, str(one.this)),
            exp.Null: lambda _one: Typed("NULL", Kind.NULL, "NULL"),
            exp.Not: lambda one: Typed(f"(NOT {self.condition(one.this)})", Kind.TRUTH, self.show(one)),
            exp.Neg: lambda one: self._negative(one),
            exp.Between: self._between,
            exp.In: self._in,
            exp.Is: self._is,
            exp.Like: self._like,
            exp.ILike: self._like,
            exp.Escape: self._escaped_like,
            exp.DPipe: lambda one: call("concat", [self.compile(one.this), self.compile(one.expression)]),
            exp.Interval: self._interval,
            exp.Extract: self._extract,
            exp.Case: self._case,
            exp.CurrentDate: lambda one: self._day("current_date", one),
        }
        return exact.get(type(node), self._function)

    def show(self, node: exp.Expression) -> str:
        """The part as it was written, short."""
        return as_written(node)

    def _refused(
        self, node: exp.Expression, instead: str = "Use comparisons, AND, OR, NOT, IN, BETWEEN, LIKE."
    ) -> ToolFault:
        place = "a query" if self.aggregates else "a clause"
        return fault(NOT_ALLOWED, part=f"{type(node).__name__} ({self.show(node)})", place=place, instead=instead)

    def _column(self, node: exp.Expression) -> Typed:
        name = node.name
        table = node.args.get("table")
        if node.args.get("db") or (table is not None and table.name.casefold() != "source"):
            raise self._refused(node, "Name the column alone.")
        if isinstance(node.this, exp.Star) or not isinstance(node.this, exp.Identifier):
            raise self._refused(node)
        for column in self.columns:
            if column.name.casefold() == name.casefold():
                if column.name not in self.used:
                    self.used.append(column.name)
                return cell_of(column)
        if name.casefold() in self.aliases:
            return self.aliases[name.casefold()]
        if name.casefold() in ("row_number", "sheet_row"):
            sql = "row_number" if name.casefold() == "row_number" else f"(row_number + {self.sheet_offset})"
            return Typed(sql, Kind.NUMBER, name.casefold())
        raise self._unknown_column(node)

    def _unknown_column(self, node: exp.Expression) -> ToolFault:
        names = [column.name for column in self.columns]
        close = nearest(node.name, names)
        hint = "The nearest: " if close else "There are: "
        text = hint + ", ".join(f'"{name}"' for name in (close or names[:20])) + "."
        if node.this.args.get("quoted"):
            text += " (Text goes between single quotes.)"
        return fault(CLAUSE_COLUMN, where=f"column {node.name}", column=f'"{node.name}"', nearest=text)

    def _literal(self, node: exp.Expression) -> Typed:
        if node.args["is_string"]:
            return text_constant(str(node.this))
        number = number_literal(str(node.this))
        if number is None:
            raise fault(
                MISFIT, part=self.show(node), reason="no column can hold such a number", instead="Use a smaller one."
            )
        return Typed(number, Kind.NUMBER, str(node.this), constant=str(node.this))

    def _negative(self, node: exp.Expression) -> Typed:
        value = self.compile(node.this)
        constant = f"-{value.constant}" if value.constant is not None and value.kind is Kind.NUMBER else None
        return Typed(f"(-{as_number(value)})", Kind.NUMBER, f"-{value.shown}", constant=constant)

    def _chain(self, node: exp.Expression) -> Typed:
        kind = type(node)
        parts: list[exp.Expression] = []
        waiting = [node]
        # Chains are flattened by hand: three hundred ORs are not deep nesting.
        while waiting:
            one = waiting.pop()
            if type(one) is kind:
                waiting.extend([one.expression, one.this])
            else:
                parts.append(one)
        word = " AND " if kind is exp.And else " OR "
        return Typed(f"({word.join(self.condition(part) for part in parts)})", Kind.TRUTH, "a condition")

    def _comparison(self, node: exp.Expression) -> Typed:
        left, right = self.compile(node.this), self.compile(node.expression)
        return Typed(compare(left, _COMPARISONS[type(node)], right), Kind.TRUTH, self.show(node))

    def _unequal(self, node: exp.Expression) -> Typed:
        left, right = self.compile(node.this), self.compile(node.expression)
        return Typed(f"(NOT {compare(left, '=', right)})", Kind.TRUTH, self.show(node))

    def _between(self, node: exp.Expression) -> Typed:
        if node.args.get("symmetric"):
            raise self._refused(node)
        value, low, high = (self.compile(node.args[part]) for part in ("this", "low", "high"))
        repeated(value)
        return Typed(f"({compare(value, '>=', low)} AND {compare(value, '<=', high)})", Kind.TRUTH, self.show(node))

    def _in(self, node: exp.Expression) -> Typed:
        if any(node.args.get(part) for part in ("query", "unnest", "field")) or not node.expressions:
            raise self._refused(node, "List the values in parentheses.")
        choices = [self.compile(choice) for choice in node.expressions]
        value = self.compile(node.this)
        if one_way(value, choices) is None:
            self._takes(value.bulk * len(choices))
        return Typed(one_of(value, choices), Kind.TRUTH, self.show(node))

    def _is(self, node: exp.Expression) -> Typed:
        value = self.compile(node.this)
        if isinstance(node.expression, exp.Null):
            return Typed(is_empty(value), Kind.TRUTH, self.show(node))
        if isinstance(node.expression, exp.Boolean):
            word = Typed("true" if node.expression.this else "false", Kind.TRUTH, "")
            return Typed(compare(value, "=", word), Kind.TRUTH, self.show(node))
        raise self._refused(node)

    def _escaped_like(self, node: exp.Expression) -> Typed:
        if not isinstance(node.this, (exp.Like, exp.ILike)):
            raise self._refused(node)
        escape = self.compile(node.expression)
        if escape.constant is None or escape.kind is not Kind.TEXT or len(escape.constant) != 1:
            raise self._refused(node, "ESCAPE takes one written character, e.g. ESCAPE '!'.")
        rest = node.this.expression.name
        while (place := rest.find(escape.constant)) >= 0:
            if place + 1 == len(rest):
                raise self._refused(node, "The pattern must not end with its escape character.")
            rest = rest[place + 2 :]
        return self._like(node.this, f" ESCAPE {escape.sql}")

    def _like(self, node: exp.Expression, escape: str = "") -> Typed:
        value, pattern = self.compile(node.this), self.compile(node.expression)
        if pattern.constant is None or pattern.kind is not Kind.TEXT:
            raise self._refused(node, "The pattern is a written text, e.g. 'North%'.")
        if pattern.constant.count("%") > MOST_WILDCARDS:
            raise fault(TOO_COMPLEX, reason=f"a pattern has more than {MOST_WILDCARDS} wildcards")
        word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
        sql = f"coalesce({as_text(value)} {word} {pattern.sql}{escape}, false)"
        return Typed(f"(NOT {sql})" if node.args.get("negate") else sql, Kind.TRUTH, self.show(node))

    def _arithmetic(self, node: exp.Expression) -> Typed:
        left, right = self.compile(node.this), self.compile(node.expression)
        dated = Kind.INTERVAL in (left.kind, right.kind) or "date" in (reads_as(left), reads_as(right))
        if isinstance(node, (exp.Add, exp.Sub)) and dated:
            return self._date_arithmetic(node, left, right)
        first, second = (f"CAST({as_number(side)} AS DOUBLE)" for side in (left, right))
        if isinstance(node, (exp.Div, exp.Mod)):
            second = f"nullif({second}, 0)"
        # Rounded to nine places, so that 3 * 0.1 equals 0.3.
        return Typed(f"round({first} {_ARITHMETIC[type(node)]} {second}, 9)", Kind.NUMBER, self.show(node))

    def _date_arithmetic(self, node: exp.Expression, left: Typed, right: Typed) -> Typed:
        sign = _ARITHMETIC[type(node)]
        if sign == "+" and (left.kind is Kind.INTERVAL or left.kind is Kind.NUMBER):
            left, right = right, left
        base, kind = as_moment(left)
        if right.kind is Kind.NUMBER:
            right = Typed(f"to_days(CAST({right.sql} AS INTEGER))", Kind.INTERVAL, right.shown, constant="day")
        if right.kind is not Kind.INTERVAL:
            if sign == "+":
                raise fault(
                    MISFIT, part=self.show(node), reason="two dates cannot be added", instead="Add an interval."
                )
            days = f"date_diff('day', CAST({as_moment(right)[0]} AS DATE), CAST({base} AS DATE))"
            return Typed(days, Kind.NUMBER, self.show(node))
        sql = f"({base} {sign} {right.sql})"
        if kind is Kind.DATE and right.constant in _UNITS[3:]:
            return Typed(f"CAST({sql} AS DATE)", Kind.DATE, self.show(node))
        return Typed(sql, Kind.MOMENT, self.show(node))

    def _interval(self, node: exp.Expression) -> Typed:
        amount = str(node.this.this) if isinstance(node.this, exp.Literal) else ""
        unit = ((node.args.get("unit") and node.args["unit"].name) or "").lower()
        if not unit and " " in amount:
            amount, unit = amount.split(" ", 1)
        unit = unit.strip().lower().removesuffix("s")
        if not amount.lstrip("-").isdigit() or len(amount) > 6 or unit not in _UNITS:
            raise fault(MISFIT, part=self.show(node), reason="no such interval", instead="e.g. INTERVAL '7' DAY")
        return Typed(f"INTERVAL '{int(amount)} {unit}'", Kind.INTERVAL, self.show(node), constant=unit)

    def _extract(self, node: exp.Expression) -> Typed:
        return self._named(ALIASES.get(node.name.lower(), node.name.lower()), node, [self.compile(node.expression)])

    def _case(self, node: exp.Expression) -> Typed:
        if node.args.get("this") is not None:
            raise self._refused(node, "Write CASE WHEN condition THEN value ELSE value END.")
        branches = [(self.condition(one.this), self.compile(one.args["true"])) for one in node.args["ifs"]]
        default = node.args.get("default")
        values = [value for _, value in branches] + ([self.compile(default)] if default is not None else [])
        kind = common_kind(values)
        body = " ".join(f"WHEN {test} THEN {coerce(value, kind)}" for test, value in branches)
        last = f" ELSE {coerce(values[-1], kind)}" if default is not None else ""
        return Typed(f"(CASE {body}{last} END)", kind, self.show(node), bulk=sum(value.bulk for value in values))

    def _cast(self, node: exp.Expression) -> Typed:
        target = node.args["to"]
        name = target.this.value.lower() if isinstance(target, exp.DataType) else ""
        if name not in CASTS or target.args.get("nested") or target.args.get("values"):
            raise self._refused(node, "Cast to text, integer, bigint, decimal, double, date, timestamp or boolean.")
        value, kind = self.compile(node.this), CASTS[name]
        if kind is Kind.TEXT:
            return Typed(as_text(value), Kind.TEXT, self.show(node), bulk=value.bulk)
        if kind is Kind.NUMBER:
            whole = name in ("int", "bigint", "smallint")
            number = as_number(value)
            places = "0" if whole else self._places(target)
            return Typed(f"round({number}, {places})" if places else number, Kind.NUMBER, self.show(node))
        if kind is Kind.TRUTH:
            return Typed(as_truth(value), Kind.TRUTH, self.show(node))
        if value.constant is not None and value.kind is Kind.TEXT and moment_literal(value.constant) is None:
            raise fault(MISFIT, part=self.show(node), reason="it is not a date", instead="Write 'YYYY-MM-DD'.")
        sql, _ = as_moment(value)
        return Typed(f"CAST({sql} AS {'DATE' if kind is Kind.DATE else 'TIMESTAMP'})", kind, self.show(node))

    def _places(self, target: exp.Expression) -> str:
        """The decimal places that DECIMAL(p, s) names; none where it names none."""
        named = [one.this for one in target.expressions]
        scale = str(getattr(named[1], "this", "")) if len(named) > 1 else ""
        if named and not (scale.isdigit() and int(scale) <= 9):
            raise self._refused(target, "e.g. DECIMAL(10, 2), with at most 9 places.")
        return scale

    def _function(self, node: exp.Expression) -> Typed:
        if not isinstance(node, exp.Func):
            raise self._refused(node)
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        name = ALIASES.get(name, name)
        if isinstance(node, exp.Trim):
            name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim")
        if name == "today":
            return self._day("today()", node)
        if isinstance(node, exp.AggFunc) and name in AGGREGATES:
            return self._aggregate(name, node)
        if name not in FUNCTIONS:
            allowed = (*FUNCTIONS, *ALIASES, *OTHER_NAMES, *(AGGREGATES if self.aggregates else ()))
            close = nearest(name, allowed)
            text = f"The nearest: {', '.join(close)}." if close else f"Allowed: {', '.join(FUNCTIONS)}."
            raise fault(UNKNOWN_FUNCTION, where=self.show(node), function=name, nearest=text)
        return self._named(name, node, [self.compile(argument) for argument in _arguments(node)])

    def _day(self, shown: str, node: exp.Expression) -> Typed:
        if _arguments(node):
            raise fault(MISFIT, part=self.show(node), reason=f"{shown} takes no arguments", instead="Leave them out.")
        return Typed(f"DATE '{self.today.isoformat()}'", Kind.DATE, shown)

    def _named(self, name: str, node: exp.Expression, arguments: list[Typed]) -> Typed:
        if name not in FUNCTIONS:
            raise fault(
                UNKNOWN_FUNCTION, where=self.show(node), function=name, nearest="Use year, month, day, dayofweek."
            )
        return call(name, arguments)

    def _aggregate(self, name: str, node: exp.Expression) -> Typed:
        if not self.aggregates:
            raise self._refused(node, "A clause looks at one row; use query_data to count or add up.")
        inner, arguments = node.this, _arguments(node)
        distinct = isinstance(inner, exp.Distinct)
        values = inner.expressions if distinct else arguments
        if len(values) != 1 or len(arguments) != 1:
            raise self._refused(node, "Aggregate one column.")
        if name == "count" and isinstance(inner, exp.Star):
            return Typed("count(*)", Kind.NUMBER, "count(*)")
        value = self.compile(values[0])
        prefix = "DISTINCT " if distinct else ""
        if name == "count":
            sql = as_text(value) if value.kind is Kind.CELL else value.sql
            return Typed(f"count({prefix}{sql})", Kind.NUMBER, self.show(node))
        if name in ("min", "max") and (
            value.kind in (Kind.TEXT, Kind.DATE, Kind.MOMENT) or reads_as(value) != "number"
        ):
            sql, kind = as_moment(value) if reads_as(value) == "date" else (as_text(value), Kind.TEXT)
            return Typed(f"{name}({prefix}{sql})", kind, self.show(node), bulk=value.bulk)
        number = as_number(value)
        number = f"CAST({number} AS DOUBLE)" if name in ("avg", "median") else number
        return Typed(f"{name}({prefix}{number})", Kind.NUMBER, self.show(node))


def _arguments(node: exp.Expression) -> list[exp.Expression]:
    """A function's arguments in order; anything that is not a plain argument is refused by having no rule."""
    found: list[exp.Expression] = []
    for key in node.arg_types:
        value = node.args.get(key)
        if isinstance(value, list):
            found.extend(value)
        elif isinstance(value, exp.Expression):
            found.append(value)
    return found
