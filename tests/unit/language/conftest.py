"""Facts of the evaluation's sheets, read from their files, without a server."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from agent.brain.language.actions import Ask, Say, ToolRequest
from agent.brain.language.facts import ColumnFacts, Kind, SheetFacts
from agent.brain.language.interpret import interpret as interpret_words
from agent.brain.language.roles import holds_people
from agent.brain.protocol import Conversation

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
            with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            columns = tuple(column(header, [row[header] for row in rows]) for header in rows[0])
            read[name] = SheetFacts(columns, len(rows), name)
        return read[name]

    return facts


@pytest.fixture
def interpret(sheet: Callable[[str], SheetFacts]) -> Interpret:
    """The one action that a message leads to."""

    def run(
        text: str, on: str = "shipstation", conversation: Conversation | None = None, **answers: str
    ) -> ToolRequest | Ask | Say:
        talk = conversation or Conversation(today=TODAY)
        for question, answer in answers.items():
            talk.answers[question] = answer
        (action,) = interpret_words(text, sheet(on), talk).actions
        return action

    return run
