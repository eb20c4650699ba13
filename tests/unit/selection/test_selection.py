"""Conditions that must hold are ANDed around the whole; cuts keep order and name the next row."""

from agent.planning.model import SheetRow
from agent.planning.selection import Wanted, all_of, cut, has_number, says


def rows(count: int) -> list[SheetRow]:
    return [SheetRow(number, number + 1, {}, f"c{number}") for number in range(1, count + 1)]


def test_a_condition_never_widens_an_or() -> None:
    """An earlier product appended its safety condition to the person's OR and so widened it."""
    assert all_of(["\"State\" = 'CA' OR \"State\" = 'TX'", "\"Tracking\" = ''"]) == (
        "(\"State\" = 'CA' OR \"State\" = 'TX') AND (\"Tracking\" = '')"
    )


def test_quotes_in_a_name_or_a_value_cannot_end_it() -> None:
    assert says('Sta"; DROP', ["won't ship"]) == "\"Sta\"\"; DROP\" IN ('won''t ship')"
    assert has_number('Track"; DROP').startswith('(contains("Track""; DROP", \'1\')')


def test_a_limit_names_the_row_just_beyond() -> None:
    kept, beyond = cut(rows(5), Wanted("TRUE", limit=2))
    assert [row.row_number for row in kept] == [1, 2]
    assert beyond is not None
    assert beyond.row_number == 3


def test_every_other_and_a_seeded_sample() -> None:
    assert [row.row_number for row in cut(rows(5), Wanted("TRUE", every=2))[0]] == [1, 3, 5]
    first, _ = cut(rows(50), Wanted("TRUE", sample=5, seed=7))
    again, _ = cut(rows(50), Wanted("TRUE", sample=5, seed=7))
    assert first == again
    assert len(first) == 5
    assert first == sorted(first, key=lambda row: row.row_number)
