"""How far a negation, a list, a link in capitals, a condition and a pronoun reach. Rows are counted by DuckDB."""

from collections.abc import Sequence
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.conftest import meaning, sheet_of

FRIDAY = date(2026, 11, 20)
HEADER = ("Order", "State", "Order Total", "Order Date", "Product", "Remark", "Member Since", "Gift")
ROWS = (
    ("A1", "TX", "500", "2026-11-18", "Mug", "fragile", "2008", "yes"),
    ("A2", "TX", "450", "2026-11-19", "Bowl", "", "2010", "no"),
    ("A3", "ME", "300", "2026-11-20", "Mug", "call first", "2012", "no"),
    ("A4", "IN", "700", "2026-11-10", "Plate", "fragile", "2015", "yes"),
    ("A5", "CA", "100", "2026-11-21", "Bowl", "", "2020", "no"),
    ("A6", "OR", "390", "2026-11-14", "Serving Bowl", "call first", "2011", "no"),
)
ALL = frozenset(row[0] for row in ROWS)


SHEET = sheet_of({name: [row[index] for row in ROWS] for index, name in enumerate(HEADER)})
TABLE = duckdb.connect()
TABLE.execute(
    "CREATE TABLE source ("
    + ", ".join(f'"{name}" {"INTEGER" if name in ("Order Total", "Member Since") else "TEXT"}' for name in HEADER)
    + ")"
)
TABLE.executemany(f"INSERT INTO source VALUES ({', '.join('?' * len(HEADER))})", ROWS)


def count(clauses: Sequence[str]) -> dict[str, int]:
    found = {}
    for clause in clauses:
        (number,) = TABLE.execute(f"SELECT count(*) FROM source WHERE {clause}").fetchone() or (0,)
        found[clause] = int(number)
    return found


def meant(text: str, conversation: Conversation | None = None) -> ToolRequest | Ask:
    action = meaning(text, SHEET, conversation or Conversation(today=FRIDAY), count)
    assert isinstance(action, (ToolRequest, Ask)), action
    return action


def rows(action: ToolRequest | Ask) -> frozenset[str]:
    assert isinstance(action, ToolRequest), action
    where = action.arguments["where"]
    return frozenset(row[0] for row in TABLE.execute(f'SELECT "Order" FROM source WHERE {where}').fetchall())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # a negation and what it lists
        ("ship orders where product isn't Mug or Bowl by ground", "A4 A6"),
        ("ship orders where product is not Mug, Bowl or Plate by ground", "A6"),
        ("ship orders where product isn't 'Mug' or 'Bowl' by ground", "A4 A6"),
        ("ship orders where product not in ('Mug', 'Bowl') by ground", "A4 A6"),
        ("ship orders where state is not TX and product is Mug or Bowl by ground", "A3 A5"),
        # empty cells
        ("ship orders with a remark that isn't fragile by ground", "A3 A6"),
        ("ship the ones that have a remark which isn't fragile, ground", "A3 A6"),
        ("ship orders with a remark that doesn't say fragile by ground", "A3 A6"),
        ("ship orders whose remark isn't fragile by ground", "A2 A3 A5 A6"),
        ("ship orders where the remark is not fragile by ground", "A2 A3 A5 A6"),
        ("ship orders without a remark or not fragile by ground", "A2 A3 A5 A6"),
        # links in capitals
        ("ship where state IN ('TX', 'CA') ground", "A1 A2 A5"),
        ("ship where state NOT IN ('TX', 'CA') ground", "A3 A4 A6"),
        ("ship where state IN (TX, CA) ground", "A1 A2 A5"),
        ("ship where state = 'TX' OR state = 'CA' ground", "A1 A2 A5"),
        ("ship where state = 'TX' OR product = 'Plate' ground", "A1 A2 A4"),
        ("ship TX OR CA orders by ground", "A1 A2 A5"),
        ("SHIP ORDERS WHERE STATE IN ('TX','CA') BY GROUND", "A1 A2 A5"),
        ("ship orders IN Texas by ground", "A1 A2"),
        ("ship orders in IN by ground", "A4"),
        ("ship WA and OR orders by ground", "A6"),
        ("ship orders in ME by ground", "A3"),
        # a condition after a list
        ("ship all Mug or Plate orders over $400 by ground", "A1 A4"),
        ("ship every Mug or Plate over $400 by ground", "A1 A4"),
        ("ship Mug or Plate orders over $400 by ground", "A1 A4"),
        ("ship Mug orders over $400 and Texas orders by ground", "A1 A2"),
        # plurals and parts of values
        ("ship mugs or bowls by ground", "A1 A2 A3 A5"),
        ("ship plates or serving bowls by ground", "A4 A6"),
        ("ship orders whose product contains plates or bowls by ground", "A2 A4 A5 A6"),
        # days and years
        ("ship orders placed this Friday by ground", "A3"),
        ("ship orders placed this weekend by ground", "A5"),
        ("ship orders placed last weekend by ground", "A6"),
        ("ship members since 2011 by ground", "A3 A4 A5 A6"),
        ("ship orders where member since is 2011 by ground", "A6"),
        ("ship orders with member since 2011 or later by ground", "A3 A4 A5 A6"),
    ],
)
def test_rows_that_are_meant(said, expected):
    assert rows(meant(said)) == frozenset(expected.split())


