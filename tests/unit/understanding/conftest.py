"""The sheets of the evaluation as the interpreter knows them, read from their files; clauses are counted by the server."""

import asyncio
import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.brain import situation_of
from agent.understanding.interpret import interpret as interpret_words
from agent.understanding.requests import Ask, Look, Say, ToolRequest
from agent.understanding.sheet import Sheet
from agent.understanding.sheet_columns import sheet_from
from tests.evaluation.fake_toolbox import data_server

TODAY = date(2026, 11, 20)
SHEETS = Path(__file__).parents[2] / "evaluation" / "sheets"
Interpret = Callable[..., ToolRequest | Ask | Say]


def kind_of(values: Sequence[str]) -> str:
    if values and all(re.match(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", value) for value in values):
        return "date"
    if values and all(re.fullmatch(r"\$?[\d,]+(\.\d+)?", value) for value in values):
        return "number"
    return "text"


def sheet_of(columns: Mapping[str, Sequence[str]], **kinds: str) -> Sheet:
    """A sheet of these cells by header; every list has one cell for each row."""
    described, values = [], {}
    for name, cells in columns.items():
        filled = [cell for cell in cells if cell]
        counted, kind = Counter(filled), kinds.get(name.replace(" ", "_"), kind_of(filled))
        described.append(
            {"name": name, "type": kind, "nulls": len(cells) - len(filled), "distinct_count": len(counted)}
        )
        if kind != "date":
            listed = [{"value": value, "count": count} for value, count in counted.items()]
            values[name] = {"values": listed, "distinct_count": len(counted)}
    rows = max(map(len, columns.values()))
    return sheet_from({"row_count": rows, "columns": described}, values)


def meaning(
    text: str, sheet: Sheet, talk: Conversation, count: Callable[[Sequence[str]], Mapping[str, int]]
) -> ToolRequest | Ask | Say:
    """The action that a message leads to; what it looks up is counted."""
    known: dict[str, int] = {}
    while isinstance(action := interpret_words(text, situation_of(talk, sheet, known, {})).action, Look):
        known |= count(action.clauses)
    return action


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a sheet, header -> cell."""
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def sheet() -> Callable[[str], Sheet]:
    """A sheet by its name."""
    read: dict[str, Sheet] = {}

    def found(name: str) -> Sheet:
        if name not in read:
            listed = rows(name)
            read[name] = sheet_of({header: [row[header] for row in listed] for header in listed[0]})
        return read[name]

    return found


@pytest.fixture(scope="session")
def count() -> Callable[[str, Sequence[str]], dict[str, int]]:
    """How many rows of a sheet each clause has, by the data server's own tool."""
    known: dict[tuple[str, str], int] = {}

    async def counted(name: str, clauses: Sequence[str]) -> None:
        async with data_server() as data:
            await data.open(name)
            for clause in clauses:
                known[name, clause] = int((await data("check_filter", {"where_clause": clause}))["count"])

    def run(name: str, clauses: Sequence[str]) -> dict[str, int]:
        missing = [clause for clause in clauses if (name, clause) not in known]
        if missing:
            asyncio.run(counted(name, missing))
        return {clause: known[name, clause] for clause in clauses}

    return run


@pytest.fixture
def interpret(sheet: Callable[[str], Sheet], count: Callable[[str, Sequence[str]], dict[str, int]]) -> Interpret:
    """The one action that a message leads to."""

    def run(
        text: str, on: str = "shipstation", conversation: Conversation | None = None, **answers: str
    ) -> ToolRequest | Ask | Say:
        talk = conversation or Conversation(today=TODAY)
        talk.answers.update(answers)
        return meaning(text, sheet(on), talk, lambda clauses: count(on, clauses))

    return run


@pytest.fixture
def same_rows(count: Callable[[str, Sequence[str]], dict[str, int]]) -> Callable[..., bool]:
    """Whether two clauses choose the same rows of a sheet, however they are written."""

    def run(one: str, other: str, on: str = "shipstation") -> bool:
        apart = f"(({one}) AND NOT ({other})) OR (({other}) AND NOT ({one}))"
        return not count(on, [apart])[apart]

    return run
