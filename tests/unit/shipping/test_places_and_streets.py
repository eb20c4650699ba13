"""Where a parcel goes, as real order files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping import addresses, places
from agent.shipping.addresses import Area, check_reach, read_area, read_city, read_street
from agent.shipping.verdict import Ask, Changed, Ok, Reject
from agent.shipping.zip_areas import states_of


def area(country: str, state: str, **more: str) -> object:
    verdict = read_area(country, state, "US", **more)
    assert isinstance(verdict, Ok | Changed), verdict
    return verdict.value


def code_of(verdict: object) -> str:
    assert isinstance(verdict, Reject), verdict
    return verdict.code


@pytest.mark.parametrize("text", ["Massachusetts", "mass.", "MA.", "MA", " ma ", "massachusetts"])
def test_m6_states_become_codes(text: str) -> None:
    assert area("US", text) == Area("US", "MA")


def test_m6_wash_is_asked_about_and_never_silently_washington() -> None:
    verdict = read_area("US", "Wash.", "US", city="Seattle")
    assert isinstance(verdict, Ask)
    assert verdict.options == ("Washington", "District of Columbia")


@pytest.mark.parametrize(("postal_code", "state"), [("98101", "WA"), ("20001", "DC")])
def test_m6_wash_with_a_zip_that_proves_it_is_shown_as_changed(postal_code: str, state: str) -> None:
    verdict = read_area("US", "Wash.", "US", postal_code=postal_code)
    assert isinstance(verdict, Changed)
    assert (verdict.before, verdict.after, verdict.value) == ("Wash.", state, Area("US", state))


def test_m6_washington_dc_as_a_city_proves_the_district_and_prints_as_washington() -> None:
    verdict = read_area("US", "", "US", city="Washington DC")
    assert isinstance(verdict, Changed)
    assert verdict.value == Area("US", "DC")
    city = read_city("Washington, D.C.", "DC")
    assert isinstance(city, Changed)
    assert city.value == "Washington"


def test_m6_washington_dc_with_another_state_is_flagged() -> None:
    assert code_of(read_city("Washington DC", "WA")) == "E-2209"


def test_m6_an_unknown_state_is_rejected_with_the_nearest() -> None:
    verdict = read_area("US", "Massachusets", "US")
    assert code_of(verdict) == "E-2209"
    assert "Massachusetts" in str(verdict)


def test_a_blank_state_is_rejected() -> None:
    assert code_of(read_area("US", "", "US", city="Boston", postal_code="02116")) == "E-2208"


@pytest.mark.parametrize("text", ["West Virginia", "W. Va.", "WV", "west virginia"])
def test_west_virginia_is_neither_virginia_nor_the_west(text: str) -> None:
    assert places.state_code(text) == "WV"
    assert places.region_states(text) is None


def test_traps_of_place_names() -> None:
    assert places.state_code("Washington DC") == "DC"
    assert places.state_code("D.C.") == "DC"
    assert places.state_code("Kansas City") is None
    assert places.state_code("in") == "IN"
    assert places.state_code("wash") is None


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("West Coast", {"CA", "OR", "WA"}),
        ("the Midwest", {"IL", "IN", "IA", "KS", "MI", "MN", "MO", "NE", "ND", "OH", "SD", "WI"}),
        ("New England", {"CT", "ME", "MA", "NH", "RI", "VT"}),
        ("new england states", {"CT", "ME", "MA", "NH", "RI", "VT"}),
        ("Mid-Atlantic", {"NJ", "NY", "PA"}),
    ],
)
def test_regions(text: str, states: set[str]) -> None:
    assert set(places.region_states(text) or ()) == states


def test_regions_hold_states_only() -> None:
    assert all(set(states) <= set(places.STATES) for states in places.REGIONS.values())
    census = ("northeast", "midwest", "south", "west")
    named = [state for region in census for state in places.REGIONS[region]]
    assert sorted(named) == sorted(places.STATES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("USA", "US"), ("U.S.", "US"), ("United States of America", "US"), ("us", "US"), ("U.S.A.", "US")),
        *(("UK", "GB"), ("England", "GB"), ("Deutschland", "DE"), ("Puerto Rico", "PR"), ("NA", "NA")),
    ],
)
def test_m7_countries_become_codes(text: str, code: str) -> None:
    assert places.country_code(text) == code


@pytest.mark.parametrize(("state", "code"), [("PR", "PR"), ("Puerto Rico", "PR"), ("VI", "VI"), ("GU", "GU")])
def test_m7_territories_written_as_states_become_countries(state: str, code: str) -> None:
    verdict = read_area("USA", state, "US")
    assert isinstance(verdict, Changed)
    assert verdict.value == Area(code, None)


def test_m7_an_unknown_country_is_rejected_with_the_nearest() -> None:
    verdict = read_area("Germny", "", "US")
    assert code_of(verdict) == "E-2210"
    assert "Germany" in str(verdict)


def test_a_blank_country_is_the_senders_own() -> None:
    assert area("", "MA") == Area("US", "MA")
    assert code_of(read_area("", "ON", "US")) == "E-2209"


def test_canada_has_provinces() -> None:
    assert area("Canada", "Ont.") == Area("CA", "ON")
    assert code_of(read_area("Canada", "Texas", "US")) == "E-2209"


def lines(*cells: str) -> tuple[str, ...]:
    verdict = read_street(cells)
    assert isinstance(verdict, Ok | Changed), verdict
    return verdict.value.lines


def test_m22_short_lines_stay_as_they_are() -> None:
    assert lines("12 Main St", "Apt 3") == ("12 Main St", "Apt 3")
    assert lines("12 Main St Apt 3") == ("12 Main St Apt 3",)


def test_m22_a_long_line_breaks_before_its_unit() -> None:
    assert lines("12345 Commonwealth Avenue, Apartment 12B") == ("12345 Commonwealth Avenue", "Apartment 12B")


def test_m22_a_long_line_breaks_between_words() -> None:
    broken = lines("1234 Very Long Boulevard of the Americas and Friends")
    assert " ".join(broken) == "1234 Very Long Boulevard of the Americas and Friends"
    assert all(len(line) <= 35 for line in broken)


def test_m22_what_does_not_fit_is_rejected() -> None:
    assert code_of(read_street(("word " * 30,))) == "E-2203"
    assert code_of(read_street(("x" * 36,))) == "E-2203"


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("ATTN: Ann Lee, 12 Main St", "12 Main St"),
        ("ATTN Ann Lee 12 Main St", "12 Main St"),
        ("12 Main St, Attention: Ann Lee", "12 Main St"),
    ],
)
def test_m22_attn_moves_to_the_attention_name(cell: str, line: str) -> None:
    verdict = read_street((cell,))
    assert isinstance(verdict, Changed)
    assert verdict.value == addresses.Street((line,), "Ann Lee")


@given(st.lists(st.text(st.sampled_from("abcdefgh 0123456789"), min_size=1, max_size=60), min_size=1, max_size=3))
def test_m22_no_word_is_lost_and_every_line_fits(cells: list[str]) -> None:
    verdict = read_street(tuple(cells))
    if isinstance(verdict, Ok | Changed):
        assert 1 <= len(verdict.value.lines) <= 3
        assert all(0 < len(line) <= 35 for line in verdict.value.lines)
        words = " ".join(verdict.value.lines).replace(",", " ").split()
        assert words == " ".join(cells).split()


def test_m22_cities() -> None:
    assert code_of(read_city("L" * 31, "CA")) == "E-2207"
    long = read_city("Rancho Santa Margarita", "CA")
    assert isinstance(long, Ok)
    assert "15" in long.warning
    assert read_city("Boston", "MA") == Ok("Boston")


@pytest.mark.parametrize(
    "line",
    [
        "PO Box 12",
        "P.O. Box 12",
        "p o box #7",
        "Post Office Box 5",
        "POB 33",
        "BOX 12",
        "12 Main St, PO Box 5",
        "PO BOX",
    ],
)
def test_m23_po_boxes_are_refused(line: str) -> None:
    assert code_of(check_reach((line,), "Boston", "MA", "03")) == "E-2204"


@pytest.mark.parametrize(
    "line", ["12 Boxwood Lane", "RR 2 Box 12", "4 Poboxer Street", "77 Box Elder Rd", "Depot Box St 4"]
)
def test_m23_streets_that_look_like_boxes_go(line: str) -> None:
    assert check_reach((line,), "Boston", "MA", "03") == Ok(None)


@pytest.mark.parametrize(("city", "state"), [("APO", "AE"), ("FPO", "AP"), ("DPO", "AA"), ("APO", None)])
def test_m23_military_mail_is_refused(city: str, state: str | None) -> None:
    assert code_of(check_reach(("PSC 1 Box 2",), city, state, "03")) == "E-2205"


def test_m23_a_service_that_ends_by_post_reaches_both() -> None:
    assert check_reach(("PO Box 12",), "Boston", "MA", "93") == Ok(None)
    assert check_reach(("Unit 1",), "APO", "AE", "92") == Ok(None)


def test_zip_prefixes_name_states() -> None:
    assert states_of("02116") == {"MA"}
    assert states_of("75001") == {"TX"}
    assert states_of("20001") == {"DC", "MD"}
    assert states_of("00000") == set()
