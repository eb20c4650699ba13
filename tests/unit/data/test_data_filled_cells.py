"""What somebody else typed into a result cell is never overwritten, whatever the source is (docs/money.md)."""

import csv
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_servers.data.databases import database_descriptor, held_in_database, open_database_source
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import ImportOptions, OpenSource, open_csv_source, open_excel_source
from mcp_servers.data.writing.cells import wanted_cells
from mcp_servers.data.writing.database_target import DatabaseTarget
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget
from mcp_servers.data.writing.held import held_in_file
from mcp_servers.data.writing.sidecar import line_cells, numbers_in, sidecar_path
from mcp_servers.data.writing.target import Written

HEADER = ("Order", "Name", "tracking_number", "shipped_at", "STATUS", "ERROR_MESSAGE")
NEW, OLD, OTHER, WHEN = "1ZNEW1", "1ZOLD1", "1ZOTHER1", "2026-11-21T10:00:00Z"


@dataclass
class Sheet:
    """Orders in a source of some kind, whose result cells a person can fill."""

    path: Path
    kind: str
    checksums: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def fill(self, *rows: Sequence[str]) -> None:
        """One order for each row of result cells: tracking number, shipped at, STATUS, ERROR_MESSAGE."""
        table = [[str(number), "Ann", *row, *[""] * (4 - len(row))] for number, row in enumerate(rows, 1)]
        if self.kind == "csv":
            with self.path.open("w", newline="") as file:
                csv.writer(file).writerows([HEADER, *table])
        elif self.kind == "xlsx":
            book = openpyxl.Workbook()
            for line in (HEADER, *table):
                book.active.append([cell or None for cell in line])
            book.save(self.path)
        else:
            self.path.unlink(missing_ok=True)
            with sqlite3.connect(self.path) as database:
                columns = ", ".join(f'"{name}" TEXT' for name in HEADER[1:])
                database.execute(f'CREATE TABLE orders ("Order" INTEGER PRIMARY KEY, {columns})')
                lines = [[cell or None for cell in line] for line in table]
                database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", lines)

    def open(self) -> OpenSource:
        if self.kind == "csv":
            source = open_csv_source(str(self.path), ImportOptions())
        elif self.kind == "xlsx":
            source = open_excel_source(str(self.path), ImportOptions())
        else:
            descriptor = database_descriptor(self.url, table="orders", query=None, where=None, key_columns=[])
            source = open_database_source(descriptor, self.url, ImportOptions(), all_rows=True)
        found = source.table.find(range(1, source.table.row_count + 1))
        self.checksums = [found[number].checksum for number in sorted(found)]
        source.table.close()
        return source

    def write(self, source: OpenSource, changes: Sequence[Change]) -> list[Written]:
        if self.kind == "sqlite":
            return DatabaseTarget(source.descriptor, self.url).apply(changes)
        return (CsvTarget if self.kind == "csv" else ExcelTarget)(source.descriptor, 1).apply(changes)

    def held(self, source: OpenSource, *checksums: str) -> list[Any]:
        asked = [Change(number, {}, checksum) for number, checksum in enumerate(checksums, 1)]
        if self.kind == "sqlite":
            return held_in_database(source.descriptor, self.url, asked)
        return held_in_file(source.descriptor, asked)

    @property
    def cells(self) -> list[list[str]]:
        if self.kind == "csv":
            with self.path.open(newline="") as file:
                return [line[2:] for line in csv.reader(file)][1:]
        if self.kind == "xlsx":
            lines = openpyxl.load_workbook(self.path).active.iter_rows(min_row=2, min_col=3, values_only=True)
            return [[cell or "" for cell in line] for line in lines]
        with sqlite3.connect(self.path) as database:
            return [[cell or "" for cell in line[2:]] for line in database.execute("SELECT * FROM orders")]

    @property
    def beside(self) -> dict[int, tuple[str, str]]:
        path = sidecar_path(self.path)
        if not path.exists():
            return {}
        with path.open(newline="") as file:
            lines = csv.DictReader(file)
            return {int(line["row_number"]): (line["tracking_number"], line["shipped_at"]) for line in lines}


@pytest.fixture(params=["csv", "xlsx", "sqlite"])
def sheet(tmp_path: Path, request: pytest.FixtureRequest) -> Sheet:
    suffix = {"sqlite": "db"}.get(request.param, request.param)
    return Sheet(tmp_path / f"orders.{suffix}", request.param)


def opened(sheet: Sheet, count: int) -> OpenSource:
    """The source with blank result cells, as it was when its rows were approved."""
    sheet.fill(*[[]] * count)
    return sheet.open()


def result(sheet: Sheet, number: int, tracking: str = NEW, **more: Any) -> Change:
    cells = {"tracking_number": tracking, "shipped_at": WHEN} | more.pop("cells", {})
    return Change(number, cells, sheet.checksums[number - 1], **more)


