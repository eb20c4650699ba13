"""F10 compares services over the preview; a number chooses one, which is said and never approved."""

from types import ModuleType
from typing import Any

import pytest

from agent.events import ModeChanged, ServiceOffer, ServicesCompared

SIZES = [(80, 24), (120, 40)]


def compared(digest: str = "9f2c41d07ab3") -> ServicesCompared:
    offers = [
        ServiceOffer("03", "UPS Ground", 8_000, False, 3, 5, "2026-12-04", current=True),
        ServiceOffer("02", "UPS 2nd Day Air", 16_000, False, 2, 2, "2026-12-02"),
        ServiceOffer("01", "UPS Next Day Air", None, False, None, None, None, unpriced=8),
    ]
    return ServicesCompared(digest, 8, 8, offers, "UPS Ground: $80.00")


def story(script: ModuleType) -> dict[str, Any]:
    return {script.SAID: [script.preview()], "compare the services": [compared()]}


async def previewed(session_view: Any, script: ModuleType) -> None:
    session_view.say(script.SAID)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.until(lambda: not session_view.app.chat.controller.busy, "the turn has ended")
    await session_view.settled()


@pytest.mark.parametrize("size", SIZES)
async def test_a_key_asks_for_the_comparison_and_a_number_chooses(
    open_chat: Any, script: ModuleType, size: tuple[int, int]
) -> None:
    async with open_chat(story(script), size=size) as session_view:
        await previewed(session_view, script)
        await session_view.pilot.press("f10")
        await session_view.sees("8 shipments by service")
        for words in ("UPS 2nd Day Air", "$160.00", "3-5", "Fri, Dec 4", "the preview's", "not for 8"):
            await session_view.sees(words)
        await session_view.pilot.press("2")
        await session_view.until(lambda: len(session_view.calls("send")) == 3, "the choice is said")
        said = [call[1] for call in session_view.calls("send")]
        assert said == [script.SAID, "compare the services", "make it UPS 2nd Day Air"]
        assert not session_view.calls("approve")
        assert session_view.app.screen is session_view.app.chat


async def test_in_auto_mode_the_choice_waits_in_the_prompt(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story(script)) as session_view:
        session_view.session.emit(ModeChanged("auto", "up to $40.00"))
        await previewed(session_view, script)
        await session_view.pilot.press("f10")
        await session_view.sees("1-9 a new preview")
        await session_view.pilot.press("2")
        await session_view.until(
            lambda: session_view.app.chat.prompt.text == "make it UPS 2nd Day Air", "in the prompt"
        )
        assert len(session_view.calls("send")) == 2


async def test_arrows_and_enter_choose_too(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story(script)) as session_view:
        await previewed(session_view, script)
        await session_view.pilot.press("f10")
        await session_view.sees("1-9 a new preview")
        await session_view.pilot.press("down", "enter")
        await session_view.until(lambda: len(session_view.calls("send")) == 3, "the choice is said")


async def test_what_the_preview_goes_by_and_what_has_no_price_are_not_chosen(
    open_chat: Any, script: ModuleType
) -> None:
    async with open_chat(story(script)) as session_view:
        await previewed(session_view, script)
        await session_view.pilot.press("f10")
        await session_view.sees("1-9 a new preview")
        await session_view.pilot.press("1", "3", "9", "escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back in the chat")
        assert len(session_view.calls("send")) == 2


async def test_a_comparison_of_another_preview_is_asked_for_anew(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story(script) | {"compare": [compared("another")]}) as session_view:
        await session_view.pilot.press("f10")
        await session_view.sees("There is no preview whose services")
        await session_view.type("compare")
        await previewed(session_view, script)
        await session_view.pilot.press("f10")
        await session_view.until(lambda: len(session_view.calls("send")) == 3, "it is asked for")
        assert session_view.calls("send")[-1][1] == "compare the services"


async def test_a_refinement_says_what_it_changes(open_chat: Any, script: ModuleType) -> None:
    shown = {script.SAID: [script.preview(4, difference="5 -> 4 rows, -$31.69")]}
    async with open_chat(shown) as session_view:
        await previewed(session_view, script)
        await session_view.sees("5 -> 4 rows, -$31.69  against the preview before")
