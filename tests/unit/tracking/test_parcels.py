"""What UPS said of a parcel, as the states and the order in which people are told."""

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.tracking.export import COLUMNS, tracking_csv
from agent.tracking.parcel import (
    SETTLED,
    SHOWN,
    Parcel,
    Sighting,
    Whereabouts,
    chosen,
    in_order,
    line,
    sighting_of,
    summary,
)

TODAY = date(2026, 11, 30)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def parcel(number: int, sighting: Sighting, recipient: str = "Dana Whitfield") -> Parcel:
    return Parcel(number, "e2d46a3786cd", number + 1, recipient, f"1Z{number:016d}", "simulator", sighting)


@pytest.mark.parametrize(
    ("kind", "code", "where"),
    [
        (None, None, Whereabouts.unknown),
        ("M", "003", Whereabouts.label),
        ("P", "038", Whereabouts.on_the_way),
        ("I", "005", Whereabouts.on_the_way),
        ("I", "021", Whereabouts.out),
        ("I", "006", Whereabouts.out),
        ("O", None, Whereabouts.out),
        ("OT", None, Whereabouts.out),
        ("I", "048", Whereabouts.trouble),
        ("X", "013", Whereabouts.trouble),
        ("X", None, Whereabouts.trouble),
        ("X", "035", Whereabouts.returning),
        ("RS", None, Whereabouts.returning),
        ("D", "011", Whereabouts.delivered),
        ("MV", "007", Whereabouts.void),
        ("M", "007", Whereabouts.void),
    ],
)
def test_a_type_and_a_code_say_where_it_is(kind: str | None, code: str | None, where: Whereabouts) -> None:
    assert Sighting(kind, code).whereabouts is where


@pytest.mark.parametrize(
    ("sighting", "late"),
    [
        (Sighting("I", "005", scheduled_on=YESTERDAY), True),
        (Sighting("I", "005", scheduled_on=TODAY), False),
        (Sighting("M", "003", scheduled_on=YESTERDAY), True),
        (Sighting("I", "048", scheduled_on=TODAY, rescheduled_on=TOMORROW), True),
        (Sighting("D", "011", scheduled_on=YESTERDAY, delivered_on=TODAY), False),
        (Sighting("MV", "007", scheduled_on=YESTERDAY), False),
        (Sighting("I", "005"), False),
    ],
)
def test_late_is_what_has_not_come_on_its_day_or_was_put_off(sighting: Sighting, late: bool) -> None:
    assert sighting.is_late(TODAY) is late


def test_an_answer_of_the_server_becomes_a_sighting() -> None:
    answer = {
        "found": True,
        "status_type": "I",
        "status_code": "005",
        "status": "Departed from Facility",
        "scheduled_date": "20261201",
        "scans": [{"date": "20261130", "time": "213000", "place": "Austin, TX, US"}, {"date": "20261129"}],
    }
    seen = sighting_of(answer)
    assert (seen.whereabouts, seen.expected_on, seen.delivered_on) == (Whereabouts.on_the_way, TOMORROW, None)
    assert seen.last_scan == "2026-11-30, Austin, TX, US"
    assert sighting_of({"found": False}).whereabouts is Whereabouts.unknown
    assert sighting_of({"found": True, "status_type": "I", "scheduled_date": "soon"}).expected_on is None


SIGHTINGS = st.builds(
    Sighting,
    status_type=st.sampled_from([None, "M", "I", "O", "X", "RS", "D", "MV"]),
    status_code=st.sampled_from([None, "003", "005", "021", "048", "013", "035", "011", "007"]),
    scheduled_on=st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=9)),
    rescheduled_on=st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=9)),
)


@given(st.lists(SIGHTINGS, max_size=12))
def test_trouble_is_told_first_and_nothing_is_lost(sightings: list[Sighting]) -> None:
    parcels = [parcel(number, sighting) for number, sighting in enumerate(sightings)]
    told = in_order(parcels, TODAY)
    assert sorted(told, key=lambda one: one.package_id) == parcels
    urgent = [one.sighting.whereabouts in {Whereabouts.trouble, Whereabouts.returning} for one in told]
    assert urgent == sorted(urgent, reverse=True)
    rest = [one.sighting.is_late(TODAY) for one, first in zip(told, urgent, strict=True) if not first]
    assert rest == sorted(rest, reverse=True)
    open_now = chosen(parcels, "open", TODAY)
    assert len(open_now) + sum(one.sighting.whereabouts in SETTLED for one in parcels) == len(parcels)
    assert all(set(chosen(parcels, show, TODAY)) <= set(parcels) for show in SHOWN)
    assert summary(parcels, TODAY).startswith(f"{len(parcels)} parcel" if parcels else "No parcels")


def test_the_line_and_the_sum_are_in_words() -> None:
    parcels = [
        parcel(1, Sighting("D", "011", delivered_on=YESTERDAY)),
        parcel(2, Sighting("X", "013", "The receiver was not available", scheduled_on=YESTERDAY)),
    ]
    assert summary(parcels, TODAY) == "2 parcels: 1 trouble, 1 delivered; 1 late."
    assert line(parcels[1], TODAY)[3:5] == ["trouble (The receiver was not available)", "2026-11-29, late"]
    assert line(parcels[0], TODAY)[4] == "delivered 2026-11-29"


def test_no_spreadsheet_runs_a_cell_of_the_export() -> None:
    text = tracking_csv([parcel(1, Sighting("I", "005"), "=cmd()")], TODAY)
    (row,) = csv.DictReader(io.StringIO(text))
    assert tuple(row) == COLUMNS
    assert row["recipient"] == "'=cmd()"


@pytest.mark.parametrize(
    ("proof", "shown"),
    [
        ({"received_by": "LEE", "left_at": "FRONT DOOR"}, "delivered (received by LEE, left at FRONT DOOR)"),
        ({"left_at": "DOCK"}, "delivered (left at DOCK)"),
        ({}, "delivered"),
    ],
)
def test_the_proof_of_delivery_is_told_where_ups_gives_one(proof: dict[str, str], shown: str) -> None:
    answer = {"found": True, "status_type": "D", "status_code": "011", "status": "Delivered", "scans": [], **proof}
    assert line(parcel(1, sighting_of(answer)), TODAY)[3] == shown
