"""No person's cell reaches a model, whatever a model calls: invented people in every column, every tool in every form.

The scripted model is hostile: it groups by people, provokes errors of the engine, of templates and of the carrier, and
proposes mappings that would quote cells in their refusals. What it was sent is searched for every cell.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.chat.tools.catalogue import all_tools
from agent.mapping.filters import FILTERS
from agent.model_settings import ClaudeSettings
from agent.settings import Settings

pytestmark = pytest.mark.slow
COLUMNS = {
    "Recipient Name": ("Quillon Abernathy", "Zephyrine Oddfellow", "Thaddeus Plumbago"),
    "Company": ("Plumbago Zincworks", "", "Oddfellow Kettles"),
    "Address": ("77 Canary Passage", "9 Goldfinch Mews", "Nightjar House"),
    "Address 2": ("Apt 4Q7", "Floor 19K", "Unit 88Z"),
    "Phone": ("916-555-7788", "6195557799", "+44 20 7946 0958"),
    "Email": ("quillon@abernathy.example", "zephyrine@oddfellow.example", "thaddeus@plumbago.example"),
    "Notes": ("gate code 4417#", "KX99-4431", "ask Mrs. Plumbago"),
    "Gift Message": ("For my dearest Wilhelmina", "For my dearest Wilhelmina", "Get well, Cuthbert"),
    # Odd headers over the same kinds of people.
    "Goes where": ("77 Canary Passage", "9 Goldfinch Mews", "31 Nightjar Street"),
    "Whom": ("Maria Abernathy", "Oddfellow, Peter", "Anna Plumbago"),
    "Dial": ("9165557788", "6195557799", "4155553344"),
    "X1": ("key is in box B4417", "ring at Oddfellow 19 times", "neighbour Plumbago 331"),
    "Odd": ("wilhelmina-77", "cuthbert-81", "ermintrude-99"),
}
CANARIES = sorted(
    {
        part.casefold()
        for cells in COLUMNS.values()
        for cell in cells
        for part in (cell, *(word.strip(",.#") for word in cell.split()))
        if len(part) >= 5
        and part.casefold() not in ("floor", "house", "maria", "peter", "times", "street", "neighbour")
    }
    | {"dearest", "4417"}
)
FIELDS = ("name", "phone", "weight", "service", "postal_code", "ship_date", "declared_value", "order_number")
WORDS = "Ship all orders via Ground"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    columns = {
        "Order Number": ("A-1", "A-2", "A-3"),
        **COLUMNS,
        "City": ("Fresno", "Fresno", "Austin"),
        "State": ("CA", "CA", "TX"),
        "ZIP": ("93721", "93721", "78701"),
        "Weight (lb)": ("3", "2", "4"),
    }
    lines = [",".join(columns), *(",".join(f'"{cell}"' for cell in row) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n")
    return path


def looking(stage: Any) -> list[Any]:
    """Every call that only looks, in every form."""
    calls = [("describe_sheet", {}), ("help", {}), ("queue_read", {}), ("pause_batch", {})]
    calls += [("batches", {"what": what}) for what in ("last", "list", "failed", "in_doubt", "costs", "find")]
    for column in [*COLUMNS, "Order Number"]:
        calls += [
            ("column_values", {"column": name, "limit": limit}) for name, limit in ((column, 1000), (column.upper(), 1))
        ]
        for function in ("count", "sum", "avg", "min", "max"):
            calls += [
                ("aggregate", {"function": function, "column": column}),
                ("aggregate", {"function": function, "column": column, "group_by": column}),
                ("aggregate", {"function": function, "column": "Weight (lb)", "group_by": column.lower()}),
            ]
        quoted = f'"{column}"'
        for where in (
            f"CAST({quoted} AS INTEGER) = 1",
            f"CAST({quoted} AS DATE) = DATE '2026-01-01'",
            f"CAST({quoted} AS TIMESTAMP) > TIMESTAMP '2026-01-01 10:00'",
            f"year({quoted}) = 2026",
            f"round({quoted} * 99999999999999, 2) > 1",
            f"substr({quoted}, {quoted}, 99999999999) = 'x'",
            f"TRUE GROUP BY {quoted}",
            f"TRUE) UNION SELECT {quoted} FROM source WHERE (TRUE",
            f"{quoted} = {quoted} || error({quoted})",
            f"{quoted} > 1 AND {quoted} LIKE 'x!' ESCAPE '!'",
            f"{column} = 'x'",
        ):
            calls += [("count_rows", {"where": where}), ("show_rows", {"where": where})]
            calls += [("aggregate", {"function": "max", "column": column, "where": where})]
        calls += [("show_rows", {"where": "TRUE", "order_by": [{"column": column}], "title": "x"})]
        calls += [("aggregate", {"function": "count", "column": f'{column}" || "{column}'})]
    calls += [
        ("aggregate", {"function": "max", "column": "row_number", "group_by": "sheet_row"}),
        ("column_values", {"column": "no such"}),
        ("open_sheet", {"path": "/etc/passwd"}),
        ("no_such_tool", {}),
        ("count_rows", {"where": 3}),
    ]
    return [stage.Call(name, arguments) for name, arguments in calls]


def proposing(stage: Any, column: str, expressions: list[tuple[str, str]]) -> list[list[Any]]:
    """Answers with calls that change something or propose: each batch of a proposal its own answer."""
    quoted = f'"{column}"'
    proposal = {"where": "TRUE", "in_words": "all", "service": "Ground"}
    answers = [
        [stage.Call("mappings", {"what": "edit", "field": name, "expression": text})] for name, text in expressions
    ]
    answers += [
        [stage.Call("set_column", {"field": FIELDS[len(column) % len(FIELDS)], "column": column})],
        [stage.Call("set_default", {"field": "service", "value": "Ground"})],
        [stage.Call("propose_shipment", proposal | {"where": f"CAST({quoted} AS INTEGER) = 1"})],
        [
            stage.Call(
                "propose_shipment", proposal | {"service_rules": [{"where": f"year({quoted}) = 1", "service": "x"}]}
            )
        ],
        [stage.Call("propose_shipment", proposal)],
        [stage.Call("leave_out", {"sheet_rows": [2]})],
        [stage.Call("compare_services", {"services": ["Ground", "2nd Day Air"]})],
        [stage.Call("check_destinations", {"where": "TRUE"})],
        [stage.Call("check_destinations", {"where": f"CAST({quoted} AS INTEGER) = 1"})],
        [stage.Call("propose_void", {}), stage.Call("propose_retry", {}), stage.Call("undo_proposal", {})],
    ]
    return answers


async def settle(session: ChatSession, result: dict[str, Any]) -> dict[str, Any]:
    """The person says yes to everything that the model wants and leaves out what cannot go."""
    for _ in range(60):
        if result["status"] != "needs_input":
            break
        options = result["question"]["options"]
        wished = [o for o in options if o in ("Yes", "Leave these rows out") or o.startswith("As the model does")]
        result = await session.answer(None, (wished or options or ["1 lb"])[0])
    return result


async def test_no_cell_of_a_person_is_in_any_request(endpoint, stage, sheet, tmp_path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)
    claude = ClaudeSettings(base_url=endpoint.url, model="claude-test-1", retries=0, tool_rounds=200)
    settings = Settings(home=tmp_path / "home", today="2026-11-21", model="claude", claude=claude)
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        await session.open()
        endpoint.script = [stage.Answer("", looking(stage)), stage.Answer("Looked.")]
        await settle(session, await session.send("what is in this sheet"))
        told = requests_of(endpoint)
        for number, column in enumerate(COLUMNS):
            cell = f'row["{column}"]'
            expressions = [
                (
                    FIELDS[number % len(FIELDS)],
                    f"{cell} | {name}" + ("('lb', 'kg')" if name == "convert_weight" else ""),
                )
                for name in ([*FILTERS, "upper"] if number < 1 else ["lookup_service_code", "to_ups_date"])
            ]
            expressions += [
                ("weight", f"{cell} - 1"),
                ("phone", f"-{cell}"),
                ("name", f"{cell} / 2"),
                ("name", f"row[{cell}]"),
            ]
            for calls in proposing(stage, column, expressions):
                endpoint.script = [stage.Answer("", calls), stage.Answer("Done.")]
                session._turns.brain.history.turns.clear()
                await settle(session, await session.send(WORDS))
                told += requests_of(endpoint)
    finally:
        await session.close()
    assert not endpoint.complaints
    assert [canary for canary in CANARIES if canary in told] == []
    used = set(re.findall(r'"name": "(\w+)"', told))
    assert set(all_tools()) - used <= {"ask_person", "resume_batch", "cancel_batch", "queue_propose"}, (
        "every tool was called"
    )
    # The attacks were not turned away at the door: they came as far as the rules about people and the templates.
    assert {code for code in ("e-1011", "e-1506", "e-2390", "e-2405", "e-2250") if code not in told} == set()


def requests_of(endpoint: Any) -> str:
    """Everything that was sent since."""
    sent = json.dumps([request["messages"] for request in endpoint.requests], ensure_ascii=False).casefold()
    endpoint.requests.clear()
    return sent
