"""A source is opened again as it was opened before; a copy of its file as far as the same words hold for it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agent.sheet.reopening import location_of, reopen

CSV = {"type": "csv", "path": "/orders.csv", "delimiter": ";", "encoding": "cp1252", "header_row": 3, "quote": "'"}
WORKBOOK = {"type": "excel", "path": "/orders.xlsx", "sheet": "May", "header_row": 2, "include_hidden": True}
TABLE = {"type": "database", "url": "db:shop", "table": "orders", "key_columns": ["id"], "query": None}


def called(descriptor: dict[str, Any], copy: Path | None = None) -> tuple[str, dict[str, Any]]:
    calls: list[tuple[str, dict[str, Any]]] = []

    async def data(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append((tool, arguments))
        return {"code": "E-1000", "message": "refused"}

    reply = asyncio.run(reopen(data, descriptor, copy=copy))
    assert reply["code"] == "E-1000", "a refusal is handed on"
    (call,) = calls
    return call


@pytest.mark.parametrize("descriptor", [CSV, WORKBOOK])
def test_a_file_is_opened_with_all_that_it_was_opened_with(descriptor: dict[str, Any]):
    tool, arguments = called(descriptor | {"row_count": 12, "fingerprint": "f"})
    assert (tool, arguments) == (f"import_{descriptor['type']}", {k: v for k, v in descriptor.items() if k != "type"})


def test_a_table_is_opened_whole_without_asking_again():
    assert called(TABLE) == (
        "import_database",
        {"url": "db:shop", "table": "orders", "key_columns": ["id"], "all_rows": True},
    )


@pytest.mark.parametrize(
    ("descriptor", "copy", "tool", "options"),
    [
        (CSV, "copy.csv", "import_csv", {"delimiter": ";", "encoding": "cp1252", "header_row": 3}),
        (CSV, "copy.xlsx", "import_excel", {}),
        (WORKBOOK, "copy.ODS", "import_excel", {"sheet": "May", "header_row": 2, "include_hidden": True}),
        (WORKBOOK, "copy.tsv", "import_csv", {}),
        (TABLE, "copy.csv", "import_csv", {}),
        ({}, "copy.csv", "import_csv", {}),
    ],
)
def test_a_copy_keeps_what_holds_for_its_form(
    descriptor: dict[str, Any], copy: str, tool: str, options: dict[str, Any]
):
    assert called(descriptor, Path(copy)) == (tool, {"path": copy} | options)


def test_a_person_opens_it_by_its_place():
    assert location_of(WORKBOOK | {"columns": ["a"]}) == (
        "/orders.xlsx",
        {"sheet": "May", "header_row": 2, "include_hidden": True},
    )
    assert location_of(TABLE) == ("db:shop", {"table": "orders", "key_columns": ["id"], "all_rows": True})
