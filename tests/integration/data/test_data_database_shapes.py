"""Databases as shops have them: names that need quotes, every type, views, schemas, rows that change, large tables."""

import json

import pytest
import sqlalchemy as sa

ODD = 'Tracking: # (UPS) 100% "x"'


@pytest.fixture
def at_once(monkeypatch):
    """No waiting between tries."""
    monkeypatch.setattr("mcp_servers.data.writing.queue.RETRY_SECONDS", ())


def run(engine, *statements):
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement.replace(":", r"\:")))


def quoted(engine, name):
    mark = "`" if engine.name in ("mysql", "mariadb") else '"'
    return mark + name.replace(mark, mark * 2) + mark


def all_of(engine, sql):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql.replace(":", r"\:")))]


async def test_names_that_need_quotes(server_here, database, engine):
    table, key, order, time, odd = (quoted(engine, name) for name in ("select", "from", "order", "a b", ODD))
    run(
        engine,
        f"DROP TABLE IF EXISTS {table}",
        f"CREATE TABLE {table} ({key} INTEGER PRIMARY KEY, {order} VARCHAR(20), {time} VARCHAR(20))",
        f"INSERT INTO {table} ({key}, {order}) VALUES (1, 'x;y'), (2, '50%')",
    )
    wanted = {"columns": {"tracking_number": ODD, "shipped_at": "a b"}}
    result = {"row_number": 2, "tracking_number": "1Z2", "shipped_at": "2026-11-21T10:00:00Z"}
    async with server_here() as call:
        imported = await call("import_database", url=database, table="select", **wanted)
        found = await call("get_rows_by_filter", where_clause="\"order\" = '50%'")
        await call("write_back", **result, confirm=True)
        # The column is there now, so nobody is asked again.
        again = await call("import_database", url=database, table="select", where=f"{order} LIKE '5_%'", **wanted)
        assert (await call("write_back", **result | {"row_number": 1}))["outcome"] == "unchanged"
    assert imported["descriptor"]["key_columns"] == ["from"]
    assert [row["row_number"] for row in found["rows"]] == [2]
    assert again["descriptor"]["header"] == ["from", "order", "a b", ODD]
    assert all_of(engine, f"SELECT {odd}, {time} FROM {table} ORDER BY {key}") == [
        (None, None),
        ("1Z2", "2026-11-21T10:00:00Z"),
    ]


async def test_keys_of_several_columns_and_keys_with_nulls(server_here, refused, database, engine):
    run(
        engine,
        "DROP TABLE IF EXISTS plain",
        "CREATE TABLE plain (shop VARCHAR(9) NOT NULL, number INTEGER NOT NULL, name VARCHAR(9), "
        "tracking_number VARCHAR(40), shipped_at VARCHAR(40), PRIMARY KEY (shop, number))",
        "INSERT INTO plain (shop, number, name) VALUES ('b', 1, 'Ann'), ('a', 2, 'Bob'), ('a', 1, NULL)",
    )
    async with server_here() as call:
        await call("import_database", url=database, table="plain")
        await call("write_back", row_number=2, tracking_number="1Z2")
        # A column that the person names as the key may be empty in one row.
        imported = await call("import_database", url=database, table="plain", key_columns=["name"])
        rows = (await call("get_rows_by_filter"))["rows"]
        nameless = next(row for row in rows if row["data"]["name"] == "")
        await call(
            "write_back", row_number=nameless["row_number"], tracking_number="1Z0", source_id=imported["source_id"]
        )
    assert all_of(engine, "SELECT shop, number, tracking_number FROM plain ORDER BY shop, number") == [
        ("a", 1, "1Z0"),
        ("a", 2, "1Z2"),
        ("b", 1, None),
    ]


