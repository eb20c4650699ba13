"""Weights, sizes, money, as real order files write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.declared_values import Amount, read_declared_value, read_money
from agent.shipping.dimensions import Dimensions, read_dimensions, read_sides
from agent.shipping.dimensions import unit_of_header as size_unit
from agent.shipping.verdict import Ask, Changed, Ok, Reject
from agent.shipping.weights import Weight, for_package, read_weight, round_up, unit_of_header


def pounds(text: str) -> str:
    read = read_weight(text)
    assert isinstance(read, Ok), read
    sent = for_package(read.value, "LBS")
    assert isinstance(sent, Ok | Changed), sent
    return f"{sent.value.value:f}"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("2 lb 3 oz", "2.2"),  # 2.1875
        ("2lbs, 3oz", "2.2"),
        ("35oz", "2.2"),  # 2.1875
        ("1,5 kg", "3.4"),  # 3.3069
        ("5 lbs.", "5.0"),
        ("5#", "5.0"),
        ("16 ounces", "1.0"),
        ("500 g", "1.2"),  # 1.1023
        (".5 lb", "0.5"),
        ("0.01 lb", "0.1"),
        ("1 kg 500 g", "3.4"),
        ("2.5 Pounds", "2.5"),
    ],
)
def test_m8_weights_with_units(text: str, sent: str) -> None:
    assert pounds(text) == sent


def test_m8_a_number_without_a_unit_takes_the_sheets() -> None:
    assert read_weight(".5", "LBS") == Ok(Weight(Decimal("0.5"), "LBS"))
    assert read_weight("1,5", "KGS") == Ok(Weight(Decimal("1.5"), "KGS"))


@pytest.mark.parametrize(("text", "code"), [("0", "E-2215"), ("-1", "E-2215"), ("0 lb 0 oz", "E-2215"), ("", "E-2213")])
def test_m8_nothing_and_less_are_rejected(text: str, code: str) -> None:
    verdict = read_weight(text, "LBS")
    assert isinstance(verdict, Reject)
    assert verdict.code == code


@pytest.mark.parametrize("text", ["heavy", "5 stone", "1,200", "5 x 3", "3 oz 2 lb", "1.2.3", "--", "5 lb 2"])
def test_what_is_no_weight_is_rejected(text: str) -> None:
    assert isinstance(read_weight(text, "LBS"), Reject)


def test_m9_a_number_without_any_unit_is_asked_about() -> None:
    verdict = read_weight("900")
    assert isinstance(verdict, Ask)
    assert verdict.slot == "weight_unit"
    assert verdict.options == ("lb", "oz", "kg", "g")


@pytest.mark.parametrize(("text", "system"), [("900 lb", "LBS"), ("151 lb", "LBS"), ("71 kg", "KGS"), ("69 kg", "LBS")])
def test_m9_more_than_a_package_may_weigh_is_rejected(text: str, system: str) -> None:
    read = read_weight(text)
    assert isinstance(read, Ok)
    verdict = for_package(read.value, system)  # type: ignore[arg-type]
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2216"


@pytest.mark.parametrize("text", ["150 lb", "2400 oz"])
def test_m9_the_limit_itself_goes(text: str) -> None:
    assert pounds(text) == "150.0"


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        *(("Weight (lbs)", "LBS"), ("weight_oz", "OZS"), ("WeightKg", "KGS"), ("Weight in grams", "GRM")),
        *(("Weight", None), ("Weight (lb/oz)", None), ("Bag", None)),
    ],
)
def test_units_in_headers(header: str, unit: str | None) -> None:
    assert unit_of_header(header) == unit


@given(st.decimals(min_value="0.001", max_value="9999", places=3), st.integers(0, 3))
def test_rounding_up_never_loses_weight_and_stays_within_one_step(value: Decimal, places: int) -> None:
    rounded = round_up(value, places)
    assert 0 <= rounded - value < Decimal(1).scaleb(-places)
    assert round_up(rounded, places) == rounded


@given(st.decimals(min_value="0.01", max_value="150", places=2), st.sampled_from(["LBS", "OZS", "KGS", "GRM"]))
def test_a_weight_survives_units_there_and_back(value: Decimal, unit: str) -> None:
    there = Weight(value, "LBS").to(unit)  # type: ignore[arg-type]
    assert abs(there.to("LBS").value - value) < Decimal("1e-9")


BOX = Dimensions(12, 8, 6, "IN")


@pytest.mark.parametrize(
    "text",
    ["12x8x6", '12" x 8" x 6"', "6 x 8 x 12", "12 X 8 X 6 in", "12*8*6", "12 by 8 by 6 inches", "12 × 8 × 6", "12 8 6",
     "L12 x W8 x H6", "12L x 8W x 6H", "8x12x6"],
)  # fmt: skip
def test_m10_three_sides_longest_first(text: str) -> None:
    assert read_dimensions(text, "IN", "IN") == Ok(BOX)


def test_m10_whole_inches_rounded_up_are_shown() -> None:
    verdict = read_dimensions("11.2 x 8 x 5.01", "IN", "IN")
    assert isinstance(verdict, Changed)
    assert verdict.value == BOX
    assert "12 x 8 x 6 in" in verdict.after


def test_m10_centimetres_become_inches() -> None:
    verdict = read_dimensions("30x20x10", size_unit("Dimensions (cm)"), "IN")
    assert isinstance(verdict, Changed)
    assert verdict.value == Dimensions(12, 8, 4, "IN")  # 11.8, 7.9, 3.9


def test_m10_without_any_unit_it_is_asked_about() -> None:
    verdict = read_dimensions("12x8x6", None, "IN")
    assert isinstance(verdict, Ask)
    assert verdict.slot == "dimension_unit"


@pytest.mark.parametrize(
    "text", ["12x8", "12x8x0", "12 x -8 x 6", "box", "12x8x6x4", "12cm x 8in x 6cm", "12 foo x 8 x 6"]
)
def test_m10_what_is_no_size_is_rejected(text: str) -> None:
    assert isinstance(read_dimensions(text, "IN", "IN"), Reject)


@pytest.mark.parametrize("text", ["109 x 1 x 1", "100 x 20 x 20"])
def test_m10_too_large_is_rejected(text: str) -> None:
    verdict = read_dimensions(text, "IN", "IN")
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2218"


def test_m10_separate_columns() -> None:
    assert read_sides(("8", "12", "6"), "IN", "IN") == Ok(BOX)
    assert read_sides(("", "", ""), "IN", "IN") == Ok(None)
    assert isinstance(read_sides(("12", "", "6"), "IN", "IN"), Reject)


@given(st.lists(st.decimals(min_value="0.1", max_value="30", places=1), min_size=3, max_size=3))
def test_a_box_sent_never_is_smaller_than_the_box(sides: list[Decimal]) -> None:
    verdict = read_dimensions("x".join(map(str, sides)), "IN", "IN")
    assert isinstance(verdict, Ok | Changed)
    assert verdict.value is not None
    sent = (verdict.value.length, verdict.value.width, verdict.value.height)
    assert all(0 <= whole - side < 1 for whole, side in zip(sent, sorted(sides, reverse=True), strict=True))


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        *(("$1,200.00", 120_000, "USD"), ("1.200,00 EUR", 120_000, "EUR"), ("1200", 120_000, "USD")),
        *(("€5", 500, "EUR"), ("£12.50", 1_250, "GBP"), ("$1,200", 120_000, "USD"), ("1 200,50 €", 120_050, "EUR")),
        *(("USD 12.500", 1_250, "USD"), ("C$10", 1_000, "CAD"), ("1.200 EUR", 120_000, "EUR")),
    ],
)
def test_m29_amounts_with_currency(text: str, cents: int, currency: str) -> None:
    assert read_money(text) == Ok(Amount(cents, currency))


def test_m29_over_a_thousand_dollars_is_never_one_dollar() -> None:
    assert read_money("$1,000") == Ok(Amount(100_000, "USD"))


@pytest.mark.parametrize("text", ["abc", "5 USD EUR", "EUR 5 USD", "1,2,3", "$", "-5", "1,200 EUR"])
def test_m29_what_is_no_money_is_rejected(text: str) -> None:
    assert isinstance(read_money(text), Reject)


def test_m29_above_the_limit_a_person_says_yes() -> None:
    verdict = read_declared_value("$50,000.01")
    assert isinstance(verdict, Ask)
    assert verdict.options == ("yes", "no")
    assert read_declared_value("$50,000.01", over_limit_allowed=True) == Ok(Amount(5_000_001, "USD"))
    assert read_declared_value("$50,000.00") == Ok(Amount(5_000_000, "USD"))
    assert read_declared_value("0") == Ok(None)
    assert read_declared_value("") == Ok(None)


@given(st.integers(0, 99_999_999))
def test_m29_american_and_european_writing_mean_the_same(cents: int) -> None:
    american = f"{cents / 100:,.2f}"
    european = american.translate(str.maketrans(",.", ".,"))
    assert read_money(f"${american}") == Ok(Amount(cents, "USD"))
    assert read_money(f"{european} EUR") == Ok(Amount(cents, "EUR"))


@given(st.decimals(min_value="0.001", max_value="150", places=4), st.sampled_from(["LBS", "KGS"]))
def test_a_weight_sent_is_never_lighter_nor_more_than_a_tenth_heavier(value: Decimal, unit: str) -> None:
    verdict = for_package(Weight(value, unit), unit)  # type: ignore[arg-type]
    if isinstance(verdict, Reject):
        assert value > 70
        return
    assert isinstance(verdict, Ok | Changed)
    assert verdict.value.value >= value
    assert verdict.value.value - value < Decimal("0.1")
    assert len(f"{verdict.value.value:f}") <= 5
