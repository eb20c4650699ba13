"""One source's rows, open for questions: a DuckDB of its own, locked down once the rows are in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

import duckdb

from mcp_servers.data.faults import (
    NOT_COMPUTED,
    PERSON_COLUMN,
    TIME_LIMIT,
    TOO_MANY_VALUES,
    UNKNOWN_COLUMN,
    UNKNOWN_ROW,
)
from mcp_servers.data.guard.clause import Condition
from mcp_servers.data.guard.parsing import nearest
from mcp_servers.data.guard.select import MOST_ANSWER_ROWS, Query
from mcp_servers.data.model import Column, Override, telling
from mcp_servers.data.table.aggregates import aggregated, parts
from mcp_servers.data.table.checksums import BLOCK, Fingerprint, blocks_sql, checksum_sql
from mcp_servers.data.table.columns import Inferred, infer_columns
from mcp_servers.data.table.flags import find_flagged
from mcp_servers.data.table.loading import LoadStats
from mcp_servers.data.table.order_lines import FILLED, NO_LINES, OrderLines, find_order_lines
from mcp_servers.data.table.people import holds_people
from mcp_servers.data.table.values import order_sql, text_sql
from mcp_servers.shared.faults import fault
from mcp_servers.shared.limits import stopped_after

TIME_LIMIT_SECONDS = 10.0
MOST_VALUES = 1000
MOST_ANSWER_CHARACTERS = 2_000_000
_HASHING = 2
_HASHED_ROWS = 64 * BLOCK
"""Rows are hashed in parts, because the last step of each is the work of one thread; another part goes on meanwhile."""
POSITIONS = ("row_number", "sheet_row")
"""Every row has both; a column of that name comes first."""
_OPEN: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1500MB",
    # What does not fit is refused: people's addresses are not put on a disk.
    "temp_directory": "",
}
"""The memory of a table: 1,000,000 rows of 20 columns take a fifth of it."""
_NO_MEMORY = "it takes more memory than it may"
_LOCKDOWN = (
    "SET python_enable_replacements = false",
    # Questions have what the table leaves, at least 500 MB.
    "SET memory_limit = '2GB'",
    "SET enable_external_access = false",
    "SET disabled_filesystems = 'LocalFileSystem'",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: cells as typed, empty ones ''."""

    row_number: int
    sheet_row: int
    data: dict[str, str]
    checksum: str
    continues: int | None = None
    """The row of the order that this row belongs to, when its own cells leave the order's blank."""


def open_connection() -> duckdb.DuckDBPyConnection:
    """An empty in-memory database that loads no extension."""
    connection = duckdb.connect(":memory:", config=_OPEN)
    _draw_nothing(connection)
    return connection


def _draw_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    """A progress bar would be drawn on stdout, which belongs to the protocol."""
    connection.execute("SET enable_progress_bar = false")


