"""What UPS says beside its prices is shown once."""

import asyncio
from typing import Any

import pytest

from agent.planning.quote_notes import quote_notes, rates_in_words
from agent.planning.quoting import Quote, quote_all

UNREGISTERED = ("112153", "Unregistered user: list prices.")
VARIES = ("110971", "Your invoice may vary from the displayed reference rates")


def quotes_of(*answers: dict[str, Any]) -> list[Quote]:
    waiting = iter(answers)

    async def ups(_tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        return {"totalCharges": {"amount": "12.50", "currencyCode": "USD"}} | next(waiting)

    return asyncio.run(quote_all(ups, "test", [{} for _ in answers], "USD"))


def alerts(*found: tuple[str, str]) -> dict[str, Any]:
    return {"alerts": [{"code": code, "message": message} for code, message in found]}


@pytest.mark.parametrize(
    ("answer", "basis"),
    [
        ({"price_basis": "negotiated"}, "negotiated"),
        ({"price_basis": "list", "negotiated": True}, "list"),
        ({"negotiated": True}, "negotiated"),
        ({"negotiated": False}, "list"),
        ({}, ""),
        ({"price_basis": "published"}, ""),
    ],
)
def test_whose_rates_they_are(answer: dict[str, Any], basis: str) -> None:
    assert [quote.basis for quote in quotes_of(answer)] == [basis]


def test_an_alert_of_all_rows_is_one_line() -> None:
    found = quotes_of(*[{"price_basis": "list"} | alerts(UNREGISTERED, VARIES, UNREGISTERED)] * 3)
    assert quote_notes([[2], [3], [4]], found) == [
        "List prices, not negotiated rates.",
        "UPS says: Unregistered user: list prices (112153).",
    ]
    assert rates_in_words(found) == "list prices"


def test_what_holds_for_some_rows_names_them() -> None:
    found = quotes_of({"negotiated": True}, {"negotiated": False} | alerts(UNREGISTERED), {"negotiated": True})
    assert quote_notes([[2], [3, 4], [5]], found) == [
        "List prices, not negotiated rates for rows 3, 4.",
        "UPS says for rows 3, 4: Unregistered user: list prices (112153).",
    ]
    assert rates_in_words(found) == "negotiated rates and list prices"


def test_negotiated_rates_without_remarks_warn_of_nothing() -> None:
    found = quotes_of({"price_basis": "negotiated"} | alerts(VARIES))
    assert quote_notes([[2]], found) == []
    assert rates_in_words(found) == "negotiated rates"


def test_a_failed_quote_says_nothing_of_rates() -> None:
    failed = Quote(None, "no price", "E-3500")
    assert quote_notes([[2], [3]], [failed, Quote(100, basis="negotiated")]) == []
    assert rates_in_words([failed]) == ""


def test_what_the_server_says_itself_of_list_prices_is_not_said_twice() -> None:
    own = ("E-3299", "This is the list price of UPS.")
    found = quotes_of({"negotiated": False} | alerts(own), {"negotiated": True})
    assert quote_notes([[2], [3]], found) == ["Row 2: This is the list price of UPS (E-3299)."]
    assert quote_notes([[2]], found[:1]) == ["This is the list price of UPS (E-3299)."]