async def test_a_view_is_read_and_written_where_the_database_can(server_here, refused, database, engine, at_once):
    run(
        engine,
        "DROP VIEW IF EXISTS waiting",
        "CREATE VIEW waiting AS SELECT id, name, tracking_number, shipped_at FROM orders",
    )
    try:
        async with server_here() as call:
            await call("import_database", url=database, table="waiting")
            with pytest.raises(refused, match="E-1308"):
                await call("write_back", row_number=1, tracking_number="1Z1")
            await call("import_database", url=database, table="waiting", key_columns=["id"])
            result = {"row_number": 1, "tracking_number": "1Z1", "shipped_at": "2026-11-21T10:00:00Z"}
            if engine.name == "sqlite":
                with pytest.raises(refused, match=r"E-40\d\d.*view"):
                    await call("write_back_many", rows=[result], final=True)
            else:
                await call("write_back_many", rows=[result], final=True)
        expected = None if engine.name == "sqlite" else "1Z1"
        assert all_of(engine, "SELECT tracking_number FROM orders WHERE id = 10") == [(expected,)]
    finally:
        run(engine, "DROP VIEW waiting")


async def test_columns_that_went_away_meanwhile(server_here, refused, database, engine):
    run(
        engine,
        "DROP TABLE IF EXISTS plain",
        "CREATE TABLE plain (id INTEGER PRIMARY KEY, name VARCHAR(9), note VARCHAR(9), tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
        "INSERT INTO plain (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
    )
    async with server_here() as call:
        await call("import_database", url=database, table="plain")
        run(engine, "ALTER TABLE plain DROP COLUMN tracking_number")
        with pytest.raises(refused, match="E-1309") as refusal:
            await call("write_back", row_number=1, tracking_number="1Z1")
        assert "tracking_number" in refusal.value.answer["message"]
        run(engine, "ALTER TABLE plain ADD COLUMN tracking_number VARCHAR(40)", "ALTER TABLE plain DROP COLUMN name")
        answer = await call("write_back", row_number=1, tracking_number="1Z1")
        assert (answer["success"], answer["outcome"]) == (False, "lost")
        assert (await call("verify_source"))["changed"] is True
        run(engine, "ALTER TABLE plain ADD COLUMN name VARCHAR(9)")
        run(
            engine,
            "DROP TABLE plain",
            "CREATE TABLE plain (number INTEGER PRIMARY KEY, name VARCHAR(9), note VARCHAR(9), "
            "tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
            "INSERT INTO plain (number, name) VALUES (1, 'Ann')",
        )
        with pytest.raises(refused, match="E-1306"):
            await call("write_back", row_number=1, tracking_number="1Z1")
        with pytest.raises(refused, match="E-1306"):
            await call("verify_source")
        run(engine, "DROP TABLE plain")
        with pytest.raises(refused, match="E-1303"):
            await call("write_back", row_number=1, tracking_number="1Z1")


async def test_a_column_of_days_takes_the_day(server_here, database, engine):
    run(
        engine,
        "DROP TABLE IF EXISTS plain",
        "CREATE TABLE plain (id INTEGER PRIMARY KEY, name VARCHAR(9), tracking_number VARCHAR(40), sent DATE)",
        "INSERT INTO plain (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
    )
    result = {"row_number": 2, "tracking_number": "1Z2", "shipped_at": "2026-11-21T10:00:00Z"}
    async with server_here() as call:
        await call("import_database", url=database, table="plain", columns={"shipped_at": "sent"})
        outcomes = [(await call("write_back", **result))["outcome"] for _ in range(2)]
        cleared = await call("write_back", row_number=2, tracking_number="", expected="1Z2")
    assert (*outcomes, cleared["outcome"]) == ("written", "unchanged", "written")
    assert all_of(engine, "SELECT tracking_number, sent FROM plain") == [(None, None), (None, None)]


