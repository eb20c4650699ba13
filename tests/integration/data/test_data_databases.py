"""Orders in real databases: SQLite, PostgreSQL and MariaDB."""

import asyncio
import re

import pytest
import sqlalchemy as sa

from mcp_servers.data.databases import database_descriptor, open_database_source
from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import ImportOptions
from mcp_servers.data.writing.database_target import DatabaseTarget
from mcp_servers.data.writing.queue import WriteQueue


def cell(engine, number, column="tracking_number"):
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {column} FROM orders WHERE id = {number}").scalar_one()


async def test_a_snapshot_is_read_in_the_order_of_its_key_and_shows_no_password(server_here, database, engine):
    async with server_here() as call:
        imported = await call("import_database", url=database, table="orders")
        page = await call("get_rows_by_filter", where_clause="note IS NULL AND total > 10")
    assert [(row["row_number"], row["data"]["id"], row["data"]["zip"]) for row in page["rows"]] == [
        (1, "10", "90210"),
        (3, "30", "02116"),
    ]
    assert page["rows"][1]["data"]["total"] == "12.50"
    assert imported["source_type"] == "database"
    assert imported["descriptor"]["key_columns"] == ["id"]
    assert "pa55word" not in str(imported)
    assert [column["type"] for column in imported["columns"]][:5] == ["integer", "text", "text", "decimal", "date"]


async def test_results_go_to_their_rows_by_key_once(server_here, database, engine):
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        row = (await call("get_row", row_number=2))["row"]
        result = {"row_number": 2, "tracking_number": "1Z2", "row_checksum": row["checksum"]}
        first = await call("write_back_many", rows=[result], final=True)
        again = await call("write_back_many", rows=[result], final=True)
        assert (await call("verify_source"))["changed"] is False
        assert [one["results"][0]["outcome"] for one in (first, again)] == ["written", "unchanged"]
        assert (cell(engine, 20), cell(engine, 10)) == ("1Z2", None)
        assert cell(engine, 20, "shipped_at") is not None
        cleared = await call(
            "write_back", row_number=2, tracking_number="", expected="1Z2", row_checksum=row["checksum"]
        )
    assert cleared["outcome"] == "written"
    assert cell(engine, 20) is None


async def test_a_row_that_somebody_changed_is_not_written(server_here, database, engine):
    async with server_here() as call:
        imported = await call("import_database", url=database, table="orders")
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE orders SET zip = '00000' WHERE id = 20")
            connection.exec_driver_sql("DELETE FROM orders WHERE id = 10")
        answer = await call(
            "write_back_many",
            rows=[{"row_number": number, "tracking_number": f"1Z{number}"} for number in (2, 3)],
            source_id=imported["source_id"],
        )
        assert (await call("verify_source"))["changed"] is True
    assert [(one["success"], one["where"], one["outcome"]) for one in answer["results"]] == [
        (False, "nowhere", "lost"),
        (True, "sheet", "written"),
    ]
    assert (cell(engine, 20), cell(engine, 30)) == (None, "1Z3")


