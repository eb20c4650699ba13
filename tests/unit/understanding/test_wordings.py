"""Wordings that mean the same as a plain one, by kind, over sheets that no rule knows."""

from collections.abc import Sequence

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, Say, ToolRequest
from agent.understanding.sheet import Sheet
from tests.unit.understanding.conftest import TODAY, meaning, sheet_of
from tests.unit.understanding.demo import read
from tests.unit.understanding.test_properties import effect, proposal

LAMPS = sheet_of(
    {
        "Ticket No": ["7018", "7019", "L-304", "7020"],
        "Lamp": ["Brass Lamp", "Oak Lamp", "Brass Lamp", "Desk Lamp"],
        "Wired": ["yes", "no", "partly", "yes"],
        "Dozens": ["2", "5", "8", "1"],
        "Rush Fee": ["0", "15", "0", "25"],
        "Terms": ["COD", "prepaid", "prepaid", "COD"],
        "Send By": ["2026-11-18", "2026-11-23", "2026-11-24", "2026-11-27"],
        "Way": ["Ground", "", "2nd Day Air", ""],
    },
    Wired="text",
)


def everything_held(clauses: Sequence[str]) -> dict[str, int]:
    return dict.fromkeys(clauses, 1)


def lamps(said: str, sheet: Sheet = LAMPS) -> ToolRequest | Ask | Say:
    return meaning(said, sheet, Conversation(today=TODAY), everything_held)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Texas orders by ground, gifts excluded", "Texas orders without gifts by ground"),
        ("Orders to Texas go 2nd Day Air, fragile ones excepted.", "Texas orders without fragile ones by 2 day"),
        ("Texas gnd, gifts no", "Texas orders without gifts by ground"),
        ("paid ones only, tx gnd", "paid Texas orders by ground"),
        ("Texas by 2 day, not ground", "Texas by 2 day"),
        ("Texas by ground, gifts can follow later", "Texas orders without gifts by ground"),
        ("Quill Books: everything by ground", "Quill Books by ground"),
        ("Those needed by 21 November at the latest: ground", "Needed by Nov 21 or sooner by ground"),
        ("skip the gifts and ship the rest of Texas by ground", "Texas orders without gifts by ground"),
        ("take what is fragile in Dallas and ship it by ground", "fragile orders in Dallas by ground"),
        ("All who are in Texas and are paid, ship them with 2 day", "Texas orders that are paid by 2 day"),
        ("Texas orders by next day, it is urgent.", "Texas orders by next day"),
        ("We have some parcels over $100 in Texas, these go ground.", "orders over $100 in Texas by ground"),
        ("orders placed since 2026, ground", "orders placed since January 1, 2026 by ground"),
        ("Texas orders may be sent Ground all the same.", "Texas orders by ground"),
        ("Customers in Texas, send their orders by ground.", "Texas orders by ground"),
        ("Orders in Texas that are paid, send them by ground", "Texas orders that are paid by ground"),
        ("If it's no trouble, may the Texas orders leave by Ground?", "Texas orders by ground"),
        ("When convenient, please ship Texas by ground", "Texas orders by ground"),
        ("If you can spare a minute, ship Texas by ground", "Texas orders by ground"),
        ("Needed by up to and including November 21: ground", "Needed by Nov 21 or sooner by ground"),
        ("Orders placed on November 12 or 13 go ground", "orders placed on Nov 12 or Nov 13 by ground"),
        ("Respect the Route column for Texas, and use Ground where it is empty", "by route for Texas, blanks ground"),
    ],
)
def test_it_means_the_same(said: str, plain: str) -> None:
    assert effect(said) == effect(plain)


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("send seventy eighteen and seventy nineteen by ground", ["7018", "7019"]),
        ("l three oh four next day air", ["L-304"]),
        ("number seventy twenty by ground", ["7020"]),
    ],
)
def test_a_number_that_is_spelled_is_one_of_the_sheet(said: str, rows: list[str]) -> None:
    found = lamps(said)
    assert isinstance(found, ToolRequest), found
    assert all(row in found.arguments["where"] for row in rows)


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("more than five dozen, ground", '"Dozens" > 5'),
        ("over 4 doz 2da", '"Dozens" > 4'),
        ("those with a rush fee by ground", '"Rush Fee" > 0'),
        ("COD ones by ground", "\"Terms\" = 'COD'"),
        ("partly wired lamps by ground", "\"Wired\" = 'partly'"),
        ("ship everything to send by the twenty fourth of november by ground", "\"Send By\" < '2026-11-25'"),
    ],
)
def test_a_word_finds_its_column(said: str, clause: str) -> None:
    found = lamps(said)
    assert isinstance(found, ToolRequest), found
    assert found.arguments["where"] == clause


