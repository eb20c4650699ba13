"""The offline brain's questions: every answer leads on, one that is not understood is said once, and a turn ends."""

from datetime import date
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.brain import OfflineBrain

COLUMNS = {
    "Order": ["SO-1", "SO-2", "SO-3"],
    "State": ["WA", "CA", "TX"],
    "City": ["Seattle", "Washington", "Austin"],
    "Total": ["10", "200", "300"],
    "Order Date": ["2026-11-13", "2026-11-18", "2026-11-20"],
}
AGAIN = "I do not understand “{answer}” as an answer to that."
ENOUGH = "I do not understand that answer either. Please say the whole command in other words."


class FakeToolbox:
    """A toolbox and a voice over three rows; it gives the listed answers, then the last one for ever."""

    def __init__(self, *answers: str, refuse: bool = False) -> None:
        self.answers = list(answers)
        self.refuse = refuse
        self.asked: list[str] = []
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.said: list[str] = []

    def published(self) -> list[dict[str, Any]]:
        return []

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if name == "describe_sheet":
            kinds = {"Total": "decimal", "Order Date": "date"}
            columns = [
                {"name": n, "type": kinds.get(n, "text"), "nulls": 0, "distinct_count": 3, "person": False}
                for n in COLUMNS
            ]
            return {"name": "orders.csv", "row_count": 3, "columns": columns}
        if name == "column_values":
            values = [{"value": value, "count": 1} for value in COLUMNS[arguments["column"]]]
            return {"values": values, "distinct_count": 3}
        if name == "ask_person":
            self.asked.append(arguments["question"])
            return {"answer": self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]}
        self.called.append((name, arguments))
        if name == "propose_shipment" and self.refuse:
            return {"isError": True, "code": "E-2450"}
        return {"count": 2, "shown": 2}

    look = call

    async def __call__(self, text: str) -> None:
        self.said.append(text)

    def delta(self, text: str) -> None: ...

    def notice(self, text: str, level: str = "info") -> None: ...

    def used(self, input_tokens: int, output_tokens: int, cost_cents: int | None) -> None: ...


def conversation() -> Conversation:
    return Conversation(today=date(2026, 11, 20))


@pytest.mark.parametrize(
    "said",
    [
        "ship the Washington orders by ground",
        "ship the big ones by ground",
        "ship all Texas orders by standard",
        "ship CA orders by ground tomorrow",
        "ship orders since Friday by ground",
        "ship orders from a Friday by ground",
        "ship the first and last 2 orders by ground",
        "ship orders in CA and over $100 or in TX, ground",
        "ship 2 orders by ground",
        "the total is in column Foo",
    ],
)
@pytest.mark.parametrize("answer", ["the orders please", "qwrtzp", "um", "all", "1234567"])
async def test_no_answer_keeps_a_turn_alive(said, answer):
    toolbox, talk = FakeToolbox(answer), conversation()
    await OfflineBrain().turn(said, talk, toolbox, toolbox)
    assert 0 < len(toolbox.asked) <= 12
    assert max(toolbox.asked.count(question) for question in toolbox.asked) <= 2
    assert sum(text.startswith("I do not understand “") for text in toolbox.said) <= 2
    for name, arguments in toolbox.called:
        cut = {"limit", "sample", "every"} & arguments.keys()
        assert name != "propose_shipment" or arguments["where"] != "TRUE" or cut, "an answer never widens"
    if toolbox.said[-1:] == [ENOUGH]:
        assert toolbox.asked[-1] not in talk.answers, "the same command asks anew"


async def test_what_is_not_understood_is_said_once_and_asked_once_more():
    toolbox = FakeToolbox("the orders please", "over $100")
    await OfflineBrain().turn("ship the big ones by ground", conversation(), toolbox, toolbox)
    assert len(toolbox.asked) == 2
    assert toolbox.said == [AGAIN.format(answer="the orders please")]
    assert toolbox.called == [
        ("propose_shipment", {"where": '"Total" > 100', "in_words": "Total over $100", "service": "03"})
    ]


