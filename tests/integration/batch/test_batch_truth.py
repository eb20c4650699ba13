"""Whatever goes wrong after an approval, the answer and its exit code say what was bought, judged by UPS's records."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.executor.execution import Run
from agent.batch.recovery.ledger_head import path_of
from agent.batch.recovery.rollback_guard import seat
from agent.batch.service import BatchService
from agent.chat.batch_turn import run_batch
from agent.chat.proposal_turn import store_approval
from agent.chat.state import SessionState
from agent.cli.exits import Exit, exit_for
from agent.errors import ShipchatError, error
from agent.events import Event, RowInDoubt, TurnStopped
from agent.faultlog import unexpected
from agent.ledger.faults import LEDGER_TROUBLE
from agent.ledger.lease import lease
from tests import folded
from tests.faults.world import World, plan_of, yes
from tests.integration.batch.batch_steps import approved
from tests.ledgers import empty, fill

ROWS = ["A1", "A2", "A3", "A4", "A5"]
KEYS = {"status", "job_id", "rows", "tracking", "failed", "in_doubt", "spent_cents", "error", "warnings", "row_numbers"}


@dataclass
class Told:
    """What a run answered, and the events on the way."""

    result: dict[str, Any]
    events: list[Event] = field(default_factory=list)

    @property
    def code(self) -> Exit:
        return exit_for(self.result)


async def told(service: BatchService, job_id: str, verb: str) -> Told:
    """Run a batch as the command line does."""
    events: list[Event] = []
    state = SessionState.new(service.settings, events.append, None, service)  # type: ignore[arg-type]
    work = service.resume(job_id, concurrency=1) if verb == "resume" else service.execute(job_id, concurrency=1)
    await run_batch(state, job_id, work, approved_now=verb != "resume")
    result = state.result.as_dict()
    assert folded.told(events) == folded.as_json(result), "a listener knows as much"
    return Told(result, events)


def misfits(told: Told, world: World, job_id: str) -> list[str]:
    """Where answer and exit code differ from the carrier's records."""
    result, found = told.result, []
    known = {item["tracking_number"]: item["cost_cents"] for item in result["tracking"]}
    doubtful = {item["reference"] for item in result["in_doubt"]}
    made = {label.tracking_number: label for label in world.carrier.open_labels()}
    found += [f"{number} was made and is not told" for number, label in made.items()
              if number not in known and label.reference not in doubtful]  # fmt: skip
    found += [f"{number} is told and was not made" for number in known if number not in made]
    if result["spent_cents"] != sum(known.values()):
        found.append(f"spent {result['spent_cents']}, told {sum(known.values())}")
    if result["job_id"] != job_id:
        found.append(f"the batch is {job_id}, told is {result['job_id']}")
    if sum(result["rows"].values()) != len(ROWS) or len(result["in_doubt"]) != result["rows"]["in_doubt"]:
        found.append(f"rows {result['rows']}, in doubt {result['in_doubt']}")
    if result["rows"]["in_doubt"] and told.code != Exit.IN_DOUBT:
        found.append(f"something is in doubt, the exit code is {told.code}")
    if told.code == Exit.DONE and result["rows"]["completed"] != len(ROWS):
        found.append("exit code 0, and not all is done")
    return found + [f"{key} is missing" for key in KEYS - set(result)]


Fault = Callable[[BatchService, World, pytest.MonkeyPatch], None]


def at_request(number: int, act: Callable[[], str | None]) -> Callable[[str], str | None]:
    """The carrier's fault function: `act` at the n-th request, and what it answers is the fault."""
    count = iter(range(1, 1000))
    return lambda _reference: act() if next(count) == number else None


