"""Who answers in the tests knows the platform, and leaves open what nobody could foresee."""

import csv
import io

import pytest

from tests.orders.make_orders import make
from tests.orders.person import sensible
from tests.orders.truth import named


def said(platform: str, question: str, options: list[str]) -> str | None:
    known = named(platform)
    rows = list(csv.DictReader(io.StringIO(make(known)), delimiter=known.delimiter))
    return sensible(known, {header: header for header in known.headers}, rows)(question, options)


def cells(platform: str, role: str) -> str:
    known = named(platform)
    header = known.of(role)
    assert header is not None
    return next(csv.DictReader(io.StringIO(make(known))))[header]


@pytest.mark.parametrize(
    ("platform", "question", "options", "answer"),
    [
        ("shopify", "What are such rows?", ["items of one parcel", "several parcels"], "items of one parcel"),
        ("shippo", "How heavy is the parcel? (weights)", ["each row has the weight of the whole parcel", "add the rows up", "add the rows up, times their quantity"], "add the rows up, times their quantity"),
        ("tiktok", "How heavy is the parcel? (weights)", ["each row has the weight of the whole parcel", "add the rows up"], "each row has the weight of the whole parcel"),
        ("shippo", "Which column holds the weight?", ["Item Weight", "Order Weight"], "Item Weight"),
        ("pirateship_ounces", "Which column holds the weight?", ["Weight (lb)", "Weight (oz)", "both, added up"], "both, added up"),
        ("bigcommerce", "Which unit are the weights in?", ["lb", "oz", "kg", "g"], "lb"),
        ("bigcommerce", "What does “Awaiting Fulfillment” in Order Status mean?", ["already shipped", "cancelled or refunded", "ready to ship"], "ready to ship"),
        ("bigcommerce", "What does “Declined” in Order Status mean?", ["ready to ship", "already shipped", "not paid"], "not paid"),
        ("bigcommerce", "What do “Declined” and “Shipped” in Order Status mean?", ["ready to ship", "not paid"], None),
        ("ebay", "Which column holds the recipient's name?", ["Buyer Name", "Ship To Name"], "Ship To Name"),
        ("ebay", "Which columns are the recipient's?", ["Buyer Name, Buyer City", "Ship To Name, Ship To City"], "Ship To Name, Ship To City"),
        ("ebay", "What is the capital of the moon?", ["Yes", "No"], None),
    ],
)  # fmt: skip
def test_the_answer_is_the_truths(platform: str, question: str, options: list[str], answer: str | None) -> None:
    assert said(platform, question, options) == answer


def test_a_row_shown_both_ways_is_told_by_its_people() -> None:
    theirs = f"{cells('ebay', 'ship.name')}, {cells('ebay', 'ship.line1')}, {cells('ebay', 'ship.city')}"
    others = f"{cells('ebay', 'bill.name')}, {cells('ebay', 'bill.line1')}, {cells('ebay', 'bill.city')}"
    assert said("ebay", "Who gets the parcel of row 2?", [others, theirs]) == theirs
