"""What tools answer may reach a model: no call, however it is formed, brings a person's cell along."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.chat.tools.toolbox import SessionToolbox
from tests.integration.chat.conftest import HEADER, Opened

pytestmark = pytest.mark.asyncio(loop_scope="module")
CANARIES = (
    "Quillon Abernathy",
    "77 Canary Passage",
    "916-555-7788",
    "Zephyrine Oddfellow",
    "9 Canary Mews",
    "6195557799",
)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        HEADER
        + "F-1,Quillon Abernathy,77 Canary Passage,Sacramento,CA,95814,916-555-7788,2\n"
        + "F-2,Zephyrine Oddfellow,9 Canary Mews,San Diego,CA,92101,6195557799,3\n"
    )
    return path


CALLS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("aggregate", {"function": function, "column": column})
        for function in ("min", "max", "sum", "avg", "count")
        for column in ("Phone", "Recipient Name", "Address", "phone")
    ),
    ("aggregate", {"function": "count", "where": 'TRUE GROUP BY "Phone"'}),
    ("aggregate", {"function": "count", "where": 'TRUE) GROUP BY "Phone" --'}),
    ("aggregate", {"function": "max", "column": "Weight (lb)", "where": "TRUE UNION SELECT Phone FROM source"}),
    ("aggregate", {"function": "max", "column": "Weight (lb)", "where": 'CAST("Recipient Name" AS INTEGER) = 1'}),
    ("count_rows", {"where": "CAST(\"Phone\" AS DATE) = DATE '2026-01-01'"}),
    ("count_rows", {"where": 'CAST("Address" AS INTEGER) > 1'}),
    ("count_rows", {"where": 'sqrt(-CAST("Phone" AS DOUBLE)) > 1'}),
    ("column_values", {"column": "Phone"}),
    ("column_values", {"column": "Recipient Name"}),
    ("show_rows", {"where": "TRUE"}),
    ("describe_sheet", {}),
]


async def test_no_persons_cell_is_in_an_answer(opened: Opened, people: Path) -> None:
    session, _heard = await opened(people)
    assert session._turns is not None
    toolbox = SessionToolbox(session._turns.state, None)
    for tool, arguments in CALLS:
        answer = json.dumps(await toolbox.call(tool, arguments))
        assert not [canary for canary in CANARIES if canary.casefold() in answer.casefold()], (tool, arguments, answer)


async def test_a_condition_is_one_condition(opened: Opened, people: Path) -> None:
    session, _heard = await opened(people)
    assert session._turns is not None
    toolbox = SessionToolbox(session._turns.state, None)
    refused = await toolbox.call("aggregate", {"function": "count", "where": 'TRUE GROUP BY "State"'})
    assert refused["isError"]
    counted = await toolbox.call("aggregate", {"function": "count", "where": "\"Weight (lb)\" > 2 OR State = 'TX'"})
    assert counted["rows"] == [["1"]]


@pytest.mark.parametrize("function", ["min", "max", "sum", "avg"])
async def test_peoples_columns_are_not_added_up(opened: Opened, people: Path, function: str) -> None:
    session, _heard = await opened(people)
    assert session._turns is not None
    toolbox = SessionToolbox(session._turns.state, None)
    refused = await toolbox.call("aggregate", {"function": function, "column": "Phone"})
    assert (refused["isError"], refused["code"]) == (True, "E-1506")
