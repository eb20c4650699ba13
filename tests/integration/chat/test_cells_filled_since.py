"""What somebody writes into a tracking cell between the preview and the last write, with real servers: a number that
came before the batch keeps its row back, and nothing that a person typed is overwritten - live, resumed, at a later
start and by a void (docs/money.md)."""

import csv
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from agent.batch.writeback.outbox import OUTBOX
from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.events import BatchStarted
from agent.servers import ServerManager
from agent.settings import Settings
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
COLUMNS = ("Order Number", "Recipient Name", "Address", "City", "State", "ZIP", "Phone", "Weight (lb)")
HEADER = (*COLUMNS, "tracking_number", "shipped_at")
ORDERS = [
    ("C-1", "Luis Ferrer", "880 Harbor View Dr", "San Diego", "CA", "92101", "619-555-0102", "3"),
    ("C-2", "Dana Whitfield", "14 Juniper Court", "Sacramento", "CA", "95814", "916-555-0101", "2"),
    ("C-3", "Amara Okafor", "61 Millpond Rd", "Fresno", "CA", "93721", "617-555-0103", "4"),
    ("C-4", "Grace Holloway", "302 Sycamore Ave", "Oakland", "CA", "94607", "510-555-0108", "5"),
]
STATION = "1ZSTATION2"


@dataclass
class Shop:
    """Four orders in a source of some kind; a person can type into their tracking cells."""

    path: Path
    kind: str

    def fill(self, orders: Sequence[Sequence[str]] = ORDERS) -> None:
        if self.kind == "csv":
            with self.path.open("w", newline="") as file:
                csv.writer(file).writerows([HEADER, *[(*order, "", "") for order in orders]])
        elif self.kind == "xlsx":
            book = openpyxl.Workbook()
            for line in (HEADER, *orders):
                book.active.append(list(line))
            book.save(self.path)
        else:
            with sqlite3.connect(self.path) as database:
                columns = ", ".join(f'"{name}" TEXT' for name in HEADER)
                database.execute(f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {columns})")
                names = ", ".join(f'"{name}"' for name in COLUMNS)
                marks = ", ".join("?" * len(COLUMNS))
                database.executemany(f"INSERT INTO orders ({names}) VALUES ({marks})", orders)

    def type(self, number: int, text: str, column: str = "tracking_number") -> None:
        """A person, or a program, writes into a cell of data row `number`."""
        if self.kind == "csv":
            with self.path.open(newline="") as file:
                lines = list(csv.reader(file))
            lines[number][HEADER.index(column)] = text
            with self.path.open("w", newline="") as file:
                csv.writer(file).writerows(lines)
        elif self.kind == "xlsx":
            book = openpyxl.load_workbook(self.path)
            book.active.cell(number + 1, HEADER.index(column) + 1, text)
            book.save(self.path)
        else:
            with sqlite3.connect(self.path) as database:
                database.execute(f"UPDATE orders SET {column} = ? WHERE id = ?", (text, number))

    @property
    def cells(self) -> list[str]:
        """The tracking cells."""
        place = HEADER.index("tracking_number")
        if self.kind == "csv":
            with self.path.open(newline="") as file:
                return [line[place] for line in csv.reader(file)][1:]
        if self.kind == "xlsx":
            return [line[place] or "" for line in openpyxl.load_workbook(self.path).active.values][1:]
        with sqlite3.connect(self.path) as database:
            return [row[0] or "" for row in database.execute("SELECT tracking_number FROM orders ORDER BY id")]

    @property
    def beside(self) -> dict[int, str]:
        path = self.path.with_name(f"{self.path.stem}.tracking.csv")
        if not path.exists():
            return {}
        with path.open(newline="") as file:
            return {int(line["row_number"]): line["tracking_number"] for line in csv.DictReader(file)}

    @property
    def source(self) -> tuple[str, dict[str, Any]]:
        if self.kind == "sqlite":
            return f"sqlite:///{self.path}", {"source_options": {"table": "orders"}}
        return str(self.path), {}


@pytest.fixture(params=["csv", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("xlsx", "sqlite"))])
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Shop:
    made = Shop(tmp_path / f"orders.{'db' if request.param == 'sqlite' else request.param}", request.param)
    made.fill()
    return made


def when_it_starts(session: ChatSession, act: Callable[[], None]) -> None:
    """Do something while a batch runs: after the last look at the sheet, before the first write."""
    session.subscribe(lambda event: act() if isinstance(event, BatchStarted) else None)


async def shown(session: ChatSession, words: str = "ship everything via ground") -> str:
    result = await session.send(words)
    assert result["status"] == "preview", result
    assert session.pending_digest is not None
    return session.pending_digest


async def shipped(session: ChatSession) -> dict[str, Any]:
    return await session.approve(await shown(session), by="--yes", words="--yes")


def numbers(result: dict[str, Any]) -> dict[int, str]:
    return {row["row_number"]: row["tracking_number"] for row in result["tracking"]}


def engine(session: ChatSession) -> Any:
    assert session._turns is not None
    return session._turns.state.batches