def test_days_of_several_services_are_of_one_column() -> None:
    both = "2 day for those with a needed by date of November 24, and ground for those of November 27"
    assert "Order Date" not in str(proposal(both))


@pytest.mark.parametrize(
    "said",
    [
        "Keep the gifts here. Every other order goes ground.",
        "Hold on the gifts is on. Keep the gifts here. Ship each other order by ground.",
    ],
)
def test_every_other_order_is_each_of_the_others_where_some_are_kept(said: str) -> None:
    found = read(said).action
    assert isinstance(found, Ask) or ("every" not in found.arguments and "Gift" in found.arguments["where"])


@pytest.mark.parametrize(
    "remark",
    [
        "Birch Bakery hasn't called.",
        "Nobody tells Georgia.",
        "Nobody drives in this storm.",
        "Don't charge them.",
        "We need the shelf.",
    ],
)
def test_a_remark_changes_nothing(remark: str) -> None:
    plain, beside = (
        read("Ship all Quill Books orders by ground.").action,
        read(f"{remark} Ship all Quill Books orders by ground.").action,
    )
    assert isinstance(plain, ToolRequest)
    assert isinstance(beside, ToolRequest), beside
    assert beside.arguments["where"] == plain.arguments["where"]


@pytest.mark.parametrize("said", ["Nobody on hold goes out.", "Nobody who ordered gifts gets a parcel."])
def test_whom_nobody_is_may_be_kept_here(said: str) -> None:
    found = read(f"{said} Ship all Texas orders by ground.").action
    assert isinstance(found, Ask) or "NOT" in found.arguments["where"]


def test_the_cheaper_ones_are_of_the_group_that_was_named() -> None:
    found = proposal("Texas orders over $300 go 2 day, the cheaper ones ground.")
    assert found["where"] == "\"State\" = 'TX'"
    assert [rule["service"] for rule in found["service_rules"]] == ["02"]


@pytest.mark.parametrize("others", ["The others still owe us.", "The rest haven't paid.", "The others aren't ready."])
def test_why_the_others_do_not_go_changes_nothing(others: str) -> None:
    found = read(f"Ship all Quill Books orders by ground. {others}").action
    assert isinstance(found, ToolRequest), found
    assert found.arguments["where"] == proposal("Ship all Quill Books orders by ground.")["where"]


@pytest.mark.parametrize(
    "others", ["The others too.", "And the others by 2 day.", "We need zorples.", "I want the zorples."]
)
def test_what_may_add_orders_is_no_remark(others: str) -> None:
    found = read(f"Ship all Quill Books orders by ground. {others}").action
    assert isinstance(found, Ask) or found.arguments != proposal("Ship all Quill Books orders by ground.")


def test_of_two_weights_it_is_asked_which_is_meant() -> None:
    gross = sheet_of({"Order": ["A-1", "A-2"], "Net lb": ["4", "12"], "Gross lb": ["5.5", "15.5"]})
    found = lamps("orders above 10 lb by ground", gross)
    assert isinstance(found, Ask), found
    assert any("Net lb" in option for option in found.options)
    assert any("Gross lb" in option for option in found.options)
