"""Expressions with a kind, and their conversions: every piece of SQL that runs is written here or in `compiler`."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from mcp_servers.data.faults import DAY_OR_MONTH, MISFIT, NO_CONDITION, TOO_COMPLEX
from mcp_servers.data.model import ROWS_AT_ONCE, Column
from mcp_servers.data.table.values import (
    FALSE_WORDS,
    NUMBER_TYPE,
    TRUE_WORDS,
    literal,
    moment_sql,
    number_sql,
    text_number_sql,
    text_sql,
    truth_sql,
)
from mcp_servers.shared.faults import fault

MOST_DIGITS = 28
MOST_REPEATED = 2000
_PLAIN_BYTES = 40
"""The longest number or date, as text."""


class Kind(StrEnum):
    """What an expression yields. A cell can be read as any of them; an untyped NULL too."""

    CELL = "cell"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "date and time"
    INTERVAL = "interval"
    TRUTH = "condition"
    NULL = "NULL"


CASTS = {
    "text": Kind.TEXT, "varchar": Kind.TEXT, "char": Kind.TEXT,
    "int": Kind.NUMBER, "bigint": Kind.NUMBER, "smallint": Kind.NUMBER, "decimal": Kind.NUMBER,
    "double": Kind.NUMBER, "float": Kind.NUMBER, "date": Kind.DATE, "timestamp": Kind.MOMENT, "boolean": Kind.TRUTH,
}  # fmt: skip
"""What a cast names, in small letters, and what comes of it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """SQL with its kind. `shown` is the part as people wrote it; `bulk` are the bytes that ROWS_AT_ONCE rows of it
    take at most, as text."""

    sql: str
    kind: Kind
    shown: str
    column: Column | None = None
    constant: str | None = None
    bulk: int = _PLAIN_BYTES * ROWS_AT_ONCE


def number_literal(text: str) -> str | None:
    """A number as SQL, or None when the text is not a number that a column could hold."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS - 1:
        return None
    return f"CAST('{value:f}' AS {NUMBER_TYPE})" if len(f"{value:f}") <= MOST_DIGITS else f"CAST('{value:f}' AS DOUBLE)"


def moment_literal(text: str) -> tuple[str, Kind] | None:
    """An ISO date, or date and time, as SQL."""
    cleaned = re.sub(r"(Z|[+-]\d\d:?\d\d)$", "", text.strip()) if ":" in text else text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", cleaned):
            year, month, day = map(int, cleaned.split("-"))
            return f"DATE '{date(year, month, day).isoformat()}'", Kind.DATE
        if re.match(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", cleaned):
            moment = datetime.fromisoformat(cleaned).replace(tzinfo=None)
            return f"TIMESTAMP '{moment.isoformat(sep=' ')}'", Kind.MOMENT
    except ValueError:
        return None
    return None


def repeated(value: Typed) -> Typed:
    """An operand that a rule writes more than once must be short: nested, it would double the work at each step."""
    if len(value.sql) > MOST_REPEATED:
        raise fault(TOO_COMPLEX, reason=f"{value.shown[:40]}... is too long where it stands")
    return value


def as_text(value: Typed) -> str:
    """Text without outer blanks; NULL for an empty cell."""
    if value.kind is Kind.CELL:
        assert value.column is not None
        return text_sql(value.column)
    if value.kind is Kind.TEXT:
        return value.sql
    if value.kind in (Kind.NULL, Kind.NUMBER, Kind.DATE, Kind.MOMENT):
        return f"CAST({value.sql} AS VARCHAR)"
    raise _misfit(value, Kind.TEXT)


def as_number(value: Typed) -> str:
    """A number; NULL where the text is none."""
    if value.kind is Kind.CELL:
        assert value.column is not None
        return number_sql(value.column)
    if value.kind in (Kind.NUMBER, Kind.NULL):
        return value.sql
    if value.kind is Kind.TEXT:
        if value.constant is not None:
            number = number_literal(value.constant)
            if number is None:
                raise _misfit(value, Kind.NUMBER)
            return number
        return text_number_sql(value.sql)
    raise _misfit(value, Kind.NUMBER)


def as_moment(value: Typed) -> tuple[str, Kind]:
    """A date or a date with time."""
    if value.kind is Kind.CELL:
        assert value.column is not None
        if value.column.date_order == "ambiguous":
            example = next(iter(value.column.examples), "03/04/2026")
            raise fault(
                DAY_OR_MONTH,
                where=f"column {value.column.name}",
                more={"column": value.column.name, "example": example},
                column=value.column.name,
                example=example,
            )
        return moment_sql(value.column), Kind.MOMENT
    if value.kind in (Kind.DATE, Kind.MOMENT):
        return value.sql, value.kind
    if value.kind is Kind.NULL:
        return f"CAST({value.sql} AS TIMESTAMP)", Kind.MOMENT
    if value.kind is Kind.TEXT:
        if value.constant is not None:
            moment = moment_literal(value.constant)
            if moment is None:
                raise _misfit(value, Kind.DATE, "Write a date as 'YYYY-MM-DD'.")
            return moment
        return f"TRY_CAST({value.sql} AS TIMESTAMP)", Kind.MOMENT
    raise _misfit(value, Kind.DATE)


def as_truth(value: Typed) -> str:
    """A condition that is true or false, never NULL."""
    if value.kind is Kind.TRUTH:
        return value.sql
    if value.kind is Kind.CELL and value.column is not None and value.column.type == "boolean":
        return f"coalesce({truth_sql(value.column)}, false)"
    example = f"{value.shown} = ..." if value.kind is Kind.CELL else "\"State\" = 'CA'"
    raise fault(NO_CONDITION, part=value.shown, example=example)


def truth_word(value: Typed) -> bool | None:
    """The truth that a constant names, if it does."""
    word = (value.constant or "").strip().lower()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def cell_of(column: Column) -> Typed:
    """A column's cell."""
    return Typed(column.cell, Kind.CELL, f'"{column.name}"', column=column, bulk=column.bulk)


def text_constant(text: str) -> Typed:
    """A text literal."""
    bulk = len(text.encode()) * ROWS_AT_ONCE
    return Typed(literal(text), Kind.TEXT, literal(text), constant=text, bulk=bulk)


def _misfit(value: Typed, wanted: Kind, instead: str = "Compare like with like, or use try_cast.") -> Exception:
    return fault(
        MISFIT, part=value.shown, reason=f"a {wanted} is needed here and this is a {value.kind}", instead=instead
    )


def reads_as(value: Typed) -> str:
    """What a value is in arithmetic and aggregates: date, number or text."""
    if value.kind in (Kind.DATE, Kind.MOMENT):
        return "date"
    if value.kind is Kind.CELL and value.column is not None:
        if value.column.type == "date":
            return "date"
        return "number" if value.column.type in ("integer", "decimal") else "text"
    return "text" if value.kind is Kind.TEXT else "number"
