"""A row of a preview, whole: what prints, what was changed, what the sheet says; for the person's screen alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.events.shipment_detail import CellChange, ShipmentDetail
from tests.integration.chat.conftest import Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEADER = "Order Number,Recipient Name,Company,Address,City,State,ZIP,Country,Phone,Weight,Gift\n"
ROWS = (
    "F-1,Ada Brook,,880 Canal St Apt 4,San Francisco Heights,CA,94105,US,619-555-0102,3 lb,Y",
    "F-2,José Núñez,Łąka GmbH,14 Juniper Ct Attn: Ann Lee,Boston,MA,2116,US,617-555-0101,40 oz,",
    "F-3,Ben Castle,,61 Millpond Rd,Fresno,CA,93721,US,617-555-0103,4 lb,",
)
ALL = "Ship all orders via Ground"


async def previewed(opened: Opened, tmp_path: Path) -> tuple[Any, list[Any], PreviewReady]:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "\n".join(ROWS) + "\n", encoding="utf-8")
    session, heard = await opened(path)
    await session.send(ALL)
    return session, heard, next(event for event in heard if isinstance(event, PreviewReady))


def found(session: Any, preview: PreviewReady, row_number: int) -> ShipmentDetail:
    detail = session.shipment_detail(preview.digest, row_number)
    assert detail is not None
    return detail  # type: ignore[no-any-return]


def read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


async def test_what_prints_is_what_the_label_has(opened: Opened, tmp_path: Path) -> None:
    """UPS prints the first 15 letters of a city; the rest of the block is the practice label's, line by line."""
    session, _heard, preview = await previewed(opened, tmp_path)
    details = [found(session, preview, row) for row in (1, 3)]
    assert details[0].label == ["Ada Brook", "880 Canal St Apt 4", "San Francisco H CA 94105"]
    session.preview_painted(preview.digest)
    shipped = await session.approve(preview.digest, by="words", words="yes")
    label = read(shipped["tracking"][2]["label_path"])
    assert [line for line in details[1].label if f"^FD{line}^FS" not in label] == []
    assert found(session, preview, 3) == details[1], "it is there after the approval too"


async def test_weights_have_units_and_changes_their_reasons(opened: Opened, tmp_path: Path) -> None:
    session, _heard, preview = await previewed(opened, tmp_path)
    detail = found(session, preview, 2)
    assert detail.label == ["Ann Lee", "Laka GmbH", "14 Juniper Ct", "Boston MA 02116"]
    facts = dict(detail.facts)
    assert (facts["service"], facts["package"], facts["reference 1"]) == ("UPS Ground", "2.5 lb", "F-2 (the order)")
    assert detail.payload["packages"][0]["weight"] == {"value": "2.5", "unit": "LBS"}
    said = {(change.column, change.before, change.after) for change in detail.changes}
    assert {("ZIP", "2116", "02116"), ("Company", "Łąka GmbH", "Laka GmbH")} <= said
    assert (
        CellChange(
            "Address", "14 Juniper Ct Attn: Ann Lee", "14 Juniper Ct / ATTN Ann Lee", "ATTN moved to the attention line"
        )
        in detail.changes
    )
    assert found(session, preview, 1).changes == [], "nobody else's changes"


async def test_the_cells_stand_as_typed_with_the_field_they_feed(opened: Opened, tmp_path: Path) -> None:
    session, _heard, preview = await previewed(opened, tmp_path)
    (row,) = found(session, preview, 2).rows
    cells = {column: (text, field) for column, text, field in row.cells}
    assert (row.sheet_row, cells["ZIP"], row.blank) == (3, ("2116", "postal_code"), ["Gift"])
    assert {column: text for column, text, _ in found(session, preview, 1).rows[0].cells}["Gift"] == "Y"


async def test_no_event_no_result_and_no_model_gets_it(opened: Opened, tmp_path: Path) -> None:
    session, heard, preview = await previewed(opened, tmp_path)
    state = session._turns.state
    before = (len(heard), repr(state.conversation), json.dumps(state.result.as_dict(), default=str))
    detail = found(session, preview, 1)
    assert before == (len(heard), repr(state.conversation), json.dumps(state.result.as_dict(), default=str))
    told = repr(state.conversation) + json.dumps([event.to_json() for event in heard], default=str)
    assert detail.label[1] not in told, "the street is on the person's screen and nowhere else"
    assert "SIMSIM" not in json.dumps(detail.payload), "the own account is masked as everywhere"


async def test_another_digest_or_row_has_none(opened: Opened, tmp_path: Path) -> None:
    session, _heard, preview = await previewed(opened, tmp_path)
    assert session.shipment_detail("0" * 64, 1) is None
    assert session.shipment_detail(preview.digest, 99) is None
    await session.send("only those to Fresno")
    assert session.shipment_detail(preview.digest, 1) is None


async def test_customs_are_said_in_words(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "abroad.csv"
    path.write_text(
        "Order Number,Name,Address,City,State,Postal Code,Country,Phone,Weight (lb),Contents,Unit Value,Qty,Origin,HS Code\n"
        "A-1,Iris Chan,100 King St W,Toronto,ON,M5X 1A9,Canada,4165550100,2,Mug,12.50,2,US,691110\n"
    )
    session, heard = await opened(path, defaults={"reason_for_export": "SALE", "currency": "USD"})
    await session.send("Ship all orders via UPS Standard")
    preview = next(event for event in heard if isinstance(event, PreviewReady))
    detail = found(session, preview, 1)
    assert detail.label[-2:] == ["Toronto ON M5X 1A9", "Canada"]
    customs = dict(detail.customs)
    assert customs["goods"] == "2 x Mug, 12.50 USD each, made in United States, code 691110"
    assert customs["reason"] == "SALE"
