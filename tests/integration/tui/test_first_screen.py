"""What a person sees and presses before anything was said: the sheet with its sentences, or the sheets to open."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from agent.events import OfferedSheet, SheetSampled, SheetsOffered, SourceOpened

SIZES = [(80, 24), (120, 40)]
WORDS = ["Ship all California orders via Ground", "Ship orders over 5 lb via Ground", "How many orders per state?"]


def sheet() -> list[Any]:
    columns = [{"name": name, "type": "text"} for name in ("Order", "Recipient", "City")]
    opened = SourceOpened("orders.csv", "/o/orders.csv", 42, columns, [], first_words=WORDS)
    return [opened, SheetSampled(["Order", "Recipient"], [["SO-1", "Ada Brook"], ["SO-2", "Ben Castle"]])]


def offered(*paths: str) -> list[Any]:
    return [SheetsOffered([OfferedSheet(path, Path(path).name, "42 rows, opened on Nov 28") for path in paths])]


@pytest.mark.parametrize("size", SIZES)
async def test_the_sheet_its_first_rows_and_three_sentences(open_chat: Any, size: tuple[int, int]) -> None:
    async with open_chat({"open": sheet()}, size=size) as session_view:
        for words in ("orders.csv", "42 rows", "Recipient", "Ben Castle", "1 Ship all", "3 How many orders per state?"):
            await session_view.sees(words)
        await session_view.pilot.press("2")
        await session_view.until(lambda: session_view.app.chat.prompt.text == WORDS[1], "it is in the prompt")
        assert not session_view.calls("send"), "the person sends it"
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("send"), "sent")


async def test_a_number_is_a_number_again_once_something_was_said(open_chat: Any, script: ModuleType) -> None:
    async with open_chat({"open": sheet()}) as session_view:
        await session_view.type("hello")
        await session_view.settled()
        await session_view.pilot.press("2")
        assert session_view.app.chat.prompt.text == "2"


@pytest.mark.parametrize("size", SIZES)
async def test_without_a_sheet_a_number_opens_one(open_chat: Any, size: tuple[int, int]) -> None:
    async with open_chat({"open": offered("/o/a.csv", "/o/b c.xlsx")}, size=size) as session_view:
        for words in ("press its number", "b c.xlsx", "opened on Nov 28", "/demo", "Ctrl+O searches"):
            await session_view.sees(words)
        await session_view.pilot.press("2")
        await session_view.until(lambda: session_view.calls("send"), "it is opened")
        assert session_view.calls("send")[0][1] == 'open "/o/b c.xlsx"'


async def test_letters_find_a_file_below_the_folder(
    open_chat: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "week47").mkdir()
    (tmp_path / "week47" / "orders.csv").touch()
    (tmp_path / "other.csv").touch()
    monkeypatch.chdir(tmp_path)
    async with open_chat({"open": offered("/o/a.csv")}) as session_view:
        await session_view.pilot.press("ctrl+o")
        await session_view.sees("week47/orders.csv")
        await session_view.sees("/o/a.csv")
        await session_view.pilot.press(*"wk47")
        await session_view.until(lambda: "other.csv" not in session_view.screen_text(), "it is searched")
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("send"), "it is opened")
        assert session_view.calls("send")[0][1] == f'open "{tmp_path / "week47" / "orders.csv"}"'


async def test_a_dropped_file_is_mentioned_in_the_prompt(open_chat: Any, tmp_path: Path) -> None:
    from textual import events

    path = tmp_path / "My Orders.csv"
    path.touch()
    async with open_chat({"open": offered()}) as session_view:
        session_view.app.chat.prompt.post_message(events.Paste(str(path).replace(" ", "\\ ")))
        await session_view.settled()
        assert session_view.app.chat.prompt.text == f'@"{path}"'
        assert not session_view.calls("send")


async def test_the_demo_is_named_where_this_chat_cannot_lead_there(open_chat: Any) -> None:
    async with open_chat({"open": offered()}) as session_view:
        await session_view.type("/demo")
        await session_view.sees("Leave, and run: shipchat demo")
