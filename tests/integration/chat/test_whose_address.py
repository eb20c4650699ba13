"""Whose address the parcels go to, over the real servers: asked where the columns leave it open, and then kept."""

from pathlib import Path
from typing import Any

import pytest

from agent.chat.session import ChatSession
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
PAYER = "Bill Payer,1 Payer Rd,Austin,TX,78701"
GIFT = "Gift Ann,9 Gift Ln,Boston,MA,02116"
PARTS = "Name,Address,City,State,Zip"
BILLING = "Billing Name,Billing Address,Billing City,Billing State,Billing Zip"
SHIP = "Ship all orders via Ground"


def written(folder: Path, header: str, *records: str) -> Path:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *records, ""]))
    return path


def recipient(session: ChatSession) -> dict[str, Any]:
    """The `ship_to` of the first parcel of the preview."""
    assert session._turns is not None
    pending = session._turns.state.pending
    assert pending is not None
    return dict(pending.payloads[0]["ship_to"])


async def answered(session: ChatSession, answer: str | int) -> dict[str, Any]:
    return await session.answer(None, answer)


async def test_two_equally_good_addresses_are_shown_both_ways_and_the_answer_is_kept(
    opened: Opened, tmp_path: Path
) -> None:
    path = written(tmp_path, f"Order,{PARTS},{PARTS},Weight (lb)", f"1,{PAYER},{GIFT},2")
    session, _heard = await opened(path)
    result = await session.send(SHIP)
    assert result["status"] == "needs_input"
    assert "Row 2" in result["question"]["text"]
    first, second, _none = result["question"]["options"]
    assert first.startswith("Bill Payer, 1 Payer Rd, Austin, TX, 78701 (from ")
    assert second.startswith("Gift Ann, 9 Gift Ln, Boston, MA, 02116 (from ")
    result = await answered(session, second)
    assert result["status"] == "preview"
    ship_to = recipient(session)
    assert (ship_to["name"], ship_to["address"]["lines"], ship_to["address"]["city"]) == (
        "Gift Ann",
        ["9 Gift Ln"],
        "Boston",
    )
    result = await session.approve(session.pending_digest, by="typed", words="yes")
    assert result["status"] == "completed"
    written(tmp_path, f"Order,{PARTS},{PARTS},Weight (lb)", f"2,{PAYER},{GIFT},2")
    again, _heard = await opened(path)
    result = await again.send(SHIP)
    assert result["status"] == "preview", "the saved mapping holds the answer"
    assert recipient(again)["name"] == "Gift Ann"


async def test_none_of_the_addresses_ships_nothing(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, f"Order,{PARTS},{PARTS},Weight (lb)", f"1,{PAYER},{GIFT},2")
    session, _heard = await opened(path)
    await session.send(SHIP)
    result = await answered(session, "None of them")
    assert (result["status"], result["error"]["code"]) == ("refused", "E-2331")
    assert session.pending_digest is None


async def test_columns_that_the_person_named_answer_the_question(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, f"Order,{PARTS},{PARTS},Weight (lb)", f"1,{PAYER},{GIFT},2")
    session, _heard = await opened(path)
    await session.send("the street is in column Address_2")
    assert (await session.send(SHIP))["status"] == "preview"
    assert recipient(session)["name"] == "Gift Ann"


async def test_billing_addresses_are_shipped_to_only_when_a_person_says_so(opened: Opened, tmp_path: Path) -> None:
    session, _heard = await opened(written(tmp_path, f"Order,{BILLING},Weight (lb)", f"1,{GIFT},2"))
    result = await session.send(SHIP)
    assert "only billing addresses" in result["question"]["text"]
    result = await answered(session, 1)
    assert (result["status"], recipient(session)["name"]) == ("preview", "Gift Ann")


async def test_the_ship_to_address_with_what_it_lacks_is_asked_for(opened: Opened, tmp_path: Path) -> None:
    path = written(
        tmp_path, f"Order,{BILLING},Shipping Name,Shipping Address,Weight (lb)", f"1,{PAYER},Gift Ann,9 Gift Ln,2"
    )
    session, _heard = await opened(path)
    result = await session.send(SHIP)
    assert "no column for the city, the state, the postal code" in result["question"]["options"][0]
    result = await answered(session, 1)
    assert (result["status"], result["error"]["code"]) == ("refused", "E-2330")
    assert "the city" in result["error"]["message"]