async def test_a_live_batch(opened: Opened, shop: Shop, servers: ServerManager, tmp_path: Path) -> None:
    source, options = shop.source
    session, _heard = await opened(source, **options)
    digest = await shown(session)
    # Between preview and yes another station ships the first order; while the batch runs a person types into row 3.
    shop.type(1, STATION)
    when_it_starts(session, lambda: shop.type(3, "HOLD"))
    result = await session.approve(digest, by="--yes", words="--yes")

    bought = numbers(result)
    assert (sorted(bought), result["rows"]["skipped"], result["status"]) == ([2, 3, 4], 1, "completed_with_warnings")
    sheet_row = 1 if shop.kind == "sqlite" else 2
    assert any(words.startswith(f"E-4280: Row {sheet_row} was not sent") for words in result["warnings"])
    assert f"E-4280: Row {sheet_row} was not sent" in result["text"]
    assert STATION in result["text"]
    assert shop.cells == [STATION, bought[2], "HOLD", bought[4]]
    assert f"Somebody else wrote into the cells of row {sheet_row + 2}" in result["text"]
    if shop.kind == "sqlite":
        assert "E-1020" in result["text"]
    else:
        assert shop.beside == {3: bought[3]}
        assert "orders.tracking.csv" in result["text"]

    again = await session.send("ship everything via ground")
    assert (again["status"], again["total_rows"]) == ("answer", 0), "nothing is bought twice"
    if shop.kind == "sqlite":
        return
    # Another ledger knows nothing of the batch: the file beside the sheet does.
    elsewhere = Settings(home=tmp_path / "elsewhere", model="offline", today="2026-11-20", concurrency=1)
    stranger = ChatSession(elsewhere, SessionOptions(source=source), servers)
    await stranger.open()
    there = await stranger.send("ship everything via ground")
    await stranger.close()
    assert (there["status"], there["total_rows"]) == ("answer", 0)


async def test_a_resumed_batch(opened: Opened, shop: Shop, tmp_path: Path) -> None:
    # UPS refuses the first order, so the batch stops before the others.
    shop.path.unlink()
    shop.fill([(*ORDERS[0][:5], "75201", *ORDERS[0][6:]), *ORDERS[1:]])
    source, options = shop.source
    session, _heard = await opened(source, **options)
    result = await shipped(session)
    assert (result["rows"]["failed"], result["rows"]["pending"]) == (1, 3)
    shop.type(2, STATION)
    shop.type(3, "2026-11-20", "shipped_at")
    job_id = result["job_id"]
    await engine(session).resume(job_id)
    outcome = engine(session).outcome(job_id)
    assert sorted(row["row_number"] for row in outcome.tracking) == [4]
    assert (outcome.rows["skipped"], outcome.rows["failed"]) == (2, 1)
    assert shop.cells == ["", STATION, "", outcome.tracking[0]["tracking_number"]]


async def test_a_later_start_and_a_void(opened: Opened, shop: Shop) -> None:
    source, options = shop.source
    session, _heard = await opened(source, **options)
    result = await shipped(session)
    bought, job_id = numbers(result), result["job_id"]
    assert shop.cells == [bought[number] for number in (1, 2, 3, 4)]

    # As if the sheet had been away: everything is owed, and a person typed meanwhile.
    batches = engine(session)
    batches.ledger.write(lambda c: c.execute(update(OUTBOX).values(state="pending", went_to=None)) and None)
    shop.type(1, "")
    shop.type(2, "CALL ANN")
    await batches.deliver_pending()
    assert shop.cells == [bought[1], "CALL ANN", bought[3], bought[4]]
    assert shop.beside == ({} if shop.kind == "sqlite" else {2: bought[2]})

    shop.type(3, "KEEP")
    voided = await batches.void(job_id, None)
    assert len(voided) == 4
    assert shop.cells == ["", "CALL ANN", "KEEP", ""]
    assert shop.beside == ({} if shop.kind == "sqlite" else {2: ""})


@pytest.mark.parametrize("meanwhile", [None, "KEEP"])
async def test_shipping_again(opened: Opened, shop: Shop, meanwhile: str | None) -> None:
    """The old number gives way to the new one, but only while it is the one that was approved."""
    source, options = shop.source
    session, _heard = await opened(source, **options)
    first = numbers(await shipped(session))
    session.preview_painted(await shown(session, "re-ship order C-2 via ground"))
    if meanwhile is not None:
        when_it_starts(session, lambda: shop.type(2, meanwhile))
    result = await session.send("re-ship 1 row")
    (new,) = numbers(result).values()
    assert new != first[2]
    assert shop.cells == [first[1], meanwhile or new, first[3], first[4]]
    assert shop.beside == ({} if shop.kind == "sqlite" or meanwhile is None else {2: new})


async def test_a_placeholder_gives_way(opened: Opened, tmp_path: Path) -> None:
    """A text that says "no number" is no number: its row goes, and the number takes its place."""
    shop = Shop(tmp_path / "orders.csv", "csv")
    shop.fill()
    for number, text in enumerate(("n/a", "Pending", "-", "0"), 1):
        shop.type(number, text)
    session, _heard = await opened(shop.path)
    result = await shipped(session)
    assert (result["status"], shop.cells) == ("completed", [numbers(result)[number] for number in (1, 2, 3, 4)])
