"""The way of a practice parcel: by working days, and what the fault `scan` puts on top."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_servers.ups.simulator.faults import parse
from mcp_servers.ups.simulator.journey import DELIVERED, LABEL, ON_THE_WAY, OUT, STAGES, arrival_day, journey

FRIDAY, MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("today", "stage"),
    [(FRIDAY, LABEL), (date(2026, 11, 29), LABEL), (MONDAY, ON_THE_WAY), (TUESDAY, OUT), (WEDNESDAY, DELIVERED)],
)
def test_two_working_days_from_a_friday(today: date, stage: object) -> None:
    way = journey(FRIDAY, today, 2)
    assert way.scans[0].stage is stage
    assert way.scheduled == TUESDAY
    delivered = [day["date"] for day in way.delivery_days if day["type"] == "DEL"]
    assert delivered == (["20261201"] if stage is DELIVERED else [])


def test_a_day_before_its_label_tells_the_label_only() -> None:
    assert [scan.stage for scan in journey(FRIDAY, date(2026, 1, 1), 3).scans] == [LABEL]


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 9), st.integers(0, 30))
def test_scans_are_newest_first_and_never_of_tomorrow(made: date, business_days: int, later: int) -> None:
    today = date.fromordinal(made.toordinal() + later)
    days = [scan.day for scan in journey(made, today, business_days).scans]
    assert days == sorted(days, reverse=True)
    assert all(made <= day <= today for day in days)
    assert arrival_day(made, business_days).weekday() < 5


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_told_by_request(stage: str) -> None:
    assert parse(f"scan={stage}").operation == "track"
    way = journey(FRIDAY, MONDAY, 5, stage)
    assert way.scans[0].stage is STAGES[stage]
    assert (way.rescheduled is not None) == (stage == "delayed")


def test_another_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="scan needs a stage"):
        parse("scan=lost")
