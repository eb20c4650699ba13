"""Rows that cannot be shipped as they are: a model may correct its mapping, then the person has four ways out."""

from dataclasses import dataclass, field
from typing import Literal

from agent.chat.state import SessionState
from agent.errors import ErrorKind, error
from agent.events import NoticeShown
from agent.mapping.answers import Answers, cell_slot
from agent.mapping.builder import BuiltRows, GroupedProblem, rows_in_words
from agent.mapping.template import Mapping, compile_mapping

SKIP = "Leave these rows out"
GIVE = "Give a value"
FIXED = "I have fixed the sheet, read it again"
ABORT = "Stop, nothing is shipped"
ROWS_REJECTED = ErrorKind("E-2404", "{count} rows cannot be shipped as they are.", "Fix the cells that were named.")
MAPPING_REJECTED = ErrorKind(
    "E-2405",
    "{count} rows do not fit what UPS takes: {problems}.",
    "Change the expression of the field with `mappings`, then propose again.",
)
MODEL_ATTEMPTS = 3
"""How often a model may correct a mapping before the person decides (DESIGN 4.7)."""
OF_THE_MAPPING = frozenset({"E-2252", "E-2254"})
"""Faults that another expression may heal; the others are faults of a cell."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the person chose: `go` on without the excluded rows, build `again` with more answers, `read` the sheet."""

    next: Literal["go", "again", "read"]
    excluded: dict[str, list[int]] = field(default_factory=dict)
    answers: Answers | None = None


async def decide(state: SessionState, mapping: Mapping, built: BuiltRows, answers: Answers) -> Decision:
    """All faults of all rows told at once, grouped; the rows are the person's decision, never ours.

    Raises:
        ShipchatError: E-2405 to a model that may try again, E-2404 when the person stops.
    """
    if not built.problems:
        return Decision("go")
    lines = [f"{problem}. {problem.remedy}" for problem in built.problems]
    _let_model_try(state, built, lines)
    for line in lines:
        state.emit(NoticeShown(line, "warning", kept_as="warning"))
    excluded = {f"{problem.code} {problem.why}": list(problem.sheet_rows) for problem in built.problems}
    if state.on_error == "continue":
        return Decision("go", excluded)
    numbers = sorted({row for problem in built.problems for row in problem.sheet_rows})
    text = f"{len(numbers)} of {len(built.shipments)} cannot be shipped as they are: {lines[0]}"
    choice = await state.ask(text, [SKIP, GIVE, FIXED, ABORT], remember=False)
    if choice == FIXED:
        return Decision("read")
    if choice == GIVE:
        return Decision("again", answers=await _given(state, mapping, built.problems[0], answers))
    if choice != SKIP:
        raise error(ROWS_REJECTED, count=len(numbers))
    return Decision("go", excluded)


def _let_model_try(state: SessionState, built: BuiltRows, lines: list[str]) -> None:
    if not state.model_at_work or not any(problem.code in OF_THE_MAPPING for problem in built.problems):
        return
    state.mapping_attempts += 1
    if state.mapping_attempts < MODEL_ATTEMPTS:
        count = len({row for problem in built.problems for row in problem.sheet_rows})
        # The lines quote cells, which are the person's to see.
        told = [f"{one.code} {one.column}{f': {one.rule}' if one.rule else ''}" for one in built.problems[:5]]
        to_model = MAPPING_REJECTED.message.format(count=count, problems="; ".join(told))
        raise error(MAPPING_REJECTED, to_model=to_model, count=count, problems="; ".join(lines[:5]))


async def _given(state: SessionState, mapping: Mapping, problem: GroupedProblem, answers: Answers) -> Answers:
    """One value for the cells of one fault; it is shown as changed by the person, and never saved."""
    fields = compile_mapping(mapping).fields_of(problem.column) or [problem.column]
    rows = rows_in_words(problem.sheet_rows)
    text = f"What shall stand for {problem.column} in {rows} ({problem.why})?"
    value = await state.ask(text, [SKIP], free_text=True, numbered=False, remember=False)
    if value == SKIP:
        return answers
    for row in problem.sheet_rows:
        answers = answers.said(cell_slot(row, fields[0]), value)
    return answers
