"""Dictated commands: signs said as words, spelled values, numbers in words. They select what the written ones do."""

import pytest

from agent.understanding.dictation import dictated
from agent.understanding.requests import ToolRequest
from tests.unit.understanding.conftest import Interpret
from tests.unit.understanding.demo import SHEET

TABLE = [
    ("shipstation", "ship texas orders over one hundred dollars comma by ground period",
     "\"State\" = 'TX' AND \"Order Total\" > 100", "03"),
    ("shipstation", "okay so ship orders where state equals california and total is greater than fifty by ground",
     "\"State\" = 'CA' AND \"Order Total\" > 50", "03"),
    ("shipstation", "ship order s o dash three zero zero four by two day air", "\"Order #\" = 'SO-3004'", "02"),
    ("shipstation", "state not equal to texas and quantity equals one comma ground",
     "\"State\" <> 'TX' AND \"Item Qty\" = 1", "03"),
    ("shipstation", "ship orders placed on november nineteenth by next day air", "\"Order Date\" = '2026-11-19'", "01"),
    ("wholesale", "ship p o six six zero zero one by ground", "\"PO Number\" = 'PO66001'", "03"),
    ("wholesale", "terms equals net thirty and hazmat equals n comma ground",
     "\"Terms\" = 'Net 30' AND \"Hazmat?\" = 'N'", "03"),
    ("wholesale", "ship orders with hazmat no and liftgate yes by ground",
     "\"Hazmat?\" = 'N' AND \"Liftgate?\" = 'Y'", "03"),
    ("wholesale", "freight equals zero and rep equals j r by ground", "\"Freight (USD)\" = 0 AND \"Rep\" = 'JR'", "03"),
    ("snake", "ship tag v i p orders by second day", "tags ILIKE '%vip%'", "02"),
    ("warehouse", "ship tickets t zero zero zero one and t zero zero zero three by ground",
     "\"Ticket\" IN ('T-0001', 'T-0003')", "03"),
    ("warehouse", "bin c seven and signature required true by ground",
     "\"Bin\" = 'C7' AND \"Signature Required\" = 'TRUE'", "03"),
    ("distributor", "ship released orders comma not c o d comma by ground",
     "\"Order Status\" = 'Released' AND \"Terms\" <> 'COD'", "03"),
    ("distributor", "order status equals released and route equals u p s g r d comma ground",
     "\"Order Status\" = 'Released' AND \"Route\" = 'UPS GRD'", "03"),
    ("subscription", "plan monthly comma paused no comma shirt size x l comma ground",
     "\"Plan\" = 'Monthly' AND \"Paused\" = 'No' AND \"Shirt Size\" = 'XL'", "03"),
    ("giftshop", "ship weight less than forty eight ounces and on hold not yes by ground",
     "\"Ship Wt (oz)\" < 48 AND \"On Hold\" <> 'yes'", "03"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said", "wanted", "service"), TABLE)
def test_dictated_words_select_what_they_say(on, said, wanted, service, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == service
    assert same_rows(found.arguments["where"], wanted, on=on)


@pytest.mark.parametrize(
    "said",
    [
        "Ship a one item order by ground",
        "ship the first three orders by 2 day",
        "orders of one or two cartons, ground",
        "I shipped one, not all",
        "may first, Texas",
    ],
)
def test_plain_words_stay_as_they_are(said: str) -> None:
    assert dictated(said, SHEET) in (said, said.replace("may first", "may 1"))
