"""The filter guard: what people mean, and what nobody gets."""

import time

import duckdb
import pytest

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.guard.select import compile_select
from mcp_servers.data.table import source as source_module
from mcp_servers.shared.faults import ToolFault
from tests.unit.data.guarded_table import ROWS, TODAY, found, open_table


@pytest.fixture(scope="module")
def table():
    table = open_table()
    yield table
    table.close()


MEANT = [
    ("State = 'CA'", [1, 2]),
    ("\"state\" = ' ca'", [1, 2]),
    ("State <> 'CA'", [3, 4, 5]),
    ("State != 'CA' AND State != 'TX'", [3, 5]),
    ("NOT State = 'CA'", [3, 4, 5]),
    ("State NOT IN ('CA', 'TX')", [3, 5]),
    ("NOT (State IN ('CA', 'TX'))", [3, 5]),
    ("State NOT LIKE 'C%'", [2, 3, 4, 5]),
    ("State ILIKE 'c%'", [1, 2]),
    ("Total > 100", [1]),
    ("Total <> 12", [1, 3, 4, 5]),
    ("Total NOT BETWEEN 0 AND 20", [1, 3, 4, 5]),
    ("Total = 12", [2]),
    ("NOT Total > 100", [2, 3, 4, 5]),
    ("NOT (NOT (Total > 100))", [1]),
    ("Weight = 5", [1, 2]),
    ("Weight = '5'", [1, 2]),
    ("Weight IN (5, 12)", [1, 2, 3]),
    ("Weight IN ('5.00', '12')", [1, 2, 3]),
    ("Weight > 5 OR Weight IS NULL", [3, 4]),
    ("Weight IS NULL", [4]),
    ("Weight = ''", [4]),
    ("Weight <> ''", [1, 2, 3, 5]),
    ("Weight IS NOT NULL", [1, 2, 3, 5]),
    ("Weight * 2 = 10", [1, 2]),
    ("Weight / 0 > 1", []),
    ("Date >= '2026-11-05'", [2, 4, 5]),
    ("Date < DATE '2026-11-05'", [1]),
    ("Date >= current_date - INTERVAL '7 days' AND Date <= current_date", [4]),
    ("Date BETWEEN today() - 20 AND today()", [1, 2, 4]),
    ("Date <> '2026-11-01'", [2, 3, 4, 5]),
    ("year(Date) = 2026 AND month(Date) = 12", [5]),
    ("extract(month FROM Date) = 12", [5]),
    ("Date - DATE '2026-11-01' = 4", [2]),
    ("Gift", [1, 4]),
    ("NOT Gift", [2, 3, 5]),
    ("Gift = TRUE", [1, 4]),
    ("Gift IS NOT TRUE", [2, 3, 5]),
    ("lower(Name) = 'ann' OR left(Name, 1) = 'B'", [1, 2]),
    ("Name = 'o''neil'", [4]),
    ("Name LIKE '100%'", [5]),
    ("contains(Name, 'aro')", [3]),
    ("starts_with(Name, 'A') OR ends_with(Name, 'b')", [1, 2]),
    ("length(trim(Name)) = 3", [1, 2]),
    ("coalesce(State, 'none') = 'none'", [3]),
    ("nullif(State, 'CA') IS NULL", [1, 2, 3]),
    ("try_cast(Total AS DOUBLE) < 0", [5]),
    ("CAST(Weight AS INTEGER) = 12", [3]),
    ("substr(Name, 2, 2) = 'nn'", [1]),
    ("replace(Name, 'o', '0') = 'B0b'", [2]),
    ("Name || State = 'AnnCA'", [1]),
    ("round(Weight) = 12", [3]),
    ("abs(Total) = 3", [5]),
    ("\"größe\" = 'l'", [1, 4]),
    ('"ORDER #" IN (1001, 1003)', [1, 3]),
    ("row_number IN (2, 4)", [2, 4]),
    ("sheet_row = 4", [1]),
    ("TRUE", [1, 2, 3, 4, 5]),
    ("", [1, 2, 3, 4, 5]),
    ("State = 'CA' -- only these", [1, 2]),
    ("State /* here */ = 'CA'", [1, 2]),
    ("State IS DISTINCT FROM 'CA'", [3, 4, 5]),
    ("State IS NOT DISTINCT FROM 'CA'", [1, 2]),
    ("State = 'West'", []),
    ("dayofweek(Date) = 0", [1]),
    ("Date - 4 = '2026-11-01'", [2]),
    ("Date + INTERVAL '1' MONTH = '2026-12-05'", [2]),
    ("Name LIKE '100!%!_' ESCAPE '!'", [5]),
    ("@Total = 3", [5]),
    ("Name ^@ 'A'", [1]),
    ("rtrim(concat(Name, ' ')) = Name", [1, 2, 3, 4, 5]),
    ("length(ltrim(concat(' ', Name, ' '))) = 4", [1, 2]),
    ("CAST(Weight AS DECIMAL(10, 0)) = 1 AND Weight < 1", [5]),
    ("Name LIKE '%\\%%' ESCAPE '\\'", [5]),
    ("Name ILIKE 'A!N%' ESCAPE '!'", [1]),
    ("Name NOT LIKE '%!%%' ESCAPE '!'", [1, 2, 3, 4]),
    ("NOT (Name LIKE '%!%%' ESCAPE '!')", [1, 2, 3, 4]),
    ("State NOT ILIKE 'c!a' ESCAPE '!'", [3, 4, 5]),
    # values that an expression chooses among are read as the cell itself is
    ("CASE WHEN Gift THEN Total ELSE 0 END > 5", [1]),
    ("CASE WHEN Gift THEN Total ELSE Weight END > 100", [1]),
    ("NOT CASE WHEN Gift THEN Total ELSE 0 END > 5", [2, 3, 4, 5]),
    ("CASE WHEN Gift THEN Date ELSE current_date END = '2026-11-21'", [2, 3, 5]),
    ("coalesce(Total, Weight) > 100", [1]),
    ("nullif(Total, 'n/a') > 100", [1]),
    ("concat('$', Weight) > 5", [3]),
    ("coalesce(Date, '') = '2026-11-01'", [1]),
    ("Date IN ('2026-11-01', '2026-11-05')", [1, 2]),
    ("Date <> ''", [1, 2, 4, 5]),
    ("left(Name, 2) = 'an'", [1]),
    ("substring(Name FROM 2 FOR 2) = 'nn'", [1]),
    ("State IN ['CA']", [1, 2]),
    ("State IN (State)", [1, 2, 3, 4, 5]),
    ("State IS UNKNOWN", [3]),
    ("'CA' = State AND sheet_row BETWEEN '4' AND 5", [1, 2]),
]


