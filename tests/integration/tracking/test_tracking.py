"""`jobs track` and the same question in the chat: real servers, the practice UPS, the ledger."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.process_shop import ProcessShop, process_shop

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ProcessShop]:
    with process_shop(tmp_path, latency_ms=0) as made:
        made.run(*made.sentence())
        yield made


def states(shop: ProcessShop, *arguments: str) -> list[tuple[int, str, bool]]:
    found: list[dict[str, Any]] = json.loads(shop.shop.run("jobs", "track", "--json", *arguments).stdout)
    return [(one["sheet_row"], one["state"], one["late"]) for one in found]


def asked(shop: ProcessShop) -> int:
    return sum(event["operation"] == "track" for event in shop.events())


def test_parcels_are_followed_until_they_arrive(shop: ProcessShop) -> None:
    rows = sorted(row for row, _state, _late in states(shop))
    assert {state for _row, state, _late in states(shop, "last")} == {"label"}
    assert len(rows) == len(shop.records())

    shop.fault("scan=exception@track:1")
    (first, *others) = states(shop)
    assert first[1] == "trouble"
    assert {state for _row, state, _late in others} == {"label"}
    assert states(shop, "--show", "trouble") == [], "the next look is a new one"

    shop.fault("scan=delivered@track")
    assert {state for _row, state, _late in states(shop)} == {"delivered"}
    shop.faults_off()
    before = asked(shop)
    assert len(states(shop, "--show", "delivered")) == len(rows), "it is kept"
    assert asked(shop) == before, "what arrived is not asked for again"


def test_a_day_that_passed_is_late_and_the_export_is_a_new_file(shop: ProcessShop) -> None:
    later = {"SHIPCHAT_TODAY": (date.today() + timedelta(days=12)).isoformat()}  # noqa: DTZ011 - this machine's day
    shop.fault("scan=on-the-way@track")
    told = shop.shop.run("jobs", "track", "--export", "parcels.csv", **later)
    assert told.returncode == 0
    count = len(shop.records())
    assert told.stdout.startswith(f"{count} parcels: {count} on the way; {count} late.")
    with (shop.shop.folder / "parcels.csv").open(newline="") as file:
        assert {row["late"] for row in csv.DictReader(file)} == {"True"}
    again = shop.shop.run("jobs", "track", "--export", "parcels.csv", **later)
    assert (again.returncode, "E-4238" in again.stderr) == (1, True)


def test_ups_refusals_are_told_with_what_was_known_before(shop: ProcessShop) -> None:
    shop.fault("scan=on-the-way@track")
    assert {state for _row, state, _late in states(shop)} == {"on_the_way"}
    shop.faults_off()
    shop.fault("wrong-credentials@any")
    shop.fault("token-expired@any")
    told = shop.shop.run("jobs", "track", "--json")
    assert told.returncode == 5
    assert {one["state"] for one in json.loads(told.stdout)} == {"on_the_way"}
    assert "UPS did not tell of" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_chat_answers_where_the_parcels_are(shop: ProcessShop) -> None:
    answer = shop.run("-p", "Where are my packages?", "--output-format", "json")
    count = len(shop.records())
    assert answer["text"] == f"{count} parcels: {count} not handed over yet."
    assert answer["status"] == "answer"
    assert shop.run("-p", "what is late?", "--output-format", "json")["text"] == "Nothing of the last 14 days is late."
    assert shop.judged() == [], "a look changes nothing"
