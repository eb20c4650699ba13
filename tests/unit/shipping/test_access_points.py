"""Which cells name an Access Point, and which of UPS's answers a label takes."""

from typing import Any

import pytest

from agent.shipping.access_points import NEAREST, AccessPoint, WantedPoint, point_of, read_point, request_of
from agent.shipping.verdict import Reject

HOME = {"lines": ["12 Main St"], "city": "Austin", "state": "TX", "postal_code": "78701", "country_code": "US"}


def place(number: int = 1, **more: Any) -> dict[str, Any]:
    found = {
        "id": f"U7870100{number}",
        "name": "Corner Market",
        "lines": [f"{number} Mill St"],
        "city": "Austin",
        "state": "TX",
        "postal_code": "78701",
        "country_code": "US",
        "distance": f"{number}.2 mi",
        "hours": [],
        "takes_parcels": True,
    }
    return {name: value for name, value in (found | more).items() if value is not None}


def answer(*places: dict[str, Any], unclear: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"locations": list(places), "unclear": list(unclear)}


@pytest.mark.parametrize(
    ("cell", "point"),
    [
        ("U78701001", "U78701001"),
        (" u78701001 ", "U78701001"),
        ("nearest", NEAREST),
        ("Closest Access Point", NEAREST),
        ("U123", None),
        ("UPS Store 12", None),
        ("12 Market St, Austin", None),
        ("CALIFORNI", None),
    ],
)
def test_what_a_cell_names(cell: str, point: str | None) -> None:
    assert read_point(cell) == point


def test_the_nearest_that_takes_parcels_is_taken() -> None:
    found = point_of(
        WantedPoint(HOME, None), answer(place(1, takes_parcels=False), place(2, id=None), place(3), place(4)), 25
    )
    assert isinstance(found, AccessPoint)
    assert str(found) == "Corner Market, 3 Mill St, Austin, TX 78701, 3.2 mi (U78701003)"
    assert found.payload == {"id": "U78701003", "name": "Corner Market", "address": HOME | {"lines": ["3 Mill St"]}}


@pytest.mark.parametrize(
    ("identifier", "found", "code"),
    [
        (None, answer(), "E-2443"),
        (None, answer(place(takes_parcels=False)), "E-2443"),
        (None, answer(unclear=("12 Main St, Austin, TX",)), "E-2447"),
        ("U78701009", answer(), "E-2444"),
        ("U78701009", answer(place(1)), "E-2444"),
        ("U78701001", answer(place(1, takes_parcels=False)), "E-2445"),
        ("U78701001", answer(place(1, country_code="CA")), "E-2446"),
    ],
)
def test_why_there_is_none(identifier: str | None, found: dict[str, Any], code: str) -> None:
    refused = point_of(WantedPoint(HOME, identifier), found, 25)
    assert isinstance(refused, Reject)
    assert refused.code == code


def test_the_same_place_is_asked_about_once() -> None:
    assert WantedPoint(HOME, None).key == WantedPoint(dict(HOME), None).key
    assert len({WantedPoint(HOME, None).key, WantedPoint(HOME, "U78701001").key}) == 2
    assert request_of(WantedPoint(HOME, "U78701001"), 25) == HOME | {"radius": 25, "access_point_id": "U78701001"}
