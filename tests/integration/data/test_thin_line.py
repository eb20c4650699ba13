"""From a CSV file to filtered rows and back, over stdio, with the SDK's own client."""

import hashlib
import subprocess
import sys

import pytest

SHEET = (
    "Order #,Name,State,Total,Tracking #\r\n"
    '1001,"Müller, Ann",CA,"1,234.50",\r\n'
    "\r\n"
    "1002,Bob,ca ,12.00,\r\n"
    "1003,Carol,,7,\r\n"
)


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_bytes(SHEET.encode())
    return path


async def test_a_sheet_is_imported_filtered_and_written_back(start_server, refused, sheet):
    async with start_server() as call:
        with pytest.raises(refused, match="E-1001"):
            await call("get_schema")
        imported = await call("import_csv", path=str(sheet))
        assert (imported["row_count"], imported["header_row"], imported["delimiter"]) == (3, 1, ",")
        assert imported["managed_columns"]["tracking_number"] == "Tracking #"
        assert [path.name for path in sheet.parent.iterdir()] == ["orders.csv"]

        checked = await call("check_filter", where_clause="state = 'CA'")
        assert checked == {"ok": True, "sql": "\"State\" = 'CA'", "count": 2, "columns_used": ["State"]}
        page = await call("get_rows_by_filter", where_clause="State <> 'CA'")
        assert [(row["row_number"], row["sheet_row"]) for row in page["rows"]] == [(4, 5)]
        page = await call(
            "get_rows_by_filter", where_clause="TRUE", order_by=[{"column": "Total", "descending": True}], limit=2
        )
        assert [row["data"]["Total"] for row in page["rows"]] == ["1,234.50", "12.00"]
        assert page["total_count"] == 3
        for column in ("sheet_row", "ROW_NUMBER"):
            page = await call("get_rows_by_filter", order_by=[{"column": column, "descending": True}], limit=2)
            assert [row["sheet_row"] for row in page["rows"]] == [5, 4]

        row = (await call("get_row", row_number=3))["row"]
        answer = await call(
            "write_back_many",
            rows=[
                {
                    "row_number": 3,
                    "tracking_number": "1Z999",
                    "shipped_at": "2026-11-21T10:00:00Z",
                    "row_checksum": row["checksum"],
                }
            ],
            source_id=imported["source_id"],
            final=True,
        )
        assert answer["results"] == [{"row_number": 3, "success": True, "where": "sheet", "outcome": "written"}]
        expected = (
            SHEET.replace("Tracking #\r\n", "Tracking #,shipped_at\r\n")
            .replace(",\r\n", ",,\r\n")
            .replace("12.00,,\r\n", "12.00,1Z999,2026-11-21T10:00:00Z\r\n")
        )
        assert sheet.read_bytes() == expected.encode()
        assert (await call("verify_source"))["changed"] is False
        again = await call("import_csv", path=str(sheet))
        assert again["fingerprint"] == imported["fingerprint"]
        assert again["source_id"] == imported["source_id"]
        assert (await call("get_row", row_number=3))["row"]["checksum"] == row["checksum"]
        (backup,) = (sheet.parent / "shipchat-backups").glob("orders.*.csv")
        assert hashlib.sha256(backup.read_bytes()).digest() == hashlib.sha256(SHEET.encode()).digest()


async def test_a_new_process_writes_from_the_descriptor_alone(start_server, sheet):
    async with start_server() as call:
        imported = await call("import_csv", path=str(sheet))
        row = (await call("get_row", row_number=1))["row"]
    async with start_server() as call:
        answer = await call(
            "write_back",
            row_number=1,
            tracking_number="1Z1",
            row_checksum=row["checksum"],
            source_id=imported["source_id"],
            descriptor=imported["descriptor"],
        )
        assert (answer["success"], answer["where"]) == (True, "sheet")
    assert '"1,234.50",1Z1' in sheet.read_text()


async def test_a_clearing_touches_only_our_own_number(start_server, sheet):
    async with start_server() as call:
        await call("import_csv", path=str(sheet))
        for number in (1, 3):
            await call("write_back", row_number=number, tracking_number=f"1Z{number}")
        cleared = await call("write_back", row_number=1, tracking_number="", expected="1Z1")
        left = await call("write_back", row_number=3, tracking_number="", expected="1ZOTHER")
    assert (cleared["outcome"], left["outcome"]) == ("written", "left")
    assert "1Z1" not in sheet.read_text()
    assert "1Z3" in sheet.read_text()


async def test_the_second_process_is_told_who_holds_the_sheet(start_server, refused, sheet):
    async with start_server() as first, start_server() as second:
        imported = await first("import_csv", path=str(sheet))
        held = await first("lock_source", source_id=imported["source_id"])
        await second("import_csv", path=str(sheet))
        with pytest.raises(refused, match="E-1202") as refusal:
            await second("lock_source", source_id=imported["source_id"])
        assert refusal.value.answer["holder"]["pid"] == held["pid"]
        with pytest.raises(refused, match="E-1202"):
            await second("write_back", row_number=1, tracking_number="1Z")
        await first("write_back_many", rows=[], final=True)
        await second("lock_source", source_id=imported["source_id"])
    assert sorted(path.name for path in sheet.parent.iterdir()) == ["orders.csv"]


async def test_refusals_name_the_part_and_the_nearest(start_server, refused, sheet):
    async with start_server() as call:
        await call("import_csv", path=str(sheet))
        for clause, code, word in (
            ("Stat = 'CA'", "E-1104", '"State"'),
            ("lowr(State) = 'ca'", "E-1103", "lower"),
            ("State IN (SELECT 1)", "E-1102", "IN (SELECT 1)"),
            ("1=1) OR (1=1", "E-1101", "more than one condition"),
        ):
            with pytest.raises(refused, match=code) as refusal:
                await call("check_filter", where_clause=clause)
            assert word in refusal.value.answer["message"] + refusal.value.answer["remedy"]
        with pytest.raises(refused, match="E-1011"):
            await call("get_column_values", column="Name")
        with pytest.raises(refused, match="E-1013"):
            await call("write_back", row_number=1, tracking_number="1Z", extra={"Name": "x"})
        assert (await call("query_data", sql="SELECT sum(Total) AS t FROM source"))["rows"] == [[1253.5]]
        values = await call("get_column_values", column="State", limit=10)
        assert values["values"] == [{"value": "CA", "count": 2}, {"value": "", "count": 1}]


async def test_every_tool_is_annotated_and_publishes_its_answer(start_server):
    async with start_server() as call:
        tools = (await call.client.list_tools()).tools
    for tool in tools:
        hints = tool.annotations.model_dump()
        assert all(hints[name] is not None for name in hints if name.endswith("_hint")), tool.name
        assert tool.output_schema, tool.name
        assert tool.description, tool.name


def test_nothing_is_drawn_on_the_protocols_own_stream():
    """DuckDB shows a progress bar on stdout when it takes its process for an interactive one."""
    code = (
        "from mcp_servers.data.table.source import open_connection as o; "
        "print(o().execute(\"SELECT current_setting('enable_progress_bar')\").fetchall()[0][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
