"""docs/mapping.md is the specification of the filters: every example on it is run."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ShipchatError
from agent.mapping import filters, render
from agent.shipping.weights import UNIT_NAMES

PAGE = Path(__file__).parents[3] / "docs" / "mapping.md"
EXAMPLES = re.findall(r'^("[^\n]*" \| [^\n]*?) -> (".*"|fault)$', PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("expression", "result"), EXAMPLES)
def test_every_example_of_the_page_holds(expression: str, result: str) -> None:
    template: dict[str, Any] = {"field": "{{ " + expression + " }}"}
    if result == "fault":
        with pytest.raises(ShipchatError) as refused:
            render(template, {}, {})
        assert refused.value.code == "E-2252"
    else:
        assert render(template, {}, {}) == {"field": result[1:-1]}


def test_every_filter_has_examples() -> None:
    shown = {match for expression, _ in EXAMPLES for match in re.findall(r"\| (\w+)", expression)}
    assert shown == set(filters.FILTERS)


@given(st.text(max_size=80), st.integers(1, 60))
def test_truncate_address_fits_and_is_a_beginning(text: str, length: int) -> None:
    short = filters.truncate_address(text, length)
    assert len(short) <= length
    assert filters.truncate_address(short, length) == short


@given(st.text(alphabet="0123456789-. '", max_size=12))
def test_format_us_zip_is_idempotent_and_adds_nothing_unproven(text: str) -> None:
    once = filters.format_us_zip(text)
    assert filters.format_us_zip(once) == once
    digits = re.sub(r"\D", "", re.sub(r"\.0*$", "", text.strip()))
    assert re.sub(r"\D", "", once) in {digits, re.sub(r"\D", "", text)}


@given(st.decimals(min_value=0, max_value=999, places=4), st.integers(0, 3))
def test_round_weight_never_rounds_down(value: Any, places: int) -> None:
    rounded = filters.round_weight(str(value), places)
    assert float(rounded) >= float(value) - 1e-9
    assert filters.round_weight(rounded, places) == rounded


@given(st.decimals(min_value="0.01", max_value=999, places=2), st.sampled_from(["lb", "oz", "kg", "g"]))
def test_convert_weight_there_and_back(value: Any, unit: str) -> None:
    back = filters.convert_weight(filters.convert_weight(str(value), "lb", unit), unit, "lb")
    assert abs(float(back) - float(value)) < 1e-3


@given(st.sampled_from([name for names in UNIT_NAMES.values() for name in names]))
def test_convert_weight_knows_every_unit_word(word: str) -> None:
    assert filters.convert_weight("1", word, word) == "1"


@given(st.text(max_size=30))
def test_default_value_is_never_blank(text: str) -> None:
    assert filters.default_value(text, "x").strip()


@given(st.dates())
def test_to_ups_date_reads_iso(when: Any) -> None:
    assert filters.to_ups_date(when.isoformat()) == when.isoformat().replace("-", "")


@given(st.text(max_size=40))
def test_filters_give_text_or_a_fault(text: str) -> None:
    for name, function in filters.FILTERS.items():
        arguments = {"convert_weight": ("oz", "lb"), "default_value": ("x",)}.get(name, ())
        try:
            result = function(text, *arguments)
        except filters.FilterFault as fault:
            result = str(fault)
        assert isinstance(result, str)
