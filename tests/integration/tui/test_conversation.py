"""A person ships, answers, changes their mind: by keys, over a scripted session."""

import asyncio
from types import ModuleType
from typing import Any

import pytest
from textual.widgets import DataTable, Input

from agent.errors import ShipchatError
from agent.events import (
    AssistantSaid,
    BatchStarted,
    ErrorShown,
    QuestionAsked,
    RecoveryOffered,
    RowCompleted,
    RowFailed,
    RowInDoubt,
    TableShown,
)
from tui.app import ShipchatApp
from tui.model.items import Problem
from tui.screens.stop_screen import StopScreen


async def shown_preview(desk: Any, said: str) -> None:
    desk.say(said)
    await desk.until(lambda: desk.session.painted, "the preview is painted")
    await desk.settled()


async def held_after_two_rows(desk: Any, said: str) -> None:
    """The batch has begun and goes no further until `desk.session.hold` is set."""
    await shown_preview(desk, said)
    desk.session.hold = asyncio.Event()
    desk.clock.seconds += 2
    await desk.pilot.press("tab", "y")
    await desk.until(lambda: desk.app.chat.desk.batch_done == 2, "two rows")


async def test_orders_are_shipped_after_a_yes_by_key(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        await desk.sees("orders.csv")
        await desk.type(script.SAID)
        await desk.until(lambda: desk.session.painted, "the preview is painted")
        await desk.settled()
        await desk.sees("PRACTICE")
        await desk.sees("$96.20")
        assert desk.app.chat.query_one(DataTable).row_count == 8
        desk.clock.seconds += 2
        await desk.pilot.press("tab", "y")
        await desk.until(lambda: desk.calls("approve"), "approved")
        await desk.until(lambda: not desk.app.chat.conductor.busy, "shipped")
        await desk.settled()
        assert desk.calls("approve") == [("approve", "9f2c41d07ab3", "key", "")]
        await desk.sees("8 of 8 shipped")
        await desk.sees("batch 8/8")
        assert not desk.app.chat.query("ApprovalBar")
        assert desk.app.focused is desk.app.chat.prompt


async def test_the_prompt_keeps_the_focus_when_a_preview_comes_and_a_typed_y_is_text(
    open_chat: Any, script: ModuleType
) -> None:
    async with open_chat() as desk:
        await shown_preview(desk, script.SAID)
        desk.clock.seconds += 5
        await desk.pilot.press("y")
        assert desk.app.chat.prompt.text == "y"
        assert not desk.calls("approve")


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_preview_is_refused_on_its_bar(open_chat: Any, script: ModuleType, key: str) -> None:
    async with open_chat() as desk:
        await shown_preview(desk, script.SAID)
        await desk.pilot.press("tab", key)
        await desk.until(lambda: desk.calls("refuse"), "refused")
        await desk.settled()
        await desk.sees("refused")
        assert not desk.calls("approve")


async def test_a_large_batch_is_approved_by_the_exact_text_only(open_chat: Any, script: ModuleType) -> None:
    story = {"go": [script.preview(60, typed_confirmation="ship 60")]}
    async with open_chat(story) as desk:
        await shown_preview(desk, "go")
        desk.clock.seconds += 5
        await desk.pilot.press("tab")
        await desk.type("ship 6")
        await desk.pilot.press("y", "ctrl+enter")
        await desk.settled()
        assert not desk.calls("approve")
        field = desk.app.chat.query_one("#typed", Input)
        assert field.value == "ship 6y"
        field.value = "ship 60"
        await desk.pilot.press("enter")
        await desk.until(lambda: desk.calls("approve"), "approved")
        assert desk.calls("approve") == [("approve", "9f2c41d07ab3", "typed", "ship 60")]


async def test_live_is_told_in_red_and_twenty_rows_of_many_stand_in_the_card(
    open_chat: Any, script: ModuleType
) -> None:
    story = {"go": [script.preview(300, environment="production", approval_sentence="Ship 300 shipments.")]}
    async with open_chat(story) as desk:
        await shown_preview(desk, "go")
        await desk.sees("LIVE - real labels, real money")
        assert desk.app.chat.query_one("ApprovalBar").has_class("-live")
        assert desk.app.chat.query_one(DataTable).row_count == 20
        await desk.pilot.press("f3")
        await desk.until(lambda: desk.app.screen is not desk.app.chat, "all rows")
        table = desk.app.screen.query_one(DataTable)
        await desk.until(lambda: table.row_count == 300, "300 rows")
        await desk.pilot.press("6", "6")
        assert desk.app.screen.shown[0].cost_cents == max(line.cost_cents for line in desk.app.screen.shown)
        await desk.pilot.press("slash", *"holt")
        await desk.until(lambda: 0 < table.row_count < 300, "filtered")
        await desk.pilot.press("escape", "escape")
        await desk.until(lambda: desk.app.screen is desk.app.chat, "back")
        assert desk.session.pending is not None


async def test_a_question_is_answered_by_number_and_by_text(open_chat: Any) -> None:
    story = {
        "big": [QuestionAsked("q1", "What is big?", ["Over 10 lb", "Over $100"])],
        "answer:Over $100": [QuestionAsked("q2", "Which service?", ["Ground", "2nd Day"], True)],
        "answer:slow one": [AssistantSaid("Then it is Ground.")],
    }
    async with open_chat(story) as desk:
        desk.say("big")
        await desk.until(lambda: desk.app.chat.query("QuestionBar"), "question")
        await desk.pilot.press("2")
        assert not desk.calls("answer"), "dead at first"
        desk.clock.seconds += 1
        await desk.pilot.press("2")
        await desk.until(lambda: desk.app.chat.desk.question and desk.app.chat.desk.question.question_id == "q2", "q2")
        desk.say("slow one")
        await desk.until(lambda: len(desk.calls("answer")) == 2, "answered")
        await desk.settled()
        assert desk.calls("answer") == [("answer", "q1", 2), ("answer", "q2", "slow one")]
        await desk.sees("Then it is Ground.")


async def test_an_answer_that_is_no_choice_is_given_back_with_the_reason(open_chat: Any) -> None:
    async with open_chat({"big": [QuestionAsked("q1", "What is big?", ["Over 10 lb"])]}) as desk:
        desk.say("big")
        await desk.until(lambda: desk.app.chat.desk.question, "question")
        desk.say("the blue ones")
        await desk.until(lambda: desk.app.chat.prompt.text == "the blue ones", "given back")
        await desk.settled()
        await desk.sees("E-2304")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.chat.desk.question is None, "dropped")


