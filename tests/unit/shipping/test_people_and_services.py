"""Names, phones, services, homes, as real order files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping import names, phones, services
from agent.shipping.names import read_name
from agent.shipping.phones import read_phone
from agent.shipping.residential import read_residential
from agent.shipping.services import check_lane, read_service, service_label
from agent.shipping.text import clean, is_blank, is_broken
from agent.shipping.verdict import Ask, Changed, Ok, Reject


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("(617) 555-0100 x12", "US", "617555010012"),
        ("617.555.0100", "US", "6175550100"),
        ("6175550100.0", "US", "6175550100"),
        ("+1 617 555 0100", "US", "6175550100"),
        ("1-617-555-0100", "US", "6175550100"),
        ("'6175550100", "US", "6175550100"),
        ("617-555-0100 ext. 4321", "US", "61755501004321"),
        ("+44 (0)20 7946 0100", "GB", "442079460100"),
        ("0044 20 7946 0100", "GB", "442079460100"),
    ],
)
def test_m11_digits_with_the_extension(text: str, country: str, number: str) -> None:
    assert read_phone(text, country) == Ok(number)


@pytest.mark.parametrize("text", ["N/A", "", "none", "-", "unknown"])
def test_m11_nothing_is_nothing(text: str) -> None:
    assert read_phone(text) == Ok(None)


def test_m11_a_longer_extension_is_dropped_and_shown() -> None:
    verdict = read_phone("617-555-0100 x12345")
    assert isinstance(verdict, Changed)
    assert verdict.value == "6175550100"


@pytest.mark.parametrize("text", ["555-0100", "6.17555E+09", "call me", "0000000000", "61755501001"])
def test_m11_what_ups_would_refuse_is_left_out_and_shown_or_rejected_where_needed(text: str) -> None:
    verdict = read_phone(text)
    assert isinstance(verdict, Changed)
    assert verdict.value is None
    assert isinstance(read_phone(text, needed=True), Reject)


@given(st.from_regex(r"[2-9][0-9]{9}", fullmatch=True), st.from_regex(r"[0-9]{1,4}", fullmatch=True))
def test_m11_every_way_of_writing_a_number_is_that_number(number: str, extension: str) -> None:
    area, exchange, line = number[:3], number[3:6], number[6:]
    for text in (f"({area}) {exchange}-{line}", f"+1{number}", f"{area}.{exchange}.{line}", f"{number}.0"):
        assert read_phone(text) == Ok(number)
        assert read_phone(f"{text.removesuffix('.0')} x{extension}") == Ok(number + extension)


def test_format_for_people() -> None:
    assert phones.shown("6175550100x12") == "(617) 555-0100 x12"
    assert phones.shown("call me") == "call me"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Владимир Петров", "Vladimir Petrov"),
        ("王小明", "Wang Xiao Ming"),
        ("Łukasz Wiśniewski", "Lukasz Wisniewski"),
        ("Ann Lee 🎉", "Ann Lee"),
        ("Ｊｏｈｎ", "John"),
        ("Ann\x1b[31m Lee", "Ann Lee"),
        ("Ann\u202eLee\u200b", "AnnLee"),
    ],
)
def test_m21_other_letters_are_transliterated_and_shown(text: str, printed: str) -> None:
    verdict = read_name(text)
    shown = verdict.value if isinstance(verdict, Ok | Changed) else None
    assert shown == printed
    assert isinstance(verdict, Changed) or clean(text) == printed


@pytest.mark.parametrize("text", ["José Núñez", "Müller", "François", "O'Brien", "'t Hooft", "Smith & Sons"])
def test_m21_accents_that_a_label_prints_stay(text: str) -> None:
    assert read_name(text) == Ok(text)


def test_m21_what_has_no_reading_is_rejected() -> None:
    verdict = read_name("🎉🎉")
    assert isinstance(verdict, Reject)
    assert verdict.code == "E-2221"


def test_a_long_name_is_cut_between_words_and_shown() -> None:
    verdict = read_name("Bartholomew Featherstonehaugh Cholmondeley")
    assert isinstance(verdict, Changed)
    assert verdict.value == "Bartholomew Featherstonehaugh"


def test_a_blank_name_is_no_name() -> None:
    assert read_name("") == Ok("")
    assert read_name("N/A") == Ok("")
    assert read_name("Null") == Ok("Null")


@given(st.text(max_size=60))
def test_m21_whatever_the_cell_a_name_prints_or_is_rejected(text: str) -> None:
    verdict = read_name(text)
    if isinstance(verdict, Ok | Changed):
        assert len(verdict.value) <= 35
        assert all(letter.isprintable() and ord(letter) < 256 for letter in verdict.value)


@given(st.text(max_size=60))
def test_m30_no_control_character_survives_cleaning(text: str) -> None:
    assert clean(text) == "" or clean(text).isprintable()
    assert clean(clean(text)) == clean(text)


def test_blank_and_broken_cells() -> None:
    assert is_blank(None)
    assert is_blank(" n/a ")
    assert not is_blank("0")
    assert is_broken("#N/A")
    assert not is_broken("#12")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("ground", "03"), ("UPS Ground", "03"), ("03", "03"), ("GND", "03"), ("2 day", "02"), ("overnite", "01")),
        *(("UPS® Ground", "03"), ("UPS 2nd Day Air A.M.®", "59"), ("2-Day", "02"), ("3 Day Select", "12")),
        *(("Next Day Air Saver", "13"), ("NextDay", "01"), ("SecondDay", "02"), ("Worldwide Expedited", "08")),
        ("UPS Next Day Air Early", "14"),
    ],
)
def test_m27_the_code_table(text: str, code: str) -> None:
    assert read_service(text) == Ok(code)


def test_m27_every_label_reads_back_as_its_code() -> None:
    for code, label in services.LABELS.items():
        if code != "11":  # `Standard` is also what shops call Ground.
            assert read_service(label) == Ok(code)


@pytest.mark.parametrize(
    ("text", "code"), [("Grund", "03"), ("gorund", "03"), ("2nd day aire", "02"), ("overnigt", "01")]
)
def test_m27_a_near_miss_is_confirmed(text: str, code: str) -> None:
    verdict = read_service(text)
    assert isinstance(verdict, Ask)
    assert verdict.options[0] == service_label(code)


@pytest.mark.parametrize(
    "text", ["Standard", "Express", "Free Shipping", "3", "3.0", "Economy", "Expedited", "whatever"]
)
def test_m27_what_may_mean_several_or_nothing_is_asked_about_never_ground(text: str) -> None:
    verdict = read_service(text)
    assert isinstance(verdict, Ask)
    assert len(verdict.options) >= 2


@pytest.mark.parametrize("text", ["FedEx Ground", "USPS Priority Mail", "DHL Express"])
def test_m27_other_carriers_are_rejected(text: str) -> None:
    assert isinstance(read_service(text), Reject)


def test_m27_blank_is_no_service() -> None:
    assert read_service("") == Ok(None)


@given(st.text(max_size=20))
def test_m27_only_a_name_of_the_table_is_a_service(text: str) -> None:
    verdict = read_service(text)
    if isinstance(verdict, Ok) and verdict.value is not None:
        assert services.service_code(text) == verdict.value


@pytest.mark.parametrize(
    ("code", "country", "state", "goes"),
    [
        *(("03", "US", "MA", True), ("12", "US", "HI", False), ("12", "US", "TX", True), ("03", "PR", None, True)),
        *(("12", "PR", None, False), ("03", "CA", "ON", False), ("11", "CA", "ON", True), ("11", "GB", None, False)),
        *(("65", "GB", None, True), ("03", "GU", None, False), ("07", "GU", None, True), ("08", "US", "MA", False)),
    ],
)
def test_m23_services_reach_only_their_lanes(code: str, country: str, state: str | None, goes: bool) -> None:
    verdict = check_lane(code, "US", country, state)
    assert isinstance(verdict, Ok) is goes
    if isinstance(verdict, Reject):
        assert verdict.code == "E-2223"
        assert "UPS" in verdict.remedy


@pytest.mark.parametrize("text", ["Y", "yes", "TRUE", "1", "home", "Residential", "1.0"])
def test_m28_homes(text: str) -> None:
    assert read_residential(text) == Ok(True)


@pytest.mark.parametrize("text", ["N", "no", "FALSE", "0", "business", "Commercial", "0.0"])
def test_m28_businesses(text: str) -> None:
    assert read_residential(text) == Ok(False)


def test_m28_blank_is_open_and_other_words_are_asked_about() -> None:
    assert read_residential("") == Ok(None)
    assert isinstance(read_residential("maybe"), Ask)


@given(st.text(max_size=50))
def test_split_name_loses_no_word(text: str) -> None:
    first, last = names.split_name(text)
    assert sorted(f"{first} {last}".split()) == sorted(clean(text).split()) or "," in text
