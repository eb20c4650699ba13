"""What holds for every command: questions do nothing, politeness and order change nothing, conditions narrow."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understanding.conditions import All, Either, Not, OneOf, all_of
from agent.understanding.context import Context
from agent.understanding.editing import edited
from agent.understanding.readings import Edit, ShipRequest
from agent.understanding.requests import Ask, Say, ToolRequest
from agent.understanding.values import Group
from tests.unit.understanding.demo import COLUMNS, SHEET, TODAY, demo_sheet, read

PLACES = ("Texas", "Ohio", "California", "Alaska", "Dallas")
SERVICES = ("ground", "2 day", "overnight", "3 day select")
SCOPES = (*PLACES, "paid", "fragile", "pending", "high priority", "Quill Books", "mint")
TESTS = ("over $100", "under 5 lb", "with more than 3 cartons", "placed yesterday", "with a phone")
places, services, scopes, tests = map(st.sampled_from, (PLACES, SERVICES, SCOPES, TESTS))

some = settings(max_examples=12, deadline=None)
few = settings(max_examples=4, deadline=None)


def proposal(message: str, **known: Any) -> dict[str, Any]:
    action = read(message, **known).action
    assert isinstance(action, ToolRequest), action
    assert action.name == "propose_shipment"
    return action.arguments


def effect(message: str, **known: Any) -> tuple[Any, ...]:
    arguments = proposal(message, **known)
    return tuple(arguments.get(key) for key in ("where", "service", "service_column", "limit", "order_by"))


QUESTIONS = (
    "did the {} orders go by {}?",
    "should I ship the {} orders by {}?",
    "have the {} orders been shipped by {} yet?",
    "were all {} orders sent by {}?",
    "is everything for {} going by {}?",
    "which {} orders went by {}?",
)


@some
@given(st.sampled_from(QUESTIONS), scopes, services)
def test_a_question_never_becomes_a_command(form: str, scope: str, service: str) -> None:
    action = read(form.format(scope, service)).action
    assert not (
        isinstance(action, ToolRequest) and action.name.startswith(("propose", "set_", "resume", "cancel", "queue_p"))
    )


@some
@given(scopes, services, tests)
def test_an_added_condition_narrows(scope: str, service: str, test: str) -> None:
    """The clause of the longer command is the shorter one's with more conditions joined by AND."""
    shorter = read(f"ship {scope} orders by {service}").request
    longer = read(f"ship {scope} orders {test} by {service}").request
    assert shorter is not None
    assert longer is not None
    assert all_of(shorter.where, longer.where) in (longer.where, all_of(longer.where, shorter.where))


@some
@given(scopes, services, st.sampled_from(("{}", "please {}", "could you {} please", "hi, I'd like to {}", "{} thanks")))
def test_politeness_changes_nothing(scope: str, service: str, form: str) -> None:
    plain = f"ship all {scope} orders by {service}"
    assert effect(form.format(plain)) == effect(plain)


@some
@given(scopes, services)
def test_case_and_number_change_nothing(scope: str, service: str) -> None:
    plain = effect(f"ship {scope} orders via {service}")
    assert effect(f"SHIP {scope.upper()} ORDERS VIA {service.upper()}") == plain
    assert effect(f"ship every {scope} order via {service}") == plain


@few
@given(st.permutations(list(COLUMNS)), scopes, services)
def test_the_order_of_columns_changes_nothing(order: list[str], scope: str, service: str) -> None:
    message = f"ship {scope} orders by {service}"
    assert effect(message, sheet=demo_sheet(order)) == effect(message)


@some
@given(st.randoms(use_true_random=False), scopes, tests, services)
def test_the_order_of_rows_changes_nothing(rows: Random, scope: str, test: str, service: str) -> None:
    message = f"ship {scope} orders {test} by {service}"
    assert effect(message, sheet=demo_sheet(rows=rows)) == effect(message)


@some
@given(scopes, services)
def test_service_first_or_last_is_the_same(scope: str, service: str) -> None:
    assert effect(f"{service} for {scope} orders") == effect(f"{scope} orders by {service}")


@some
@given(places, services, st.sampled_from(("except", "excluding", "but not", "other than")))
def test_an_exception_inverts(place: str, service: str, word: str) -> None:
    with_all = read(f"ship all {place} orders by {service}").request
    without = read(f"ship everything {word} {place} by {service}").request
    assert with_all is not None
    assert without is not None
    assert without.where == Not(with_all.where)


