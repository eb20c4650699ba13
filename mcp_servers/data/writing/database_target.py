"""A database table as a target: one transaction a batch, each row found by its key and checked by its checksum.

A row that the database refuses is rolled back alone; after each change the row is read again, because a trigger can
drop or change it without an error.
"""

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from mcp_servers.data.faults import CELL_FILLED, CONFIRM_COLUMNS, NOT_KEPT, UNKNOWN_KEY
from mcp_servers.data.model import SHIPPED_AT, TRACKING, Change, Descriptor, Outcome
from mcp_servers.data.reading.catalogue import reflect
from mcp_servers.data.reading.database import connect, handle, not_writable
from mcp_servers.data.reading.refusals import passing, reason_of, refused, row_is_locked
from mcp_servers.data.writing.cells import wanted_cells
from mcp_servers.data.writing.database_rows import DatabaseRows, Place, columns_of
from mcp_servers.data.writing.target import Written
from mcp_servers.shared.faults import ToolFault, fault

_SETTINGS = {
    # Another program's lock on one row holds up nobody for long; rules that wait for COMMIT are asked at each row.
    "postgresql": ("SET LOCAL lock_timeout = '5s'", "SET CONSTRAINTS ALL IMMEDIATE"),
    "mysql": ("SET SESSION innodb_lock_wait_timeout = 5",),
    "mariadb": ("SET SESSION innodb_lock_wait_timeout = 5",),
}


class DatabaseTarget:
    """Writing the same result twice changes nothing, so a connection lost after COMMIT is met by doing it again."""

    def __init__(self, descriptor: Descriptor, url: str) -> None:
        self.descriptor = descriptor
        self.place = descriptor.place
        self._handle = handle(url)
        self._engine = connect(self._handle)
        if self._engine.dialect.name == "sqlite":
            _begin_to_write(self._engine)
        self._new_columns = False
        self._rows = DatabaseRows(descriptor)

    def adopt(self, descriptor: Descriptor) -> None:
        """Write by a newer import of the same source."""
        self.descriptor = descriptor
        self._rows = DatabaseRows(descriptor)

    def allow_new_columns(self) -> None:
        """The person said yes to new columns."""
        self._new_columns = True

    def lock(self) -> dict[str, object]:
        """A transaction guards each row; there is nothing to hold meanwhile."""
        return {}

    def release(self) -> None:
        """The batch ended: forget where its rows are and what was agreed."""
        self._rows.forget()
        self._new_columns = False

    def divert(self, changes: Sequence[Change], reason: str) -> list[Written]:
        """There is no place beside a table: the sender keeps the results."""
        raise OSError(reason)

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Write results by key in one transaction. Raises OSError when the database is away or busy.

        A row that the database refuses for itself is answered as `refused`, with the reason; the others are written.
        """
        name = self.descriptor.table
        if name is None:
            raise not_writable(self.descriptor, "it is the answer of a query")
        if not self.descriptor.key_columns:
            raise not_writable(self.descriptor, "its table has no key")
        named = {change.checksum for change in changes if change.checksum is not None}
        with self._away_is_trouble():
            with self._writing() as connection:
                table = self._table(connection, name)
                missing = self._missing(table, changes)
                if not missing:
                    return self._all(connection, table, changes, named)
            # New columns come before the rows' transaction: MySQL ends a transaction at each of them.
            self._add_columns(name, table, missing)
            with self._writing() as connection:
                return self._all(connection, self._table(connection, name), changes, named)

    def _all(
        self, connection: sa.Connection, table: sa.Table, changes: Sequence[Change], named: Set[str]
    ) -> list[Written]:
        return [self._one(connection, table, change, named - {change.checksum or ""}) for change in changes]

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            for setting in _SETTINGS.get(connection.dialect.name, ()):
                connection.exec_driver_sql(setting)
            yield connection

    def _table(self, connection: sa.Connection, name: str) -> sa.Table:
        table = reflect(connection, name)
        missing = [one for one in self.descriptor.key_columns if one not in table.c]
        if missing:
            raise fault(UNKNOWN_KEY, column=missing[0], columns=", ".join(table.c.keys()))
        return table

    @contextmanager
    def _away_is_trouble(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and passing(error):
                raise ConnectionError(reason_of(error)) from None
            raise refused(error, self._handle.shown) from None

    def _missing(self, table: sa.Table, changes: Sequence[Change]) -> list[str]:
        wanted = dict.fromkeys(self.descriptor.managed.get(cell, cell) for change in changes for cell in change.cells)
        return [column for column in wanted if column not in columns_of(table)]

    def _add_columns(self, name: str, table: sa.Table, missing: Sequence[str]) -> None:
        if not self._new_columns:
            raise fault(CONFIRM_COLUMNS, where=self.place, table=name, columns=", ".join(missing))
        with self._writing() as connection:
            quote = connection.dialect.identifier_preparer
            for column in missing:
                connection.exec_driver_sql(
                    f"ALTER TABLE {quote.format_table(table)} ADD COLUMN {quote.quote_identifier(column)} TEXT"
                )

    def _one(self, connection: sa.Connection, table: sa.Table, change: Change, others: Set[str]) -> Written:
        """One row in a savepoint of its own."""
        try:
            with connection.begin_nested():
                return self._write(connection, table, change, others)
        except ToolFault as known:
            refusal = known
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and passing(error) and not row_is_locked(error):
                raise
            refusal = refused(error, self._handle.shown)
        refusal.where = f"{self.place}, row {change.row_number}"
        return Written(change.row_number, Outcome.REFUSED, refusal=refusal)

    def _write(self, connection: sa.Connection, table: sa.Table, change: Change, others: Set[str]) -> Written:
        place = self._rows.locked(connection, table, change, others)
        if place is None:
            return Written(change.row_number, Outcome.LOST)
        managed, columns = self.descriptor.managed, columns_of(table)
        column_of = {name: columns[managed.get(name, name)] for name in change.cells}
        change = _in_days(change, {name for name, column in column_of.items() if _kind(column) is date})
        wanted = wanted_cells(change, lambda name: _held(place, managed.get(name, name), name, change))
        if TRACKING in wanted.filled:
            raise fault(CELL_FILLED, place=self.place, row_number=change.row_number)
        cells = wanted.cells
        if cells:
            values = {column_of[name].name: _value(column_of[name], text) for name, text in cells.items()}
            still = [_still(column_of[name], place.cells.get(managed.get(name, name), "")) for name in cells]
            update = table.update().where(self._rows.by_key(table, place.key), *still).values(values)
            self._check(connection, table, change, place, set(cells), connection.execute(update).rowcount)
        if not wanted.filled:
            return Written(change.row_number, wanted.outcome)
        # There is no place beside a table: the number is in it, and what somebody else wrote beside it stays.
        left = ", ".join(managed.get(name, name) for name in wanted.filled)
        reason = f"{left} was filled in by somebody else and stays"
        return Written(change.row_number, Outcome.WRITTEN if cells else Outcome.UNCHANGED, reason=reason)

    def _check(
        self, connection: sa.Connection, table: sa.Table, change: Change, place: Place, written: Set[str], count: int
    ) -> None:
        """Read what became of the row; raises E-1311. The count alone proves nothing: views tell 0 for what they did.
        A time may be kept in the database's own way."""
        if count > 1:
            raise fault(NOT_KEPT, reason=f"it changed {count} rows where one was meant")
        now = self._rows.again(connection, table, place)
        if now is None:
            raise fault(NOT_KEPT, reason="the row is gone or its key is another after the change")
        for name in written - {SHIPPED_AT}:
            column = self.descriptor.managed.get(name, name)
            held, wanted = now.cells.get(column, ""), change.cells[name]
            if not _same(held, wanted):
                dropped = held == place.cells.get(column, "")
                if not count and not dropped:
                    raise fault(CELL_FILLED, place=self.place, row_number=change.row_number)
                reason = "it dropped the change" if dropped else f"column {column} holds another text afterwards"
                raise fault(NOT_KEPT, reason=f"{reason}, as a trigger or a short column does")
        self._rows.written(change, now)


