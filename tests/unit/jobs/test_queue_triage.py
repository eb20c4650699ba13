"""From "mark 3, 5 and 9 as reviewed; reject the rest of this page" to what is shown and what is sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chat.queue_triage import StatusChange, TriageInstruction, plan_triage


def page(*ids: int, status: str = "new") -> list[dict[str, Any]]:
    return [{"id": id_, "title": f"Title {id_}", "company": None, "status": status, "url": "x"} for id_ in ids]


def planned(
    ids: tuple[int, ...], status: str | None, rest: str | None = None, on: tuple[int, ...] = (9, 7, 5, 3)
) -> Any:
    plan = plan_triage(page(*on), TriageInstruction(ids, status, rest))
    return {change.id: change.new_status for change in plan.changes}, plan.not_on_page


def test_a_change_tells_what_a_person_needs_to_approve_it() -> None:
    plan = plan_triage(page(9, 5), TriageInstruction((5,), "reviewed"))
    assert plan.changes == (StatusChange(5, "Title 5", None, "new", "reviewed"),)
    assert plan.may_be_sent


def test_the_named_ones_only() -> None:
    assert planned((3, 9), "reviewed") == ({9: "reviewed", 3: "reviewed"}, ())


def test_the_named_ones_and_the_rest() -> None:
    expected = {9: "reviewed", 7: "reject", 5: "reviewed", 3: "reviewed"}
    assert planned((3, 5, 9), "reviewed", "reject") == (expected, ())


def test_the_whole_page() -> None:
    assert planned((), None, "reject") == (dict.fromkeys((9, 7, 5, 3), "reject"), ())


def test_changes_come_in_the_order_of_the_page() -> None:
    assert list(planned((3, 5, 9), "reviewed", "reject")[0]) == [9, 7, 5, 3]


def test_an_id_named_twice_counts_once() -> None:
    assert planned((5, 5), "reviewed") == ({5: "reviewed"}, ())


def test_ids_that_the_page_does_not_hold_hold_up_the_sending() -> None:
    plan = plan_triage(page(5), TriageInstruction((5, 8, 6), "reviewed", "reject"))
    assert plan.not_on_page == (8, 6)
    assert not plan.may_be_sent


def test_a_status_that_stays_is_no_change() -> None:
    plan = plan_triage(page(5), TriageInstruction((5,), "new"))
    assert plan.changes == ()
    assert not plan.may_be_sent
    assert list(plan.chunks()) == []


@pytest.mark.parametrize(("ids", "status"), [((), "reviewed"), ((3,), None)])
def test_ids_and_their_status_go_together(ids: tuple[int, ...], status: str | None) -> None:
    with pytest.raises(ValueError, match="go together"):
        TriageInstruction(ids, status)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (100, [100]), (101, [100, 1]), (1000, [100] * 10)])
def test_chunks_of_at_most_100(count: int, sizes: list[int]) -> None:
    plan = plan_triage(page(*range(1, count + 1)), TriageInstruction((), None, "reject"))
    assert [len(chunk) for chunk in plan.chunks()] == sizes


@given(
    on=st.lists(st.integers(1, 400), max_size=300, unique=True),
    ids=st.lists(st.integers(1, 400), min_size=1, max_size=50),
    rest=st.sampled_from([None, "reject", "new"]),
)
def test_what_is_sent_is_what_was_shown(on: list[int], ids: list[int], rest: str | None) -> None:
    plan = plan_triage(page(*on), TriageInstruction(tuple(ids), "reviewed", rest))
    sent = [update for chunk in plan.chunks() for update in chunk]
    assert sent == [{"id": change.id, "status": change.new_status} for change in plan.changes]
    expected = {id_: "reviewed" if id_ in ids else rest for id_ in on}
    assert {update["id"]: update["status"] for update in sent} == {
        id_: status for id_, status in expected.items() if status not in (None, "new")
    }
    assert set(plan.not_on_page) == set(ids) - set(on)
