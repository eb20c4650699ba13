"""Order numbers that lost digits: asked about, another column taken, or the row's own content - and said so."""

from collections.abc import Callable

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.order_keys import BY_ROW, LEAVE_OUT, rounded_numbers

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]
SCIENTIFIC = ["1.23457E+11", "1.23457E+11"]
ROUNDED = ["112345678901234000", "112345678901235000"]


def orders(order: Order, numbers: list[str], **cells: list[str]) -> list[dict[str, str]]:
    return [
        order({"Order Number": number, "Name": f"Person {index}", **{name.replace("_", " "): texts[index] for name, texts in cells.items()}})
        for index, number in enumerate(numbers)
    ]  # fmt: skip


@pytest.mark.parametrize("numbers", [SCIENTIFIC, ROUNDED, ["1.12345678901234E+17", "1"]])
def test_the_question_names_rows_and_offers_what_tells_orders_apart(
    built: Build, order: Order, numbers: list[str]
) -> None:
    rows = orders(order, numbers, Sale_Ref=["a1", "a2"], Batch_ID=["7", "7"], Colour=["red", "blue"])
    ask = built(rows).asks[0]
    assert ask.slot == "lost_digits"
    assert ask.options == ("the column Sale Ref", BY_ROW, LEAVE_OUT)  # Batch ID repeats; a colour names nothing
    assert "row" in ask.question
    assert numbers[0] in ask.question


@pytest.mark.parametrize("numbers", [SCIENTIFIC, ROUNDED])
def test_another_column_takes_its_place(built: Build, order: Order, numbers: list[str]) -> None:
    rows = orders(order, numbers, Sale_Ref=["a1", "a2"])
    result = built(rows, answers={"lost_digits": "the column Sale Ref"})
    assert result.ready
    assert [shipment.identity for shipment in result.shipments] == ["a1", "a2"]
    assert [shipment.payload["customer_reference"] for shipment in result.shipments if shipment.payload] == ["a1", "a2"]
    assert {(change.column, change.before, change.after) for change in result.changes} == {
        ("Order Number", before, after) for before, after in zip(numbers, ["a1", "a2"], strict=True)
    }


@pytest.mark.parametrize("numbers", [SCIENTIFIC, ROUNDED])
def test_the_row_itself_is_the_key(built: Build, order: Order, numbers: list[str]) -> None:
    result = built(orders(order, numbers), answers={"lost_digits": BY_ROW})
    assert result.ready
    identities = [shipment.identity for shipment in result.shipments]
    assert len(set(identities)) == 2
    assert not set(identities) & set(numbers)
    assert all("customer_reference" not in (shipment.payload or {}) for shipment in result.shipments)
    assert {change.before for change in result.changes} == set(numbers)


def test_leaving_out_names_the_fault(built: Build, order: Order) -> None:
    result = built(orders(order, SCIENTIFIC), answers={"lost_digits": LEAVE_OUT})
    assert not result.asks
    assert [(problem.code, problem.sheet_rows) for problem in result.problems] == [("E-2228", (2, 3))]


def test_whole_numbers_beside_lost_ones_stay_keys(built: Build, order: Order) -> None:
    result = built(orders(order, ["1.23457E+11", "1002"]), answers={"lost_digits": BY_ROW})
    assert result.shipments[1].identity == "1002"
    assert len(result.changes) == 1


@pytest.mark.parametrize(
    ("numbers", "lost"),
    [
        (["112345678901234000"], True),
        (["1123456789012340", "1123456789012350", "1123456789012360"], True),
        (["1123456789012340"], False),  # one zero may be chance
        (["112345678901234000", "112345678901234567"], False),  # the column keeps its digits
        (["100000000000000"], False),
        (["SO-112345678901234000"], False),
        ([], False),
    ],
)
def test_zeros_behind_the_fifteenth_digit(numbers: list[str], lost: bool) -> None:
    assert bool(rounded_numbers(numbers)) is lost
