"""What the columns hold: a type is claimed only when every filled cell fits it, so mixed columns are text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from mcp_servers.data.model import ROWS_AT_ONCE, Column, DateOrder, Override
from mcp_servers.data.table.aggregates import aggregated
from mcp_servers.data.table.people import holds_people
from mcp_servers.data.table.values import (
    FALSE_WORDS,
    MARK,
    TRUE_WORDS,
    UNITS,
    moment_sql,
    number_sql,
    text_sql,
    white_sql,
    with_unit,
)

SAMPLE_ROWS = 2000
_EXAMPLES = 3
_PEOPLE_SAMPLE = 400
_EXAMPLE_LENGTH = 40
_LOW_CARDINALITY = 50
_LONGEST_VALUE = 1000
"""What is longer is text; the patterns below need not see all of it."""

_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"[-+]?[$€£¥]?\s?(\d{1,3}(,\d{3})+|\d{1,15})?(\.\d{1,9})?\s?[$€£¥]?")
_COMMA_DECIMAL = re.compile(r"[-+]?[$€£¥]?\s?(\d{1,3}(\.\d{3})+|\d{1,15})?(,\d{1,9})?\s?[$€£¥]?")
_COMMA_PROOF = re.compile(r".*\d,(\d{1,2}|\d{4,9})\s?[$€£¥]?")
_POINT_PROOF = re.compile(r".*\.(\d{1,2}|\d{4,9})\s?[$€£¥]?")
_PADDED = re.compile(r"[-+]?[$€£¥]?0\d")
_TIME = r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s?([AaPp][Mm])?\s?(Z|[+-]\d{2}(:?\d{2})?)?)?"
_ISO = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}" + _TIME)
_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_MONTHS = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_NAMED_DATE = re.compile(
    rf"(\d{{1,2}}[- ]{_MONTHS}[- ,]+\d{{2,4}}|{_MONTHS} \d{{1,2}},? \d{{4}})" + _TIME, re.IGNORECASE
)
_YEARLESS = re.compile(rf"\d{{1,2}}[- ]{_MONTHS}|{_MONTHS}[- ]\d{{1,2}}", re.IGNORECASE)
_MARKED = re.compile(MARK)
_LOST_DIGITS = re.compile(r"\d(\.\d+)?[eE]\+?\d{2}")

_CODES = re.compile(r"\b(zip|postal|postcode|phone|telephone|tel|mobile|cell|fax|tracking)", re.IGNORECASE)


def _words(name: str) -> str:
    return " ".join(re.sub(r"([a-z])([A-Z])", r"\1 \2", name).replace("_", " ").replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Inferred:
    """The columns, what a person should know about them, and the sheet rows of numbers with an exponent by column."""

    columns: list[Column]
    warnings: list[str]
    lost_digits: dict[str, list[int]]


def infer_columns(
    cursor: duckdb.DuckDBPyConnection, names: Sequence[str], overrides: Mapping[str, Override], sheet_offset: int
) -> Inferred:
    """The columns of table `cells` and what a person should know about them."""
    row_count = cursor.execute("SELECT count(*) FROM cells").fetchall()[0][0]
    step = max(1, row_count // SAMPLE_ROWS)
    cells = ", ".join(f"c{position}" for position in range(len(names)))
    sample = cursor.execute(
        f"SELECT {cells} FROM cells WHERE row_number % {step} = 0 OR row_number <= 100 LIMIT {2 * SAMPLE_ROWS}"
    ).fetchall()
    guesses, sampled = [], []
    for position, name in enumerate(names):
        values = [text for row in sample if row[position] is not None and (text := row[position].strip())]
        # Looking for people costs more than looking for numbers, so it takes fewer cells.
        person = holds_people(name, values[:: 1 + len(values) // _PEOPLE_SAMPLE])
        values = [value[:_LONGEST_VALUE] for value in values]
        marked = any(_MARKED.match(value) for value in values)
        sampled.append([value[1:] if _MARKED.match(value) else value for value in values] if marked else values)
        guesses.append(_guess(Column(name, position, person=person, marked=marked), sampled[-1]))
    columns = _verified(cursor, _one_comma(guesses, sampled), row_count)
    columns = [_overridden(column, overrides.get(column.name)) for column in columns]
    lost = _lost_digits(cursor, columns, sampled, sheet_offset)
    return Inferred(columns, _warnings(columns, sampled, lost), {name: rows for name, (_, rows) in lost.items()})


def _one_comma(guesses: list[Column], sampled: list[list[str]]) -> list[Column]:
    """One sheet writes its decimals one way: where some column proves the comma and none the point, `1.234` is more
    than a thousand in every column."""
    numbers = [column for column in guesses if column.type == "decimal"]
    if not any(column.decimal_comma for column in numbers) or any(
        _POINT_PROOF.fullmatch(value) for column in numbers for value in sampled[column.position]
    ):
        return guesses
    return [_guess(column, sampled[column.position], comma=True) if column in numbers else column for column in guesses]


def _guess(column: Column, values: list[str], *, comma: bool = False) -> Column:
    column = replace(column, date_order=_date_order(values), decimal_comma=comma or _uses_comma(values))
    distinct = list(dict.fromkeys(values))
    kind = "text" if not values or _CODES.search(_words(column.name)) else _kind(values, column)
    if not column.person and (kind != "text" or len(distinct) <= _LOW_CARDINALITY):
        column = replace(column, examples=tuple(value[:_EXAMPLE_LENGTH] for value in distinct[:_EXAMPLES]))
    if kind == "date" and column.date_order is None:
        return replace(column, type="date", date_order="serial")
    if kind == "text" and values and (unit := _one_unit(values)) is not None:
        bare = [match[1] for value in values if (match := re.match(with_unit(unit), value.casefold()))]
        return replace(column, unit=unit, decimal_comma=_uses_comma(bare))
    plain = kind == "integer" or (kind == "decimal" and all(re.fullmatch(r"-?\d*\.?\d+", value) for value in values))
    plain = plain and not column.marked and not column.decimal_comma
    return replace(column, type=kind, plain_number=plain)  # type: ignore[arg-type]


def _kind(values: list[str], column: Column) -> str:
    if all(value.casefold() in TRUE_WORDS + FALSE_WORDS for value in values):
        return "boolean"
    if all(_INTEGER.fullmatch(value) for value in values):
        serial = re.search(r"\bdate\b", _words(column.name), re.I) and all(30000 <= int(v) <= 60000 for v in values)
        return "date" if serial else "integer"
    decimal = _COMMA_DECIMAL if column.decimal_comma else _DECIMAL
    if all(decimal.fullmatch(value) and value[-1:] and not _PADDED.match(value) for value in values):
        return "decimal" if any(any(c in value for c in ".,") for value in values) else "integer"
    if all(_ISO.fullmatch(v) or _NUMERIC_DATE.fullmatch(v) or _NAMED_DATE.fullmatch(v) for v in values):
        return "date"
    return "text"


def _one_unit(values: list[str]) -> str | None:
    """The one unit that stands behind every number, e.g. `kg`."""
    for unit in UNITS:
        if re.match(with_unit(unit), values[0].casefold()):
            pattern = re.compile(with_unit(unit))
            return unit if all(pattern.match(value.casefold()) for value in values) else None
    return None


def _uses_comma(values: list[str]) -> bool:
    return any(_COMMA_PROOF.fullmatch(v) and _COMMA_DECIMAL.fullmatch(v) for v in values) and not any(
        _POINT_PROOF.fullmatch(value) and _DECIMAL.fullmatch(value) for value in values
    )


def _date_order(values: list[str]) -> DateOrder | None:
    numeric = [match for value in values if (match := _NUMERIC_DATE.fullmatch(value))]
    if numeric:
        if any(match[2] == "." or int(match[1]) > 12 for match in numeric):
            return "dmy"
        return "mdy" if any(int(match[3]) > 12 for match in numeric) else "ambiguous"
    if any(_NAMED_DATE.fullmatch(value) for value in values):
        return "named"
    return "iso" if any(_ISO.fullmatch(value) for value in values) else None


def _verified(cursor: duckdb.DuckDBPyConnection, guesses: list[Column], row_count: int) -> list[Column]:
    """Hold each guess against every row, not only the sample."""
    white = aggregated(cursor, [f"bool_or({white_sql(guess)})" for guess in guesses])
    terms = []
    for guess in guesses:
        terms.append(f"count({text_sql(guess) if white[guess.position] else guess.cell})")
        terms.append(_fit_sql(guess))
        part = f"TRY_CAST(regexp_extract({text_sql(guess)}, '^(\\d+)[/.-](\\d+)[/.-]\\d', %d) AS INTEGER)"
        unsure = guess.date_order == "ambiguous"
        terms.extend([f"max({part % 1})", f"max({part % 2})"] if unsure else ["any_value(NULL)", "any_value(NULL)"])
        terms.append(f"bool_or({guess.cell} >= '''' AND {guess.cell} < '(')")
        terms.extend([f"coalesce(sum(strlen({guess.cell})), 0)", f"coalesce(max(strlen({guess.cell})), 0)"])
    facts = aggregated(cursor, terms)
    columns = []
    for position, guess in enumerate(guesses):
        filled, fitting, first, second, marked, bytes_, longest = facts[7 * position : 7 * position + 7]
        bulk = min(int(bytes_), ROWS_AT_ONCE * longest)
        column = replace(guess, nulls=row_count - filled, marked=bool(marked), bulk=bulk)
        if first is not None and first > 12:
            column = replace(column, date_order="dmy")
        elif second is not None and second > 12:
            column = replace(column, date_order="mdy")
        if fitting is not None and fitting < filled:
            column = replace(column, type="text", plain_number=False, unit="")
        columns.append(column)
    return columns


def _fit_sql(column: Column) -> str:
    text = text_sql(column)
    if column.unit:
        return f"count({number_sql(column)})"
    if column.type == "boolean":
        words = ", ".join(f"'{word}'" for word in TRUE_WORDS + FALSE_WORDS)
        return f"count(*) FILTER (lower({text}) IN ({words}))"
    if column.type == "integer" and column.plain_number:
        # What comes back as it was typed has no leading zero, sign or fraction.
        return f"count(*) FILTER (CAST(TRY_CAST(trim({column.cell}) AS BIGINT) AS VARCHAR) = trim({column.cell}))"
    if column.type == "decimal" and column.plain_number:
        padded = f"{column.cell} >= '00' AND {column.cell} < '0:'"
        worded = f"{column.cell} >= ':' OR contains({column.cell}, 'e') OR contains({column.cell}, 'E')"
        return f"count(TRY_CAST({column.cell} AS DOUBLE)) FILTER (NOT ({padded} OR {worded}))"
    if column.type in ("integer", "decimal"):
        return f"count({number_sql(column)}) FILTER (NOT regexp_matches({text}, '^[-+]?[$€£¥]?0\\d|[eE]'))"
    if column.type == "date" and column.date_order != "ambiguous":
        return f"count({moment_sql(column)})"
    return "any_value(NULL)"


def _overridden(column: Column, override: Override | None) -> Column:
    if override is None:
        return column
    order = override.date_order or column.date_order
    if override.type == "date" and order is None:
        order = "iso" if column.type not in ("integer", "decimal") else "serial"
    return replace(column, type=override.type, date_order=order, plain_number=False, unit="")


def _lost_digits(
    cursor: duckdb.DuckDBPyConnection, columns: list[Column], sampled: list[list[str]], sheet_offset: int
) -> dict[str, tuple[str, list[int]]]:
    """Columns in which a spreadsheet wrote long numbers with an exponent: an example, and the sheet rows."""
    found = {}
    for column, values in zip(columns, sampled, strict=True):
        lost = next((value for value in values if _LOST_DIGITS.fullmatch(value)), None)
        if lost is not None:
            rows = cursor.execute(
                f"SELECT row_number FROM cells WHERE regexp_full_match({text_sql(column)}, '{_LOST_DIGITS.pattern}') "
                "ORDER BY row_number"
            ).fetchall()
            found[column.name] = lost, [row[0] + sheet_offset for row in rows]
    return found


def _warnings(columns: list[Column], sampled: list[list[str]], lost: Mapping[str, tuple[str, list[int]]]) -> list[str]:
    found = []
    for column, values in zip(columns, sampled, strict=True):
        if column.date_order == "ambiguous":
            found.append(
                f'Column "{column.name}": dates such as {_numeric_example(values)} may be month/day or day/month.'
            )
        if column.date_order == "serial":
            found.append(f'Column "{column.name}": the numbers are read as Excel date serials.')
        if column.name in lost:
            example, rows = lost[column.name]
            found.append(
                f'Column "{column.name}": your spreadsheet lost digits (e.g. {example}) in rows '
                f"{', '.join(map(str, rows[:20]))}; it cannot serve as a key."
            )
        if values and all(_YEARLESS.fullmatch(value) for value in values):
            found.append(f'Column "{column.name}": days such as {values[0]} have no year, so they are kept as text.')
    return found


def _numeric_example(values: list[str]) -> str:
    return next((value for value in values if _NUMERIC_DATE.fullmatch(value)), values[0] if values else "")
