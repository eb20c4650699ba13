"""Errors of spreadsheets, words for nothing, signs that spell digits: the text of a cell before any rule reads it."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.shipping.addresses import read_city, read_street
from agent.shipping.names import latin, read_name
from agent.shipping.numbers import read_count, read_number
from agent.shipping.text import is_blank, is_blank_name, is_broken, is_doubtful_name
from agent.shipping.verdict import Changed, Ok, Reject

OF_ALL_LANGUAGES = """
#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #EXTERNAL! #UNKNOWN!
#PYTHON! #ERROR! #MACRO? #GETTING_DATA #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #N/D #VALOR! #NOMBRE? #¡REF! #¡VALOR!
#¿NOMBRE? #¡NUM! #¡NULO! #¡DIV/0! #VALEUR! #NOM? #NOMBRE! #NUL! #NB #N/B #WAARDE! #VERW! #GETAL! #NAAM? #LEEG! #SAKNAS!
#VÄRDEFEL! #REFERENS! #NAMN? #OGILTIGT! #I/T #VÆRDI! #REFERENCE! #NAVN? #VERDI! #PUUTTUU! #ARVO! #VIITTAUS! #NIMI?
#ARG! #ADR! #NAZWA? #LICZBA! #ZERO! #HODNOTA! #NÁZEV? #ČÍSLO! #ODKAZ! #HIÁNYZIK #ÉRTÉK! #HIV! #NÉV? #SZÁM! #ЗНАЧ! #ССЫЛКА!
#ИМЯ? #ЧИСЛО! #ПУСТО! #Н/Д #ДЕЛ/0! #YOK #DEĞER! #BAŞV! #AD? #SAYI! #BOŞ! #SAYI/0! #AÐILDIR! #CHARGEMENT_DONNEES Err:502 Err:508
##### Loading... undefined
"""


@pytest.mark.parametrize("text", [*OF_ALL_LANGUAGES.split(), "[object Object]", "Wird geladen...", "Loading…"])
def test_errors_of_every_language(text: str) -> None:
    assert is_broken(text)
    assert is_broken(f" {text} ")


@pytest.mark.parametrize(
    "text",
    ["#12", "# 12", "#5B", "#1001", "#4 Main St", "#A", "Apt #3!", "Loading Dock 5", "Loading", "Hello!", "Who?", "#", "Null",
     "None", "n/a", "", "Err: 5", "undefined behaviour", "#team_one", "Hash #REF! inside", "SO#1!"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert not is_broken(text)


@given(st.text(st.characters(categories=["Lu"]), min_size=2, max_size=12), st.sampled_from("!?"))
def test_any_word_between_hash_and_mark_is_an_error(word: str, mark: str) -> None:
    assert is_broken(f"#{word}{mark}")


@pytest.mark.parametrize("text", ["NULL", r"\N", "NaN", "nan", "null", "none", "(blank)", "(null)", "[null]", "<NA>", "n/a", "N/A", "-", ""])  # fmt: skip
def test_nothing_in_every_field(text: str) -> None:
    assert is_blank(text)
    assert is_blank_name(text)
    assert not is_doubtful_name(text)


@pytest.mark.parametrize("text", ["None", "Null", "Nan", "Nil", "Na", "NA", "NONE", "NAN", "Unknown", "unknown"])
def test_nothing_or_a_name(text: str) -> None:
    assert is_blank(text)
    assert is_doubtful_name(text)


@given(st.text(max_size=20))
def test_a_blank_name_is_blank_and_never_doubtful(text: str) -> None:
    assert not is_blank_name(text) or is_blank(text)
    assert is_doubtful_name(text) == (is_blank(text) and not is_blank_name(text))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        *(("12½ Main St", "12 1/2 Main St"), ("½ Main St", "1/2 Main St"), ("12 ¼ Oak", "12 1/4 Oak"), ("7¾", "7 3/4")),
        *(("12⅓", "12 1/3"), ("5⅞B", "5 7/8B"), ("1⅟8", "1 1/8"), ("１２½", "12 1/2"), ("12①", "12 1"), ("12⁵", "12 5"), ("7① B", "7 1 B")),
        *(("Calle 5º 3ª", "Calle 5º 3ª"), ("№5", "No.5"), ("Haus 12²", "Haus 12²"), ("１２３ Main", "123 Main"), ("ﬁne", "fine")),
    ],
)  # fmt: skip
def test_signs_that_spell_digits_never_run_into_others(text: str, printed: str) -> None:
    assert latin(text) == printed


def test_a_fraction_in_a_street_is_shown_as_changed() -> None:
    verdict = read_street(("12½ Main St",))
    assert isinstance(verdict, Changed)
    assert verdict.value.lines == ("12 1/2 Main St",)


def _sign_spells_digits(sign: str) -> bool:
    """Whether a character becomes digits when it is normalised, or is a number without a normal form (`❶`)."""
    kind, same = unicodedata.category(sign), unicodedata.normalize("NFKC", sign)
    if kind == "Nd" or sign in "¹²³":
        return False
    return (same != sign and any(letter.isdecimal() for letter in same)) or kind in {"No", "Nl"}


def test_no_sign_of_unicode_glues_its_digits_to_those_beside_it() -> None:
    signs = [sign for sign in map(chr, range(0x110000)) if _sign_spells_digits(sign)]
    assert len(signs) > 600
    for sign in signs:
        spelled = re.findall("[0-9]+", latin(sign))
        for text, expected in ((f"12{sign}", ["12", *spelled]), (f"{sign}34", [*spelled, "34"])):
            assert re.findall("[0-9]+", latin(text)) == expected, (sign, text)
            # Nor does a full stop or comma of the sign make a decimal number of the two.
            assert not re.search(r"[0-9][.,][0-9]", latin(text)) or re.search(r"[0-9][.,][0-9]", latin(sign)), text


@pytest.mark.parametrize(("digits", "value"), [("１２", "12"), ("𝟏𝟐", "12"), ("१२", "12"), ("٣٤", "34")])
def test_digits_of_other_scripts_are_the_same_digits(digits: str, value: str) -> None:
    assert latin(f"1{digits}") == f"1{value}"


JAPANESE = [
    ("山田太郎", "JP"),
    ("千代田区丸の内1-1", "JP"),
    ("東京都", "JP"),
    ("サクラ株式会社", ""),
    ("みどり町 3", "US"),
    ("佐々木 花子", "JP"),
    ("金哲洙", "KR"),
]


@pytest.mark.parametrize(("text", "country"), JAPANESE)
def test_kanji_is_never_given_chinese_sounds(text: str, country: str) -> None:
    for verdict in (read_name(text, country=country), read_street((text,), country), read_city(text, None, country)):
        assert isinstance(verdict, Reject)
        assert verdict.code == "E-2410"
        assert text in verdict.why


@pytest.mark.parametrize(
    ("text", "country"), [("王小明", "CN"), ("王小明", ""), ("王小明", "US"), ("やまだ", "JP"), ("Tanaka", "JP")]
)
def test_what_has_one_reading_is_written_in_latin_letters(text: str, country: str) -> None:
    assert isinstance(read_name(text, country=country), Changed | Ok)


@pytest.mark.parametrize(("text", "count"), [("3", 3), ("3.0", 3), (" 3 ", 3), ("0", None), ("", None), ("-1", None), ("1.5", None),
                                             ("three", None), ("1e3", None), ("99999999999", None)])  # fmt: skip
def test_counts(text: str, count: int | None) -> None:
    assert read_count(text) == count


@given(st.integers(10**13, 10**60))
def test_numbers_beyond_all_parcels_are_none(number: int) -> None:
    assert read_number(str(number)) is None
