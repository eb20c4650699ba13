"""Workbooks that are read and never written: .ods, .xls and .xlsb, by way of python-calamine.

It tells values; what number formats add, hidden rows and merged cells are `sheet_facts`.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp_servers.data.faults import NO_FILE
from mcp_servers.data.reading.number_format import shown
from mcp_servers.data.reading.sheet_facts import SheetFacts, sheet_facts
from mcp_servers.data.reading.sheet_xml import CellXml, Range, RowXml, UnusualXmlError, column_letters
from mcp_servers.data.reading.workbook import SheetInfo, Workbook, refuse, unpacking
from mcp_servers.shared.faults import fault

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_MOST_CELLS = 50_000_000
"""Of the rectangle that a sheet's filled cells span: calamine holds it whole."""


class OldGrid:
    """One sheet's rows and cells, as `SheetXml` has them; nothing has a place in XML."""

    def __init__(self, values: list[list[Any]], facts: SheetFacts, merged: list[Range]) -> None:
        self._values = values
        self._facts = facts
        self.merged = merged
        self.hidden_columns: list[int] = []
        for (row, column), error in facts.errors.items():
            if row < len(values) and column < len(values[row]):
                values[row][column] = error
        hidden = facts.hidden_rows
        self.rows = {
            number: RowXml(number, number in hidden, 0, 0, 0, 0)
            for number, cells in enumerate(values, 1)
            if any(value != "" for value in cells)
        }

    def cells(self, row: RowXml) -> Iterator[CellXml]:
        """A row's filled cells in order."""
        for column, value in enumerate(self._values[row.number - 1]):
            if value != "":
                kind, text = _typed(value)
                if kind == "n" and (said := self._said(row.number - 1, column, float(value))) is not None:
                    kind, text = "str", said
                yield CellXml(column, 0, 0, 0, kind, text, None)

    def _said(self, row: int, column: int, value: float) -> str | None:
        """What a number's format shows, where that is more than the number."""
        code = self._facts.codes.get((row, column))
        return shown(code, value) if code is not None else self._facts.texts.get((row, column))


class OldWorkbook:
    """What `ExcelSheet` needs of a workbook, for the kinds that calamine reads. Use it inside `unpacking`."""

    formats = ("General",)
    date_styles = (False,)
    since_1904 = False
    signed = False
    read_only = True

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self.kind = kind
        """Its ending: ods, xls or xlsb."""
        with path.open("rb") as file:
            self._content = file.read()

    @cached_property
    def _book(self) -> "CalamineWorkbook":
        # Loaded when the first such workbook is.
        from io import BytesIO

        from python_calamine import CalamineWorkbook

        if self.kind == "ods":
            # Its sheets are read at once, the others one by one.
            for facts in self._in_order:
                _check_size(facts)
        with _calamine(self.path):
            return CalamineWorkbook.from_filelike(BytesIO(self._content))

    @cached_property
    def _in_order(self) -> list[SheetFacts]:
        return sheet_facts(self._content, self.kind)

    @cached_property
    def _facts(self) -> dict[str, SheetFacts]:
        names = [one.name for one in self._book.sheets_metadata]
        return dict(zip(names, self._in_order, strict=False))

    @cached_property
    def sheets(self) -> list[SheetInfo]:
        """The worksheets in the workbook's order; charts and macro sheets are not."""
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        return [
            SheetInfo(one.name, one.visible == SheetVisibleEnum.Visible, one.name)
            for one in self._book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet
        ]

    def grid(self, info: SheetInfo) -> OldGrid:
        """One sheet's rows and cells."""
        facts = self._facts.get(info.name, SheetFacts())
        _check_size(facts)
        with _calamine(self.path):
            sheet = self._book.get_sheet_by_name(info.name)
            values = sheet.to_python(skip_empty_area=False)
            merged = sheet.merged_cell_ranges or []
        ranges = [Range(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in merged]
        return OldGrid(values, facts, [*ranges, *facts.merged])

    def totals_rows(self, info: SheetInfo) -> list[Range]:
        """Tables and their totals are not told."""
        return []

    def string(self, index: str) -> str:
        """Texts stand in their cells."""
        return index


def _check_size(facts: SheetFacts) -> None:
    if facts.rows * facts.columns > _MOST_CELLS:
        raise UnusualXmlError(
            f"a sheet reaches to row {facts.rows} and column {column_letters(facts.columns - 1)}; "
            "delete what stands far below or right of its table"
        )


@contextmanager
def _calamine(path: Path) -> Iterator[None]:
    """Turns the library's refusals into E-1003."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise refuse(path, "it is protected by a password; save it without one") from None
    except CalamineError as error:
        raise refuse(path, f"it is damaged ({error})") from None
    except BaseException as error:
        # A panic of the library is not an Exception, so that nothing catches it by chance.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(path, "it is damaged (its reader gave up)") from None


def _typed(value: Any) -> tuple[str, str]:
    """A value's kind, as worksheets write it, and its text."""
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, int | float):
        return "n", repr(value)
    if isinstance(value, datetime):
        return "d", value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return "d", value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return "d", f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return "str", str(value)


AnyWorkbook = Workbook | OldWorkbook
_CONTAINER = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = re.compile(rb"(?i)(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|meta|\?xml)\b")


def open_workbook(path: Path) -> AnyWorkbook:
    """A workbook by what it holds, whatever its name ends in. Raises E-1002 and E-1003."""
    if not path.is_file():
        raise fault(NO_FILE, path=path)
    with unpacking(path):
        kind = _kind(path)
        return OldWorkbook(path, kind) if kind in ("ods", "xls", "xlsb") else Workbook(path)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(1024)
        if head.startswith(_CONTAINER):
            if _ENCRYPTED in head + file.read():
                raise refuse(path, "it is protected by a password; save it without one")
            return "xls"
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            names = {name.replace("\\", "/").casefold() for name in package.namelist()}
        if "content.xml" in names:
            return "ods"
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"
    if _MARKUP.match(head):
        raise refuse(path, "it is a web page or XML", "save it as .xlsx in your spreadsheet program")
    if not head.startswith(b"PK") and b"\0" not in head:
        raise refuse(path, "it is a text file", "rename it so that it ends in .csv")
    return "xlsx"
