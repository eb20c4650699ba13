"""Which columns of a table are its key: keys of every type, in schemas and under names of every kind."""

import pytest
import sqlalchemy as sa

from tests.integration.data.shop_tables import all_of, kind, run

RESULT = {"shipped_at": "2026-11-21T10:00:00Z"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """No waiting between writes."""
    monkeypatch.setattr("mcp_servers.data.writing.queue.PACE", 0.0)


UNIQUE = [
    ("number VARCHAR(9) NOT NULL UNIQUE, name VARCHAR(9)", ["number"]),
    ("name VARCHAR(9), number VARCHAR(9) NOT NULL, shop INTEGER NOT NULL, UNIQUE (shop, number)", ["shop", "number"]),
    (
        "shop INTEGER NOT NULL, number VARCHAR(9) NOT NULL, name VARCHAR(9) NOT NULL UNIQUE, UNIQUE (shop, number)",
        ["name"],
    ),
    ("number VARCHAR(9) UNIQUE, name VARCHAR(9)", []),
]


@pytest.mark.parametrize(("columns", "key"), UNIQUE)
async def test_a_unique_key_without_empty_cells_is_a_key(server_here, database, engine, columns, key):
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        f"CREATE TABLE orders (tracking_number VARCHAR(40), shipped_at VARCHAR(40), {columns})",
    )
    names = [name for name in ("shop", "number", "name") if f"{name} " in columns]
    with engine.begin() as connection:
        insert = sa.text(f"INSERT INTO orders ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})")
        connection.execute(insert, [{"shop": n, "number": f"A{n}", "name": f"N{n}"} for n in (1, 2)])
    async with server_here() as call:
        imported = await call("import_database", url=database, table="orders")
        assert imported["descriptor"]["key_columns"] == key
        assert any("No key was found" in text for text in imported["warnings"]) is (not key)
        if key:
            await call("write_back", row_number=2, tracking_number="1Z2")
    assert all_of(engine, "SELECT tracking_number FROM orders ORDER BY name") == [(None,), ("1Z2" if key else None,)]


async def test_an_index_of_some_rows_or_of_an_expression_is_no_key(server_here, database, engine):
    if kind(engine) == "mariadb":
        pytest.skip("MariaDB has none")
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (number VARCHAR(9) NOT NULL, name VARCHAR(9) NOT NULL)",
        "CREATE UNIQUE INDEX some_rows ON orders (number) WHERE name <> 'x'",
        "CREATE UNIQUE INDEX an_expression ON orders (lower(name))",
    )
    async with server_here() as call:
        imported = await call("import_database", url=database, table="orders")
        assert imported["descriptor"]["key_columns"] == []
        run(engine, "CREATE UNIQUE INDEX of_all ON orders (name)")
        assert (await call("import_database", url=database, table="orders"))["descriptor"]["key_columns"] == ["name"]


async def test_named_keys_are_unique_in_the_whole_table_and_as_the_database_compares(
    server_here, refused, database, engine
):
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (number VARCHAR(9), batch INTEGER, tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
        "INSERT INTO orders (number, batch) VALUES ('a1', 1), ('b2', 1), ('a1', 2), ('c3', 3), ('C3', 3)",
    )
    async with server_here() as call:
        with pytest.raises(refused, match=r"E-1310.*a1"):
            await call("import_database", url=database, table="orders", key_columns=["number"], where="batch = 1")
        arguments = {"url": database, "table": "orders", "key_columns": ["number", "batch"]}
        if kind(engine) == "mariadb":
            # Its texts are compared whatever their case.
            with pytest.raises(refused, match=r"(?i)E-1310.*c3"):
                await call("import_database", **arguments)
        else:
            await call("import_database", **arguments)
            await call("write_back", row_number=1, tracking_number="1Z1")


KEYS = {
    "sqlite": [
        ("DATE", ["'2026-11-01'", "'2026-11-02'"]),
        ("DATETIME", ["'2026-11-01 10:00:00.000000'", "'2026-11-01T10:00:00Z'"]),
        ("DECIMAL(10,2)", ["1.5", "12.345"]),
        ("BLOB", ["x'00ff'", "x'01'"]),
        ("BOOLEAN", ["0", "1"]),
        ("TIME", ["'10:00'", "'25:00'"]),
        ("TEXT", ["''", "'it''s'"]),
    ],
    "postgresql": [
        ("uuid", ["'11111111-2222-3333-4444-555555555555'", "'00000000-0000-0000-0000-000000000000'"]),
        ("bytea", [r"'\x00ff'", r"'\x01'"]),
        ("timestamptz", ["'2026-11-01 10:00:00.123456+00'", "'infinity'"]),
        ("date", ["'2026-11-01'", "'0044-03-15 BC'"]),
        ("char(10)", ["'a'", "'b'"]),
        ("numeric", ["1.50", "'NaN'"]),
        ("double precision", ["0.1", "'Infinity'"]),
        ("interval", ["'1 month'", "'30 days 1 second'"]),
        ("bigint", ["9007199254740993", "-1"]),
        ("inet", ["'10.0.0.1'", "'10.0.0.2/24'"]),
    ],
    "mariadb": [
        ("BINARY(16)", ["x'000102030405060708090a0b0c0d0e0f'", "x'ff'"]),
        ("DATETIME(6)", ["'2026-11-01 10:00:00.123456'", "'2026-11-02'"]),
        ("TIME", ["'100:00:00'", "'-04:00:00'"]),
        ("CHAR(10)", ["'a'", "'b'"]),
        ("DECIMAL(20,3)", ["1.5", "12345678901234567.125"]),
        ("BIT(8)", ["b'1'", "b'10000001'"]),
        ("ENUM('b','a')", ["'a'", "'b'"]),
        ("SET('x','y','z')", ["'x,y,z'", "'y'"]),
        ("UUID", ["'11111111-2222-3333-4444-555555555555'", "'00000000-0000-0000-0000-000000000001'"]),
        ("BIGINT UNSIGNED", ["18446744073709551615", "0"]),
    ],
}


