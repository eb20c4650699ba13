"""One allowance over many batches, counted in a real ledger: voids give back, doubts and what waits are spent."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.batch.approval import approving, spending
from agent.batch.executor import transitions
from agent.batch.executor.outcome import Answered
from agent.batch.executor.reserving import Tolerance
from agent.batch.executor.state_changes import NotClaimable
from agent.batch.executor.transitions import Intent
from agent.batch.service import BatchService
from agent.drafting.session_limit import SessionLimit
from agent.ledger.store import Ledger
from agent.planning.allowance import Allowance, Amount
from agent.planning.model import Plan
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.batch_steps import approved, shipped

QUOTE, TOLERATED = 1_000, 100


def limited(cents: int | None = None, rows: int | None = None) -> SessionLimit:
    limit = SessionLimit()
    limit.set(Allowance(cents, rows), anew=True)
    return limit


async def test_what_became_of_each_row_decides_what_is_left(service: BatchService, world: World) -> None:
    limit = limited(20_000, 50)
    world.carrier.faults = once("unknown_before")
    plan = plan_of(["A1", "A2", "A3"], budget_cents=20_000)
    job_id, _result = await shipped(service, world, plan, concurrency=1)
    limit.count(job_id, yes(plan).digest)
    used = lambda: limit.left(service.ledger).used  # noqa: E731
    assert used() == Amount(3_000, 3), "one in doubt, two approved and waiting: nothing of it needs another yes"
    await service.release(job_id, None, now=True)
    assert used() == Amount(4_000, 3), "the released attempt may have been bought, and its row waits again"
    await service.resume(job_id)
    assert used() == Amount(4_000, 3)
    await service.void(job_id, [2, 3])
    assert used() == Amount(2_000, 1), "a void gives back"
    assert judge(world) == []


async def test_refused_and_cancelled_rows_cost_nothing(service: BatchService, world: World) -> None:
    limit = limited(20_000)
    world.carrier.faults = once("refused")
    plan = plan_of(["A1", "A2", "A3"], budget_cents=20_000)
    job_id, _result = await shipped(service, world, plan, concurrency=1)
    limit.count(job_id, yes(plan).digest)
    assert limit.left(service.ledger).used == Amount(2_000, 2)
    await service.cancel(job_id)
    assert limit.left(service.ledger).used == Amount()


async def test_what_a_session_goes_on_with_counts_on_its_own_limit(service: BatchService, world: World) -> None:
    """Another window approved it; only what this one sends is spent here."""
    other, limit = limited(20_000), limited(20_000)
    world.carrier.faults = once("refused")
    plan = plan_of(["A1", "A2", "A3"], budget_cents=20_000)
    job_id, _result = await shipped(service, world, plan, concurrency=1)
    other.count(job_id, yes(plan).digest)
    assert limit.left(service.ledger).used == Amount()
    assert limit.waiting(service.ledger, job_id) == Amount(2_000, 2)
    assert other.waiting(service.ledger, job_id) == Amount(), "counted there already"
    limit.take_on(service.ledger, job_id)
    limit.take_on(service.ledger, job_id)
    await service.resume(job_id)
    assert limit.left(service.ledger).used == Amount(2_000, 2)


async def test_a_limit_that_was_lowered_holds_for_what_waits(service: BatchService, world: World) -> None:
    limit = limited(20_000)
    world.carrier.faults = once("refused")
    plan = plan_of(["A1", "A2", "A3"], budget_cents=20_000)
    job_id, _result = await shipped(service, world, plan, concurrency=1)
    limit.count(job_id, yes(plan).digest)
    assert limit.going_on(service.ledger, job_id) == (Amount(2_000, 2), [])
    limit.set(Allowance(1_999), anew=False)
    needed, above = limit.going_on(service.ledger, job_id)
    assert (needed, above) == (Amount(2_000, 2), ["$20.00 is above the $19.99 left of your $19.99 limit"])


async def test_an_amendment_goes_whatever_cap_an_earlier_yes_had(service: BatchService, world: World) -> None:
    """The fixed row costs more than the first quote; without a limit the yes to it is not bound by the old cap."""
    world.carrier.faults = once("refused")
    job_id, _result = await shipped(service, world, plan_of(["A1"], budget_cents=QUOTE))
    plan = plan_of(["A1"], amends_job_id=job_id)
    plan = replace(plan, shipments=(replace(plan.shipments[0], quote_cents=1_700),))
    await approved(service, world, plan)
    assert (await service.execute(job_id)).successful_rows == 1
    assert service.ledger.read(spending.cap_of, job_id) == 1_700


@pytest.mark.parametrize("above", [0, 50])
@pytest.mark.parametrize("concurrency", [1, 4, 16])
async def test_quotes_that_fit_exactly_are_sent_whole(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch, concurrency: int, above: int
) -> None:
    """Also where UPS charges a little more than it quoted, as far as the tolerance on the rows in flight reaches."""
    orders = [f"A{number}" for number in range(max(2, concurrency) if above else 16)]
    make = type(world.carrier)._make

    def dearer(carrier: object, *args: object, **more: object) -> dict[str, object]:
        answer = make(carrier, *args, **more)  # type: ignore[arg-type]
        world.carrier.records[-1].charge_cents += above
        return answer | {"totalCharges": {"monetaryValue": f"{(QUOTE + above) / 100:.2f}", "currencyCode": "USD"}}

    monkeypatch.setattr(type(world.carrier), "_make", dearer)
    plan = plan_of(orders, budget_cents=QUOTE * len(orders))
    _job_id, result = await shipped(service, world, plan, concurrency=concurrency)
    assert result.successful_rows == len(orders), result
    spent = sum(label.charge_cents for label in world.carrier.records)
    assert spent <= QUOTE * len(orders) + concurrency * TOLERATED
    assert judge(world) == []


async def test_more_than_the_tolerance_on_the_rows_in_flight_is_not_spent(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = type(world.carrier)._make

    def dearer(carrier: object, *args: object, **more: object) -> dict[str, object]:
        answer = make(carrier, *args, **more)  # type: ignore[arg-type]
        world.carrier.records[-1].charge_cents += 90
        return answer | {"totalCharges": {"monetaryValue": "10.90", "currencyCode": "USD"}}

    monkeypatch.setattr(type(world.carrier), "_make", dearer)
    plan = plan_of([f"A{number}" for number in range(12)], budget_cents=12 * QUOTE)
    _job_id, result = await shipped(service, world, plan, concurrency=1)
    assert result.error_code == "E-4218"
    assert sum(label.charge_cents for label in world.carrier.records) <= 12 * QUOTE + TOLERATED


# Random sessions, judged by what the shipping company holds.


@dataclass(slots=True)
class Row:
    """One shipment as the world knows it: `label` is what UPS would bill, whatever the ledger believes."""

    job_id: str
    shipment_id: int
    label: int | None = None
    state: str = "pending"


@dataclass(slots=True)
class Session:
    ledger: Ledger
    limit: SessionLimit
    rows: list[Row] = field(default_factory=list)
    allowed: int = 0
    """The highest limit that was in force since it began."""

    def batch(self, rows: int, ends: list[str]) -> None:
        """A sentence in auto mode: what is above the limit is shown and, here, refused."""
        left = self.limit.left(self.ledger)
        if left.above(Amount(rows * QUOTE, rows)):
            return
        plan = plan_of([f"P{next(ORDERS)}" for _ in range(rows)])
        plan = replace(plan, budget=left.budget(Amount(rows * QUOTE, rows)))
        job_id = approve(self.ledger, plan)
        self.limit.count(job_id, yes(plan).digest)
        ids = self.ledger.read(lambda c: [r[0] for r in c.exec_driver_sql(IDS, (job_id,))])
        mine = [Row(job_id, shipment_id) for shipment_id in ids]
        self.rows += mine
        self.run(mine, ends)

    def run(self, rows: list[Row], ends: list[str]) -> None:
        """Four in flight; `stop` leaves the rest waiting."""
        flying: list[tuple[Row, str]] = []
        for row, end in zip(rows, ends * len(rows), strict=False):
            if end == "stop":
                break
            try:
                self.ledger.write(transitions.claim, row.job_id, row.shipment_id, INTENT)
            except NotClaimable:
                break
            flying.append((row, end))
            if len(flying) == IN_FLIGHT:
                self.end(*flying.pop(0))
        for row, end in flying:
            self.end(row, end)

    def end(self, row: Row, end: str) -> None:
        write, key = self.ledger.write, (row.job_id, row.shipment_id)
        if end == "refused":
            write(transitions.failed, *key, "E-3001", "no")
            row.state = "failed"
        elif end.startswith("lost"):
            row.label = QUOTE if end == "lost but made" else None
            write(transitions.doubted, *key, "E-4220", "lost")
            row.state = "in_doubt"
        else:
            row.label = QUOTE + (60 if end == "dearer" else 0)
            answered = Answered("done", tracking_numbers=[f"1Z{row.shipment_id}"], charge_cents=row.label)
            write(transitions.created, *key, answered, proof="answer", whole=True)
            row.state = "completed"

    def void(self) -> None:
        for row in [row for row in self.rows if row.state == "completed"][:2]:
            self.ledger.write(transitions.voiding, row.job_id, row.shipment_id)
            self.ledger.write(transitions.voided, row.job_id, row.shipment_id)
            row.state, row.label = "voided", None

    def release(self) -> None:
        for row in [row for row in self.rows if row.state == "in_doubt"][:1]:
            reference = f"SC{next(ORDERS):08d}99999901"
            again = self.ledger.write(transitions.released, row.job_id, row.shipment_id, reference)
            row.state = "released"
            self.rows.append(Row(row.job_id, again))

    def resume(self, ends: list[str]) -> None:
        waiting = [row for row in self.rows if row.state == "pending"]
        for job_id in {row.job_id for row in waiting}:
            # Nobody is asked: it goes on under the approval of its batch.
            self.run([row for row in waiting if row.job_id == job_id], ends)

    def cancel(self) -> None:
        for row in [row for row in self.rows if row.state == "pending"]:
            self.ledger.write(transitions.skipped, row.job_id, row.shipment_id)
            row.state = "skipped"

    def change(self, cents: int) -> None:
        self.limit.set(Allowance(cents), anew=False)
        self.allowed = max(self.allowed, cents)

    def check(self) -> None:
        bought = sum(row.label or 0 for row in self.rows)
        assert bought <= self.allowed + IN_FLIGHT * TOLERATED
        known = sum(row.label or 0 for row in self.rows if row.state == "completed")
        open_ = sum(row.state in {"pending", "in_doubt", "released"} for row in self.rows)
        assert self.limit.left(self.ledger).used.cents == known + QUOTE * open_


ORDERS = count()
IDS = "SELECT id FROM shipments WHERE job_id = ? ORDER BY id"
IN_FLIGHT = 4
INTENT = Intent(0.0, "boot", "[]", Tolerance(lambda quote: quote + TOLERATED, IN_FLIGHT))


def approve(ledger: Ledger, plan: Plan) -> str:
    approval = yes(plan)
    return ledger.write(approving.approve, plan, approval, *approving.check(plan, approval))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = Ledger.open(tmp_path_factory.mktemp("allowance") / "ledger.sqlite")
    yield ledger
    ledger.close()


MADE = st.just(["made"])
ENDS = MADE | st.lists(
    st.sampled_from(["made", "made", "dearer", "refused", "lost", "lost but made", "stop"]), min_size=1, max_size=6
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("batch"), st.integers(1, 4), MADE),
        st.tuples(st.just("batch"), st.integers(1, 4), ENDS),
        st.tuples(st.just("resume"), ENDS),
        st.tuples(st.just("change"), st.integers(0, 6_000)),
        st.tuples(st.sampled_from(["void", "release", "cancel"])),
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cap=st.integers(0, 6_000), steps=STEPS)
def test_no_session_buys_more_without_a_yes_than_was_allowed(shared: Ledger, cap: int, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    session = Session(shared, limited(cap), allowed=cap)
    for name, *arguments in steps:
        getattr(session, name)(*arguments)
        session.check()