class SourceTable:
    """Answers questions about one source. Every question runs in a read-only transaction under a time limit.

    Methods block and may be called from several threads.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        stats: LoadStats,
        names: Sequence[str],
        *,
        sheet_offset: int,
        managed: Iterable[str],
        overrides: Mapping[str, Override],
    ) -> None:
        self._connection = connection
        self.sheet_offset = sheet_offset
        self.names = list(names)
        managed_names = set(managed)
        self._original = [(f"c{i}", name) for i, name in enumerate(names) if name not in managed_names]
        self._checksum = checksum_sql([cell for cell, _ in self._original], escape=stats.separators)
        self.row_count, self.last_row = connection.execute(
            "SELECT count(*), coalesce(max(row_number), 0) FROM cells"
        ).fetchall()[0]
        with ThreadPoolExecutor(_HASHING) as pool:
            # Hashing takes as long as everything else here, and both leave a core idle at times.
            digests = pool.map(self._digests, range(0, self.last_row + 1, _HASHED_ROWS))
            self._take(infer_columns(connection, names, overrides, sheet_offset))
            self.fingerprint = self._folded(digests)
        self.bad_cells = find_flagged(connection, self.columns, sheet_offset, controls=stats.controls)
        self.order_lines: OrderLines = NO_LINES
        for setting in _LOCKDOWN:
            connection.execute(setting)

    def close(self) -> None:
        """Free the rows."""
        self._connection.close()

    def retype(self, overrides: Mapping[str, Override]) -> None:
        """Infer the columns again, with what a person said about them."""
        with self._question() as cursor:
            self._take(infer_columns(cursor, self.names, overrides, self.sheet_offset))

    def _take(self, inferred: Inferred) -> None:
        self.columns, self.warnings, self.lost_digits = inferred.columns, inferred.warnings, inferred.lost_digits

    def set_order_lines(self, key: str, address: Sequence[str]) -> OrderLines:
        """From now on conditions on an order's columns are decided by the order's first row; raises E-1008."""
        key_column, address_columns = self.column(key), [self.column(name) for name in address]
        original = {name for _, name in self._original}
        with self._connection.cursor() as cursor:
            own = [column for column in self.columns if column.name in original]
            self.order_lines = find_order_lines(cursor, own, key_column, address_columns)
        return self.order_lines

    @property
    def _asked(self) -> str:
        """The table that conditions look at."""
        return FILLED if self.order_lines.leads else "cells"

    def column(self, name: str) -> Column:
        """The column of that name, whatever its case; raises E-1008."""
        for column in self.columns:
            if column.name.casefold() == name.casefold():
                return column
        close = nearest(name, self.names) or self.names[:20]
        raise fault(
            UNKNOWN_COLUMN, column=f'"{name}"', nearest="There is: " + ", ".join(f'"{one}"' for one in close) + "."
        )

    def count(self, condition: Condition) -> int:
        """How many rows fit."""
        with self._question() as cursor:
            return int(cursor.execute(f"SELECT count(*) FROM {self._asked} WHERE {condition.sql}").fetchall()[0][0])

    def rows(self, condition: Condition, order_by: Sequence[tuple[str, bool]], limit: int, offset: int) -> list[Row]:
        """A page of the rows that fit; `order_by` pairs names with `descending`, ties go by row number.

        Raises E-1008 for a name that is neither a column nor `row_number` nor `sheet_row`.
        """
        order = ", ".join([*(self._order(name, descending=down) for name, down in order_by), "row_number"])
        page = f"WHERE {condition.sql} ORDER BY {order} LIMIT {limit} OFFSET {offset}"
        with self._question() as cursor:
            if not self.order_lines.leads:
                return [self._row(values) for values in cursor.execute(f"{self._select()} {page}").fetchall()]
            numbers = [row[0] for row in cursor.execute(f"SELECT row_number FROM {self._asked} {page}").fetchall()]
        rows = self.find(numbers)
        return [rows[number] for number in numbers]

    def _order(self, name: str, *, descending: bool) -> str:
        known = {column.name.casefold() for column in self.columns}
        if name.casefold() in POSITIONS and name.casefold() not in known:
            return "row_number DESC" if descending else "row_number"
        return order_sql(self.column(name), descending=descending)

    def row(self, row_number: int) -> Row:
        """One row; raises E-1009."""
        found = self.find([row_number])
        if row_number not in found:
            raise fault(UNKNOWN_ROW, where=f"row {row_number}", row_number=row_number)
        return found[row_number]

    def find(self, row_numbers: Sequence[int]) -> dict[int, Row]:
        """Those of the rows that exist."""
        if not row_numbers:
            return {}
        wanted = ", ".join(str(int(number)) for number in row_numbers)
        with self._question() as cursor:
            rows = cursor.execute(f"{self._select()} WHERE row_number IN ({wanted})").fetchall()
        return {values[0]: self._row(values) for values in rows}

    def distinct_counts(self) -> list[int]:
        """How many different texts each column holds."""
        terms = [f"count(DISTINCT lower({text_sql(column)}))" for column in self.columns]
        found: list[int] = []
        # A question for each part: every one has the time limit of its own.
        for part in parts(terms):
            with self._question() as cursor:
                found += aggregated(cursor, part)
        return found

    def values(self, name: str, limit: int) -> tuple[Column, int, list[tuple[str, int]]]:
        """A column's values with their counts, most frequent first; raises E-1008, E-1011, E-1012."""
        column = self.column(name)
        where, quoted = f"column {column.name}", f'"{column.name}"'
        if column.person:
            raise fault(PERSON_COLUMN, where=where, column=quoted)
        text = text_sql(column)
        with self._question() as cursor:
            distinct = cursor.execute(f"SELECT count(DISTINCT lower({text})) FROM cells").fetchall()[0][0]
            if distinct > MOST_VALUES:
                raise fault(TOO_MANY_VALUES, where=where, column=quoted, distinct=distinct, limit=MOST_VALUES)
            counted = cursor.execute(
                f"SELECT coalesce(min({text}), '') AS value, count(*) AS times FROM cells GROUP BY lower({text}) "
                "ORDER BY times DESC, value"
            ).fetchall()
        # The import judged by a sample; here every value is at hand.
        if holds_people(column.name, [value for value, _ in counted]):
            raise fault(PERSON_COLUMN, where=where, column=quoted)
        return column, distinct, counted[:limit]

    def answer(self, query: Query) -> tuple[list[list[Any]], bool]:
        """A query's rows as JSON values, as many as an answer holds, and whether there were more."""
        with self._question() as cursor:
            found = cursor.execute(query.sql).fetchmany(MOST_ANSWER_ROWS + 1)
        rows: list[list[Any]] = []
        characters = 0
        for row in found[:MOST_ANSWER_ROWS]:
            rows.append([_plain(value) for value in row])
            characters += sum(len(value) for value in row if isinstance(value, str))
            if characters > MOST_ANSWER_CHARACTERS:
                break
        return rows, len(found) > len(rows)

    def _select(self) -> str:
        cells = ", ".join(f"coalesce({column.cell}, '')" for column in self.columns)
        return f"SELECT row_number, {self._checksum}, {cells} FROM cells"

    def _row(self, values: Sequence[Any]) -> Row:
        number, checksum, *cells = values
        data = dict(zip(self.names, cells, strict=True))
        return Row(number, number + self.sheet_offset, data, checksum, self.order_lines.leads.get(number))

    def _digests(self, first: int) -> list[str]:
        """The digests of some blocks of rows, from the one that begins with row number `first` on."""
        cursor = self._connection.cursor()
        rows = range(first, first + _HASHED_ROWS)
        return [row[0] for row in cursor.execute(blocks_sql(self._checksum, "cells", rows)).fetchall()]

    def _folded(self, digests: Iterable[list[str]]) -> str:
        whole = Fingerprint(telling([name for _, name in self._original]))
        for digest in chain.from_iterable(digests):
            whole.add_block(digest)
        return whole.hexdigest()

    @contextmanager
    def _question(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        try:
            with stopped_after(TIME_LIMIT_SECONDS, cursor.interrupt):
                cursor.execute("BEGIN TRANSACTION READ ONLY")
                yield cursor
        except duckdb.InterruptException:
            raise fault(TIME_LIMIT, seconds=f"{TIME_LIMIT_SECONDS:g}") from None
        except duckdb.Error as error:
            raise fault(NOT_COMPUTED, reason=_reason(error)) from error
        except MemoryError:
            raise fault(NOT_COMPUTED, reason=_NO_MEMORY) from None
        finally:
            cursor.close()


def _reason(error: duckdb.Error) -> str:
    """Why the engine gave up, in fixed words: its own name cells, which may be people's."""
    match error:
        case duckdb.ConversionException():
            return "a text cannot be read as the number or date that is wanted"
        case duckdb.OutOfRangeException():
            return "a number or date is out of range"
        case duckdb.OutOfMemoryException():
            return _NO_MEMORY
        case duckdb.InvalidInputException():
            return "a function cannot take one of these values"
        case _:
            return "the expression does not fit these cells"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
