"""A person ships, answers, changes their mind: by keys, over a scripted session."""

import asyncio
from types import ModuleType
from typing import Any

import pytest
from textual.events import Key
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


async def shown_preview(session_view: Any, said: str) -> None:
    session_view.say(said)
    await session_view.until(lambda: session_view.session.painted, "the preview is painted")
    await session_view.settled()


async def held_after_two_rows(session_view: Any, said: str) -> None:
    """The batch has begun and goes no further until `session_view.session.hold` is set."""
    await shown_preview(session_view, said)
    session_view.session.hold = asyncio.Event()
    session_view.clock.seconds += 2
    await session_view.pilot.press("tab", "y")
    await session_view.until(lambda: session_view.app.chat.session_view.batch_done == 2, "two rows")


async def test_orders_are_shipped_after_a_yes_by_key(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        await session_view.sees("orders.csv")
        await session_view.type(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "the preview is painted")
        await session_view.settled()
        await session_view.sees("PRACTICE")
        await session_view.sees("$96.20")
        assert session_view.app.chat.query_one(DataTable).row_count == 8
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab", "y")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
        await session_view.until(lambda: not session_view.app.chat.controller.busy, "shipped")
        await session_view.settled()
        assert session_view.calls("approve") == [("approve", "9f2c41d07ab3", "key", "")]
        await session_view.sees("8 of 8 shipped")
        await session_view.sees("batch 8/8")
        assert not session_view.app.chat.query("ApprovalBar")
        assert session_view.app.focused is session_view.app.chat.prompt


async def test_the_prompt_keeps_the_focus_when_a_preview_comes_and_a_typed_y_is_text(
    open_chat: Any, script: ModuleType
) -> None:
    async with open_chat() as session_view:
        await shown_preview(session_view, script.SAID)
        session_view.clock.seconds += 5
        await session_view.pilot.press("y")
        assert session_view.app.chat.prompt.text == "y"
        assert not session_view.calls("approve")


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_a_preview_is_refused_on_its_bar(open_chat: Any, script: ModuleType, key: str) -> None:
    async with open_chat() as session_view:
        await shown_preview(session_view, script.SAID)
        await session_view.pilot.press("tab", key)
        await session_view.until(lambda: session_view.calls("refuse"), "refused")
        await session_view.settled()
        await session_view.sees("refused")
        assert not session_view.calls("approve")


async def test_a_large_batch_is_approved_by_the_exact_text_only(open_chat: Any, script: ModuleType) -> None:
    story = {"go": [script.preview(60, typed_confirmation="ship 60")]}
    async with open_chat(story) as session_view:
        await shown_preview(session_view, "go")
        session_view.clock.seconds += 5
        await session_view.pilot.press("tab")
        await session_view.type("ship 6")
        await session_view.pilot.press("y", "ctrl+enter")
        await session_view.settled()
        assert not session_view.calls("approve")
        field = session_view.app.chat.query_one("#typed", Input)
        assert field.value == "ship 6y"
        field.value = "ship 60"
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("approve"), "approved")
        assert session_view.calls("approve") == [("approve", "9f2c41d07ab3", "typed", "ship 60")]


async def test_live_is_told_in_red_and_twenty_rows_of_many_stand_in_the_card(
    open_chat: Any, script: ModuleType
) -> None:
    story = {"go": [script.preview(300, environment="production", approval_sentence="Ship 300 shipments.")]}
    async with open_chat(story) as session_view:
        await shown_preview(session_view, "go")
        await session_view.sees("LIVE - real labels, real money")
        assert session_view.app.chat.query_one("ApprovalBar").has_class("-live")
        assert session_view.app.chat.query_one(DataTable).row_count == 20
        await session_view.pilot.press("f3")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "all rows")
        table = session_view.app.screen.query_one(DataTable)
        await session_view.until(lambda: table.row_count == 300, "300 rows")
        await session_view.pilot.press("6", "6")
        assert session_view.app.screen.shown[0].cost_cents == max(
            line.cost_cents for line in session_view.app.screen.shown
        )
        await session_view.pilot.press("slash", *"holt")
        await session_view.until(lambda: 0 < table.row_count < 300, "filtered")
        await session_view.pilot.press("escape", "escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back")
        assert session_view.session.pending is not None


