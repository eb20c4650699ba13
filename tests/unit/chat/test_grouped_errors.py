"""The same error over many rows is said once, with its rows."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.chat.result import MOST_ROWS_NAMED, grouped

ZIP = {"code": "E-3012", "message": "The ZIP code does not belong to the state."}
PHONE = {"code": "E-3014", "message": "A phone is missing."}


def failed(*rows: tuple[int, dict[str, str]]) -> list[dict[str, Any]]:
    return [{"row_number": row - 1, "sheet_row": row, **what} for row, what in rows]


def test_equal_errors_are_one_line_in_the_order_of_their_first_row() -> None:
    assert grouped(failed((5, ZIP), (7, PHONE), (12, ZIP), (34, ZIP))) == [
        "Rows 5, 12, 34: E-3012: The ZIP code does not belong to the state.",
        "Row 7: E-3014: A phone is missing.",
    ]


def test_nothing_failed_nothing_is_said() -> None:
    assert grouped([]) == []


def test_many_rows_are_counted() -> None:
    (line,) = grouped(failed(*((row, ZIP) for row in range(2, 2 + MOST_ROWS_NAMED + 7))))
    assert " and 7 more: E-3012" in line


@given(st.lists(st.tuples(st.integers(2, 60), st.sampled_from([ZIP, PHONE])), max_size=40))
def test_every_row_is_told_with_its_error(rows: list[tuple[int, dict[str, str]]]) -> None:
    lines = grouped(failed(*rows))
    assert len(lines) == len({what["code"] for _, what in rows})
    for row, what in rows:
        (line,) = [line for line in lines if what["code"] in line]
        assert str(row) in line.split(":")[0].removeprefix("Rows ").removeprefix("Row ").split(", ")
