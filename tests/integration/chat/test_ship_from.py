"""Two ship-from places in one batch: prices, preview and labels start at each row's own; an unknown one is refused."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.settings import Settings
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
ROWS = (
    "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,3,Reno",
    "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,3,",
)
RENO = {"lines": ["5 Dock Rd"], "city": "Reno", "state": "NV", "postal_code": "89502"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    places: Any = {"reno": {"address": RENO}}
    return Settings(home=tmp_path / "home", model="offline", today="2026-11-20", concurrency=1, ship_from=places)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(f"{HEADER.strip()},Warehouse\n" + "\n".join(ROWS) + "\n")
    return path


def previewed(heard: list[Any]) -> PreviewReady:
    return [event for event in heard if isinstance(event, PreviewReady)][-1]


async def test_each_row_starts_at_its_own_place(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(sheet)
    await session.send("Ship all orders via Ground")
    near, far = previewed(heard).lines
    assert (near.way, far.way) == ("UPS Ground, from reno", "UPS Ground, from the shipper")
    assert near.cost_cents is not None
    assert far.cost_cents is not None
    assert near.cost_cents < far.cost_cents, "Reno is nearer to California than Maryland"
    detail = session.shipment_detail(previewed(heard).digest, near.row_number)
    assert detail is not None
    assert detail.payload["ship_from"]["address"]["city"] == "Reno"
    done = await session.approve(previewed(heard).digest, by="words", words="yes")
    assert done["rows"]["completed"] == 2


async def test_a_command_names_a_place_for_all_and_only_a_known_one(opened: Opened, sheet: Path) -> None:
    session, heard = await opened(sheet)
    await session.send("Ship all orders via Ground from the Reno warehouse")
    assert previewed(heard).warnings[0] == "All start from reno: Sample Shop, 5 Dock Rd, Reno, NV 89502."
    assert {line.ship_from for line in previewed(heard).lines} == {""}
    refused = await session.send("Ship all orders via Ground from the Dallas warehouse")
    assert refused["status"] == "refused"
    assert "reno" in refused["text"]
