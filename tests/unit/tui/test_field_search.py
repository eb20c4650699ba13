"""Fields that fit what was typed."""

import pytest

from agent.events import FieldSeen
from tui.model.field_search import fitting

FIELDS = [
    FieldSeen("company", "the company that gets the parcel", ""),
    FieldSeen("name", "who gets the parcel", ""),
    FieldSeen("last_name", "the last part of that name", ""),
    FieldSeen("address1", "the street and the number", ""),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["company", "name", "last_name", "address1"]),
        ("name", ["name", "last_name"]),
        ("last n", ["last_name"]),
        ("gets parcel", ["company", "name"]),
        ("Street", ["address1"]),
        ("zebra", []),
    ],
)
def test_every_word_occurs_and_a_beginning_stands_first(typed: str, found: list[str]) -> None:
    assert [field.name for field in fitting(FIELDS, typed)] == found
