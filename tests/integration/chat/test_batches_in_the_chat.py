"""Retry, recovery and restart as a person meets them in the chat."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from agent.cli.exits import exit_for
from agent.drafting import prices
from agent.events import (
    ApprovalGiven,
    BatchStarted,
    BatchStopped,
    PreviewReady,
    QuestionAsked,
    RecoveryOffered,
    RowCompleted,
    TurnEnded,
)
from agent.planning.model import Budget
from agent.planning.quoting import Quote
from agent.planning.wording import dollars
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
WORDS = "ship all California orders via ground"


def lines(sheet: Path) -> list[str]:
    return sheet.read_text().splitlines()


def correct(sheet: Path, *changes: tuple[str, str]) -> None:
    """The person edits the first order and saves the file."""
    header, first, *rest = lines(sheet)
    for before, after in changes:
        first = first.replace(before, after)
    sheet.write_text("\n".join([header, first, *rest]) + "\n")


async def ship(session: ChatSession, words: str) -> dict[str, Any]:
    shown = await session.send(words)
    assert shown["status"] == "preview", shown
    assert session.pending_digest is not None
    return await session.approve(session.pending_digest, by="script", words="yes")


async def test_a_fixed_cell_is_retried_as_an_amendment(opened: Opened, sheet: Path) -> None:
    """ "Row 2 had a bad ZIP, I fixed the cell" (docs/money.md) is pleasant: same batch, the difference shown."""
    session, heard = await opened(sheet, on_error="continue")
    done = await ship(session, WORDS)
    assert (done["status"], done["rows"]["completed"], done["rows"]["failed"]) == ("failed", 2, 1)

    assert "1ZSIMSIM" not in lines(sheet)[1]
    correct(sheet, ("75201", "92101"))
    retried = await session.send("retry the failed ones")
    assert (retried["status"], retried["row_numbers"], retried["service_code"]) == ("preview", [1], "03")
    assert any("postal_code: 75201 -> 92101" in line for line in retried["warnings"]), retried["warnings"]
    purposes = [event.purpose for event in heard if isinstance(event, PreviewReady)]
    assert purposes == ["ship", "retry"]

    assert session.pending_digest is not None
    again = await session.approve(session.pending_digest, by="script", words="yes")
    assert (again["status"], again["job_id"]) == ("completed", done["job_id"])
    assert again["rows"] == {"completed": 3, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
    assert "1ZSIMSIM" in lines(sheet)[1]
    assert (await session.send("retry the failed ones"))["text"] == f"No row failed in batch {done['job_id']}."


async def test_a_retry_that_ups_still_refuses_asks_and_reads_the_sheet_again(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet, on_error="continue")
    done = await ship(session, WORDS)
    asked = await session.send("retry the failed ones")
    assert asked["status"] == "needs_input", asked
    assert asked["question"]["text"].startswith("Row 2: UPS gives no price: ")
    assert asked["question"]["options"] == ["I have fixed the sheet, read it again", "Leave them failed"]
    left = await session.answer(None, "Leave them failed")
    assert (left["status"], left["excluded"]) == ("answer", {"UPS gives no price": [2]})
    await session.send("retry the failed ones")
    correct(sheet, ("75201", "92101"))
    fixed = await session.answer(None, "I have fixed the sheet, read it again")
    assert (fixed["status"], fixed["row_numbers"]) == ("preview", [1])
    assert session.pending_digest is not None
    again = await session.approve(session.pending_digest, by="script", words="yes")
    assert (again["status"], again["job_id"]) == ("completed", done["job_id"])


async def test_a_retry_says_which_rows_go_with_it(opened: Opened, sheet: Path) -> None:
    """The batch stopped at its first row: the yes to one row lets the two that were approved before go on."""
    session, heard = await opened(sheet)
    await ship(session, WORDS)
    correct(sheet, ("75201", "92101"))
    retried = await session.send("retry the failed ones")
    assert retried["row_numbers"] == [1]
    (said,) = [line for line in retried["warnings"] if "approved before" in line]
    assert said.startswith("With them 2 rows of the batch, approved before and not sent yet, will go ($")
    assert "create 3 shipments from orders.csv (1 sent again, 2 approved before and not sent yet)" in retried["text"]
    waiting_cents = round(float(said.rpartition("($")[2].partition(" quoted")[0]) * 100)
    together = dollars(retried["total_estimated_cost_cents"] + waiting_cents)
    assert f", {together} in total" in retried["text"]
    assert "Tracking numbers are written into orders.csv." in retried["text"]
    shown = [event for event in heard if isinstance(event, PreviewReady)][-1]
    assert (shown.waiting_rows, shown.waiting_cents) == (2, waiting_cents)
    assert session.pending_digest is not None
    done = await session.approve(session.pending_digest, by="script", words="yes")
    assert (done["status"], done["rows"]["completed"]) == ("completed", 3)


async def test_a_resumed_batch_tells_what_its_plan_chose(opened: Opened, sheet: Path) -> None:
    first, _heard = await opened(sheet)
    shipped = await ship(first, WORDS)
    await first.close()
    second, heard = await opened(None, offer_recovery=False)
    resumed = await second.send("resume")
    assert resumed["job_id"] == shipped["job_id"], resumed
    assert (resumed["row_numbers"], resumed["total_rows"], resumed["service_code"]) == ([1, 2, 3], 3, "03")
    assert resumed["total_estimated_cost_cents"] == shipped["total_estimated_cost_cents"] > 0
    assert resumed["filter_in_words"] == shipped["filter_in_words"]
    assert "State" in resumed["filter_clause"]
    assert (resumed["source"]["name"], resumed["source"]["source_id"]) == ("orders.csv", shipped["source"]["source_id"])
    (started,) = [event for event in heard if isinstance(event, BatchStarted)]
    assert (started.pending_rows, started.total_rows) == (2, 3)
    assert (started.rows["failed"], started.rows["pending"], started.spent_cents) == (1, 2, 0)
    heard.clear()
    await second.send("resume")
    assert not [event for event in heard if isinstance(event, BatchStarted | BatchStopped)], "nothing is shipped now"


async def test_a_retry_never_ships_another_order_that_took_the_row(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet, on_error="continue")
    await ship(session, WORDS)
    correct(sheet, ("F-1", "F-9"), ("75201", "92101"))
    retried = await session.send("retry the failed ones")
    assert (retried["status"], retried["total_rows"]) == ("answer", 0)
    assert retried["excluded"] == {"order F-1 is not in the sheet any more": [2]}


async def test_an_interrupted_batch_is_offered_and_its_question_is_the_one_announced(
    opened: Opened, sheet: Path
) -> None:
    first, _heard = await opened(sheet)
    stopped = await ship(first, WORDS)
    assert (stopped["rows"]["failed"], stopped["rows"]["pending"]) == (1, 2)
    await first.close()

    second, heard = await opened(sheet)
    (offered,) = [event for event in heard if isinstance(event, RecoveryOffered)]
    (asked,) = [event for event in heard if isinstance(event, QuestionAsked)]
    assert asked.question_id == offered.question_id
    assert offered.options == asked.options == ["Resume", "Start over", "Later", "Cancel the rest"]
    done = await second.answer(asked.question_id, "Resume")
    assert (done["rows"]["completed"], done["rows"]["failed"], done["rows"]["pending"]) == (2, 1, 0)


async def test_start_over_plans_the_same_words_again_and_asks(opened: Opened, sheet: Path) -> None:
    """RESTART (docs/money.md): the old job is cancelled, the words are planned over the sheet as it is now."""
    first, _heard = await opened(sheet)
    await ship(first, WORDS)
    await first.close()
    correct(sheet, ("75201", "92101"))

    second, heard = await opened(None)
    asked = next(event for event in heard if isinstance(event, QuestionAsked))
    planned = await second.answer(asked.question_id, "Start over")
    assert (planned["status"], planned["row_numbers"], planned["service_code"]) == ("preview", [1, 2, 3], "03")
    assert second.pending_digest is not None
    done = await second.approve(second.pending_digest, by="script", words="yes")
    assert (done["status"], done["rows"]["completed"]) == ("completed", 3)
    listed = await second.send("show my batches")
    assert listed["text"].startswith("2 batches"), "the cancelled one and the new one"


async def test_what_is_shipped_again_is_typed(opened: Opened, sheet: Path) -> None:
    """An explicit, typed yes; a key, a word and a budget are none."""
    first, _heard = await opened(sheet)
    await ship(first, "ship order F-2 via ground")
    second, _heard = await opened(sheet)
    shown = await second.send("re-ship order F-2 via ground")
    assert (shown["status"], shown["row_numbers"]) == ("preview", [2]), shown
    early = await second.send("re-ship 1 row")
    assert early["rows"] == {}, "the preview is not painted: what was begun before is ordinary talk"
    session, _heard = await opened(sheet)
    await session.send("re-ship order F-2 via ground")
    digest = session.pending_digest
    assert digest is not None
    session.preview_painted(digest)
    refused = await session.send("yes")
    assert (refused["status"], refused["error"]["code"]) == ("refused", "E-2308")
    assert "re-ship 1 row" in refused["error"]["remedy"]
    done = await session.send("re-ship 1 row")
    assert (done["status"], done["rows"]["completed"]) == ("completed", 1)


@pytest.mark.parametrize(("asked", "bought"), [(1.5, False), (1.05, True), (None, True)])
async def test_old_quotes_are_asked_again_before_the_approval_holds(
    opened: Opened, sheet: Path, monkeypatch: pytest.MonkeyPatch, asked: float | None, bought: bool
) -> None:
    """A quote beyond the tolerance voids the preview and says what changed."""
    session, heard = await opened(sheet)
    await session.send("ship order F-2 via ground")
    (preview,) = [event for event in heard if isinstance(event, PreviewReady)]
    cost = preview.lines[0].cost_cents
    assert cost is not None

    async def later(_ups: Any, _environment: str, payloads: list[Any], _counted: str) -> list[Quote]:
        return [Quote(None if asked is None else int(cost * asked)) for _ in payloads]

    monkeypatch.setattr(prices, "quote_all", later)
    clock = prices.boot_clock
    monkeypatch.setattr(prices, "boot_clock", lambda: clock() + prices.HOLD_S)
    done = await session.approve(preview.digest, by="script", words="yes")
    assert (done["status"] == "completed") is bought, done
    if not bought:
        assert done["error"]["code"] == "E-2407"
        assert "row 3 $" in done["error"]["message"]
        assert session.pending_digest is None


async def test_a_stopped_question_ends_its_turn_once(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(sheet)
    heard.clear()
    assert (await session.send("ship all California orders"))["status"] == "needs_input"
    assert not [event for event in heard if isinstance(event, TurnEnded)]
    await session.stop_turn()
    (ended,) = [event for event in heard if isinstance(event, TurnEnded)]
    assert (ended.result["status"], ended.result["question"]) == ("answer", None)
    assert session.open_question is None
    assert not session.busy
    assert (await session.send("how many orders are there?"))["text"].startswith("3 orders")


async def test_the_mode_is_locked_while_a_batch_runs(opened: Opened, sheet: Path) -> None:
    session, _heard = await opened(sheet, on_error="continue")
    locked: list[bool] = []

    def listen(event: Any) -> None:
        if isinstance(event, BatchStarted):
            assert session._turns is not None
            locked.append(session._turns.state.spending.modes.locked)

    session.subscribe(listen)
    await ship(session, WORDS)
    assert locked == [True]
    assert session._turns is not None
    assert not session._turns.state.spending.modes.locked


async def test_yes_over_guessed_columns_is_a_question(opened: Opened, tmp_path: Path) -> None:
    """money.md, Approval: `--yes` approves a mapping only where every required field matches a known header."""
    sheet = tmp_path / "guess.csv"
    sheet.write_text(
        "Order Number,Recipent Nmae,Address,City,State,ZIP,Phone,Weight (lb)\n"
        "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2\n"
    )
    session, heard = await opened(sheet)
    doubted = await session.send(WORDS)
    assert (doubted["status"], session.pending_digest) == ("needs_input", None), "so `-p --yes` ends here"
    assert "“Recipent Nmae” as the recipient's name" in doubted["question"]["text"]
    shown = await session.answer(None, "Yes")
    assert shown["status"] == "preview", shown
    assert session.pending_digest is not None
    asked = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert asked["status"] == "needs_input"
    assert "name <- Recipent Nmae" in asked["question"]["text"]
    assert not [event for event in heard if isinstance(event, BatchStarted)]
    done = await session.answer(None, "Yes")
    assert done["status"] == "completed"


async def test_what_a_budget_approves_is_said_like_any_approval(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(sheet, mode="auto", budget=Budget(max_total_cents=10_000))
    done = await session.send("ship order F-2 via ground")
    assert done["status"] == "completed", done
    (given,) = [event for event in heard if isinstance(event, ApprovalGiven)]
    (preview,) = [event for event in heard if isinstance(event, PreviewReady)]
    assert (given.digest, given.by, given.sentence) == (preview.digest, "budget", preview.approval_sentence)


async def test_rows_that_an_unfinished_batch_holds_are_a_warning(opened: Opened, sheet: Path) -> None:
    """Asked for and not sent: neither a batch of the others nor an answer without any ends as if all were done."""
    session, _heard = await opened(sheet)
    stopped = await ship(session, WORDS)
    assert (stopped["rows"]["failed"], stopped["rows"]["pending"]) == (1, 2)
    correct(sheet, ("75201", "92101"))
    shown = await session.send(WORDS)
    held = f"Not sent, rows 3-4: belongs to unfinished batch {stopped['job_id']}"
    assert (shown["status"], shown["row_numbers"]) == ("preview", [1])
    assert [line for line in shown["warnings"] if line.startswith(held)], shown["warnings"]
    assert session.pending_digest is not None
    done = await session.approve(session.pending_digest, by="script", words="yes")
    assert (done["status"], done["rows"]["completed"], exit_for(done)) == ("completed_with_warnings", 1, 5)
    assert [line for line in done["warnings"] if line.startswith(held)]
    nothing = await session.send(WORDS)
    assert (nothing["status"], nothing["total_rows"], exit_for(nothing)) == ("answer", 0, 5)
    assert nothing["warnings"][0].startswith(held)
    await session.send(f"resume batch {stopped['job_id']}")
    again = await session.send(WORDS)
    assert (again["status"], again["warnings"], exit_for(again)) == ("answer", [], 0), "all have shipped"


async def test_a_session_that_is_closed_in_mid_batch_leaves_no_doubt(opened: Opened, sheet: Path) -> None:
    """Whoever quits waits for what is at UPS: its answer is recorded, the rest is paused."""
    correct(sheet, ("75201", "92101"))
    session, _heard = await opened(sheet)
    shown = await session.send(WORDS)
    assert (shown["status"], session.pending_digest is not None) == ("preview", True)
    closing: list[asyncio.Task[None]] = []

    def quit_at_the_first_label(event: Any) -> None:
        if isinstance(event, RowCompleted) and not closing:
            closing.append(asyncio.create_task(session.close()))

    session.subscribe(quit_at_the_first_label)
    done = await session.approve(str(session.pending_digest), by="script", words="yes")
    await closing[0]
    assert (done["status"], done["rows"]["in_doubt"]) == ("paused", 0)
    assert 1 <= done["rows"]["completed"] < 3
