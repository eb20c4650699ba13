"""What a preview says of returns, notices, references and missing tax numbers, and the sentence that is approved."""

from dataclasses import replace
from typing import Any

import pytest

from agent.planning.model import PlannedShipment
from agent.planning.option_lines import option_lines
from agent.planning.sentence import approval_sentence, typed_confirmation
from agent.planning.tax_lines import tax_lines
from agent.settings import Settings
from tests.unit.planning.test_plan_digest import PLAN, SHIPMENT


def shipment(row: int = 2, **payload: Any) -> PlannedShipment:
    body = {"shipper": {"address": {"country_code": "US"}}, "ship_to": {"address": {"country_code": "US"}}} | payload
    return replace(SHIPMENT, sheet_rows=(row,), payload=body, quote_cents=1420)


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        ({"return_service_code": "9"}, "RETURN: 1 parcel from the customer to you; the label is printed here (row 2)."),
        ({"saturday_delivery": True}, "Delivery on a Saturday, which costs more: row 2."),
        (
            {"notify": {"on": ["ship", "delivery"], "email": "a@b.co"}},
            "UPS e-mails 1 recipient when it ships or it is delivered.",
        ),
        (
            {"references": [{"value": "MUG"}]},
            "Further references (SKU) go along for 1 shipment; the label prints the first two.",
        ),
    ],
)
def test_one_line_for_each_kind(payload: dict[str, Any], line: str) -> None:
    assert option_lines([shipment(**payload), shipment(3)], ["SKU"]) == [line]


def test_nothing_is_said_of_plain_shipments() -> None:
    assert option_lines([shipment()]) == []
    assert tax_lines([shipment()]) == []


def test_the_sentence_of_returns() -> None:
    returns = tuple(shipment(row, return_service_code="9") for row in (2, 3, 4))
    plan = replace(PLAN, shipments=returns, options={"returns": "print"})
    sentence = approval_sentence(plan, 4260, "10 %", estimated=False)
    assert "buy 3 return labels" in sentence
    assert "create" not in sentence
    assert "Nothing is written into the sheet." in sentence
    assert typed_confirmation(replace(plan, reship=True), 4260, Settings()) == "again 3 returns"


def test_the_sentence_names_the_account_that_pays() -> None:
    billing = {"payer": "third_party", "account_number": "1A2B3C", "postal_code": "10001", "country_code": "US"}
    plan = replace(PLAN, shipments=(shipment(billing=billing), shipment(3)))
    sentence = approval_sentence(plan, 2840, "10 %", estimated=False)
    assert "but 1 of these ($14.20) to a third party (account …3C, 10001 US)" in sentence


def test_the_numbers_that_customs_of_the_eu_would_ask_for() -> None:
    germany = {"ship_to": {"address": {"country_code": "DE"}}}
    consumer = germany | {"consignee_type": "consumer", "eu_de_minimis": True}
    business = germany | {"consignee_type": "business"}
    assert tax_lines([shipment(**consumer)]) == [
        "No IOSS number: VAT is collected from the recipient on import (row 2)."
    ]
    assert tax_lines([shipment(**consumer, ioss="IM2760001234")]) == []
    assert len(tax_lines([shipment(**business)])) == 2
    known = [{"of": "recipient", "kind": kind, "number": "DE123456789"} for kind in ("eori", "tax")]
    assert tax_lines([shipment(**business, tax_ids=known)]) == []