async def test_keys_of_every_type(server_here, database, engine):
    for column, values in KEYS[kind(engine)]:
        run(
            engine,
            "DROP TABLE IF EXISTS orders",
            f"CREATE TABLE orders (k {column} PRIMARY KEY, name VARCHAR(9), tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
            *[f"INSERT INTO orders (k, name) VALUES ({value}, 'N{place}')" for place, value in enumerate(values)],
        )
        async with server_here() as call:
            await call("import_database", url=database, table="orders")
            rows = (await call("get_rows_by_filter"))["rows"]
            results = [
                {"row_number": row["row_number"], "tracking_number": f"1Z{row['data']['name']}", **RESULT}
                for row in rows
            ]
            for outcome in ("written", "unchanged"):
                answer = await call("write_back_many", rows=results, final=True)
                assert [result["outcome"] for result in answer["results"]] == [outcome] * 2, column
        assert all_of(engine, "SELECT tracking_number FROM orders ORDER BY name") == [("1ZN0",), ("1ZN1",)], column


async def test_names_with_dots_and_quotes(server_here, refused, database, engine):
    quote = engine.dialect.identifier_preparer.quote_identifier
    table, column = "orders.2026", 'ship.to "name"'
    blanks = " a  b" if kind(engine) == "mariadb" else " a  b "
    run(engine, f"DROP TABLE IF EXISTS {quote(table)}")
    run(
        engine,
        f"CREATE TABLE {quote(table)} (id INTEGER PRIMARY KEY, {quote(column)} VARCHAR(20), {quote(blanks)} VARCHAR(9), "
        f"{quote('tracking.number')} VARCHAR(40), shipped_at VARCHAR(40))",
        f"INSERT INTO {quote(table)} (id, {quote(column)}, {quote(blanks)}) VALUES (1, 'Ann', 'x'), (2, 'Bob', 'y')",
    )
    async with server_here() as call:
        for name in (table, quote(table)):
            imported = await call(
                "import_database", url=database, table=name, columns={"tracking_number": "tracking.number"}
            )
        assert imported["descriptor"]["header"] == ["id", column, "a b", "tracking.number", "shipped_at"]
        doubled = column.replace('"', '""')
        found = await call("get_rows_by_filter", where_clause=f"\"{doubled}\" = 'bob' AND \"a b\" = 'y'")
        assert [row["row_number"] for row in found["rows"]] == [2]
        assert (await call("write_back", row_number=2, tracking_number="1Z2", **RESULT))["outcome"] == "written"
        assert (await call("write_back", row_number=2, tracking_number="1Z2", **RESULT))["outcome"] == "unchanged"
        assert (await call("verify_source"))["changed"] is False
        with pytest.raises(refused, match="E-1303") as unknown:
            await call("import_database", url=database, table="orders.2025")
        assert "orders.2026" in unknown.value.answer["remedy"]
    assert all_of(engine, f"SELECT {quote('tracking.number')} FROM {quote(table)} ORDER BY id") == [(None,), ("1Z2",)]
    run(engine, f"DROP TABLE {quote(table)}")


async def test_a_schema_and_a_table_with_a_dot(server_here, refused, postgres_server):
    engine = sa.create_engine(postgres_server, poolclass=sa.NullPool)
    run(
        engine,
        'DROP SCHEMA IF EXISTS "sales.eu" CASCADE',
        'CREATE SCHEMA "sales.eu"',
        'CREATE TABLE "sales.eu"."orders.2026" (id INTEGER PRIMARY KEY, name TEXT, tracking_number TEXT, shipped_at TEXT)',
        'INSERT INTO "sales.eu"."orders.2026" (id, name) VALUES (1, \'Ann\')',
    )
    async with server_here() as call:
        for name in ("sales.eu.orders.2026", '"sales.eu"."orders.2026"'):
            imported = await call("import_database", url=postgres_server, table=name)
            assert imported["row_count"] == 1
        await call("write_back", row_number=1, tracking_number="1Z1")
        with pytest.raises(refused, match="E-1302") as which:
            await call("import_database", url=postgres_server)
        assert "sales.eu.orders.2026" in which.value.answer["tables"]
    assert all_of(engine, 'SELECT tracking_number FROM "sales.eu"."orders.2026"') == [("1Z1",)]


