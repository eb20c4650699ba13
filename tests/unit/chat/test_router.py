"""One reader of words that are commands: which message is what, with what is open, and in which order it is tried."""

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import agent
import tui
from agent.chat.approval import Words, read_words
from agent.chat.document_words import DocumentWords
from agent.chat.forget_words import ForgetWords
from agent.chat.job_words import JobWords
from agent.chat.limit_words import LimitWords, read_limit_words
from agent.chat.pickup_words import PickupWords
from agent.chat.questions import Choices
from agent.chat.router import (
    TABLE,
    Answer,
    Approval,
    BatchWork,
    ColumnChoice,
    EndOfDay,
    LimitChange,
    MappingEdit,
    Mention,
    ModeSwitch,
    NeverMind,
    NothingToApprove,
    OpenSheet,
    Pause,
    Pickup,
    QuestionOpen,
    Refusal,
    Route,
    Sentence,
    SheetPart,
    ShowMapping,
    ShowServers,
    Situation,
    TakeBack,
    TrackParcels,
    TypedApproval,
    UnseenApproval,
    WaitingPreview,
    route,
)
from agent.planning.allowance import Allowance


def approval(message: str) -> Words:
    words = read_words(message)
    assert words is not None
    return words


def limit(message: str) -> LimitWords:
    words = read_limit_words(message)
    assert words is not None
    return words


SHEET = Situation(has_sheet=True)
PREVIEW = Situation(has_sheet=True, preview=WaitingPreview())
UNSEEN = Situation(has_sheet=True, preview=WaitingPreview(seen=False))
LARGE = Situation(has_sheet=True, preview=WaitingPreview("ship 120"))
LARGE_UNSEEN = Situation(has_sheet=True, preview=WaitingPreview("ship 120", seen=False))
CHOICE = Situation(has_sheet=True, question=Choices(["UPS Ground", "Stop"]))
FREE = Situation(has_sheet=True, question=Choices(["Leave out"], free_text=True))
AMOUNT = Situation(has_sheet=True, question=Choices(["1 lb", "2 lb"], numbered=False))
RUNNING = Situation(has_sheet=True, batch_runs=True)
LIMITED = Situation(has_sheet=True, allowance=Allowance(max_total_cents=4000))
LIMITED_PREVIEW = Situation(has_sheet=True, preview=WaitingPreview(), allowance=Allowance(max_total_cents=4000))
GIVEN = Situation(has_sheet=True, given=("service_of_all", "cell:14:city"))
BEHIND = Situation(has_sheet=True, preview=WaitingPreview("ship 120"), question=Choices(["UPS Ground", "Stop"]))
BEHIND_FREE = Situation(has_sheet=True, preview=WaitingPreview(), question=Choices(["Leave out"], free_text=True))
YES_NO = Situation(has_sheet=True, preview=WaitingPreview(), question=Choices(["Yes", "No"]))
NOTHING = Situation()