def disk_full_at_the_answer(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    world.carrier.faults = at_request(3, lambda: fill(world.ledger_place))


def disk_full_at_the_intent(service: BatchService, world: World, patch: pytest.MonkeyPatch) -> None:
    record = Run._notify_completed

    async def told_completed(self: Run, step: Any) -> None:
        await record(self, step)
        if len(world.carrier.records) == 2:
            fill(world.ledger_place)

    patch.setattr(Run, "_notify_completed", told_completed)


def ledger_gone_for_good(service: BatchService, world: World, patch: pytest.MonkeyPatch) -> None:
    """It can be neither written nor read any more."""

    def act() -> None:
        fill(world.ledger_place)

        def unreadable(*_: Any, **__: Any) -> Any:
            raise error(LEDGER_TROUBLE, path=world.ledger_place, reason="disk I/O error")

        patch.setattr(service.ledger, "read", unreadable)

    world.carrier.faults = at_request(3, act)


def answer_lost_without_a_label(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    world.carrier.faults = at_request(3, lambda: "lost_before")


def ups_server_dies_with_a_label(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    world.carrier.faults = at_request(3, lambda: "lost_after")


def ups_server_does_not_start(service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "service_list":
            raise ShipchatError("E-4101", "The ups server did not start.", "")
        return await world.carrier(tool, arguments)

    service.ups = ups


def data_server_dies(service: BatchService, _world: World, _patch: pytest.MonkeyPatch) -> None:
    async def data(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        raise ShipchatError("E-4102", "The data server stopped.", "")

    service.data = data


def nobody_expected_it(_service: BatchService, world: World, patch: pytest.MonkeyPatch) -> None:
    def broken(_self: Run, _step: Any) -> None:
        if len(world.carrier.records) == 2:
            raise RuntimeError("a bug")

    patch.setattr(Run, "_check_charge", broken)


def end_cannot_be_read(service: BatchService, world: World, patch: pytest.MonkeyPatch) -> None:
    """All labels are made and recorded; then the ledger cannot be read."""

    class Watcher:
        def on_batch_completed(self, *_: Any, **__: Any) -> None:
            def unreadable(*_: Any, **__: Any) -> Any:
                raise error(LEDGER_TROUBLE, path=world.ledger_place, reason="disk I/O error")

            patch.setattr(service.ledger, "read", unreadable)

    service.add_observer(Watcher())


def end_cannot_be_recorded(service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    """All labels are made and recorded; then the disk is full."""

    class Watcher:
        def on_row_completed(self, *_: Any, **__: Any) -> None:
            if len(world.carrier.records) == len(ROWS):
                fill(world.ledger_place)

    service.add_observer(Watcher())


def guard_cannot_be_written(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    (path_of(seat(world.settings)).parent / f"ledger-head.{os.getpid()}.new").mkdir(parents=True)


def one_row_refused(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    world.carrier.faults = at_request(3, lambda: "refused")


def dear(_service: BatchService, world: World, _patch: pytest.MonkeyPatch) -> None:
    world.carrier.faults = at_request(5, lambda: "dear")


FAULTS: list[tuple[Fault, str, Exit]] = [
    (disk_full_at_the_answer, "failed", Exit.IN_DOUBT),
    (disk_full_at_the_intent, "failed", Exit.IN_DOUBT),
    (ledger_gone_for_good, "failed", Exit.IN_DOUBT),
    (answer_lost_without_a_label, "failed", Exit.IN_DOUBT),
    (ups_server_dies_with_a_label, "failed", Exit.IN_DOUBT),
    (ups_server_does_not_start, "failed", Exit.ERROR),
    (data_server_dies, "completed_with_warnings", Exit.WITH_WARNINGS),
    (nobody_expected_it, "failed", Exit.ERROR),
    (end_cannot_be_read, "completed_with_warnings", Exit.WITH_WARNINGS),
    (end_cannot_be_recorded, "completed_with_warnings", Exit.WITH_WARNINGS),
    (guard_cannot_be_written, "failed", Exit.ERROR),
    (one_row_refused, "failed", Exit.ROWS_FAILED),
    (dear, "completed_with_warnings", Exit.WITH_WARNINGS),
]


@pytest.mark.parametrize(
    "verb", ["execute", *(pytest.param(verb, marks=pytest.mark.slow) for verb in ("resume", "retry"))]
)
@pytest.mark.parametrize(("fault", "status", "code"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
async def test_the_answer_says_what_was_bought(
    service: BatchService,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    status: str,
    code: Exit,
    verb: str,
) -> None:
    job_id = await approved(service, world, plan_of(ROWS))
    if verb == "retry":
        world.carrier.faults = lambda _reference: "refused"
        await service.execute(job_id, concurrency=1, on_error="continue")
        world.carrier.faults = lambda _reference: None
        await approved(service, world, replace(plan_of(ROWS), amends_job_id=job_id))
    fault(service, world, monkeypatch)
    said = await told(service, job_id, verb)
    empty(world.ledger_place)
    assert misfits(said, world, job_id) == []
    if (fault, verb) == (ups_server_does_not_start, "resume"):
        status = "refused"  # approved earlier, and nothing began
    assert (said.result["status"], said.code) == (status, code), said.result


async def test_ctrl_c_ends_with_what_was_bought(service: BatchService, world: World) -> None:
    """The answer of the row at UPS is waited for and told; the rest waits."""
    job_id = await approved(service, world, plan_of(ROWS))
    events: list[Event] = []
    state = SessionState.new(service.settings, events.append, None, service)  # type: ignore[arg-type]
    running = asyncio.create_task(run_batch(state, job_id, service.execute(job_id, concurrency=1), approved_now=True))
    world.carrier.faults = at_request(3, lambda: running.cancel() and None)
    with pytest.raises(asyncio.CancelledError):
        await running
    said = Told(state.result.as_dict(), events)
    assert misfits(said, world, job_id) == []
    assert (said.result["status"], said.result["rows"]["completed"], said.result["error"]) == ("paused", 3, None)


async def test_ctrl_c_while_the_approval_is_written_names_the_batch(service: BatchService, world: World) -> None:
    """The yes was given: the batch holds its rows, and whoever stopped it must know."""
    plan, locked, go_on = plan_of(ROWS), asyncio.Event(), asyncio.Event()

    async def data(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        locked.set()
        await go_on.wait()
        return {"locked": True}

    service.data = data
    state = SessionState.new(service.settings, lambda _event: None, None, service)  # type: ignore[arg-type]
    approving = asyncio.create_task(store_approval(state, plan, yes(plan)))
    await locked.wait()
    approving.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await approving
    state.emit(TurnStopped())
    (job,) = service.unsettled()
    result = state.result.as_dict()
    assert (result["status"], result["job_id"], result["rows"]["pending"]) == ("paused", job.job_id, len(ROWS))


@pytest.mark.ledger_file
async def test_what_is_refused_before_anything_begins_names_the_batch_all_the_same(
    service: BatchService, world: World
) -> None:
    """Another window holds the ledger: a refusal, and still the rows in doubt are told by the exit code."""
    job_id = await approved(service, world, plan_of(ROWS))
    world.carrier.faults = at_request(3, lambda: "lost_after")
    await told(service, job_id, "execute")
    with lease(world.ledger_place):
        said = await told(service, job_id, "resume")
    assert misfits(said, world, job_id) == []
    assert (said.result["status"], said.result["error"]["code"], said.code) == ("refused", "E-4204", Exit.IN_DOUBT)


async def test_a_row_that_could_not_be_recorded_is_told_with_its_number(service: BatchService, world: World) -> None:
    job_id = await approved(service, world, plan_of(ROWS))
    world.carrier.faults = at_request(3, lambda: fill(world.ledger_place))
    said = await told(service, job_id, "execute")
    empty(world.ledger_place)
    (doubt,) = said.result["in_doubt"]
    assert world.carrier.records[2].tracking_number in doubt["reason"]
    assert [event.reference for event in said.events if isinstance(event, RowInDoubt)] == [doubt["reference"]]


async def test_a_charge_above_its_quote_stays_a_warning(service: BatchService, world: World) -> None:
    """It is a fact of the batch: neither a resume nor a write-back makes it simply done."""
    job_id = await approved(service, world, plan_of(ROWS))
    dear(service, world, pytest.MonkeyPatch())
    await told(service, job_id, "execute")
    again = await told(service, job_id, "resume")
    assert (again.result["status"], again.code) == ("completed_with_warnings", Exit.WITH_WARNINGS)
    assert [line for line in again.result["warnings"] if line.startswith("E-4219: Row 6 cost $50.00")]
    await service.writeback(job_id)
    assert service.outcome(job_id).status == "completed_with_warnings"
    assert service.outcome(job_id).warnings == again.result["warnings"]


def test_a_log_that_cannot_be_written_hides_nothing(tmp_path: Path) -> None:
    """A full disk is what broke, as a rule."""
    (tmp_path / "logs").write_text("not a folder")
    told = unexpected(tmp_path, RuntimeError("a bug"))
    assert told.code == "E-4105"
    assert "RuntimeError: a bug" in told.message
