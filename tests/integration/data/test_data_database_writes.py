"""Writing into tables that have a will of their own: triggers, generated columns, rules, locks, keys of every type."""

import uuid

import pytest
import sqlalchemy as sa

from mcp_servers.data.writing import database_target
from tests.integration.data.shop_tables import all_of, kind, numbers, orders, run, trigger

RESULT = {"shipped_at": "2026-11-21T10:00:00Z"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """No waiting between writes."""
    monkeypatch.setattr("mcp_servers.data.writing.queue.PACE", 0.0)


@pytest.fixture
def no_second_try(monkeypatch):
    """A second try is a mistake."""
    monkeypatch.setattr("mcp_servers.data.writing.queue.RETRY_SECONDS", (3600.0,))


RANDOM = {
    "sqlite": "hex(randomblob(8))",
    "postgresql": "gen_random_uuid()::text",
    "mariadb": "uuid()",
}
TOUCHING = {
    "sqlite": f"UPDATE orders SET updated_at = {RANDOM['sqlite']} WHERE id = NEW.id",
    "postgresql": f"NEW.updated_at := {RANDOM['postgresql']}; RETURN NEW",
    "mariadb": f"SET NEW.updated_at = {RANDOM['mariadb']}",
}
HIDDEN = {
    # What these assign cannot be read from the trigger's text.
    "sqlite": "INSERT INTO log VALUES (NEW.id)",
    "postgresql": f"SELECT {RANDOM['postgresql']} INTO NEW.updated_at; RETURN NEW",
    "mariadb": "CALL stamp(NEW.updated_at)",
}


def touched(engine, how):
    if how == "hidden":
        more = [
            "CREATE TABLE log (id INTEGER)",
            f"CREATE TRIGGER later AFTER INSERT ON log BEGIN {TOUCHING['sqlite']}; END",
        ]
        stamp = ("DROP PROCEDURE IF EXISTS stamp", "CREATE PROCEDURE stamp(OUT now VARCHAR(40)) SET now = uuid()")
        before = {"sqlite": more, "mariadb": stamp}.get(kind(engine), ())
        orders(engine, *before, *trigger(engine, HIDDEN))
    elif how == "trigger":
        orders(engine, *trigger(engine, TOUCHING))
    elif how == "generated":
        stored = {"mariadb": "coalesce(tracking_number, '-')"}.get(kind(engine), "tracking_number || '!'")
        orders(engine, columns=f", mark VARCHAR(99) GENERATED ALWAYS AS ({stored}) STORED")
    else:
        orders(engine, columns=", at TIMESTAMP(6) NULL DEFAULT '2026-01-01' ON UPDATE CURRENT_TIMESTAMP(6)")


@pytest.mark.parametrize("how", ["trigger", "generated", "hidden", "on update"])
async def test_a_row_that_the_database_changes_at_our_write_is_found_again(
    server_here, database, engine, how, monkeypatch
):
    monkeypatch.setenv("SHIPCHAT_DB_SHOP", database)
    if how == "on update" and kind(engine) != "mariadb":
        pytest.skip("MariaDB's own")
    touched(engine, how)
    async with server_here() as call:
        imported = await call("import_database", url="db:SHOP", table="orders")
        rows = (await call("get_rows_by_filter"))["rows"]
        one = {"row_number": 1, "row_checksum": rows[0]["checksum"], **RESULT}
        steps = [
            ({"tracking_number": "1Z1"}, "written"),
            ({"tracking_number": "1Z1"}, "unchanged"),
            ({"tracking_number": "", "expected": "1Z1", "shipped_at": ""}, "written"),
            ({"tracking_number": "1Z9"}, "written"),
        ]
        for step, outcome in steps:
            assert (await call("write_back", **one | step))["outcome"] == outcome
        rest = [
            {"row_number": row["row_number"], "row_checksum": row["checksum"], "tracking_number": "1Z2", **RESULT}
            for row in rows[1:]
        ]
        answer = await call("write_back_many", rows=rest, final=True)
        assert [result["outcome"] for result in answer["results"]] == ["written", "written"]
        # Our own writing changes the fingerprint only where nothing tells beforehand what the database will do.
        assert (await call("verify_source"))["changed"] is (how == "hidden")
    assert numbers(engine) == ["1Z9", "1Z2", "1Z2"]
    async with server_here() as call:
        # Another process knows the plan only: the batch is resumed, then a row is voided.
        known = {"descriptor": imported["descriptor"]}
        again = await call("write_back_many", rows=[one | {"tracking_number": "1Z9"}, *rest], final=True, **known)
        assert [result["outcome"] for result in again["results"]] == ["unchanged"] * 3
        void = {"tracking_number": "", "expected": "1Z2", "shipped_at": ""}
        cleared = await call("write_back", **rest[0] | void, **known)
        assert cleared["outcome"] == "written"
    assert sorted(number or "" for number in numbers(engine)) == ["", "1Z2", "1Z9"]


async def test_somebodys_edit_is_no_change_of_the_database(server_here, database, engine):
    """A trigger that touches each row does not make every row ours."""
    touched(engine, "trigger")
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        run(engine, "UPDATE orders SET name = 'Dora' WHERE id = 10", "UPDATE orders SET shipped_at = 'x' WHERE id = 20")
        rows = [{"row_number": number, "tracking_number": f"1Z{number}"} for number in (1, 2)]
        answer = await call("write_back_many", rows=rows, final=True)
    assert [result["outcome"] for result in answer["results"]] == ["lost", "written"]
    assert numbers(engine) == [None, "1Z2", None]


async def test_rows_that_share_a_number_are_not_taken_for_each_other(server_here, database, engine, monkeypatch):
    """Two rows of one order hold one number; the one that somebody changed before it was written stays lost."""
    monkeypatch.setenv("SHIPCHAT_DB_SHOP", database)
    touched(engine, "hidden")
    async with server_here() as call:
        imported = await call("import_database", url="db:SHOP", table="orders")
        rows = [
            {"row_number": row["row_number"], "row_checksum": row["checksum"], "tracking_number": "1Z1", **RESULT}
            for row in (await call("get_rows_by_filter"))["rows"]
        ]
        await call("write_back", **rows[0])
    run(engine, "UPDATE orders SET name = 'Dora' WHERE id = 20")
    async with server_here() as call:
        answer = await call("write_back_many", rows=rows, final=True, descriptor=imported["descriptor"])
    assert [result["outcome"] for result in answer["results"]] == ["unchanged", "lost", "written"]
    assert numbers(engine) == ["1Z1", None, "1Z1"]


DROPPING = {
    "sqlite": ("SELECT CASE WHEN NEW.id = 20 THEN RAISE(IGNORE) END", "BEFORE"),
    "postgresql": "IF NEW.id = 20 THEN RETURN NULL; END IF; RETURN NEW",
    "mariadb": "IF NEW.id = 20 THEN SET NEW.tracking_number = OLD.tracking_number; END IF",
}
SHORTENING = {
    "sqlite": "UPDATE orders SET tracking_number = substr(NEW.tracking_number, 1, 2) WHERE id = NEW.id AND id = 20",
    "postgresql": "IF NEW.id = 20 THEN NEW.tracking_number := left(NEW.tracking_number, 2); END IF; RETURN NEW",
    "mariadb": "IF NEW.id = 20 THEN SET NEW.tracking_number = left(NEW.tracking_number, 2); END IF",
}
MOVING = {
    "sqlite": "UPDATE orders SET id = 21 WHERE id = 20 AND NEW.id = 20",
    "postgresql": "IF NEW.id = 20 THEN NEW.id := 21; END IF; RETURN NEW",
    "mariadb": "IF NEW.id = 20 THEN SET NEW.id = 21; END IF",
}


@pytest.mark.parametrize(
    ("body", "reason"), [(DROPPING, "dropped"), (SHORTENING, "holds another text"), (MOVING, "its key is another")]
)
async def test_what_a_trigger_does_not_keep_is_an_error_of_its_row(
    server_here, refused, database, engine, no_second_try, body, reason
):
    orders(engine, *trigger(engine, body))
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        rows = [{"row_number": number, "tracking_number": f"1Z{number}", **RESULT} for number in (1, 2, 3)]
        answer = await call("write_back_many", rows=rows, final=True)
        assert [result["outcome"] for result in answer["results"]] == ["written", "refused", "written"]
        assert [result["success"] for result in answer["results"]] == [True, False, True]
        told = answer["results"][1]["refusal"]
        assert (told["code"], told["retryable"], answer["written"]) == ("E-1311", False, 2)
        assert reason in told["message"]
        with pytest.raises(refused, match="E-1311"):
            await call("write_back", **rows[1])
    assert all_of(engine, "SELECT id, tracking_number, shipped_at FROM orders ORDER BY id") == [
        (10, "1Z1", RESULT["shipped_at"]),
        (20, None, None),
        (30, "1Z3", RESULT["shipped_at"]),
    ]


NORMALISING = {
    "sqlite": "UPDATE orders SET tracking_number = lower(substr(NEW.tracking_number, 1, 2) || ' ' || "
    "substr(NEW.tracking_number, 3)) WHERE id = NEW.id AND NEW.tracking_number NOT LIKE '% %'",
    "postgresql": "NEW.tracking_number := lower(regexp_replace(NEW.tracking_number, '^(..)(?! )', '\\1 ')); RETURN NEW",
    "mariadb": "SET NEW.tracking_number = lower(regexp_replace(NEW.tracking_number, '^(..)(?! )', '\\\\1 '))",
}


async def test_a_number_in_another_form_is_the_same_number(server_here, database, engine):
    orders(engine, *trigger(engine, NORMALISING))
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        outcomes = [
            (await call("write_back", row_number=1, tracking_number="1Z999AA10123456784", **RESULT))["outcome"]
            for _ in range(2)
        ]
        assert numbers(engine) == ["1z 999aa10123456784", None, None]
        cleared = await call("write_back", row_number=1, tracking_number="", expected="1Z999AA10123456784")
    assert (*outcomes, cleared["outcome"]) == ("written", "unchanged", "written")
    assert numbers(engine) == [None, None, None]


async def test_a_refused_row_is_not_tried_again_and_the_others_stand(server_here, database, engine, no_second_try):
    long = "1Z" + "9" * 60
    if engine.name == "sqlite":
        orders(engine, columns=", CHECK (length(tracking_number) < 41)")
    else:
        orders(engine)
    async with server_here() as call:
        await call("import_database", url=database, table="orders")
        rows = [{"row_number": n, "tracking_number": long if n == 2 else f"1Z{n}", **RESULT} for n in (1, 2, 3)]
        answer = await call("write_back_many", rows=rows, final=True)
    assert [result["outcome"] for result in answer["results"]] == ["written", "refused", "written"]
    assert answer["results"][1]["refusal"]["retryable"] is False
    assert "9999" not in answer["results"][1]["refusal"]["message"]
    assert numbers(engine) == ["1Z1", None, "1Z3"]


async def test_an_empty_cell_that_is_forbidden_and_a_time_that_is_none(server_here, refused, database, engine):
    run(
        engine,
        "DROP TABLE IF EXISTS orders",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, tracking_number VARCHAR(40) NOT NULL, sent DATE NOT NULL)",
        "INSERT INTO orders VALUES (1, '', '2026-01-01'), (2, '', '2026-01-01')",
    )
    async with server_here() as call:
        await call("import_database", url=database, table="orders", columns={"shipped_at": "sent"})
        seen = {"expected_shipped_at": "2026-01-01"}
        rows = [
            {"row_number": 1, "tracking_number": "1Z1", "shipped_at": "soon", **seen},
            {"row_number": 2, "tracking_number": "1Z2", **RESULT, **seen},
        ]
        answer = await call("write_back_many", rows=rows)
        assert [result["outcome"] for result in answer["results"]] == ["refused", "written"]
        assert "'soon' is not one" in answer["results"][0]["refusal"]["message"]
        with pytest.raises(refused, match=r"E-4012|E-1311"):
            await call("write_back", row_number=2, tracking_number="", expected="1Z2")
    assert numbers(engine) == ["", "1Z2"]


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
async def test_a_row_that_another_program_holds_may_be_tried_again(request, server_here, monkeypatch, server):
    url = request.getfixturevalue(f"{server}_server")
    engine = sa.create_engine(url.replace("mysql://", "mysql+pymysql://"), poolclass=sa.NullPool)
    orders(engine)
    settings = {"postgresql": ("SET LOCAL lock_timeout = '1ms'",), "mysql": ("SET innodb_lock_wait_timeout = 0",)}
    monkeypatch.setattr(database_target, "_SETTINGS", settings)
    async with server_here() as call:
        await call("import_database", url=url, table="orders")
        with engine.begin() as other:
            other.exec_driver_sql("SELECT * FROM orders WHERE id = 20 FOR UPDATE").all()
            rows = [{"row_number": number, "tracking_number": f"1Z{number}"} for number in (1, 2, 3)]
            answer = await call("write_back_many", rows=rows, final=True)
        assert [result["outcome"] for result in answer["results"]] == ["written", "refused", "written"]
        assert answer["results"][1]["refusal"]["retryable"] is True, answer["results"][1]["refusal"]
        await call("write_back", **rows[1])
    assert numbers(engine) == ["1Z1", "1Z2", "1Z3"]