@pytest.mark.parametrize(("clause", "rows"), MEANT)
def test_a_clause_means_what_people_mean(table, clause, rows):
    assert found(table, clause) == rows


@pytest.mark.parametrize(("clause", "rows"), MEANT)
def test_the_form_that_people_see_is_the_same_clause(table, clause, rows):
    shown = compile_clause(clause, table.columns, 3, TODAY).shown
    assert found(table, shown) == rows
    assert "coalesce(lower" not in shown


DEEP = "(" * 500 + "1=1" + ")" * 500
HOSTILE = [
    # statements, and ways out of the parentheses
    "1=1; DROP TABLE cells", "1=1) OR (1=1", "1=1) UNION SELECT 1 WHERE (1=1", ");--", "1=1) --", "1=1)) OR ((1=1",
    "TRUE) ORDER BY (1", "TRUE) LIMIT (1", "TRUE) QUALIFY (1=1", "TRUE) GROUP BY ALL HAVING (TRUE", "DELETE FROM cells",
    "UPDATE cells SET c0 = 1", "INSERT INTO cells VALUES (1)", "ATTACH ':memory:' AS x", "COPY cells TO '/tmp/x'",
    "PRAGMA database_list", "SET memory_limit = '1TB'", "CREATE MACRO f(x) AS x", "INSTALL httpfs", "LOAD json",
    "EXPORT DATABASE '/tmp/x'", "CALL pragma_version()", "EXPLAIN SELECT 1", "DESCRIBE cells", "VALUES (1)",
    # sub-queries in every place
    "State IN (SELECT 1)", "EXISTS (SELECT 1)", "State = (SELECT 1)", "State = ANY (SELECT 1)", "State > ALL (SELECT 1)",
    "(SELECT 1) = 1", "State IN (FROM cells SELECT c0)", "(WITH d AS (DELETE FROM cells RETURNING *) SELECT 1 FROM d) = 1",
    "State IN (TABLE cells)", "(VALUES (1)) = 1", "State IN (SELECT * FROM read_csv('/etc/passwd'))",
    "EXISTS (FROM glob('*'))", "1 IN (SELECT unnest([1]))", "ARRAY(SELECT 1) IS NOT NULL",
    # files, settings, the process
    "read_text('/etc/passwd') = 'x'", "read_csv('/etc/passwd') IS NULL", "read_blob('/etc/passwd') IS NULL",
    "glob('/*') IS NULL", "getenv('HOME') = 'x'", "current_setting('threads') = '1'", "duckdb_settings() IS NULL",
    "query('SELECT 1') = 1", "query_table('cells') = 1", "write_log('x') IS NULL", "sleep_ms(9999) IS NULL",
    "pg_sleep(9) IS NULL", "version() = 'x'", "current_user = 'x'", "current_database() = 'x'", "txid_current() > 1",
    "sniff_csv('/etc/passwd') IS NULL", "parquet_scan('x') IS NULL", "which_secret('x', 'y') IS NULL", "nextval('s') = 1",
    "random() < 0.5", "uuid() = 'x'", "setseed(1) IS NULL", "error('x') IS NULL", "checkpoint() IS NULL",
    "now() > '2026-01-01'", "current_timestamp > '2026-01-01'", "add_parquet_key('a', 'b') IS NULL",
    # macros, lambdas, lists, structs, lateral joins, windows, aggregates
    "list_transform([1], x -> x) = [1]", "list_filter([1], lambda x: x > 0) = [1]", "[x FOR x IN [1]] = [1]",
    "list_sum(range(500000000)) > 1", "unnest([1, 2]) = 1", "generate_series(1, 5) = 1", "range(9) IS NULL",
    "{'a': 1}.a = 1", "struct_pack(a := 1).a = 1", "MAP {'a': 1}['a'] = 1", "[1, 2][1] = 1", "State[1] = 'C'",
    "row_number() OVER () = 1", "sum(Total) OVER () > 1", "count(*) > 1", "max(Total) > 1", "string_agg(State, ',') = 'x'",
    "list(State) IS NULL", "State.a = 1", "cells.c0 = '1'", "main.cells.c0 = '1'", "COLUMNS(*) = '1'", "* = 1",
    "COLUMNS('c.*') = '1'", "c0 = '1001'", "rowid = 1", "source.cells = 1",
    # bombs
    "repeat('x', 2000000000) = 'x'", "lpad('x', 2000000000, 'y') = 'x'", "rpad('x', 2000000000, 'y') = 'x'",
    "regexp_matches(State, '(a+)+$')", "State ~ '(a|a)*b'", "State SIMILAR TO '(a+)+'", "regexp_replace(State, '.', 'x') = 'x'",
    "levenshtein(State, 'x') > 1", "State LIKE '%a%a%a%a%a%a%a%a%a%a%a%b'", "State GLOB '*'", "2 ** 100000 > 1",
    "pow(2, 100000) > 1", "factorial(100000) > 1", "1e400 = Total", "9" * 400 + " = Total", DEEP, "NOT " * 2000 + "TRUE",
    "+".join(["1"] * 5000) + " = 1", "State = '" + "x" * 30_000 + "'", "replace(replace(Name, 'a', '" + "a" * 9000 + "'), 'a', '"
    + "a" * 9000 + "') = 'x'", "INTERVAL '9999999999 years' + Date > Date", "round(Total, 99999) = 1", "-" * 900 + "1 = 1",
    "CASE " + "WHEN TRUE THEN 1 " * 3000 + "END = 1", "Total BETWEEN SYMMETRIC 1 AND 2",
    # nesting that doubles the work at each step, or overflows a stack
    "nullif(" * 20 + "State" + ", 'x')" * 20 + " = 'x'", "1 IN " * 400 + "(1)", "nullif(" * 26 + "State",
    "CASE WHEN State BETWEEN " * 1 + "CASE WHEN nullif(nullif(nullif(nullif(Name,'a'),'b'),'c'),'d') = 'x' THEN 'x' ELSE nullif(nullif(nullif(nullif(Name,'a'),'b'),'c'),'d') END AND 'b' THEN TRUE END",
    # casts and comparisons that mean nothing
    "State::JSON = 'x'", "State::BLOB = 'x'", "State::INTEGER[] = [1]", "CAST(State AS STRUCT(a INTEGER)) IS NULL",
    "State::MAP(TEXT, TEXT) IS NULL", "State COLLATE NOCASE = 'x'", "State = NULL",
    "Total > 'many'[1]", "Date > 'tomorrow'", "'a'", "1", "State", "Total + 1", "NULL", "Date + Date = Date",
    "State AT TIME ZONE 'UTC' = 'x'", "Total = INTERVAL '1' DAY",
    # parameters, unicode tricks, comments
    "State = ?", "State = $1", "State = $name", "State = :name", "State = \"CA\"", "State \uff1d 'CA'", "St\u0430te = 'CA'",
    "State\u200b = 'CA'", "State = 'CA' \x00", "/* open", "State = 'CA", "State = $$CA", "\u202eState = 'CA'", "State = $$CA$$",
    "State = U&'\\0043A'",
    "{:}",
    # ESCAPE where it means nothing
    "Name LIKE 'x!' ESCAPE '!'", "Name LIKE 'x' ESCAPE 'ab'", "Name LIKE 'x' ESCAPE ''", "Name LIKE 'x' ESCAPE Name",
    "Name LIKE 'x' ESCAPE lower('A')", "Name SIMILAR TO 'x' ESCAPE '!'", "(Name = 'x') ESCAPE '!'", "Name ESCAPE '!'",
    # more of what DuckDB and others offer
    "regexp_full_match(Name, '.*')", "regexp_extract(Name, '(a*)*b') = 'x'", "regexp_split_to_array(Name, 'x') IS NULL",
    "string_split(Name, 'x') IS NULL", "array_agg(Name) IS NULL", "md5(Name) = 'x'", "printf('%1000000000d', 1) = 'x'",
    "format('{:>1000000000}', 'x') = 'x'", "bar(1, 0, 1, 1000000000) = 'x'", "translate(Name, 'a', 'b') = 'x'",
    "list_reduce([1], lambda a, b: a + b) = 1", "apply([1], lambda x: x) = [1]", "reduce([1], (a, b) -> a) = 1",
    "json_extract(Name, '$') IS NULL", "Name->>'$' = 'x'", "Name->'$' IS NULL", "from_base64(Name) IS NULL",
    "current_schema() = 'x'", "current_catalog() = 'x'", "pg_typeof(Name) = 'x'", "typeof(Name) = 'x'", "alias(Name) = 'x'",
    "duckdb_functions() IS NULL", "pragma_table_info('cells') IS NULL", "pg_catalog.version() = 'x'", "system.main.abs(1) = 1",
    "information_schema.tables.table_name = 'x'", "pg_catalog.pg_class.relname = 'x'", "hash(Name) = 1", "stats(Name) IS NULL",
    "getvariable('x') = 1", "currval('s') = 1", "gen_random_uuid() IS NULL", "get_current_time() IS NULL", "in_search_path('a', 'b')",
    "set_bit(Name, 1, 1) IS NULL", "Name IS JSON", "Name = ALL (ARRAY[1])", "Name = ANY (ARRAY['x'])", "1 IN unnest([1])",
    "Name BETWEEN (SELECT 1) AND 2", "CASE Name WHEN 'x' THEN TRUE END", "CASE WHEN (SELECT TRUE) THEN TRUE END",
    "TRY(1/0) = 1", "Name IN (Name, (SELECT 1))", "(State, Name) = ('a', 'b')", "ROW(1) = ROW(1)", "State IN (('CA', 'TX'))",
    "#1 = 1", "~Total = 3", "Total & 1 = 1", "Total << 9999 = 1", "Total // 0 = 1", "5! = 120",
    "lower(Name, Name) = 'x'", "left(Name) = 'x'", "extract(epoch FROM Date) > 1", "extract(julian FROM Date) > 1",
    "date_trunc('day', Date) = '2026-11-01'", "strftime(Date, '%Y') = '2026'", "Date + INTERVAL (Total) DAY > Date",
    "State = 'CA' LIMIT 1", "State = 'CA' ORDER BY 1", "State = 'CA' -- x\n; SELECT 1", "State = 'CA' UNION ALL SELECT 1",
    # of DuckDB 2 and of other dialects
    "Date = 'today'", "Date <> 'today'", "Date = '11/01/2026'", "Date NOT IN ('tomorrow')", "Date > 'infinity'", "Date = 'now'::date",
    "Date > TIMESTAMPTZ '2026-11-01 00:00:00 America/New_York'", "Date::TIMESTAMPTZ > Date", "timezone('UTC', Date) = Date",
    "COLUMNS(lambda c: c = 'State') = 'CA'", "COLUMNS(['State']) = 'CA'", "coalesce(COLUMNS('(a+)+$')) = 'x'", "*COLUMNS(*) = 1",
    "Name.upper() = 'ANN'", "(Name).lower().upper() = 'ANN'", "upper(Name => 'x') = 'x'", "lower(Name) OVER () = 'x'",
    "lower(DISTINCT Name) = 'ann'", "lower(Name) FILTER (WHERE TRUE) = 'x'", "lower(Name) WITHIN GROUP (ORDER BY 1) = 'x'",
    "'x'::my_enum = 'x'", "State::ENUM('a') = 'a'", "State::UNION(a INT) IS NULL", "State::VARIANT IS NULL", "enum_range(NULL::x) IS NULL",
    "State = e'\\x43A'", "State = N'CA'", "\"State\u00a0\" = 'CA'", "Name = '\ud800'", "@@threads = 1", "State = @x", "Total = 0x10",
    "State = 'CA' AT (VERSION => 1)", "source AT (VERSION => 1)", "(PIVOT source ON State USING count(*)) = 1", "(DESCRIBE source) = 1",
    "(SUMMARIZE source) = 1", "(SHOW TABLES) = 1", "(TABLE source) = 1", "State = (FROM query('SELECT 1'))", "query_table(['cells']) = 1",
    "(WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT count(*) FROM r) = 1", "EXISTS (FROM duckdb_secrets())",
    "read_text(['/etc/passwd']) IS NULL", "unnest(range(1000000000)) = 1", "generate_series(DATE '2000-01-01', DATE '9999-01-01') IS NULL",
    "array_fill(1, [999999999]) IS NULL", "bitstring('1', 999999999) IS NULL", "list_zip([1], [2]) IS NULL", "test_all_types() IS NULL",
    "Name LIKE ANY ('A%', 'B%')", "Name LIKE ALL ('A%')", "Name LIKE Name", "Weight > ALL (ARRAY[1])", "coalesce(Gift, TRUE)",
    "CASE WHEN Gift THEN State ELSE 0 END = 'CA'", "Date + 9999999999 > Date", "Date + INTERVAL '999999' YEAR > Date", "left(Name, 1e25) = 'x'",
    "||".join(["Name"] * 200) + " = 'x'", " OR ".join(["Date - 4 = '2026-11-01'"] * 700),
    "source", "source IS NULL", "source.State = (FROM source SELECT 1)", "(FROM source) IS NULL", "SELECT 1", "WHERE 1=1",
]  # fmt: skip


