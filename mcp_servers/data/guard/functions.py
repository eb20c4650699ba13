"""The functions that a clause may call: the name people write, and how each is written for DuckDB."""

from collections.abc import Callable
from dataclasses import replace

from mcp_servers.data.faults import MISFIT, NOT_ALLOWED
from mcp_servers.data.guard.comparison import compare
from mcp_servers.data.guard.typed import Kind, Typed, as_moment, as_number, as_text, repeated
from mcp_servers.shared.faults import fault

Builder = Callable[[str, list[Typed]], Typed]


def _shown(name: str, arguments: list[Typed]) -> str:
    return f"{name}({', '.join(argument.shown for argument in arguments)})"


def _text_function(name: str, arguments: list[Typed]) -> Typed:
    (value,) = arguments
    return Typed(f"{name}({as_text(value)})", Kind.TEXT, _shown(name, arguments), bulk=value.bulk)


def _length(name: str, arguments: list[Typed]) -> Typed:
    (value,) = arguments
    return Typed(f"coalesce(length({as_text(value)}), 0)", Kind.NUMBER, _shown(name, arguments))


def _cut(name: str, arguments: list[Typed]) -> Typed:
    value, *places = arguments
    numbers = ", ".join(f"CAST({as_number(place)} AS BIGINT)" for place in places)
    return Typed(f"{name}({as_text(value)}, {numbers})", Kind.TEXT, _shown(name, arguments), bulk=value.bulk)


def _search(name: str, arguments: list[Typed]) -> Typed:
    value, part = arguments
    sql = f"coalesce({name}({as_text(value)}, {as_text(part)}), false)"
    return Typed(sql, Kind.TRUTH, _shown(name, arguments))


def _replace(name: str, arguments: list[Typed]) -> Typed:
    value, old, new = arguments
    if old.constant is None or new.constant is None:
        raise fault(
            NOT_ALLOWED, part=_shown(name, arguments), place="a clause", instead="Replace one written text by another."
        )
    # Every place could hold the old text.
    longer, shorter = len(new.constant.encode()), max(1, len(old.constant.encode()))
    bulk = value.bulk * max(longer, shorter) // shorter
    sql = f"replace({as_text(value)}, {old.sql}, {new.sql})"
    return Typed(sql, Kind.TEXT, _shown(name, arguments), bulk=bulk)


def common_kind(arguments: list[Typed]) -> Kind:
    """What several values are together: cells follow what stands beside them, and among themselves are text, unless a
    column writes its numbers with a comma, which only the column knows."""
    kinds = {_knowing(argument) for argument in arguments if argument.kind is not Kind.NULL}
    if Kind.NUMBER in kinds and kinds <= {Kind.NUMBER, Kind.CELL}:
        return Kind.NUMBER
    if kinds & {Kind.DATE, Kind.MOMENT} and kinds <= {Kind.DATE, Kind.MOMENT, Kind.CELL}:
        return Kind.MOMENT
    return Kind.TEXT


def _knowing(value: Typed) -> Kind:
    column = value.column if value.kind is Kind.CELL else None
    return Kind.NUMBER if column is not None and column.decimal_comma else value.kind


def coerce(value: Typed, kind: Kind) -> str:
    """The value as SQL of one kind."""
    if kind is Kind.NUMBER:
        return as_number(value)
    return as_moment(value)[0] if kind in (Kind.DATE, Kind.MOMENT) else as_text(value)


def _coalesce(name: str, arguments: list[Typed]) -> Typed:
    kind = common_kind(arguments)
    sql = f"coalesce({', '.join(coerce(argument, kind) for argument in arguments)})"
    return Typed(sql, kind, _shown(name, arguments), bulk=sum(argument.bulk for argument in arguments))


def _nullif(name: str, arguments: list[Typed]) -> Typed:
    value, other = arguments
    kind = common_kind([value]) if value.kind is not Kind.CELL else common_kind(arguments)
    sql = f"CASE WHEN {compare(repeated(value), '=', other)} THEN NULL ELSE {coerce(value, kind)} END"
    # The value is computed twice, and so is what it is made of where these are nested.
    return Typed(sql, kind, _shown(name, arguments), bulk=2 * value.bulk)


