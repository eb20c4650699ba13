"""Any MCP client: every tool is called with the SDK's own client, and every answer fits the schema it publishes."""

import os
import sys

import jsonschema
import pytest
import sqlalchemy as sa
import xlsxwriter
from mcp import Client, StdioServerParameters

from tests.tool_answers import answered

SHEET = "Order,Name,Date,Total\n1,Ann,03/04/2026,10\n\n2,Bob,04/04/2026,20\nTotal,,,30\n"
TOOLS = {
    "inspect_file", "read_file_rows", "import_csv", "import_excel", "import_database", "get_schema", "override_column_type",
    "set_order_lines",
    "get_column_values", "check_filter", "get_rows_by_filter", "get_row", "query_data", "verify_source", "lock_source",
    "read_results", "write_back", "write_back_many", "list_backups", "restore_backup",
}  # fmt: skip
WRITERS = {"write_back", "write_back_many", "lock_source", "restore_backup"}


@pytest.fixture
def files(tmp_path):
    sheet, book, shop = tmp_path / "orders.csv", tmp_path / "orders.xlsx", tmp_path / "shop.db"
    sheet.write_text(SHEET)
    made = xlsxwriter.Workbook(book)
    page = made.add_worksheet("Orders")
    page.write_row(0, 0, ["Order", "Name", "ZIP"])
    page.write_row(1, 0, ["1", "Ann", "02116"])
    page.write_row(2, 0, ["2", "Bob", "02117"])
    page.set_row(2, None, None, {"hidden": True})
    made.add_worksheet("Empty")
    made.close()
    engine = sa.create_engine(f"sqlite:///{shop}", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)")
        connection.exec_driver_sql("INSERT INTO orders VALUES (1, 'Ann'), (2, 'Bob')")
    return {"sheet": str(sheet), "book": str(book), "shop": f"sqlite:///{shop}"}


def calls(files):
    """One session that uses every tool; a value may name something of an earlier answer."""
    yield "inspect_file", {"path": files["sheet"]}
    yield "inspect_file", {"path": files["book"]}
    yield "read_file_rows", {"path": files["sheet"], "limit": 2, "offset": 1}
    yield "read_file_rows", {"path": files["book"], "sheet": "Orders"}
    yield "import_database", {"url": files["shop"], "table": "orders"}
    yield "write_back", {"row_number": 1, "tracking_number": "1Z1", "confirm": True}
    yield "list_backups", {}
    yield "lock_source", {}
    yield "read_results", {"rows": [{"row_number": 1, "row_checksum": "of another row"}]}
    yield "import_excel", {"path": files["book"], "columns": {"tracking_number": "Tracking #"}}
    yield "write_back", {"row_number": 1, "tracking_number": "1Z1", "extra": {"STATUS": "COMPLETED"}}
    yield "import_csv", {"path": files["sheet"]}
    yield "get_schema", {}
    yield "override_column_type", {"column": "Date", "type": "date", "date_order": "mdy"}
    yield "get_column_values", {"column": "Total", "limit": 5}
    yield "set_order_lines", {"order_column": "Order", "address_columns": ["Name"]}
    yield "check_filter", {"where_clause": "Total > 5"}
    yield "get_rows_by_filter", {"where_clause": "TRUE", "order_by": [{"column": "sheet_row", "descending": True}]}
    yield "get_row", {"row_number": 1}
    yield "query_data", {"sql": "SELECT count(*), sum(Total) FROM source"}
    yield "verify_source", {}
    yield "lock_source", {}
    yield "read_results", {"rows": [{"row_number": 1, "row_checksum": "of another row"}]}
    yield "write_back_many", {"rows": [{"row_number": 1, "tracking_number": "1Z1"}], "final": True}
    yield "list_backups", {}


@pytest.mark.parametrize("mode", ["auto", pytest.param("legacy", marks=pytest.mark.slow)])
async def test_every_tool_answers_what_it_publishes(files, mode):
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "mcp_servers.data"], env=dict(os.environ))
    async with Client(parameters, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        for tool in tools.values():
            jsonschema.Draft202012Validator.check_schema(tool.input_schema)
            jsonschema.Draft202012Validator.check_schema(tool.output_schema)
            hints = tool.annotations
            assert (hints.read_only_hint, hints.destructive_hint, hints.open_world_hint) == (
                tool.name not in WRITERS,
                tool.name == "restore_backup",
                tool.name == "import_database",
            )
        used, answer = set(), {}
        for name, arguments in calls(files):
            result = await client.call_tool(name, arguments)
            answer = answered(result)
            assert not result.is_error, (name, answer)
            jsonschema.validate(answer, tools[name].output_schema)
            if name.startswith("import_"):
                jsonschema.validate(answer, tools["import_csv"].output_schema)
            jsonschema.validate(arguments, tools[name].input_schema)
            used.add(name)
        backup = {"backup_id": answer["backups"][0]["id"]}
        result = await client.call_tool("restore_backup", backup)
        jsonschema.validate(answered(result), tools["restore_backup"].output_schema)
        assert used | {"restore_backup"} == TOOLS

        # Whatever is asked wrongly gets the one form of refusal.
        for name in TOOLS:
            result = await client.call_tool(name, {"no_such_argument": 1})
            assert result.is_error
            assert set(answered(result)) >= {"code", "message", "remedy", "retryable"}
        result = await client.call_tool("get_row", {"row_number": "1"})
        assert (result.is_error, answered(result)["code"]) == (True, "E-2001")
