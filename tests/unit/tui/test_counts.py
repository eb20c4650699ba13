"""The numbers of a batch are the ledger's: after a resume, at its end and after a void, in card and footer alike."""

from dataclasses import replace

import pytest

from agent.events import BatchFinished, BatchStarted, Event, LabelsVoided, RowCompleted, RowFailed, RowInDoubt
from tui.model.counts import BatchCounts, duration
from tui.model.items import Batch, Transcript
from tui.model.session_view import SessionView
from tui.text import cards

ROWS = {"completed": 40, "failed": 2, "in_doubt": 1, "pending": 157, "skipped": 0}
RESUMED = BatchStarted("b1", 200, "simulator", 50_000, 157, ROWS, 36_480)


class Hand:
    seconds = 100.0

    def now(self) -> float:
        return self.seconds


def completed(number: int) -> RowCompleted:
    return RowCompleted("b1", number, number + 1, "Ada Brook", f"1Z{number}", [f"1Z{number}"], 912, "x.zpl")


def shown(*events: Event) -> tuple[str, str]:
    """The footer and the card's counters."""
    hand = Hand()
    view, transcript = SessionView(now=hand.now), Transcript(now=hand.now)
    for event in events:
        view.apply(event)
        transcript.apply(event)
        hand.seconds += 1
    card = transcript.latest_batch
    assert isinstance(card, Batch)
    return " ".join(words for _, words in view.footer()), cards.batch(card.progress)[0].content.plain


def test_a_resumed_batch_counts_on_from_where_it_stood() -> None:
    footer, card = shown(RESUMED, completed(44))
    assert "batch 44/200 2 failed 1 in doubt" in footer
    assert "spent $373.92/$500.00" in footer
    assert card.startswith("41 shipped  2 failed  1 in doubt  156 pending  spent $373.92 of $500.00")


def test_the_end_of_a_resumed_batch_is_that_of_the_whole() -> None:
    rows = {"completed": 197, "failed": 2, "in_doubt": 1, "pending": 0, "skipped": 0}
    footer, card = shown(RESUMED, completed(44), BatchFinished("b1", "failed", rows, 179_664, "", "", "done"))
    assert "batch 200/200" in footer
    assert "spent $1,796.64" in footer
    assert card.startswith("197 shipped  2 failed  1 in doubt  spent $1,796.64")


@pytest.mark.parametrize("job_id", ["b1", "b0"])
def test_spending_goes_back_with_a_void_of_this_batch_only(job_id: str) -> None:
    rows = {"completed": 2, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
    finished = BatchFinished("b1", "completed", rows, 1_824, "", "", "done")
    void = LabelsVoided(job_id, [2], [], {"rows": rows, "spent_cents": 912, "tracking": [], "failed": []})
    footer, card = shown(BatchStarted("b1", 2, "simulator"), completed(1), completed(2), finished, void)
    left = "$9.12" if job_id == "b1" else "$18.24"
    assert f"spent {left}" in footer
    assert f"spent {left}" in card
    assert ("1 void" in card) == (job_id == "b1")


def test_the_time_left_is_told_by_the_pace_of_this_run() -> None:
    """Ten rows in ten seconds, so that 147 pending rows take 147 s, whatever an earlier run had done."""
    counts = BatchCounts.of(RESUMED, 100.0)
    assert counts.left_s is None
    for number in range(1, 11):
        counts.apply(completed(number), 100.0 + number)
    assert (counts.rows_per_s, counts.left_s, counts.pending) == (1.0, 147.0, 147)
    assert "1.0 rows/s, 3 min left" in shown(RESUMED, *(completed(number) for number in range(10)))[1]
    assert [duration(seconds) for seconds in (0.2, 45, 100, 4_800)] == ["1 s", "45 s", "2 min", "1 h 20 min"]


def test_every_outcome_counts_once() -> None:
    started = replace(RESUMED, rows={}, spent_cents=0, total_rows=4, pending_rows=4)
    doubt = RowInDoubt("b1", 3, 4, "Cleo Dunn", "SCABC", "no answer")
    footer, _ = shown(started, completed(1), RowFailed("b1", 2, 3, "Ben Castle", "E-3001", "no such ZIP"), doubt)
    assert "batch 3/4 1 failed 1 in doubt" in footer