def clearing(sheet: Sheet, number: int) -> Change:
    return Change(number, {"tracking_number": "", "shipped_at": ""}, sheet.checksums[number - 1], expected=NEW)


NUMBERS: list[tuple[str, str | None, bool]] = [
    # What the cell holds at the write, what the sender expects there, whether the number goes in.
    ("", None, True),
    ("  ", None, True),
    (NEW, None, True),
    (OLD, OLD, True),
    ("n/a", "n/a", True),
    ("", OLD, True),
    (OTHER, None, False),
    (OTHER, OLD, False),
    (OTHER, "", False),
    ("n/a", None, False),
    ("HOLD - call Ann", None, False),
    ("0", None, False),
]


def test_a_number_goes_only_where_nothing_else_stands(sheet: Sheet) -> None:
    source = opened(sheet, len(NUMBERS))
    sheet.fill(*[[held] for held, _, _ in NUMBERS])
    changes = [result(sheet, number, expected=expected) for number, (_, expected, _) in enumerate(NUMBERS, 1)]
    # A later start finds the same and says the same.
    for start in ("the batch", "a later start"):
        outcomes = sheet.write(source, changes)
        for number, ((held, _, goes), written) in enumerate(zip(NUMBERS, outcomes, strict=True), 1):
            told, case = sheet.cells[number - 1], (start, number, held)
            if goes:
                assert written.outcome in (Outcome.WRITTEN, Outcome.UNCHANGED), case
                assert (told[:2], number in sheet.beside) == ([NEW, WHEN], False), case
                continue
            assert [told[0].strip(), *told[1:]] == [held.strip(), "", "", ""], case
            if sheet.kind == "sqlite":
                assert (written.outcome, written.where) == (Outcome.REFUSED, "nowhere"), case
                assert written.refusal is not None
                assert (written.refusal.code, written.refusal.retryable) == ("E-1020", False)
            else:
                assert (written.outcome, written.where) == (Outcome.SIDECAR, "sidecar"), case
                assert (written.reason or "").startswith("E-1020: "), case
                assert sheet.beside[number] == (NEW, WHEN), case


TIMES: list[tuple[str, str, str | None, bool]] = [
    # Tracking cell, time cell, the time that the sender expects, whether the time cell stays.
    ("", "with Bob", None, True),
    ("", "with Bob", "with Bob", False),
    ("", "with Bob", "", True),
    (NEW, "2026-11-20T09:00:00Z", None, False),
    (NEW, "2026-11-20T09:00:00Z", "2026-11-20T09:00:00Z", False),
    (NEW, "handed over at 5", "2026-11-20T09:00:00Z", True),
    ("", "2026-11-20T09:00:00Z", None, True),
]


def test_the_time_beside_it_likewise(sheet: Sheet) -> None:
    source = opened(sheet, len(TIMES))
    sheet.fill(*[[tracking, at] for tracking, at, _, _ in TIMES])
    changes = [result(sheet, number, expected_time=seen) for number, (_, _, seen, _) in enumerate(TIMES, 1)]
    outcomes = sheet.write(source, changes)
    for number, ((_, at, _, stays), written) in enumerate(zip(TIMES, outcomes, strict=True), 1):
        assert sheet.cells[number - 1][:2] == [NEW, at if stays else WHEN], number
        if not stays:
            assert (written.where, written.reason, number in sheet.beside) == ("sheet", None, False), number
        elif sheet.kind == "sqlite":
            assert (written.where, written.reason) == ("sheet", "shipped_at was filled in by somebody else and stays")
        else:
            assert (written.where, sheet.beside[number]) == ("sidecar", (NEW, WHEN)), number


WORDS: list[tuple[str, str, bool, bool]] = [
    # STATUS, ERROR_MESSAGE, whether each of them stays.
    ("", "", False, False),
    ("PROCESSING", "", False, False),
    ("FAILED", "bad ZIP", False, False),
    ("ask Ann", "", True, False),
    ("", "fragile!", False, True),
    ("ask Ann", "fragile!", True, True),
]


def test_the_other_columns_of_a_result_likewise(sheet: Sheet) -> None:
    source = opened(sheet, len(WORDS))
    sheet.fill(*[["", "", status, message] for status, message, _, _ in WORDS])
    cells = {"STATUS": "COMPLETED", "ERROR_MESSAGE": "none"}
    outcomes = sheet.write(source, [result(sheet, number, cells=cells) for number in range(1, len(WORDS) + 1)])
    for held, (status, message, status_stays, message_stays), written in zip(sheet.cells, WORDS, outcomes, strict=True):
        kept = [status if status_stays else "COMPLETED", message if message_stays else "none"]
        assert held == [NEW, WHEN, *kept]
        assert (written.reason is None) == (not status_stays and not message_stays)