async def test_a_question_is_answered_by_number_and_by_text(open_chat: Any) -> None:
    story = {
        "big": [QuestionAsked("q1", "What is big?", ["Over 10 lb", "Over $100"])],
        "answer:Over $100": [QuestionAsked("q2", "Which service?", ["Ground", "2nd Day"], True)],
        "answer:slow one": [AssistantSaid("Then it is Ground.")],
    }
    async with open_chat(story) as session_view:
        session_view.say("big")
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        await session_view.pilot.press("2")
        assert not session_view.calls("answer"), "dead at first"
        session_view.clock.seconds += 1
        await session_view.pilot.press("2")
        await session_view.until(
            lambda: (
                session_view.app.chat.session_view.question
                and session_view.app.chat.session_view.question.question_id == "q2"
            ),
            "q2",
        )
        session_view.say("slow one")
        await session_view.until(lambda: len(session_view.calls("answer")) == 2, "answered")
        await session_view.settled()
        assert session_view.calls("answer") == [("answer", "q1", 2), ("answer", "q2", "slow one")]
        await session_view.sees("Then it is Ground.")


async def test_a_sentence_that_answers_nothing_is_dealt_with_as_one(open_chat: Any) -> None:
    async with open_chat({"big": [QuestionAsked("q1", "What is big?", ["Over 10 lb"])]}) as session_view:
        session_view.say("big")
        await session_view.until(lambda: session_view.app.chat.session_view.question, "question")
        session_view.say("the blue ones")
        await session_view.sees("You said: the blue ones")
        await session_view.sees("What is big?  not answered")
        assert session_view.app.chat.session_view.question is None


async def test_messages_wait_visibly_and_go_out_in_order(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        session_view.session.hold = asyncio.Event()
        session_view.say("first")
        await session_view.until(lambda: session_view.session.busy, "busy")
        for text in ("second", "third", "fourth"):
            session_view.say(text)
        await session_view.settled()
        await session_view.sees("» second")
        await session_view.pilot.press("up")
        assert session_view.app.chat.prompt.text == "fourth"
        await session_view.pilot.press("ctrl+c")
        assert session_view.app.chat.prompt.text == ""
        await session_view.pilot.click("#queue", offset=(4, 0))
        session_view.session.hold.set()
        session_view.session.hold = None
        await session_view.until(lambda: len(session_view.calls("send")) == 2, "sent")
        assert [call[1] for call in session_view.calls("send")] == ["first", "third"]


async def test_waiting_messages_are_held_while_a_preview_waits(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        session_view.session.hold = asyncio.Event()
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "painted")
        session_view.say("yes")
        await session_view.until(lambda: len(session_view.app.chat.controller.outgoing) == 1, "queued")
        session_view.session.hold.set()
        session_view.session.hold = None
        await session_view.until(lambda: not session_view.session.busy, "turn over")
        await session_view.settled()
        assert len(session_view.calls("send")) == 1
        await session_view.sees("held until you have answered")
        await session_view.pilot.press("tab", "n")
        await session_view.until(lambda: len(session_view.calls("send")) == 2, "sent after the refusal")


async def test_escape_stops_a_turn(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        session_view.session.hold = asyncio.Event()
        session_view.say("think")
        await session_view.until(lambda: session_view.session.busy, "busy")
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.calls("stop_turn"), "stopped")


@pytest.mark.parametrize(
    ("keys", "call"), [(["3", "2"], "pause_batch"), (["4", "2"], "cancel_batch"), (["3", "1"], None)]
)
async def test_escape_in_a_batch_offers_its_verbs_with_a_confirmation(
    open_chat: Any, script: ModuleType, keys: list[str], call: str | None
) -> None:
    async with open_chat() as session_view:
        await held_after_two_rows(session_view, script.SAID)
        await session_view.pilot.press("escape")
        await session_view.until(lambda: isinstance(session_view.app.screen, StopScreen), "asked")
        await session_view.pilot.press(*keys)
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "answered")
        if call is None:
            assert not session_view.calls("pause_batch")
        else:
            await session_view.until(lambda: session_view.calls(call), call)
            await session_view.until(
                lambda: not session_view.app.chat.session_view.batch_running, "the batch has ended"
            )
            await session_view.settled()
            await session_view.sees("paused")
        session_view.session.hold.set()