@pytest.mark.parametrize("word", ["blorple", "zinfandel", "quxly"])
@pytest.mark.parametrize(
    "message", ["ship the {} orders by ground", "ship Texas orders {} by ground", "ship all but {} by ground"]
)
def test_a_word_that_nothing_explains_is_asked_about(message: str, word: str) -> None:
    action = read(message.format(word)).action
    counted = isinstance(action, Ask)
    assert counted
    assert word in action.question  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "message", ["no gift wrap please, ship fragile orders by ground", "not Texas, fragile orders by ground"]
)
def test_what_is_left_out_never_reaches_behind_a_comma(message: str) -> None:
    """`not (A and B)` would ship orders that nobody named."""
    request = read(message).request
    assert request is None or not isinstance(getattr(request.where, "item", None), All)
    assert request is None or not isinstance(request.where, Either)


def test_orders_of_two_services_at_once_are_asked_about() -> None:
    action = read("ship Texas by ground and paid orders by 2 day").action
    assert isinstance(action, Ask)


def test_no_column_for_an_amount_is_said() -> None:
    sheet = demo_sheet([name for name in COLUMNS if name != "Weight (lb)"])
    action = read("ship orders over 5 lb by ground", sheet=sheet).action
    assert isinstance(action, Say)
    assert action.refusal


TEXAS = OneOf("State", ("TX",))
OHIO = OneOf("State", ("OH",))
PAID = OneOf("Status", ("paid",))


@pytest.mark.parametrize(
    ("kind", "tree", "where"),
    [
        ("only", PAID, all_of(TEXAS, PAID)),
        ("add", OHIO, OneOf("State", ("TX", "OH"))),
        ("drop", PAID, all_of(TEXAS, Not(PAID))),
        ("instead", OHIO, OHIO),
        ("instead", PAID, all_of(TEXAS, PAID)),
    ],
)
def test_an_edit_is_a_function_on_the_tree(kind: str, tree: Any, where: Any) -> None:
    made = edited(Edit(kind, Group(tree)), ShipRequest(TEXAS), Context(SHEET, TODAY))
    assert isinstance(made, ShipRequest)
    assert made.where == where


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("only the paid ones", "narrowed"),
        ("add California", "widened"),
        ("without Dallas", "narrowed"),
        ("make it 2 day", "same"),
    ],
)
def test_edits_of_a_preview(said: str, state: str) -> None:
    before = read("ship Texas and Ohio orders by ground").request
    after = read(said, previous=before).request
    assert before is not None
    assert after is not None
    if state == "same":
        assert (after.where, after.service) != (before.where, before.service)
        assert after.where == before.where
    else:
        assert after.service == before.service
        assert (before.where in getattr(after.where, "items", ())) == (state == "narrowed")


def test_the_sheet_knows_its_fields() -> None:
    assert [column.name for column in SHEET.best("total")] == ["Order Total"]
    assert [column.name for column in SHEET.of("deadline")] == ["Needed by"]


@some
@given(places, services, st.data())
def test_a_dropped_word_never_inverts(place: str, service: str, data: st.DataObject) -> None:
    """Whatever else is missing, what was excepted does not go: other rows are excepted, or it is asked."""
    words = f"please ship all the orders except the {place} ones by {service}".split()
    kept = [word for word in words if word not in ("except", place)]
    left = data.draw(st.sampled_from(kept))
    at = words.index(left)
    meant = read(" ".join([*words[:at], *words[at + 1 :]]))
    wanted = read(f"ship all {place} orders by ground").request
    assert wanted is not None
    assert (
        not isinstance(meant.action, ToolRequest) or meant.request is None or meant.request.where == Not(wanted.where)
    )


@some
@given(scopes, services, st.sampled_from(("  {}  ", "{}.", "{}!", "{} .", "- {}", "{}\n", "{},")))
def test_typing_noise_changes_nothing(scope: str, service: str, form: str) -> None:
    plain = f"ship all {scope} orders by {service}"
    assert effect(form.format(plain)) == effect(plain)
    assert effect(form.format(plain.replace(" ", "  "))) == effect(plain)


@some
@given(scopes, services, st.sampled_from(("shpi", "Ship", "sihp")), st.sampled_from(("ordres", "oders", "orders")))
def test_typing_errors_in_words_of_commands_change_nothing(scope: str, service: str, verb: str, noun: str) -> None:
    assert effect(f"{verb} all {scope} {noun} by {service}") == effect(f"ship all {scope} orders by {service}")


@some
@given(scopes, tests, st.sampled_from(("{} orders {} by ground", "ship {} orders, only those {}, by ground")))
def test_a_condition_joined_by_and_never_widens(scope: str, test: str, form: str) -> None:
    meant = read(form.format(scope, test))
    shorter = read(f"ship {scope} orders by ground").request
    assert shorter is not None
    assert meant.request is None or all_of(shorter.where, meant.request.where) == meant.request.where