def test_a_void_clears_only_our_number(sheet: Sheet) -> None:
    source = opened(sheet, 4)
    sheet.fill([NEW, WHEN], [OTHER, WHEN], ["", WHEN], ["kept by Bob", WHEN])
    outcomes = sheet.write(source, [clearing(sheet, number) for number in (1, 2, 3, 4)])
    assert [one.outcome for one in outcomes] == [Outcome.WRITTEN, Outcome.LEFT, Outcome.UNCHANGED, Outcome.LEFT]
    assert [line[:2] for line in sheet.cells] == [["", ""], [OTHER, WHEN], ["", WHEN], ["kept by Bob", WHEN]]


def test_what_is_beside_counts_until_it_is_taken_back(sheet: Sheet) -> None:
    """The next import reads the rows beside the sheet as done; a void takes them out of there too."""
    source = opened(sheet, 2)
    sheet.fill(["HOLD"], [OTHER])
    sheet.write(source, [result(sheet, 1), result(sheet, 2)])
    other = {"tracking_number": OTHER}
    if sheet.kind == "sqlite":
        assert sheet.held(source, *sheet.checksums) == [{"tracking_number": "HOLD"}, other]
        return
    ours = {"tracking_number": NEW, "shipped_at": WHEN}
    assert sheet.held(source, *sheet.checksums) == [ours, other], "the sheet's own number is worth more"
    again = sheet.open()
    assert (again.results.done, again.results.left) == (2, 0)
    sheet.write(source, [clearing(sheet, 1)])
    assert sheet.cells[0][0] == "HOLD"
    assert sheet.open().results.left == 1
    assert sheet.held(source, *sheet.checksums) == [{"tracking_number": "HOLD"}, other]


def test_what_a_number_is(sheet: Sheet) -> None:
    sheet.fill(["n/a"], ["pending"], ["-"], ["0"], ["00"], ["tbd"], [NEW], [""])
    results = sheet.open().results
    assert (results.done, results.left) == (1, 7)


def test_rows_are_told_as_they_are_now(sheet: Sheet) -> None:
    source = opened(sheet, 2)
    first, second = sheet.checksums
    sheet.fill([OTHER, "today"], [])
    assert sheet.held(source, first, "of another row", second) == [
        {"tracking_number": OTHER, "shipped_at": "today"}, None, {}
    ]  # fmt: skip


def test_a_file_of_that_name_that_is_not_ours_is_named_and_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Order,Name\n1,Ann\n")
    sidecar_path(path).write_text("my own notes\n")
    source = open_csv_source(str(path), ImportOptions())
    assert source.results.left == 1
    assert any("orders.tracking.csv" in warning for warning in source.all_warnings)
    source.table.close()


texts = st.sampled_from(["", " ", "n/a", "1", "0", NEW, OLD, OTHER, WHEN, "with Bob", "FAILED", "COMPLETED"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.fixed_dictionaries(dict.fromkeys(("tracking_number", "shipped_at", "STATUS", "ERROR_MESSAGE"), texts)),
    cells=st.fixed_dictionaries(
        {"tracking_number": st.sampled_from([NEW, ""]), "shipped_at": st.sampled_from([WHEN, ""])},
        optional={"STATUS": st.just("COMPLETED"), "ERROR_MESSAGE": st.just("bad ZIP")},
    ),
    expected=st.none() | texts,
    expected_time=st.none() | texts,
    keep_time=st.booleans(),
)
def test_no_text_of_somebody_else_is_lost(
    held: dict[str, str], cells: dict[str, str], expected: str | None, expected_time: str | None, keep_time: bool
) -> None:
    change = Change(1, cells, "x", expected, expected_time, keep_time=keep_time)
    read: Callable[[str], str] = lambda name: held.get(name, "")  # noqa: E731
    wanted = wanted_cells(change, read)
    tracking = held["tracking_number"].strip()
    allowed = {"", cells["tracking_number"], expected}
    if "tracking_number" in wanted.cells:
        assert tracking in allowed
    if tracking not in allowed and cells["tracking_number"]:
        assert wanted.cells == {}, "no part of a result stands beside somebody else's number"
    if "shipped_at" in wanted.cells and held["shipped_at"].strip():
        # Nobody's time but the expected one, or one that stands beside a number of ours.
        ours = expected_time is None and tracking != "" and tracking in allowed
        assert held["shipped_at"].strip() == expected_time or ours
    for name in wanted.filled:
        assert name not in wanted.cells


some = st.lists(st.sampled_from([NEW, OLD, OTHER]), unique=True, max_size=3).map(", ".join)


@given(held=some, number=some, expected=st.none() | some)
def test_no_number_beside_a_sheet_is_lost(held: str, number: str, expected: str | None) -> None:
    line = {"tracking_number": held, "shipped_at": "2026-11-20T09:00:00Z"}
    change = Change(1, {"tracking_number": number, "shipped_at": WHEN if number else ""}, "x", expected)
    told = line_cells(line, change)
    kept = set(numbers_in(held)) - set(numbers_in(expected or ""))
    assert set(numbers_in(told["tracking_number"])) == kept | set(numbers_in(number))
    if kept and not number:
        assert "shipped_at" not in told, "the time of the numbers that stay"