def test_there_are_enough_attacks():
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("clause", HOSTILE, ids=range(len(HOSTILE)))
def test_an_attack_gets_its_reason(table, clause):
    with pytest.raises(ToolFault) as refusal:
        found(table, clause)
    assert refusal.value.code.startswith("E-11"), refusal.value
    assert refusal.value.message
    assert refusal.value.remedy
    assert table.row_count == len(ROWS) == len(found(table, "TRUE"))


SELECTS = [
    "SELECT count(State, Name) FROM source", "SELECT trim(State, 'C') FROM source", "SELECT sum(DISTINCT State, Total) FROM source",
    "SELECT 1", "SELECT * FROM cells", "SELECT * FROM source, source", "SELECT * FROM source JOIN source USING (State)",
    "SELECT * FROM source; SELECT 1", "WITH d AS (SELECT 1) SELECT * FROM source", "SELECT * FROM (SELECT 1)",
    "SELECT * FROM source UNION SELECT * FROM source", "SELECT * FROM source, LATERAL (SELECT 1)", "FROM read_csv('/etc/passwd')",
    "SELECT * FROM source TABLESAMPLE 1 ROWS", "SELECT * FROM source POSITIONAL JOIN source", "SELECT * FROM main.source",
    "SELECT * FROM source WHERE State IN (SELECT 1)", "SELECT (SELECT 1) FROM source", "SELECT * FROM source FOR UPDATE",
    "SELECT * FROM source LIMIT (SELECT 1)", "SELECT * REPLACE (1 AS State) FROM source", "SELECT COLUMNS('.*') FROM source",
    "SELECT row_number() OVER () FROM source", "SELECT list(State) FROM source", "SELECT unnest([1]) FROM source",
    "SELECT DISTINCT ON (State) State FROM source", "SELECT State FROM source GROUP BY CUBE (State)", "DELETE FROM source",
    "SELECT State FROM source QUALIFY 1 = 1", "SELECT * FROM source WINDOW w AS ()", "SELECT State INTO x FROM source",
    # common table expressions and what they shadow
    "WITH source AS (SELECT 1) SELECT * FROM source", "WITH RECURSIVE source AS (SELECT 1 UNION ALL SELECT 1 FROM source) SELECT * FROM source",
    "WITH source AS (DELETE FROM cells RETURNING *) SELECT * FROM source", "SELECT * FROM source WHERE EXISTS (WITH s AS (SELECT 1) FROM s)",
    "SELECT * FROM source, read_text('/etc/passwd')", "SELECT * FROM source CROSS JOIN glob('*')",
    # the catalogue, settings and the process
    "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_tables()", "SELECT * FROM pg_catalog.pg_class", "SELECT * FROM pg_class",
    "SELECT * FROM information_schema.tables", "SELECT * FROM sqlite_master", "SELECT * FROM pragma_table_info('cells')",
    "SELECT * FROM pragma_database_list", "SELECT current_setting('memory_limit') FROM source", "SELECT getenv('HOME') FROM source",
    "SELECT * FROM temp.source", "SELECT * FROM memory.main.source", "SELECT * FROM system.main.source",
    "SELECT * FROM query('SELECT 1')", "SELECT * FROM query_table('cells')", "SELECT * FROM source()", "SELECT source FROM source",
    # statements of other kinds
    "COPY source TO '/tmp/x.csv'", "COPY (SELECT * FROM source) TO '/tmp/x'", "ATTACH '/tmp/x.db' AS x", "DETACH memory", "USE memory",
    "PRAGMA table_info('cells')", "SET threads = 1", "RESET threads", "EXPORT DATABASE '/tmp/x'", "IMPORT DATABASE '/tmp/x'", "CHECKPOINT",
    "CREATE MACRO f(x) AS (SELECT 1)", "CREATE TABLE x AS SELECT * FROM source", "DROP TABLE source", "ALTER TABLE source ADD x INT",
    "INSERT INTO source VALUES (1)", "UPDATE source SET State = 1", "TRUNCATE source", "VACUUM", "BEGIN", "COMMIT", "LOAD json",
    "EXPLAIN SELECT * FROM source", "EXPLAIN ANALYZE SELECT * FROM source", "DESCRIBE source", "SHOW TABLES", "PREPARE x AS SELECT 1",
    "EXECUTE x", "CALL duckdb_settings()", "VALUES (1)", "MERGE INTO source USING source ON TRUE WHEN MATCHED THEN DELETE",
    # expressions that are no column's business
    "SELECT list_transform([1], x -> x) FROM source", "SELECT f(x := 1) FROM source", "SELECT source.* EXCLUDE (State) FROM source",
    "SELECT * EXCLUDE (State) FROM source", "SELECT * RENAME (State AS x) FROM source", "SELECT * LIKE 'S%' FROM source",
    "SELECT sum(Total) FILTER (WHERE TRUE) FROM source", "SELECT sum(Total ORDER BY State) FROM source", "SELECT count(*) OVER () FROM source",
    "SELECT string_agg(Name, repeat('x', 1000000000)) FROM source", "SELECT histogram(State) FROM source", "SELECT first(State) FROM source",
    "SELECT State FROM source GROUP BY ALL", "SELECT State FROM source GROUP BY ROLLUP (State)", "SELECT State FROM source GROUP BY GROUPING SETS ((State))",
    "SELECT State FROM source ORDER BY ALL", "SELECT State FROM source ORDER BY (SELECT 1)", "SELECT State FROM source LIMIT 50%",
    "SELECT State FROM source OFFSET (SELECT 1)", "SELECT State FROM source USING SAMPLE 1", "SELECT * FROM source s, LATERAL (SELECT s.State) t",
    "SELECT ? FROM source", "SELECT $x FROM source", "SELECT State FROM source FETCH FIRST 1 ROWS WITH TIES", "SELECT rowid FROM source",
    "SELECT " + ", ".join(f"Date - {number}" for number in range(1200)) + " FROM source", "SELECT s.Name FROM source AS s",
    "SELECT sum(sum(Total)) FROM source", "SELECT * FROM source LIMIT -1", "SELECT * FROM source ORDER BY 99",
    "FROM source AT (VERSION => 1)", "FROM source SELECT COLUMNS(c -> c LIKE 'S%')", "SELECT * FROM source PIVOT (count(*) FOR State IN ('CA'))",
    "SELECT * FROM source AS s(a)", "SELECT * FROM 'file.csv'", "PIVOT source ON State", "SUMMARIZE source",
]  # fmt: skip