def _begin_to_write(engine: sa.Engine) -> None:
    """SQLite's driver begins late and knows no savepoints by itself; a writer takes its turn at the beginning."""

    @sa.event.listens_for(engine, "connect")
    def _leave_it_to_us(connection: Any, _: object) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _held(place: Place, column: str, name: str, change: Change) -> str:
    """What a cell holds: a time in the form in which we write it, a text as we sent it where only its form differs."""
    text = place.cells.get(column, "")
    if name == SHIPPED_AT:
        moment, seen = _in_utc(text), change.expected_time
        # What an import read, in the column's own form, is compared as a time too.
        return seen if seen and moment == _in_utc(seen) else moment
    expected = change.expected if name == TRACKING else None
    return next((one for one in (change.cells.get(name), expected) if one and _same(text, one)), text)


def _still(column: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    """The condition that a cell of text holds what was read: where rows cannot be locked, nobody writes in between."""
    if _kind(column) is not str:
        return sa.true()
    held = sa.func.rtrim(sa.cast(column, sa.String))
    text = text.rstrip(" ")
    return held == text if text else sa.or_(column.is_(None), held == "")


def _same(held: str, wanted: str) -> bool:
    """Triggers and columns of fixed width change blanks, hyphens and case, and it is the same number still."""
    return _folded(held) == _folded(wanted)


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _in_utc(text: str) -> str:
    """A stored time as it was written: ISO 8601 in UTC."""
    try:
        moment = datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        return text
    if moment is None:
        return text
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def _kind(column: sa.Column[Any]) -> type | None:
    try:
        return column.type.python_type
    except NotImplementedError:
        return None


def _in_days(change: Change, days: Set[str]) -> Change:
    """A column that holds days takes the day of a time."""
    cells = {name: text[:10] if name in days else text for name, text in change.cells.items()}
    seen = change.expected_time
    return replace(change, cells=cells, expected_time=seen[:10] if seen and SHIPPED_AT in days else seen)


def _value(column: sa.Column[Any], text: str) -> Any:
    """The text as the column's type takes it; an empty one is NULL where the column allows it. Raises E-1311."""
    if not text:
        return None if column.nullable else ""
    kind = _kind(column)
    try:
        if kind is date:
            return date.fromisoformat(text)
        if kind is datetime:
            moment = datetime.fromisoformat(text)
            return moment if getattr(column.type, "timezone", False) else moment.astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        raise fault(NOT_KEPT, reason=f"column {column.name} takes times, and {text!r} is not one") from None
    return text
