"""What the person gave stands in the preview, and a key takes it back."""

from types import ModuleType
from typing import Any

import pytest

from agent.events import QuestionAsked


async def shown_preview(session_view: Any, said: str) -> None:
    session_view.say(said)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.settled()


def story(script: ModuleType) -> dict[str, Any]:
    given = ["weight 2 lb", "service: UPS Ground"]
    choice = QuestionAsked("q1", "Which of your answers do you take back?", [*given, "All of them", "None of them"])
    return {"go": [script.preview(2, given=given)], "forget what I gave": [choice]}


@pytest.mark.parametrize("size", [(80, 24), (150, 40)])
async def test_a_key_asks_which_answer_goes(open_chat: Any, script: ModuleType, size: tuple[int, int]) -> None:
    async with open_chat(story(script), size=size) as session_view:
        await shown_preview(session_view, "go")
        await session_view.pilot.press("pagedown")
        await session_view.sees("weight 2 lb · service: UPS Ground")
        await session_view.pilot.press("f6")
        await session_view.sees("Which of your answers do you take back?")
        session_view.clock.seconds += 1
        await session_view.pilot.press("1")
        await session_view.until(lambda: session_view.calls("answer"), "answered")
        assert session_view.calls("answer") == [("answer", "q1", 1)]
        assert not session_view.calls("approve")


async def test_a_command_names_the_answer(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story(script)) as session_view:
        await session_view.type("/forget weight unit")
        await session_view.until(lambda: session_view.calls("send"), "sent")
        assert session_view.calls("send")[0][1] == "forget the weight unit"
