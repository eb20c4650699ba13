"""What a process asks UPS besides labels keeps the pace of all stations, and tells them what UPS said."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agent.ledger import database, pace
from agent.ledger.ups_pace import MOST_ASKS, UpsPace
from tests import ledgers
from tests.ledgers import asked

pytestmark = pytest.mark.slow
ACCOUNT = "simulator:SIMSIM"
TOOLS = ("rating_quote", "transit_times", "shipping_void", "address_validate", "track_package", "label_recover")


class Ups:
    """Stations at one UPS account; time passes only where somebody waits."""

    def __init__(self, url: str) -> None:
        self.now = 1000.0
        self.url = url
        self.at: list[tuple[str, float]] = []
        self.refusals: list[dict[str, Any]] = []
        self._stations: list[UpsPace] = []

    def station(self, per_second: float | None) -> UpsPace:
        made = UpsPace(self.url, ACCOUNT, per_second, now=lambda: self.now, sleep=self.sleep)
        self._stations.append(made)
        return made

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def __call__(self, tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        self.at.append((tool, self.now))
        return self.refusals.pop(0) if self.refusals else {"answer": tool}

    def label(self) -> float:
        """When a label request that is asked for now would leave."""
        engine = database.engine_of(self.url, "write")
        with engine.begin() as connection:
            wait_s = pace.reserve(connection, ACCOUNT, 2.0, now=self.now)
        engine.dispose()
        return self.now + wait_s

    def close(self) -> None:
        for one in self._stations:
            one.close()


@pytest.fixture
async def ups(tmp_path: Any) -> AsyncIterator[Ups]:
    made = Ups(str(ledgers.new_ledger(tmp_path, ledgers.empty_database())))
    yield made
    made.close()


def too_many(wait_s: float, **more: Any) -> dict[str, Any]:
    refusal = {"isError": True, "code": "E-3004", "message": "UPS asks for fewer requests.", "http_status": 429}
    return refusal | {"retryable": True, "retry_after_s": wait_s} | more


async def test_every_tool_but_the_label_has_a_place_of_its_own(ups: Ups) -> None:
    north, south = ups.station(2.0), ups.station(2.0)
    for tool in TOOLS:
        assert await north.call(ups, tool, {}) == {"answer": tool}
        await south.call(ups, tool, {})
    assert [at for _tool, at in ups.at] == pytest.approx([1000.0 + n / 2 for n in range(2 * len(TOOLS))])
    before = ups.now
    await north.call(ups, "service_list", {})
    await north.call(ups, "shipping_create", {})
    assert ups.now == before, "the one never reaches UPS, the other has its place already"


async def test_a_look_up_that_asks_twice_has_two_places(ups: Ups) -> None:
    station = ups.station(2.0)
    await station.call(ups, "shipping_find", {})
    await station.call(ups, "rating_quote", {})
    assert [at for _tool, at in ups.at] == pytest.approx([1000.0, 1001.0])


async def test_who_asks_for_many_prices_stands_in_the_row_once(ups: Ups) -> None:
    """So a label of another station waits for one of them at most, not for all."""
    engine, waiting = asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await engine.wait()
        await ups.sleep(seconds)

    rater = UpsPace(ups.url, ACCOUNT, 2.0, now=lambda: ups.now, sleep=sleep)
    asks = [asyncio.create_task(rater.call(ups, "rating_quote", {})) for _ in range(8)]
    await waiting.wait()
    assert ups.label() == pytest.approx(1001.0), "one price was asked, one stands in the row, then comes the label"
    engine.set()
    await asyncio.gather(*asks)
    rater.close()
    assert len(ups.at) == 8


async def test_without_a_pace_nothing_is_reserved_and_nobody_waits(ups: Ups) -> None:
    station = ups.station(None)
    for tool in TOOLS:
        await station.call(ups, tool, {})
    assert {at for _tool, at in ups.at} == {1000.0}
    assert asked(ups.url, "SELECT count(*) FROM pace")[0][0] == 0


@pytest.mark.parametrize("per_second", [None, 2.0])
async def test_a_429_to_any_request_holds_all_stations_back(ups: Ups, per_second: float | None) -> None:
    north, south = ups.station(per_second), ups.station(per_second)
    ups.refusals = [too_many(20.0)]
    assert await north.call(ups, "address_validate", {}) == {"answer": "address_validate"}
    assert [at for _tool, at in ups.at] == pytest.approx([1000.0, 1020.0]), "asked again when UPS takes it"
    ups.now = 1005.0
    assert ups.label() >= 1020.0
    await south.call(ups, "rating_quote", {})
    assert ups.at[-1][1] >= 1020.0


async def test_a_429_that_comes_while_others_wait_for_their_place_holds_them_too(ups: Ups) -> None:
    north, south = ups.station(0.1), ups.station(0.1)
    await north.call(ups, "rating_quote", {})
    wait = ups.sleep

    async def told_meanwhile(seconds: float) -> None:
        south._sleep = wait
        engine = database.engine_of(ups.url, "write")
        with engine.begin() as connection:
            pace.hold_back(connection, ACCOUNT, 25.0, now=ups.now)
        engine.dispose()
        await wait(seconds)

    south._sleep = told_meanwhile
    await south.call(ups, "rating_quote", {})
    assert ups.at[-1][1] == pytest.approx(1025.0)


async def test_a_time_that_nobody_waits_for_is_told_and_not_asked_again(ups: Ups) -> None:
    north, south = ups.station(None), ups.station(None)
    ups.refusals = [too_many(600.0)]
    assert (await north.call(ups, "rating_quote", {}))["code"] == "E-3004"
    reply = await south.call(ups, "shipping_void", {})
    assert (reply["code"], reply["outcome"], reply["retry_after_s"]) == ("E-4255", "not_done", pytest.approx(600.0))
    assert [tool for tool, _at in ups.at] == ["rating_quote"]


async def test_it_is_asked_again_only_so_often_and_only_where_nothing_can_have_run(ups: Ups) -> None:
    station = ups.station(None)
    ups.refusals = [too_many(1.0) for _ in range(MOST_ASKS)]
    assert (await station.call(ups, "rating_quote", {}))["code"] == "E-3004"
    assert len(ups.at) == MOST_ASKS
    ups.refusals = [too_many(1.0, may_have_run=True)]
    assert (await station.call(ups, "pickup_schedule", {}))["code"] == "E-3004"
    assert len(ups.at) == MOST_ASKS + 1


async def test_a_database_that_is_away_keeps_no_price_back(ups: Ups) -> None:
    ups.url = ups.url.rpartition("/")[0] + "/nowhere"
    station = ups.station(1.0)
    for _ in range(2):
        assert await station.call(ups, "rating_quote", {}) == {"answer": "rating_quote"}
