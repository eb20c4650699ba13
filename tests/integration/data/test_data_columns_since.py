"""Columns that come between a plan and its results: rows that are provably the same take their numbers."""

import pytest
import sqlalchemy as sa

TRIGGERS = {
    "sqlite": ["CREATE TRIGGER t AFTER UPDATE ON orders BEGIN UPDATE orders SET note = 'seen' WHERE id = new.id; END"],
    "mysql": ["CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = 'seen'"],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.note = 'seen'; RETURN NEW; END $$",
        "CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION seen()",
    ],
}
SINCE = {
    "a column": lambda _: ["ALTER TABLE orders ADD COLUMN shelf VARCHAR(9) DEFAULT 'A1'"],
    "a generated column": lambda name: [
        "ALTER TABLE orders ADD COLUMN twice INTEGER GENERATED ALWAYS AS (id * 2)"
        + (" STORED" if name == "postgresql" else " VIRTUAL")
    ],
    "a trigger": lambda name: TRIGGERS[name],
}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("mcp_servers.data.writing.queue.PACE", 0.0)


@pytest.mark.parametrize("since", SINCE)
async def test_a_database_row_that_is_the_same_is_found(server_here, refused, database, since):
    driver = database.replace("postgresql://", "postgresql+psycopg://").replace("mysql://", "mysql+pymysql://")
    engine = sa.create_engine(driver.replace("mariadb://", "mariadb+pymysql://"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in (
            "DROP TABLE IF EXISTS orders",
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, name VARCHAR(40), note VARCHAR(40),"
            " tracking_number VARCHAR(40), shipped_at VARCHAR(40))",
            "INSERT INTO orders (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Eve')",
        ):
            connection.exec_driver_sql(statement)
    async with server_here() as call:
        planned = await call("import_database", url=database, table="orders")
        rows = (await call("get_rows_by_filter"))["rows"]
        with engine.begin() as connection:
            for statement in SINCE[since](engine.name):
                connection.exec_driver_sql(statement)
        await call("import_database", url=database, table="orders")
        target = {"source_id": planned["source_id"], "descriptor": planned["descriptor"]}
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE orders SET tracking_number = '1ZOTHER' WHERE id = 2")
            if since == "a trigger":
                connection.exec_driver_sql("UPDATE orders SET name = 'Eva' WHERE id = 3")
        asked = [{"row_number": row["row_number"], "row_checksum": row["checksum"]} for row in rows]
        results = [
            row | {"tracking_number": f"1Z{row['row_number']}", "shipped_at": "2026-11-21T10:00:00Z"} for row in asked
        ]
        held = (await call("read_results", rows=asked, **target))["results"]
        answer = await call("write_back_many", rows=results, **target)
        outcomes = [(one["outcome"], one.get("refusal", {}).get("code")) for one in answer["results"]]
        if since == "a trigger":
            # The trigger changed what rows 2 and 3 were: nobody can tell that they are the rows of the plan.
            assert [one["found"] for one in held] == [True, False, False]
            assert outcomes == [("written", None), ("lost", None), ("lost", None)]
        else:
            assert [one["tracking_number"] for one in held] == ["", "1ZOTHER", ""]
            assert outcomes == [("written", None), ("refused", "E-1020"), ("written", None)]
            with pytest.raises(refused, match="E-1020"):
                await call("write_back", **results[1], **target)
    with engine.begin() as connection:
        numbers = connection.execute(sa.text("SELECT tracking_number FROM orders ORDER BY id")).scalars().all()
        connection.exec_driver_sql("DROP TABLE orders")
    assert numbers == ["1Z1", "1ZOTHER", None if since == "a trigger" else "1Z3"]


async def test_a_row_of_a_sheet_with_a_column_more_is_found(server_here, tmp_path):
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Order,Name\n1,Ann\n2,Bob\n")
    async with server_here() as call:
        planned = await call("import_csv", path=str(sheet))
        row = (await call("get_row", row_number=1))["row"]
        sheet.write_text("Order,Shelf,Name\n2,A1,Bob\n1,A2,Ann\n")
        await call("import_csv", path=str(sheet))
        target = {"source_id": planned["source_id"], "descriptor": planned["descriptor"]}
        asked = {"row_number": 1, "row_checksum": row["checksum"]}
        (held,) = (await call("read_results", rows=[asked], **target))["results"]
        assert (held["found"], held["tracking_number"]) == (True, "")
        answer = await call("write_back", **asked, tracking_number="1Z1", shipped_at="2026-11-21T10:00:00Z", **target)
        assert answer["where"] == "sheet"
        # Rows of the newer import go by its columns, in the same session.
        newer = (await call("get_row", row_number=1))["row"]
        answer = await call(
            "write_back", row_number=1, row_checksum=newer["checksum"], tracking_number="1Z2", shipped_at="x"
        )
        assert answer["where"] == "sheet"
    assert sheet.read_text().splitlines() == [
        "Order,Shelf,Name,tracking_number,shipped_at",
        "2,A1,Bob,1Z2,x",
        "1,A2,Ann,1Z1,2026-11-21T10:00:00Z",
    ]