BEYOND = {
    "postgresql": {
        "date": [
            ("'infinity'", "infinity"),
            ("'-infinity'", "-infinity"),
            ("'0044-03-15 BC'", "0044-03-15 BC"),
            ("'20260-01-01'", "20260-01-01"),
        ],
        "timestamp": [("'infinity'", "infinity"), ("'0001-01-01 00:00 BC'", "0001-01-01 00:00:00 BC")],
        "timestamptz": [("'-infinity'", "-infinity")],
        "time": [("'24:00'", "24:00:00"), ("'10:30'", "10:30:00")],
        "interval": [("'1 mon 400 days'", "1 mon 400 days"), ("'100000 years'", "100000 years")],
        "float8": [("'NaN'", "NaN"), ("'-Infinity'", "-Infinity"), ("1e300", "1e+300")],
        "float4": [("'Infinity'", "Infinity")],
        "numeric": [("'NaN'", "NaN"), ("'Infinity'", "Infinity"), ("1.10", "1.10")],
        "date[]": [("'{infinity,2026-01-01}'", '["infinity", "2026-01-01"]')],
        "daterange": [("'[2026-01-01,infinity)'", "[2026-01-01, infinity)")],
    },
    "mariadb": {
        "DATE": [("'0000-00-00'", "0000-00-00"), ("'2026-00-00'", "2026-00-00"), ("'2026-01-02'", "2026-01-02")],
        "DATETIME": [("'0000-00-00 00:00:00'", "0000-00-00 00:00:00")],
        "TIME": [("'838:59:59'", "838:59:59"), ("'-01:30:00'", "-01:30:00"), ("'10:30'", "10:30:00")],
        "YEAR": [("0", "0"), ("2026", "2026")],
        "ENUM('a','b')": [("'b'", "b"), ("'c'", "")],
        "SET('z','a','m')": [("'m,z,a'", "z,a,m")],
        "DOUBLE": [("0.1", "0.1"), ("1e300", "1e+300")],
        "BIT(8)": [("b'101'", "5")],
    },
    "sqlite": {
        "REAL": [("9e999", "Infinity"), ("-9e999", "-Infinity")],
        "DECIMAL(10,2)": [("1e30", "1e+30"), ("9e999", "Infinity"), ("1.5", "1.50")],
        "DATE": [("'infinity'", "infinity"), ("'0000-00-00'", "0000-00-00")],
    },
}


async def test_what_no_calendar_and_no_number_holds_is_text(server_here, database, engine):
    """A column a type, a row a value."""
    types = BEYOND[kind(engine)]
    columns = ", ".join(f"v{place} {column}" for place, column in enumerate(types))
    values = [
        f"INSERT INTO orders (id, v{place}) VALUES ({100 * place + n}, {value})"
        for place, cases in enumerate(types.values())
        for n, (value, _) in enumerate(cases)
    ]
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {columns}, tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
        *(("SET sql_mode = ''",) if kind(engine) == "mariadb" else ()),
        *values,
    )
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        rows = (await call("get_rows_by_filter"))["rows"]
        found = [row["data"][f"v{int(row['data']['id']) // 100}"] for row in rows]
        assert found == [text for cases in types.values() for _, text in cases]
        results = [{"row_number": n, "tracking_number": f"1Z{n}"} for n in range(1, len(rows) + 1)]
        answer = await call("write_back_many", rows=results, final=True)
        assert {result["outcome"] for result in answer["results"]} == {"written"}
        assert (await call("verify_source"))["changed"] is False


async def test_a_table_is_scanned_once_a_session_whatever_is_written(server_here, database, engine, monkeypatch):
    """Not by the clock: by the statements that name no row."""
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (number INTEGER NOT NULL, name VARCHAR(40), tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
    )
    with engine.begin() as connection:
        insert = sa.text("INSERT INTO orders (number, name) VALUES (:n, :name)")
        connection.execute(insert, [{"n": n, "name": f"Name {n}"} for n in range(1, 301)])
    whole = []

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def note(connection, cursor, statement, *more):
        text = " ".join(statement.split())
        if text.startswith("SELECT") and "FROM orders" in text and "WHERE" not in text:
            whole.append(text)

    try:
        async with server_here() as call:
            await call("import_database", url=database, table="orders", key_columns=["number"])
            rows = (await call("get_rows_by_filter", where_clause="true", limit=30))["rows"]
            whole.clear()
            run(engine, "UPDATE orders SET name = 'edited' WHERE number IN (3, 4, 5)")
            outcomes = []
            for _ in range(2):
                for row in rows:
                    result = {"row_number": row["row_number"], "row_checksum": row["checksum"], **RESULT}
                    result["tracking_number"] = f"1Z{row['row_number']}"
                    outcomes.append((await call("write_back", **result))["outcome"])
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    expected = ["lost" if number in (3, 4, 5) else "written" for number in range(1, 31)]
    assert outcomes == [*expected, *(one.replace("written", "unchanged") for one in expected)]
    assert len(whole) == 1
