"""Which parcels of a plan the ledger has already: pure decisions over rows and shipments."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.planning.identity import Destination
from agent.planning.parcels import DuplicateAnswers, Holder, Parcel, ParcelDecision, decide, needs_whole_sheet

BOSTON = Destination(frozenset({"ann lee"}), "12 main st", "boston ma 02116 US")
FRESNO = Destination(frozenset({"ben ode"}), "61 millpond rd", "fresno ca 93721 US")
NOBODY = DuplicateAnswers()
SHOP, OTHER_SHOP = "source-1", "source-2"


def parcel(number: int = 1, *, order: str | None = None, content: str = "C", row: str = "r", **more: Any) -> Parcel:
    return Parcel((number,), (number + 1,), order, content, row, more.pop("destination", BOSTON), **more)


def shipped(number: int = 1, *, order: str | None = None, content: str = "C", row: str = "r", **more: Any) -> Holder:
    values = {"destination": BOSTON, "state": "completed", "source_id": SHOP, "identity": order or content} | more
    return Holder(
        reference=f"SC{number}",
        generation=0,
        job_id="job",
        job_name="Monday",
        recipient="Ann Lee",
        order=order,
        content=content,
        row=row,
        row_numbers=(number,),
        tracking_number=f"1Z{number}",
        **values,
    )


def decisions(
    parcels: list[Parcel],
    held: list[Holder],
    *,
    others: list[Parcel] | None = None,
    doubts: list[Holder] | None = None,
    said: DuplicateAnswers = NOBODY,
) -> list[ParcelDecision]:
    return decide(parcels, others or [], held, doubts or [], said, SHOP)


def kinds(*args: Any, **kwargs: Any) -> list[str]:
    return [decision.kind for decision in decisions(*args, **kwargs)]


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({"order": "1"}, {"order": "1"}, "held"),
        ({"order": "1", "content": "D", "row": "s"}, {"order": "1"}, "held"),
        ({"order": "1"}, {"order": "2"}, "free"),
        ({}, {"row": "s"}, "held"),
        ({}, {"content": "D"}, "held"),
        ({}, {"content": "D", "row": "s"}, "free"),
        ({"order": "1"}, {}, "held"),
        ({}, {"order": "1"}, "held"),
        ({"order": "1", "content": "D", "row": "s", "destination": FRESNO}, {"order": "1"}, "other_order"),
        (
            {"order": "1", "content": "D", "row": "s", "destination": FRESNO},
            {"order": "1", "destination": None},
            "other_order",
        ),
        ({"order": "1", "content": "D", "row": "s"}, {"order": "1", "destination": None}, "held"),
        (
            {"order": "1", "content": "D", "row": "s", "destination": replace(FRESNO, names=BOSTON.names)},
            {"order": "1"},
            "held",
        ),
        (
            {"order": "1", "content": "D", "row": "s", "destination": replace(BOSTON, names=FRESNO.names)},
            {"order": "1"},
            "held",
        ),
    ],
)
def test_one_row_and_one_shipment(mine: dict[str, Any], theirs: dict[str, Any], expected: str) -> None:
    assert kinds([parcel(**mine)], [shipped(**theirs)]) == [expected]


def test_an_order_that_was_told_apart_goes_under_an_identity_of_its_own() -> None:
    mine = parcel(order="1", content="D", row="s", destination=FRESNO, apart_from=("SC1",))
    (decision,) = decisions([mine], [shipped(order="1")])
    assert (decision.kind, decision.identity, decision.apart_from) == ("free", "1 PARCEL 2", ("SC1",))


@pytest.mark.parametrize(
    ("said", "expected"), [(None, "repeats"), ("ship every one", "free"), ("ship it once", "held")]
)
def test_the_second_of_two_rows_that_are_the_same(said: str | None, expected: str) -> None:
    first, second = parcel(1, tracking="1Z1"), parcel(2)
    assert kinds([second], [shipped(1)], others=[first], said=DuplicateAnswers(exact_duplicates=said)) == [expected]
    moved = replace(first, row_numbers=(9,))
    assert kinds([second], [shipped(2)], others=[replace(moved, tracking="1Z2")], said=DuplicateAnswers(said)) == [
        expected
    ]


def test_without_its_row_in_the_sheet_a_shipment_is_taken_for_the_row_that_is_there() -> None:
    assert kinds([parcel(2)], [shipped(1)], said=DuplicateAnswers(exact_duplicates="ship every one")) == ["held"]


def test_parcels_of_one_order_are_told_by_their_address() -> None:
    there, here = parcel(1, order="1", tracking="1Z1"), parcel(2, order="1", content="D", row="s", destination=FRESNO)
    apart = DuplicateAnswers(order_addresses="a parcel to each address")
    assert kinds([here], [shipped(1, order="1")], others=[there], said=apart) == ["free"]
    # The address of the only row was corrected: the same parcel, or a question where nothing is the same.
    assert kinds([here], [shipped(1, order="1")], said=apart) == ["other_order"]


LIKE = [
    (BOSTON, SHOP, "like_doubt"),
    (BOSTON, OTHER_SHOP, "like_doubt"),
    (replace(BOSTON, place="cambridge ma 02139 US"), SHOP, "like_doubt"),
    (replace(BOSTON, place="cambridge ma 02139 US"), OTHER_SHOP, "free"),
    (replace(BOSTON, names=FRESNO.names), SHOP, "like_doubt"),
    (replace(BOSTON, names=FRESNO.names), OTHER_SHOP, "free"),
    (FRESNO, SHOP, "free"),
]


@pytest.mark.parametrize(("to", "source", "expected"), LIKE)
def test_a_row_that_may_be_a_doubt_edited_since_stays(to: Destination, source: str, expected: str) -> None:
    doubt = shipped(1, state="in_doubt", source_id=source)
    mine = parcel(1, content="D", row="s", destination=to)
    assert needs_whole_sheet([mine], [], [doubt], NOBODY, SHOP) == (expected == "like_doubt")
    assert kinds([mine], [], doubts=[doubt]) == [expected]
    # Where the row in doubt still stands in the sheet, the other one is another parcel.
    assert kinds([mine], [], others=[parcel(2)], doubts=[doubt]) == ["free"]


def test_another_order_of_another_sheet_goes_during_a_doubt() -> None:
    doubt = shipped(1, order="1", state="in_doubt", source_id=OTHER_SHOP)
    assert kinds([parcel(1, order="7", content="D", row="s")], [], doubts=[doubt]) == ["free"]
    assert kinds([parcel(1, content="D", row="s")], [], doubts=[doubt]) == ["like_doubt"]


def test_an_order_whose_number_was_edited_during_a_doubt_stays() -> None:
    doubt = shipped(1, order="1", state="in_doubt")
    assert kinds([parcel(1, order="7", row="s")], [], doubts=[doubt]) == ["like_doubt"]
    assert kinds([parcel(1, order="7", row="s")], [], others=[parcel(2, order="1")], doubts=[doubt]) == ["free"]


@given(
    rows=st.lists(st.sampled_from("ab"), min_size=1, max_size=7),
    sent=st.sets(st.integers(0, 6)),
    written=st.booleans(),
    selected=st.sets(st.integers(0, 6)),
    shuffled=st.randoms(use_true_random=False),
)
def test_equal_rows_get_as_many_labels_as_there_are_rows(
    rows: list[str], sent: set[int], written: bool, selected: set[int], shuffled: Any
) -> None:
    """Whatever was selected, sorted or written: never more open labels of one content than rows, no row twice in a plan,
    and where the numbers stand in the sheet every row that was not sent can go."""
    held = [
        shipped(place, content=rows[place], row=rows[place], identity=f"{rows[place]} PARCEL {place + 2}")
        for place in sorted(sent)
        if place < len(rows)
    ]
    order = list(range(len(rows)))
    shuffled.shuffle(order)
    now = [
        parcel(
            number,
            content=rows[place],
            row=rows[place],
            tracking=f"1Z{place}" if written and place in sent else "",
        )
        for number, place in enumerate(order)
    ]
    going = [p for p in now if p.row_numbers[0] in selected and not p.tracking]
    others = [p for p in now if p not in going]
    told = decisions(going, held, others=others, said=DuplicateAnswers(exact_duplicates="ship every one"))
    free = [(p, decision) for p, decision in zip(going, told, strict=True) if decision.kind == "free"]
    labels = Counter(holder.content for holder in held) + Counter(p.content for p, _ in free)
    assert all(labels[content] <= rows.count(content) for content in "ab")
    identities = [decision.identity for _, decision in free] + [holder.identity for holder in held]
    assert len(set(identities)) == len(identities)
    if written:
        assert len(free) == len(going)
