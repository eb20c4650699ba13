"""Postal codes, as real order files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.postal_codes import read_postal_code
from agent.shipping.verdict import Changed, Ok, Reject
from agent.shipping.zip_areas import states_of


def test_m1_a_lost_zero_returns_where_the_state_agrees_and_is_shown() -> None:
    verdict = read_postal_code("2116", "US", "MA")
    assert isinstance(verdict, Changed)
    assert (verdict.before, verdict.after, verdict.value) == ("2116", "02116", "02116")


def test_m1_nine_digits_lose_zeros_too() -> None:
    verdict = read_postal_code("21161234", "US", "MA")
    assert isinstance(verdict, Changed)
    assert verdict.value == "02116-1234"


def test_m1_two_lost_zeros_of_puerto_rico() -> None:
    verdict = read_postal_code("926", "PR")
    assert isinstance(verdict, Changed)
    assert verdict.value == "00926"


@pytest.mark.parametrize("state", ["TX", "CA", None, ""])
def test_m2_a_short_zip_that_nothing_proves_is_flagged_not_padded(state: str | None) -> None:
    verdict = read_postal_code("7510", "US", state)
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2212"
    assert verdict.cell == "7510"


@pytest.mark.parametrize("text", ["02116", "02116-", "02116.0", " 02116 ", "'02116", "02116.00"])
def test_m3_five_digits(text: str) -> None:
    assert read_postal_code(text, "US", "MA") == Ok("02116")


@pytest.mark.parametrize("text", ["021161234", "02116-1234", "02116 1234", "021161234.0"])
def test_m3_nine_digits(text: str) -> None:
    assert read_postal_code(text, "US", "MA") == Ok("02116-1234")


@pytest.mark.parametrize("text", ["ABCDE", "0211", "02116-12", "1234567890", "02116-123456", "2.116E+03", "12"])
def test_m3_anything_else_is_rejected(text: str) -> None:
    assert isinstance(read_postal_code(text, "US", "TX"), Reject)


@pytest.mark.parametrize(
    ("text", "country", "form"),
    [
        *(("k1a0b1", "CA", "K1A 0B1"), ("K1A-0B1", "CA", "K1A 0B1"), ("SW1A1AA", "GB", "SW1A 1AA")),
        *(("m11ae", "GB", "M1 1AE"), ("d02af30", "IE", "D02 AF30"), ("1012ab", "NL", "1012 AB")),
        *(("00950", "PL", "00-950"), ("1000001", "JP", "100-0001"), ("01067", "DE", "01067")),
        ("75008.0", "FR", "75008"),
    ],
)
def test_m4_each_country_has_its_form(text: str, country: str, form: str) -> None:
    assert read_postal_code(text, country) == Ok(form)


@pytest.mark.parametrize(("text", "country"), [("K1A 0B", "CA"), ("D1A 0B1", "CA"), ("12345", "GB"), ("1067", "DE")])
def test_m4_what_has_another_form_is_rejected(text: str, country: str) -> None:
    assert isinstance(read_postal_code(text, country), Reject)


@pytest.mark.parametrize("country", ["HK", "AE", "QA"])
def test_m4_blank_where_there_are_no_postal_codes(country: str) -> None:
    assert read_postal_code("", country) == Ok(None)


@pytest.mark.parametrize("country", ["US", "CA", "GB", "DE", "PR"])
def test_m4_blank_elsewhere_is_rejected(country: str) -> None:
    verdict = read_postal_code("N/A", country)
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2211"


def test_a_zip_of_another_state_is_warned_about() -> None:
    verdict = read_postal_code("90210", "US", "TX")
    assert isinstance(verdict, Ok)
    assert "CA" in verdict.warning


@given(st.integers(1, 99999).map(str), st.sampled_from(["MA", "TX", "NJ", "CA", "PR", "ME"]))
def test_a_zip_is_never_made_longer_at_its_end_and_zeros_need_proof(text: str, state: str) -> None:
    verdict = read_postal_code(text, "US", state)
    if isinstance(verdict, Ok | Changed):
        assert verdict.value == text.zfill(5)
        assert len(text) == 5 or state in states_of(text.zfill(5))
    else:
        assert len(text) < 5
