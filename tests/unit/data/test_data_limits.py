"""Clauses and queries that would grow without measure end by code, in a process that may not have more than 2 GB.

No clock is read: what is not bounded runs out of memory here, or out of the whole run's time.
"""

import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

from mcp_servers.data.fitting import fitting
from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.guard.parsing import parse_clause
from mcp_servers.data.sources import ImportOptions, open_csv_source
from mcp_servers.data.table import source
from mcp_servers.data.table.source import SourceTable
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.workbook_parts import TWO_ROWS, hand
from tests.unit.data.workbook_parts import sheet as workbook_sheet

COLUMNS = ["Order", "Name", "Address", "City", "State", "Weight", "Notes"]
ROWS = 4000
BOMBS = {
    "replace": "replace(concat(\"Notes\", '{}'), 'a', '{}') = 'x'".format("a" * 10_000, "b" * 50),
    "replace of a long cell": f"replace(\"Notes\", 'a', '{'b' * 900}') = 'x'",
    "nested replace": f"replace(replace(\"Name\", 'n', '{'n' * 120}'), 'n', '{'n' * 120}') = 'x'",
    "concat": 'concat({0}, {0}) = \'x\''.format("concat({0}, {0})".format(", ".join(["concat({})".format(", ".join(['"Notes"'] * 20))] * 20))),
    "lower of replace": " OR ".join(f"lower(replace(\"Notes\", 'a', '{'b' * 90}{one}')) = 'x'" for one in range(99)),
    "in": "replace(\"Notes\", 'a', '{}') IN ({})".format("b" * 90, ", ".join(["1, 'x'"] * 900)),
    "nullif": "nullif(nullif(nullif(replace(\"Notes\", 'a', '{}'), 'a'), 'b'), 'c') = 'x'".format("b" * 60),
    "case": "CASE WHEN \"Order\" > 5 THEN replace(\"Notes\", 'a', '{}') END = 'x'".format("b" * 900),
    "coalesce": "coalesce({0}, {0}, {0}) = 'x'".format("replace(\"Notes\", 'a', '{}')".format("b" * 300)),
}  # fmt: skip
ANDED = {
    "between texts": " AND ".join(f"\"Name\" BETWEEN 'a{one}' AND 'b{one}'" for one in range(400)),
    "between numbers": " AND ".join(f'"Weight" BETWEEN {one} AND {one + 1}' for one in range(400)),
    "computed": " AND ".join(
        f'upper("{COLUMNS[one % 7]}") = concat("{COLUMNS[(one + 3) % 7]}", \'{one}\')' for one in range(300)
    ),
}
QUERIES = {
    "sorted": f"SELECT concat(\"Notes\", '{'y' * 9000}') AS n FROM source ORDER BY n LIMIT 1000000",
    "grouped": f'SELECT concat("Notes", "Order", \'{"y" * 9000}\') AS n, count(*) FROM source GROUP BY n',
    "distinct": f"SELECT DISTINCT concat(\"Order\", '{'y' * 9000}') FROM source",
    "having": 'SELECT "Order" FROM source GROUP BY 1 HAVING ' + " AND ".join(["count(*) = 1"] * 400),
}
CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.guard.select import compile_select
from mcp_servers.data.sources import ImportOptions, open_csv_source
from mcp_servers.shared.faults import ToolFault
path, asked = json.load(sys.stdin)
table = open_csv_source(path, ImportOptions()).table
for name, sql in asked.items():
    try:
        if sql.startswith("SELECT"):
            answer = len(table.answer(compile_select(sql, table.columns, table.sheet_offset))[0])
        else:
            answer = table.count(compile_clause(sql, table.columns, table.sheet_offset))
    except ToolFault as refusal:
        answer = refusal.code
    print(json.dumps([name, answer]))
