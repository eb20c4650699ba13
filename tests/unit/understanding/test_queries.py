"""Commands written like a query: the clause is the condition as it stands, with its parentheses and negations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.understanding.conditions import clause
from agent.understanding.context import Context
from agent.understanding.queries import Written, queried
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import Interpret
from tests.unit.understanding.demo import SHEET, TODAY, Everywhere, count, read
from tests.unit.understanding.test_properties import proposal, some

TABLE = [
    ("shipstation", "(state = CA or gift = yes) and total > 100 -> 2 day",
     "(\"State\" = 'CA' OR \"Gift\" = 'yes') AND \"Order Total\" > 100", "02"),
    ("shipstation", "not (state = CA or gift = yes); ground", "NOT (\"State\" = 'CA' OR \"Gift\" = 'yes')", "03"),
    ("shipstation", "gift = yes and internal_notes != 'fragile' -> ground",
     "\"Gift\" = 'yes' AND \"Internal Notes\" <> 'fragile'", "03"),
    ("shipstation", "warehouse = 2 & qty > 3 => 2da", '"Warehouse" = 2 AND "Item Qty" > 3', "02"),
    ("shipstation", "item_sku like 'MUG%' and state <> 'CA' ; svc=ground",
     "\"Item SKU\" ILIKE 'MUG%' AND \"State\" <> 'CA'", "03"),
    ("shipstation", "company is null and phone is not null -> ground", "\"Company\" = '' AND \"Phone\" <> ''", "03"),
    ("shipstation", "gift orders where total between 50 and 200 via ground",
     "\"Gift\" = 'yes' AND \"Order Total\" BETWEEN 50 AND 200", "03"),
    ("shipstation", "ship_by_date < today and qty <= 2, next day air",
     "\"Ship By Date\" < '2026-11-20' AND \"Item Qty\" <= 2", "01"),
    ("wholesale", "hazmat = N and cartons > 2 ; ground", "\"Hazmat?\" <> 'Y' AND \"Cartons\" > 2", "03"),
    ("wholesale", "state/province not in (CA, TX) and hazmat? = 'Y' -> ground",
     "\"State/Province\" NOT IN ('CA', 'TX') AND \"Hazmat?\" = 'Y'", "03"),
    ("wholesale", "terms in ('Net 60','Prepaid') and not hazmat = Y => 2da",
     "\"Terms\" IN ('Net 60', 'Prepaid') AND \"Hazmat?\" = 'N'", "02"),
    ("snake", "is_gift = false and is_fragile = true -> ground", "is_gift = 'false' AND is_fragile = 'true'", "03"),
    ("snake", "ship_state = 'California' and (is_fragile or is_gift) -> ground",
     "ship_state = 'California' AND (is_fragile = 'true' OR is_gift = 'true')", "03"),
    ("snake", "tags = vip and channel != phone; ground", "tags ILIKE '%vip%' AND channel <> 'phone'", "03"),
    ("warehouse", "rush = Y and fragile is null -> next day", "\"Rush\" = 'Y' AND \"Fragile\" = ''", "01"),
    ("warehouse", "(bin = A1 or bin = B1) and units > 2 and not gift = Yes, ground",
     "\"Bin\" IN ('A1', 'B1') AND \"Units\" > 2 AND \"Gift\" = 'No'", "03"),
    ("subscription", "next ship date <= today and paused != Yes -> ground",
     "\"Next Ship Date\" <= '2026-11-20' AND \"Paused\" = 'No'", "03"),
    ("distributor", "item_grp = Books and (terms = COD or terms = 'Net 60') -> ground",
     "\"Item Grp\" = 'Books' AND \"Terms\" IN ('COD', 'Net 60')", "03"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "said", "wanted", "service"), TABLE)
def test_a_query_selects_what_it_says(on, said, wanted, service, interpret: Interpret, same_rows) -> None:
    found = interpret(said, on=on)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["service"] == service
    assert same_rows(found.arguments["where"], wanted, on=on)


def test_a_query_may_be_cut() -> None:
    found = proposal("ship where order total >= 100 order by order total desc limit 5 via 2 day")
    assert found["where"] == '"Order Total" >= 100'
    assert (found["limit"], found["order_by"]) == (5, [{"column": "Order Total", "descending": True}])
    assert proposal("where qty > 2 limit 10 service ground")["limit"] == 10


@pytest.mark.parametrize(
    "said",
    ["state = CA or state = TX and fragile = yes; ground", "fragile = yes and gift = yes or state = OH -> 2da"],
)
def test_and_beside_or_without_parentheses_is_asked(said: str) -> None:
    action = read(said).action
    assert isinstance(action, Ask)
    assert len(action.options) == 2


@pytest.mark.parametrize(
    "said",
    [
        "(state = CA or gift = perhaps) and qty > 5 -> ground",
        "state = CA and not (gift = yes or zorple = 3); ground",
        "(state = CA or gift = yes ; ground",
    ],
)
def test_parentheses_that_cannot_be_read_are_never_passed_over(said: str) -> None:
    assert isinstance(read(said).action, Ask)


LEAVES = st.sampled_from(
    [
        ("state = 'TX'", "\"State\" = 'TX'"), ("fragile = yes", "\"Fragile\" = 'yes'"), ("gift = no", "\"Gift\" = 'no'"),
        ("qty >= 3", '"Qty" >= 3'), ("order_total < 100", '"Order Total" < 100'),
        ("status in ('paid', pending)", "\"Status\" IN ('paid', 'pending')"), ("phone is null", "\"Phone\" = ''"),
        ("city != Dallas", "\"City\" <> 'Dallas'"), ("item name like '%mug%'", "\"Item Name\" ILIKE '%mug%'"),
        ("cartons between 2 and 4", '"Cartons" BETWEEN 2 AND 4'),
    ]
)  # fmt: skip
LINKS = st.sampled_from([("and", "AND"), ("or", "OR"), ("AND", "AND"), ("OR", "OR"), ("&&", "AND"), ("||", "OR")])


def _joined(parts: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    return f"({' '.join(p[0] for p in parts)})", f"({' '.join(p[1] for p in parts)})"


TREES = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.tuples(part, LINKS, part).map(_joined), part.map(lambda p: (f"not ({p[0]})", f"NOT ({p[1]})"))
    ),
    max_leaves=5,
)


@some
@given(TREES)
def test_a_whole_query_is_read_as_its_parentheses_stand(pair: tuple[str, str]) -> None:
    said, wanted = pair
    found = queried(f"{said} -> ground", Context(SHEET, TODAY, {}, Everywhere({})))
    assert isinstance(found, Written)
    ours = clause(found.test.tree)
    assert count(f"({ours}) <> ({wanted})") == 0, (said, ours)
