"""A dump of a shared ledger is restored: no station buys again what was bought after the dump."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.batch.service import BatchService
from tests.faults.world import World, new_world, plan_of, run, yes
from tests.ledgers import asked
from tests.postgres_server import Cluster, cluster

pytestmark = pytest.mark.slow

STATIONS = pytest.mark.parametrize("seen", [True, False], ids=["a station that saw it", "a station that is new to it"])


@pytest.fixture
def station(tmp_path: Path) -> World:
    made = new_world(tmp_path / "first")
    use(made, cluster().new_database())
    return made


def use(world: World, url: str) -> None:
    world.settings = world.settings.model_copy(update={"ledger": url})
    world.carrier.ledger_place = url


def at(world: World, folder: Path, *, seen: bool) -> World:
    """The same station, or another one with a home and a memory of its own; UPS and the sheet are the same."""
    if seen:
        return world
    folder.mkdir()
    there = world.settings.model_copy(update={"home": folder, "state": folder / "state"})
    return replace(world, folder=folder, settings=there)


def approved(world: World, orders: list[str], first_row: int) -> str:
    plan = plan_of(orders, row_numbers=list(range(first_row, first_row + len(orders))))
    world.plans.append(plan)
    return str(run(world.live(lambda service: service.approve(plan, yes(plan)))))


def executed(world: World, job_id: str) -> Any:
    return run(world.live(lambda service: service.execute(job_id)))


def restored(server: Cluster, url: str, dump: Path) -> str:
    """As docs/scale.md says: into a new database."""
    new = server.new_database()
    subprocess.run([server.binaries / "pg_restore", "--exit-on-error", f"--dbname={new}", dump], check=True)
    return new


@STATIONS
def test_what_was_bought_after_the_dump_is_not_bought_again(station: World, tmp_path: Path, seen: bool) -> None:
    url, server, dump = str(station.settings.ledger), cluster(), tmp_path / "dump"
    executed(station, approved(station, ["A1"], 1))
    waiting = approved(station, ["B1", "B2"], 11)
    subprocess.run([server.binaries / "pg_dump", "--format=custom", f"--file={dump}", url], check=True)
    executed(station, waiting)
    executed(station, approved(station, ["C1"], 21))
    bought = sorted(label.order for label in station.carrier.records)
    assert bought == ["A1", "B1", "B2", "C1"]

    new = restored(server, url, dump)
    station.carrier.spool.clear()
    here = at(station, tmp_path / "second", seen=seen)
    use(here, new)
    result = executed(here, waiting)
    assert result.successful_rows == 2, "found at UPS by their references"
    again = approved(here, ["C1", "D1"], 31)
    executed(here, again)
    assert sorted(label.order for label in here.carrier.records) == [*bought, "D1"], "only what nobody had bought"
    outcome = run(here.live(lambda service: _outcome(service, again)))
    assert "order C1" in outcome.in_doubt[0]["reason"]
    events = [row[0] for row in asked(new, "SELECT event FROM audit")]
    assert events.count("restored") == 1


@STATIONS
def test_a_ledger_that_was_not_restored_is_not_taken_for_one(station: World, tmp_path: Path, seen: bool) -> None:
    """The same steps without the dump: so the test above is about the dump."""
    waiting = approved(station, ["B1", "B2"], 11)
    executed(station, approved(station, ["A1"], 1))
    here = at(station, tmp_path / "second", seen=seen)
    assert executed(here, waiting).successful_rows == 2
    assert "restored" not in [row[0] for row in asked(str(here.settings.ledger), "SELECT event FROM audit")]


async def _outcome(service: BatchService, job_id: str) -> Any:
    return service.outcome(job_id)