async def test_a_column_that_cannot_take_the_number(server_here, refused, database, engine, at_once):
    run(
        engine,
        "DROP TABLE IF EXISTS plain",
        "CREATE TABLE plain (id INTEGER PRIMARY KEY, name VARCHAR(9), tracking_number VARCHAR(40), "
        "shipped_at VARCHAR(40), CONSTRAINT short CHECK (LENGTH(tracking_number) < 9))",
        "INSERT INTO plain (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
    )
    async with server_here() as call:
        await call("import_database", url=database, table="plain")
        rows = [{"row_number": 1, "tracking_number": "1Z999AA10123456784"}, {"row_number": 2, "tracking_number": "1Z2"}]
        answer = await call("write_back_many", rows=rows, final=True)
        assert [(one["success"], one["outcome"]) for one in answer["results"]] == [
            (False, "refused"),
            (True, "written"),
        ]
        refusal = answer["results"][0]["refusal"]
        assert (refusal["code"], refusal["retryable"]) == ("E-4012", False)
        assert "short" in refusal["message"].lower()
        assert "row 1" in refusal["where"]
        assert "pa55word" not in str(answer)
        assert all_of(engine, "SELECT tracking_number FROM plain ORDER BY id") == [(None,), ("1Z2",)]
        # Where no row at all is taken, the whole call is refused.
        for tool, arguments in (("write_back_many", {"rows": rows[:1], "final": True}), ("write_back", rows[0])):
            with pytest.raises(refused, match=r"E-4012") as whole:
                await call(tool, **arguments)
            assert whole.value.answer["retryable"] is False


CONDITIONS = (
    "id > 0); COMMIT; DELETE FROM orders; SELECT (1",
    "1 = 1; DROP TABLE orders",
    "id > 0) OR (SELECT 1 FROM nowhere",
    "$$'$$ <> ''; COMMIT; DELETE FROM orders; --'",
    "nonsense here",
    "id > ",
)


async def test_a_condition_only_reads(server_here, refused, database, engine, at_once):
    async with server_here() as call:
        for where in CONDITIONS:
            with pytest.raises(refused, match=r"E-1305|E-4012"):
                await call("import_database", url=database, table="orders", where=where)
            assert all_of(engine, "SELECT count(*) FROM orders") == [(3,)]
        imported = await call("import_database", url=database, table="orders", where="")
        assert imported["row_count"] == 3
        # Nor does one that a client makes up when it writes; where there is a password it does not even get in.
        forged = imported["descriptor"] | {"where": "1 = 1); DELETE FROM orders; SELECT (1"}
        with pytest.raises(refused, match=r"E-1305|E-4012.*Access denied"):
            await call("write_back", row_number=1, tracking_number="1Z1", row_checksum="0" * 64, descriptor=forged)
        assert all_of(engine, "SELECT count(*) FROM orders") == [(3,)]


async def test_a_large_table_takes_results_of_a_condition(server_here, refused, database, engine):
    """More than 10,000 rows need a condition or a yes; the rows of the condition get their results, no other does."""
    run(
        engine,
        "DROP TABLE IF EXISTS plain",
        "CREATE TABLE plain (id INTEGER PRIMARY KEY, name VARCHAR(20), state VARCHAR(2), tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
    )
    with engine.begin() as connection:
        insert = sa.text("INSERT INTO plain (id, name, state) VALUES (:id, :name, :state)")
        states = ("CA", "NY", "TX", "MA", "WA", None)
        connection.execute(
            insert, [{"id": 7 * n, "name": f"Name {n}", "state": states[n % 6]} for n in range(1, 12_001)]
        )
    async with server_here() as call:
        with pytest.raises(refused, match="E-1304") as refusal:
            await call("import_database", url=database, table="plain")
        assert "12000" in refusal.value.answer["message"]
        imported = await call("import_database", url=database, table="plain", where="state = 'NY' AND id % 5 = 0")
        page = await call("get_rows_by_filter", where_clause="name <> 'Name 25'", limit=1000)
        rows = [
            {
                "row_number": row["row_number"],
                "tracking_number": f"1Z{row['data']['id']}",
                "row_checksum": row["checksum"],
            }
            for row in page["rows"]
        ]
        answer = await call("write_back_many", rows=rows, source_id=imported["source_id"], final=True)
        assert (imported["row_count"], len(rows), answer["written"]) == (400, 399, 399)
        # The same again, as after a crash.
        again = await call("write_back_many", rows=rows, source_id=imported["source_id"], final=True)
        assert {one["outcome"] for one in again["results"]} == {"unchanged"}
        whole = await call("import_database", url=database, table="plain", all_rows=True)
        assert (whole["row_count"], whole["results"]["done"], whole["results"]["left"]) == (12_000, 399, 11_601)
        await call("write_back", row_number=12_000, tracking_number="1Zlast")
    written = all_of(engine, "SELECT id, tracking_number FROM plain WHERE tracking_number IS NOT NULL ORDER BY id")
    expected = [7 * n for n in range(1, 12_001) if n % 6 == 1 and 7 * n % 5 == 0 and n != 25]
    assert written == [*((number, f"1Z{number}") for number in expected), (84_000, "1Zlast")]


