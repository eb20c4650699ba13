"""What the modules of this server hand to each other: descriptors, columns, rows."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from mcp_servers.shared.tools import Arguments

SourceType = Literal["csv", "excel", "database"]
ColumnType = Literal["text", "integer", "decimal", "date", "boolean"]
DateOrder = Literal["iso", "mdy", "dmy", "named", "serial", "ambiguous"]

TRACKING = "tracking_number"
SHIPPED_AT = "shipped_at"
STATUS = "STATUS"
ERROR_MESSAGE = "ERROR_MESSAGE"
ROWS_AT_ONCE = 2048
"""Rows that DuckDB computes in one step, which nothing interrupts."""
ROLES = (TRACKING, SHIPPED_AT, STATUS, ERROR_MESSAGE)
"""The managed columns in the order in which missing ones are appended (docs/data-server.md)."""
STATES = frozenset(("PENDING", "PROCESSING", "COMPLETED", "FAILED"))
"""Our own words in the column STATUS."""


def telling(names: Sequence[str]) -> list[str]:
    """Column names without nameless ones at their end: what those hold is told by the rows' checksums, and a column
    that we append can leave an empty one before it."""
    told = len(names)
    while told and re.fullmatch(r"Column_\d+", names[told - 1]):
        told -= 1
    return list(names[:told])


class Override(Arguments):
    """What a person said about a column's type."""

    type: ColumnType
    date_order: Literal["mdy", "dmy"] | None = None


class Descriptor(Arguments):
    """All that is needed to open a source again, in any process. Never a password."""

    type: SourceType
    path: str | None = None
    sheet: str | None = None
    header_row: int | None = Field(default=None, description="1-based sheet row of the header")
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    skip_blanks: bool = Field(default=False, description="blanks before a cell are not part of it")
    include_hidden: bool = False
    read_only: bool = Field(default=False, description="results go into a file beside it (.ods, .xls, .xlsb)")
    url: str | None = Field(default=None, description="database URL without its password, or db:NAME")
    table: str | None = None
    query: str | None = None
    where: str | None = None
    key_columns: list[str] = Field(default_factory=list)
    add_columns: bool = Field(default=False, description="the person said that the table may get columns for results")
    computed: list[str] = Field(
        default_factory=list, description="columns that the database changes itself: no part of a row's checksum"
    )
    header: list[str] = Field(default_factory=list, description="column names when it was imported")
    columns: dict[str, str] = Field(default_factory=dict, description="managed column -> its name in the sheet")
    types: dict[str, Override] = Field(default_factory=dict)
    excluded: list[int] = Field(default_factory=list, description="row numbers left out as no data")
    fingerprint: str | None = Field(default=None, description="of the rows when it was imported")
    last_row: int | None = Field(default=None, description="number of the last data row when it was imported")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Published as what it is to a client: a thing to hand back. Its fields would be in every tool twice."""
        del schema, handler
        return {"type": "object", "description": "a source's descriptor, as an import gave it"}

    @property
    def source_id(self) -> str:
        """The same for the same sheet in every process, whatever was detected in it."""
        identity = [self.type, self.path, self.sheet, self.url, self.table, self.query, self.where]
        return "src_" + hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]

    @property
    def file(self) -> Path:
        """The sheet's path; a database has none."""
        if self.path is None:
            raise ValueError("a database source has no file")
        return Path(self.path)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if self.path is not None:
            return self.path if self.sheet is None else f"{self.path} [{self.sheet}]"
        return f"{self.url} {self.table or 'query'}"

    @property
    def managed(self) -> dict[str, str]:
        """Role -> column name, for every role."""
        return {role: self.columns.get(role, role) for role in ROLES}

    @property
    def original_header(self) -> list[str]:
        """The columns that make up a row's checksum: all but the managed ones (docs/money.md) and those that a
        database changes itself."""
        others = {*self.managed.values(), *self.computed}
        return [name for name in self.header if name not in others]

    @property
    def telling_header(self) -> list[str]:
        """The columns that make up a fingerprint."""
        return telling(self.original_header)


@dataclass(frozen=True, slots=True)
class Column:
    """One column as people see it, and how its text is read by value."""

    name: str
    position: int
    type: ColumnType = "text"
    nulls: int = 0
    date_order: DateOrder | None = None
    decimal_comma: bool = False
    plain_number: bool = False
    person: bool = False
    unit: str = ""
    """What every filled cell of a text column says behind its number: kg, g, lb, oz, cm, mm, m, in or ft."""
    marked: bool = False
    """Some cells begin with the apostrophe that keeps spreadsheets from making a number of them."""
    examples: tuple[str, ...] = ()
    bulk: int = 0
    """Bytes that the texts of ROWS_AT_ONCE cells take at most."""

    @property
    def cell(self) -> str:
        """Its name inside the table."""
        return f"c{self.position}"


@dataclass(frozen=True, slots=True)
class Excluded:
    """A row of the sheet that is not data."""

    sheet_row: int
    reason: str


@dataclass(frozen=True, slots=True)
class HeaderCandidate:
    """A row (1-based, the sheet's own) that may name the columns."""

    header_row: int
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EncodingCandidate:
    """An encoding that a text file may be in, with a word of the sheet as it reads there."""

    encoding: str
    sample: str
    sheet_row: int
    column: str


@dataclass(frozen=True, slots=True)
class Part:
    """One table that could be imported: a text file's only one, or a sheet."""

    row_count: int
    header_row: int | None
    header: tuple[str, ...]
    header_candidates: tuple[HeaderCandidate, ...] = ()
    hidden_rows: int = 0
    sheet: str | None = None
    visible: bool = True
    chosen: bool = True
    likely: bool = False


@dataclass(slots=True)
class Found:
    """What a reading met besides rows: what a person may want to decide otherwise."""

    header_candidates: tuple[HeaderCandidate, ...] = ()
    encoding_candidates: tuple[EncodingCandidate, ...] = ()
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    other_sheets: list[Part] = field(default_factory=list)
    blank_rows: int = 0
    repeats: dict[str, str] = field(default_factory=dict)
    """Column -> the header that it repeats."""
    lost_digits: dict[str, list[int]] = field(default_factory=dict)
    """Column -> sheet rows whose numbers a spreadsheet rounded or wrote with an exponent."""


class Outcome(StrEnum):
    """What became of one row's result."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    LEFT = "left"
    SIDECAR = "sidecar"
    FILLED = "filled"
    LOST = "lost"
    NOT_FOUND = "not_found"
    REFUSED = "refused"

    @property
    def success(self) -> bool:
        """Whether the sheet is as the result wants it, or rightly left as it is."""
        return self in (Outcome.WRITTEN, Outcome.UNCHANGED, Outcome.LEFT)


@dataclass(frozen=True, slots=True)
class Change:
    """One row's result: role or mapped name -> text. What somebody else wrote into a cell is never replaced."""

    row_number: int
    cells: dict[str, str]
    checksum: str | None = None
    expected: str | None = None
    """A text of the tracking cell that may be replaced; a clearing happens only while the cell holds it."""
    expected_time: str | None = None
    """The same for the cell of `shipped_at`; None = any time that stands beside a number of ours."""
    keep_time: bool = False
    """The time was not given: a row that holds the same number already keeps the one it has."""
    descriptor: Descriptor | None = None
    """The source with the columns that it had when the row was read; None = as the target knows it."""
    absent: bool | None = None
    """Whether no import of the source had a data row of that number, so that only its checksum can find it; None = the
    sheet itself must tell."""
