"""Workers of a shared ledger: numbers, leases, rows, and what becomes of those that are over."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from agent.batch.approval import approving
from agent.batch.executor import reaping, transitions
from agent.batch.executor.request_holders import machine
from agent.batch.executor.state_changes import HeldBack, NotClaimable
from agent.batch.recovery.recovery import MARGIN_S, no_longer_under_way
from agent.errors import ShipchatError
from agent.ledger import pace, workers
from agent.ledger.store import Ledger
from tests import ledgers
from tests.faults.world import plan_of, yes

pytestmark = pytest.mark.slow

HERE, THERE = workers.Process("here", "one machine", "[1, 1.0]"), workers.Process("there", "another", "[1, 1.0]")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(ledgers.new_ledger(tmp_path, ledgers.empty_database()))
    yield opened
    opened.close()


@pytest.fixture
def job(ledger: Ledger) -> str:
    plan = plan_of(["A1", "A2", "A3", "A4", "A5"])
    header, texts = approving.check(plan, yes(plan))
    return ledger.write(approving.approve, plan, yes(plan), header, texts)


def states(ledger: Ledger) -> list[tuple[str, int | None]]:
    return [
        (row[0], row[1]) for row in ledgers.asked(ledger.place, "SELECT state, worker_id FROM shipments ORDER BY id")
    ]


def intent(worker: int | None, account: str = "") -> transitions.Intent:
    return transitions.Intent(1.0, "another", None, worker=worker, account=account)


def test_each_row_is_taken_by_one_and_numbers_rise(ledger: Ledger, job: str) -> None:
    one = ledger.write(workers.begin, job, HERE, 30.0)
    two = ledger.write(workers.begin, job, THERE, 30.0)
    assert two > one
    assert ledger.write(workers.take, one, job, 2, []) == [1, 2]
    assert ledger.write(workers.take, two, job, 2, []) == [3, 4]
    assert ledger.write(workers.take, one, job, 2, [5]) == [], "what it passes over is left to others"
    with pytest.raises(NotClaimable, match="taken"):
        ledger.write(transitions.claim, job, 3, intent(one))
    assert ledger.read(workers.has_others, one, job)
    ledger.write(workers.end, two, "itself")
    assert not ledger.read(workers.has_others, one, job)
    assert ledger.write(workers.take, one, job, 9, []) == [3, 4, 5]
    assert ledger.write(workers.begin, job, HERE, 30.0) > two, "a number is never given twice"


def test_rows_that_are_planned_later_wait_for_a_later_run(ledger: Ledger, job: str) -> None:
    worker = ledger.write(workers.begin, job, HERE, 30.0)
    ledger.write(transitions.claim, job, 1, intent(worker))
    ledger.write(transitions.doubted, job, 1, "E-4220", "lost")
    ledger.write(transitions.released, job, 1, "SCNEW")
    assert ledger.write(workers.take, worker, job, 9, []) == [2, 3, 4, 5]


def test_a_lease_that_is_over_is_over_for_good(ledger: Ledger, job: str) -> None:
    worker = ledger.write(workers.begin, job, HERE, 30.0)
    assert ledger.write(workers.renew, worker, 30.0)
    ledger.write(workers.take, worker, job, 3, [])
    ledger.write(transitions.claim, job, 1, intent(worker))
    ledger.write(lambda c: c.execute(text("UPDATE workers SET lease_until = 0")))
    assert not ledger.write(workers.renew, worker, 30.0), "nobody ended it, and it is over all the same"
    for refused in (
        lambda c: transitions.claim(c, job, 2, intent(worker)),
        lambda c: workers.may_record(c, worker),
        lambda c: workers.take(c, worker, job, 1, []),
    ):
        with pytest.raises(ShipchatError, match="E-4253"):
            ledger.write(refused)
    assert ledger.write(reaping.reap) == 1
    assert states(ledger) == [("in_doubt", worker), *[("pending", None)] * 4]
    ended = ledgers.asked(ledger.place, "SELECT ended_by FROM workers")
    assert [row[0] for row in ended] == ["expired"]
    assert ledger.write(reaping.reap) == 0


def test_what_a_living_worker_sends_is_nobody_elses_doubt(
    ledger: Ledger, job: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = ledger.write(workers.begin, job, THERE, 30.0)
    ledger.write(transitions.claim, job, 1, intent(worker))
    assert ledger.write(reaping.crashed, job) == 0
    assert states(ledger)[0] == ("submitting", worker)
    # Of this machine one whose process is gone need not be waited for.
    monkeypatch.setattr(reaping, "machine", lambda: THERE.machine)
    monkeypatch.setattr(reaping, "lives", lambda *_: False)
    ledger.write(reaping.crashed, job)
    assert states(ledger)[0] == ("in_doubt", worker)


def test_a_batch_whose_ledger_was_found_restored_sends_no_more(ledger: Ledger, job: str) -> None:
    worker = ledger.write(workers.begin, job, HERE, 30.0)
    ledger.write(lambda c: c.execute(text("UPDATE batch_jobs SET needs_restore_check = true")))
    with pytest.raises(NotClaimable, match="stopped"):
        ledger.write(transitions.claim, job, 1, intent(worker))


def test_a_429_of_one_station_holds_all_back(ledger: Ledger, job: str) -> None:
    worker = ledger.write(workers.begin, job, HERE, 30.0)
    ledger.write(pace.hold_back, "simulator:X", 60.0)
    with pytest.raises(HeldBack) as told:
        ledger.write(transitions.claim, job, 1, intent(worker, "simulator:X"))
    assert 50 < told.value.wait_s <= 60
    ledger.write(transitions.claim, job, 1, intent(worker, "simulator:another account"))


def test_two_stations_keep_one_pace(ledger: Ledger) -> None:
    other = Ledger.open(ledger.place)
    waits = [station.write(pace.reserve, "simulator:X", 0.1) for station in (ledger, other, ledger)]
    other.close()
    assert waits[0] == 0
    assert 9 < waits[1] <= 10
    assert 19 < waits[2] <= 20


class Sent:
    """A request as its record tells it."""

    def __init__(self, boot_id: str, sent_until: float | None) -> None:
        self.boot_id, self.sent_until = boot_id, sent_until
        self.request_holders, self.not_after, self.intent_at = "[[1, 2.0]]", 0.0, "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("sent", "now", "over"),
    [
        (Sent("another machine", 1000.0), 1000.0 + 30 + MARGIN_S, False),
        (Sent("another machine", 1000.0), 1001.0 + 30 + MARGIN_S, True),
        (Sent("another machine", None), 60.0 + 30 + MARGIN_S, False),
        (Sent("another machine", None), 61.0 + 30 + MARGIN_S, True),
        (Sent(machine(), 10**12), 0.0, True),
    ],
)
def test_of_another_machine_only_the_shared_clock_tells(sent: Any, now: float, over: bool) -> None:
    assert no_longer_under_way(sent, 30.0, now) is over
