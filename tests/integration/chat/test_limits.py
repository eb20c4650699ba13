"""The limit of a session in the chat: asked above it, never changed while a batch runs, one for each window."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.batch.approval import spending
from agent.batch.executor.result import BatchResult
from agent.chat.batch_turn import run_batch
from agent.chat.session import ChatSession
from agent.chat.state import SessionState
from agent.cli.exits import exit_for
from agent.events import AllowanceUpdated, BatchStarted, PreviewReady, PreviewVoided
from agent.planning.model import Budget
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
CITIES = ("San Diego,CA,92101", "Dallas,TX,75201", "Boston,MA,02108", "Denver,CO,80202")


def orders(path: Path, count: int) -> Path:
    """Orders that UPS takes, to the cities in turn."""
    places = [CITIES[number % len(CITIES)] for number in range(count)]
    rows = [f"L-{n},Person {n},{n} Harbor View Dr,{city},619-555-01{n:02d},{n}\n" for n, city in enumerate(places, 1)]
    path.write_text(HEADER + "".join(rows))
    return path


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Four orders, each to another state."""
    return orders(tmp_path / "orders.csv", 4)


@pytest.fixture
def sixteen(tmp_path: Path) -> Path:
    return orders(tmp_path / "sixteen.csv", 16)


def refused_first(sheet: Path) -> None:
    """The ZIP of the first order becomes a Texan one: UPS refuses it."""
    sheet.write_text(sheet.read_text().replace("92101", "75201", 1))


def state_of(session: ChatSession) -> SessionState:
    return session._turns_or_fail().state


async def price(session: ChatSession, words: str) -> int:
    shown = await session.send(words)
    assert shown["status"] == "preview", shown
    await session.refuse(str(session.pending_digest))
    return int(shown["total_estimated_cost_cents"])


@pytest.mark.slow
async def test_three_sentences_share_one_limit(opened: Opened, sheet: Path) -> None:
    """$40 and three sentences bought $78.59 without a yes: each batch alone was below the cap."""
    asking, _heard = await opened(sheet)
    words = [f"ship the {state} orders via ground" for state in ("California", "Texas", "Massachusetts")]
    prices = [await price(asking, each) for each in words]
    cap = sum(prices[:2]) + prices[2] - 1
    session, heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=cap))
    first, second, third = [await session.send(each) for each in words]
    assert (first["status"], second["status"]) == ("completed", "completed")
    assert (third["status"], third["row_numbers"], third["job_id"]) == ("preview", [3], None)
    assert third["allowance"]["left_cents"] == cap - sum(prices[:2])
    told = [event.left_cents for event in heard if isinstance(event, AllowanceUpdated)]
    assert told[0] == cap
    assert told[-1] == cap - first["spent_cents"] - second["spent_cents"]
    preview = [event for event in heard if isinstance(event, PreviewReady)][-1]
    assert preview.above
    assert preview.above[0] in preview.approval_sentence, "what was above it is in the audit log"
    session.preview_painted(str(session.pending_digest))
    done = await session.send("ship them")
    assert (done["status"], done["rows"]["completed"], done["allowance"]["left_cents"]) == ("completed", 1, 0)


async def test_a_limit_that_fits_exactly_lets_all_go_sixteen_at_once(opened: Opened, sixteen: Path) -> None:
    asking, _heard = await opened(sixteen)
    total = await price(asking, "ship everything via ground")
    session, _heard = await opened(sixteen, mode="auto", budget=Budget(total, 16), concurrency=16)
    done = await session.send("ship everything via ground")
    assert (done["status"], done["rows"]["completed"], done["spent_cents"]) == ("completed", 16, total)
    assert (done["allowance"]["left_cents"], done["allowance"]["left_rows"]) == (0, 0)


async def test_yes_on_the_command_line_does_not_approve_what_is_above(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet, budget=Budget(max_total_cents=100))
    shown = await session.send("ship the Texas orders via ground")
    digest = str(session.pending_digest)
    again = await session.approve(digest, by="--yes", words="--yes")
    assert (again["status"], again["row_numbers"], again["job_id"], exit_for(again)) == ("preview", [2], None, 3)
    assert again["total_estimated_cost_cents"] == shown["total_estimated_cost_cents"] > 100
    assert "--yes does not approve what is above the limit" in again["text"]
    assert session.pending_digest == digest, "a person may still say yes"


async def test_the_mode_lock_is_checked_before_anything_is_set(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=4_000))
    state = state_of(session)
    before = state.spending.limit.allowance
    state.spending.modes.lock()
    words = ["switch to auto up to $900", "raise the limit to $900", "remove the limit", "switch to confirm"]
    for each in words:
        refused = await session.send(each)
        assert refused["error"]["code"] == "E-4234", each
        assert (state.spending.limit.allowance, state.spending.mode) == (before, "auto"), each
    state.spending.modes.unlock()


