"""An identity is of the parcel: spellings and edits that keep the parcel keep it, another parcel has another one."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from agent.planning.identity import content_key, destination_of, nth, without_count
from agent.shipping.orders import canonical_number, order_key, read_order_number
from tests.unit.mapping.test_builder import Build, Order

SAME = [
    ("1001", "#1001"),
    ("1001", "001001"),
    ("1001", "1001.0"),
    ("1001", " 1001 "),
    ("1001", "'1001"),
    ("1001", "# 001001"),
    ("1001", "\uff11\uff10\uff10\uff11"),
    ("1001", "\u200b1001"),
    ("a-1001", "A-1001"),
    ("a-1001", "A\u20131001"),
    ("#a-1001", "A-1001"),
    ("0", "000"),
]
DIFFERENT = [
    "1001",
    "10-01",
    "10/01",
    "1001-1",
    "1001/2",
    "1001.5",
    "A1001",
    "A-1001",
    "A-01001",
    "1001 B",
    "Order 1001",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_order(one: str, other: str) -> None:
    assert order_key(read_order_number(one)) == order_key(read_order_number(other)) != ""


def test_different_orders_stay_different() -> None:
    assert len({order_key(read_order_number(text)) for text in DIFFERENT}) == len(DIFFERENT)


@given(st.text())
def test_a_canonical_number_is_its_own(text: str) -> None:
    once = canonical_number(text)
    assert canonical_number(once) == once


@given(st.text(alphabet="aB1-/.# ", max_size=8), st.integers(2, 9))
def test_no_order_is_taken_for_a_parcel_of_another(text: str, count: int) -> None:
    name = canonical_number(text)
    assert canonical_number(nth(name, count)) != nth(name, count)
    assert without_count(nth(name, count)) == name == without_count(name)


def spellings(cell: str) -> st.SearchStrategy[str]:
    """What people and sheet programs make of a cell that says the same."""
    numbers = [f"{cell}0", f"0{cell}"] if re.fullmatch(r"\d+\.\d+", cell) else []
    return st.sampled_from([cell, cell.upper(), cell.lower(), f" {cell} ", cell.replace(" ", "  "), *numbers])


CELLS = {"Name": "Ann Lee", "Address 1": "12 Main St", "City": "Boston", "ZIP": "02116", "Weight (lb)": "2.5"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_a_sheet_program_makes_of_a_row_is_the_same_parcel(
    data: st.DataObject, built: Build, order: Order
) -> None:
    typed = {name: data.draw(spellings(cell)) for name, cell in CELLS.items()}
    typed["ZIP"] = data.draw(st.sampled_from(["02116", "2116", "2116.0", "02116-4402"]))
    extra = data.draw(st.dictionaries(st.sampled_from(["Notes", "Packed by"]), st.text("ab", max_size=3)))
    before, after = order({"Order Number": None}), order({"Order Number": None, **typed, **extra})
    if data.draw(st.booleans()):
        after = dict(reversed(after.items()))
    (was,), (now,) = built([before]).shipments, built([after]).shipments
    assert was.identity == now.identity


OTHERS = {
    "Name": "Ben Lee",
    "Address 1": "14 Main St",
    "City": "Cambridge",
    "ZIP": "02139",
    "Weight (lb)": "2.6",
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_addressee_address_or_weight_is_another_parcel(built: Build, order: Order, name: str) -> None:
    rows = [order({"Order Number": None}), order({"Order Number": None, name: OTHERS[name]})]
    first, second = built(rows).shipments
    assert first.identity != second.identity


@pytest.mark.parametrize("service", ["02", "12"])
def test_the_service_is_no_part_of_the_parcel(service: str, built: Build, order: Order) -> None:
    (ground,) = built([order({"Order Number": None})]).shipments
    (other,) = built([order({"Order Number": None})], service=service).shipments
    assert ground.identity == other.identity


@given(st.dictionaries(st.sampled_from(["name", "phone", "email"]), st.text()))
def test_a_payload_without_an_address_has_no_content_to_compare(ship_to: dict[str, str]) -> None:
    assume(ship_to != {})
    assert destination_of({"ship_to": ship_to}) is None
    assert content_key({"ship_to": ship_to}) is None
