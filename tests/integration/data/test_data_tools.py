"""The remaining tools, through the server's own table of tools."""

import pytest
import xlsxwriter

from tests.unit.data.old_workbooks import Sheet, make

SHEET = "Order,Name,Date,Total\n1,Ann,03/04/2026,5\n2,Bob,05/04/2026,7\n"


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(SHEET)
    return path


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "orders.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Notes").write_row(0, 0, ["Read me"])
    orders = book.add_worksheet("Orders")
    orders.write_row(1, 0, ["Order", "Name", "ZIP"])
    orders.write_row(2, 0, ["1", "Ann", "02116"])
    orders.write_row(3, 0, ["2", "Bob", "90210"])
    orders.set_row(3, None, None, {"hidden": True})
    book.close()
    return path


async def test_a_file_is_inspected_before_anything_is_imported(server_here, refused, sheet, workbook):
    async with server_here() as call:
        text = await call("inspect_file", path=str(sheet))
        assert (text["source_type"], text["delimiter"], text["encoding"]) == ("csv", ",", "utf-8")
        assert text["parts"] == [
            {
                "row_count": 2,
                "header_row": 1,
                "header": ["Order", "Name", "Date", "Total"],
                "header_candidates": [],
                "hidden_rows": 0,
                "visible": True,
                "chosen": True,
                "likely": True,
            }
        ]
        book = await call("inspect_file", path=str(workbook))
        assert [(part["sheet"], part["row_count"], part["chosen"]) for part in book["parts"]] == [
            ("Notes", 0, False),
            ("Orders", 2, True),
        ]
        with pytest.raises(refused, match="E-1001"):
            await call("get_schema")
        with pytest.raises(refused, match="E-1002"):
            await call("inspect_file", path=str(sheet) + "x")


async def test_a_workbook_over_the_tools(server_here, workbook):
    async with server_here() as call:
        imported = await call("import_excel", path=str(workbook))
        assert (imported["sheet"], imported["header_row"], imported["row_count"]) == ("Orders", 2, 1)
        assert imported["excluded_rows"] == [{"sheet_row": 4, "reason": "hidden row"}]
        await call("write_back", row_number=1, tracking_number="1Z1", extra={"STATUS": "COMPLETED"})
        assert (await call("verify_source"))["changed"] is False
        again = await call("import_excel", path=str(workbook), sheet="Orders")
        assert again["source_id"] == imported["source_id"]
        row = (await call("get_row", row_number=1))["row"]
        assert (row["data"]["tracking_number"], row["data"]["STATUS"]) == ("1Z1", "COMPLETED")
        everything = await call("import_excel", path=str(workbook), include_hidden=True)
        assert everything["row_count"] == 2


async def test_dates_are_settled_once_and_the_answer_is_kept(server_here, refused, sheet):
    async with server_here() as call:
        imported = await call("import_csv", path=str(sheet))
        assert imported["columns"][2]["date_order"] == "ambiguous"
        with pytest.raises(refused, match="E-1108"):
            await call("check_filter", where_clause="\"Date\" = '2026-04-03'")
        settled = await call("override_column_type", column="date", type="date", date_order="dmy")
        assert settled["descriptor"]["types"]["Date"] == {"type": "date", "date_order": "dmy"}
        assert (await call("check_filter", where_clause="\"Date\" = '2026-04-03'"))["count"] == 1
        await call("import_csv", path=str(sheet))
        assert (await call("check_filter", where_clause="\"Date\" = '2026-04-03'"))["count"] == 1


async def test_backups_are_listed_and_restored(server_here, refused, sheet):
    async with server_here() as call:
        await call("import_csv", path=str(sheet))
        await call("write_back_many", rows=[{"row_number": 1, "tracking_number": "1Z1"}], final=True)
        (backup,) = (await call("list_backups"))["backups"]
        assert (backup["row_count"], backup["size"]) == (2, len(SHEET))
        restored = await call("restore_backup", backup_id=backup["id"])
        assert sheet.read_text() == SHEET
        assert restored["replaced"]["row_count"] == 2
        assert len((await call("list_backups"))["backups"]) == 2


async def test_columns_are_mapped_at_import_and_nothing_else_is_written(server_here, refused, sheet):
    async with server_here() as call:
        imported = await call("import_csv", path=str(sheet), columns={"tracking_number": "Parcel", "STATUS": "State"})
        assert imported["managed_columns"]["tracking_number"] == "Parcel"
        await call("write_back", row_number=1, tracking_number="1Z1", extra={"State": "=COMPLETED"})
        assert sheet.read_text().splitlines()[0] == "Order,Name,Date,Total,Parcel,shipped_at,State"
        assert sheet.read_text().splitlines()[1].endswith(",'=COMPLETED")
        with pytest.raises(refused, match="E-1013"):
            await call("write_back", row_number=1, tracking_number="1Z1", extra={"Total": "0"})
        for columns in ({"weight": "Total"}, {"tracking_number": "Name", "STATUS": "name "}, {"STATUS": " "}):
            with pytest.raises(refused, match="E-1014"):
                await call("import_csv", path=str(sheet), columns=columns)