@pytest.mark.parametrize(
    "said",
    [
        "ship Mug orders and Plate orders over $400 by ground",
        "ship Mug orders or Plate orders over $400 by ground",
        "ship every Mug and every Plate order over $400 by ground",
        "ship all Mug and all Texas orders over $400 by ground",
    ],
)
def test_a_condition_after_two_nouns_is_of_both_or_asked(said):
    asked = meant(said)
    assert isinstance(asked, Ask)
    both, last = [
        rows(meant(said, Conversation(today=FRIDAY, answers={asked.question: option}))) for option in asked.options
    ]
    assert both < last
    assert "A3" not in both, "a mug for $300"
    assert "A3" in last


@pytest.mark.parametrize(
    ("said", "neither", "either"),
    [
        ("ship orders that aren't gifts or mugs by ground", "A2 A5 A6", "A1 A2 A3 A5 A6"),
        ("ship orders that are not in Texas or over $400 by ground", "A3 A5 A6", "A1 A2 A3 A4 A5 A6"),
    ],
)
def test_a_negation_before_two_kinds_of_condition_is_asked_about(said, neither, either):
    asked = meant(said)
    assert isinstance(asked, Ask)
    found = [
        rows(meant(said, Conversation(today=FRIDAY, answers={asked.question: option}))) for option in asked.options
    ]
    assert found == [frozenset(neither.split()), frozenset(either.split())]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(
        [
            "ship orders without a remark or not {} by ground",
            "ship orders that are not {} by ground",
            "ship {} orders in Texas by ground",
            "ship orders in Texas, not {}, by ground",
            "ship orders with a remark and {} by ground",
            "ship everything except {} by ground",
        ]
    ),
    st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=8, max_size=12),
)
def test_a_word_that_nothing_explains_is_never_dropped(frame, word):
    asked = meant(frame.format(word))
    assert isinstance(asked, Ask)
    assert word in asked.question