async def test_pause_said_while_a_batch_runs_is_heard_at_once(open_chat: Any, script: ModuleType) -> None:
    """Anything else that is said waits until the batch has ended."""
    async with open_chat() as session_view:
        await held_after_two_rows(session_view, script.SAID)
        session_view.say("how many are left?")
        session_view.say("Pause.")
        await session_view.until(lambda: session_view.calls("pause_batch"), "heard")
        await session_view.until(lambda: not session_view.app.chat.session_view.batch_running, "the batch has ended")
        await session_view.settled()
        await session_view.sees("paused")
        assert "Pause." not in [call[1] for call in session_view.calls("send")], "it was no message"
        await session_view.until(
            lambda: "how many are left?" in [call[1] for call in session_view.calls("send")], "the question waited"
        )


async def test_control_c_clears_then_quits_only_when_pressed_twice(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        await session_view.pilot.press(*"draft", "ctrl+c")
        assert session_view.app.chat.prompt.text == ""
        await session_view.pilot.press("ctrl+c")
        session_view.clock.seconds += 1.5
        await session_view.pilot.press("ctrl+c")
        assert not session_view.calls("close")
        session_view.clock.seconds += 0.5
        await session_view.pilot.press("ctrl+c")
        await session_view.until(lambda: session_view.calls("close"), "closed")
        assert session_view.app.return_code == 0


async def test_quitting_while_a_batch_runs_is_asked_about_and_pauses_first(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        await held_after_two_rows(session_view, script.SAID)
        await session_view.pilot.press("ctrl+q")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "asked")
        assert not session_view.calls("close")
        await session_view.pilot.press("2")
        await session_view.until(lambda: session_view.calls("close"), "closed")
        names = [call[0] for call in session_view.session.calls]
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
    async with open_chat(story) as session_view:
        await session_view.until(lambda: session_view.app.chat.query("QuestionBar"), "question")
        await session_view.sees("Unfinished batch")
        await session_view.sees(prompt)
        session_view.clock.seconds += 1
        await session_view.pilot.press("2")
        await session_view.until(lambda: session_view.calls("answer"), "answered")
        await session_view.settled()
        text = session_view.screen_text()
        assert "E-1203  There is no column Stat. (column Stat)" in text
        assert "→ Did you mean State?" in text
        assert "␛]0;evil␇Ada" in text
        assert "\x1b" not in text


async def test_commands_and_paths_complete_and_run(open_chat: Any, tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "orders.csv").touch()
    monkeypatch.chdir(tmp_path)
    async with open_chat({}) as session_view:
        await session_view.pilot.press("slash", "h")
        await session_view.until(lambda: session_view.app.chat.composer.completions.open, "popup")
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "help")
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back")
        await session_view.pilot.press("@", "o")
        await session_view.until(lambda: session_view.app.chat.composer.completions.open, "paths")
        await session_view.pilot.press("tab")
        await session_view.until(lambda: session_view.app.chat.prompt.text == "@orders.csv", "completed")
        await session_view.until(lambda: session_view.app.chat.composer.completions.open, "offered once more")
        await session_view.pilot.press("enter")
        await session_view.until(lambda: session_view.calls("send"), "sent")
        assert session_view.calls("send")[0][1] == "@orders.csv"
        await session_view.type("/theme ansi-dark")
        await session_view.until(lambda: session_view.app.theme == "ansi-dark", "theme")
        await session_view.type("/mode auto up to $200")
        await session_view.until(lambda: len(session_view.calls("send")) == 2, "said")
        assert session_view.calls("send")[1][1] == "switch to auto up to $200"


@pytest.mark.parametrize("letters", ["h", "he", "hel"])
async def test_enter_takes_what_fits_the_letters_that_came_before_it(open_chat: Any, letters: str) -> None:
    async with open_chat({}) as session_view:
        prompt = session_view.app.chat.prompt
        await session_view.pilot.press("slash", *letters)
        await session_view.until(lambda: session_view.app.chat.composer.completions.open, "popup")
        # As a fast hand, a paste or a slow machine has it: all keys wait before the popup hears of the first.
        for key in "help"[len(letters) :]:
            prompt.post_message(Key(key, key))
        prompt.post_message(Key("enter", None))
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "help")
        assert not prompt.text
        assert not session_view.calls("send")


