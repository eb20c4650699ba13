"""A database table as a target: one transaction a batch, each row found by its key and checked by its checksum."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from mcp_servers.data.faults import CONFIRM_COLUMNS
from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.data.reading.database import (
    cell_text,
    connect,
    handle,
    not_writable,
    plan_snapshot,
    readable,
    reflect,
    talking,
)
from mcp_servers.data.table.checksums import row_checksum
from mcp_servers.data.writing.cells import wanted_cells
from mcp_servers.data.writing.target import Written
from mcp_servers.shared.faults import fault

Key = tuple[Any, ...]


class DatabaseTarget:
    """Writing the same result twice changes nothing, so a connection lost after COMMIT is met by doing it again."""

    def __init__(self, descriptor: Descriptor, url: str) -> None:
        self.descriptor = descriptor
        self.place = descriptor.place
        self._handle = handle(url)
        self._engine = connect(self._handle)
        self._new_columns = False
        self._keys: dict[int, Key] = {}
        self._found: dict[str, Key] = {}
        self._searched: list[str | None] = []

    def adopt(self, descriptor: Descriptor) -> None:
        """Write by a newer import of the same source."""
        self.descriptor = descriptor
        self._keys = {}

    def allow_new_columns(self) -> None:
        """The person said yes to new columns."""
        self._new_columns = True

    def lock(self) -> dict[str, object]:
        """A transaction guards each row; there is nothing to hold meanwhile."""
        return {}

    def release(self) -> None:
        """The batch ended: forget where its rows are and what was agreed."""
        self._keys = {}
        self._new_columns = False

    def divert(self, changes: Sequence[Change], reason: str) -> list[Written]:
        """There is no place beside a table: the sender keeps the results."""
        raise OSError(reason)

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Write results by key in one transaction. Raises OSError when the database is away."""
        name = self.descriptor.table
        if name is None:
            raise not_writable(self.descriptor, "it is the answer of a query")
        if not self.descriptor.key_columns:
            raise not_writable(self.descriptor, "its table has no key")
        self._found, self._searched = {}, []
        with self._away_is_trouble():
            self._add_columns(name, changes)
            with self._engine.begin() as connection:
                table = reflect(connection, name)
                outcomes = [self._write(connection, table, change) for change in changes]
        return [Written(change.row_number, outcome) for change, outcome in zip(changes, outcomes, strict=True)]

    @contextmanager
    def _away_is_trouble(self) -> Iterator[None]:
        try:
            with talking_unless_away(self._handle.shown):
                yield
        except (OperationalError, InterfaceError) as error:
            reason = str(error.orig).splitlines()[0] if error.orig is not None else type(error).__name__
            raise ConnectionError(reason) from None

    def _add_columns(self, name: str, changes: Sequence[Change]) -> None:
        """New columns come before the rows' transaction: MySQL ends a transaction at each of them."""
        managed = self.descriptor.managed
        with self._engine.connect() as connection:
            table = reflect(connection, name)
        wanted = dict.fromkeys(managed.get(cell, cell) for change in changes for cell in change.cells)
        missing = [column for column in wanted if column not in table.c]
        if not missing:
            return
        if not self._new_columns:
            raise fault(CONFIRM_COLUMNS, where=self.place, table=name, columns=", ".join(missing))
        with self._engine.begin() as connection:
            quote = connection.dialect.identifier_preparer
            for column in missing:
                connection.exec_driver_sql(
                    f"ALTER TABLE {quote.format_table(table)} ADD COLUMN {quote.quote_identifier(column)} TEXT"
                )

    def _write(self, connection: sa.Connection, table: sa.Table, change: Change) -> Outcome:
        row = self._locked_row(connection, table, change)
        if row is None:
            return Outcome.LOST
        managed = self.descriptor.managed
        held = {name: cell_text(row[name]) for name in table.c.keys() if name in row}  # noqa: SIM118
        change = _in_days(change, {name for name in change.cells if _kind(table.c[managed.get(name, name)]) is date})
        outcome, cells = wanted_cells(change, lambda name: _comparable(held, managed.get(name, name)))
        if cells:
            values = {
                managed.get(name, name): _value(table.c[managed.get(name, name)], text) for name, text in cells.items()
            }
            key = self._keys[change.row_number]
            connection.execute(table.update().where(self._by_key(table, key)).values(values))
        return outcome

    def _locked_row(self, connection: sa.Connection, table: sa.Table, change: Change) -> Mapping[str, Any] | None:
        """The row that the change means, held until COMMIT; None when it cannot be found unchanged."""
        if change.checksum is None:
            return None
        for fresh in (False, True):
            key = self._search(connection, change.checksum) if fresh else self._keys.get(change.row_number)
            if key is None:
                continue
            select = sa.select(*readable(connection, table)).where(self._by_key(table, key)).with_for_update()
            rows = connection.execute(select).mappings().fetchmany(2)
            if len(rows) > 1:
                raise not_writable(self.descriptor, "its key columns name several rows")
            if rows and self._checksum(rows[0]) == change.checksum:
                self._keys[change.row_number] = key
                return dict(rows[0])
        return None

    def _search(self, connection: sa.Connection, checksum: str) -> Key | None:
        """The key of the row with that checksum; the key is part of it, so there is only one.

        The rows of the import are read once a batch, then the whole table: a written row may no longer meet the
        import's condition.
        """
        for where in dict.fromkeys((self.descriptor.where, None)):
            if checksum not in self._found and where not in self._searched:
                self._found |= self._keys_by_checksum(connection, where)
                self._searched.append(where)
        return self._found.get(checksum)

    def _keys_by_checksum(self, connection: sa.Connection, where: str | None) -> dict[str, Key]:
        snapshot = plan_snapshot(connection, self.descriptor.model_copy(update={"where": where}))
        positions = {name: position for position, name in enumerate(snapshot.names)}
        original = [positions[name] for name in self.descriptor.original_header if name in positions]
        key = [positions[name] for name in self.descriptor.key_columns]
        return {
            row_checksum(cell_text(row[position]) for position in original): tuple(row[position] for position in key)
            for row in connection.execute(snapshot.select)
        }

    def _checksum(self, row: Mapping[Any, Any]) -> str:
        return row_checksum(cell_text(row[name]) for name in self.descriptor.original_header if name in row)

    def _by_key(self, table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
        pairs = zip(self.descriptor.key_columns, key, strict=True)
        return sa.and_(*[table.c[name] == value for name, value in pairs])


@contextmanager
def talking_unless_away(shown: str) -> Iterator[None]:
    """Coded refusals, except where the database is away and trying again can help."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except DBAPIError as error:
        if error.connection_invalidated:
            raise OperationalError(error.statement, error.params, error.orig or error) from error
        with talking(shown):
            raise


def _comparable(held: Mapping[str, str], name: str) -> str:
    """A stored time as it was written: ISO 8601 in UTC."""
    text = held.get(name, "")
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
    return replace(change, cells=cells)


def _value(column: sa.Column[Any], text: str) -> Any:
    """The text as the column's type takes it; an empty one is NULL where the column allows it."""
    if not text:
        return None if column.nullable else ""
    kind = _kind(column)
    if kind is date:
        return date.fromisoformat(text)
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        return moment if getattr(column.type, "timezone", False) else moment.astimezone(UTC).replace(tzinfo=None)
    return text
