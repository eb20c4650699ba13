"""Ten thousand results enqueued one by one, all durable: CSV and a 20-column workbook.

Run: `python -m tests.benchmarks write_queue [--rows N]`   (10,000; also a tenth of them)
Wanted: <= 5 s each, growth from 1,000 to 10,000 linear (<= 11 times).
"""

import asyncio
import csv
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import xlsxwriter

from mcp_servers.data.model import Change
from mcp_servers.data.sources import ImportOptions, OpenSource, open_csv_source, open_excel_source
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget
from mcp_servers.data.writing.queue import WriteQueue

ROWS = 10_000
COLUMNS = 20


def row(number: int) -> list[str]:
    return [str(number), *(f"cell {column} of {number}" for column in range(1, COLUMNS))]


def make(folder: Path, kind: str, rows: int) -> OpenSource:
    path = folder / f"orders-{rows}.{kind}"
    header = ["Order", *(f"Column {column}" for column in range(1, COLUMNS))]
    if kind == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *(row(number) for number in range(1, rows + 1))])
        return open_csv_source(str(path), ImportOptions())
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number in range(rows + 1):
        sheet.write_row(number, 0, row(number) if number else header)
    book.close()
    return open_excel_source(str(path), ImportOptions())


async def seconds(folder: Path, kind: str, rows: int, *, yielding: bool) -> tuple[float, float, int]:
    source = make(folder, kind, rows)
    checksums = {number: found.checksum for number, found in source.table.find(range(1, rows + 1)).items()}
    source.table.close()
    target = (CsvTarget if kind == "csv" else ExcelTarget)(source.descriptor, rows)
    queue = WriteQueue(target)
    started, worked = time.perf_counter(), time.process_time()
    waiting = []
    for number in range(1, rows + 1):
        cells = {"tracking_number": f"1Z{number:016d}", "shipped_at": "2026-11-21T10:00:00Z"}
        waiting.append(queue.enqueue(Change(number, cells, checksums[number])))
        if yielding:
            await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    taken, worked = time.perf_counter() - started, time.process_time() - worked
    await queue.finish()
    return taken, worked, queue.rewrites


async def figures(folder: Path, sizes: list[int] | None) -> dict[str, Any]:
    """For `python -m tests.benchmarks write_queue`."""
    rows = (sizes or [ROWS])[-1]
    answer: dict[str, Any] = {"rows": rows, "load_at_start": round(os.getloadavg()[0], 1)}
    for kind in ("csv", "xlsx"):
        for yielding in (False, True):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                small, _, _ = await seconds(Path(place), kind, rows // 10, yielding=yielding)
                large, worked, rewrites = await seconds(Path(place), kind, rows, yielding=yielding)
            name = f"{kind}, {'the loop turns between' if yielding else 'at one go'}"
            answer[name] = {
                "a_tenth": round(small, 2),
                "all": round(large, 2),
                "processor": round(worked, 2),
                "growth": round(large / small, 1),
                "rewrites": rewrites,
            }
    return answer
