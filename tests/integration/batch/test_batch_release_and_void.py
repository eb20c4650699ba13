"""Releases and voids of several rows say what became of each, whatever goes wrong in between."""

import asyncio
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection

from agent.batch.executor import transitions
from agent.batch.recovery import recovery
from agent.batch.service import BatchService
from agent.chat.batch_turn import tell_voided
from agent.chat.state import SessionState
from agent.cli import jobs
from agent.errors import ShipchatError
from tests.faults.judge import judge
from tests.faults.world import World, payload_of, plan_of, run
from tests.integration.batch.batch_steps import approved, shipped
from tests.ledgers import empty, fill

ROWS = ["A1", "A2", "A3", "A4"]
Command = Callable[..., Result]


@pytest.fixture
def command(service: BatchService, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`jobs VERB ...` over this world's service instead of real servers."""

    async def working(work: Any) -> Any:
        return await work(service)

    monkeypatch.setattr(jobs, "_with_batches", lambda work: asyncio.run(working(work)))
    return lambda *words: CliRunner().invoke(jobs.jobs, list(words))


def in_doubt(service: BatchService, world: World) -> str:
    """Sheet rows 2 to 5 are in doubt; UPS has a label for row 3, a void one for row 4, and cannot be asked for row 5."""
    job_id: str = run(approved(service, world, plan_of(ROWS)))
    references = []

    def suspect(connection: Connection) -> None:
        found = connection.exec_driver_sql("SELECT id, reference FROM shipments ORDER BY id").all()
        for shipment_id, reference in found:
            references.append(reference)
            transitions.suspected(connection, job_id, shipment_id, "E-4220", "the answer was lost")

    service.ledger.write(suspect)
    world.carrier.spool[references[1]] = world.carrier._make(references[1], payload_of("A2"), 1000, label=True)
    world.carrier.spool[references[2]] = world.carrier._make(references[2], payload_of("A3"), 1000, label=True)
    world.carrier.records[1].voided = True

    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "shipping_find" and arguments["reference"] == references[3]:
            raise ConnectionResetError("no connection")
        return await world.carrier(tool, arguments)

    service.ups = ups
    return job_id


def test_a_release_says_what_became_of_each_row(service: BatchService, world: World, command: Command) -> None:
    job_id = in_doubt(service, world)
    done = command("release", job_id, "--yes", "--now")
    assert done.exit_code == 6, "row 5 is still in doubt"
    assert done.stdout.splitlines() == [
        "released: row 2",
        "found at UPS and recorded, not released: row 3",
        "void at UPS, not released: row 4",
    ]
    assert kept_of(done) == [(5, "E-4215")]
    outcome = service.outcome(job_id)
    assert outcome.rows == {"completed": 1, "failed": 0, "in_doubt": 1, "pending": 1, "skipped": 1}
    service.ups = world.carrier
    assert command("release", job_id, "--yes", "--now").exit_code == 0


def test_a_release_that_is_too_early_names_each_row(service: BatchService, world: World, command: Command) -> None:
    world.settings.release_wait_s = 600
    job_id = in_doubt(service, world)
    done = command("release", job_id, "--yes")
    assert (done.exit_code, done.stdout) == (1, "released: nothing\n"), "refused as a whole"
    assert kept_of(done) == [(row, "E-4214") for row in (2, 3, 4, 5)]


def kept_of(done: Result) -> list[tuple[int, str]]:
    """(row, code) of each line that says why a row is still in doubt."""
    found = re.findall(r"^still in doubt: row (\d+): (E-\d+): ", done.stderr, re.MULTILINE)
    return [(int(row), code) for row, code in found]


@pytest.mark.parametrize("verb", ["release", "void"])
def test_ctrl_c_between_two_rows_tells_both_sides(
    service: BatchService, world: World, command: Command, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    job_id = in_doubt(service, world) if verb == "release" else bought(service, world)
    call = service.ups

    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        signal.raise_signal(signal.SIGINT)
        return await call(tool, arguments)

    service.ups = ups
    done = command(verb, job_id, "--yes", *(["--now"] if verb == "release" else []))
    if verb == "release":
        assert (done.exit_code, done.stdout) == (6, "released: row 2\n")
        assert "not looked at: row 3, row 4, row 5" in done.stderr
    else:
        assert (done.exit_code, done.stdout) == (130, "void: row 2\n")
        assert "the labels are good: row 3, row 4, row 5" in done.stderr
        assert [label.order for label in world.carrier.open_labels()] == ["A2", "A3", "A4"]


def test_a_disk_that_fills_up_during_a_release_hides_no_row(
    service: BatchService, world: World, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = in_doubt(service, world)
    look_up, asked = recovery.ask_ups, []

    async def full_at_the_third_look(*arguments: Any) -> Any:
        asked.append(1)
        if len(asked) == 3:
            fill(world.ledger_place)
        return await look_up(*arguments)

    monkeypatch.setattr(recovery, "ask_ups", full_at_the_third_look)
    done = command("release", job_id, "--yes", "--now")
    empty(world.ledger_place)
    assert done.exit_code == 6
    assert "released: row 2" in done.stdout
    assert kept_of(done) == [(3, "E-4203"), (4, "E-4203"), (5, "E-4215")], done.stderr
    assert service.outcome(job_id).rows["pending"] == 1


def void_answers(service: BatchService, world: World, *answers: "dict[str, Any] | Callable[[], Any] | None") -> None:
    """What UPS says to the n-th void; None = what it says as a rule."""
    left = iter(answers)

    async def ups(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = next(left, None) if tool == "shipping_void" else None
        if callable(answer):
            answer = answer()
        return answer if answer is not None else await world.carrier(tool, arguments)

    service.ups = ups


REFUSED = {"isError": True, "code": "E-3001", "message": "too late", "outcome": "not_done", "ups_code": "190101"}
UNSURE = {"isError": True, "code": "E-3105", "message": "no answer", "outcome": "unknown"}


def bought(service: BatchService, world: World) -> str:
    job_id, _result = run(shipped(service, world, plan_of(ROWS)))
    return str(job_id)


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ((), 0, "void: row 2, row 3, row 4, row 5"),
        ((None, REFUSED), 5, "void: row 2, row 4, row 5"),
        ((None, UNSURE), 6, "void: row 2, row 4, row 5"),
        ((UNSURE, REFUSED), 6, "void: row 4, row 5"),
    ],
)
def test_a_void_says_what_became_of_each_row(
    service: BatchService, world: World, command: Command, answers: Any, code: int, said: str
) -> None:
    job_id = bought(service, world)
    void_answers(service, world, *answers)
    done = command("void", job_id, "--yes")
    assert (done.exit_code, done.stdout.strip()) == (code, said), done.stderr
    open_rows = {label.order for label in world.carrier.open_labels()}
    assert open_rows == {f"A{row - 1}" for row in (2, 3, 4, 5) if f"row {row}" not in said}
    assert ("not known: row" in done.stderr) == (UNSURE in answers)
    assert ("the labels are good: row 3" in done.stderr) == (REFUSED in answers)


def test_a_disk_that_fills_up_during_voids_hides_no_row(service: BatchService, world: World, command: Command) -> None:
    job_id = bought(service, world)
    void_answers(service, world, None, lambda: fill(world.ledger_place))
    done = command("void", job_id, "--yes")
    empty(world.ledger_place)
    assert done.exit_code == 6, "UPS voided row 3, and the ledger does not know"
    assert done.stdout.strip() == "void: row 2"
    assert "not known: row 3." in done.stderr
    assert "the labels are good: row 4, row 5" in done.stderr
    assert "E-4203" in done.stderr
    service.ups = world.carrier
    assert command("void", job_id, "--yes").exit_code == 0
    assert judge(world) == []


async def test_a_void_in_the_chat_that_breaks_off_tells_which_labels_stand(service: BatchService, world: World) -> None:
    job_id, _result = await shipped(service, world, plan_of(ROWS))
    void_answers(service, world, None, lambda: fill(world.ledger_place))
    state = SessionState.new(service.settings, lambda _event: None, None, service)  # type: ignore[arg-type]
    with pytest.raises(ShipchatError) as refusal:
        await service.void(job_id, [2, 3, 4, 5])
    tell_voided(state, job_id, [2, 3, 4, 5], None)
    state.result.refuse(refusal.value)
    empty(world.ledger_place)
    told = state.result.as_dict()
    assert (told["status"], told["job_id"], told["error"]["code"]) == ("failed", job_id, "E-4203")
    assert (told["rows"]["completed"], told["rows"]["in_doubt"], told["rows"]["skipped"]) == (2, 1, 1)
