"""The same ship-and-approve in the chat, by Textual's Pilot, over the real session, servers and simulator."""

import asyncio
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.events import ApprovalGiven, BatchFinished, Event, PreviewReady, SourceOpened
from agent.settings import Settings
from tests.integration.line.shop import SENTENCE, Shop
from tui.app import ShipchatApp


async def until(pilot: "Pilot[int]", holds: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(90):
        while not holds():
            await pilot.pause(0.05)
    assert holds(), what


def words(app: ShipchatApp) -> str:
    """What a person reads."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


@pytest.mark.slow  # the same by keys, against the same servers: tests/integration/tui
async def test_ship_and_approve_in_the_chat(shop: Shop) -> None:
    settings = Settings.load(home=shop.folder / "home", ups_base_url=shop.simulator.ups_url)
    session = ChatSession(settings, SessionOptions(source=str(shop.sheet)))
    events: list[Event] = []
    session.subscribe(events.append)
    app = ShipchatApp(session)

    def seen(kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in events)

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: seen(SourceOpened) and not session.busy, "the sheet is open")
        app.chat.prompt.focus()
        await pilot.press(*("space" if letter == " " else letter for letter in SENTENCE), "enter")
        await until(pilot, lambda: seen(PreviewReady) and not session.busy, "the preview is there")
        assert shop.simulator.records() == []
        await pilot.press("f3", "enter")
        await until(pilot, lambda: "Cells of row" in words(app), "a row is shown whole")
        assert "14 Juniper Court" in words(app)
        assert "Sacramento CA 95814" in words(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.chat, "back in the chat")
        await pilot.press("tab")
        async with asyncio.timeout(90):
            # Keys that come too early are ignored, however often; one that counts approves once.
            while not seen(ApprovalGiven):
                await pilot.press("y")
                await pilot.pause(0.05)
        await until(pilot, lambda: seen(BatchFinished), "shipped")

    assert sorted(label["ship_to"]["name"] for label in shop.simulator.records()) == [
        "Dana Whitfield",
        "Luis Ferrer",
        "Peter Lindqvist",
    ]
    assert shop.sheet.read_bytes().count(b"1ZSIMSIM") == 3
