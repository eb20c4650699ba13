"""Several rows of one parcel: sizes, declared values and counts that agree, or a question; never only the first row's."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.builder import BuiltRows
from agent.mapping.packages import ADD_VALUES, LARGEST, NO_SIZE, WHOLE_VALUE

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]
JOINT = {"order_lines": "items of one parcel"}


def lines(order: Order, column: str, *cells: str) -> list[dict[str, str]]:
    return [
        order({"Item": f"item {place}", "Weight (lb)": "2" if not place else "", column: cell})
        for place, cell in enumerate(cells)
    ]


def package(result: BuiltRows) -> dict[str, Any]:
    (shipment,) = result.shipments
    assert shipment.payload is not None, (result.asks, result.problems)
    found: dict[str, Any] = shipment.payload["packages"][0]
    return found


def slots(result: BuiltRows) -> list[str]:
    return [ask.slot for ask in result.asks]


@pytest.mark.parametrize("cells", [("12x8x6", ""), ("", "12x8x6"), ("12x8x6", "8 x 6 x 12"), ("N/A", "12x8x6")])
def test_one_size_on_any_row(built: Build, order: Order, cells: tuple[str, str]) -> None:
    size = package(built(lines(order, "Dimensions (in)", *cells), answers=JOINT))["dimensions"]
    assert size == {"length": 12, "width": 8, "height": 6, "unit": "IN"}


def test_sizes_that_differ_are_asked_about(built: Build, order: Order) -> None:
    rows = lines(order, "Dimensions (in)", "4x4x4", "12x8x6")
    assert slots(built(rows, answers=JOINT)) == ["order_lines_size"]
    assert package(built(rows, answers=JOINT | {"order_lines_size": LARGEST}))["dimensions"]["length"] == 12
    assert "dimensions" not in package(built(rows, answers=JOINT | {"order_lines_size": NO_SIZE}))
    assert package(built(rows, answers=JOINT | {"order_lines_size": "20x10x5 in"}))["dimensions"]["length"] == 20


@pytest.mark.parametrize("cells", [("$40", ""), ("", "40.00")])
def test_one_declared_value_on_any_row(built: Build, order: Order, cells: tuple[str, str]) -> None:
    value = package(built(lines(order, "Declared Value", *cells), answers=JOINT))["declared_value"]
    assert value == {"amount": "40.00", "currency_code": "USD"}


def test_several_declared_values_are_asked_about(built: Build, order: Order) -> None:
    rows = lines(order, "Declared Value", "40", "60.50")
    assert slots(built(rows, answers=JOINT)) == ["order_lines_value"]
    added = package(built(rows, answers=JOINT | {"order_lines_value": ADD_VALUES}))
    assert added["declared_value"]["amount"] == "100.50"
    whole = built(rows, answers=JOINT | {"order_lines_value": WHOLE_VALUE})
    assert [problem.code for problem in whole.problems] == ["E-2224"]
    same = built(lines(order, "Declared Value", "40", "40.00"), answers=JOINT | {"order_lines_value": WHOLE_VALUE})
    assert package(same)["declared_value"]["amount"] == "40.00"


def test_values_that_add_up_beyond_the_limit_need_a_yes(built: Build, order: Order) -> None:
    rows = lines(order, "Declared Value", "30000", "30000", "0")
    assert slots(built(rows, answers=JOINT | {"order_lines_value": ADD_VALUES})) == ["declared_value_over_limit"]


def test_counts_of_packages_that_differ_reject(built: Build, order: Order) -> None:
    result = built(lines(order, "Packages", "1", "2"), answers=JOINT)
    assert [(problem.code, problem.column) for problem in result.problems] == [("E-2230", "Packages")]
    assert built(lines(order, "Packages", "", "1"), answers=JOINT).ready


def test_a_blank_word_in_one_column_does_not_hide_the_other_three(built: Build, order: Order) -> None:
    cells = {"Dimensions": "N/A", "Length": "12", "Width": "8", "Height": "6"}
    assert package(built([order(cells)]))["dimensions"]["length"] == 12


def test_an_unknown_unit_of_sizes_rejects(built: Build, order: Order) -> None:
    result = built([order({"Dimensions": "1x1x1", "Dimension Unit": "furlong"})])
    assert [(problem.code, problem.column) for problem in result.problems] == [("E-2217", "Dimension Unit")]
    assert built([order({"Dimensions": "", "Dimension Unit": "furlong"})]).ready


@pytest.mark.parametrize(
    ("cell", "code"), [("€", "EUR"), ("Euro", "EUR"), ("$", "USD"), ("usd", "USD"), ("", "USD"), ("£", "GBP")]
)
def test_the_currency_of_a_cell(built: Build, order: Order, cell: str, code: str) -> None:
    value = package(built([order({"Declared Value": "40", "Currency": cell})]))["declared_value"]
    assert value["currency_code"] == code


def test_an_unknown_currency_is_no_silent_dollar(built: Build, order: Order) -> None:
    assert slots(built([order({"Declared Value": "40", "Currency": "Kroner"})])) == ["currency"]
