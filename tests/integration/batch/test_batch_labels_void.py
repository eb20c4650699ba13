"""A label file on disk is no reason to print: only labels that are good go to a printer or into a merged file."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent.batch.service import BatchService
from agent.cli.labels import labels
from agent.labels.printed import note_printing
from agent.labels.stored import GOOD, labels_of
from tests.faults.world import World, plan_of, run
from tests.integration.batch.batch_steps import shipped
from tests.numbers import practice_number

Command = Callable[..., Result]


@pytest.fixture
def job(service: BatchService, world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sheet rows 2 to 4 are bought; row 3 is void, its file still there."""
    monkeypatch.setenv("SHIPCHAT_HOME", str(world.folder))
    monkeypatch.chdir(world.folder)
    job_id, _result = run(shipped(service, world, plan_of(["A1", "A2", "A3"])))
    run(service.void(job_id, [3]))
    assert all(path.is_file() for path in world.folder.glob("labels/*.zpl"))
    return str(job_id)


def numbers(job: str) -> list[int]:
    """Which of the three labels are in the merged file."""
    merged = Path(f"labels-{job}.zpl").read_text()
    return [number for number in (1, 2, 3) if practice_number(number) in merged]


@pytest.mark.parametrize(
    ("words", "code", "merged"),
    [
        ((), 0, [1, 3]),
        (("--rows", "2-3"), 5, [1]),
        (("--rows", "2,4"), 0, [1, 3]),
        (("--include-void",), 0, [1, 2, 3]),
    ],
)
def test_a_void_label_is_left_out_and_said_so(job: str, words: tuple[str, ...], code: int, merged: list[int]) -> None:
    done = CliRunner().invoke(labels, [job, *words])
    assert (done.exit_code, numbers(job)) == (code, merged), done.stderr
    left_out = 2 not in merged and "2,4" not in words
    assert ("no label for rows that are voided: rows 3" in done.stderr) == left_out


def test_a_void_label_alone_is_nothing_to_print(job: str) -> None:
    done = CliRunner().invoke(labels, [job, "--rows", "3"])
    assert getattr(done.exception, "code", "") == "E-4306"


@pytest.mark.parametrize(
    "state", ["submitting", "in_doubt", "failed", "closed", "voiding", "voided", "created", "released"]
)
def test_the_file_of_a_row_that_is_not_completed_is_never_printed(service: BatchService, job: str, state: str) -> None:
    """Whatever an earlier attempt left on disk and in the ledger."""
    change = f"UPDATE shipments SET state = '{state}' WHERE identity = 'simulator:order:A3'"
    service.ledger.write(lambda c: c.exec_driver_sql(change))
    found = service.ledger.read(labels_of, job, None)
    assert [label.sheet_row for label in found] == [2]


def test_a_label_that_is_voided_while_the_print_is_prepared_is_not_printed(service: BatchService, job: str) -> None:
    read = service.ledger.read(labels_of, job, None)
    asyncio.run(service.void(job, [4]))
    noted = service.ledger.write(note_printing, job, read, "Zebra", reprint=True, states=GOOD)
    assert [label.sheet_row for label in noted] == [2]