async def test_rules_that_wait_for_the_end_are_asked_at_each_row(server_here, postgres_server):
    engine = sa.create_engine(postgres_server, poolclass=sa.NullPool)
    orders(
        engine,
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.id = 20 THEN RAISE EXCEPTION 'closed order'; END IF; RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON orders DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    async with server_here() as call:
        await call("import_database", url=postgres_server, table="orders")
        rows = [{"row_number": number, "tracking_number": f"1Z{number}"} for number in (1, 2, 3)]
        answer = await call("write_back_many", rows=rows, final=True)
    assert [result["outcome"] for result in answer["results"]] == ["written", "refused", "written"]
    assert "closed order" in answer["results"][1]["refusal"]["message"]
    assert numbers(engine) == ["1Z1", None, "1Z3"]


async def test_rows_and_tables_that_a_user_may_not_change(server_here, refused, postgres_server, no_second_try):
    engine = sa.create_engine(postgres_server, poolclass=sa.NullPool)
    orders(
        engine,
        "DROP ROLE IF EXISTS reader",
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE reader LOGIN",
        "CREATE ROLE clerk LOGIN",
        "GRANT SELECT ON orders TO reader, clerk",
        "GRANT UPDATE (tracking_number, shipped_at) ON orders TO clerk",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY reading ON orders FOR SELECT USING (true)",
        "CREATE POLICY writing ON orders FOR UPDATE USING (id <> 20) WITH CHECK (tracking_number <> '1Z3')",
    )
    rows = [{"row_number": number, "tracking_number": f"1Z{number}", **RESULT} for number in (1, 2, 3)]
    as_user = sa.make_url(postgres_server)
    try:
        async with server_here() as call:
            url = as_user.set(username="reader").render_as_string(hide_password=False)
            await call("import_database", url=url, table="orders")
            with pytest.raises(refused, match=r"E-4012.*permission denied") as denied:
                await call("write_back_many", rows=rows, final=True)
            assert denied.value.answer["retryable"] is False
            url = as_user.set(username="clerk").render_as_string(hide_password=False)
            imported = await call("import_database", url=url, table="orders")
            answer = await call("write_back_many", rows=rows, final=True, source_id=imported["source_id"])
        assert [result["outcome"] for result in answer["results"]] == ["written", "refused", "refused"]
        assert [result.get("refusal", {}).get("code") for result in answer["results"]] == [
            None,
            "E-1311",
            "E-4012",
        ]
        assert "not change it" in answer["results"][1]["refusal"]["message"]
        assert numbers(engine) == ["1Z1", None, None]
    finally:
        run(engine, "DROP TABLE orders", "DROP ROLE reader", "DROP ROLE clerk")


async def test_a_replica_that_only_reads_refuses_for_good(server_here, refused, postgres_server, no_second_try):
    engine = sa.create_engine(postgres_server, poolclass=sa.NullPool)
    orders(engine)
    url = postgres_server + "?options=-c%20default_transaction_read_only%3Don"
    async with server_here() as call:
        await call("import_database", url=url, table="orders")
        with pytest.raises(refused, match=r"E-4012.*read-only") as replica:
            await call("write_back", row_number=1, tracking_number="1Z1")
        assert replica.value.answer["retryable"] is False


async def test_a_partitioned_table_and_a_view_with_triggers(server_here, database, engine):
    table = f"orders_{uuid.uuid4().hex[:6]}"
    if kind(engine) == "sqlite":
        run(
            engine,
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT, tracking_number TEXT, shipped_at TEXT)",
            f"INSERT INTO {table} (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
            f"CREATE VIEW {table}_open AS SELECT * FROM {table}",
            f"CREATE TRIGGER {table}_set INSTEAD OF UPDATE ON {table}_open BEGIN UPDATE {table} SET "
            "tracking_number = NEW.tracking_number, shipped_at = NEW.shipped_at WHERE id = NEW.id; END",
        )
        opened = {"table": f"{table}_open", "key_columns": ["id"]}
    else:
        values = "VALUES FROM (0) TO (2)" if kind(engine) == "postgresql" else ""
        parts = (
            ("PARTITION BY RANGE (id)", f"CREATE TABLE {table}_1 PARTITION OF {table} FOR {values}")
            if values
            else ("PARTITION BY HASH (id) PARTITIONS 3", "SELECT 1")
        )
        more = f"CREATE TABLE {table}_2 PARTITION OF {table} FOR VALUES FROM (2) TO (9)" if values else "SELECT 1"
        run(
            engine,
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name VARCHAR(9), tracking_number VARCHAR(40), "
            f"shipped_at VARCHAR(40)) {parts[0]}",
            parts[1],
            more,
            f"INSERT INTO {table} (id, name) VALUES (1, 'Ann'), (2, 'Bob')",
        )
        opened = {"table": table}
    async with server_here() as call:
        await call("import_database", url=database, **opened)
        outcomes = [
            (await call("write_back", row_number=2, tracking_number="1Z2", **RESULT))["outcome"] for _ in range(2)
        ]
    assert outcomes == ["written", "unchanged"]
    assert all_of(engine, f"SELECT tracking_number FROM {table} ORDER BY id") == [(None,), ("1Z2",)]