@pytest.mark.parametrize(
    ("today", "weekend"),
    [(16 + day, (21, 22)) for day in range(7)],
    ids=["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
)
def test_this_weekend_is_the_one_that_goes_on_or_comes(today, weekend):
    found = meant("ship orders placed this weekend by ground", Conversation(today=date(2026, 11, today)))
    first, last = weekend
    where = f"\"Order Date\" >= '2026-11-{first}' AND \"Order Date\" < '2026-11-{last + 1}'"
    assert found.arguments["where"] == where


def test_a_day_of_this_week_that_has_passed_is_asked_about():
    said = "ship orders placed this Wednesday by ground"
    asked = meant(said)
    assert isinstance(asked, Ask)
    assert asked.options == ("Wednesday, Nov 18", "Wednesday, Nov 25")
    chosen = Conversation(today=FRIDAY, answers={asked.question: "Wednesday, Nov 18"})
    assert rows(meant(said, chosen)) == {"A1"}


COUNTED = ("\"State\" = 'TX'", "State is Texas")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("ship those by ground", "A1 A2"),
        ("ship them all by 2 day", "A1 A2"),
        ("can you ship these by ground?", "A1 A2"),
        ("ship those over $470 by ground", "A1"),
        ("hold those, ship the rest by ground", "A3 A4 A5 A6"),
        ("ship the Mug orders by ground, get them out", "A1 A3"),
    ],
)
@pytest.mark.parametrize("previewed", [False, True])
def test_those_are_the_rows_that_were_counted_last(said, expected, previewed):
    proposal = {"where": "\"State\" = 'CA'", "in_words": "State is California", "service": "03"} if previewed else None
    found = meant(said, Conversation(today=FRIDAY, proposal=proposal, counted=COUNTED))
    assert rows(found) == frozenset(expected.split())
    assert "Mug" in said or "State is Texas" in found.arguments["in_words"], "the echo names them"


def test_without_a_count_those_are_the_rows_of_the_preview():
    proposal = {"where": "\"State\" = 'CA'", "in_words": "State is California", "service": "03"}
    assert rows(meant("ship those by 2 day", Conversation(today=FRIDAY, proposal=proposal))) == {"A5"}
    assert isinstance(meant("ship those by 2 day"), Ask)


KINDS = {
    "state": ["in Texas", "in TX or CA", "not in Texas", "outside Maine"],
    "total": ["over $350", "under $500", "of at least $390"],
    "product": ["with product Mug", "whose product isn't Mug or Bowl", "that are not plates"],
    "remark": ["without a remark", "with a remark", "with a remark that isn't fragile"],
    "day": ["placed since Monday", "placed before Nov 19", "placed this weekend"],
    "gift": ["that are gifts", "that are not gifts"],
}
CONDITIONS = [(kind, words) for kind, listed in KINDS.items() for words in listed]
different = st.lists(st.sampled_from(CONDITIONS), min_size=2, max_size=3, unique_by=lambda condition: condition[0])


@settings(max_examples=30, deadline=None)
@given(different, st.sampled_from(["ship orders {} by ground", "please ship all orders {}, ground", "{} ground"]))
def test_an_added_condition_never_adds_rows(conditions, frame):
    *fewer, _ = words = [said for _, said in conditions]
    frame = frame if frame != "{} ground" else "orders {} ground"
    more, less = meant(frame.format(" ".join(fewer))), meant(frame.format(" ".join(words)))
    if isinstance(more, ToolRequest) and isinstance(less, ToolRequest):
        assert rows(less) <= rows(more), (fewer, words)


NEGATED = {
    "Mug": ["not mugs", "except mugs", "whose product isn't Mug", "other than mugs", "where product <> 'Mug'"],
    "TX": ["not in Texas", "except Texas", "outside Texas", "where state != 'TX'", "but not Texas"],
}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([(value, said) for value, listed in NEGATED.items() for said in listed]), st.data())
def test_no_noise_turns_a_negation_round(negated, data):
    """Whatever stands beside it, what was taken out stays out - or it is asked."""
    value, said = negated
    noise = data.draw(st.sampled_from(["", "please", "asap thanks", "for my boss", "kindly", "tyvm", "dude"]))
    place = data.draw(st.sampled_from(["{n} ship all orders {s} by ground", "ship all orders {s} by ground {n}"]))
    found = meant(place.format(n=noise, s=said).strip())
    if isinstance(found, ToolRequest) and found.name == "propose_shipment":
        named = frozenset(row[0] for row in ROWS if value in row)
        assert not rows(found) & named, found.arguments


@pytest.mark.parametrize("noun", ["mug", "Mugs"])
@pytest.mark.parametrize("polite", ["{}", "please {}", "could you {}?", "{}, thanks", "hi, i'd like to {}"])
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_plural_case_and_politeness_change_nothing(noun, polite, change):
    assert rows(meant(change(polite.format(f"ship the {noun} orders by ground")))) == {"A1", "A3"}
