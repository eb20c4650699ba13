"""Pieces of commands keep their meaning however they are put together: sentences made from parts with a known formula.

Each template joins noun phrases and conditions; what it must select follows from the rules of its parts over the raw
file. A question is always allowed; other rows never are.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.brain import OfflineBrain
from tests.evaluation import gold
from tests.evaluation.fake_toolbox import FakeToolbox, data_server, rows_for

Parts = dict[str, Any]
SHIPSTATION: tuple[Parts, Parts] = ({
    "California": ["State", "=", "CA"], "west coast": ["State", "in", ["CA", "OR", "WA"]], "gift": ["Gift", "=", "yes"],
    "awaiting payment": ["Order Status", "=", "awaiting_payment"], "Blue Mug": ["Item Name", "=", "Blue Mug"],
    "overdue": ["Ship By Date", "on", ["2000-01-01", "2026-11-19"]], "Seattle": ["City", "=", "Seattle"],
}, {
    "to Texas": ["State", "=", "TX"], "over $100": ["Order Total", ">", 100], "worth less than $50": ["Order Total", "<", 50],
    "with 3 or more items": ["Item Qty", ">=", 3], "without a phone": ["Phone", "empty"], "with a company": ["Company", "filled"],
    "placed before Nov 10": ["Order Date", "on", ["2000-01-01", "2026-11-09"]], "from warehouse 2": ["Warehouse", "=", "2"],
    "whose SKU starts with MUG": ["Item SKU", "starts", "mug"], "not going to Oregon": {"not": ["State", "=", "OR"]},
    "that mention fragile in the internal notes": ["Internal Notes", "contains", "fragile"],
    "due tomorrow": ["Ship By Date", "on", ["2026-11-21", "2026-11-21"]], "that are not gifts": {"not": ["Gift", "=", "yes"]},
})  # fmt: skip
WAREHOUSE: tuple[Parts, Parts] = ({
    "rush": ["Rush", "=", "Y"], "gift": ["Gift", "=", "Yes"], "fragile": ["Fragile", "=", "x"], "Oregon": ["ST", "=", "OR"],
    "Blue Mug": ["Product", "=", "Blue Mug"],
}, {
    "over 5 lb": ["Weight (lb)", ">", 5], "in bin A1": ["Bin", "=", "A1"], "without a phone": ["Phone", "empty"],
    "with a declared value of $100 or more": ["Declared Value", ">=", 100], "with at least 4 units": ["Units", ">=", 4],
    "received this week": ["Received", "on", ["2026-11-16", "2026-11-22"]], "that need a signature": ["Signature Required", "=", "TRUE"],
})  # fmt: skip
SHOPIFY: tuple[Parts, Parts] = ({
    "paid": ["Financial Status", "=", "paid"], "high risk": ["Risk Level", "=", "High"], "Hearth": ["Vendor", "=", "Hearth"],
    "California": ["Shipping Province", "=", "CA"], "wholesale": ["Tags", "contains", "wholesale"],
}, {
    "with a total over $100": ["Total", ">", 100], "without an email": ["Email", "empty"], "with notes": ["Notes", "filled"],
    "with a discount code": ["Discount Code", "filled"], "with a subtotal under 50": ["Subtotal", "<", 50],
    "created this week": ["Created at", "on", ["2026-11-16", "2026-11-22"]], "whose SKU ends with BLU": ["Lineitem sku", "ends", "blu"],
})  # fmt: skip
SHEETS = {"shipstation": SHIPSTATION, "warehouse": WAREHOUSE, "shopify_full": SHOPIFY}


@dataclass(frozen=True)
class Rows:
    """A set of rows with the operators of the formulas."""

    sheet: str
    numbers: frozenset[int]

    def __and__(self, other: "Rows") -> "Rows":
        return Rows(self.sheet, self.numbers & other.numbers)

    def __or__(self, other: "Rows") -> "Rows":
        return Rows(self.sheet, self.numbers | other.numbers)

    def __invert__(self) -> "Rows":
        return Rows(self.sheet, frozenset(row.number for row in gold.rows_of(self.sheet)) - self.numbers)


Formula = Callable[[Rows, Rows, Rows, Rows], Rows]


def rows_by(rule: Any, sheet: str) -> Rows:
    """The rows for which a part's rule holds."""
    return Rows(sheet, frozenset(row.number for row in gold.rows_of(sheet) if gold.holds(rule, row)))


