"""A signature that words asked for goes again with the rows that failed."""

from types import SimpleNamespace
from typing import Any, cast

from agent.drafting.amendment import Amendment
from agent.planning.ship_request import ShipRequest


def planned(signature: str | None) -> Any:
    package = {"weight": {"value": "1.0", "unit": "LBS"}} | ({"signature": signature} if signature else {})
    return cast(Any, SimpleNamespace(planned={"payload": {"packages": [package]}}))


def test_what_was_approved_is_asked_for_again() -> None:
    rows = {1: planned("adult"), 2: planned(None), 3: cast(Any, SimpleNamespace(planned=None))}
    amends = Amendment(cast(Any, None), rows, {}, {1: 5, 2: 6, 3: 7})
    assert amends.answers() == {"cell:5:signature": "adult"}


def test_a_sheet_with_a_column_of_its_own_says_it_itself() -> None:
    assert Amendment(cast(Any, None), {1: planned("adult")}).answers() == {}


def test_the_place_that_was_approved_counts_again() -> None:
    amends = Amendment(cast(Any, None), starts={"cell:5:ship_from": "reno"})
    assert amends.answers() == {"cell:5:ship_from": "reno"}
    assert ShipRequest(where="TRUE", in_words="all", ship_from="Reno").answers() == {"ship_from_of_all": "Reno"}


def test_the_stricter_word_of_a_sentence_counts() -> None:
    assert ShipRequest(where="TRUE", in_words="all", signature=True).answers() == {"signature": "signature"}
    both = ShipRequest(where="TRUE", in_words="all", signature=True, adult_signature=True)
    assert both.answers() == {"signature": "adult"}
    assert ShipRequest(where="TRUE", in_words="all").answers() == {}