async def test_missing_columns_need_a_yes(server_here, refused, database, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orders DROP COLUMN tracking_number")
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        with pytest.raises(refused, match="E-1309"):
            await call("write_back", row_number=1, tracking_number="1Z1")
        await call("write_back", row_number=1, tracking_number="1Z1", confirm=True)
    assert cell(engine, 10) == "1Z1"


async def test_a_yes_to_new_columns_is_kept_for_other_processes(server_here, database, engine):
    """A batch that is resumed writes by its plan's descriptor."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE orders DROP COLUMN tracking_number")
    async with server_here() as call:
        imported = await call("import_database", url=database, table="orders", add_columns=True)
        checksum = (await call("get_rows_by_filter", where_clause="true", limit=1))["rows"][0]["checksum"]
    async with server_here() as call:
        row = {"row_number": 1, "tracking_number": "1Z1", "row_checksum": checksum}
        await call("import_database", url=database, table="orders")
        await call("write_back_many", rows=[row], descriptor=imported["descriptor"], final=True)
    assert cell(engine, 10) == "1Z1"


async def test_the_tables_are_named_where_none_is(server_here, refused, database, engine):
    async with server_here() as call:
        with pytest.raises(refused, match="E-1302") as refusal:
            await call("import_database", url=database)
    assert "orders" in str(refusal.value)


async def test_large_tables_keys_and_queries(server_here, refused, database, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE plain (a INTEGER, b VARCHAR(10))")
        connection.execute(sa.text("INSERT INTO plain VALUES (:a, 'x')"), [{"a": number} for number in range(10_001)])
    async with server_here() as call:
        with pytest.raises(refused, match="E-1304"):
            await call("import_database", url=database, table="plain")
        assert (await call("import_database", url=database, table="plain", where="a < 5"))["row_count"] == 5
        imported = await call("import_database", url=database, table="plain", all_rows=True)
        assert imported["row_count"] == 10_001
        assert any("No key was found" in text for text in imported["warnings"])
        with pytest.raises(refused, match="E-1308"):
            await call("write_back", row_number=1, tracking_number="1Z1")
        query = await call(
            "import_database", url=database, query="SELECT id, name FROM orders WHERE note LIKE '%10:30%'"
        )
        assert query["row_count"] == 1
        for tool in ({"query": "DELETE FROM orders"}, {"query": "SELECT 1; DROP TABLE orders"}):
            with pytest.raises(refused, match="E-1305"):
                await call("import_database", url=database, **tool)
        with pytest.raises(refused, match="E-1303") as refusal:
            await call("import_database", url=database, table="order")
        assert "orders" in refusal.value.answer["remedy"]
    assert cell(engine, 10, "name") == "Bob"


async def test_a_new_process_writes_from_a_named_database(start_server, database, engine):
    async with start_server(SHIPCHAT_DB_SHOP=database) as call:
        imported = await call("import_database", url="db:SHOP", table="orders")
        row = (await call("get_row", row_number=1))["row"]
    assert imported["descriptor"]["url"] == "db:SHOP"
    async with start_server(SHIPCHAT_DB_SHOP=database) as call:
        await call(
            "write_back",
            row_number=1,
            tracking_number="1Z1",
            row_checksum=row["checksum"],
            source_id=imported["source_id"],
            descriptor=imported["descriptor"],
        )
    assert cell(engine, 10) == "1Z1"


async def test_a_database_that_is_away_is_named_without_its_password(server_here, refused, closed_port):
    async with server_here() as call:
        with pytest.raises(refused, match="E-4012") as refusal:
            await call("import_database", url=f"postgresql://a:pa55word@127.0.0.1:{closed_port}/x", table="orders")
        assert "pa55word" not in str(refusal.value.answer)
        for url, code in (("db:NOWHERE", "E-1307"), ("oracle://x/y", "E-1301"), ("nonsense", "E-1301")):
            with pytest.raises(refused, match=code):
                await call("import_database", url=url, table="orders")


def test_a_snapshot_reads_in_a_transaction_that_cannot_write(database, engine):
    descriptor = database_descriptor(
        database, table=None, query="SELECT id, name FROM orders", where=None, key_columns=[]
    )
    source = open_database_source(descriptor, database, ImportOptions(), all_rows=False)
    assert source.table.row_count == 3
    source.table.close()


async def test_a_connection_lost_after_commit_is_met_by_writing_again(tmp_path):
    (tmp_path / "shop.db").touch()
    url = f"sqlite:///{tmp_path}/shop.db"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, tracking_number TEXT, shipped_at TEXT)"
        )
        connection.exec_driver_sql("INSERT INTO orders VALUES (1, 'Ann', NULL, NULL)")
    descriptor = database_descriptor(url, table="orders", query=None, where=None, key_columns=[])
    source = open_database_source(descriptor, url, ImportOptions(), all_rows=False)
    row = source.table.row(1)
    source.table.close()
    target = DatabaseTarget(source.descriptor, url)
    committed, apply = [], target.apply

    def lose_the_answer(changes):
        committed.append(apply(changes))
        if len(committed) == 1:
            raise ConnectionError("server closed the connection unexpectedly")
        return committed[-1]

    target.apply = lose_the_answer
    queue = WriteQueue(target, sleep=lambda seconds: asyncio.sleep(0))
    cells = {"tracking_number": "1Z1", "shipped_at": "2026-11-21T10:00:00Z"}
    (written,) = await queue.write([Change(1, cells, row.checksum)])
    assert [one.outcome for batch in committed for one in batch] == [Outcome.WRITTEN, Outcome.UNCHANGED]
    assert written.outcome is Outcome.UNCHANGED
    assert cell(engine, 1) == "1Z1"


async def test_a_written_row_is_found_although_it_left_the_condition(server_here, database, engine):
    """`WHERE tracking_number IS NULL` is how people choose what is left; a written row is no part of it any more."""
    async with server_here() as call:
        await call("import_database", url=database, table="orders", where="tracking_number IS NULL")
        rows = (await call("get_rows_by_filter"))["rows"]
        for row in rows:
            result = {"row_number": row["row_number"], "row_checksum": row["checksum"]}
            number = f"1Z{row['data']['id']}"
            await call("write_back_many", rows=[result | {"tracking_number": number}], final=True)
        assert [cell(engine, number) for number in (10, 20, 30)] == ["1Z10", "1Z20", "1Z30"]
        cleared = await call(
            "write_back",
            row_number=1,
            tracking_number="",
            expected="1Z10",
            row_checksum=rows[0]["checksum"],
        )
    assert cleared["outcome"] == "written"
    assert cell(engine, 10) is None


async def test_key_columns_must_tell_the_rows_apart(server_here, refused, database, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE plain (a INTEGER, b VARCHAR(10), tracking_number VARCHAR(40), shipped_at VARCHAR(40))"
        )
        connection.exec_driver_sql("INSERT INTO plain (a, b) VALUES (1, 'x'), (1, 'y'), (2, 'y')")
    async with server_here() as call:
        for columns, code in ((["a"], "E-1310"), (["c"], "E-1306")):
            with pytest.raises(refused, match=code):
                await call("import_database", url=database, table="plain", key_columns=columns)
        imported = await call("import_database", url=database, table="plain", key_columns=["a", "b"])
        await call("write_back", row_number=2, tracking_number="1Z2")
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO plain (a, b) VALUES (2, 'y')")
        with pytest.raises(refused, match="E-1308") as refusal:
            await call("write_back", row_number=3, tracking_number="1Z3", source_id=imported["source_id"])
        assert "several rows" in refusal.value.answer["message"]
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT a, b, tracking_number FROM plain ORDER BY a, b").all()
    assert [tuple(row) for row in found] == [(1, "x", None), (1, "y", "1Z2"), (2, "y", None), (2, "y", None)]


class LosingProxy:
    """Stands between us and a database server; cuts the line right after the server has answered the first COMMIT."""

    def __init__(self, port):
        self.port = port
        self.lost = 0

    async def serve(self):
        self.server = await asyncio.start_server(self.meet, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def meet(self, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        committing = asyncio.Event()

        async def towards():
            while data := await reader.read(65536):
                if re.search(rb"(?<!AUTO)COMMIT", data.upper()) and not self.lost:
                    self.lost += 1
                    committing.set()
                back.write(data)
            back.close()

        async def homewards():
            while data := await there.read(65536):
                if committing.is_set():
                    break
                writer.write(data)
            writer.close()
            back.close()

        await asyncio.gather(towards(), homewards(), return_exceptions=True)


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
async def test_a_real_connection_cut_after_commit_costs_nothing(request, server):
    url = request.getfixturevalue(f"{server}_server")
    engine = sa.create_engine(url.replace("mysql://", "mysql+pymysql://"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS lost")
        connection.exec_driver_sql(
            "CREATE TABLE lost (id INTEGER PRIMARY KEY, name VARCHAR(40), tracking_number VARCHAR(40), "
            "shipped_at VARCHAR(40))"
        )
        connection.exec_driver_sql("INSERT INTO lost (id, name) VALUES (1, 'Ann'), (2, 'Bob')")
    proxy = LosingProxy(engine.url.port)
    descriptor = database_descriptor(url, table="lost", query=None, where=None, key_columns=[])
    source = await asyncio.to_thread(open_database_source, descriptor, url, ImportOptions(), all_rows=False)
    checksums = [source.table.row(number).checksum for number in (1, 2)]
    source.table.close()
    through = str(sa.make_url(url).set(port=await proxy.serve()).render_as_string(hide_password=False))
    queue = WriteQueue(DatabaseTarget(source.descriptor, through), sleep=lambda seconds: asyncio.sleep(0))
    cells = {"tracking_number": "1Z1", "shipped_at": "2026-11-21T10:00:00Z"}
    (written,) = await queue.write([Change(1, cells, checksums[0])])
    assert (proxy.lost, queue.rewrites, written.outcome) == (1, 2, Outcome.UNCHANGED)
    (other,) = await queue.write([Change(2, cells | {"tracking_number": "1Z2"}, checksums[1])])
    assert other.outcome is Outcome.WRITTEN
    proxy.server.close()
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, tracking_number FROM lost ORDER BY id").all()
    assert [tuple(row) for row in found] == [(1, "1Z1"), (2, "1Z2")]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:pa55word@db.example.com/shop",
        "postgresql://ann@db.example.com/shop?password=pa55word&sslmode=require",
        "mysql://ann:pa55word%40@db.example.com:3307/shop?ssl_key=pa55word",
        "mariadb://:pa55word@db.example.com/shop",
    ],
)
def test_no_part_of_a_url_shows_its_secret(url):
    shown = database_descriptor(url, table="orders", query=None, where=None, key_columns=[])
    assert "pa55word" not in shown.model_dump_json()
    assert "db.example.com" in (shown.url or "")
