"""The filter guard on clauses, selects and texts of every form: an answer, or a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.guard.select import compile_select
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.guarded_table import NAMES, ROWS, TODAY, found, open_table


@pytest.fixture(scope="module")
def table():
    table = open_table()
    yield table
    table.close()


COLUMN = st.sampled_from([f'"{name}"' for name in NAMES])


TEXT = st.text(max_size=8).map(lambda text: "'" + text.replace("'", "''").replace("\x00", "") + "'")


VALUE = st.one_of(COLUMN, TEXT, st.integers(-9999, 9999).map(str), st.decimals(-99, 99, places=2).map(str))


ATOM = st.one_of(
    st.builds("{} {} {}".format, VALUE, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUE),
    st.builds("{} IN ({}, {})".format, VALUE, VALUE, VALUE),
    st.builds("{} BETWEEN {} AND {}".format, VALUE, VALUE, VALUE),
    st.builds("{} LIKE {}".format, VALUE, TEXT),
    st.builds("{} IS NULL".format, VALUE),
    st.builds("{}({}) = {}".format, st.sampled_from(["lower", "length", "abs", "trim", "year"]), VALUE, VALUE),
    st.builds("{} + {} > {}".format, VALUE, VALUE, VALUE),
)


CLAUSE = st.recursive(
    ATOM,
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(CLAUSE)
def test_any_clause_splits_the_rows_or_gets_a_reason(table, clause):
    """Truth has two values here: a clause and its negation share no row and leave none out."""
    try:
        rows = found(table, clause)
        others = found(table, f"NOT ({clause})")
    except ToolFault as refusal:
        assert refusal.code.startswith("E-11")
        return
    assert sorted(rows + others) == [1, 2, 3, 4, 5]
    assert found(table, compile_clause(clause, table.columns, 3, TODAY).shown) == rows


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(COLUMN, st.builds("{}({})".format, st.sampled_from(["min", "max", "count", "sum"]), VALUE)), min_size=1, max_size=3),
    CLAUSE,
    st.sampled_from(["", ' GROUP BY "State"', " GROUP BY 1", " ORDER BY 1 DESC", " LIMIT 2"]),
)  # fmt: skip
def test_any_select_answers_or_gets_a_reason(table, items, clause, tail):
    try:
        rows, _ = table.answer(
            compile_select(f"SELECT {', '.join(items)} FROM source WHERE {clause}{tail}", table.columns, 3, TODAY)
        )
    except ToolFault as refusal:
        assert refusal.code.startswith("E-11")
        return
    assert len(rows) <= len(ROWS)
    assert all(len(row) == len(items) for row in rows)


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(list("abS()'\"=<>;,.*/-+%|[]{}$?: \n01\u200b")), max_size=40))
def test_any_text_gets_an_answer_or_a_reason(table, text):
    try:
        found(table, text)
    except ToolFault as refusal:
        assert refusal.code.startswith("E-11")
