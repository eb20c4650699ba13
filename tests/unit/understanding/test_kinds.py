"""Kinds of messages that mean the same as a plain one: queries in a made-up language, fragments, chatter around them."""

import pytest

from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.demo import count, read
from tests.unit.understanding.test_properties import effect, proposal


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("state in ('CA','TX') and total >= 75, ground", "California or Texas orders of at least $75 by ground"),
        ('state in ("CA", "TX") -> 2da', "California or Texas orders by 2 day"),
        ("state not in ('TX','OH') -> ground", "everything except Texas and Ohio by ground"),
        ("where cartons > 2 and not fragile -> 2da", "orders with more than 2 cartons, not fragile, by 2 day"),
        ("ship where status == paid && state == TX by ground", "paid Texas orders by ground"),
        ("phone is not null, ground", "orders with a phone by ground"),
    ],
)
def test_a_query_is_a_command(query: str, plain: str) -> None:
    found, wanted = proposal(query), proposal(plain)
    assert set(found["where"].split(" AND ")) == set(wanted["where"].split(" AND "))
    assert found["service"] == wanted["service"]


@pytest.mark.parametrize(
    "query",
    [
        "state = 'TX' and order total > 100 ground",
        "WHERE state = 'TX' AND \"Order Total\" > 100; ground",
        "state = TX && order total > 100 -> ground",
    ],
)
def test_and_between_conditions_narrows_also_before_a_header_that_holds_a_noun(query: str) -> None:
    """`order` of `order total` named orders apart: TX *or* over 100."""
    assert proposal(query)["where"] == '"State" = \'TX\' AND "Order Total" > 100'


@pytest.mark.parametrize("said", ["tx + oh ok 2day", "tx, oh 2day", "oh + tx 2 day", "oh and tx: 2da"])
def test_a_short_form_that_is_a_word_is_a_place_beside_another(said: str) -> None:
    assert sorted(proposal(said)["where"]) == sorted("\"State\" IN ('TX', 'OH')")


@pytest.mark.parametrize(
    "said",
    ["oh, ship Texas by 2 day", "ok Texas by 2 day", "oh please, Texas by 2 day", "hi, Texas by 2 day ok"],
)
def test_the_same_words_alone_are_none(said: str) -> None:
    assert proposal(said)["where"] == "\"State\" = 'TX'"


@pytest.mark.parametrize(
    "said",
    [
        "use route, blanks ground",
        "ship all by route, blanks ground",
        "ship everything by the route column and ground where it is empty",
        "use the service in route, if blank then ground",
        "ship by route, ground for the blank ones",
    ],
)
def test_a_column_of_services_with_another_for_its_blanks(said: str) -> None:
    found = proposal(said)
    assert (found["where"], found["service_column"]) == ("TRUE", "Route")
    assert found["service"] == "03"  # what the plan takes where the cell is empty


def test_its_blanks_are_those_of_the_orders_that_were_named() -> None:
    found = proposal("Texas orders via route, blanks ground")
    assert (found["where"], found["service_column"], found["service"]) == ("\"State\" = 'TX'", "Route", "03")


@pytest.mark.parametrize(
    "said",
    [
        "please kindly be so good and ship the Texas orders by ground",
        "I would be most grateful if you could ship the Texas orders by ground at your earliest convenience",
        "could you possibly be a dear and ship Texas orders by ground whenever you get a chance",
        "would you mind shipping the Texas orders by ground, thank you very much indeed",
        "okay so um ship the texas orders uh by ground",
        "ship tx orders asap ground",
        "Good morning, Texas orders by ground please, thanks so much",
        "jobs for Texas by ground",
    ],
)
def test_noise_changes_nothing(said: str) -> None:
    assert effect(said) == effect("Texas orders by ground")


CHATTER = ("The truck comes at four.", "My daughter had her recital last night.", "FYI the printer is fixed.")


@pytest.mark.parametrize("sentence", CHATTER)
@pytest.mark.parametrize("form", ["{} Ship Texas orders by ground.", "Ship Texas orders by ground. {}"])
def test_a_sentence_about_something_else_is_left_out_and_listed(sentence: str, form: str) -> None:
    found = proposal(form.format(sentence))
    assert found["where"] == "\"State\" = 'TX'"
    assert any(sentence.rstrip(".") in one for one in found["ignored"])


@pytest.mark.parametrize(
    "sentence",
    [
        "Leave the pendng alone.",
        "Bob fetches his.",
        "They travel with the courier.",
        "Nothing breakable zorples.",
        "Zorple.",
        "The urgent stuff zorples.",
    ],
)
def test_a_sentence_that_may_be_about_orders_is_asked_about(sentence: str) -> None:
    action = read(f"Ship all orders by ground. {sentence}").action
    assert isinstance(action, Ask), action


def test_a_message_of_chatter_only_is_no_command() -> None:
    action = read("The truck comes at four. My daughter had her recital last night.").action
    assert not isinstance(action, ToolRequest)


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("state not TX and state not OH -> ground", "everything except Texas and Ohio by ground"),
        ("not TX and not OH, ground", "everything except Texas and Ohio by ground"),
        ("all - gifts, ground", "everything except gifts by ground"),
        ("state = (TX, OH) and fragile, ground", "fragile Texas or Ohio orders by ground"),
    ],
)
def test_what_is_denied_stays_denied(said: str, plain: str) -> None:
    found, wanted = proposal(said)["where"], proposal(plain)["where"]
    assert count(f"({found}) <> ({wanted})") == 0


@pytest.mark.parametrize("said", ["Texas or not Ohio by ground", "not from Texas or not from Ohio by ground"])
def test_what_would_be_nearly_everything_is_asked(said: str) -> None:
    assert isinstance(read(said).action, Ask)