READ: list[tuple[str, Situation, Route]] = [
    # A preview waits, or none does.
    ("yes", PREVIEW, Approval(approval("yes"))),
    ("yes", UNSEEN, UnseenApproval()),
    ("yes", SHEET, NothingToApprove()),
    ("ship them", NOTHING, NothingToApprove()),
    ("looks good, switch to auto", PREVIEW, Approval(approval("looks good, switch to auto"))),
    ("go ahead", PREVIEW, Approval(approval("go ahead"))),
    ("go ahead", UNSEEN, Sentence("go ahead")),
    ("continue", SHEET, Sentence("continue")),
    ("no", PREVIEW, Refusal()),
    ("never mind", UNSEEN, Refusal()),
    ("never mind", SHEET, Sentence("never mind")),
    ("ship 120", LARGE, TypedApproval()),
    (" ship 120 ", LARGE, TypedApproval()),
    ("ship 12", LARGE, Sentence("ship 12")),
    ("ship 120", LARGE_UNSEEN, Sentence("ship 120")),
    ("ship 120", PREVIEW, Sentence("ship 120")),
    ("yes", LARGE, Approval(approval("yes"))),
    # The mode is switched whatever is open.
    *[("switch to confirm", open_, ModeSwitch(Words("switch", "confirm"))) for open_ in (PREVIEW, UNSEEN, SHEET, NOTHING)],
    # A question comes before everything.
    ("ups ground", CHOICE, Answer("UPS Ground")),
    ("2", CHOICE, Answer("Stop")),
    ("stop", CHOICE, Answer("Stop")),
    ("cancel", CHOICE, NeverMind()),
    ("3", CHOICE, Sentence("3")),
    ("switch to confirm", CHOICE, ModeSwitch(Words("switch", "confirm"))),
    # A yes without such a choice approves nothing, whatever waits behind the question.
    *[("yes", open_, QuestionOpen()) for open_ in (CHOICE, BEHIND)],
    *[(words, BEHIND, QuestionOpen()) for words in ("looks good, switch to auto", "ship 120", "go ahead", "ship them")],
    ("yes", BEHIND_FREE, Answer("yes")),
    *[(words, BEHIND_FREE, QuestionOpen()) for words in ("ship them", "ok, ship these all")],
    ("yes", YES_NO, Answer("Yes")),
    ("the blue ones", FREE, Answer("the blue ones")),
    ("2", AMOUNT, Sentence("2")),
    ("1 LB", AMOUNT, Answer("1 lb")),
    ("ship the Texas orders", FREE, Sentence("ship the Texas orders")),
    *[
        (words, FREE, Sentence(words))
        for words in ("cheapest that arrives by Friday", "The cheapest service that gets there by Nov 25")
    ],
    ("open orders.csv", FREE, OpenSheet("orders.csv", {})),
    ("raise the limit to $100", FREE, LimitChange(limit("raise the limit to $100"))),
    ("what's left?", FREE, Answer("what's left?")),
    # A batch runs.
    *[(words, RUNNING, Pause()) for words in ("pause", "Stop it!", "hold on", "wait.", "stop the batch")],
    ("pause the printing", RUNNING, Sentence("pause the printing")),
    ("pause", SHEET, Sentence("pause")),
    ("stop", PREVIEW, Refusal()),
    # The limit, where it is meant.
    ("what is the limit", NOTHING, LimitChange(limit("what is the limit"))),
    ("what's left?", LIMITED, LimitChange(limit("what's left?"))),
    ("what's left?", SHEET, Sentence("what's left?")),
    ("lower it to 20 rows", LIMITED, LimitChange(limit("lower it to 20 rows"))),
    ("lower it to 20 rows", LIMITED_PREVIEW, Sentence("lower it to 20 rows")),
    ("lower it to $20", LIMITED_PREVIEW, LimitChange(limit("lower it to $20"))),
    # An answer is taken back.
    ("forget the weight", SHEET, TakeBack(ForgetWords(("weight",)))),
    ("Please take back the weight unit!", PREVIEW, TakeBack(ForgetWords(("weight_unit",)))),
    ("ask me again about the size", SHEET, TakeBack(ForgetWords(("box",)))),
    ("ask me about the service again", SHEET, TakeBack(ForgetWords(("service_of_all", "service")))),
    ("forget the weight i gave", SHEET, TakeBack(ForgetWords(("weight",)))),
    ("forget the weight", FREE, TakeBack(ForgetWords(("weight",)))),
    ("forget the weight", NOTHING, Sentence("forget the weight")),
    ("forget what I gave", SHEET, TakeBack(ForgetWords())),
    ("forget all my answers", SHEET, TakeBack(ForgetWords(everything=True))),
    ("forget the city of row 14", SHEET, Sentence("forget the city of row 14")),
    ("forget the city of row 14", GIVEN, TakeBack(ForgetWords(("cell:14:city",)))),
    ("forget the preview", PREVIEW, Refusal()),
    ("forget it", PREVIEW, Refusal()),
    ("forget the Texas orders", PREVIEW, Sentence("forget the Texas orders")),
    # To the letter.
    ("orders.csv", NOTHING, OpenSheet("orders.csv", {})),
    ("open shop.xlsx, sheet March", SHEET, OpenSheet("shop.xlsx", {"sheet": "March"})),
    ("the header is in row 3", SHEET, SheetPart({"header_row": 3})),
    ("the header is in row 3", NOTHING, Sentence("the header is in row 3")),
    ("use the sheet March", SHEET, SheetPart({"sheet": "March"})),
    ('use the column "Who" for name', SHEET, ColumnChoice("name", "Who")),
    ('use the column "Ship "For" Name" for postal code', SHEET, ColumnChoice("postal_code", 'Ship "For" Name')),
    ('use the column "Who" for name', FREE, ColumnChoice("name", "Who")),
    ('use the column "Who" for the recipient', SHEET, Sentence('use the column "Who" for the recipient')),
    ('use the column "Who" for name', NOTHING, Sentence('use the column "Who" for name')),
    ("Show me the mapping", SHEET, ShowMapping()),
    ("show the mapping", NOTHING, Sentence("show the mapping")),
    ('set the company to row["Firm"]', SHEET, MappingEdit("company", 'row["Firm"]')),
    ('set the company to row["Firm"]', NOTHING, Sentence('set the company to row["Firm"]')),
    ("@orders.csv ship all", SHEET, Mention("orders.csv", "ship all")),
    ("Where are my packages?", NOTHING, TrackParcels("all")),
    ("what is late?", PREVIEW, TrackParcels("late")),
    ("print the labels", PREVIEW, BatchWork(JobWords("print"))),
    ("release row 5", NOTHING, BatchWork(JobWords("release", rows=(5,)))),
    ("end of day", PREVIEW, EndOfDay()),
    ("cancel the pickup", PREVIEW, Pickup(PickupWords("cancel"))),
    ("upload invoice.pdf for order 1003", PREVIEW, DocumentWords("invoice.pdf", order="1003")),
    ("/mcp", NOTHING, ShowServers()),
    ("Show my MCP servers", PREVIEW, ShowServers()),
    ("show my servers' orders", SHEET, Sentence("show my servers' orders")),
    ("ship all in orders.csv", NOTHING, Mention("orders.csv", "ship all")),
    ("ship all in orders.csv", SHEET, Sentence("ship all in orders.csv")),
    ("ship all California orders via ground", PREVIEW, Sentence("ship all California orders via ground")),
    ("help", SHEET, Sentence("help")),
    ("", SHEET, Sentence("")),
]  # fmt: skip
EVERYWHERE = (
    BEHIND, BEHIND_FREE, YES_NO, SHEET, PREVIEW, UNSEEN, LARGE, LARGE_UNSEEN, CHOICE, FREE, AMOUNT, RUNNING, LIMITED, LIMITED_PREVIEW, NOTHING
)  # fmt: skip


