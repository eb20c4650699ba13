"""Which service is the cheapest in time: a rule over what UPS offers, and nothing else."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from agent.drafting.arriving import Offer, cheapest_in_time, offers_of
from agent.planning.ship_request import ShipRequest

MONDAY, WEDNESDAY, THURSDAY = date(2026, 11, 30), date(2026, 12, 2), date(2026, 12, 3)
GROUND, THREE_DAY, TWO_DAY, SAVER = (
    Offer("03", 1000, THURSDAY),
    Offer("12", 1500, THURSDAY),
    Offer("02", 2000, WEDNESDAY),
    Offer("13", 2000, date(2026, 12, 1)),
)
ALL = [SAVER, TWO_DAY, THREE_DAY, GROUND]


@pytest.mark.parametrize(
    ("offers", "by", "chosen"),
    [
        (ALL, THURSDAY, GROUND),
        (ALL, WEDNESDAY, SAVER),
        ([TWO_DAY, GROUND], WEDNESDAY, TWO_DAY),
        (ALL, MONDAY, None),
        ([], THURSDAY, None),
        ([Offer("59", 1000, THURSDAY), GROUND], THURSDAY, GROUND),
    ],
)
def test_the_cheapest_then_the_earliest_then_the_lower_code(
    offers: list[Offer], by: date, chosen: Offer | None
) -> None:
    assert cheapest_in_time(offers, by) == chosen
    assert cheapest_in_time(offers[::-1], by) == chosen


def rate(code: str, day: str | None, amount: str = "12.34", currency: str = "USD") -> dict[str, Any]:
    return {"service_code": code, "delivery_date": day, "totalCharges": {"amount": amount, "currencyCode": currency}}


def test_an_offer_needs_a_day_a_price_and_a_service_that_may_be_chosen() -> None:
    rates = [
        rate("03", "20261203"),
        rate("02", None),
        rate("02", "soon"),
        rate("01", "20261201", currency="CAD"),
        rate("93", "20261204"),
        rate("17", "20261204"),
    ]
    assert offers_of({"services": rates}, "USD") == [Offer("03", 1234, THURSDAY)]


@pytest.mark.parametrize(
    "more",
    [
        {"arrive_by": "2026-12-04", "service": "ground"},
        {"arrive_by": "2026-12-04", "arrive_by_column": "Need By"},
        {"arrive_by_column": "Need By", "service_column": "Ship Via"},
        {"arrive_by": "Friday"},
        {"arrive_by": "2026-02-30"},
    ],
)
def test_a_request_says_one_thing_about_the_way(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ShipRequest.model_validate({"where": "TRUE", "in_words": "all", **more})