async def test_a_bare_switch_asks_each_time(opened: Opened, sheet: Path) -> None:
    """An answer of before is not an allowance for now."""
    session, _heard = await opened(sheet)
    for _ in range(2):
        asked = await session.send("switch to auto")
        assert asked["status"] == "needs_input"
        done = await session.answer(None, "$100")
        assert done["allowance"]["left_cents"] == 10_000
        await session.send("switch to confirm")


async def test_after_its_time_everything_is_asked(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet)
    await session.send("switch to auto up to $500 for 2 hours")
    limit = state_of(session).spending.limit
    until, ticks = limit.allowance.until, limit.ticks()
    assert until is not None
    # The wall clock was set back; the other one was not.
    limit.now, limit.ticks = (lambda: until - timedelta(hours=5)), (lambda: ticks + 7_201)
    shown = await session.send("ship the Texas orders via ground")
    assert (shown["status"], shown["allowance"]["left_cents"]) == ("preview", 0)
    assert "the time of your limit has ended" in shown["text"]
    limit.now, limit.ticks = (lambda: until), (lambda: ticks)
    assert limit.over


@pytest.mark.slow
async def test_each_window_has_its_own_limit_and_each_batch_its_own_cap(opened: Opened, sheet: Path) -> None:
    first, _heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=9_000))
    done = await first.send("ship the Texas orders via ground")
    second, _heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=9_000))
    other = await second.send("ship the Massachusetts orders via ground")
    assert other["allowance"]["left_cents"] == 9_000 - other["spent_cents"]
    ledger = state_of(first).batches.ledger
    assert ledger.read(spending.cap_of, done["job_id"]) == 9_000
    await first.send("ship the Colorado orders via ground")
    left = state_of(first).spending.limit.left(ledger).cents
    assert left is not None
    assert left < 9_000 - done["spent_cents"]


@pytest.mark.slow
async def test_an_older_batch_above_the_limit_is_asked_and_counts(opened: Opened, sheet: Path) -> None:
    refused_first(sheet)
    earlier, _heard = await opened(sheet)
    await earlier.send("ship everything via ground")
    stopped = await earlier.approve(str(earlier.pending_digest), by="script", words="yes")
    assert (stopped["rows"]["failed"], stopped["rows"]["pending"]) == (1, 3)
    await earlier.close()

    session, _heard = await opened(None, offer_recovery=False, budget=Budget(max_total_cents=500))
    asked = await session.send("resume")
    assert (asked["status"], exit_for(asked)) == ("needs_input", 3)
    assert "3 rows not sent yet" in asked["question"]["text"]
    assert "above the $5.00 left of your $5.00 limit" in asked["question"]["text"]
    left = await session.answer(None, "Leave it")
    assert (left["status"], left["rows"]) == ("answer", {})
    session, heard = await opened(None, offer_recovery=False, budget=Budget(max_total_cents=9_000))
    done = await session.send("resume")
    assert done["rows"]["completed"] == 3
    assert done["allowance"]["left_cents"] == 9_000 - done["spent_cents"]
    (started,) = [event for event in heard if isinstance(event, BatchStarted)]
    assert started.budget_cents is None, "its own cap is shown, not this session's limit"


@pytest.mark.parametrize(("code", "mode"), [("E-4219", "confirm"), ("E-4243", "confirm"), ("E-3010", "auto")])
async def test_a_price_surprise_ends_auto_mode(opened: Opened, sheet: Path, code: str, mode: str) -> None:
    session, _heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=9_000))
    done = await session.send("ship the Texas orders via ground")
    state = state_of(session)

    async def ended() -> BatchResult:
        return BatchResult(False, done["job_id"], 1, 1, 1, 0, 0, code)

    await run_batch(state, done["job_id"], ended())
    assert (state.spending.mode, state.spending.limit.allowance.bounded) == (mode, mode == "auto")


async def test_a_lower_limit_voids_the_preview_that_was_within_it(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(sheet, budget=Budget(max_total_cents=9_000))
    await session.send("ship the Texas orders via ground")
    session.preview_painted(str(session.pending_digest))
    await session.send("lower the limit to $1")
    assert session.pending_digest is None
    assert [event.reason for event in heard if isinstance(event, PreviewVoided)] == ["it is above the limit now"]


async def test_real_labels_by_a_flag_need_a_limit(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet)
    await session.send("ship the Texas orders via ground")
    pending: Any = state_of(session).pending
    object.__setattr__(pending.preview, "environment", "production")
    refused = await session.approve(str(session.pending_digest), by="--yes", words="--yes")
    assert (refused["error"]["code"], exit_for(refused)) == ("E-2381", 3)
    # To void buys nothing.
    await session.approve(str(session.pending_digest), by="script", words="yes")
    await session.send("void it")
    pending = state_of(session).pending
    object.__setattr__(pending.preview, "environment", "production")
    done = await session.approve(str(session.pending_digest), by="--yes", words="--yes")
    assert done["status"] == "completed"