def _number_function(name: str, arguments: list[Typed]) -> Typed:
    (value,) = arguments
    return Typed(f"{name}({as_number(value)})", Kind.NUMBER, _shown(name, arguments))


def _round(name: str, arguments: list[Typed]) -> Typed:
    value, *places = arguments
    digits = "0"
    if places:
        if (
            places[0].constant is None
            or not places[0].constant.lstrip("-").isdigit()
            or abs(int(places[0].constant)) > 9
        ):
            raise fault(
                MISFIT, part=places[0].shown, reason="digits are a number from -9 to 9", instead="e.g. round(x, 2)"
            )
        digits = str(int(places[0].constant))
    return Typed(f"round({as_number(value)}, {digits})", Kind.NUMBER, _shown(name, arguments))


def _date_part(name: str, arguments: list[Typed]) -> Typed:
    (value,) = arguments
    return Typed(f"{name}({as_moment(value)[0]})", Kind.NUMBER, _shown(name, arguments))


def _date_name(name: str, arguments: list[Typed]) -> Typed:
    return replace(_date_part(name, arguments), kind=Kind.TEXT)


def _concat(name: str, arguments: list[Typed]) -> Typed:
    sql = f"concat({', '.join(as_text(argument) for argument in arguments)})"
    return Typed(sql, Kind.TEXT, _shown(name, arguments), bulk=sum(argument.bulk for argument in arguments))


FUNCTIONS: dict[str, tuple[Builder, int, int]] = {
    "lower": (_text_function, 1, 1),
    "upper": (_text_function, 1, 1),
    "trim": (_text_function, 1, 1),
    "ltrim": (_text_function, 1, 1),
    "rtrim": (_text_function, 1, 1),
    "length": (_length, 1, 1),
    "substr": (_cut, 2, 3),
    "left": (_cut, 2, 2),
    "right": (_cut, 2, 2),
    "starts_with": (_search, 2, 2),
    "ends_with": (_search, 2, 2),
    "contains": (_search, 2, 2),
    "replace": (_replace, 3, 3),
    "concat": (_concat, 1, 20),
    "coalesce": (_coalesce, 1, 20),
    "nullif": (_nullif, 2, 2),
    "abs": (_number_function, 1, 1),
    "floor": (_number_function, 1, 1),
    "ceil": (_number_function, 1, 1),
    "round": (_round, 1, 2),
    "year": (_date_part, 1, 1),
    "month": (_date_part, 1, 1),
    "day": (_date_part, 1, 1),
    "dayofweek": (_date_part, 1, 1),
    "isodow": (_date_part, 1, 1),
    "week": (_date_part, 1, 1),
    "quarter": (_date_part, 1, 1),
    "hour": (_date_part, 1, 1),
    "minute": (_date_part, 1, 1),
    "dayname": (_date_name, 1, 1),
    "monthname": (_date_name, 1, 1),
}
"""Name -> builder, fewest and most arguments."""

ALIASES = {
    "lcase": "lower",
    "ucase": "upper",
    "len": "length",
    "char_length": "length",
    "substring": "substr",
    "startswith": "starts_with",
    "prefix": "starts_with",
    "endswith": "ends_with",
    "suffix": "ends_with",
    "ifnull": "coalesce",
    "ceiling": "ceil",
    "strip": "trim",
    "weekday": "dayofweek",
    "day_of_week": "dayofweek",
    "day_of_month": "day",
    "dayofmonth": "day",
    "week_of_year": "week",
    "weekofyear": "week",
    "day_of_week_iso": "isodow",
    "dayofweek_iso": "isodow",
}
AGGREGATES = ("count", "sum", "avg", "min", "max", "median")
OTHER_NAMES = ("cast", "try_cast", "extract", "current_date", "today")


def call(name: str, arguments: list[Typed]) -> Typed:
    """Build an allowed function; the caller knows that `name` is one."""
    builder, fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise fault(
            MISFIT, part=_shown(name, arguments), reason=f"{name} takes {wanted} arguments", instead="Give them all."
        )
    return builder(name, arguments)
