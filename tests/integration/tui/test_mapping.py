"""F5: columns, fields and a row as it would be printed; a column is given to a field by keys, as if it had been said."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from agent.events import FieldSeen, HeaderSeen, MappingShown, QuestionAsked

SIZES = [(80, 24), (120, 40)]


def shown(**changed: Any) -> MappingShown:
    event = MappingShown(
        sheet="orders.csv",
        sheet_row=2,
        headers=[HeaderSeen("Who", "Ada Brook", []), HeaderSeen("Town", "Fresno", ["city"])],
        fields=[
            FieldSeen("name", "who gets the parcel", "", "needed"),
            FieldSeen("city", "the town", "Town"),
            FieldSeen("company", "the company that gets the parcel", ""),
            FieldSeen("postal_code", "the ZIP or postal code", ""),
        ],
        label=["Fresno CA 93721"],
        facts=[("weight", "3 lb")],
        problems=["Nothing feeds the recipient's name yet."],
        summary="1 of 2 columns of orders.csv are read.",
    )
    return replace(event, **changed)


NAMED = 'use the column "Who" for name'


def story() -> dict[str, Any]:
    after = shown(
        label=["Ada Brook", "Fresno CA 93721"], problems=[], headers=[HeaderSeen("Who", "Ada Brook", ["name"])]
    )
    return {
        "open": [],
        "show the mapping": [shown()],
        NAMED: [after],
        'use the column "Town" for company': [QuestionAsked("q1", "How heavy is a parcel?", ["1 lb", "2 lb"])],
    }


async def mapping_open(session_view: Any, script: ModuleType) -> None:
    session_view.session.emit(script.small_story()["open"][0])
    await session_view.pilot.press("f5")
    await session_view.sees("row 2 would go to")


@pytest.mark.parametrize("size", SIZES)
async def test_a_column_is_given_to_a_field_and_the_row_follows(
    open_chat: Any, script: ModuleType, size: tuple[int, int]
) -> None:
    async with open_chat(story(), size=size) as session_view:
        await mapping_open(session_view, script)
        for words in ("Who", "Ada Brook", "city ← Town", "Fresno CA 93721", "weight 3 lb", "! Nothing feeds"):
            await session_view.sees(words)
        await session_view.pilot.press("enter")
        await session_view.sees("which field?")
        await session_view.pilot.press(*"who", "space", *"gets", "enter")
        await session_view.until(lambda: len(session_view.calls("send")) == 2, "it is said")
        assert session_view.calls("send")[-1][1] == NAMED
        await session_view.until(lambda: "Nothing feeds" not in session_view.screen_text(), "the row is shown anew")
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back in the chat")
        assert not session_view.calls("approve")


async def test_escape_leaves_the_choice_first(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story()) as session_view:
        await mapping_open(session_view, script)
        await session_view.pilot.press("enter", "down", "escape")
        await session_view.sees("Enter gives the column to a field")
        assert len(session_view.calls("send")) == 1
        await session_view.pilot.press("down", "enter", "down", "down", "enter")
        await session_view.until(lambda: len(session_view.calls("send")) == 2, "it is said")
        assert session_view.calls("send")[-1][1] == 'use the column "Town" for company'


async def test_what_is_asked_about_a_change_is_answered_in_the_chat(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(story()) as session_view:
        await mapping_open(session_view, script)
        await session_view.pilot.press("down", "enter", *"company", "enter")
        await session_view.sees("How heavy is a parcel?")
        assert session_view.app.screen is session_view.app.chat
        await session_view.pilot.press("f5")
        await session_view.sees("Answer the question first.")


async def test_without_a_sheet_there_is_nothing_to_show(open_chat: Any) -> None:
    async with open_chat(story()) as session_view:
        await session_view.pilot.press("f5")
        await session_view.sees("No order sheet is open.")
        assert not session_view.calls("send")
