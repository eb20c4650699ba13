"""Rows that cannot be shipped as they are: a model may correct its mapping, then the person decides."""

from dataclasses import dataclass, field
from typing import Literal

from agent.dialogue import Dialogue
from agent.drafting.state import DraftingContext, ModelTurn
from agent.errors import ErrorKind, error
from agent.mapping.answers import Answers, cell_slot
from agent.mapping.builder import BuiltRows, GroupedProblem, rows_in_words
from agent.mapping.template import Mapping, compile_mapping

SKIP = "Leave these rows out"
GIVE = "Give a value"
FIXED = "I have fixed the sheet, read it again"
ABORT = "Stop (ship nothing)"
WHAT_NOW = "{count} of {of} rows cannot be shipped as they are. What about them?"
WHAT_NOW_OF_ONE = "Row {row} cannot be shipped as it is. What about it?"
WHICH_VALUE = "What is the right value for {column} in {rows} ({why})?"
ROWS_REJECTED = ErrorKind("E-2404", "{count} rows cannot be shipped as they are.", "Fix the cells that were named.")
MAPPING_REJECTED = ErrorKind(
    "E-2405",
    "{count} rows do not fit what UPS takes: {problems}.",
    "Change the expression of the field with `mappings`, then propose again.",
)
MODEL_ATTEMPTS = 3
"""How often a model may correct a mapping before the person decides."""
OF_THE_MAPPING = frozenset({"E-2252", "E-2254"})
"""Faults that another expression may heal; the others are faults of a cell."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person chose: `go` on without the excluded rows, build `again` with more answers, `read` the sheet."""

    next: Literal["go", "again", "read"]
    excluded: dict[str, list[int]] = field(default_factory=dict)
    answers: Answers | None = None


async def decide(context: DraftingContext, mapping: Mapping, built: BuiltRows, answers: Answers) -> Decision:
    """All faults of all rows told at once, grouped; the rows are the person's decision, never ours.

    Raises:
        ShipchatError: E-2405 to a model that may try again, E-2404 when the person stops.
    """
    if not built.problems:
        return Decision("go")
    lines = [f"{problem}. {problem.remedy}" for problem in built.problems]
    _let_model_try(context.model_turn, built, lines)
    for line in lines:
        context.dialogue.warn(line)
    excluded = {f"{problem.code} {problem.why}": list(problem.sheet_rows) for problem in built.problems}
    if context.on_error == "continue":
        return Decision("go", excluded)
    numbers = sorted({row for problem in built.problems for row in problem.sheet_rows})
    # The faults were told line by line: the question does not say them again.
    text = WHAT_NOW.format(count=len(numbers), of=len(built.shipments))
    if len(numbers) == 1:
        text = WHAT_NOW_OF_ONE.format(row=numbers[0])
    choice = await context.dialogue.ask(text, [SKIP, GIVE, FIXED, ABORT], remember=False)
    if choice == FIXED:
        return Decision("read")
    if choice == GIVE:
        return Decision("again", answers=await _given(context.dialogue, mapping, built.problems[0], answers))
    if choice != SKIP:
        raise error(ROWS_REJECTED, count=len(numbers))
    return Decision("go", excluded)


def _let_model_try(model_turn: ModelTurn, built: BuiltRows, lines: list[str]) -> None:
    if not model_turn.at_work or not any(problem.code in OF_THE_MAPPING for problem in built.problems):
        return
    model_turn.mapping_attempts += 1
    if model_turn.mapping_attempts < MODEL_ATTEMPTS:
        count = len({row for problem in built.problems for row in problem.sheet_rows})
        # The lines quote cells, which are the person's to see.
        told = [f"{one.code} {one.column}{f': {one.rule}' if one.rule else ''}" for one in built.problems[:5]]
        to_model = MAPPING_REJECTED.message.format(count=count, problems="; ".join(told))
        raise error(MAPPING_REJECTED, to_model=to_model, count=count, problems="; ".join(lines[:5]))


async def _given(dialogue: Dialogue, mapping: Mapping, problem: GroupedProblem, answers: Answers) -> Answers:
    """One value for the cells of one fault; it is shown as changed by the person, and never saved."""
    fields = compile_mapping(mapping).fields_of(problem.column) or [problem.column]
    rows = rows_in_words(problem.sheet_rows)
    text = WHICH_VALUE.format(column=problem.column, rows=rows, why=problem.why)
    value = await dialogue.ask(text, [SKIP], free_text=True, numbered=False, remember=False)
    if value == SKIP:
        return answers
    for row in problem.sheet_rows:
        answers = answers.said(cell_slot(row, fields[0]), value)
    return answers
