"""Workbooks and text sheets for the data server's tests."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from mcp_servers.data.sources import ImportOptions, OpenSource, open_csv_source, open_excel_source


@pytest.fixture
def make_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Fill a workbook with a function that gets the xlsxwriter book."""

    def make(fill: Callable[[Any], None], name: str = "orders.xlsx", **options: Any) -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(path, options)
        fill(book)
        book.close()
        return path

    return make


@pytest.fixture
def open_csv(tmp_path: Path):
    """Write bytes (or text as UTF-8) to a sheet and open it."""
    opened: list[OpenSource] = []

    def open_(content: bytes | str, **options: Any) -> OpenSource:
        path = tmp_path / "orders.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        formats = {key: options.pop(key) for key in ("encoding", "delimiter", "quote") if key in options}
        opened.append(open_csv_source(str(path), ImportOptions(**options), **formats))
        return opened[-1]

    yield open_
    for source in opened:
        source.table.close()


@pytest.fixture
def open_excel():
    """Open a workbook."""
    opened: list[OpenSource] = []

    def open_(path: Path, sheet: str | None = None, *, include_hidden: bool = False, **options: Any) -> OpenSource:
        opened.append(
            open_excel_source(str(path), ImportOptions(**options), sheet=sheet, include_hidden=include_hidden)
        )
        return opened[-1]

    yield open_
    for source in opened:
        source.table.close()


@pytest.fixture
def members() -> Callable[[Path], dict[str, bytes]]:
    """A package's members and their bytes."""

    def read(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
            return {info.filename: package.read(info) for info in package.infolist()}

    return read


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """Pack parts (member -> content) as orders.xlsx."""

    def pack(parts: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> Path:
        path = tmp_path / "orders.xlsx"
        with zipfile.ZipFile(path, "w", method) as package:
            for name, content in parts.items():
                package.writestr(name, content if isinstance(content, bytes) else content.encode())
        return path

    return pack
