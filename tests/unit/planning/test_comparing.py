"""Services over a selection: total, days, last arrival; and what a preview changes against the one before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agent.events import PreviewReady
from agent.planning.comparing import Rate, offer_of, ordered, rates_of, services_in, summary_of
from agent.planning.difference import difference

WED, FRI = date(2026, 12, 2), date(2026, 12, 4)


def test_a_shop_answer_becomes_rates_by_service() -> None:
    answer = {
        "services": [
            {
                "service_code": "03",
                "totalCharges": {"amount": "12.345", "currencyCode": "USD"},
                "transit_days": 4,
                "delivery_date": "20261204",
            },
            {"service_code": "02", "totalCharges": {"amount": "30", "currencyCode": "USD"}},
            {"service_code": "01", "totalCharges": {"amount": "99", "currencyCode": "CAD"}},
            {"service_code": "12", "totalCharges": {"amount": "NaN", "currencyCode": "USD"}, "delivery_date": "soon"},
        ]
    }
    assert rates_of(answer, "USD") == {"03": Rate(1235, 4, FRI), "02": Rate(3000), "01": Rate(None), "12": Rate(None)}


def test_a_total_is_of_all_shipments_and_the_arrival_is_the_last_ones() -> None:
    rates = [{"03": Rate(1000, 3, WED)}, {"03": Rate(1500, 5, FRI)}]
    offer = offer_of("03", rates, 2, current=True)
    assert (offer.total_cents, offer.estimated, offer.unpriced) == (2500, False, 0)
    assert offer.cells("$25.00") == ("UPS Ground", "$25.00", "3-5", "Fri, Dec 4", "the preview's")


def test_where_only_the_first_were_priced_the_total_is_about() -> None:
    offer = offer_of("03", [{"03": Rate(1000, 3, WED)}, {"03": Rate(2000, 3, WED)}], 4, current=False)
    assert offer.cells("$60.00")[1:4] == ("about $60.00", "3", "Wed, Dec 2")
    assert offer.total_cents == 6000


def test_a_shipment_that_a_service_does_not_reach_is_counted_and_not_priced() -> None:
    offer = offer_of("02", [{"02": Rate(1000, 2, WED)}, {"03": Rate(900)}, {"02": Rate(None)}], 3, current=False)
    assert (offer.total_cents, offer.unpriced) == (1000, 2)
    assert offer.cells("$10.00")[4] == "not for 2"
    nowhere = offer_of("01", [{}], 1, current=False)
    assert (nowhere.total_cents, nowhere.cells("no price")[1:4]) == (None, ("no price", "?", "?"))


def test_what_carries_everything_stands_first_then_the_cheapest() -> None:
    rates = [{"03": Rate(900), "02": Rate(2000), "12": Rate(100)}, {"03": Rate(900), "02": Rate(2000)}]
    offers = ordered([offer_of(code, rates, 2, current=False) for code in ("12", "02", "03", "01")])
    assert [offer.service_code for offer in offers] == ["03", "02", "12", "01"]
    assert summary_of(offers[:2], "USD") == "UPS Ground: $18.00; UPS 2nd Day Air: $40.00"


def test_without_names_every_offered_service_and_the_previews_own_are_compared() -> None:
    rates = [{"01": Rate(1), "03": Rate(1), "17": Rate(1)}, {"11": Rate(1)}]
    assert services_in(rates, ["93"]) == ["03", "01", "11", "93"]
    assert services_in(rates, ["03"]) == ["03", "01", "11"]


def preview(rows: int, cents: int, **changed: Any) -> PreviewReady:
    made = PreviewReady(
        "d", "d", "", "", "", rows, [], cents, False, None, None, {}, [], [], [("name", "Company")], False,
        "simulator", "", "", None, row_numbers=list(range(1, rows + 1)), service_code="03",
    )  # fmt: skip
    return replace(made, **changed)


BEFORE = preview(5, 10_000)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (preview(4, 6_831), "5 -> 4 rows, -$31.69"),
        (preview(1, 1_000), "5 -> 1 row, -$90.00"),
        (preview(5, 12_000, service_code="02"), "UPS Ground -> UPS 2nd Day Air, +$20.00"),
        (preview(5, 12_000, service_code=None), "UPS Ground -> several services, +$20.00"),
        (preview(5, 10_000, row_numbers=[2, 3, 4, 5, 6]), "5 rows, 1 of them new, the same price"),
        (preview(5, 10_000, mapping=[("name", "Who")]), "name: Company -> Who, the same price"),
        (preview(6, 10_100, estimated=True), "5 -> 6 rows, about +$1.00"),
        (preview(5, 9_000, row_numbers=[7, 8, 9, 10, 11]), ""),
        (preview(5, 0, purpose="void"), ""),
    ],
)
def test_the_difference_is_in_rows_service_columns_and_money(now: PreviewReady, words: str) -> None:
    assert difference(BEFORE, now) == words
