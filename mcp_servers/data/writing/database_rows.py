"""Finds the rows of an import in their table again: by key, told apart from other orders by their checksum.

A table is scanned once a session, whatever is written. A row that the database itself changed at our own write (by a
trigger that no catalogue tells) is known by what it looked like after it, or in another process by our number in it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mcp_servers.data.faults import NOT_KEPT
from mcp_servers.data.model import TRACKING, Change, Descriptor
from mcp_servers.data.reading.database import not_writable, plan_snapshot
from mcp_servers.data.reading.header import column_names
from mcp_servers.data.reading.stored import as_stored, cell_text, readable
from mcp_servers.data.table.checksums import row_checksum
from mcp_servers.shared.faults import fault

Key = tuple[Any, ...]
_SCANNED_AT_ONCE = 2000
_MOST_HOLDING = 100
"""Rows of one order, which share a number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row, held until COMMIT: its key, and its cells as text by the names of the import."""

    key: Key
    cells: Mapping[str, str]


class DatabaseRows:
    """Where the rows of one import stand."""

    def __init__(self, descriptor: Descriptor) -> None:
        self._descriptor = descriptor
        self._keys: dict[int, Key] = {}
        self._scanned: list[str | None] = []
        self._after: dict[str, tuple[Key, str]] = {}
        """Checksum at the import -> key, and checksum after our own write where the database changed more than we."""
        self._taken: dict[Key, str] = {}

    def forget(self) -> None:
        """The batch ended; other programs may move rows now."""
        self._keys, self._scanned, self._taken = {}, [], {}

    def locked(
        self, connection: sa.Connection, table: sa.Table, change: Change, others: Collection[str]
    ) -> Place | None:
        """The row that the change means; None when it cannot be found unchanged. `others` are checksums that the other
        changes name. Raises E-1308 where the key names several rows, E-1311 where it must not be changed."""
        checksum = change.checksum
        if checksum is None:
            return None
        found = self._unchanged(connection, table, checksum) or self._holding(connection, table, change, others)
        if found is not None:
            self._taken[found.key] = checksum
        return found

    def again(self, connection: sa.Connection, table: sa.Table, place: Place) -> Place | None:
        """The row as it is now, in the same transaction."""
        return self._at(connection, table, place.key, lock=False)

    def found(self, connection: sa.Connection, checksums: Collection[str]) -> dict[str, Place]:
        """The rows of these checksums as they are, in one reading of the import's rows or, where some are missing, of
        the table."""
        places: dict[str, Place] = {}
        for where in dict.fromkeys((self._descriptor.where, None)):
            if len(places) < len(checksums):
                select, table = self._everything(connection, where)
                with connection.execute(select, execution_options={"yield_per": _SCANNED_AT_ONCE}) as rows:
                    for place in map(self._placing(table), rows):
                        if (checksum := self._checksum(place)) in checksums:
                            places.setdefault(checksum, place)
        return places

    def written(self, change: Change, place: Place) -> None:
        """Remember a row that is not what it was, although nobody but us wrote to it."""
        if change.checksum is not None and (now := self._checksum(place)) != change.checksum:
            self._after[change.checksum] = place.key, now

    def _unchanged(self, connection: sa.Connection, table: sa.Table, checksum: str) -> Place | None:
        key, now = self._after.get(checksum, (None, checksum))
        for known in (key, self._key_of(connection, checksum)):
            if known is None:
                continue
            place = self._at(connection, table, known, lock=True)
            if place is not None and self._checksum(place) in (checksum, now):
                return place
            hidden = self._at(connection, table, known, lock=False) if place is None else None
            if hidden is not None and self._checksum(hidden) in (checksum, now):
                raise fault(NOT_KEPT, reason="its rules let this user read the row but not change it")
        return None

    def _key_of(self, connection: sa.Connection, checksum: str) -> Key | None:
        """The import's rows are read first, then the whole table: a written row may no longer meet the condition."""
        for where in dict.fromkeys((self._descriptor.where, None)):
            if hash(checksum) not in self._keys and where not in self._scanned:
                self._keys |= self._keys_by_checksum(connection, where)
                self._scanned.append(where)
        return self._keys.get(hash(checksum))

    def _keys_by_checksum(self, connection: sa.Connection, where: str | None) -> dict[int, Key]:
        select, table = self._everything(connection, where)
        with connection.execute(select, execution_options={"yield_per": _SCANNED_AT_ONCE}) as rows:
            return {hash(self._checksum(place)): place.key for place in map(self._placing(table), rows)}

    def _everything(self, connection: sa.Connection, where: str | None) -> tuple[sa.Select[Any], sa.Table]:
        snapshot = plan_snapshot(connection, self._descriptor.model_copy(update={"where": where}))
        assert snapshot.table is not None
        assert isinstance(snapshot.select, sa.Select)
        return self._with_key(snapshot.table, snapshot.select).order_by(None), snapshot.table

    def _holding(
        self, connection: sa.Connection, table: sa.Table, change: Change, others: Collection[str]
    ) -> Place | None:
        """The row that holds the very number that we write or clear, and is not another change's."""
        number = change.expected or change.cells.get(TRACKING)
        column = columns_of(table).get(self._descriptor.managed[TRACKING])
        if not number or column is None:
            return None
        select = (
            sa.select(*readable(connection, table)).where(sa.cast(column, sa.String) == number).limit(_MOST_HOLDING)
        )
        for place in self._places(connection, table, select.with_for_update()):
            free = self._taken.get(place.key, change.checksum) == change.checksum
            if free and self._checksum(place) not in others:
                return place
        return None

    def _at(self, connection: sa.Connection, table: sa.Table, key: Key, *, lock: bool) -> Place | None:
        select = sa.select(*readable(connection, table)).where(self.by_key(table, key)).limit(2)
        found = self._places(connection, table, select.with_for_update() if lock else select)
        if len(found) > 1:
            raise not_writable(self._descriptor, "its key columns name several rows")
        return found[0] if found else None

    def _places(self, connection: sa.Connection, table: sa.Table, select: sa.Select[Any]) -> list[Place]:
        return [*map(self._placing(table), connection.execute(self._with_key(table, select)))]

    def _with_key(self, table: sa.Table, select: sa.Select[Any]) -> sa.Select[Any]:
        keys = [as_stored(table.c[name]) for name in self._descriptor.key_columns]
        return select.add_columns(*[key.label(f"shipchat_key_{place}") for place, key in enumerate(keys)])

    def _placing(self, table: sa.Table) -> Callable[[sa.Row[Any]], Place]:
        names = list(columns_of(table))
        width = len(names)
        return lambda row: Place(tuple(row[width:]), dict(zip(names, map(cell_text, row[:width]), strict=True)))

    def _checksum(self, place: Place) -> str:
        return row_checksum(place.cells[name] for name in self._descriptor.original_header if name in place.cells)

    def by_key(self, table: sa.Table, key: Key) -> sa.ColumnElement[bool]:
        """The condition that names the row; values are compared as the database stores them."""
        # A type of the library's own choice would be a cast: keys are compared as the driver handed them over.
        plain = sa.types.NullType()
        columns = [sa.type_coerce(table.c[name], plain) for name in self._descriptor.key_columns]
        return sa.and_(
            *[
                column.is_(None) if value is None else column == sa.literal(value, plain)
                for column, value in zip(columns, key, strict=True)
            ]
        )


def columns_of(table: sa.Table) -> dict[str, sa.Column[Any]]:
    """A table's columns by the names that an import gives them."""
    columns = list(table.columns)
    return dict(zip(column_names([column.name for column in columns], len(columns)), columns, strict=True))
