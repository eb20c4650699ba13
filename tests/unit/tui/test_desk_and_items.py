"""The events of a session fold into a transcript of few items and a session_view that says where things stand."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.events import (
    AllowanceUpdated,
    ApprovalRefused,
    AssistantDelta,
    AssistantSaid,
    BatchFinished,
    BatchStarted,
    ModeChanged,
    PreviewLine,
    QuestionAnswered,
    QuestionAsked,
    RowCompleted,
    RowFailed,
    RowInDoubt,
    RowsCounted,
    SessionOpened,
    ToolCalled,
    TurnEnded,
    UsageReported,
    UserSaid,
)
from tui.model.amounts import dollars, row_ranges
from tui.model.items import Answer, Batch, Steps, Transcript
from tui.model.preview_rows import RowOrder
from tui.model.session_view import Mood, SessionView


def completed(number: int) -> RowCompleted:
    return RowCompleted("b1", number, number + 1, "Ada Brook", f"1Z{number}", [f"1Z{number}"], 912, "x.zpl")


def test_ten_thousand_rows_are_one_item() -> None:
    transcript = Transcript()
    transcript.apply(BatchStarted("b1", 10_000, "simulator"))
    for number in range(10_000):
        transcript.apply(completed(number))
    assert len(transcript.items) == 1
    batch = transcript.items[0]
    assert isinstance(batch, Batch)
    assert (batch.progress.counts.completed, batch.progress.counts.spent_cents) == (10_000, 9_120_000)
    assert [line.sheet_row for line in batch.progress.last] == [9_996, 9_997, 9_998, 9_999, 10_000]


def test_the_end_of_a_batch_corrects_its_counters() -> None:
    transcript = Transcript()
    transcript.apply(BatchStarted("b1", 3, "simulator"))
    transcript.apply(completed(1))
    transcript.apply(RowFailed("b1", 2, 3, "Ben Castle", "E-3001", "no such ZIP"))
    transcript.apply(RowInDoubt("b1", 3, 4, "Cleo Dunn", "SCABC", "no answer"))
    rows = {"completed": 2, "failed": 1, "in_doubt": 0, "pending": 0, "skipped": 0}
    transcript.apply(BatchFinished("b1", "failed", rows, 1_824, "labels", "orders.csv", "done"))
    assert transcript.latest_batch is not None
    progress = transcript.latest_batch.progress
    assert (progress.counts.completed, progress.counts.failed, progress.counts.in_doubt, progress.share) == (
        2,
        1,
        0,
        1.0,
    )


def test_pieces_of_an_answer_grow_one_item_until_it_is_whole() -> None:
    transcript = Transcript()
    transcript.apply(UserSaid("hello"))
    for piece in ("I ", "found ", "12."):
        transcript.apply(AssistantDelta(piece))
    answer = transcript.items[-1]
    assert isinstance(answer, Answer)
    assert (answer.text, answer.growing) == ("I found 12.", True)
    transcript.apply(AssistantSaid("I found 12 orders."))
    assert (answer.text, answer.growing, len(transcript.items)) == ("I found 12 orders.", False, 2)


def test_an_answer_that_was_stopped_keeps_its_words() -> None:
    transcript = Transcript()
    transcript.apply(AssistantDelta("I fou"))
    transcript.apply(TurnEnded({}))
    transcript.apply(AssistantDelta("New"))
    assert [item.text for item in transcript.items if isinstance(item, Answer)] == ["I fou", "New"]


def test_steps_gather_between_messages() -> None:
    transcript = Transcript()
    for event in (ToolCalled("a", "1", "one"), ToolCalled("b", "2", "two"), AssistantSaid("x"), ToolCalled("c_d", "3")):
        transcript.apply(event)
    assert [item.lines for item in transcript.items if isinstance(item, Steps)] == [["one", "two"], ["c d"]]


def test_a_step_that_counts_says_the_number_and_columns_are_gathered() -> None:
    transcript = Transcript()
    looked = [ToolCalled("column_values", "", f"looked at the values of {name}") for name in ("State", "ZIP")]
    counting = ToolCalled("count_rows", "", "counted the orders where State is CA")
    for event in (*looked, counting, RowsCounted("State = 'CA'", 1_200)):
        transcript.apply(event)
    (steps,) = [item for item in transcript.items if isinstance(item, Steps)]
    assert steps.lines == ["looked at the values of State, ZIP", "counted the orders where State is CA: 1,200"]


def test_the_mood_follows_what_is_waited_for() -> None:
    session_view = SessionView()
    assert session_view.mood is Mood.STARTING
    session_view.apply(SessionOpened("production", "claude", "confirm", "ABC123", "hi"))
    assert (session_view.mood, session_view.badge) == (Mood.READY, "LIVE")
    session_view.turn_running = True
    assert session_view.mood is Mood.WORKING
    session_view.apply(QuestionAsked("q1", "Which?", ["a", "b"]))
    assert session_view.mood is Mood.NEEDS_YOU
    session_view.apply(QuestionAnswered("q1", "a"))
    assert session_view.mood is Mood.WORKING
    session_view.apply(ModeChanged("auto", "up to $200.00"))
    session_view.apply(BatchStarted("b1", 3, "production", 20_000))
    session_view.apply(completed(1))
    assert ("batch", "batch 1/3") in session_view.footer()
    assert ("money", "spent $9.12/$200.00") in session_view.footer()
    assert ("live", "LIVE") in session_view.footer()


@pytest.mark.parametrize(
    ("usage", "shown"),
    [
        (UsageReported(12_345, 321, None), "claude-x 12,666 tokens"),
        (UsageReported(12_345, 321, 5), "claude-x $0.05, 12,666 tokens"),
        (UsageReported(12_345, 321, 5, 50_000, 100), "claude-x $0.05 of $1.00, 12,666 of 50,000 tokens"),
    ],
)
def test_what_the_model_used_is_in_the_footer(usage: UsageReported, shown: str) -> None:
    session_view = SessionView(model="claude-x")
    session_view.apply(usage)
    assert session_view.footer()[-1] == ("model", shown)


def test_what_is_left_of_the_limit_is_always_in_the_footer() -> None:
    session_view = SessionView()
    session_view.apply(ModeChanged("auto", "up to $40.00"))
    session_view.apply(AllowanceUpdated("$21.41 left of $40.00"))
    assert ("auto", "auto $21.41 left of $40.00") in session_view.footer()
    assert session_view.band == "", "in practice nothing is bought"
    session_view.apply(ModeChanged("confirm", ""))
    session_view.apply(AllowanceUpdated(""))
    assert ("mode", "confirm") in session_view.footer()


def test_live_and_auto_is_a_band_that_says_what_is_left() -> None:
    session_view = SessionView(now=lambda: 100.0)
    session_view.apply(SessionOpened("production", "offline", "confirm", "ABC123", "hi"))
    session_view.apply(AllowanceUpdated("$40.00 left of $40.00"))
    assert session_view.band == "", "it asks before every batch"
    session_view.apply(ModeChanged("auto", "up to $40.00"))
    session_view.apply(AllowanceUpdated("$21.41 left of $40.00"))
    assert session_view.band == "LIVE AUTO - real labels are bought without asking: $21.41 left of $40.00"
    session_view.apply(ModeChanged("confirm", ""))
    assert session_view.band == ""


def test_a_limit_whose_time_is_over_says_so_without_a_turn() -> None:
    seconds = [100.0]
    session_view = SessionView(now=lambda: seconds[0])
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    session_view.apply(AllowanceUpdated("$21.41 left of $40.00, until 17:00", 4_000, 2_141, until=until))
    assert session_view.left == "$21.41 left of $40.00, until 17:00"
    seconds[0] += 3_601
    assert session_view.left == "nothing left, its time is over ($21.41 left of $40.00, until 17:00)"


def test_a_refusal_of_another_preview_leaves_this_one(preview_event) -> None:  # type: ignore[no-untyped-def]
    session_view = SessionView()
    session_view.apply(preview_event)
    session_view.apply(ApprovalRefused("older"))
    assert session_view.preview is preview_event
    session_view.apply(ApprovalRefused(preview_event.digest))
    assert session_view.preview is None


def test_rows_sort_by_any_column_and_unknown_costs_come_first() -> None:
    lines = [
        PreviewLine(n, n, f"SO-{9 - n}", "Ada", "Fresno, CA", "Ground", cost) for n, cost in enumerate([500, None, 90])
    ]
    order = RowOrder()
    order.by("Cost")
    assert [line.cost_cents for line in order.view(lines)] == [None, 90, 500]
    order.by("Cost")
    assert [line.cost_cents for line in order.view(lines)] == [500, 90, None]
    order.words = "so-8 ada"
    assert [line.order_number for line in order.view(lines)] == ["SO-8"]


def test_rows_and_money_read_well() -> None:
    assert row_ranges([9, 3, 4, 5]) == "rows 3-5, 9"
    assert row_ranges([7]) == "row 7"
    assert row_ranges(list(range(1, 41, 2)), limit=2) == "rows 1, 3 and 18 more"
    assert (dollars(123_456), dollars(5), dollars(None), dollars(-250)) == ("$1,234.56", "$0.05", "–", "-$2.50")
