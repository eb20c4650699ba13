"""Whatever is written as a template ends in a text, a fault of one cell, or E-2250: within bounds, never a stack trace."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.errors import ShipchatError
from agent.mapping import render
from agent.mapping.filters import FILTERS
from agent.mapping.sandbox import TEMPLATE_LIMIT
from agent.mapping.template import FIELD_LIMIT, Mapping, compile_mapping

ROW = {"Ship Name": "Ann Lee", "First": "Ann", "Weight": "5", "Empty": "", "Long": "x" * 30_000, "Day": "2026-11-20"}


def ends(expression: str) -> str:
    """`text`, `fault` or the code of the refusal."""
    try:
        rendered = compile_mapping(Mapping({"name": expression})).render(ROW)
    except ShipchatError as refusal:
        return refusal.code
    assert len(rendered.texts) + len(rendered.faults) == 1
    return "text" if rendered.texts else "fault"


BOMBS = [
    ("first" + " | upper" * 250, "E-2250"),
    ("first" + " | trim" * 45, "E-2250"),
    ("(" * 1000 + "first" + ")" * 1000, "E-2250"),
    ("(" * 20 + "first" + ")" * 20, "text"),
    ("(" * 1024, "E-2250"),
    ("-" * 2000 + "1", "E-2250"),
    ("not " * 500 + "first", "E-2250"),
    ("1" + " + 1" * 400, "E-2250"),
    ("1" + " - 1" * 30, "text"),
    ("first" + " ~ first" * 200, "text"),
    ("long" + " ~ long" * 280, "fault"),
    ("first if " * 200 + "first", "E-2250"),
    ("first" + " and first" * 180, "E-2250"),
    ("first" + " == first" * 180, "text"),
    ("1/0", "fault"),
    ("first if 1/0 else 2", "fault"),
    ("9" * 2000, "fault"),
    ("9" * 2000 + " / 3", "fault"),
    ("1e308 / 1e-308", "fault"),
    ("1e999", "E-2250"),
    ("'a' * 1000000000", "E-2250"),
    ("'a'.center(1000000000)", "E-2250"),
    ("'%1000000000d' % 1", "E-2250"),
    ("'{:>1000000000}'.format(1)", "E-2250"),
    ("first | center(1000000000)", "E-2250"),
    ("first | indent(1000000000)", "E-2250"),
    ("first | wordwrap(1)", "E-2250"),
    ("range(1000000000)", "E-2250"),
    ("9 ** 9 ** 9", "E-2250"),
    ("9 // 2", "E-2250"),
    ("[first] * 9", "E-2250"),
    ("row", "fault"),
    ("row ~ row ~ row ~ row", "fault"),
    ("weight | round_weight(999999999)", "fault"),
    ("weight | round_weight(-999999999)", "fault"),
    ("weight | round_weight('x')", "fault"),
    ("'1e999999999' | round_weight", "fault"),
    ("'1e999999999' | convert_weight('lb', 'kg')", "fault"),
    ("first | truncate_address(-1)", "fault"),
    ("first | truncate_address('x')", "fault"),
    ("first | truncate_address(1000000000)", "text"),
    ("'2116' | format_us_zip(3)", "fault"),
    ("day | to_ups_date('ymd')", "fault"),
    ("day | to_ups_date(3)", "fault"),
    ("first | to_ups_phone(3)", "fault"),
    # Arguments too many, unknown or spread are refused when it is written, not dropped and not found out row by row.
    ("first | upper('x')", "E-2250"),
    ("first | lower(first, first)", "E-2250"),
    ("first | truncate_address(3, 4)", "E-2250"),
    ("first | truncate_address(width=3)", "E-2250"),
    ("first | convert_weight('lb')", "E-2250"),
    ("first | convert_weight('lb', 'kg', 'oz')", "E-2250"),
    ("first | default_value", "E-2250"),
    ("first | truncate_address(*row)", "E-2250"),
    ("first | truncate_address(**row)", "E-2250"),
    ("first | truncate_address(length=3)", "text"),
]


@pytest.mark.parametrize(("expression", "end"), BOMBS, ids=[text[:30] for text, _end in BOMBS])
def test_a_bomb_is_refused_or_harmless(expression: str, end: str) -> None:
    assert ends(expression) == end


def test_every_filter_refuses_one_argument_too_many() -> None:
    for name in FILTERS:
        assert ends(f"first | {name}" + f"({', '.join(['1'] * 9)})") == "E-2250", name


PIECES = st.sampled_from(
    [
        *("first", 'row["Ship Name"]', "weight", "long", "day", "nothing", "1", "0", "9" * 50, "1e308", "''", "'1'"),
        *(" | ", " ~ ", " + ", " - ", "/", "-", "(", ")", " if ", " else ", " and ", " or ", " not ", " == ", " < "),
        *(
            *FILTERS,
            "upper",
            "title",
            "trim('x')",
            "(1)",
            "('lb', 'kg')",
            "(-1)",
            "('mdy')",
            " is defined",
            ".x",
            "[0]",
        ),
        *("{{", "}}", "{%", "%}", "{#", "\\x", "\n", ",", ":", "**", "*", "%", "//", "true", "none", "loop", "self"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=80), st.text(string.printable, max_size=80))
)
@example("'\ud800'")
@example("'\\ud800'")
@example("'\\N{x}'")
@example("0x" + "f" * 1500)
@example("1_0_0")
@example("11e308")
def test_any_text_ends_in_a_text_a_fault_or_a_coded_refusal(expression: str) -> None:
    assert ends(expression) in ("text", "fault", "E-2250")
    try:
        payload = render({"a": expression, "b": {"c": [f"{{{{ {expression} }}}}"]}}, ROW, {"name": "Shop"})
    except ShipchatError as refusal:
        assert refusal.code in ("E-2250", "E-2252")
    else:
        assert len(payload["b"]["c"][0]) <= FIELD_LIMIT


@settings(max_examples=50, deadline=None)
@given(
    PIECES, st.sampled_from(["first", "weight", "(", "1 - ", "first | ", "not ", "-"]), st.integers(1, TEMPLATE_LIMIT)
)
def test_repeated_to_the_limit_it_ends_all_the_same(piece: str, start: str, length: int) -> None:
    assert ends((start + piece * TEMPLATE_LIMIT)[:length]) in ("text", "fault", "E-2250")


def test_json_that_is_nested_without_end_is_a_coded_refusal() -> None:
    for template in ("[" * 100_000, '{"a":' * 100_000, '{"a":' * 900 + '"{{ first }}"' + "}" * 900):
        with pytest.raises(ShipchatError) as refused:
            render(template, ROW, {})
        assert refused.value.code == "E-2253"