TEMPLATES: dict[str, Formula] = {
    "ship {a} orders {b} via ground": lambda a, b, c, d: a & b,
    "{a} orders {b}, ground": lambda a, b, c, d: a & b,
    "ground for {a} orders {b}, please": lambda a, b, c, d: a & b,
    "ship {a} orders, but only those {b}, ground": lambda a, b, c, d: a & b,
    "only {a} orders {b} by ground please": lambda a, b, c, d: a & b,
    "ship nothing but {a} orders {b}, ground": lambda a, b, c, d: a & b,
    "all {a} orders which are {b}: ground": lambda a, b, c, d: a & b,
    "ship {a} orders as long as they are {b}, ground": lambda a, b, c, d: a & b,
    "out of the {a} orders ship the ones {b} by ground": lambda a, b, c, d: a & b,
    "ship {a} {c} orders via ground": lambda a, b, c, d: a & c,
    "ship orders {b} {d} by ground": lambda a, b, c, d: b & d,
    "ship {a} orders {b} and {d} by ground": lambda a, b, c, d: a & b & d,
    "ship {a} orders and {c} orders via ground": lambda a, b, c, d: a | c,
    "ship {a} or {c} orders by ground": lambda a, b, c, d: a | c,
    "ship orders {b} or {d} via ground": lambda a, b, c, d: b | d,
    "ship {a} orders and anything {b} via ground": lambda a, b, c, d: a | b,
    "ship both {a} orders and orders {b} by ground": lambda a, b, c, d: a | b,
    "ship orders {b} as well as {a} orders by ground": lambda a, b, c, d: a | b,
    "ship orders {b}, orders {d} and {a} orders via ground": lambda a, b, c, d: a | b | d,
    "ship {a} orders {b} and {c} orders {d} by ground": lambda a, b, c, d: (a & b) | (c & d),
    "send the {a} ones {b} or {d} by ground": lambda a, b, c, d: a & (b | d),
    "ship all orders except {a} orders, ground": lambda a, b, c, d: ~a,
    "don't ship {a} orders, ship the rest by ground": lambda a, b, c, d: ~a,
    "ship everything except {a} orders {b} by ground": lambda a, b, c, d: ~(a & b),
    "ship everything except {a} orders and {c} orders, by ground": lambda a, b, c, d: ~(a | c),
    "ship {a} orders {b} except {c} ones by ground": lambda a, b, c, d: a & b & ~c,
    "ship {a} orders excluding those {b} via ground": lambda a, b, c, d: a & ~b,
    "ship orders {b} but not {a} ones, ground": lambda a, b, c, d: b & ~a,
    "ship everything {b}, except {a} orders, by ground": lambda a, b, c, d: b & ~a,
    "all orders {b} minus {a} ones, ground": lambda a, b, c, d: b & ~a,
    "ship all orders {b} that are not {a} orders via ground": lambda a, b, c, d: b & ~a,
}
EACH = 2


@pytest.mark.slow
@pytest.mark.parametrize("sheet", SHEETS)
async def test_combinations_mean_what_their_parts_mean(sheet):
    before, after = SHEETS[sheet]
    chosen, outcomes, wrong = random.Random(11), Counter(), []
    async with data_server() as data:
        await data.open(sheet)
        brain = OfflineBrain()
        for template, formula in TEMPLATES.items():
            for _ in range(EACH):
                (a, c), (b, d) = chosen.sample(list(before), 2), chosen.sample(list(after), 2)
                parts = [rows_by(rule, sheet) for rule in (before[a], after[b], before[c], after[d])]
                said = template.format(a=a, b=b, c=c, d=d)
                conversation = Conversation(today=date(2026, 11, 20))
                toolbox = FakeToolbox(data, conversation)
                await brain.turn(said, conversation, toolbox, toolbox)
                if not (proposals := [arguments for name, arguments in toolbox.called if name == "propose_shipment"]):
                    outcomes["asked"] += bool(toolbox.asked)
                    continue
                rows = {row.sheet_row for row in await rows_for(data, proposals[-1])}
                if rows == formula(*parts).numbers:
                    outcomes["exact"] += 1
                else:
                    wrong.append((said, proposals[-1]["where"]))
    assert wrong == []
    assert outcomes["exact"] >= 0.85 * EACH * len(TEMPLATES)