@pytest.mark.parametrize("sql", SELECTS)
def test_a_query_is_one_select_over_source(table, sql):
    with pytest.raises(ToolFault) as refusal:
        table.answer(compile_select(sql, table.columns, 3, TODAY))
    assert refusal.value.code.startswith("E-11")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) FROM source", [[5]]),
        ("FROM source SELECT count(*)", [[5]]),
        ("SELECT source.State FROM source LIMIT 1 OFFSET 1", [[" ca "]]),
        ("SELECT sum(Total) FROM source WHERE State = 'ca'", [[1246.5]]),
        ("SELECT State, count(*) AS n FROM source GROUP BY State ORDER BY n DESC, State LIMIT 1", [["CA", 2]]),
        ("SELECT min(Weight), max(Weight), avg(Weight) FROM source", [[0.5, 12, 5.625]]),
        ("SELECT Name FROM source WHERE Total > 10 ORDER BY Total DESC", [["Ann"], ["Bob"]]),
        ("SELECT count(DISTINCT State) FROM source", [[4]]),
        ("SELECT CASE WHEN Weight > 5 THEN 'heavy' ELSE 'light' END AS w, count(*) FROM source GROUP BY w ORDER BY w",
         [["heavy", 1], ["light", 4]]),
        ("SELECT Gift, sum(Weight) FROM source GROUP BY Gift HAVING sum(Weight) > 11 ORDER BY 1", [["", 12]]),
    ],
)  # fmt: skip
def test_a_query_answers(table, sql, rows):
    assert table.answer(compile_select(sql, table.columns, 3, TODAY))[0] == rows


