"""Facts of the evaluation's sheets, read from their files, without a server."""

import asyncio
import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from agent.brains.language.actions import Ask, Look, Say, ToolRequest
from agent.brains.language.facts import ColumnFacts, Kind, SheetFacts
from agent.brains.language.interpret import interpret as interpret_words
from agent.brains.language.roles import holds_people
from agent.brains.protocol import Conversation
from tests.evaluation.fake_toolbox import data_server

TODAY = date(2026, 11, 20)
SHEETS = Path(__file__).parents[2] / "evaluation" / "sheets"
Interpret = Callable[..., ToolRequest | Ask | Say]


def _kind(values: list[str]) -> Kind:
    if values and all(re.match(r"\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}", value) for value in values):
        return "date"
    if values and all(re.fullmatch(r"\$?[\d,]+(\.\d+)?", value) for value in values):
        return "number"
    return "text"


def column(name: str, cells: list[str]) -> ColumnFacts:
    """The facts of one column."""
    filled = [cell for cell in cells if cell]
    kind = _kind(filled)
    counted = Counter(filled)
    readable = not holds_people({"name": name}) and kind != "date"
    values = tuple(counted.items()) if readable else ()
    return ColumnFacts(name, kind, None, values, len(cells) - len(filled), len(counted), bool(values))


@pytest.fixture(scope="session")
def sheet() -> Callable[[str], SheetFacts]:
    """The facts of a sheet by its name."""
    read: dict[str, SheetFacts] = {}

    def facts(name: str) -> SheetFacts:
        if name not in read:
            listed = rows(name)
            columns = tuple(column(header, [row[header] for row in listed]) for header in listed[0])
            read[name] = SheetFacts(columns, len(listed), name)
        return read[name]

    return facts


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a sheet, header -> cell."""
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def counts(clauses: list[str], name: str) -> dict[str, int]:
    """How many rows of a sheet each clause has, by the data server's own tool."""
    async with data_server() as data:
        await data.open(name)
        return {clause: (await data("check_filter", {"where_clause": clause}))["count"] for clause in clauses}


@pytest.fixture
def interpret(sheet: Callable[[str], SheetFacts]) -> Interpret:
    """The one action that a message leads to."""

    def run(
        text: str, on: str = "shipstation", conversation: Conversation | None = None, **answers: str
    ) -> ToolRequest | Ask | Say:
        talk = conversation or Conversation(today=TODAY)
        for question, answer in answers.items():
            talk.answers[question] = answer
        facts = sheet(on)
        while isinstance(action := interpret_words(text, facts, talk).actions[-1], Look):
            facts.looked.update(asyncio.run(counts([c.clause() for c in action.conditions], on)))
        return action

    return run
