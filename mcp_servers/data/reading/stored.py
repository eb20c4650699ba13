"""What a database stores, as the text that people would type: every value of every column, however odd.

Columns are read without the library's own conversions: those refuse, round or reorder what does not fit them
(infinite dates, hours beyond a day, sets, a text in a column of numbers).
"""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from math import isfinite, isnan
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql import BIT

_LARGEST_EXACT = 1e15
_LENIENT = ("date", "time", "timetz", "timestamp", "timestamptz")
"""PostgreSQL's types that reach beyond what Python's dates and times can hold."""


class _AsStored(sa.types.TypeDecorator[Any]):
    """SQLite keeps any value in a column of any type, so nothing is converted that does not clearly fit."""

    impl = sa.types.NullType
    cache_ok = False

    def __init__(self, declared: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self._declared = declared

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        """A truth for 0 and 1, the places that a decimal names, no fractions of a second where there are none."""
        declared = self._declared
        if isinstance(declared, sa.Boolean) and value in (0, 1):
            return bool(value)
        if isinstance(declared, sa.Numeric) and declared.scale and isinstance(value, (int, float)):
            if not isfinite(value) or abs(value) >= _LARGEST_EXACT:
                return value
            number, places = Decimal(repr(value)), Decimal(1).scaleb(-declared.scale)
            return number.quantize(places) if number % places == 0 else value
        if isinstance(declared, sa.DateTime) and isinstance(value, str):
            return value.removesuffix(".000000")
        return value


def readable(connection: sa.Connection, table: sa.Table) -> list[sa.ColumnElement[Any]]:
    """The table's columns as they can be read, under their own names."""
    lite = connection.dialect.name == "sqlite"
    return [
        (sa.type_coerce(column, _AsStored(column.type)) if lite else as_stored(column)).label(column.name)
        for column in table.columns
    ]


def as_stored(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The column as the driver hands it over and takes it back. Bits alone are not a number without a conversion."""
    return column if isinstance(column.type, BIT) else sa.type_coerce(column, sa.types.NullType())


def read_leniently(engine: sa.Engine) -> None:
    """Have PostgreSQL's driver hand over as text what Python's dates, times and spans cannot hold."""
    if engine.dialect.name != "postgresql":
        return
    psycopg = import_module("psycopg")
    text = psycopg.pq.Format.TEXT

    @sa.event.listens_for(engine, "connect")
    def _register(connection: Any, _: object) -> None:
        adapters = connection.adapters
        for name in _LENIENT:
            strict = adapters.get_loader(psycopg.adapters.types[name].oid, text)
            adapters.register_loader(name, _lenient(psycopg.adapt.Loader, strict, psycopg.DataError))
        # A month is not thirty days: spans are told as the database tells them.
        adapters.register_loader("interval", import_module("psycopg.types.string").TextLoader)


def _lenient(base: Any, strict: Any, refusal: type[Exception]) -> type:
    class Lenient(base):  # type: ignore[misc]
        def __init__(self, oid: int, context: Any = None) -> None:
            super().__init__(oid, context)
            self._strict = strict(oid, context)

        def load(self, data: Any) -> Any:
            try:
                return self._strict.load(data)
            except refusal:
                return bytes(data).decode()

    return Lenient


def cell_text(value: Any) -> str:
    """A database value as the text that people would type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Decimal, float)) and not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_EXACT else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _hours(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    return str(value)


def _hours(span: timedelta) -> str:
    """MariaDB's TIME, which reaches from -838:59:59 to 838:59:59."""
    seconds, sign = abs(span) // timedelta(seconds=1), "-" if span < timedelta() else ""
    fraction = f".{abs(span).microseconds:06d}" if span.microseconds else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"
