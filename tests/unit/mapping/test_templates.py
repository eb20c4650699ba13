"""What a template may do, and that cells stay inside their text."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import ShipchatError
from agent.mapping import render
from agent.mapping.columns import propose_mapping
from agent.mapping.template import (
    Mapping,
    check_columns,
    column_expression,
    compile_mapping,
    mapping_from,
    read_columns,
)

ROW = {"Ship Name": "Ann Lee", "First": "Ann", "Last": "Lee", "items": "3", "class": "A", "Empty": None}


def one(expression: str) -> str:
    return compile_mapping(Mapping({"name": expression})).render(ROW).texts["name"]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('row["Ship Name"]', "Ann Lee"),
        ("ship_name", "Ann Lee"),
        ('row["First"] ~ " " ~ row["Last"]', "Ann Lee"),
        ('row["Empty"] if row["Empty"] else first', "Ann"),
        ("row.items", "3"),
        ('row["class"] == "A"', "True"),
        ("ship_name | upper | truncate_address(3)", "ANN"),
        ('row["Empty"]', ""),
        ("' '", ""),
    ],
)
def test_expressions(expression: str, text: str) -> None:
    assert one(expression) == text


@pytest.mark.parametrize(
    "expression",
    [
        *("ship_name.upper()", "lipsum(9)", "range(9)", "'x' * 1000", "9 ** 9", "ship_name | attr('upper')", "self"),
        *("ship_name | format", "[first, last]", "{'a': first}", "row[first]", "ship_name[0]", "ship_name.__class__"),
        *(
            "ship_name | map('upper')",
            "first }}{{ last",
            "first }} x {{ last",
            "",
            "first |",
            "x" * 3000,
            "first % last",
        ),
        *("first is callable", "loop.index", "ship_name | replace('a', 'b')", "'a' 'b'.upper()"),
    ],
)
def test_what_is_more_than_an_expression_over_cells_is_refused(expression: str) -> None:
    with pytest.raises(ShipchatError) as refused:
        compile_mapping(Mapping({"name": expression}))
    assert refused.value.code == "E-2250"


@pytest.mark.parametrize(
    "text",
    [
        *("{% for c in row %}x{% endfor %}", "{% set a = 1 %}", "{% include 'x' %}", "{% import 'x' as y %}"),
        *("{% macro m() %}{% endmacro %}", "{{ cycler('a') }}", "{% raw %}{{ x }}{% endraw %}{{ x() }}", "{{ x"),
        *(
            "{% filter upper %}x{% endfilter %}",
            "{% with a = 1 %}{% endwith %}",
            "{% autoescape true %}{% endautoescape %}",
        ),
    ],
)
def test_statements_are_refused_in_bare_templates(text: str) -> None:
    with pytest.raises(ShipchatError) as refused:
        render({"a": text}, {"x": "1"}, {})
    assert refused.value.code == "E-2250"


def test_private_names_reach_nothing() -> None:
    for expression in ("row.__class__", 'row["__class__"]', "row.get", "row.keys"):
        rendered = compile_mapping(Mapping({"name": expression})).render(ROW)
        assert rendered.texts == {}
        assert "name" in rendered.faults


def test_a_missing_column_is_a_fault_never_an_empty_text() -> None:
    for expression in ("shipname", 'row["Shipname"]', 'row["Shipname"] ~ ""'):
        rendered = compile_mapping(Mapping({"name": expression})).render(ROW)
        assert "name" in rendered.faults
    with pytest.raises(ShipchatError) as refused:
        check_columns(Mapping({"name": 'row["Shp Name"]'}), list(ROW))
    assert refused.value.code == "E-2251"
    assert "Ship Name" in refused.value.message


def test_one_broken_field_leaves_the_others() -> None:
    rendered = compile_mapping(Mapping({"name": "first", "weight": "last | round_weight"})).render(ROW)
    assert rendered.texts == {"name": "Ann"}
    assert "Lee" in rendered.faults["weight"]


def test_an_output_has_a_limit() -> None:
    wide = {"a": "x" * 600}
    rendered = compile_mapping(Mapping({"name": "a ~ a"})).render(wide)
    assert "1024" in rendered.faults["name"]


def test_the_columns_of_an_expression() -> None:
    assert set(read_columns('row["A"] ~ b if row.c else shipper', "name")) == {"A", "b", "c"}


@given(st.text(min_size=1, max_size=30).filter(str.strip))
def test_any_header_can_be_read(header: str) -> None:
    compiled = compile_mapping(
        Mapping({"name": column_expression(header), "company": f"{column_expression(header)} ~ ''"})
    )
    assert compiled.columns["name"] == (header,)
    rendered = compiled.render({header: "cell"})
    assert rendered.texts == {"name": "cell", "company": "cell"}


def test_a_mapping_survives_json() -> None:
    proposal = propose_mapping(["First Name", "Last Name", "Address", "City", "State", "ZIP", "Weight"], {})
    mapping = mapping_from(proposal, {"weight_unit": "lb"})
    assert mapping.fields["name"] == 'row["First Name"] ~ " " ~ row["Last Name"]'
    assert mapping.constants == {"weight_unit": "lb"}
    assert Mapping.from_dict(json.loads(json.dumps(mapping.as_dict()))) == mapping


def test_answers_settle_ambiguous_columns() -> None:
    proposal = propose_mapping(["Name", "Gross Weight", "Net Weight"], {})
    assert mapping_from(proposal, {"column:weight": "Net Weight"}).fields["weight"] == 'row["Net Weight"]'


@pytest.mark.parametrize("stored", [{}, {"fields": []}, {"fields": {"a": 1}}, {"fields": {}, "constants": {"a": None}}])
def test_what_is_no_mapping_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="fields"):
        Mapping.from_dict(stored)


def test_bare_rendering() -> None:
    template = (
        '{"to": {"name": "{{ ship_name }}", "lines": ["{{ row[\'First\'] }} St"]}, '
        '"n": 3, "from": "{{ shipper.name }}"}'
    )
    assert render(template, ROW, {"name": "Shop"}) == {
        "to": {"name": "Ann Lee", "lines": ["Ann St"]},
        "n": 3,
        "from": "Shop",
    }
    assert render("", ROW, {}) == {}
    assert render("  ", ROW, {}) == {}


@pytest.mark.parametrize("template", ["[1]", "{x}", '{"a": {{ first }}}', "null"])
def test_a_bare_template_is_a_json_object(template: str) -> None:
    with pytest.raises(ShipchatError) as refused:
        render(template, ROW, {})
    assert refused.value.code == "E-2253"


@given(st.text(max_size=60), st.text(alphabet=string.printable, max_size=60))
def test_whatever_a_cell_holds_the_structure_stays(name: str, street: str) -> None:
    template = '{"to": {"name": "{{ name }}", "street": "{{ street }}"}}'
    payload = render(template, {"name": name, "street": street}, {})
    assert payload == {"to": {"name": name, "street": street}}
    assert json.loads(json.dumps(payload)) == payload


@pytest.mark.parametrize("cell", ["{{ 7 + 7 }}", "{% raw %}", '", "evil": "1', "{{ row }}", "\\", "\x1b[2J"])
def test_a_template_in_a_cell_is_text(cell: str) -> None:
    assert render({"a": "{{ x }}"}, {"x": cell}, {}) == {"a": cell}
    assert compile_mapping(Mapping({"name": 'row["x"]'})).render({"x": cell}).texts["name"] == cell.strip()