async def test_a_command_instead_of_an_answer_is_taken_and_what_it_replaces_is_said():
    toolbox = FakeToolbox("actually ship the Texas orders by 2nd day air")
    await OfflineBrain().turn("ship the big ones by ground", conversation(), toolbox, toolbox)
    assert len(toolbox.asked) == 1
    assert "“ship the big ones by ground” is dropped" in toolbox.said[0]
    assert toolbox.called[-1][1] == {"where": "\"State\" = 'TX'", "in_words": "State is Texas", "service": "02"}


async def test_a_question_instead_of_an_answer_is_answered_and_buys_nothing():
    toolbox = FakeToolbox("how many orders are there for Texas?")
    await OfflineBrain().turn("ship the big ones by ground", conversation(), toolbox, toolbox)
    assert [name for name, _ in toolbox.called] == ["count_rows"]


async def test_a_choice_ends_the_question_of_an_answer_that_named_no_service():
    toolbox = FakeToolbox("quickly", "UPS Ground")
    await OfflineBrain().turn("ship all Texas orders by standard", conversation(), toolbox, toolbox)
    assert len(toolbox.asked) == 2
    assert toolbox.called[-1][1]["service"] == "03"


@pytest.mark.parametrize(
    ("said", "choice", "where"),
    [
        ("ship CA orders by ground tomorrow", "yes", ">= '2026-11-21'"),
        ("ship orders since Friday by ground", "last Friday", ">= '2026-11-13'"),
        ("ship orders since Friday by ground", "today", ">= '2026-11-20'"),
        ("ship orders from a Friday by ground", "last Friday", ">= '2026-11-13'"),
    ],
)
async def test_an_answer_stands_where_the_question_points(said, choice, where):
    toolbox = FakeToolbox(choice)
    await OfflineBrain().turn(said, conversation(), toolbox, toolbox)
    assert len(toolbox.asked) == 1
    assert where in toolbox.called[-1][1]["where"]


async def test_a_count_is_what_those_are_until_something_is_proposed():
    toolbox, talk, brain = FakeToolbox("never"), conversation(), OfflineBrain()
    await brain.turn("how many Texas orders are there?", talk, toolbox, toolbox)
    assert talk.counted == ("\"State\" = 'TX'", "State is Texas")
    refusing = FakeToolbox("never", refuse=True)
    await brain.turn("ship those by ground", talk, refusing, refusing)
    assert refusing.called[-1][1]["in_words"] == "State is Texas"
    assert talk.counted is not None, "nothing came of it"
    await brain.turn("ship those by ground", talk, toolbox, toolbox)
    assert talk.counted is None


async def test_rows_that_were_shown_in_part_are_no_those():
    toolbox, talk, brain = FakeToolbox("never"), conversation(), OfflineBrain()
    await brain.turn("show the top 2 by total", talk, toolbox, toolbox)
    assert talk.counted is None
    await brain.turn("show the Texas orders", talk, toolbox, toolbox)
    assert talk.counted == ("\"State\" = 'TX'", "State is Texas")


def test_another_sheet_forgets_the_rows():
    talk = Conversation(date(2026, 11, 20), proposal={"where": "TRUE"}, earlier=[{}], counted=("TRUE", "all"))
    talk.forget_rows()
    assert (talk.proposal, talk.earlier, talk.counted) == (None, [], None)


async def test_those_are_no_longer_a_list_once_a_question_about_it_stays_open():
    """`Only the zorples.` behind a list: what `those` are then nobody knows, and never the whole list."""
    toolbox, talk = FakeToolbox(None), conversation()
    talk.counted = ("\"State\" IN ('CA', 'TX')", "State is California or Texas")
    await OfflineBrain().turn("only the zorples", talk, toolbox, toolbox)
    assert toolbox.asked
    assert talk.counted is None
    await OfflineBrain().turn("ship those by ground", talk, toolbox, toolbox)
    assert "propose_shipment" not in [name for name, _ in toolbox.called]


async def test_only_behind_a_list_narrows_the_list():
    toolbox, talk = FakeToolbox(), conversation()
    talk.counted = ("\"State\" IN ('CA', 'TX')", "State is California or Texas")
    await OfflineBrain().turn("Only the ones over $250.", talk, toolbox, toolbox)
    assert [name for name, _ in toolbox.called] == ["show_rows"]
    assert "IN ('CA', 'TX')" in toolbox.called[0][1]["where"]
    assert '"Total" > 250' in toolbox.called[0][1]["where"]
