"""UPS asks for fewer requests (429): its `Retry-After` is kept by all workers, and a storm pauses the batch."""

from typing import Any

import pytest

from agent.batch.executor import row_step
from agent.batch.executor.concurrency_limit import LONGEST_TOLD_WAIT_S, ConcurrencyLimiter
from agent.batch.executor.execution import Run
from agent.batch.service import BatchService
from agent.cli.exits import Exit
from agent.ledger import pace, workers
from tests.faults.judge import judge
from tests.faults.world import World, plan_of
from tests.integration.batch.batch_steps import approved
from tests.integration.batch.test_batch_truth import told

ROWS = ["A1", "A2", "A3", "A4", "A5", "A6"]


class Clock:
    """Time passes only where somebody waits; on a shared ledger the server's passes with it."""

    def __init__(self, service: BatchService, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.on_sleep: Any = lambda: None
        service._boot_clock, service._sleep = self, self.sleep
        monkeypatch.setattr(row_step, "LONGEST_WAIT_S", 30.0)
        hold_back, may_send = pace.hold_back, workers.may_send
        monkeypatch.setattr(pace, "hold_back", lambda *told: hold_back(*told, now=self.now))
        monkeypatch.setattr(workers, "may_send", lambda *asked: (self.now, may_send(*asked)[1]))

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.on_sleep()


class Throttle:
    """The UPS server as long as it answers 429: `named` is its `Retry-After`, `until` when it stops."""

    def __init__(self, service: BatchService, world: World, clock: Clock, named: Any, *, until: float) -> None:
        self.at: list[float] = []
        self._world, self._clock, self._named, self._until = world, clock, named, until
        service.ups = self

    async def __call__(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool != "shipping_create":
            return await self._world.carrier(tool, arguments)
        self.at.append(self._clock.now)
        if self._clock.now >= self._until:
            return await self._world.carrier(tool, arguments)
        refusal = {"isError": True, "code": "E-3004", "message": "429", "outcome": "not_done", "http_status": 429}
        return refusal | {"retryable": True} | ({} if self._named is None else {"retry_after_s": self._named})


@pytest.fixture
def clock(service: BatchService, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(service, monkeypatch)


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_what_ups_names_is_waited_for_by_every_worker(
    service: BatchService, world: World, clock: Clock, concurrency: int
) -> None:
    throttle = Throttle(service, world, clock, 40.0, until=1040.0)
    job_id = await approved(service, world, plan_of(ROWS))
    result = await service.execute(job_id, concurrency=concurrency)
    assert (result.successful_rows, result.failed_rows) == (6, 0)
    assert [at for at in throttle.at if 1000.0 < at < 1040.0] == [], "nobody asks before the time"
    assert len([at for at in throttle.at if at == 1000.0]) <= concurrency
    assert judge(world) == []


async def test_eight_seconds_of_429_fail_no_row(service: BatchService, world: World, clock: Clock) -> None:
    """It used to give a row up at its sixth refusal."""
    Throttle(service, world, clock, 1.0, until=1060.0)
    job_id = await approved(service, world, plan_of(ROWS))
    assert (await service.execute(job_id, concurrency=1)).successful_rows == 6


ODD = [pytest.param(named, marks=pytest.mark.slow) for named in (0.0, -5.0, float("nan"), "soon")]


@pytest.mark.parametrize("named", [None, 5.0, *ODD])
async def test_a_storm_without_an_end_pauses_the_batch_and_resume_goes_on(
    service: BatchService, world: World, clock: Clock, named: Any
) -> None:
    world.settings.ups_patience_s = 20.0
    throttle = Throttle(service, world, clock, named, until=float("inf"))
    job_id = await approved(service, world, plan_of(ROWS))
    said = await told(service, job_id, "execute")
    result = said.result
    assert (result["status"], said.code) == ("paused", Exit.ERROR)
    assert result["rows"] == {"completed": 0, "failed": 0, "in_doubt": 0, "pending": 6, "skipped": 0}
    assert any(line.startswith("E-4251: UPS still asks for fewer requests") for line in result["warnings"])
    assert service.outcome(job_id).status == "paused"
    assert clock.now - 1000.0 <= world.settings.ups_patience_s, "its patience is bounded"
    assert [job.job_id for job in service.unsettled()] == [job_id]
    throttle._until = 0.0
    again = await told(service, job_id, "resume")
    assert (again.result["status"], again.code, again.result["rows"]["completed"]) == ("completed", Exit.DONE, 6)
    assert judge(world) == []


async def test_a_time_that_nobody_waits_for_pauses_at_once(service: BatchService, world: World, clock: Clock) -> None:
    throttle = Throttle(service, world, clock, LONGEST_TOLD_WAIT_S + 1, until=float("inf"))
    job_id = await approved(service, world, plan_of(ROWS))
    said = await told(service, job_id, "execute")
    assert said.result["status"] == "paused"
    assert (len(throttle.at), clock.now) == (1, 1000.0)
    assert any("it names 301 seconds" in line for line in said.result["warnings"])


async def test_what_was_bought_before_the_storm_is_told_and_written(
    service: BatchService, world: World, clock: Clock
) -> None:
    throttle = Throttle(service, world, clock, 5.0, until=0.0)
    answer = throttle.__call__

    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if len(world.carrier.records) == 2:
            throttle._until = float("inf")
        return await answer(tool, arguments)

    service.ups = ups
    job_id = await approved(service, world, plan_of(ROWS))
    said = await told(service, job_id, "execute")
    assert (said.result["status"], said.result["rows"]["completed"], said.result["rows"]["pending"]) == ("paused", 2, 4)
    numbers = [label.tracking_number for label in world.carrier.records]
    assert [item["tracking_number"] for item in said.result["tracking"]] == numbers
    assert sorted(world.sheet.cells.values()) == sorted(numbers)


async def test_a_person_can_pause_while_it_waits(service: BatchService, world: World, clock: Clock) -> None:
    throttle = Throttle(service, world, clock, 60.0, until=float("inf"))
    job_id = await approved(service, world, plan_of(ROWS))

    def wish() -> None:
        if clock.now == 1003.0:
            service.ledger.write(lambda c: c.exec_driver_sql("UPDATE batch_jobs SET requested_action = 'pause'"))

    clock.on_sleep = wish
    said = await told(service, job_id, "execute")
    assert (said.result["status"], len(throttle.at)) == ("paused", 1)
    assert clock.now == 1003.0, "within a second"


def test_a_request_that_goes_through_gives_the_patience_back() -> None:
    limiter = ConcurrencyLimiter(4, patience_s=10.0, clock=lambda: 0.0)
    for wave in range(3):
        assert limiter.refused(wave, 4.0, 30.0)
    assert not limiter.refused(3, 4.0, 30.0)
    limiter.faster()
    assert limiter.refused(4, 4.0, 30.0)


@pytest.mark.ledger_file
async def test_rows_that_somebody_else_holds_are_told_and_the_batch_is_not_done(
    service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Approved and not sent, because another batch took them in between: never an end in silence."""
    job_id = await approved(service, world, plan_of(ROWS))
    record = Run._notify_completed

    async def taken_in_between(self: Run, step: Any) -> None:
        await record(self, step)
        service.ledger.write(
            lambda c: c.exec_driver_sql(
                "UPDATE shipments SET generation = 1, state = 'completed' WHERE identity = 'simulator:order:A3'"
            )
        )

    monkeypatch.setattr(Run, "_notify_completed", taken_in_between)
    said = await told(service, job_id, "execute")
    assert said.code != Exit.DONE
    assert any(line.startswith("E-4252: Rows 4 were approved and not sent") for line in said.result["warnings"])
