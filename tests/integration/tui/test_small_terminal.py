"""At 80x24 a person sees what is approved: total, count, environment and the first rows beside the bar."""

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from agent.events import HeaderSeen, MappingShown


async def shown_preview(session_view: Any, said: str) -> None:
    session_view.say(said)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.settled()


def many(script: ModuleType, **changed: Any) -> dict[str, Any]:
    shown = script.preview(14, mapping=[(f"field {n}", f"Column {n}") for n in range(13)], mapped_columns=12, **changed)
    return {"go": [replace(shown, lines=[replace(line, warnings=[]) for line in shown.lines])]}


async def test_the_first_rows_and_the_total_stand_above_the_bar(open_chat: Any, script: ModuleType) -> None:
    async with open_chat(many(script), size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        for words in ("14 shipments · $", "Ada Brook", "Ben Castle", "PRACTICE", "y  Approve", "Ship 14 shipments"):
            await session_view.sees(words)


async def test_the_mapping_is_one_line_and_a_key_away(open_chat: Any, script: ModuleType) -> None:
    column = HeaderSeen("Column 7", "x", ["name"])
    told = MappingShown("orders.csv", 2, [column], [], ["Ada Brook"], [], [], "1 of 1 column is read.")
    async with open_chat(many(script) | {"show the mapping": [told]}) as session_view:
        await shown_preview(session_view, "go")
        await session_view.sees("12 columns matched, for the first time · F5 shows them")
        assert "Column 7" not in session_view.screen_text()
        session_view.session.emit(script.small_story()["open"][0])
        await session_view.until(lambda: not session_view.app.chat.controller.busy, "the turn has ended")
        await session_view.pilot.press("f5")
        await session_view.sees("Column 7")
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back")


async def test_a_row_says_what_was_changed_in_it(open_chat: Any, script: ModuleType) -> None:
    shown = script.preview(3)
    lines = [replace(shown.lines[0], changes=["ZIP: 2116 -> 02116"]), *shown.lines[1:]]
    async with open_chat({"go": [replace(shown, lines=lines)]}) as session_view:
        await shown_preview(session_view, "go")
        await session_view.sees("ZIP: 2116 -> 02116")


async def test_the_total_counts_what_goes_along_with_a_retry(open_chat: Any, script: ModuleType) -> None:
    shown = script.preview(1, purpose="retry", total_cents=912, waiting_rows=2, waiting_cents=1_800)
    async with open_chat({"go": [shown]}) as session_view:
        await shown_preview(session_view, "go")
        await session_view.sees("3 shipments · $27.12")
        await session_view.sees("1 row sent again; 2 rows approved before and not sent yet")


@pytest.mark.parametrize("focus", [[], ["tab"]])
async def test_pages_turn_whatever_has_the_focus(open_chat: Any, script: ModuleType, focus: list[str]) -> None:
    async with open_chat(many(script), size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        await session_view.pilot.press(*focus)
        await session_view.pilot.press("pagedown", "pagedown", "pagedown")
        await session_view.sees("account")
        assert "SO-10400" not in session_view.screen_text()
        await session_view.pilot.press("pageup", "pageup", "pageup")
        await session_view.sees("SO-10400")


async def test_the_view_follows_an_approval(open_chat: Any, script: ModuleType) -> None:
    """The progress is on the screen, although the person had looked at the preview's beginning."""
    async with open_chat(many(script), size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab", "y")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
        await session_view.until(lambda: not session_view.app.chat.controller.busy, "shipped")
        await session_view.settled()
        await session_view.sees("14 shipped")
        assert "▼" not in session_view.screen_text()


async def test_the_focus_goes_from_an_approval_to_the_prompt_and_to_no_table_on_the_way(
    open_chat: Any, script: ModuleType
) -> None:
    """A table that takes the focus scrolls itself into view."""
    from agent.events import TableShown

    async with open_chat(many(script), size=(80, 24)) as session_view:
        session_view.session.emit(TableShown("orders", ["Row", "Order"], [["4", "SO-1"], ["5", "SO-2"]], 2))
        await session_view.settled()
        await shown_preview(session_view, "go")
        session_view.clock.seconds += 2
        focused: list[str] = []
        session_view.app.chat.watch(
            session_view.app.chat, "focused", lambda widget: focused.append(type(widget).__name__)
        )
        await session_view.pilot.press("tab", "y")
        await session_view.until(lambda: not session_view.app.chat.controller.busy, "shipped")
        await session_view.settled()
        assert "DataTable" not in focused, focused
        assert focused[-1] == "Prompt"
        assert "▼" not in session_view.screen_text()


async def test_what_others_say_is_counted_below_and_does_not_move_the_reader(
    open_chat: Any, script: ModuleType
) -> None:
    from agent.events import AssistantSaid

    async with open_chat(many(script), size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        session_view.session.emit(AssistantSaid("One more thing."))
        await session_view.settled()
        await session_view.sees("▼ 1 new")
        await session_view.sees("Ada Brook")
        session_view.say("thanks")
        await session_view.sees("You said: thanks")


async def test_the_rows_make_room_for_a_warning_and_the_chosen_rows_stands_below_whole(
    open_chat: Any, script: ModuleType
) -> None:
    long = "the phone number has too few digits, so it was left out"
    shown = script.preview(8)
    lines = [shown.lines[0], replace(shown.lines[1], changes=[long], service="UPS Next Day Air"), *shown.lines[2:]]
    async with open_chat({"go": [replace(shown, lines=lines)]}, size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        await session_view.pilot.press("f3")
        await session_view.sees("Warnings")
        await session_view.sees(script.WARNING)
        assert long not in session_view.screen_text()
        await session_view.pilot.press("down")
        await session_view.sees(f"! {long}")
        assert "Ben Castle" in session_view.screen_text()


async def test_what_is_said_in_passing_covers_neither_the_prompt_nor_the_approval(
    open_chat: Any, script: ModuleType
) -> None:
    async with open_chat(many(script), size=(80, 24)) as session_view:
        await shown_preview(session_view, "go")
        session_view.app.chat.hint("A hint that is long enough to need its place beside the words that are approved.")
        await session_view.until(lambda: session_view.app.screen.query("Toast"), "a toast")
        toast = session_view.app.screen.query("Toast").first()
        await session_view.until(lambda: toast.region.height, "painted")
        assert toast.region.bottom <= session_view.app.chat.dock.region.y


async def test_no_model_is_not_called_offline(open_chat: Any) -> None:
    async with open_chat() as session_view:
        await session_view.sees("· no model")
        assert "offline" not in session_view.screen_text()


async def test_sixteen_colours_show_no_practice_in_red(open_chat: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    async with open_chat() as session_view:
        colours = session_view.app.theme_variables
        assert session_view.app.theme == "ansi-dark"
        assert len({colours["warning"], colours["error"], colours["accent"]}) == 3


async def test_backticks_of_ours_are_not_shown_and_those_of_a_cell_are(open_chat: Any, script: ModuleType) -> None:
    left = {"held by batch b1: `shipchat jobs resume b1` continues it": [3], "the cell says `x`": [4]}
    async with open_chat({"go": [script.preview(2, excluded=left)]}) as session_view:
        await shown_preview(session_view, "go")
        await session_view.sees("held by batch b1: shipchat jobs resume b1 continues it")
        await session_view.sees("the cell says `x`")


async def test_the_first_screen_says_what_can_be_said_and_up_puts_it_into_the_prompt(open_chat: Any) -> None:
    from agent.events import SourceOpened

    sentences = ["Ship all Texas orders via Ground", "Ship orders over 5 lb via Ground"]
    sheet = SourceOpened("orders.csv", "orders.csv", 3, [{"name": "State", "type": "text"}], [], None, sentences)
    async with open_chat({"open": [sheet]}, size=(80, 24)) as session_view:
        await session_view.sees("Say, for example (its number or Up puts one into the prompt):")
        await session_view.sees(sentences[1])
        await session_view.pilot.press("up", "up")
        assert session_view.app.chat.prompt.text == sentences[1]
        assert not session_view.calls("send")
        await session_view.pilot.press("down", "enter")
        await session_view.until(lambda: session_view.calls("send"), "sent")
        assert session_view.calls("send")[0][1] == sentences[0]
