"""What a shop sells, parts of notes, columns of yes, no and more, and numbers as they are heard."""

import pytest

from agent.understanding.dictation import dictated
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret

READ = [
    ("bookshop", "Get the signed books out by ground.", "\"Signed\" = 'Yes'"),
    ("bookshop", "Books with more than 7 copies must go by ground.", '"Copies" > 7'),
    ("wine", "Please ship all the white wines, apart from the ones on hold, by Ground.", "\"Colour\" = 'White' AND \"Payment\" <> 'On hold'"),
    ("lab", "dock b gnd", "\"DLV_INSTR\" = 'dock B only'"),
    ("museum", "ship anything under ate ounces by ground", '"Weight oz" < 8'),
    ("cookies", "il paid gnd", "\"State\" = 'IL' AND \"Paid\" = 'yes'"),
    ("cookies", "oh + il gnd, unpaid stays", "\"State\" IN ('OH', 'IL') AND \"Paid\" <> 'no'"),
    ("guitars", "everything ready to ship in the us goes by ground", "\"Status\" = 'Ready to Ship' AND \"Ship To Country\" = 'US'"),
    ("merch", "preorders hold, everything else in us grd", "\"Country\" = 'United States' AND \"Pre-order\" <> 'TRUE'"),
    ("tea", "May the Brooklyn orders go by ground, please?", "\"Recipient City\" = 'Brooklyn'"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said", "wanted"), READ)
def test_what_the_sheet_tells_is_read(on, said, wanted, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == "03"
    assert same_rows(found.arguments["where"], wanted, on=on)


@pytest.mark.parametrize(
    "said", ["Ship the books by ground.", "Ship all books by ground.", "Texas orders by ground and the books by 2 day."]
)
def test_goods_alone_are_never_all_orders(said, interpret: Interpret) -> None:
    assert isinstance(interpret(said, on="bookshop"), Ask)


def test_a_question_stays_one_without_a_kind_word(interpret: Interpret) -> None:
    found = interpret("could the Brooklyn orders go by 2 day?", on="tea")
    assert getattr(found, "name", "") != "propose_shipment"


@pytest.mark.parametrize(
    ("heard", "written"),
    [("more than for bottles", "more than 4 bottles"), ("the too heaviest", "the 2 heaviest"), ("ship it to Texas", "ship it to Texas")],
)  # fmt: skip
def test_a_number_is_heard_only_where_one_must_stand(heard, written, sheet) -> None:
    assert dictated(heard, sheet("wine")) == written
