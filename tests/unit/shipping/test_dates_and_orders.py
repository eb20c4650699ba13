"""Dates and order numbers, as real order files write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.dates import day_first_of, is_too_early, read_date, ship_day
from agent.shipping.orders import OrderRow, group_orders, read_order_number
from agent.shipping.verdict import Ask, Changed, Ok, Reject

TODAY = date(2026, 3, 2)


def day(text: str, day_first: bool | None = None) -> date | None:
    verdict = read_date(text, day_first=day_first, today=TODAY)
    assert isinstance(verdict, Ok | Changed), verdict
    return verdict.value


@pytest.mark.parametrize(
    "text",
    ["2026-04-03", "2026/4/3", "20260403", "2026-04-03 14:05", "2026-04-03T23:30:00-05:00", "2026-04-03T01:00:00Z",
     "3 April 2026", "April 3, 2026", "Apr 3 2026", "3-Apr-26", "3rd Apr. 2026", "Fri, 3 Apr 2026", "46115"],
)  # fmt: skip
def test_m24_one_day_in_many_forms(text: str) -> None:
    assert day(text) == date(2026, 4, 3)


def test_m24_two_readings_are_asked_about_once_for_all() -> None:
    verdict = read_date("03/04/2026", day_first=None, today=TODAY)
    assert isinstance(verdict, Ask)
    assert verdict.slot == "day_first"
    assert day("03/04/2026", day_first=True) == date(2026, 4, 3)
    assert day("03/04/2026", day_first=False) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *(("25/04/2026", date(2026, 4, 25)), ("04/25/2026", date(2026, 4, 25))),
        *(("5.5.2026", date(2026, 5, 5)), ("04/25/26 10:00", date(2026, 4, 25))),
    ],
)
def test_m24_one_reading_is_not_asked_about(text: str, found: date) -> None:
    assert day(text) == found


def test_m24_a_column_proves_its_own_order() -> None:
    assert day_first_of(["03/04/2026", "25/03/2026"]) is True
    assert day_first_of(["03/04/2026", "03/25/2026", ""]) is False
    assert day_first_of(["03/04/2026", "2026-01-02"]) is None
    assert day_first_of(["25/03/2026", "03/25/2026"]) is None


def test_m24_serials_are_shown_and_the_1904_system_is_a_choice() -> None:
    verdict = read_date("46115", day_first=None, today=TODAY)
    assert isinstance(verdict, Changed)
    assert verdict.after == "2026-04-03"
    assert read_date("44653", day_first=None, today=TODAY, epoch_1904=True) == Changed(
        date(2026, 4, 3), "44653", "2026-04-03", "a day number of the 1904 calendar"
    )


def test_m24_a_day_without_a_year_is_the_nearest_and_shown() -> None:
    verdict = read_date("4-Mar", day_first=None, today=TODAY)
    assert isinstance(verdict, Changed)
    assert verdict.value == date(2026, 3, 4)
    late = read_date("2 Jan", day_first=None, today=date(2026, 12, 30))
    assert isinstance(late, Changed)
    assert late.value == date(2027, 1, 2)


@pytest.mark.parametrize("text", ["2026-02-30", "31/31/2026", "soon", "32 Mar 2026", "2026-13-01", "12"])
def test_m24_what_is_no_date_is_rejected(text: str) -> None:
    assert isinstance(read_date(text, day_first=True, today=TODAY), Reject)


def test_an_overdue_order_ships_today_and_that_is_shown() -> None:
    for ahead in (0, 7):
        assert ship_day(TODAY + timedelta(days=ahead), TODAY) == Ok(TODAY + timedelta(days=ahead))
    late = ship_day(TODAY - timedelta(days=1), TODAY)
    assert isinstance(late, Changed)
    assert (late.value, late.before, late.after) == (TODAY, "2026-03-01", "2026-03-02")


def test_m24_ups_takes_a_day_up_to_a_week_ahead() -> None:
    assert [is_too_early(TODAY + timedelta(days=ahead), TODAY) for ahead in (-1, 0, 7, 8)] == [
        False,
        False,
        False,
        True,
    ]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_m24_every_unambiguous_form_gives_the_same_day(when: date) -> None:
    forms = [f"{when:%Y-%m-%d}", f"{when:%d %B %Y}", f"{when:%b %d, %Y}", f"{when:%Y%m%d}", f"{when:%A, %d %b %Y}"]
    assert {day(form) for form in forms} == {when}
    assert day(f"{when:%d/%m/%Y}", day_first=True) == when
    assert day(f"{when:%m/%d/%Y}", day_first=False) == when


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "1e+17", "123456789012345680.0"])
def test_m5_a_number_that_lost_digits_is_no_key(text: str) -> None:
    verdict = read_order_number(text)
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2228"
    assert "lost digits" in verdict.why


@pytest.mark.parametrize(
    ("text", "number"),
    [("1001.0", "1001"), ("123456789012345678", "123456789012345678"), ("#1001", "#1001"), ("SC-1", "SC-1"), ("", ""),
     ("112-1234567-1234567", "112-1234567-1234567"), ("12E4", "12E4")],
)  # fmt: skip
def test_m5_other_numbers_stay_as_they_are(text: str, number: str) -> None:
    assert read_order_number(text) == Ok(number)


def rows(*described: tuple[str, str, str]) -> list[OrderRow]:
    return [OrderRow(index + 2, *row) for index, row in enumerate(described)]


def positions(grouping: object) -> list[tuple[int, ...]]:
    return [group.positions for group in grouping.groups]  # type: ignore[attr-defined]


LINES = rows(("A1", "ann", "a"), ("A1", "", "b"), ("B2", "bob", "c"))


def test_m25_rows_of_one_order_are_asked_about_once() -> None:
    grouping = group_orders([*LINES, *rows(("C3", "cy", "d"), ("C3", "cy", "e"))], {})
    assert list(grouping.asks) == ["order_lines"]
    assert grouping.asks["order_lines"].options == ("items of one parcel", "several parcels", "a duplicate")


@pytest.mark.parametrize("meaning", ["items of one parcel", "several parcels"])
def test_m25_items_and_parcels_make_one_shipment(meaning: str) -> None:
    grouping = group_orders(LINES, {"order_lines": meaning})
    assert positions(grouping) == [(0, 1), (2,)]
    assert not grouping.asks
    assert not grouping.left_out


def test_m25_a_duplicate_leaves_the_later_row_out() -> None:
    grouping = group_orders(LINES, {"order_lines": "a duplicate"})
    assert positions(grouping) == [(0,), (2,)]
    assert list(grouping.left_out) == [1]


def test_m25_different_addresses_are_asked_about() -> None:
    several = rows(("A1", "ann", "a"), ("A1", "bob", "b"))
    asked = group_orders(several, {})
    assert list(asked.asks) == ["order_addresses"]
    separate = group_orders(several, {"order_addresses": "a parcel to each address"})
    assert [(group.positions, group.parcel) for group in separate.groups] == [((0,), 1), ((1,), 2)]
    assert group_orders(several, {"order_addresses": "leave these rows out"}).groups == []


def test_m25_exact_duplicates_are_flagged() -> None:
    same = rows(("", "ann", "x"), ("", "ann", "x"), ("", "bob", "y"))
    assert list(group_orders(same, {}).asks) == ["exact_duplicates"]
    once = group_orders(same, {"exact_duplicates": "ship it once"})
    assert positions(once) == [(0,), (2,)]
    assert once.left_out == {1: "repeats row 2"}
    assert positions(group_orders(same, {"exact_duplicates": "ship every one"})) == [(0,), (1,), (2,)]


@given(st.lists(st.tuples(st.sampled_from(["", "A", "B"]), st.sampled_from(["", "x", "y"]), st.sampled_from("pqrs"))))
def test_m25_every_row_is_in_one_group_or_left_out(described: list[tuple[str, str, str]]) -> None:
    grouping = group_orders(rows(*described), {})
    grouped = [position for group in grouping.groups for position in group.positions]
    assert sorted([*grouped, *grouping.left_out]) == list(range(len(described)))
