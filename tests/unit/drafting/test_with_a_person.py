"""Opening and drafting with nobody but a person on the other side: no session, no screen, no server."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.drafting.correcting import ABORT, FIXED, GIVE, MODEL_ATTEMPTS, SKIP, decide
from agent.drafting.service_choice import MOST_QUESTIONS, read_choice
from agent.drafting.state import DraftingContext, ModelTurn, SpendingState
from agent.errors import ShipchatError
from agent.events import Event
from agent.mapping.answers import Answers, cell_slot
from agent.mapping.builder import BuiltRows, GroupedProblem
from agent.mapping.template import Mapping, column_expression
from agent.opening.order_rows import PART, WHOLE, settle_parts
from agent.opening.person import PersonState
from agent.opening.sheet_state import SheetState
from agent.planning.model import SheetRow
from agent.planning.selection import Selected
from agent.planning.whole_orders import OrderColumns
from agent.settings import Settings
from agent.sheet.open_sheet import OpenSheet


@dataclass
class FakePerson:
    """Answers questions in turn; a question without an answer is a fault of the test."""

    answers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    def say(self, text: str, level: str = "info") -> None: ...

    def warn(self, text: str) -> None:
        self.warned.append(text)

    async def ask(
        self, text: str, options: list[str], *, free_text: bool = False, numbered: bool = True, remember: bool = True
    ) -> str:
        self.asked.append(text)
        return self.answers.pop(0)

    def forget(self, question: str) -> None: ...

    def emit(self, event: Event) -> None: ...

    def source_read(self, source: dict[str, Any]) -> None: ...

    def rows_selected(self, clause: str, in_words: str, excluded: dict[str, list[int]]) -> None: ...


def context(person: FakePerson, model_turn: ModelTurn | None = None, on_error: str = "stop") -> DraftingContext:
    nobody = cast(Any, None)
    sheet = SheetState(nobody, nobody)
    return DraftingContext(
        settings=Settings(model="offline"),
        dialogue=person,
        sheet=sheet,
        person=PersonState(),
        spending=SpendingState(),
        model_turn=model_turn or ModelTurn(),
        batches=nobody,
        servers=nobody,
        on_error=on_error,
    )


MAPPING = Mapping({"postal_code": column_expression("ZIP")}, {})
FAULTY = GroupedProblem("E-2254", "ZIP", "'9201' is not a ZIP code", "Correct it", (3, 5), rule="five digits")
BUILT = BuiltRows(cast(Any, (None, None, None)), (), (FAULTY,), ())


def decided(person: FakePerson, **given: Any) -> Any:
    return asyncio.run(decide(context(person, **given), MAPPING, BUILT, Answers.of({}, {})))


def test_a_person_decides_about_rows_that_cannot_go():
    assert decided(FakePerson([SKIP])).excluded == {"E-2254 '9201' is not a ZIP code": [3, 5]}
    assert decided(FakePerson([FIXED])).next == "read"
    with pytest.raises(ShipchatError, match="E-2404"):
        decided(FakePerson([ABORT]))


def test_a_given_value_stands_for_each_of_the_cells():
    person = FakePerson([GIVE, "92101"])
    decision = decided(person)
    assert decision.next == "again"
    assert [decision.answers.text(cell_slot(row, "postal_code")) for row in FAULTY.sheet_rows] == ["92101", "92101"]
    assert person.asked[-1] == "What is the right value for ZIP in rows 3 and 5 ('9201' is not a ZIP code)?"


def test_with_continue_nobody_is_asked_and_everything_is_told():
    person = FakePerson()
    assert decided(person, on_error="continue").next == "go"
    assert person.asked == []
    assert person.warned == ["Rows 3 and 5: '9201' is not a ZIP code. Correct it"]


def test_a_model_corrects_its_mapping_a_few_times_before_the_person_decides():
    turn, person = ModelTurn(at_work=True), FakePerson([SKIP])
    for _ in range(MODEL_ATTEMPTS - 1):
        with pytest.raises(ShipchatError, match="E-2405") as refused:
            decided(person, model_turn=turn)
        assert "9201" not in str(refused.value.to_model), "cells are the person's to see"
    assert person.asked == []
    assert decided(person, model_turn=turn).next == "go"
    turn.begin(at_work=True)
    assert (turn.mapping_attempts, turn.doubts) == (0, []), "another message begins anew"


def test_a_service_that_nobody_knows_is_asked_for_a_few_times_only():
    person: FakePerson = FakePerson(["by pigeon"] * MOST_QUESTIONS)
    context = SimpleNamespace(dialogue=person, home_country="US")
    with pytest.raises(ShipchatError, match="E-2339"):
        asyncio.run(read_choice(cast(Any, context), "by pigeon"))
    assert len(person.asked) == MOST_QUESTIONS


@given(parts=st.lists(st.integers(1, 3), min_size=1, max_size=3), whole=st.booleans())
def test_an_order_goes_whole_or_with_the_rows_that_match(parts: list[int], whole: bool):
    """Whatever the orders, one question decides about all of them; a whole order's rows stand together."""
    rows = {
        (order, place): SheetRow(10 * order + place, 10 * order + place + 1, {"No": str(order)}, "c")
        for order, more in enumerate(parts, 1)
        for place in range(more + 1)
    }
    pairs = [([rows[order, 0]], [rows[order, place] for place in range(1, n + 1)]) for order, n in enumerate(parts, 1)]
    selected = Selected([rows[order, 0] for order in range(1, len(parts) + 1)], "TRUE", parts=pairs)
    person = FakePerson([WHOLE if whole else PART])
    asyncio.run(settle_parts(person, selected, OrderColumns("No")))
    numbers = [row.row_number for row in selected.rows]
    assert numbers == sorted(row.row_number for key, row in rows.items() if whole or key[1] == 0)
    assert len(person.asked) == 1


def test_another_sheet_takes_nothing_over_from_the_last_one():
    sheet = SheetState(cast(Any, None), cast(Any, None))
    with pytest.raises(ShipchatError, match="E-1501"):
        sheet.require()
    sheet.columns_chosen["weight"], sheet.answers["hidden_rows"] = "Gross", "yes"
    opened = OpenSheet("b.csv", {}, {"name": "b.csv"})
    sheet.replace(opened)
    assert (sheet.require(), sheet.columns_chosen, sheet.answers) == (opened, {}, {})
