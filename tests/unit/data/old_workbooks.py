# ruff: noqa: DTZ001 - spreadsheets know no time zone
"""Makes small workbooks of the kinds that are only read: .ods, .xls and .xlsb, with the same content."""

import struct
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlwt

KINDS = ("ods", "xls", "xlsb")
Cell = Any
"""Text, number, truth, date, None, `NOT_AVAILABLE`, or `(number, format code, what is shown)`."""
NOT_AVAILABLE = object()
"""The error value #N/A."""


@dataclass
class Sheet:
    """One sheet: its rows of cells, and what is special about them (rows from 1)."""

    rows: list[list[Cell]]
    name: str = "Orders"
    hidden: set[int] = field(default_factory=set)
    visible: bool = True
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    """First row, last row, column (from 0)."""


def make(path: Path, *sheets: Sheet) -> Path:
    """Write a workbook of the kind that the path's ending says."""
    {"ods": _ods, "xls": _xls, "xlsb": _xlsb}[path.suffix[1:]](path, sheets)
    return path


_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_NAMES = "office table text style"
_SPACES = " ".join(f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in _NAMES.split())


def _ods(path: Path, sheets: tuple[Sheet, ...]) -> None:
    tables = "".join(
        f'<table:table table:name="{escape(sheet.name)}" table:style-name="{"ta1" if sheet.visible else "ta2"}">'
        + "".join(_ods_row(sheet, number, cells) for number, cells in enumerate(sheet.rows, 1))
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row></table:table>"
        for sheet in sheets
    )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )


def _ods_row(sheet: Sheet, number: int, cells: list[Cell]) -> str:
    spans = {(top, column): bottom - top + 1 for top, bottom, column in sheet.merged}
    written = "".join(_ods_cell(cell, spans.get((number, column))) for column, cell in enumerate(cells))
    hidden = ' table:visibility="filter"' if number in sheet.hidden else ""
    return f"<table:table-row{hidden}>{written}</table:table-row>"


def _ods_cell(cell: Cell, down: int | None) -> str:
    span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="1"' if down else ""
    shown = cell
    if isinstance(cell, tuple):
        cell, _, shown = cell
    if cell is None:
        return "<table:table-cell/>"
    if cell is NOT_AVAILABLE:
        kind, value, shown = "string", f'office:string-value="" xmlns:c="{_CALC}" c:value-type="error"', "#N/A"
    elif isinstance(cell, bool):
        kind, value = "boolean", f'office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, int | float):
        kind, value = "float", f'office:value="{cell!r}"'
    elif isinstance(cell, date):
        kind, value = "date", f'office:date-value="{cell.isoformat()}"'
    else:
        kind, value = "string", ""
    text = escape(str(shown))
    return f'<table:table-cell office:value-type="{kind}" {value}{span}><text:p>{text}</text:p></table:table-cell>'


def _xls(path: Path, sheets: tuple[Sheet, ...]) -> None:
    book = xlwt.Workbook()
    styles: dict[str, xlwt.XFStyle] = {}
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = 0 if sheet.visible else 1
        for number, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                code = cell[1] if isinstance(cell, tuple) else "YYYY-MM-DD" if isinstance(cell, date) else "General"
                if isinstance(cell, datetime):
                    code = "YYYY-MM-DD HH:MM"
                value = cell[0] if isinstance(cell, tuple) else cell
                if value is NOT_AVAILABLE:
                    page.row(number).set_cell_error(column, 0x2A)
                elif value is not None:
                    style = styles.setdefault(code, xlwt.easyxf(num_format_str=code))
                    page.write(number, column, value, style)
            page.row(number).hidden = number + 1 in sheet.hidden
        for top, bottom, column in sheet.merged:
            page.merge(top - 1, bottom - 1, column, column)
    book.save(str(path))


def _record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(data)
    while True:
        size += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
        if not left:
            return head + size + data


def _wide(text: str) -> bytes:
    letters = text.encode("utf-16-le")
    return struct.pack("<I", len(letters) // 2) + letters


def _xlsb(path: Path, sheets: tuple[Sheet, ...]) -> None:
    codes = ["General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    codes += sorted({cell[1] for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, tuple)})
    styles = _record(615, struct.pack("<I", len(codes)))
    styles += b"".join(_record(44, struct.pack("<H", 200 + n) + _wide(code)) for n, code in enumerate(codes))
    styles += _record(616) + _record(617, struct.pack("<I", len(codes)))
    styles += b"".join(_record(47, struct.pack("<HH12x", 0, 200 + n)) for n in range(len(codes))) + _record(618)
    listed = b"".join(
        _record(156, struct.pack("<2I", 0 if sheet.visible else 1, n) + _wide(f"rId{n}") + _wide(sheet.name))
        for n, sheet in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        f'Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    package_relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.bin", _record(131) + _record(143) + listed + _record(144) + _record(132))
        package.writestr(
            "xl/_rels/workbook.bin.rels", f'<Relationships xmlns="{package_relations}">{relations}</Relationships>'
        )
        package.writestr("xl/styles.bin", _record(278) + styles + _record(279))
        for n, sheet in enumerate(sheets, 1):
            package.writestr(f"xl/worksheets/sheet{n}.bin", _xlsb_sheet(sheet, codes))


def _xlsb_sheet(sheet: Sheet, codes: list[str]) -> bytes:
    width = max(len(row) for row in sheet.rows)
    part = _record(129) + _record(148, struct.pack("<4I", 0, len(sheet.rows) - 1, 0, width - 1)) + _record(145)
    for number, cells in enumerate(sheet.rows):
        flags = 0x10 if number + 1 in sheet.hidden else 0
        part += _record(0, struct.pack("<2IH4BI", number, 0, 300, 0, flags, 0, 0, 0)[:17])
        for column, cell in enumerate(cells):
            code = cell[1] if isinstance(cell, tuple) else "General"
            value = cell[0] if isinstance(cell, tuple) else cell
            if isinstance(value, datetime):
                value, code = (value - datetime(1899, 12, 30)).total_seconds() / 86400, "yyyy-mm-dd hh:mm"
            elif isinstance(value, date):
                value, code = (value - date(1899, 12, 30)).days, "yyyy-mm-dd"
            place = struct.pack("<2I", column, codes.index(code))
            if value is NOT_AVAILABLE:
                part += _record(3, place + b"\x2a")
            elif isinstance(value, bool):
                part += _record(4, place + bytes([value]))
            elif isinstance(value, int | float):
                part += _record(5, place + struct.pack("<d", value))
            elif value is not None:
                part += _record(6, place + _wide(value))
    part += _record(146)
    if sheet.merged:
        part += _record(177, struct.pack("<I", len(sheet.merged)))
        for top, bottom, column in sheet.merged:
            part += _record(176, struct.pack("<4I", top - 1, bottom - 1, column, column))
        part += _record(178)
    return part + _record(130)
