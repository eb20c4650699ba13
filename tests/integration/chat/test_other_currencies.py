"""Accounts that UPS bills in another currency: preview, limit, batch and history count in it, and never in dollars."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.cli.text import Narrator
from agent.sender import SAMPLE_SHIPPER, ShipperAddress
from agent.servers import ServerManager
from agent.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")
LONDON = ShipperAddress(lines=["1 Quay Road"], city="London", postal_code="E14 5AB", country_code="GB")
BERLIN = ShipperAddress(lines=["Am Markt 1"], city="Berlin", postal_code="10115", country_code="DE")
HEADER = "Order Number,Recipient Name,Address,City,ZIP,Country,Phone,Weight (kg)\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerManager]:
    async with ServerManager(Settings(home=tmp_path_factory.mktemp("servers"), today="2026-11-20")) as running:
        yield running


class Shop:
    """A session of a sender somewhere, and all that its chat says."""

    def __init__(self, folder: Path, servers: ServerManager, address: ShipperAddress, rows: str, currency: str | None):
        sheet = folder / "orders.csv"
        sheet.write_text(HEADER + rows)
        shipper = SAMPLE_SHIPPER.model_copy(update={"address": address, "phone": "02079460100"})
        settings = Settings(
            home=folder / "home", model="offline", today="2026-11-20", shipper=shipper, currency=currency, concurrency=1
        )
        self.session = ChatSession(settings, SessionOptions(source=str(sheet)), servers)
        self.told: list[str] = []
        lines = Narrator().lines
        self.session.subscribe(lambda event: self.told.extend(lines(event)))

    async def say(self, words: str) -> dict[str, object]:
        answer = await self.session.send(words)
        if self.session.pending_digest is not None:
            self.session.preview_painted(self.session.pending_digest)
        return answer


@pytest.mark.parametrize(
    ("address", "rows", "sign", "other"),
    [
        pytest.param(
            LONDON,
            "1,Ann Lee,2 High Street,Leeds,LS1 4AP,GB,01134960100,2\n2,Bo Ray,3 Mill Lane,York,YO1 7HH,GB,01904960100,3\n",
            "£",
            "€",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            BERLIN, "1,Ann Lee,Weg 2,Bonn,53111,DE,022849601,2\n2,Bo Ray,Weg 3,Mainz,55116,DE,06131960100,3\n", "€", "£"
        ),
    ],
    ids=["GBP", "EUR"],
)
async def test_a_whole_batch_counts_in_what_ups_bills(
    tmp_path: Path, servers: ServerManager, address: ShipperAddress, rows: str, sign: str, other: str
) -> None:
    shop = Shop(tmp_path, servers, address, rows, None)
    await shop.session.open()
    refused = await shop.say("set the limit to $500")
    assert refused["status"] == "refused"
    assert "a limit in USD cannot be held against that" in " ".join(shop.told)
    shop.told.clear()
    await shop.say(f"set the limit to {sign}500")
    preview = await shop.say("ship all via UPS Standard")
    assert preview["status"] == "preview", shop.told
    done = await shop.say("yes")
    assert done["status"] == "completed", shop.told
    await shop.say("show my batches")
    await shop.session.close()
    told = "\n".join(shop.told)
    assert f"2 shipped for {sign}" in told
    assert f"left of {sign}500.00" in told
    assert "$" not in told
    assert other not in told


async def test_another_currency_than_the_settings_say_is_refused_and_never_added_up(
    tmp_path: Path, servers: ServerManager
) -> None:
    rows = "1,Ann Lee,2 High Street,Leeds,LS1 4AP,GB,01134960100,2\n"
    shop = Shop(tmp_path, servers, LONDON, rows, "CHF")
    await shop.session.open()
    answer = await shop.say("ship all via UPS Standard")
    await shop.session.close()
    assert answer["status"] != "preview"
    assert "UPS quotes in GBP; plans and budgets are in CHF" in "\n".join(shop.told)
