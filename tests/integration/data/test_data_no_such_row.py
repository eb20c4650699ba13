"""A row that the source never had is an error and written nowhere; one that is gone goes beside the sheet and is no
success."""

import pytest
import sqlalchemy as sa
import xlsxwriter

ROWS = [["1", "Ann", "Boston", "2"], [], ["2", "Bob", "Rome", "3"], ["3", "Eve", "Reno", "1"], ["Total", "", "", "6"]]
HEADER = ["Order", "Name", "City", "Weight"]
NO_ROWS = [0, -1, 2, 5, 6, 1_000_012, 10**30]
"""Below 1, blank, left out as a total, behind the end."""
HERE = {"success": True, "where": "sheet", "outcome": "written"}
NOWHERE = {"success": False, "where": "nowhere", "outcome": "not_found"}
BESIDE = {"success": False, "where": "sidecar", "outcome": "sidecar"}


@pytest.fixture(params=["csv", "excel"])
def sheet(request, tmp_path):
    path = tmp_path / f"orders.{ {'csv': 'csv', 'excel': 'xlsx'}[request.param] }"
    fill(path, ROWS)
    return f"import_{request.param}", path


def fill(path, rows):
    if path.suffix == ".csv":
        path.write_text("".join(",".join(row) + "\n" for row in [HEADER, *rows]))
        return
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for number, row in enumerate([HEADER, *rows]):
        page.write_row(number, 0, row)
    book.close()


def names(path):
    return sorted(one.name for one in path.parent.iterdir())


@pytest.mark.parametrize("number", NO_ROWS)
async def test_a_number_that_the_source_never_had_is_refused(server_here, refused, sheet, number):
    tool, path = sheet
    before = path.read_bytes()
    async with server_here() as call:
        imported = await call(tool, path=str(path))
        assert [row["reason"] for row in imported["excluded_rows"]] == ["looks like a total"]
        assert imported["descriptor"]["last_row"] == 4
        with pytest.raises(refused, match="E-1009") as refusal:
            await call("write_back", row_number=number, tracking_number="1Z1")
        assert refusal.value.answer["where"] == f"row {number}"
        assert refusal.value.answer["retryable"] is False
    assert path.read_bytes() == before
    assert names(path) == [path.name]


@pytest.mark.parametrize("number", NO_ROWS)
async def test_the_other_results_of_a_call_are_written(server_here, sheet, number):
    tool, path = sheet
    async with server_here() as call:
        await call(tool, path=str(path))
        rows = [{"row_number": one, "tracking_number": f"1Z{one}"} for one in (1, number, 4)]
        answer = await call("write_back_many", rows=rows, final=True)
    assert answer["results"] == [
        {"row_number": 1, **HERE},
        {"row_number": number, **NOWHERE},
        {"row_number": 4, **HERE},
    ]
    assert (answer["written"], answer.get("sidecar_path")) == (2, None)
    assert names(path) == sorted([path.name, "shipchat-backups"])


@pytest.mark.parametrize("number", NO_ROWS)
async def test_another_process_knows_it_by_the_descriptor(server_here, refused, sheet, number):
    tool, path = sheet
    async with server_here() as call:
        imported = await call(tool, path=str(path))
    async with server_here() as call:
        with pytest.raises(refused, match="E-1009"):
            await call("write_back", row_number=number, tracking_number="1Z1", descriptor=imported["descriptor"])
        # One of an older version does not say how many rows there were: the sheet does, while it is the same.
        old = {**imported["descriptor"], "last_row": None}
        with pytest.raises(refused, match="E-1009"):
            await call("write_back", row_number=number, tracking_number="1Z1", descriptor=old)
    assert not path.with_name("orders.tracking.csv").exists()


async def test_a_row_that_is_gone_goes_beside_the_sheet_and_is_no_success(server_here, sheet):
    tool, path = sheet
    async with server_here() as call:
        imported = await call(tool, path=str(path))
        gone = (await call("get_row", row_number=4))["row"]["checksum"]
        fill(path, ROWS[:3])
        result = {"row_number": 4, "tracking_number": "1Z4"}
        answer = await call("write_back", **result)
        beside = str(path.with_name("orders.tracking.csv"))
        assert {name: answer[name] for name in BESIDE} == BESIDE
        assert answer["sidecar_path"] == beside
        # The sheet is opened again, shorter: row 4 was there all the same.
        await call(tool, path=str(path))
        sent = {"descriptor": imported["descriptor"]}
        for checksum, more in (({}, {}), ({"row_checksum": gone}, {}), ({"row_checksum": gone}, sent), ({}, sent)):
            many = await call("write_back_many", rows=[result | checksum], **more)
            why = f"E-1201: {path.name} changed and data row 4 can no longer be found in it."
            assert many["results"] == [{"row_number": 4, **BESIDE, "reason": why}]
            assert (many["written"], many["sidecar_path"]) == (0, beside)
    assert "1Z4" in path.with_name("orders.tracking.csv").read_text()


async def test_a_checksum_finds_its_row_whatever_its_number_was(server_here, refused, sheet):
    """The copy of a sheet that had more rows."""
    tool, path = sheet
    async with server_here() as call:
        await call(tool, path=str(path))
        found = (await call("get_row", row_number=4))["row"]["checksum"]
    fill(path, [ROWS[3]])
    async with server_here() as call:
        await call(tool, path=str(path))
        rows = [{"row_number": 4, "tracking_number": "1Z4", "row_checksum": one} for one in (found, "0" * 64)]
        answer = await call("write_back_many", rows=rows)
        assert answer["results"] == [{"row_number": 4, **HERE}, {"row_number": 4, **NOWHERE}]
        with pytest.raises(refused, match="E-1009"):
            await call("write_back", **rows[1])
        assert (await call("get_row", row_number=1))["row"]["checksum"] == found
    assert not path.with_name("orders.tracking.csv").exists()


async def test_nothing_of_a_row_that_never_was_goes_beside_a_sheet_that_cannot_be_written(
    server_here, sheet, monkeypatch
):
    monkeypatch.setattr("mcp_servers.data.writing.queue.RETRY_SECONDS", ())
    tool, path = sheet
    async with server_here() as call:
        await call(tool, path=str(path))
        path.chmod(0o444)
        rows = [
            {"row_number": 9, "tracking_number": "1Z9", "row_checksum": "0" * 64},
            {"row_number": 1, "tracking_number": "1Z1"},
        ]
        answer = await call("write_back_many", rows=rows, final=True)
        assert answer["results"] == [{"row_number": 9, **NOWHERE}, {"row_number": 1, **BESIDE}]
    assert "1Z9" not in path.with_name("orders.tracking.csv").read_text()


async def test_a_table_never_had_it_either(server_here, refused, tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/shop.db", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, tracking_number TEXT, shipped_at TEXT)"
        )
        connection.exec_driver_sql("INSERT INTO orders (id) VALUES (1), (2)")
    async with server_here() as call:
        await call("import_database", url=f"sqlite:///{tmp_path}/shop.db", table="orders")
        with pytest.raises(refused, match="E-1009"):
            await call("write_back", row_number=3, tracking_number="1Z3")
        assert (await call("write_back", row_number=2, tracking_number="1Z2"))["success"] is True