async def test_messages_wait_visibly_and_go_out_in_order(open_chat: Any) -> None:
    async with open_chat({}) as desk:
        desk.session.hold = asyncio.Event()
        desk.say("first")
        await desk.until(lambda: desk.session.busy, "busy")
        for text in ("second", "third", "fourth"):
            desk.say(text)
        await desk.settled()
        await desk.sees("» second")
        await desk.pilot.press("up")
        assert desk.app.chat.prompt.text == "fourth"
        await desk.pilot.press("ctrl+c")
        assert desk.app.chat.prompt.text == ""
        await desk.pilot.click("#queue", offset=(4, 0))
        desk.session.hold.set()
        desk.session.hold = None
        await desk.until(lambda: len(desk.calls("send")) == 2, "sent")
        assert [call[1] for call in desk.calls("send")] == ["first", "third"]


async def test_waiting_messages_are_held_while_a_preview_waits(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        desk.session.hold = asyncio.Event()
        desk.say(script.SAID)
        await desk.until(lambda: desk.session.painted, "painted")
        desk.say("yes")
        await desk.until(lambda: len(desk.app.chat.conductor.outgoing) == 1, "queued")
        desk.session.hold.set()
        desk.session.hold = None
        await desk.until(lambda: not desk.session.busy, "turn over")
        await desk.settled()
        assert len(desk.calls("send")) == 1
        await desk.sees("held until you have answered")
        await desk.pilot.press("tab", "n")
        await desk.until(lambda: len(desk.calls("send")) == 2, "sent after the refusal")


async def test_escape_stops_a_turn(open_chat: Any) -> None:
    async with open_chat({}) as desk:
        desk.session.hold = asyncio.Event()
        desk.say("think")
        await desk.until(lambda: desk.session.busy, "busy")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.calls("stop_turn"), "stopped")


@pytest.mark.parametrize(
    ("keys", "call"), [(["3", "2"], "pause_batch"), (["4", "2"], "cancel_batch"), (["3", "1"], None)]
)
async def test_escape_in_a_batch_offers_its_verbs_with_a_confirmation(
    open_chat: Any, script: ModuleType, keys: list[str], call: str | None
) -> None:
    async with open_chat() as desk:
        await held_after_two_rows(desk, script.SAID)
        await desk.pilot.press("escape")
        await desk.until(lambda: isinstance(desk.app.screen, StopScreen), "asked")
        await desk.pilot.press(*keys)
        await desk.until(lambda: desk.app.screen is desk.app.chat, "answered")
        if call is None:
            assert not desk.calls("pause_batch")
        else:
            await desk.until(lambda: desk.calls(call), call)
            await desk.until(lambda: not desk.app.chat.desk.batch_running, "the batch has ended")
            await desk.settled()
            await desk.sees("paused")
        desk.session.hold.set()


