"""The terminal's title follows the session; a sound comes only when the person looks elsewhere."""

from agent.events import BatchStarted, QuestionAsked, RowCompleted, SessionOpened
from tui.attention import Attention, notification_sequence, title_sequence
from tui.copying import clipboard_program
from tui.model.session_view import SessionView


def ready() -> tuple[SessionView, list[str], Attention]:
    session_view, written = SessionView(), []
    session_view.apply(SessionOpened("simulator", "offline", "confirm", "SIMSIM", "hi"))
    attention = Attention(written.append)
    attention.follow(session_view, looking=True)
    return session_view, written, attention


def test_the_title_is_written_only_when_it_changes() -> None:
    session_view, written, attention = ready()
    attention.follow(session_view, looking=True)
    assert written == ["\x1b]0;◇ shipchat - ready\x07"]


def test_a_question_rings_only_for_a_person_who_looks_elsewhere_and_only_once() -> None:
    for looking in (True, False):
        session_view, written, attention = ready()
        session_view.apply(QuestionAsked("q1", "Which?", []))
        attention.follow(session_view, looking=looking)
        attention.follow(session_view, looking=looking)
        assert written.count("\x07" + notification_sequence("shipchat needs you")) == (0 if looking else 1)


def test_a_batch_shows_its_progress_in_the_task_bar_and_takes_it_away() -> None:
    session_view, written, attention = ready()
    session_view.apply(BatchStarted("b1", 4, "simulator"))
    session_view.apply(RowCompleted("b1", 1, 2, "Ada", "1Z", ["1Z"], 912, "x"))
    attention.follow(session_view, looking=True)
    assert "\x1b]9;4;1;25\x07" in written
    attention.leave()
    assert written[-2:] == ["\x1b]9;4;0;\x07", title_sequence("")]


def test_a_sheet_name_cannot_speak_to_the_terminal() -> None:
    assert title_sequence("a\x07\x1b]0;evil\x9c") == "\x1b]0;a]0;evil\x07"


def test_over_ssh_the_clipboard_of_the_far_side_is_not_used() -> None:
    assert clipboard_program({"SSH_CONNECTION": "1", "DISPLAY": ":0"}) is None
