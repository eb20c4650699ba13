"""`@sheet` in a message: that sheet is opened, then the rest of the message is done over it, or nothing is."""

import sqlite3
from pathlib import Path

import pytest

from agent.events import SheetSampled, SourceOpened
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEXAN = "T-1,Ann Field,12 Alder Way,Austin,TX,78701,512-555-0101,2\n"


async def test_a_sheet_is_opened_before_the_rest_is_done(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "Orders May.csv"
    path.write_text(HEADER + TEXAN)
    session, heard = await opened(None)
    result = await session.send(f'ship all in @"{path}" via ground')
    assert (result["status"], result["row_numbers"]) == ("preview", [1])
    assert [event.name for event in heard if isinstance(event, SourceOpened)] == ["Orders May.csv"]


async def test_a_mention_with_nothing_left_beside_it_only_opens(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(None)
    result = await session.send(f"with @{sheet}")
    assert (result["status"], result["text"]) == ("answer", "orders.csv: 3 rows.")
    assert isinstance(heard[-2], SheetSampled), "then the turn ends: no brain is asked about an empty message"


async def test_the_sheet_that_is_open_is_not_taken_for_one_that_is_not_there(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet)
    result = await session.send(f"@{sheet.parent}/texas.csv ship all via ground")
    assert (result["status"], result["error"]["code"]) == ("refused", "E-1002")
    assert session.pending_digest is None


async def test_a_preview_of_another_sheet_is_gone(opened: Opened, sheet: Path, tmp_path: Path) -> None:
    (tmp_path / "texas.csv").write_text(HEADER + TEXAN)
    session, _heard = await opened(sheet)
    await session.send("ship the order to Fresno via ground")
    first = session.pending_digest
    assert first is not None
    result = await session.send(f"@{tmp_path}/texas.csv ship all via ground")
    assert (result["status"], result["source"]["name"]) == ("preview", "texas.csv")
    assert session.pending_digest not in {None, first}


async def test_a_database_file_is_opened_by_its_path(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "shop.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table orders (id integer primary key, name text, address text, city text, zip text)")
        connection.execute("insert into orders values (1, 'Ann Field', '12 Alder Way', 'Austin', '78701')")
    session, _heard = await opened(None)
    result = await session.send(f"@{path} how many orders are there?")
    assert (result["status"], result["source"]["rows"]) == ("answer", 1)