async def test_keys_that_edit_keep_their_place_among_letters_typed_fast(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        prompt = session_view.app.chat.prompt
        for key in ["y", "y", "ctrl+u", *"ohip", "home", "delete", "s", "end", *"ss", "backspace", "enter"]:
            session_view.app.post_message(Key(key, key if len(key) == 1 else None))
        await session_view.until(lambda: session_view.calls("send"), "sent")
        assert session_view.calls("send")[0][1] == "ships"
        assert not prompt.text
        await session_view.pilot.press("ctrl+r")
        await session_view.until(lambda: session_view.app.screen is not session_view.app.chat, "history")
        for key in ["x", "backspace", "h", "i", "p", "home", "s"]:
            session_view.app.post_message(Key(key, key if len(key) == 1 else None))
        await session_view.until(lambda: session_view.app.screen.query_one(Input).value == "ship", "edited in turn")


async def test_lines_history_and_large_pastes(open_chat: Any) -> None:
    from textual.events import Paste

    async with open_chat({}) as session_view:
        prompt = session_view.app.chat.prompt
        await session_view.pilot.press("a", "ctrl+j", "b", "enter")
        await session_view.until(lambda: session_view.calls("send"), "sent")
        assert session_view.calls("send")[0][1] == "a\nb"
        await session_view.pilot.press("up")
        assert prompt.text == "a\nb"
        await session_view.pilot.press("down")
        assert prompt.text == ""
        session_view.app.post_message(Paste("\n".join(f"line {number}" for number in range(5_000))))
        await session_view.until(lambda: prompt.document.line_count == 5_000, "pasted")
        assert prompt.size.height <= 8


async def test_a_fault_in_a_turn_is_shown_and_the_chat_goes_on(open_chat: Any) -> None:
    async with open_chat({}) as session_view:
        original = session_view.session.send

        async def broken(text: str, *, begun_at: float) -> Any:
            raise RuntimeError("boom")

        session_view.session.send = broken
        session_view.say("hello")
        await session_view.until(
            lambda: any("boom" in line for line in session_view.screen_text().splitlines()), "shown"
        )
        session_view.session.send = original
        session_view.say("again")
        await session_view.until(lambda: session_view.calls("send"), "still alive")


async def test_the_log_shows_every_row_filters_and_says_how_it_was_copied(
    open_chat: Any, script: ModuleType, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tui.copying.clipboard_program", lambda _environment: None)
    async with open_chat() as session_view:
        session_view.session.emit(BatchStarted("b1", 2_000, "simulator"))
        for number in range(1, 1_999):
            session_view.session.emit(RowCompleted("b1", number, number, "Ada Brook", f"1Z{number}", [], 912, "x.zpl"))
        session_view.session.emit(RowFailed("b1", 1_999, 1_999, "Ben Castle", "E-3001", "no such ZIP"))
        session_view.session.emit(RowInDoubt("b1", 2_000, 2_000, "Cleo Dunn", "SCABCDEFGH", "no answer"))
        await session_view.settled()
        await session_view.pilot.press("f4")
        await session_view.sees("2,000 events (all)")
        await session_view.sees("✗ row 1999")
        await session_view.pilot.press("f")
        await session_view.sees("2 events (failed, in doubt and notes)")
        await session_view.pilot.press("y")
        await session_view.sees("OSC 52")
        assert session_view.app.clipboard.splitlines()[1].startswith("? row 2000")
        await session_view.pilot.press("escape")
        await session_view.until(lambda: session_view.app.screen is session_view.app.chat, "back")


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light", "no colour"])
async def test_themes_and_no_colour_keep_every_word(
    open_chat: Any, script: ModuleType, monkeypatch: Any, theme: str
) -> None:
    if theme == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    story = {"go": [script.preview(3, environment="production", approval_sentence="Ship 3 shipments.")]}
    async with open_chat(story, size=(80, 24)) as session_view:
        if theme != "no colour":
            session_view.app.theme = theme
        await shown_preview(session_view, "go")
        for words in ("LIVE - real labels, real money", "Ship 3 shipments.", "y  Approve", "confirm"):
            await session_view.sees(words)


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