def test_a_semicolon_at_the_end_is_named(table):
    with pytest.raises(ToolFault, match=r"E-1101.* ends with a semicolon"):
        compile_clause("\"State\" = 'CA';\n", table.columns, table.sheet_offset, TODAY)


def test_a_refusal_names_the_part_and_the_nearest(table):
    for clause, code, words in (
        ("Stat = 'CA'", "E-1104", ["Stat", '"State"']),
        ("lenght(Name) = 3", "E-1103", ["lenght", "length"]),
        ('State = "CA"', "E-1104", ["CA", "single quotes"]),
        ("State LIKE 'x' OR repeat('x', 9) = 'x'", "E-1103", ["repeat"]),
    ):
        with pytest.raises(ToolFault, match=code) as refusal:
            found(table, clause)
        for word in words:
            assert word in str(refusal.value)


def test_the_connection_is_locked_down_besides(table):
    """Should a clause ever get past the guard, the database has nothing to give."""
    cursor = table._connection.cursor()
    cursor.execute("BEGIN TRANSACTION READ ONLY")
    for sql in (
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "COPY cells TO '/tmp/out.csv'",
        "ATTACH '/tmp/x.db'",
        "SET memory_limit = '9GB'",
        "INSTALL httpfs",
        "DELETE FROM cells",
        "SELECT * FROM TODAY",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(sql).fetchall()
        cursor.execute("ROLLBACK")
        cursor.execute("BEGIN TRANSACTION READ ONLY")
    cursor.close()


def test_a_query_is_stopped_at_its_limit(table, monkeypatch):
    monkeypatch.setattr(source_module, "TIME_LIMIT_SECONDS", 0.05)
    started = time.monotonic()
    with pytest.raises(ToolFault, match="E-1109"), table._question() as cursor:
        cursor.execute(
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
        ).fetchall()
    assert time.monotonic() - started < 30


def test_a_huge_answer_is_cut_and_says_so(table, monkeypatch):
    monkeypatch.setattr(source_module, "MOST_ANSWER_CHARACTERS", 20)
    rows, truncated = table.answer(compile_select("SELECT Name, State FROM source", table.columns, 3, TODAY))
    assert truncated
    assert 0 < len(rows) < len(ROWS)
