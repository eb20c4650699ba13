"""One cell with a whole address: taken apart where every part is certain, rejected where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.places import STATES
from agent.shipping.verdict import Changed, Reject
from agent.shipping.whole_addresses import Town, split_address, split_town


def parts(text: str) -> dict[str, str]:
    verdict = split_address(text)
    assert isinstance(verdict, Changed), verdict
    return verdict.value


@pytest.mark.parametrize(
    ("text", "street", "city", "state", "code"),
    [
        ("12 Main St, Springfield, IL 62701", "12 Main St", "Springfield", "IL", "62701"),
        ("12 Main St, Springfield IL 62701-1234", "12 Main St", "Springfield", "IL", "62701-1234"),
        ("12 Main St\nSpringfield, Illinois 62701\nUSA", "12 Main St", "Springfield", "IL", "62701"),
        ("60 Aspen Way; Kansas City MO 64105", "60 Aspen Way", "Kansas City", "MO", "64105"),
        ("18 Birch Rd, Charleston, West Virginia 25301", "18 Birch Rd", "Charleston", "WV", "25301"),
        ("9 Elm St NW, Washington, DC 20001", "9 Elm St NW", "Washington", "DC", "20001"),
        ("9 Elm St NW, Washington DC 20001", "9 Elm St NW", "Washington", "DC", "20001"),
        ("1 Yonge St, Toronto, ON M5E 1W7, Canada", "1 Yonge St", "Toronto", "ON", "M5E 1W7"),
        ("9 Gift Ln, Boston MA, 02116", "9 Gift Ln", "Boston", "MA", "02116"),
        ("9 Gift Ln, Boston, MA, 02116, USA", "9 Gift Ln", "Boston", "MA", "02116"),
        ("9 Gift Ln, Boston, MA 02116 United States", "9 Gift Ln", "Boston", "MA", "02116"),
        ("20 Standard Ave, Modesto, CA, Modesto, CA 95350-0726", "20 Standard Ave", "Modesto", "CA", "95350-0726"),
        ("12 Fifth Ave, New York, New York, NY 10001", "12 Fifth Ave", "New York", "NY", "10001"),
        ("7 Oak St, Port Washington NY 11050", "7 Oak St", "Port Washington", "NY", "11050"),
    ],
)
def test_taken_apart(text: str, street: str, city: str, state: str, code: str) -> None:
    found = parts(text)
    assert (found["address1"], found["city"], found["state"], found["postal_code"]) == (street, city, state, code)


def test_further_lines_of_the_street_stay_with_it() -> None:
    found = parts("880 Harbor View Dr, Apt 4, San Diego, CA 92101")
    assert (found["address1"], found["address2"], found["city"]) == ("880 Harbor View Dr", "Apt 4", "San Diego")


@pytest.mark.parametrize(
    "text",
    [
        "", "somewhere in Boston", "12 Main St Springfield IL 62701", "12 Main St, Springfield", "12 Main St, IL 62701",
        "12 Main St, Suite B, IL 62701", "12 Main St, Springfield, XX 62701", "12 Main St, Springfield, IL 627",
        "7 Oak St, Port Washington 11050", "9 Gift Ln, Austin, CA", "12 Main St, Modesto, CA 95350, Reno",
        "10 Downing Lane, London SW1A 1AA, England", "a, b, c, d, Springfield, IL 62701", "Springfield, IL 62701",
    ],
)  # fmt: skip
def test_what_is_not_certain_is_rejected(text: str) -> None:
    verdict = split_address(text)
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2231"


WORDS = st.lists(st.sampled_from(["Oak", "Juniper", "Larch", "Mill", "Harbor"]), min_size=1, max_size=3).map(" ".join)


@given(
    st.integers(1, 99_999),
    WORDS,
    WORDS,
    st.sampled_from(sorted(STATES)),
    st.from_regex(r"[0-9]{5}(-[0-9]{4})?", fullmatch=True),
    st.sampled_from([", ", ",", " ,  ", "\n", "; "]),
)
def test_what_was_put_together_comes_apart(
    number: int, street: str, city: str, state: str, code: str, between: str
) -> None:
    found = parts(between.join([f"{number} {street}", city, f"{state} {code}"]))
    assert (found["address1"], found["city"]) == (f"{number} {street}", city)
    assert (found["state"], found["postal_code"]) == (state, code)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    split_address(text)


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Boston, MA 02116", Town("Boston", "MA", "02116")),
        ("Boston MA, 02116", Town("Boston", "MA", "02116")),
        ("Boston/MA/02116", Town("Boston", "MA", "02116")),
        ("Boston/MA", Town("Boston", "MA")),
        ("Boston MA", Town("Boston", "MA")),
        ("Boston, Massachusetts", Town("Boston", "MA")),
        ("Kansas City MO 64105-1234", Town("Kansas City", "MO", "64105-1234")),
        ("Springfield Illinois 62701", Town("Springfield", "IL", "62701")),
        ("Washington DC", Town("Washington", "DC")),
        ("Toronto, ON", Town("Toronto", "ON")),
    ],
)
def test_a_town_comes_apart(text: str, town: Town) -> None:
    assert split_town(text) == town


@pytest.mark.parametrize(
    "text", ["", "Boston", "New York", "Port Washington", "Port Washington, 11050", "Kansas City", "Ontario", "02116",
             "Paris, France", "12 Main St, Boston, MA 02116"]
)  # fmt: skip
def test_a_town_that_is_not_certain_stays_whole(text: str) -> None:
    assert split_town(text) is None


@given(st.sampled_from(["Boston", "Port Washington", "Kansas City", "Iowa Falls", "St. Paul"]),
       st.sampled_from(sorted(STATES)), st.sampled_from([" ", ", ", "/", " / "]))  # fmt: skip
def test_any_city_and_state_code_come_apart(city: str, state: str, between: str) -> None:
    assert split_town(f"{city}{between}{state}") == Town(city, state)
