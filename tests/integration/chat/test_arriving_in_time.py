"""Each row by the cheapest service that UPS says arrives in time; what nothing reaches stays out and is listed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady, QuestionAsked
from agent.servers import ServerManager
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEADER = "Order,Name,Address,City,State,Zip,Weight (lb),Need By"
NEAR = "N-1,Ann Lee,14 Juniper Court,Baltimore,MD,21201,2"
FAR = "N-2,Luis Ferrer,880 Harbor View Dr,San Diego,CA,92101,3"
SOUTH = "N-3,Mei Zhou,12 Foxglove Ln,Austin,TX,78701,1"
# The servers of these tests live on Friday, 2026-11-20.
MONDAY, WEDNESDAY = "2026-11-23", "2026-11-25"


def sheet_of(folder: Path, *rows: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def preview(heard: list[Any]) -> PreviewReady:
    return [event for event in heard if isinstance(event, PreviewReady)][-1]


async def offers(servers: ServerManager, payload: dict[str, Any]) -> list[tuple[float, str, str]]:
    """What UPS offers for a shipment: (price, day, code)."""
    answer = await servers.call("ups", "rating_shop", {"environment": "simulator", "shipment": payload})
    return [
        (float(one["totalCharges"]["amount"]), one["delivery_date"], one["service_code"]) for one in answer["services"]
    ]


async def test_every_row_goes_by_the_cheapest_that_is_in_time(
    opened: Opened, servers: ServerManager, tmp_path: Path
) -> None:
    session, heard = await opened(sheet_of(tmp_path, f"{NEAR},", f"{FAR},", f"{SOUTH},"))
    found = await session.send("ship everything by the cheapest service that arrives by Wednesday")
    assert (found["status"], found["excluded"]) == ("preview", {})
    shown = preview(heard)
    assert not shown.estimated, "every price is known"
    assert session._turns is not None
    pending = session._turns.state.pending
    assert pending is not None
    for line, payload in zip(shown.lines, pending.payloads, strict=True):
        day = WEDNESDAY.replace("-", "")
        price, _, code = min(offer for offer in await offers(servers, payload) if offer[1] <= day)
        assert (line.cost_cents, payload["service_code"]) == (round(price * 100), code)
    assert shown.total_cents == sum(line.cost_cents or 0 for line in shown.lines)
    assert len({line.service for line in shown.lines}) > 1
    assert any(line.startswith("UPS Ground, there on ") for line in shown.warnings)
    done = await session.approve(shown.digest, by="words", words="yes")
    assert done["rows"]["completed"] == 3
    assert done["spent_cents"] == shown.total_cents, "bought by the services that were approved"


async def test_what_nothing_reaches_in_time_stays_out(opened: Opened, tmp_path: Path) -> None:
    orders = sheet_of(
        tmp_path,
        f"{NEAR},{MONDAY}",
        f"{FAR},{WEDNESDAY}",
        f"{SOUTH},2026-11-19",
        "N-4,Bo Ek,9 Mill St,Troy,NY,12180,2,soon",
    )
    session, _ = await opened(orders)
    found = await session.send("ship everything by the cheapest service that gets there by the date in Need By")
    assert found["row_numbers"] == [1, 2]
    assert found["excluded"] == {"Need By has no day": [5], "no UPS service arrives by Thu, Nov 19, 2026": [4]}
    found = await session.send("cheapest that arrives by 2026-11-20")
    assert (found["total_rows"], found["status"]) == (0, "answer")
    assert found["excluded"] == {"no UPS service arrives by Fri, Nov 20, 2026": [2, 3, 4, 5]}


async def test_a_column_that_can_be_read_in_two_ways_is_asked_about(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, f"{NEAR},12/01/2026"))
    await session.send("ship everything by the cheapest service that gets there by Need By")
    question = [event for event in heard if isinstance(event, QuestionAsked)][-1]
    assert question.options == ["month first", "day first"]
    assert (await session.answer(None, "month first"))["row_numbers"] == [1]


async def test_friday_on_a_friday_is_a_question(opened: Opened, tmp_path: Path) -> None:
    session, _ = await opened(sheet_of(tmp_path, f"{NEAR},"))
    assert date(2026, 11, 20).weekday() == 4
    found = await session.send("ship everything, cheapest that arrives by Friday")
    assert found["question"]["options"] == ["Fri, Nov 20, 2026", "Fri, Nov 27, 2026"]
    assert (await session.answer(None, 2))["row_numbers"] == [1]


async def test_rows_that_ups_says_nothing_about_stay_out(
    opened: Opened, servers: ServerManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = servers.call

    async def refused(server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if tool == "rating_shop" and arguments["shipment"]["ship_to"]["name"] == "Ann Lee":
            return {"isError": True, "code": "E-3001", "message": "UPS is closed.", "remedy": "Wait."}
        return await call(server, tool, arguments)

    monkeypatch.setattr(servers, "call", refused)
    session, _ = await opened(sheet_of(tmp_path, f"{NEAR},", f"{SOUTH},"))
    found = await session.send("ship everything so that it arrives within 10 days")
    assert (found["row_numbers"], found["excluded"]) == ([2], {"UPS does not say what arrives when (E-3001)": [2]})


async def test_a_value_that_a_person_gave_holds_for_the_chosen_service_too(opened: Opened, tmp_path: Path) -> None:
    session, heard = await opened(sheet_of(tmp_path, f"{NEAR},", "N-5,Bo Ek,9 Mill St,Troy,NY,12,2,"))
    await session.send("ship everything, cheapest that arrives by 2026-11-27")
    await session.answer(None, "Give a value")
    found = await session.answer(None, "12180")
    assert (found["status"], found["row_numbers"]) == ("preview", [1, 2])
    assert len([event for event in heard if isinstance(event, QuestionAsked)]) == 2
