"""The end of a batch, rows in doubt and earlier batches, by keys alone: each key says the words that do it."""

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from agent.events import BatchFinished, DoubtsSettled
from agent.events.history import BatchLine, DoubtLine

SMALL, LARGE = (80, 24), (120, 40)
JOB, OLDER = "7f3a12bc34de", "7f3b00000000"


def doubt(row: int = 5, **changed: Any) -> DoubtLine:
    values: dict[str, Any] = {
        "job_id": JOB,
        "sheet_row": row,
        "recipient": "Ada Brook",
        "order_number": "SO-10407",
        "reference": "SCABCDEFGH00000501",
        "sent_at": "2026-11-30T10:00:00.000000Z",
        "why": "E-3902: UPS did not answer",
        "look_ups": 2,
        "looked_up_at": "2026-11-30T10:05:00.000000Z",
        "found": "UPS knows no shipment with this reference",
        "waits_for": "",
        "waits_until": None,
    }
    return DoubtLine(**values | changed)


def batch(job_id: str, name: str, **changed: Any) -> BatchLine:
    values: dict[str, Any] = {
        "id": job_id,
        "name": name,
        "status": "completed",
        "total_rows": 8,
        "completed": 8,
        "failed": 0,
        "in_doubt": 0,
        "pending": 0,
        "spent_cents": 9_120,
        "environment": "simulator",
        "created_at": "2026-11-30T10:00:00.000000Z",
    }
    return BatchLine(**values | changed)


def sent(session_view: Any) -> list[str]:
    return [call[1] for call in session_view.calls("send")]


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_end_of_a_batch_says_what_is_next_and_a_number_does_it(
    open_chat: Any, script: ModuleType, size: tuple[int, int]
) -> None:
    async with open_chat(size=size) as session_view:
        session_view.say(script.SAID)
        await session_view.until(lambda: session_view.session.painted, "the preview is painted")
        await session_view.settled()
        session_view.clock.seconds += 2
        await session_view.pilot.press("tab", "y")
        for words in ("8 shipped", "labels", "sheet", "print the labels", "F2 does what is next"):
            await session_view.sees(words)
        await session_view.pilot.press("f2")
        await session_view.sees("what next?")
        await session_view.pilot.press("3")
        await session_view.until(lambda: sent(session_view)[-1] == "save the labels as PDF", "it was said")


async def test_an_earlier_batch_is_shown_with_its_rows(open_chat: Any) -> None:
    async with open_chat() as session_view:
        await session_view.pilot.press("f2")
        await session_view.sees("/jobs shows those of before")
        rows = {"completed": 1, "failed": 1, "in_doubt": 0, "pending": 0, "skipped": 0}
        item = {"sheet_row": 3, "tracking_number": "1ZSIMSIM0300000011", "tracking_numbers": [], "cost_cents": 912}
        failed = [{"sheet_row": 4, "code": "E-3010", "message": "The ZIP code is not one of TX."}]
        told = BatchFinished(JOB, "failed", rows, 912, "/labels", "", "1 shipped.", [item], failed, only_told=True)
        session_view.session.emit(told)
        await session_view.settled()
        for words in (JOB, "1 shipped", "1 failed", "E-3010"):
            await session_view.sees(words)
        await session_view.pilot.press("f4")
        await session_view.sees("1ZSIMSIM0300000011")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_each_doubt_says_what_was_looked_up_and_what_can_be_done(open_chat: Any, size: tuple[int, int]) -> None:
    async with open_chat(size=size) as session_view:
        session_view.session.in_doubt = [doubt(5), doubt(9, recipient="Ben Castle")]
        await session_view.pilot.press("f7")
        for words in ("2 rows in doubt", "Ben Castle", "2 times, last", "UPS knows no shipment", "can be released"):
            await session_view.sees(words)
        await session_view.pilot.press("down", "r")
        await session_view.until(lambda: sent(session_view) == [f"release row 9 of batch {JOB}"], "it was said")
        await session_view.pilot.press("f7")
        await session_view.sees("2 rows in doubt")
        await session_view.pilot.press("a", *"1Z99", "enter")
        await session_view.until(lambda: sent(session_view)[-1] == f"adopt row 5 of batch {JOB} as 1Z99", "adopted")
        await session_view.pilot.press("f7")
        await session_view.sees("2 rows in doubt")
        await session_view.pilot.press("c")
        await session_view.until(lambda: sent(session_view)[-1] == f"close row 5 of batch {JOB}", "closed")
        assert not session_view.calls("approve"), "no key of this screen decides anything"


async def test_the_wait_counts_down_and_says_what_it_waits_for(open_chat: Any) -> None:
    async with open_chat() as session_view:
        now = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
        session_view.clock.utc = lambda: now
        until = (now + timedelta(minutes=9, seconds=41)).isoformat()
        session_view.session.in_doubt = [doubt(waits_for="UPS may show a label late", waits_until=until)]
        await session_view.pilot.press("f7")
        await session_view.sees("9:41 to wait: UPS may show a label late")
        await session_view.pilot.press("r")
        await session_view.sees("R releases without the wait")
        assert sent(session_view) == []
        now += timedelta(minutes=9)
        session_view.app.screen._tick()
        await session_view.sees("0:41 to wait")
        await session_view.pilot.press("R")
        await session_view.until(lambda: sent(session_view) == [f"release row 5 of batch {JOB} now"], "waived")


async def test_what_was_decided_is_said_and_counted(open_chat: Any, script: ModuleType) -> None:
    async with open_chat() as session_view:
        rows = {"completed": 7, "failed": 0, "in_doubt": 1, "pending": 0, "skipped": 0}
        session_view.session.emit(BatchFinished(JOB, "failed", rows, 912, "/labels", "", "7 shipped.", only_told=True))
        await session_view.settled()
        await session_view.sees("1 in doubt")
        after = {"rows": rows | {"completed": 8, "in_doubt": 0}, "spent_cents": 1_824}
        session_view.session.emit(DoubtsSettled(JOB, "adopted", [5], [], "Row 5: 1Z99 recorded.", after))
        await session_view.settled()
        for words in ("8 shipped", "Row 5: 1Z99 recorded."):
            await session_view.sees(words)
        assert "1 in doubt" not in session_view.screen_text()


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_earlier_batches_are_searched_and_opened(open_chat: Any, size: tuple[int, int]) -> None:
    async with open_chat(size=size) as session_view:
        session_view.session.batches = [
            batch(JOB, "Ship all California orders via Ground"),
            batch(OLDER, "Ship Texas by 2nd Day", status="failed", completed=7, failed=1, spent_cents=8_000),
        ]
        await session_view.pilot.press("f8")
        for words in ("2 batches  $171.20", "7f3a", "7f3b", "1 failed", "California", "8/8", "/\u00a0search"):
            await session_view.sees(words)
        await session_view.pilot.press("/", *"tex")
        await session_view.sees("1 batch  $80.00")
        await session_view.pilot.press("enter", "enter")
        await session_view.until(lambda: sent(session_view) == [f"show batch {OLDER}"], "it was said")


async def test_a_key_of_the_batches_says_its_words(open_chat: Any) -> None:
    async with open_chat() as session_view:
        session_view.session.batches = [batch(JOB, "Ship all California orders via Ground")]
        await session_view.pilot.press("f8")
        await session_view.sees("1 batch  $91.20")
        await session_view.pilot.press("v")
        await session_view.until(lambda: sent(session_view) == [f"void batch {JOB}"], "it was said")