async def test_one_header_twice_is_never_the_second_line_by_itself(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, "Order,Name,Address,Address,City,State,Zip,Weight (lb)",
                   "1,Gift Ann,9 Gift Ln,Apt 2,Boston,MA,02116,2")  # fmt: skip
    session, _heard = await opened(path)
    result = await session.send(SHIP)
    assert (result["status"], result["question"]["text"]) == ("needs_input", "Which column holds the street?")
    result = await answered(session, "Both: Address_2 is the second line of Address")
    assert recipient(session)["address"]["lines"] == ["9 Gift Ln", "Apt 2"]


async def test_a_header_that_is_written_so_is_the_second_line(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, "order,name,address,address_2,city,state,zip,weight_lb",
                   "1,Gift Ann,9 Gift Ln,Apt 2,Boston,MA,02116,2")  # fmt: skip
    session, _heard = await opened(path)
    assert (await session.send(SHIP))["status"] == "preview"
    assert recipient(session)["address"]["lines"] == ["9 Gift Ln", "Apt 2"]


async def test_a_foreign_country_of_another_address_is_a_question(opened: Opened, tmp_path: Path) -> None:
    header = "Order,Ship To Name,Ship To Address,Ship To City,Ship To State,Ship To Zip,Bill Country,Weight (lb)"
    session, _heard = await opened(written(tmp_path, header, f"1,{GIFT},Canada,2"))
    result = await session.send(SHIP)
    assert "Bill Country says Canada" in result["question"]["text"]
    result = await answered(session, 1)
    assert result["status"] == "preview"
    assert recipient(session)["address"]["country_code"] == "US"


async def test_a_country_that_is_the_senders_own_is_none(opened: Opened, tmp_path: Path) -> None:
    header = "Order,Ship To Name,Ship To Address,Ship To City,Ship To State,Ship To Zip,Bill Country,Weight (lb)"
    session, _heard = await opened(written(tmp_path, header, f"1,{GIFT},USA,2"))
    assert (await session.send(SHIP))["status"] == "preview"


async def test_likeness_is_asked_about_and_yes_on_the_command_line_does_not_do(opened: Opened, tmp_path: Path) -> None:
    header = "Ref,Custmer Name,Adress,City,State,Zip Cde,Weight (lb)"
    session, _heard = await opened(written(tmp_path, header, f"1,{GIFT},2"))
    result = await session.send(SHIP)
    assert "“Adress” as the street" in result["question"]["text"]
    result = await answered(session, "Yes")
    assert result["status"] == "preview"
    result = await session.approve(session.pending_digest, by="--yes", words="--yes")
    assert result["status"] == "needs_input"
    await answered(session, "No")
    other, _heard = await opened(written(tmp_path, header, f"1,{GIFT},2"))
    await other.send(SHIP)
    result = await answered(other, "No")
    assert result["question"]["text"] == "Which column holds the recipient's name?"
    result = await answered(other, "None of them")
    assert (result["status"], result["error"]["code"]) == ("refused", "E-2330")


async def test_a_column_that_cannot_be_what_it_says_is_named_in_the_preview(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, f"Order,{PARTS},Weight (lb),Size,Shipping rate", f"1,{GIFT},2,XL,4.99")
    session, _heard = await opened(path)
    result = await session.send(SHIP)
    assert result["status"] == "preview"
    assert result["warnings"] == [
        "Size is not used as the parcel's size: its cells say XL.",
        "Not used: Shipping rate.",
    ]
    assert ["ship_date", "today"] in [list(line) for line in result["mapping"]]
    assert ["order_number", "Order"] in [list(line) for line in result["mapping"]]


async def test_no_state_says_that_no_column_was_recognised_for_it(opened: Opened, tmp_path: Path) -> None:
    path = written(tmp_path, "Order,Name,Address,City,Zip,Weight (lb)", "1,Gift Ann,9 Gift Ln,Boston,02116,2")
    session, _heard = await opened(path)
    result = await session.send(SHIP)
    assert "no state: no column was recognised for it" in result["warnings"][-1]


async def test_ups_own_batch_file_without_a_header_is_named(opened: Opened, tmp_path: Path) -> None:
    row = "Gift Ann,Gift Ann,US,9 Gift Ln,,,Boston,MA,02116,6175550100,,1,,2,,5,10,8,4,LB"
    session, _heard = await opened(None)
    result = await session.send(f"open {written(tmp_path, row, row.replace('9 Gift', '8 Gift'))}")
    assert (result["status"], result["error"]["code"]) == ("refused", "E-1505")
    header = result["error"]["remedy"].partition(": ")[2]
    session, _heard = await opened(written(tmp_path, header + ",Unit of Measure", row))
    result = await session.send(SHIP)
    assert result["status"] != "refused"
