"""What people say at a packing table: small words that name places, orders that stay, changes of an open preview."""

from datetime import date

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import Ask, Say, ToolRequest
from agent.understanding.saying import in_plain_words
from tests.unit.understanding.conftest import meaning, sheet_of

CALIFORNIA = {"where": "\"State\" = 'CA'", "in_words": "State is California", "service": "03"}


def previewed(**proposal):
    return Conversation(today=date(2026, 11, 20), proposal=CALIFORNIA | proposal, preview_pending=True)


@pytest.mark.parametrize(
    ("command", "clause"),
    [
        ("us only, ground", "\"Country\" = 'United States'"),
        ("anything over $100, us, ground", '"Goods Value" > 100 AND "Country" = \'United States\''),
        ("get us the canada labels, worldwide saver", "\"Country\" = 'Canada'"),
        ("cologne worldwide express", "\"Town\" = 'Köln'"),
        ("koeln worldwide express", "\"Town\" = 'Köln'"),
        ("mexico city by worldwide expedited", "\"Town\" = 'Ciudad de México'"),
        ("X201 n x-203 ground", "\"Ref\" IN ('X-201', 'X-203')"),
        ("qty 3 up, ground", '"Qty" >= 3'),
    ],
)
def test_abroad_and_at_home(interpret, same_rows, command, clause):
    assert same_rows(interpret(command, "exporter").arguments["where"], clause, "exporter")


@pytest.mark.parametrize(
    ("command", "clause"),
    [
        ("texas stays here, ship the rest ground", "\"State\" <> 'TX'"),
        ("texas and fresno ones stay here, rest ground", "NOT (\"State\" = 'TX' OR \"City\" = 'Fresno')"),
        ("texas ground, the rest can wait", "\"State\" = 'TX'"),
        ("no cell = skip, everything else ground", "\"Cell\" <> ''"),
        ("#1001-#1003 ground", "\"Order No\" IN ('1001', '1002', '1003')"),
        ("orders w/o a cell ground", "\"Cell\" = ''"),
        ("texas by ground saver", "\"State\" = 'TX'"),
    ],
)
def test_what_goes_and_what_stays(interpret, same_rows, command, clause):
    assert same_rows(interpret(command, "giftshop").arguments["where"], clause, "giftshop")


def test_a_list_of_what_stays_is_any_of_it(interpret):
    meant = interpret("on hold ones and PO boxes stay here, everything else ground", "giftshop")
    assert meant.arguments["in_words"] == "not (On Hold is yes or (the address is a PO box))"


@pytest.mark.parametrize(
    ("command", "about"),
    [
        ("everything that came in since Friday ground", "Friday"),
        ("hazmat cant go overnight", "hazmat"),
        ("texas over 5 lb overnight, under 5 lb ground", "under 5 lb"),
        ("CA mugs ground, lamps 2 day", "mugs"),
        ("orders over $100 from last week overnight", "date"),
        ("ship California residential only, ground", "residential"),
        ("ship California by ground residential only", ""),
    ],
)
def test_is_asked(interpret, command, about):
    meant = interpret(command, "giftshop")
    assert isinstance(meant, Ask)
    assert about.casefold() in meant.question.casefold()


def test_money_of_an_unknown_currency_is_asked(interpret):
    meant = interpret("everything over €100 worldwide express", "exporter")
    assert isinstance(meant, Ask)
    assert "EUR" in meant.question


@pytest.mark.parametrize("command", ["the heavy ones by ground, the others usps", "FedEx the Texas ones"])
def test_another_carrier_is_refused(interpret, command):
    meant = interpret(command, "giftshop")
    assert isinstance(meant, Say)
    assert meant.refusal


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("1001 goes overnight", {"where": "\"Order No\" = '1001'", "service": "01"}),
        ("make anything over 2 lb 2 day", {"where": '"Ship Wt (oz)" > 32', "service": "02"}),
        ("the ones over $100 overnight, leave the rest", {"where": '"Amt Paid" > 100', "service": "01"}),
    ],
)
def test_a_service_for_some_of_the_preview_keeps_its_rows(interpret, said, rule):
    meant = interpret(said, "giftshop", previewed())
    assert meant.arguments["where"] == CALIFORNIA["where"]
    assert meant.arguments["service"] == "03"
    assert meant.arguments["service_rules"] == [rule]


@pytest.mark.parametrize(
    "said", ["the rest 2 day", "ship the rest by 2 day", "fresno overnight", "texas goes overnight"]
)
def test_what_may_leave_the_preview_is_asked(interpret, said):
    meant = interpret(said, "giftshop", previewed())
    assert isinstance(meant, Ask)
    assert len(meant.options) == 2


def test_added_orders_bring_their_service(interpret):
    meant = interpret("and the texas ones by 2 day", "giftshop", previewed())
    assert meant.arguments["where"] == "(\"State\" = 'CA') OR \"State\" = 'TX'"
    assert meant.arguments["service_rules"] == [{"where": "\"State\" = 'TX'", "service": "02"}]


@pytest.mark.parametrize("said", ["same again but 2 day", "hmm no make that 2 day", "same thing, 2 day"])
def test_the_same_by_another_service(interpret, said):
    assert interpret(said, "giftshop", previewed()).arguments == CALIFORNIA | {"service": "02"}


def test_groups_of_one_place_are_one_and_ties_are_named():
    asked = ToolRequest("aggregate", {"function": "count", "group_by": "ST"}, keep=1)
    rows = [["TX", "2"], ["CA", "1"], ["Calif.", "1"], ["NV", "1"]]
    assert in_plain_words(asked, {"rows": rows}) == "The number of orders by ST: TX: 2; CA, Calif.: 2."


def notes(*cells):
    return sheet_of({"Order": [f"A-{at}" for at, _ in enumerate(cells)], "Notes": list(cells)})


def meant_on(sheet, said):
    return meaning(said, sheet, Conversation(today=date(2026, 11, 20)), lambda clauses: dict.fromkeys(clauses, 1))


def test_a_word_of_free_text_is_found_in_longer_notes_too():
    meant = meant_on(notes("fragile", "Fragile - glass", "leave at door"), "overnight the fragile ones")
    assert meant.arguments["where"] == "\"Notes\" ILIKE '%fragile%'"
    assert meant.arguments["in_words"] == "Notes contains 'fragile'"


def test_a_note_that_denies_the_word_makes_it_a_question():
    meant = meant_on(notes("fragile", "not fragile", "leave at door"), "overnight the fragile ones")
    assert isinstance(meant, Ask)
    assert len(meant.options) == 2
    assert any("contains 'fragile'" in option for option in meant.options)


def test_a_vague_way_offers_services(interpret):
    assert "by Ground" in interpret("cheapest way for all of em", "giftshop").options
