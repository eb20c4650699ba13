"""Enter in the rows of a preview shows one of them whole, beside the table or in its place; by keys alone."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SMALL, LARGE = (80, 24), (150, 40)


async def rows_open(session_view: Any, script: ModuleType) -> None:
    session_view.say(script.SAID)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.settled()
    await session_view.pilot.press("f3")
    await session_view.sees("Enter one row")


@pytest.mark.parametrize("size", [SMALL, (139, 40), (140, 40), LARGE])
async def test_enter_shows_a_row_and_escape_comes_back(
    open_chat: Any, script: ModuleType, size: tuple[int, int]
) -> None:
    async with open_chat(size=size) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("down", "enter")
        for words in ("Row 4", "4 Canal St", "Oakland CA 93721", "3 lb", "SO-10407 (the order)", "9372 -> 09372"):
            await session_view.sees(words)
        beside = size[0] >= 140
        assert ("Ada Brook" in session_view.screen_text()) == beside, "the table stands beside it where there is room"
        await session_view.pilot.press("escape")
        await session_view.sees("Enter one row")
        assert "Canal St" not in session_view.screen_text()
        assert "Ada Brook" in session_view.screen_text()
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back in the chat")
        assert session_view.session.pending is not None
        assert not session_view.calls("approve")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_arrows_go_from_row_to_row_in_the_order_of_the_table(
    open_chat: Any, script: ModuleType, size: tuple[int, int]
) -> None:
    async with open_chat(size=size) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("3", "3", "enter", "down")
        await session_view.sees("14 Canal St")
        await session_view.pilot.press("up", "up", "up")
        await session_view.sees("16 Canal St")
        await session_view.pilot.press("down", "down", "escape", "enter")
        await session_view.sees("12 Canal St")


async def test_the_rest_of_a_row_is_a_page_away_on_a_small_terminal(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(size=SMALL) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("enter", "end")
        await session_view.sees("Sent to UPS's server")
        await session_view.sees('"name": "Ada Brook"')
        await session_view.pilot.press("home")
        await session_view.sees("2 Canal St")


async def test_a_cell_says_which_field_it_is_read_as(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(size=LARGE) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("enter")
        await session_view.sees("Cells of row 2")
        await session_view.sees("Ada Brook  -> name")
        await session_view.sees("blank      Phone")


async def test_control_characters_of_a_cell_are_shown_and_not_obeyed(open_chat: Any, script: ModuleType) -> None:
    shown = script.preview(1)
    hostile = replace(shown.lines[0], recipient="Eve \x1b[2J\u202eevil")
    async with open_chat({script.SAID: [replace(shown, lines=[hostile])]}, size=SMALL) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("enter")
        await session_view.sees("Eve ␛[2J⟨U+202E⟩evil")


async def test_a_search_begins_from_the_detail_too(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(size=SMALL) as session_view:
        await rows_open(session_view, script)
        await session_view.pilot.press("enter", "slash", *"holt", "enter", "enter")
        await session_view.sees("Gina Holt")
        await session_view.sees("14 Canal St")


async def test_a_preview_that_was_replaced_says_so(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(size=SMALL) as session_view:
        await rows_open(session_view, script)
        session_view.session.emit(script.preview(3, digest="another"))
        await session_view.pilot.press("enter")
        await session_view.sees("A newer preview took this one's place")