POSTGRES_TYPES = """
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE SCHEMA IF NOT EXISTS shop;
DROP TABLE IF EXISTS shop.typed;
CREATE TABLE shop.typed (
  id uuid PRIMARY KEY, amount numeric(12,3), big numeric, small smallint, ratio double precision, paid boolean,
  placed timestamptz, local timestamp, day date, hour time, picture bytea, extra json, more jsonb, tags text[],
  grid integer[][], feeling mood, doubled numeric GENERATED ALWAYS AS (amount * 2) STORED, wait interval, price money,
  address inet, span int4range, words tsvector, flags bit(3), tracking_number text, shipped_at timestamptz);
INSERT INTO shop.typed (id, amount, big, small, ratio, paid, placed, local, day, hour, picture, extra, more, tags, grid,
  feeling, wait, price, address, span, words, flags) VALUES
 ('11111111-2222-3333-4444-555555555555', 12.500, 123456789012345678901234567890, 7, 0.1, true,
  '2026-11-01 10:00+00', '2026-11-01 10:00', '2026-11-01', '10:30', '\\x00ff', '{"a": [1, "ü"]}', '{"b": null}',
  '{a,"b c"}', '{{1,2},{3,4}}', 'calm', '2 days 3 hours', 12.34, '10.0.0.1/24', '[1,5)', 'a fat cat', B'101'),
 ('00000000-0000-0000-0000-000000000000', NULL, NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"""


async def test_every_type_of_postgres_in_a_schema_of_its_own(server_here, refused, postgres_server):
    engine = sa.create_engine(postgres_server, poolclass=sa.NullPool)
    run(engine, "DROP TABLE IF EXISTS shop.typed", "DROP TYPE IF EXISTS mood", *POSTGRES_TYPES.strip().split(";\n")[0:])
    async with server_here() as call:
        imported = await call("import_database", url=postgres_server, table="shop.typed")
        rows = (await call("get_rows_by_filter"))["rows"]
        data = rows[1]["data"]
        await call("write_back", row_number=2, tracking_number="1Z2", shipped_at="2026-11-21T10:00:00Z")
        again = await call("write_back", row_number=2, tracking_number="1Z2", shipped_at="2026-11-21T10:00:00Z")
        assert (await call("verify_source"))["changed"] is False
        with pytest.raises(refused, match="E-1303"):
            await call("import_database", url=postgres_server, table="shop.nothing")
        with pytest.raises(refused, match="E-1303"):
            await call("import_database", url=postgres_server, table="nowhere.typed")
    assert again["outcome"] == "unchanged"
    assert imported["descriptor"]["key_columns"] == ["id"]
    assert {name: data[name] for name in ("id", "amount", "big", "small", "ratio", "paid", "local", "day", "hour")} == {
        "id": "11111111-2222-3333-4444-555555555555",
        "amount": "12.500",
        "big": "123456789012345678901234567890",
        "small": "7",
        "ratio": "0.1",
        "paid": "true",
        "local": "2026-11-01 10:00:00",
        "day": "2026-11-01",
        "hour": "10:30:00",
    }
    assert data["placed"].startswith("2026-11-01")
    assert (data["picture"], data["feeling"], data["doubled"]) == ("00ff", "calm", "25.000")
    assert json.loads(data["extra"]) == {"a": [1, "ü"]}
    assert json.loads(data["more"]) == {"b": None}
    assert json.loads(data["tags"]) == ["a", "b c"]
    assert json.loads(data["grid"]) == [[1, 2], [3, 4]]
    assert {name for name, text in rows[0]["data"].items() if text} == {"id", "ratio"}
    assert (
        all_of(
            engine,
            "SELECT tracking_number, shipped_at AT TIME ZONE 'UTC' FROM shop.typed WHERE tracking_number IS NOT NULL",
        )[0][0]
        == "1Z2"
    )


