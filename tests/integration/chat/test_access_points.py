"""Parcels that UPS keeps at an Access Point: looked up, shown, approved with the preview, bought, and never twice."""

from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.servers import ServerManager
from agent.settings import Settings
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEADER = "Order Number,Recipient Name,Email,Address,City,State,ZIP,Weight (lb),UPS Access Point"
ANN = "A-1,Ann Lee,ann@example.com,12 Main St,Boston,MA,02116,2,"
BEN = "A-2,Ben Cole,ben@example.com,14 Elm St,Austin,TX,78701,4,"
SAME_HOUSE = "A-3,Bea Cole,bea@example.com,14 Elm St,Austin,TX,78701,1,"
NO_MAIL = "A-4,Cy Orr,,9 Oak Ave,Reno,NV,89501,1,"
HOLD = "hold all orders at the nearest Access Point by ground"


def sheet_of(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def preview(heard: list[Any]) -> PreviewReady:
    found: PreviewReady = [event for event in heard if isinstance(event, PreviewReady)][-1]
    return found


def printed(tracked: dict[str, Any]) -> str:
    """A label, which is text."""
    return Path(tracked["label_path"]).read_text()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What UPS was asked about its places; the answers are its own."""
    calls: list[dict[str, Any]] = []
    call = ServerManager.call

    async def counted(self: ServerManager, server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "location_search":
            calls.append(arguments)
        return await call(self, server, tool, arguments)

    monkeypatch.setattr(ServerManager, "call", counted)
    return calls


async def test_the_nearest_is_shown_bought_and_printed(
    opened: Opened, tmp_path: Path, asked: list[dict[str, Any]]
) -> None:
    session, heard = await opened(sheet_of(tmp_path, ANN, BEN, SAME_HOUSE))
    found = await session.send(HOLD)
    assert found["status"] == "preview"
    assert "UPS keeps 3 parcels at an Access Point and e-mails the customer: rows 2, 3, 4." in found["warnings"]
    shown = [line.access_point for line in preview(heard).lines]
    assert "Boston, MA 02116" in shown[0]
    assert shown[0].endswith("mi (U02116001)")
    assert shown[1] == shown[2]
    assert len(asked) == 2, "two rows of one address are asked about once"
    detail = session.shipment_detail(preview(heard).digest, 1)
    assert detail is not None
    assert detail.label[:2] == ["Ann Lee", shown[0].split(",")[0]]
    assert ("Access Point", shown[0]) in detail.facts
    assert ("kept for", "Ann Lee, 12 Main St, Boston, MA 02116") in detail.facts
    done = await session.approve(preview(heard).digest, by="words", words="yes")
    assert done["rows"]["completed"] == 3
    label = printed(done["tracking"][0])
    assert "HOLD FOR PICKUP AT:" in label
    assert shown[0].split(",")[0] in label
    again = await session.send(HOLD)
    assert again["total_rows"] == 0, "it is not sent a second time"


async def test_auto_mode_waits_for_a_person_who_sees_where_it_goes(opened: Opened, tmp_path: Path) -> None:
    session, _heard = await opened(sheet_of(tmp_path, ANN))
    await session.send("switch to auto up to $500")
    assert (await session.send(HOLD))["status"] == "preview"
    assert (await session.send("no access point"))["status"] == "completed"


async def test_the_point_is_part_of_what_is_approved(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, ANN))
    await session.send("ship all orders by ground")
    door = preview(heard)
    await session.send("to the nearest access point")
    point = preview(heard)
    assert point.digest != door.digest
    await session.send("no access point")
    assert preview(heard).lines[0].access_point == ""


async def test_a_column_names_the_point_and_the_faulty_rows_stay_out(
    opened: Opened, tmp_path: Path, asked: list[dict[str, Any]]
) -> None:
    rows = [f"{ANN}U02116002", f"{BEN}Y", f"{NO_MAIL}Y", SAME_HOUSE, f"{SAME_HOUSE}U78701999".replace("A-3", "A-5")]
    session, heard = await opened(sheet_of(tmp_path, *rows), on_error="continue")
    found = await session.send("ship all orders by ground")
    assert found["row_numbers"] == [1, 2, 4]
    assert [reason.partition(" ")[0] for reason in found["excluded"]] == ["E-2440", "E-2444"]
    ends = [line.access_point[-11:] for line in preview(heard).lines]
    assert ends == ["(U02116002)", "(U78701001)", ""]
    assert len(asked) == 3, "a row that cannot go is not asked about"


async def test_what_is_beyond_the_limit_is_said_and_asked_by_a_smaller_preview(
    opened: Opened, tmp_path: Path, settings: Settings
) -> None:
    settings.address_checks = 1
    session, _ = await opened(sheet_of(tmp_path, ANN, BEN), on_error="continue")
    found = await session.send(HOLD)
    assert [reason.partition(" ")[0] for reason in found["excluded"]] == ["E-2448"]
    found = await session.send("hold order A-2 at the nearest Access Point by ground")
    assert found["row_numbers"] == [2]


async def test_the_cheapest_in_time_goes_there(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, ANN))
    found = await session.send("ship all orders to the nearest access point, cheapest that arrives by Tuesday")
    assert found["status"] == "preview", found
    assert preview(heard).lines[0].access_point
    compared = await session.send("what would the other services cost?")
    assert "Early" not in str(compared), "what does not go to an Access Point is not offered"


async def test_early_is_refused_before_anything_is_asked(
    opened: Opened, tmp_path: Path, asked: list[dict[str, Any]]
) -> None:
    session, _ = await opened(sheet_of(tmp_path, ANN), on_error="continue")
    found: dict[str, Any] = await session.send("ship all orders by next day air saver to the nearest access point")
    assert found["row_numbers"] == [1]
    found = await session.send("make it 2nd day air am")
    assert any(reason.startswith("E-2439") for reason in found["excluded"])
    assert len(asked) == 1
