"""What words ask of all rows of a command, in their payloads; what a row or a day does not allow stops it."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.mapping.answers import Answers
from agent.mapping.builder import BuiltRows
from agent.planning.ship_options import ShipOptions

Order = Callable[..., dict[str, str]]
Build = Callable[..., BuiltRows]


def codes(result: BuiltRows) -> list[str]:
    return [problem.code for problem in result.problems]


def payload(result: BuiltRows) -> dict[str, Any]:
    assert codes(result) == []
    found = result.shipments[0].payload
    assert found is not None
    return found


def test_a_third_party_of_the_words(built: Build, order: Order) -> None:
    options = ShipOptions(bill_to="third_party", account_number="1A2B3C", account_postal_code="10001")
    found = payload(built([order()], answers=options.answers()))
    assert found["billing"] == {
        "payer": "third_party",
        "account_number": "1A2B3C",
        "postal_code": "10001",
        "country_code": "US",
    }


def test_the_receiver_of_the_words_with_the_account_of_the_column(built: Build, order: Order) -> None:
    rows = [order({"Billing Option": "Collect", "Receiver Account": "9X9X9X", "Receiver Account Zip": "02116"})]
    found = payload(built(rows, answers=ShipOptions(bill_to="receiver").answers()))
    assert found["billing"] == {"payer": "receiver", "account_number": "9X9X9X", "postal_code": "02116"}


@pytest.mark.parametrize(
    ("cells", "options", "code"),
    [
        ({}, ShipOptions(bill_to="receiver"), "E-2424"),
        ({"Billing Option": "Prepaid"}, ShipOptions(bill_to="consignee"), "E-2425"),
        (
            {"Third Party Account": "9X9X9X"},
            ShipOptions(bill_to="third_party", account_number="1A2B3C", account_postal_code="10001"),
            "E-2425",
        ),
    ],
)
def test_half_a_payer_or_two_stop_the_row(
    built: Build, order: Order, cells: dict[str, str], options: ShipOptions, code: str
) -> None:
    assert code in codes(built([order(cells)], answers=options.answers()))


def test_an_account_needs_its_payer() -> None:
    with pytest.raises(ValueError, match="account"):
        ShipOptions(account_number="1A2B3C")
    with pytest.raises(ValueError, match="return"):
        ShipOptions(returns="print", saturday=True)


def test_a_saturday_only_from_the_day_before(built: Build, order: Order) -> None:
    saturday = ShipOptions(saturday=True).answers()
    friday = order({"Ship Date": "2026-03-06"})
    assert payload(built([friday], service="01", answers=saturday))["saturday_delivery"] is True
    assert codes(built([friday], service="03", answers=saturday)) == ["E-2417"]
    assert codes(built([order()], service="01", answers=saturday)) == ["E-2418"], "the day is a Monday"


@pytest.mark.parametrize(
    ("cells", "said", "events"),
    [
        ({}, ("delivery", "ship"), ["ship", "delivery"]),
        ({"Delivery Notification": "Y"}, (), ["delivery"]),
        ({"Email Notification": "yes"}, (), ["ship", "exception", "delivery"]),
        ({"Notify": "ship and exception"}, (), ["ship", "exception"]),
        ({"Ship Notification": "Y"}, ("delivery",), ["ship", "delivery"]),
    ],
)
def test_notices_go_to_the_address_in_the_sheet(
    built: Build, order: Order, cells: dict[str, str], said: Any, events: list[str]
) -> None:
    rows = [order({"Email": "ann@example.com", **cells})]
    found = payload(built(rows, answers=ShipOptions(notify=said).answers()))
    assert found["notify"] == {"on": events, "email": "ann@example.com"}


def test_nobody_gets_a_notice_that_nobody_asked_for(built: Build, order: Order) -> None:
    assert "notify" not in payload(built([order({"Email": "ann@example.com", "Email Notification": "N"})]))


def test_a_row_without_an_address_goes_without_notices_and_says_so(built: Build, order: Order) -> None:
    result = built([order()], answers=ShipOptions(notify=("ship",)).answers())
    assert "notify" not in payload(result)
    assert result.shipments[0].warnings == ("no e-mail address in the row: UPS sends no notices",)


def test_references_of_words_and_columns(built: Build, order: Order) -> None:
    rows = [order({"SKU": "MUG", "Reference 2": "Dept 4", "Reference 3": ""})]
    options = ShipOptions(references=("Order Number", "SKU"), barcode="SKU")
    found = payload(built(rows, answers=options.answers()))
    assert found["customer_reference"] == "1001", "not twice"
    assert found["references"] == [{"value": "MUG", "barcode": True}, {"value": "Dept 4"}]


def test_the_order_number_as_a_barcode(built: Build, order: Order) -> None:
    options = ShipOptions(references=("Order Number",), barcode="Order Number")
    found = payload(built([order()], answers=options.answers()))
    assert found["reference_barcode"] is True
    assert "references" not in found
    assert codes(built([order({"Order Number": "SO-1001"})], answers=options.answers())) == ["E-2437"]


@pytest.mark.parametrize(
    ("filled", "abroad", "fits"), [(3, False, True), (4, False, False), (1, True, False), (0, True, True)]
)
def test_how_many_ups_takes(built: Build, order: Order, filled: int, abroad: bool, fits: bool) -> None:
    cells = {f"Reference {number}": f"R{number}" for number in range(2, 2 + filled)}
    cells |= {"Country": "Canada", "State": "ON", "ZIP": "K1A 0B1", "City": "Ottawa"} if abroad else {}
    result = built([order(cells)], service="11" if abroad else "03")
    assert ("E-2436" not in codes(result)) == fits


def test_no_saved_mapping_keeps_what_words_asked() -> None:
    options = ShipOptions(bill_to="third_party", account_number="1A2B3C", returns=None, notify=("ship",))
    assert Answers.of(options.answers() | {"weight": "1 lb"}).constants() == {"weight": "1 lb"}
