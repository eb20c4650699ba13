"""Earlier batches and rows in doubt, as their screens show them."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.chat.job_words import read_job_words
from agent.events.history import BatchLine, DoubtLine
from tui.model.history import found, looked_words, may_be_released, short_ids, state_words, wait_words
from tui.screens.jobs_screen import SENTENCES

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


def batch(
    job_id: str = "7f3a12bc34de", name: str = "Ship Texas", status: str = "completed", **counts: int
) -> BatchLine:
    numbers = {"failed": 0, "in_doubt": 0, "pending": 0} | counts
    return BatchLine(
        job_id, name, status, 8, 8, **numbers, spent_cents=912, environment=None, created_at=NOW.isoformat()
    )


def doubt(waits_for: str = "", left_s: float | None = None, look_ups: int = 0) -> DoubtLine:
    until = (NOW + timedelta(seconds=left_s)).isoformat() if left_s is not None else None
    looked = NOW.isoformat() if look_ups else None
    return DoubtLine(
        "7f3a", 5, "Ada", "1", "SC1", NOW.isoformat(), "lost", look_ups, looked, "not found", waits_for, until
    )


@pytest.mark.parametrize("key", SENTENCES)
def test_every_key_of_the_batches_says_words_that_the_session_reads(key: str) -> None:
    words = read_job_words(SENTENCES[key].format(job="7f3a12bc34de"))
    assert words is not None
    assert words.batch == "7f3a12bc34de"


def test_a_short_id_has_four_letters_or_as_many_as_tell_it_apart() -> None:
    ids = ["7f3a12bc34de", "7f3a13000000", "9999aaaa0000", "job"]
    assert short_ids(ids) == {ids[0]: "7f3a12", ids[1]: "7f3a13", ids[2]: "9999", "job": "job"}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["Ship Texas", "Ship Ohio"]),
        ("OHIO", ["Ship Ohio"]),
        ("ship failed", ["Ship Ohio"]),
        ("7f3a tex", ["Ship Texas"]),
    ],
)
def test_a_search_finds_names_states_and_ids(words: str, names: list[str]) -> None:
    lines = [batch(), batch("9999aaaa0000", "Ship Ohio", "failed", failed=1)]
    assert [line.name for line in found(lines, words)] == names


def test_what_is_open_goes_before_the_state_of_the_whole() -> None:
    assert state_words(batch(status="failed", failed=2, in_doubt=1)) == "1 in doubt"
    assert state_words(batch(status="completed_with_warnings")) == "completed with warnings"


@pytest.mark.parametrize(
    ("line", "free", "words"),
    [
        (doubt(), True, "can be released"),
        (doubt("UPS is late", 581), False, "9:41 to wait: UPS is late"),
        (doubt("UPS is late", 7_200), False, "2 h 0 min to wait: UPS is late"),
        (doubt("UPS is late", -1), True, "can be released"),
        (doubt("it may be under way"), False, "until that process has ended: it may be under way"),
    ],
)
def test_a_wait_says_how_long_and_what_for(line: DoubtLine, free: bool, words: str) -> None:
    assert (may_be_released(line, NOW), wait_words(line, NOW)) == (free, words)


def test_look_ups_are_told_with_their_result() -> None:
    assert looked_words(doubt()) == "not looked up yet"
    assert looked_words(doubt(look_ups=1)).startswith("once, last 2026-11-30")
    assert looked_words(doubt(look_ups=3)).endswith(": not found")