async def test_a_result_never_goes_to_the_file_that_happens_to_be_open(server_here, refused, sheet, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text(SHEET)
    async with server_here() as call:
        first = await call("import_csv", path=str(sheet))
        row = (await call("get_row", row_number=1))["row"]
        second = await call("import_csv", path=str(other))
        result = {"row_number": 1, "tracking_number": "1Z1", "row_checksum": row["checksum"]}
        await call("write_back_many", rows=[result], source_id=first["source_id"])
        assert "1Z1" in sheet.read_text()
        assert other.read_text() == SHEET
        with pytest.raises(refused, match="E-1015"):
            await call("write_back", **result, source_id=second["source_id"], descriptor=first["descriptor"])
        with pytest.raises(refused, match="E-1010"):
            await call("write_back", **result, source_id="src_0000000000000000")


async def test_a_read_only_sheet_ends_beside_itself(server_here, sheet, monkeypatch):
    monkeypatch.setattr("mcp_servers.data.writing.queue.RETRY_SECONDS", ())
    sheet.chmod(0o444)
    async with server_here() as call:
        await call("import_csv", path=str(sheet))
        answer = await call("write_back_many", rows=[{"row_number": 2, "tracking_number": "1Z2"}], final=True)
    assert answer["results"][0]["where"] == "sidecar"
    assert answer["written"] == 0
    assert "1Z2" in (sheet.parent / "orders.tracking.csv").read_text()
    assert sheet.read_text() == SHEET


async def test_values_and_rows_that_are_refused(server_here, refused, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("Order,Email\n" + "".join(f"{number},a{number}@example.com\n" for number in range(1100)))
    async with server_here() as call:
        await call("import_csv", path=str(path))
        for tool, arguments, code in (
            ("get_column_values", {"column": "Order"}, "E-1012"),
            ("get_column_values", {"column": "Email"}, "E-1011"),
            ("get_column_values", {"column": "Ordr"}, "E-1008"),
            ("get_row", {"row_number": 2000}, "E-1009"),
            ("get_rows_by_filter", {"limit": 5000}, "E-2001"),
            ("query_data", {"sql": "DROP TABLE source"}, "E-1111"),
        ):
            with pytest.raises(refused, match=code):
                await call(tool, **arguments)
        schema = await call("get_schema")
        assert [column["distinct_count"] for column in schema["columns"]] == [1100, 1100]


async def test_a_wrong_setting_is_told_at_the_import(start_server, refused, tmp_path):
    (tmp_path / "orders.csv").write_text("Order,Name\n1,Ann\n")
    async with start_server(SHIPCHAT_BACKUPS_KEPT="ten") as call:
        with pytest.raises(refused, match="E-1205"):
            await call("import_csv", path=str(tmp_path / "orders.csv"))


async def test_a_workbook_that_is_only_read_over_the_tools(server_here, tmp_path):
    path = make(
        tmp_path / "orders.xls",
        Sheet([["Order", "Name", "Weight"], [123456789012345678, "Ann", (2, '0" kg"', "2 kg")], [7, "Bob", (10, '0" kg"', "10 kg")]]),
    )  # fmt: skip
    before = path.read_bytes()
    async with server_here() as call:
        imported = await call("import_excel", path=str(path))
        assert imported["read_only"]
        assert (
            imported["warnings"][0] == "orders.xls is read only: tracking numbers go to orders.tracking.csv beside it."
        )
        columns = {column["name"]: column for column in imported["columns"]}
        assert (columns["Weight"]["unit"], columns["Order"]["lost_digits"], columns["Name"]["lost_digits"]) == (
            "kg",
            [2],
            [],
        )
        assert (await call("check_filter", where_clause='"Weight" > 5'))["count"] == 1
        await call("lock_source")
        answer = await call("write_back_many", rows=[{"row_number": 2, "tracking_number": "1Z7"}], final=True)
        assert answer["sidecar_path"] == str(tmp_path / "orders.tracking.csv")
        assert [(one["where"], one["outcome"]) for one in answer["results"]] == [("sidecar", "sidecar")]
        assert not (await call("verify_source"))["changed"]
        again = await call("import_excel", path=str(path))
        assert (again["results"]["done"], again["results"]["left"]) == (1, 1)
        assert again["fingerprint"] == imported["fingerprint"]
        assert (await call("get_row", row_number=2))["row"]["data"]["tracking_number"] == "1Z7"
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["orders.tracking.csv", "orders.xls"]