async def test_sqlite_keeps_anything_in_any_column(server_here, tmp_path):
    """A column's type is a wish there: what does not fit it is read as it stands."""
    url = f"sqlite:///{tmp_path}/shop.db"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    run(
        engine,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, day DATE, moment DATETIME, amount DECIMAL(10,2), paid BOOLEAN, "
        "extra JSON, hour TIME, strange GEOMETRY, tracking_number TEXT, shipped_at DATETIME)",
        "INSERT INTO orders (id, day, moment, amount, paid, extra, hour, strange) VALUES "
        "(1, '11/01/2026', '2026-11-01T10:00:00Z', 'N/A', 'maybe', '{bad', 'noon', 'POINT(1 2)'), "
        "(2, '2026-11-01', '2026-11-01 10:00:00', 12.5, 1, '{\"a\": 1}', '10:00:00', x'00ff'), "
        "(3, 45000, 1730000000, '', 2, 7, 5, 1.5), (4, NULL, NULL, 12.345, 'no', NULL, NULL, NULL)",
    )
    async with server_here() as call:
        await call("import_database", url=url, table="orders")
        rows = (await call("get_rows_by_filter"))["rows"]
        for row in rows:
            await call(
                "write_back",
                row_number=row["row_number"],
                tracking_number=f"1Z{row['row_number']}",
                row_checksum=row["checksum"],
                shipped_at="2026-11-21T10:00:00Z",
            )
            await call(
                "write_back",
                row_number=row["row_number"],
                tracking_number=f"1Z{row['row_number']}",
                row_checksum=row["checksum"],
                shipped_at="2026-11-21T10:00:00Z",
            )
        assert (await call("verify_source"))["changed"] is False
    names = ("day", "moment", "amount", "paid", "hour", "strange")
    assert [[row["data"][name] for name in names] for row in rows] == [
        ["11/01/2026", "2026-11-01T10:00:00Z", "N/A", "maybe", "noon", "POINT(1 2)"],
        ["2026-11-01", "2026-11-01 10:00:00", "12.50", "true", "10:00:00", "00ff"],
        ["45000", "1730000000", "", "2", "5", "1.5"],
        ["", "", "12.345", "no", "", ""],
    ]
    assert [row["data"]["extra"] for row in rows] == ["{bad", '{"a": 1}', "7", ""]
    assert all_of(engine, "SELECT tracking_number FROM orders ORDER BY id") == [("1Z1",), ("1Z2",), ("1Z3",), ("1Z4",)]


async def test_what_is_no_database_is_refused(server_here, refused, tmp_path):
    (tmp_path / "text.db").write_text("not a database at all, " * 100)
    async with server_here() as call:
        for url, code in (
            (f"sqlite:///{tmp_path}/text.db", "E-4012"),
            (f"sqlite:///{tmp_path}", "E-4012"),
            (f"sqlite:///{tmp_path}/none.db", "E-1301"),
            ("sqlite://", "E-1303"),
        ):
            with pytest.raises(refused, match=code):
                await call("import_database", url=url, table="orders")
        # Without a table its tables are looked for, so that they can be named.
        for arguments, code in (({}, "E-4012"), ({"table": "a", "query": "SELECT 1"}, "E-1302")):
            with pytest.raises(refused, match=code):
                await call("import_database", url=f"sqlite:///{tmp_path}/text.db", **arguments)
