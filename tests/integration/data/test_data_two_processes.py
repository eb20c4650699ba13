"""Two data servers on one workbook, and what the file system does to a sheet between import and writing."""

import os
import signal
import socket

import openpyxl
import pytest
import xlsxwriter

from mcp_servers.data.writing.queue import WriteQueue

ROWS = 6


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "orders.xlsx"
    made = xlsxwriter.Workbook(path)
    sheet = made.add_worksheet("Orders")
    sheet.write_row(0, 0, ["Order", "Name", "ZIP"])
    for number in range(1, ROWS + 1):
        sheet.write_row(number, 0, [str(number), f"Name {number}", "02116"])
    made.close()
    return path


def numbers(path):
    """What the tracking column holds, by another program's eyes; None where there is no such column."""
    sheet = openpyxl.load_workbook(path)["Orders"]
    header = [cell.value for cell in sheet[1]]
    if "tracking_number" not in header:
        return [None] * ROWS
    column = header.index("tracking_number") + 1
    return [sheet.cell(row, column).value for row in range(2, ROWS + 2)]


def beside(path):
    return sorted(one.name for one in path.parent.iterdir() if one != path)


async def test_two_processes_on_one_workbook(start_server, refused, book):
    """Both may read it; who writes is told to the other, and in the end both have written, each its own rows."""
    async with start_server() as first, start_server() as second:
        imported = await first("import_excel", path=str(book))
        again = await second("import_excel", path=str(book))
        assert imported["fingerprint"] == again["fingerprint"]
        source = {"source_id": imported["source_id"]}
        held = await first("lock_source", **source)
        for tool, arguments in (
            ("lock_source", {}),
            ("write_back", {"row_number": 6, "tracking_number": "1Z6"}),
            ("write_back_many", {"rows": [{"row_number": 6, "tracking_number": "1Z6"}], "final": True}),
        ):
            with pytest.raises(refused, match="E-1202") as refusal:
                await second(tool, **source, **arguments)
            answer = refusal.value.answer
            assert answer["holder"] == {"pid": held["pid"], "host": socket.gethostname(), "since": held["since"]}
            assert str(held["pid"]) in answer["message"]
            assert (answer["where"], answer["retryable"]) == (str(book), True)
        await first("write_back_many", rows=[{"row_number": 1, "tracking_number": "1Z1"}], **source)
        assert numbers(book) == ["1Z1", *[None] * 5]
        await first("write_back_many", rows=[{"row_number": 2, "tracking_number": "1Z2"}], final=True, **source)
        # The second imported the sheet before it was written to: its rows are found all the same.
        result = {"row_number": 6, "tracking_number": "1Z6"}
        answer = await second("write_back_many", rows=[result], final=True, **source)
        assert [one["outcome"] for one in answer["results"]] == ["written"]
        assert (await first("verify_source", **source))["changed"] is False
    assert numbers(book) == ["1Z1", "1Z2", None, None, None, "1Z6"]
    assert beside(book) == ["shipchat-backups"]


async def killed_while_it_holds(start_server, book):
    async with start_server() as call:
        imported = await call("import_excel", path=str(book))
        held = await call("lock_source", source_id=imported["source_id"])
        assert ".orders.xlsx.shipchat.lock" in beside(book)
        os.kill(held["pid"], signal.SIGKILL)
        await call("get_schema")


@pytest.mark.slow
async def test_what_a_killed_process_held_is_free(start_server, book):
    with pytest.raises(BaseExceptionGroup):
        await killed_while_it_holds(start_server, book)
    async with start_server() as second:
        await second("import_excel", path=str(book))
        assert beside(book) == []
        await second("write_back", row_number=3, tracking_number="1Z3")
    assert numbers(book) == [None, None, "1Z3", None, None, None]
    assert beside(book) == ["shipchat-backups"]


async def test_a_sheet_that_was_replaced_moved_or_linked(server_here, book, tmp_path, monkeypatch):
    monkeypatch.setattr("mcp_servers.data.writing.queue.RETRY_SECONDS", ())
    link = tmp_path / "linked.xlsx"
    link.symlink_to(book)
    async with server_here() as call:
        imported = await call("import_excel", path=str(link))
        assert imported["path"] == str(book)
        # Somebody saves it anew, sorted the other way round, under another inode.
        workbook = openpyxl.load_workbook(book)
        sheet = workbook["Orders"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for place, row in enumerate(reversed(rows), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(place, column).value = value
        other = tmp_path / "other.xlsx"
        workbook.save(other)
        other.replace(book)
        answer = await call("write_back", row_number=1, tracking_number="1Z1")
        assert (answer["where"], answer["outcome"]) == ("sheet", "written")
        assert numbers(book) == [*[None] * 5, "1Z1"]
        assert link.is_symlink()
        # It is gone when the batch ends: the result is not.
        book.unlink()
        ended = await call("write_back_many", rows=[{"row_number": 2, "tracking_number": "1Z2"}], final=True)
        assert (ended["results"][0]["where"], ended["written"]) == ("sidecar", 0)
        assert (await call("verify_source"))["missing"] is True
    assert "1Z2" in (tmp_path / "orders.tracking.csv").read_text()
    assert not book.exists()


async def test_a_half_saved_workbook_is_waited_for(server_here, book, monkeypatch):
    """A spreadsheet program writes for a while: what it has written so far is no workbook."""
    whole = book.read_bytes()
    tries = []

    async def wait(seconds):
        tries.append(seconds)
        if len(tries) == 2:
            book.write_bytes(whole)

    async with server_here() as call:
        await call("import_excel", path=str(book))
        book.write_bytes(whole[: len(whole) // 2])
        monkeypatch.setitem(WriteQueue.__init__.__kwdefaults__, "sleep", wait)
        answer = await call("write_back", row_number=4, tracking_number="1Z4")
    assert answer["outcome"] == "written"
    assert tries == [1.0, 2.0]
    assert numbers(book) == [None, None, None, "1Z4", None, None]
