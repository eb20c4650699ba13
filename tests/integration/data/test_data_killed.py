"""A kill -9 at any moment leaves the old or the new file, and nothing beside it after the next start."""

import asyncio
import csv
import io
import os
import random
import signal

import pytest
import xlsxwriter

from mcp_servers.data.reading.excel_file import ExcelSheet
from mcp_servers.data.reading.workbook import Workbook

ROWS = 400

pytestmark = pytest.mark.slow


def csv_sheet(path):
    path.write_text("Order,Name,Note\n" + "".join(f'{n},Name {n},"a, b"\n' for n in range(1, ROWS + 1)))


def workbook(path):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Orders")
    sheet.write_row(0, 0, ["Order", "Name", "Note"])
    for number in range(1, ROWS + 1):
        sheet.write_row(number, 0, [str(number), f"Name {number}", "a, b"])
    book.close()


def table_of(path):
    if path.suffix == ".csv":
        return list(csv.reader(io.StringIO(path.read_text(), newline="")))
    book = Workbook(path)
    sheet = ExcelSheet(book, book.sheets[0])
    return [sheet.texts(number) for number in sheet.numbers]


async def pid_of(call, source_id):
    return (await call("lock_source", source_id=source_id))["pid"]


async def write_until_killed(start_server, path, delay):
    """Enqueue single results until the process dies; answers the rows that were acknowledged."""
    acknowledged = []
    try:
        async with start_server() as call:
            tool = "import_csv" if path.suffix == ".csv" else "import_excel"
            imported = await call(tool, path=str(path))
            pid = await pid_of(call, imported["source_id"])
            asyncio.get_running_loop().call_later(delay, os.kill, pid, signal.SIGKILL)

            async def one(number):
                await call("write_back", row_number=number, tracking_number=f"1Z{number}")
                acknowledged.append(number)

            await asyncio.gather(*[one(number) for number in range(1, ROWS + 1)])
            await asyncio.Event().wait() if len(acknowledged) < ROWS else None
    except* Exception:
        pass
    return acknowledged


@pytest.mark.parametrize(("name", "make"), [("orders.csv", csv_sheet), ("orders.xlsx", workbook)])
async def test_kill_nine_at_any_moment(start_server, tmp_path, name, make):
    path = tmp_path / name
    make(path)
    plain = table_of(path)
    seed = random.Random(7)
    for _ in range(4):
        acknowledged = await write_until_killed(start_server, path, seed.uniform(0.02, 0.6))
        after = table_of(path)
        assert [row[:3] for row in after] == plain
        written = {int(row[0]) for row in after[1:] if len(row) > 3 and row[3]}
        assert set(acknowledged) <= written
        assert all(row[3] == f"1Z{row[0]}" for row in after[1:] if len(row) > 3 and row[3])
    async with start_server() as call:
        tool = "import_csv" if path.suffix == ".csv" else "import_excel"
        await call(tool, path=str(path))
        await call("write_back_many", rows=[{"row_number": 1, "tracking_number": "1Z1"}], final=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == [name, "shipchat-backups"]
