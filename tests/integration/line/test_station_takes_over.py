"""Two stations, each with a home of its own, one ledger on PostgreSQL and one sheet: what one of them began when it
died, the other one ends."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests import ledgers
from tests.integration.line.shop import Shop
from tests.integration.line.test_kill import NAMES, answer_while_frozen, hold_after_booking, kill_all, spooled
from tests.postgres_server import cluster

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@dataclass(frozen=True)
class Station(Shop):
    """One at the folder of the sheet; `files` is where it keeps UPS's answers and labels."""

    name: str
    ledger: str
    shared: bool

    @property
    def files(self) -> Path:
        return self.folder / ("shared" if self.shared else self.name)

    @property
    def environment(self) -> dict[str, str]:
        own = {"SHIPCHAT_HOME": str(self.folder / self.name), "SHIPCHAT_STATE": str(self.folder / f"{self.name}-state")}
        own |= {"SHIPCHAT_LEDGER": self.ledger, "SHIPCHAT_STATION": self.name}
        return super().environment | own | ({"SHIPCHAT_SHARED_FOLDER": str(self.files)} if self.shared else {})

    def result(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--output-format", "json")
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def stations(shop: Shop) -> Callable[[bool], tuple[Station, Station]]:
    def made(shared: bool) -> tuple[Station, Station]:
        north = Station(shop.folder, shop.simulator, "north", cluster().new_database(), shared)
        (shop.folder / "shared").mkdir()
        return north, replace(north, name="south")

    return made


def look_ups(shop: Shop) -> int:
    """How many look-ups UPS has had."""
    told = shop.simulator.pages.get("/simulator/events?after=0").json()["events"]
    return sum(event["stage"] == "received" and event["operation"] in ("recover", "track") for event in told)


WAITING = 2
"""Rows that had not been sent: whoever did not approve them asks UPS for each before it sends it, in two ways."""


@pytest.mark.parametrize("shared", [True, False], ids=["shared folder", "folders of their own"])
def test_an_answer_that_a_dead_station_had_is_found_by_another(
    stations: Callable[[bool], tuple[Station, Station]], shared: bool
) -> None:
    north, south = stations(shared)
    process = hold_after_booking(north, 1)
    answer_while_frozen(north, process, 1)
    (bought,) = north.simulator.records()
    assert list(spooled(north).values()) == ["done"], "its server has the answer"
    kill_all(process)
    assert [row[0] for row in ledgers.asked(south.ledger, "SELECT state FROM shipments ORDER BY id")] == [
        "submitting", "pending", "pending",
    ]  # fmt: skip

    (job,) = json.loads(south.run("jobs", "list", "--json").stdout)
    result = south.result("jobs", "resume", str(job["id"]))
    assert result["status"] == "completed", result
    assert sorted(label["ship_to"]["name"] for label in south.simulator.records()) == sorted(NAMES)
    found = {item["tracking_number"]: Path(item["label_path"]) for item in result["tracking"]}
    assert bought["tracking_number"].encode() in found[bought["tracking_number"]].read_bytes()
    assert all(path.is_relative_to(south.files) for path in found.values())
    assert all(number in south.sheet.read_text() for number in found), "the sheet is served by the station that lives"
    assert (look_ups(south) > 2 * WAITING) is not shared, "who can read the answer need not ask UPS for it"