async def test_pause_said_while_a_batch_runs_is_heard_at_once(open_chat: Any, script: ModuleType) -> None:
    """Anything else that is said waits until the batch has ended."""
    async with open_chat() as desk:
        await held_after_two_rows(desk, script.SAID)
        desk.say("how many are left?")
        desk.say("Pause.")
        await desk.until(lambda: desk.calls("pause_batch"), "heard")
        await desk.until(lambda: not desk.app.chat.desk.batch_running, "the batch has ended")
        await desk.settled()
        await desk.sees("paused")
        assert "Pause." not in [call[1] for call in desk.calls("send")], "it was no message"
        await desk.until(
            lambda: "how many are left?" in [call[1] for call in desk.calls("send")], "the question waited"
        )


async def test_control_c_clears_then_quits_only_when_pressed_twice(open_chat: Any) -> None:
    async with open_chat({}) as desk:
        await desk.pilot.press(*"draft", "ctrl+c")
        assert desk.app.chat.prompt.text == ""
        await desk.pilot.press("ctrl+c")
        desk.clock.seconds += 1.5
        await desk.pilot.press("ctrl+c")
        assert not desk.calls("close")
        desk.clock.seconds += 0.5
        await desk.pilot.press("ctrl+c")
        await desk.until(lambda: desk.calls("close"), "closed")
        assert desk.app.return_code == 0


async def test_quitting_while_a_batch_runs_is_asked_about_and_pauses_first(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as desk:
        await held_after_two_rows(desk, script.SAID)
        await desk.pilot.press("ctrl+q")
        await desk.until(lambda: desk.app.screen is not desk.app.chat, "asked")
        assert not desk.calls("close")
        await desk.pilot.press("2")
        await desk.until(lambda: desk.calls("close"), "closed")
        names = [call[0] for call in desk.session.calls]
        assert names.index("pause_batch") < names.index("close")


async def test_recovery_errors_and_tables_are_shown_with_what_to_do(open_chat: Any) -> None:
    prompt = "47/200 complete. Last: row 47 (Ada Brook, 1Z). 153 remaining."
    story = {
        "open": [
            RecoveryOffered("b1", "May orders", prompt, ["Resume", "Later"], "r1"),
            QuestionAsked("q1", "Batch May orders: go on?", ["Resume", "Later"]),
        ],
        "answer:Later": [
            TableShown("Orders \x1b[31mred", ["Order", "To"], [["SO-1", "\x1b]0;evil\x07Ada"]], 1),
            ErrorShown("E-1203", "There is no column Stat.", "Did you mean State?", "column Stat"),
        ],
    }
    async with open_chat(story) as desk:
        await desk.until(lambda: desk.app.chat.query("QuestionBar"), "question")
        await desk.sees("Unfinished batch")
        await desk.sees(prompt)
        desk.clock.seconds += 1
        await desk.pilot.press("2")
        await desk.until(lambda: desk.calls("answer"), "answered")
        await desk.settled()
        text = desk.screen_text()
        assert "E-1203  There is no column Stat. (column Stat)" in text
        assert "→ Did you mean State?" in text
        assert "␛]0;evil␇Ada" in text
        assert "\x1b" not in text


async def test_commands_and_paths_complete_and_run(open_chat: Any, tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "orders.csv").touch()
    monkeypatch.chdir(tmp_path)
    async with open_chat({}) as desk:
        await desk.pilot.press("slash", "h")
        await desk.until(lambda: desk.app.chat.composer.completions.open, "popup")
        await desk.pilot.press("enter")
        await desk.until(lambda: desk.app.screen is not desk.app.chat, "help")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.chat, "back")
        await desk.pilot.press("@", "o")
        await desk.until(lambda: desk.app.chat.prompt.completing, "paths")
        await desk.pilot.press("tab")
        await desk.until(lambda: desk.app.chat.prompt.text == "@orders.csv", "completed")
        await desk.until(lambda: desk.app.chat.prompt.completing, "offered once more")
        await desk.pilot.press("enter")
        await desk.until(lambda: desk.calls("send"), "sent")
        assert desk.calls("send")[0][1] == "@orders.csv"
        await desk.type("/theme ansi-dark")
        await desk.until(lambda: desk.app.theme == "ansi-dark", "theme")
        await desk.type("/mode auto up to $200")
        await desk.until(lambda: len(desk.calls("send")) == 2, "said")
        assert desk.calls("send")[1][1] == "switch to auto up to $200"


