"""Where failed rows stand in the sheet now: by what they are, one to one, and never a row of somebody else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.planning.failed_rows import BatchRow, CandidateRow, Located, locate
from agent.planning.identity import Destination


def place(name: str) -> Destination:
    return Destination(frozenset({name}), f"{name} street", f"{name} town")


def sought(number: int, name: str, *, order: str | None = None, row: str | None = None) -> BatchRow:
    return BatchRow(number, row or f"cells of {name}", f"SC{number}", order, f"content of {name}", place(name), "goods")


def candidate(number: int, name: str, *, order: str | None = None, edited: bool = False, **more: Any) -> CandidateRow:
    """An edited row has another ZIP code, so other cells and another content."""
    to = place(name)
    values = {
        "row": f"edited cells of {name}" if edited else f"cells of {name}",
        "content": f"edited content of {name}" if edited else f"content of {name}",
        "destination": replace(to, place="the right town") if edited else to,
    }
    return CandidateRow(number, order=order, **{"goods": "goods"} | values | more)


def found(failed: Sequence[BatchRow], rows: Sequence[CandidateRow], others: Sequence[BatchRow] = ()) -> Located:
    bare = [CandidateRow(row.row_number, row.row, row.tracked) for row in rows]
    return locate(failed, others, bare, lambda numbers: [row for row in rows if row.row_number in numbers])


NAMES = ["ann", "ben", "cleo", "dana", "eve", "fay"]


@given(
    batch=st.lists(st.sampled_from(NAMES), min_size=1, unique=True),
    foreign=st.lists(st.sampled_from([name.upper() for name in NAMES]), unique=True),
    failing=st.sets(st.sampled_from(NAMES)),
    edited=st.sets(st.sampled_from(NAMES)),
    deleted=st.sets(st.sampled_from(NAMES)),
    numbered=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_sorted_edited_deleted_and_foreign_rows(
    batch: list[str],
    foreign: list[str],
    failing: set[str],
    edited: set[str],
    deleted: set[str],
    numbered: bool,
    order: Any,
) -> None:
    rows_of = {name: sought(number, name, order=name if numbered else None) for number, name in enumerate(batch)}
    failed = [row for name, row in rows_of.items() if name in failing]
    others = [row for name, row in rows_of.items() if name not in failing]
    now = [name for name in [*batch, *foreign] if name not in deleted]
    order.shuffle(now)
    sheet = [
        candidate(number, name, order=name if numbered else None, edited=name in edited)
        for number, name in enumerate(now)
    ]
    located = found(failed, sheet, others)
    assert {now[place]: number for place, number in located.rows.items()} == {
        name: rows_of[name].row_number for name in batch if name in failing and name not in deleted
    }
    assert sorted(located.missing) == sorted(rows_of[n].row_number for n in batch if n in failing and n in deleted)
    assert located.unclear == {}


def test_of_equal_rows_the_one_without_a_number_is_the_failed_one() -> None:
    rows = [candidate(0, "ann"), candidate(1, "ann", tracked=True)]
    assert found([sought(0, "ann")], rows, [sought(1, "ann")]).rows == {0: 0}
    assert found([sought(0, "ann")], [replace(rows[0], tracked=True)], [sought(1, "ann")]).rows == {}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"goods": "other goods"}, "unclear"),
        ({"destination": replace(place("ann"), street="9 elm st")}, "unclear"),
        ({"destination": replace(place("ann"), names=frozenset({"ben"}))}, "unclear"),
        ({"destination": replace(place("ann"), place="cambridge")}, "rows"),
        ({"destination": place("ben")}, "missing"),
        ({"tracked": True}, "missing"),
        ({"order": "7"}, "missing"),
    ],
)
def test_without_an_order_number_a_row_that_looks_alike(more: dict[str, Any], kind: str) -> None:
    """Only another town is taken for a correction; whatever else differs, a person says."""
    row = candidate(5, "ann", edited=True, **({"destination": place("ann")} | more))
    located = found([sought(0, "ann")], [row])
    assert [name for name in ("rows", "unclear", "missing") if getattr(located, name)] == [kind]


def test_two_rows_that_look_alike_are_both_named() -> None:
    rows = [candidate(5, "ann", edited=True), candidate(3, "ann", edited=True, row="x", content="y")]
    assert found([sought(0, "ann")], rows).unclear == {0: [3, 5]}


def test_an_order_on_more_rows_than_failed_is_a_question() -> None:
    rows = [candidate(number, "ann", order="7", edited=True, row=f"x{number}") for number in (2, 4)]
    assert found([sought(0, "ann", order="7")], rows).unclear == {0: [2, 4]}
    both = [replace(sought(number, "ann", order="7", row=f"y{number}"), shipment="SC0") for number in (0, 1)]
    assert found(both, rows).rows == {2: 0, 4: 1}
