"""The open sheet from what the data server says of it: the field, unit and kind of each column.

A column is told by its header, else by its words, its kind and its values.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from agent.sheet.headers import read_headers
from agent.shipping.country_names import country_of
from agent.shipping.places import province_code, region_states, state_code
from agent.shipping.services import service_code
from agent.shipping.weights import unit_of_header
from agent.understanding.dates import written_day
from agent.understanding.headers import UNIT_WORDS, full_words
from agent.understanding.lexicon import columns as known_columns
from agent.understanding.sheet import Column, Kind, Sheet
from agent.understanding.tokens import keys, stem

_LONGEST_VALUE: Final = 200
_WEIGHTS: Final = frozenset("lb lbs oz kg kgs g gram grams pounds ounces".split())  # noqa: SIM905
_CURRENCIES: Final = frozenset("usd eur gbp cad $ dollars".split())  # noqa: SIM905
_NUMBERS: Final = ("int", "double", "float", "decimal", "numeric", "number", "real")
_CHARGES: Final = frozenset(
    "shipping freight handling tax taxes discount insurance tip fee deposit refund premium insure".split()  # noqa: SIM905
)


def sheet_from(described: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> Sheet:
    """From the answers of `describe_sheet` and of `column_values` (by column)."""
    listed = list(described.get("columns", ()))
    names = [str(column["name"]) for column in listed]
    read = {reading.column: reading for reading in read_headers(names)}
    columns = []
    for column in listed:
        name, answer = str(column["name"]), values.get(str(column["name"]), {})
        held = tuple(
            (str(item["value"]), int(item["count"]))
            for item in answer.get("values", ())
            if str(item.get("value") or "").strip() and len(str(item["value"])) <= _LONGEST_VALUE
        )
        kind = _kind(str(column.get("type", "")))
        reading = read.get(name)
        field = _field(name, kind, held, reading.field if reading else "")
        distinct = int(answer.get("distinct_count", column.get("distinct_count") or 0))
        unit = unit_of_header(name) if field in ("weight", "item_weight") else None
        owner = reading.owner if reading else _owner(name)
        guessed = field == "service" and not (reading and reading.field) and not _named(name)
        nulls = int(column.get("nulls") or 0)
        columns.append(Column(name, kind, field, owner, held, nulls, distinct, unit, guessed))
    columns = _by_unit(columns)
    count = int(described.get("row_count", 0))
    return Sheet(_numbered(columns, count), count, tuple(map(str, described.get("boxes", ()))))


def _by_unit(columns: list[Column]) -> list[Column]:
    """`Gross lb`, `Invoice USD`: a unit tells the columns of weights, or the one of amounts, where no header does."""
    for field, units in (("weight", _WEIGHTS), ("total", _CURRENCIES)):
        named = [
            column
            for column in columns
            if column.kind == "number" and not column.field and units & set(keys(column.name))
        ]
        if not any(column.field == field for column in columns) and (field == "weight" or len(named) == 1):
            told = {c.name: replace(c, field=field, unit=unit_of_header(c.name)) for c in named}
            columns = [told.get(column.name, column) for column in columns]
    return columns


def _kind(type_name: str) -> Kind:
    lowered = type_name.casefold()
    if lowered.startswith("bool"):
        return "boolean"
    if "date" in lowered or "time" in lowered:
        return "date"
    return "number" if any(word in lowered for word in _NUMBERS) else "text"


def _field(name: str, kind: Kind, held: tuple[tuple[str, int], ...], known: str) -> str:
    """The field of a column by the dictionary, else by its words, its kind and its values."""
    full = tuple(map(stem, full_words(name)))
    if kind == "date" and set(full) & {"paid", "payment"}:
        return "paid_date"
    field = known or next(
        (
            known_columns("headers")[phrase]
            for phrase in (full, tuple(map(stem, keys(name))), tuple(word for word in full if word not in UNIT_WORDS))
            if phrase in known_columns("headers")
        ),
        "",
    )
    if not field:
        told = {known_columns("telling")[word,] for word in full if (word,) in known_columns("telling")}
        field = told.pop() if len(told) == 1 else ""
        again = read_headers([" ".join(word for word in full if word not in UNIT_WORDS)]) if not field else []
        field = again[0].field if again else field
    services = 2 * sum(service_code(value) is not None for value, _ in held) >= max(len(held), 1)
    if not field and kind == "text" and held:
        field = "service" if services else _place_field(held)
    if field == "service" and not services and kind != "text":
        return ""
    if field == "order_number" and set(keys(name)) & _CURRENCIES:
        return "total" if kind == "number" else ""  # `Invoice USD`
    if field == "total" and set(full) & _CHARGES:
        return ""
    if field == "state" and any(region_states(value) for value, _ in held):
        return "region"
    if (
        field == "state"
        and held
        and not known
        and not any(state_code(value) or province_code(value) for value, _ in held)
    ):
        return ""  # `job_state`: Done, Waiting
    if field in ("order_date", "deadline", "shipped_at") and kind != "date" and held and not known:
        return field if all(written_day(value) for value, _ in held) else ""
    if field in ("status", "payment_status", "fulfilment_status", "line_status"):
        return "status"
    return field


def _named(name: str) -> bool:
    """Whether a header tells its field."""
    full = tuple(map(stem, full_words(name)))
    known, telling = known_columns("headers"), known_columns("telling")
    return full in known or tuple(map(stem, keys(name))) in known or any((word,) in telling for word in full)


def _numbered(columns: list[Column], rows: int) -> tuple[Column, ...]:
    """`Ticket`, `Lot`, `Sub ID`: without a known header, the first column that tells every row from every other."""
    if any(column.field == "order_number" for column in columns):
        return tuple(columns)
    for at, column in enumerate(columns):
        if not column.field and rows > 1 and column.distinct == rows and column.complete and column.kind != "date":
            columns[at] = Column(
                column.name, column.kind, "order_number", "plain", column.values, column.nulls, column.distinct
            )
            break
    return tuple(columns)


def _owner(name: str) -> str:
    words = set(keys(name))
    return "bill" if words & {"bill", "billing"} else "plain"


def _place_field(held: tuple[tuple[str, int], ...]) -> str:
    """`State` and `État` hold the same: a column of nothing but states, or of nothing but countries."""
    values = [value for value, _ in held]
    if all(state_code(value) or province_code(value) for value in values):
        return "state"
    return "country" if all(country_of(value) for value in values) else ""