@pytest.mark.parametrize(("message", "situation", "meant"), READ)
def test_what_a_message_means(message: str, situation: Situation, meant: Route) -> None:
    assert route(message, situation) == meant


def test_the_order_is_the_one_that_the_docstrings_promise() -> None:
    names = [reader.__name__ for reader in TABLE]
    assert names == [
        "_answer",
        "_pause",
        "_typed",
        "_approval",
        "_limit",
        "_take_back",
        "_parcels",
        "_batch_work",
        "_end_of_day",
        "_pickup",
        "_document",
        "_servers",
        "_location",
        "_part",
        "_mapping",
        "_column",
        "_shown_mapping",
        "_mention",
    ]
    assert {type(meant) for _message, _situation, meant in READ} == set(Route.__args__), "each route is in the table"


@given(
    st.sampled_from([message for message, _situation, _meant in READ]) | st.text(max_size=30),
    st.sampled_from(EVERYWHERE),
)
def test_nothing_approves_what_does_not_wait(message: str, situation: Situation) -> None:
    meant = route(message, situation)
    waits = situation.preview is not None
    assert not isinstance(meant, Approval | TypedApproval) or (situation.preview is not None and situation.preview.seen)
    assert situation.question is None or not isinstance(meant, Approval | TypedApproval | UnseenApproval)
    assert not isinstance(meant, QuestionOpen) or situation.question is not None
    assert not isinstance(meant, Refusal | UnseenApproval) or waits
    assert not isinstance(meant, NothingToApprove) or not waits
    assert not isinstance(meant, Answer | NeverMind) or situation.question is not None
    assert not isinstance(meant, Pause) or situation.batch_runs
    assert not isinstance(meant, SheetPart | MappingEdit) or situation.has_sheet
    assert not isinstance(meant, Sentence) or meant.text == message


def test_without_a_question_the_readers_hardly_overlap() -> None:
    """An open question takes a message before all others; of the others only the path of a whole message is one that
    is mentioned, too."""
    overlaps = set()
    for message, situation in product([message for message, _s, _m in READ], (PREVIEW, RUNNING, NOTHING)):
        takers = [reader.__name__ for reader in TABLE[1:] if reader(message, situation) is not None]
        overlaps |= {(takers[0], taker) for taker in takers[1:]}
    assert overlaps == {("_location", "_mention")}


def test_the_grammars_are_read_by_the_router_only() -> None:
    grammar = re.compile(r"\b(read_words|read_limit_words|named_(location|part|expression|mention))\b")
    readers = {
        path
        for package in (agent, tui)
        for path in Path(str(package.__file__)).parent.rglob("*.py")
        if grammar.search(path.read_text("utf-8"))
    }
    assert {path.name for path in readers} == {"router.py", "approval.py", "limit_words.py", "naming.py"}
