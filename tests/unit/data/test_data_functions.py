"""Which of all functions that DuckDB has and sqlglot reads can be called through the guard: exactly the listed ones.

`functions.json` is the list for the versions that it names. Where others are installed the rule is checked all the
same, and what they have more is told; SHIPCHAT_TEST_UPDATE_SNAPSHOTS=1 writes it anew.
"""

import json
import logging
import os
import re
import warnings
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from mcp_servers.data.guard.functions import AGGREGATES, ALIASES, FUNCTIONS
from mcp_servers.data.guard.select import compile_select
from mcp_servers.data.table.loading import load_rows
from mcp_servers.data.table.source import SourceTable, open_connection
from mcp_servers.shared.faults import ToolFault

LIST = Path(__file__).parent / "functions.json"
TODAY = date(2026, 11, 21)
MOST_ARGUMENTS = 4
SHAPES = [
    ['"Text"', '"Number"', '"Day"', "'x'"],
    ['"Number"', "1", '"Number"', '"Text"'],
    ['"Day"', "'day'", '"Number"', "1"],
    ["'year'", '"Day"', "'x'", "'y'"],
]
OPERATORS = {"current_date": "DATE", "today": "DATE", "extract": "year("}
"""What the guard writes for a function that it does not write as a call of that name."""
LISTED = {**{name: name for name in (*FUNCTIONS, *AGGREGATES)}, **ALIASES, **OPERATORS}
# sqlglot's parser itself turns these into one of the listed, before the guard sees them.
READ_AS = {"character_length": "length", "ceiling": "ceil", "substring": "substr"}


@pytest.fixture(scope="module")
def table():
    connection = open_connection()
    stats = load_rows(connection, ((number, row) for number, row in enumerate([["a", "1", "2026-01-01"]], 1)), 3)
    table = SourceTable(connection, stats, ["Text", "Number", "Day"], sheet_offset=1, managed=[], overrides={})
    yield table
    table.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """sqlglot says of many functions what their SQL elsewhere would be; thousands of refusals need no nearest name."""
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    monkeypatch.setattr("mcp_servers.data.guard.names.nearest", lambda _name, _names: [])


def all_functions() -> list[str]:
    """Every name that the installed DuckDB or the installed sqlglot knows as a function; operators have rules of their
    own (`+("Total")` is a sum of one)."""
    connection = duckdb.connect()
    found = {name for (name,) in connection.execute("SELECT function_name FROM duckdb_functions()").fetchall()}
    connection.close()
    found |= {name.lower() for name in exp.FUNCTION_BY_NAME}
    return sorted(name for name in found if re.fullmatch(r"\w+", name))


def written(table: SourceTable, call: str) -> str | None:
    """The SQL that the guard writes for a call; None where it refuses. Anything else than a refusal is a fault."""
    try:
        return compile_select(f"SELECT {call} FROM source", table.columns, 1, TODAY).sql
    except ToolFault as refusal:
        assert refusal.code.startswith("E-11"), (call, refusal)
        return None


def callable_arguments(table: SourceTable, name: str, shapes: list[list[str]], forms: list[str]) -> set[int]:
    """With how many arguments a function can be called, over these shapes of arguments and ways to write its name."""
    found = set()
    for shape in shapes:
        for count in range(MOST_ARGUMENTS + 1):
            for form in forms:
                sql = written(table, f"{form}({', '.join(shape[:count])})")
                if sql is not None:
                    found.add(count)
                    assert meant(name) in sql, (name, sql)
    return found


def meant(name: str) -> str:
    """How the call is found in the SQL that is written for it."""
    name = READ_AS.get(name, name)
    if name in OPERATORS:
        return OPERATORS[name]
    own = LISTED[name]
    return "CASE WHEN" if own == "nullif" else f"{own}("


def taken(name: str) -> set[int]:
    """With how many arguments a listed function is called, of those that are tried."""
    name = READ_AS.get(name, name)
    if name in ("current_date", "today"):
        return {0}
    if name == "extract":
        return {2}
    if name in AGGREGATES:
        return {1}
    _builder, fewest, most = FUNCTIONS[ALIASES.get(name, name)]
    return set(range(fewest, min(most, MOST_ARGUMENTS) + 1))


def check(table: SourceTable, shapes: list[list[str]], *, quoted: bool) -> dict[str, list[int]]:
    """The callable functions with their numbers of arguments; asserts that they are the listed ones and no more."""
    called = {}
    for name in all_functions():
        forms = [f'"{name}"', f"main.{name}"] if quoted else [name]
        found = callable_arguments(table, name, shapes, forms)
        if found:
            assert name in LISTED or name in READ_AS, f"{name} can be called and is on no list"
            assert found <= taken(name), f"{name} takes {found}: arguments too many are dropped"
            called[name] = sorted(found)
    return called


@pytest.mark.slow
def test_exactly_the_listed_functions_can_be_called(table):
    called = check(table, SHAPES[:1], quoted=False)
    assert {name for name in LISTED if name in called} >= {"lower", "round", "dayname", "sum", "today"}
    now = {"duckdb": duckdb.__version__, "sqlglot": sqlglot.__version__, "callable": called, "known": all_functions()}
    if os.environ.get("SHIPCHAT_TEST_UPDATE_SNAPSHOTS"):
        LIST.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    before = json.loads(LIST.read_text(encoding="utf-8"))
    assert now["callable"] == before["callable"], "other functions can be called than the list has"
    versions = (before["duckdb"], before["sqlglot"])
    if (duckdb.__version__, sqlglot.__version__) == versions:
        assert now["known"] == before["known"]
    else:
        more = sorted(set(now["known"]) - set(before["known"]))
        fewer = sorted(set(before["known"]) - set(now["known"]))
        warnings.warn(
            f"DuckDB {duckdb.__version__} and sqlglot {sqlglot.__version__} (the list is of {versions}) know new "
            f"functions, all refused: {more}; and no longer {fewer}. SHIPCHAT_TEST_UPDATE_SNAPSHOTS=1 writes the list anew.",
            stacklevel=1,
        )


@pytest.mark.slow
def test_however_a_function_is_written_only_the_listed_can_be_called(table):
    called = check(table, SHAPES, quoted=True)
    assert called == {name: sorted(taken(name)) for name in called}


@pytest.mark.parametrize(
    "call",
    [
        "today(1)",
        "current_date('x')",
        "count(*, 1)",
        'min("Number", 2)',
        "count()",
        'mod("Number", 2, 3)',
        'date_to_date_str("Day", 1)',
        'sum("Number", 1)',
    ],
)
def test_arguments_too_many_are_refused_and_not_dropped(table, call):
    with pytest.raises(ToolFault, match="E-11"):
        compile_select(f"SELECT {call} FROM source", table.columns, 1, TODAY)
