"""What a preview says beside its rows: whose rates the prices are by, and what nothing reads."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.servers import ServerManager
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]
ROWS = (
    "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,619-555-0102,3",
    "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2",
)
ALL = "Ship all orders via Ground"
HOMES = "without residential surcharges"


def previewed(heard: list[Any]) -> PreviewReady:
    return [event for event in heard if isinstance(event, PreviewReady)][-1]


async def test_list_prices_and_alerts_are_said_once(
    opened: Opened, servers: ServerManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = servers.call

    async def unregistered(server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        reply = await call(server, tool, arguments)
        if tool == "rating_quote":
            alert = {"code": "112153", "message": "Unregistered user: list prices"}
            reply = reply | {"negotiated": False, "price_basis": "list", "alerts": [alert]}
        return reply

    monkeypatch.setattr(servers, "call", unregistered)
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "\n".join(ROWS) + "\n")
    session, heard = await opened(path)
    shown = await session.send(ALL)
    assert shown["warnings"] == [
        "List prices, not negotiated rates.",
        "UPS says: Unregistered user: list prices (112153).",
    ]
    assert previewed(heard).rates == f"list prices, {HOMES}"


async def test_negotiated_rates_are_said_without_a_warning(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "\n".join(ROWS) + "\n")
    session, heard = await opened(path)
    shown = await session.send(ALL)
    assert (shown["warnings"], previewed(heard).rates) == ([], f"negotiated rates, {HOMES}")


async def test_filled_columns_that_nothing_reads_are_named_once(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    columns = HEADER.strip() + ",Gift Wrap,Notes,Empty\n"
    path.write_text(columns + "\n".join(f"{row},Y,ring twice," for row in ROWS) + "\n")
    session, heard = await opened(path)
    shown = await session.send(ALL)
    assert shown["warnings"] == ["Not used: Gift Wrap, Notes."] == previewed(heard).warnings
