"""What a model is told of the open sheet: its columns, what every parcel lacks, and what a row is called."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.chat.tools.registry import NoArguments
from agent.chat.tools.sheet import describe_sheet
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState


def state(*columns: str, **defaults: str) -> Any:
    async def data(tool: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        assert tool == "get_schema"
        return {"row_count": 2, "columns": [{"name": name, "type": "text"} for name in columns]}

    sheet = SimpleNamespace(name="orders.csv", columns=list(columns), types=dict.fromkeys(columns, "text"), repeats={})
    opened = SheetState(data, cast(Any, None))
    opened.open = cast(Any, sheet)
    settings = SimpleNamespace(ship_from={}, boxes={})
    return SimpleNamespace(sheet=opened, person=PersonState(defaults=defaults), settings=settings)


COLUMNS = ("Order", "Name", "Address", "City", "State", "Zip")


@pytest.mark.parametrize(
    ("columns", "defaults", "missing"),
    [
        (COLUMNS, {}, ["weight"]),
        ((*COLUMNS, "Weight (lb)"), {}, []),
        (COLUMNS, {"weight": "1lb"}, []),
        (COLUMNS[:-2], {}, ["state", "postal_code", "weight"]),
    ],
)
async def test_missing_fields_are_named(columns, defaults, missing):
    answer = await describe_sheet(state(*columns, **defaults), NoArguments())
    assert answer["missing_fields"] == missing
    assert answer["row_number"] == "sheet_row"
    assert [column["name"] for column in answer["columns"]] == list(columns)