async def test_lines_history_and_large_pastes(open_chat: Any) -> None:
    from textual.events import Paste

    async with open_chat({}) as desk:
        prompt = desk.app.chat.prompt
        await desk.pilot.press("a", "ctrl+j", "b", "enter")
        await desk.until(lambda: desk.calls("send"), "sent")
        assert desk.calls("send")[0][1] == "a\nb"
        await desk.pilot.press("up")
        assert prompt.text == "a\nb"
        await desk.pilot.press("down")
        assert prompt.text == ""
        desk.app.post_message(Paste("\n".join(f"line {number}" for number in range(5_000))))
        await desk.until(lambda: prompt.document.line_count == 5_000, "pasted")
        assert prompt.size.height <= 8


async def test_a_fault_in_a_turn_is_shown_and_the_chat_goes_on(open_chat: Any) -> None:
    async with open_chat({}) as desk:
        original = desk.session.send

        async def broken(text: str, *, begun_at: float) -> Any:
            raise RuntimeError("boom")

        desk.session.send = broken
        desk.say("hello")
        await desk.until(lambda: any("boom" in line for line in desk.screen_text().splitlines()), "shown")
        desk.session.send = original
        desk.say("again")
        await desk.until(lambda: desk.calls("send"), "still alive")


async def test_the_log_shows_every_row_filters_and_says_how_it_was_copied(
    open_chat: Any, script: ModuleType, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tui.copying.clipboard_program", lambda _environment: None)
    async with open_chat() as desk:
        desk.session.emit(BatchStarted("b1", 2_000, "simulator"))
        for number in range(1, 1_999):
            desk.session.emit(RowCompleted("b1", number, number, "Ada Brook", f"1Z{number}", [], 912, "x.zpl"))
        desk.session.emit(RowFailed("b1", 1_999, 1_999, "Ben Castle", "E-3001", "no such ZIP"))
        desk.session.emit(RowInDoubt("b1", 2_000, 2_000, "Cleo Dunn", "SCABCDEFGH", "no answer"))
        await desk.settled()
        await desk.pilot.press("f4")
        await desk.sees("2,000 events (all)")
        await desk.sees("✗ row 1999")
        await desk.pilot.press("f")
        await desk.sees("2 events (failed, in doubt and notes)")
        await desk.pilot.press("y")
        await desk.sees("OSC 52")
        assert desk.app.clipboard.splitlines()[1].startswith("? row 2000")
        await desk.pilot.press("escape")
        await desk.until(lambda: desk.app.screen is desk.app.chat, "back")


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light", "no colour"])
async def test_themes_and_no_colour_keep_every_word(
    open_chat: Any, script: ModuleType, monkeypatch: Any, theme: str
) -> None:
    if theme == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    story = {"go": [script.preview(3, environment="production", approval_sentence="Ship 3 shipments.")]}
    async with open_chat(story, size=(80, 24)) as desk:
        if theme != "no colour":
            desk.app.theme = theme
        await shown_preview(desk, "go")
        for words in ("LIVE - real labels, real money", "Ship 3 shipments.", "y  Approve", "confirm"):
            await desk.sees(words)


async def test_a_session_that_did_not_open_says_so_and_keeps_the_text(script: ModuleType) -> None:
    class Broken(script.ScriptedSession):  # type: ignore[misc, name-defined]
        async def open(self) -> Any:
            if not self.calls:
                self.calls.append(("open",))
                raise ShipchatError("E-4101", "The data server did not start.", "Run `shipchat doctor`.")

    session = Broken()
    app = ShipchatApp(session)
    async with app.run_test(notifications=True) as pilot:
        for _ in range(200):
            if app.chat.transcript.items:
                break
            await pilot.pause(0.01)
        problem = app.chat.transcript.items[0]
        assert isinstance(problem, Problem)
        assert problem.event.code == "E-4101"
        await pilot.press("h", "i", "enter")
        await pilot.pause()
        assert app.chat.prompt.text == "hi"
        assert [call[0] for call in session.calls] == ["open"]