"""


def answers(path: Path, asked: dict[str, str]) -> dict[str, object]:
    """What each clause or query answers in a child that may not have more than 2 GB."""
    child = subprocess.run(
        [sys.executable, "-P", "-c", CHILD], input=json.dumps([str(path), asked]), capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr[-2000:]
    return dict(map(json.loads, child.stdout.splitlines()))


def sheet(path: Path, rows: int) -> Path:
    line = ",Ann Lee,12 Main St,Albany,NY,2.5," + "a" * 200
    path.write_text(",".join(COLUMNS) + "\n" + "".join(f"{one}{line}\n" for one in range(rows)))
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> SourceTable:
    return open_csv_source(str(sheet(tmp_path_factory.mktemp("sheet") / "orders.csv", ROWS)), ImportOptions()).table


@pytest.mark.parametrize("clause", BOMBS.values(), ids=BOMBS)
def test_texts_that_would_grow_are_refused_before_they_do(table: SourceTable, clause: str) -> None:
    with pytest.raises(ToolFault) as refusal:
        compile_clause(clause, table.columns, table.sheet_offset)
    assert refusal.value.code == "E-1106"


ORDINARY = [
    "replace(replace(\"Address\", ' ', ''), '-', '') = '12MainSt'",
    "lower(concat(\"Name\", ' ', \"Notes\")) ILIKE '%lee%'",
    '"Notes" IN ({})'.format(", ".join(f"'note {one}'" for one in range(1000))),
    " OR ".join(f"\"Notes\" = 'note {one}'" for one in range(100)),
    "CASE " + " ".join(f"WHEN \"Weight\" > {one} THEN 'class {one}'" for one in range(40)) + " ELSE '' END = 'class 1'",
]


@pytest.mark.parametrize("clause", ORDINARY, ids=range(len(ORDINARY)))
def test_what_people_ask_is_far_below_the_limit(table: SourceTable, clause: str) -> None:
    assert table.count(compile_clause(clause, table.columns, table.sheet_offset)) in (0, ROWS)


def test_a_few_long_cells_weigh_as_much_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Order,Notes\n1," + "a" * 3_000_000 + "\n" + "".join(f"{one},short\n" for one in range(2, 5000)))
    opened = open_csv_source(str(path), ImportOptions()).table
    bulk = opened.column("Notes").bulk
    assert 3_000_000 <= bulk <= 3_000_000 + 5 * 5000
    assert opened.count(compile_clause("replace(\"Notes\", 'a', 'bb') = 'short'", opened.columns, 1)) == 4998
    with pytest.raises(ToolFault, match="E-1106"):
        compile_clause(f"replace(\"Notes\", 'a', '{'b' * 60}') = 'x'", opened.columns, 1)


@pytest.mark.slow
def test_conditions_by_the_hundred_are_answered_in_two_gigabytes(tmp_path: Path) -> None:
    found = answers(sheet(tmp_path / "orders.csv", 3), ANDED)
    # "Name" is behind 'a99...' and before 'b0': Ann Lee.
    assert found == {"between texts": 3, "between numbers": 0, "computed": 0}


@pytest.mark.slow
def test_queries_with_long_texts_are_answered_in_two_gigabytes(tmp_path: Path) -> None:
    found = answers(sheet(tmp_path / "orders.csv", 20_000), BOMBS | QUERIES)
    assert set(found) == {*BOMBS, *QUERIES}
    for name, answer in found.items():
        assert answer == "E-1106" if name in BOMBS else answer in ("E-1109", "E-1110") or 0 < answer <= 1000, name


DOUBLING = ["decimal", "struct", "array", "row", "varchar", "date", "timestamp", "time", "int", "map", "list", "union"]


@pytest.mark.parametrize(("opening", "closing"), ["()", "[]"])
@pytest.mark.parametrize("name", DOUBLING)
def test_nested_names_of_types_are_refused_before_they_are_parsed(name: str, opening: str, closing: str) -> None:
    """Each level doubles the parser's work: 60 of them would never end."""
    with pytest.raises(ToolFault) as refusal:
        parse_clause(f"{name}{opening}" * 60 + "1" + closing * 60 + " = 1")
    assert refusal.value.code in ("E-1101", "E-1106")


def test_types_that_people_nest_are_read() -> None:
    parse_clause('CAST("Weight" AS DECIMAL(10, 2)) > date("Date") AND ' + "(" * 20 + "TRUE" + ")" * 20)


@pytest.mark.parametrize(
    "end", [MemoryError(), duckdb.OutOfMemoryException(), RuntimeError("can't start new thread")], ids=repr
)
def test_a_sheet_that_memory_does_not_hold_is_refused_by_code(end: Exception) -> None:
    with pytest.raises(ToolFault, match=r"E-1530: orders\.csv takes more memory"), fitting("orders.csv"):
        raise end
    with pytest.raises(RuntimeError, match="of our own"), fitting("orders.csv"):
        raise RuntimeError("of our own")


@pytest.mark.parametrize("end", [MemoryError, duckdb.OutOfMemoryException])
def test_a_question_that_memory_does_not_hold_is_refused_by_code(table: SourceTable, end: type[Exception]) -> None:
    with (
        pytest.raises(ToolFault, match="E-1110: The query cannot be computed: it takes more memory"),
        table._question(),
    ):
        raise end
    assert table.count(compile_clause("TRUE", table.columns, 1)) == ROWS


def test_a_table_larger_than_its_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(source._OPEN, "memory_limit", "8MB")
    with pytest.raises(ToolFault) as refusal:
        open_csv_source(str(sheet(tmp_path / "orders.csv", 60_000)), ImportOptions())
    assert refusal.value.code == "E-1530"
    assert not list(tmp_path.glob("*tmp*"))


IMPORTER = """
import asyncio, json, re, resource, sys
from pathlib import Path
from mcp_servers.data.app import DataServer
from mcp_servers.data.server import build

async def read(path):
    tool = "import_csv" if path.endswith("csv") else "import_excel"
    answer = await server.call(app, tool, {"path": path})
    print(json.loads(answer.content[0].text)["code"] if answer.is_error else "read", flush=True)

def allow(bytes):
    resource.setrlimit(resource.RLIMIT_DATA, (bytes, resource.RLIM_INFINITY))

async def read_all(more, workbook, small):
    await read(small)  # Every module and thread is there now: only the workbook needs more.
    used = int(re.search(r"VmData:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) << 10
    allow(used + (int(more) << 20))
    await read(workbook)
    allow(resource.RLIM_INFINITY)
    await read(small)

app, server = DataServer(), build()
asyncio.run(read_all(*sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not count mapped memory")
@pytest.mark.parametrize(
    ("megabytes", "expected"),
    [pytest.param(50, "E-1530", marks=pytest.mark.slow), pytest.param(4000, "read", marks=pytest.mark.thorough)],
)
def test_a_workbook_that_memory_does_not_hold_is_refused(tmp_path: Path, megabytes: int, expected: str) -> None:
    chance = random.Random(1)
    rows = (
        f'<row r="{one}">' + "".join(f"<c><v>{chance.randrange(10**9)}</v></c>" for _ in range(20)) + "</row>"
        for one in range(4, 80_000)
    )
    path, after = tmp_path / "orders.xlsx", sheet(tmp_path / "orders.csv", 10)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in hand(sheet=workbook_sheet(TWO_ROWS + "".join(rows))).items():
            package.writestr(name, content)
    child = subprocess.run(
        [sys.executable, "-P", "-c", IMPORTER, str(megabytes), str(path), str(after)], capture_output=True, text=True
    )
    assert child.stdout.split() == ["read", expected, "read"], child.stderr[-2000:]
