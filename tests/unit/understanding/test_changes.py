"""Changes of an open preview, as people say them: what narrows never adds rows, what is taken out never goes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understanding.conditions import clause
from agent.understanding.readings import ShipRequest
from agent.understanding.requests import Ask, ToolRequest
from tests.unit.understanding.demo import _rows, read

BEFORE = "ship Texas and Ohio orders by ground"
IN_PREVIEW = "\"State\" IN ('TX', 'OH')"
few = settings(max_examples=6, deadline=None)


def preview(message: str = BEFORE) -> ShipRequest:
    request = read(message).request
    assert request is not None
    return request


def change(said: str, **known: Any) -> Any:
    return read(said, previous=preview(), preview_pending=True, may_undo=True, **known)


def rows(request: ShipRequest) -> set[int]:
    found = _rows().execute(f"SELECT sheet_row FROM orders WHERE {clause(request.where)}").fetchall()
    return {int(row) for (row,) in found}


NARROWED = [
    ("only the paid ones", "\"Status\" = 'paid'"),
    ("and only the paid ones", "\"Status\" = 'paid'"),
    ("ship only the paid ones", "\"Status\" = 'paid'"),
    ("Lovely, only the paid ones", "\"Status\" = 'paid'"),
    ("over $100", '"Order Total" > 100'),
    ("with a phone", "\"Phone\" <> ''"),
    ("and status = 'paid'", "\"Status\" = 'paid'"),
    ("not Texas", "NOT (\"State\" = 'TX')"),
    ("take Dallas out", "NOT (\"City\" = 'Dallas')"),
    ("Dallas out", "NOT (\"City\" = 'Dallas')"),
    ("take the fragile ones out, please", "NOT (\"Fragile\" = 'yes')"),
    ("great, and leave out the fragile ones", "NOT (\"Fragile\" = 'yes')"),
]


@pytest.mark.parametrize(("said", "more"), NARROWED)
def test_what_narrows_keeps_the_preview_and_its_service(said: str, more: str) -> None:
    action = change(said).action
    assert isinstance(action, ToolRequest), action
    assert action.arguments["where"] == f"{IN_PREVIEW} AND {more}"
    assert action.arguments["service"] == "03"


@pytest.mark.parametrize(
    ("said", "service"),
    [
        ("Same orders.", "03"),
        ("the same ones by 2 day", "02"),
        ("2 day will do.", "02"),
        ("Too expensive. 2 day will do. Same orders.", "02"),
    ],
)
def test_words_that_name_no_orders_are_about_those_of_the_preview(said: str, service: str) -> None:
    action = change(said).action
    assert isinstance(action, ToolRequest), action
    assert action.arguments["where"] == IN_PREVIEW
    assert action.arguments["service"] == service


def test_the_same_orders_of_a_cut_preview_are_no_more_of_them() -> None:
    before = preview("ship the first 2 Texas orders by ground")
    action = read("same orders, 2 day", previous=before, preview_pending=True).action
    assert isinstance(action, ToolRequest), action
    assert (action.arguments["limit"], action.arguments["service"]) == (2, "02")


@pytest.mark.parametrize(
    "said", ["leave out Dallas and make it 2 day", "without Dallas, 2 day", "2 day, and skip Dallas"]
)
def test_two_changes_in_one_message_both_happen(said: str) -> None:
    action = change(said).action
    assert isinstance(action, ToolRequest), action
    assert action.arguments["where"] == f"{IN_PREVIEW} AND NOT (\"City\" = 'Dallas')"
    assert action.arguments["service"] == "02"


@pytest.mark.parametrize(
    "said",
    ["no wait, 2 day", "wait, 2 day", "no, 2 day", "2 day is better", "and make it 2 day", "on second thought, 2 day"],
)
def test_only_the_service_changes(said: str) -> None:
    arguments = change(said).action.arguments
    assert (arguments["where"], arguments["service"]) == (IN_PREVIEW, "02")


@pytest.mark.parametrize("said", ["and 2 day?", "whats 2 day cost", "And what costs 2 day?", "how about 2 day?"])
def test_what_asks_for_a_price_changes_nothing(said: str) -> None:
    action = change(said).action
    assert action == ToolRequest("compare_services", {"services": ["02"]}) or action.arguments == {"services": ["02"]}


@pytest.mark.parametrize("said", ["the fragile ones of these overnight", "and the fragile ones go overnight"])
def test_another_service_for_some_of_them_adds_no_orders(said: str) -> None:
    arguments = change(said).action.arguments
    assert arguments["where"] == IN_PREVIEW
    assert arguments["service_rules"] == [{"where": "\"Fragile\" = 'yes'", "service": "01"}]


@pytest.mark.parametrize("said", ["how many of them are fragile?", "how many of those are fragile?"])
def test_them_are_the_orders_of_the_preview(said: str) -> None:
    assert change(said).action.arguments["where"] == f"{IN_PREVIEW} AND \"Fragile\" = 'yes'"


@pytest.mark.parametrize(
    "said", ["fragile ones", "California", "paid or fragile", "everything", "and yesterday's orders"]
)
def test_orders_that_may_be_others_are_asked_about(said: str) -> None:
    asked = change(said).action
    assert isinstance(asked, Ask), asked
    chosen = [change(said, answers={asked.question: option}).action.arguments for option in asked.options]
    assert len({str(one) for one in chosen}) == len(asked.options), "each choice does something else"


CONDITIONS = ("paid", "fragile", "over $100", "under 5 lb", "in Dallas", "high priority", "with a phone")
ONLY = ("only {} orders", "only the {} ones", "and only the {} ones", "just {} orders please", "great, only {} orders")


@few
@given(st.sampled_from(CONDITIONS), st.sampled_from(ONLY))
def test_an_added_condition_never_adds_rows(condition: str, form: str) -> None:
    said = (
        form.format(condition) if condition[:4] not in ("over", "unde", "in D", "with") else f"only those {condition}"
    )
    request = change(said).request
    assert request is None or rows(request) <= rows(preview())


TAKEN = ("Dallas", "the fragile ones", "the paid orders")
OUT = (
    "take {} out",
    "{} out",
    "leave {} out",
    "leave out {}",
    "without {}",
    "not {}",
    "drop {}",
    "skip {} and make it 2 day",
)


@few
@given(st.sampled_from(TAKEN), st.sampled_from(OUT))
def test_what_is_taken_out_never_goes(what: str, form: str) -> None:
    request, wanted = change(form.format(what)).request, read(f"ship {what} by ground").request
    assert wanted is not None
    assert request is None or (not rows(request) & rows(wanted) and rows(request) <= rows(preview()))


@few
@given(st.sampled_from(NARROWED), st.sampled_from(("{}", "{} please", "and {}", "{}!", "  {} ", "Thanks, {}")))
def test_politeness_and_typing_noise_change_no_change(narrowed: tuple[str, str], form: str) -> None:
    said = narrowed[0]
    request = change(form.format(said)).request
    assert request is None or request.where == change(said).request.where


QUESTIONS = (
    "did the {} ones go?",
    "are {} orders in there?",
    "how many of them are {}?",
    "should the {} ones go 2 day?",
)


@few
@given(st.sampled_from(QUESTIONS), st.sampled_from(("paid", "fragile", "Dallas")))
def test_a_question_about_a_preview_never_previews(form: str, what: str) -> None:
    action = change(form.format(what)).action
    assert not (isinstance(action, ToolRequest) and action.name.startswith(("propose", "leave_out", "undo")))
