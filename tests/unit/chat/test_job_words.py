"""Words about what was shipped: which message asks for what, and which are left to the brain."""

import re
from pathlib import Path

import pytest

from agent.chat.job_words import DOUBT_VERBS, MOST_ROWS, JobWords, next_words, read_job_words
from agent.chat.questions import Choices
from agent.chat.router import Answer, BatchWork, Sentence, Situation, WaitingPreview, route
from agent.chat.tools.catalogue import all_tools

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
NUMBER = "1Z999AA10123456784"

READ = {
    "print the labels": JobWords("print"),
    "Please print the labels on Zebra sorted by ZIP code.": JobWords("print", printer="Zebra", sort="ZIP code"),
    "reprint labels of rows 2-4 and 9 on 127.0.0.1:9100": JobWords(
        "print", rows=(2, 3, 4, 9), printer="127.0.0.1:9100", again=True
    ),
    "print them again": JobWords("print", again=True),
    "open the labels": JobWords("open"),
    "labels sorted by SKU": JobWords("labels", sort="SKU"),
    "the labels in SKU order": JobWords("labels", sort="SKU"),
    "save the labels of batch 7f3a as PDF to ~/Desktop": JobWords("save", "7f3a", form="pdf", to="~/Desktop"),
    "save a PDF of the labels from UPS": JobWords("save", form="pdf", from_ups=True),
    "pick list sorted by order of the last batch": JobWords("pick_list", "last", sort="order"),
    "show me the tracking numbers": JobWords("numbers"),
    "which are in doubt?": JobWords("doubts"),
    "is anything in doubt?": JobWords("doubts"),
    "look for the rows in doubt": JobWords("look_up"),
    "release rows 5 and 10": JobWords("release", rows=(5, 10)),
    "release row 5 of batch 7f3a now": JobWords("release", "7f3a", rows=(5,), now=True),
    "release all rows in doubt": JobWords("release"),
    "close row 5": JobWords("close", rows=(5,)),
    f"adopt row 5 as {NUMBER}": JobWords("adopt", rows=(5,), numbers=(NUMBER,)),
    "adopt row 5 as 1z 999 aa1 01 2345 6784": JobWords("adopt", rows=(5,), numbers=(NUMBER,)),
    f"adopt row 5 of batch 7f3a as {NUMBER} and {NUMBER[:-1]}5 unchecked": JobWords(
        "adopt", "7f3a", rows=(5,), numbers=(NUMBER, f"{NUMBER[:-1]}5"), unchecked=True
    ),
    "undo the adoption of row 5": JobWords("undo_adoption", rows=(5,)),
    "write the sheet again": JobWords("write_sheet", again=True),
    "write the tracking numbers into the sheet": JobWords("write_sheet"),
    "write the sheet again to 'copy of orders.csv'": JobWords("write_sheet", again=True, to="copy of orders.csv"),
    "give up writing the sheet": JobWords("dismiss_sheet"),
    "void rows 3 and 5 of batch 7f3a": JobWords("void", "7f3a", rows=(3, 5)),
    f"void the label {NUMBER}": JobWords("void_label", numbers=(NUMBER,)),
    "retry batch 7f3a": JobWords("retry", "7f3a"),
    "resume the last batch": JobWords("resume", "last"),
    "cancel the rest of batch 7f3a": JobWords("cancel", "7f3a"),
    "export batch 7f3a to out.csv": JobWords("export", "7f3a", to="out.csv"),
    "show batch 7f3a": JobWords("show", "7f3a"),
}
OTHERS = [
    "ship rows 5 and 10",
    "print the labels for California",
    "print the labels for California by ground",
    "show me the labels that are late",
    "release the kraken",
    "release row 5 and ship the rest",
    "adopt row 5",
    "adopt row 5 as the label",
    "close the window",
    "open labels.csv",
    "void it",
    "retry the failed ones",
    "show my batches",
    "which orders are doubtful?",
    "print the labels on Zebra on Office",
    f"release rows 1-{MOST_ROWS + 1}",
]


@pytest.mark.parametrize(("message", "words"), READ.items())
def test_words_about_a_batch_are_read(message: str, words: JobWords) -> None:
    assert read_job_words(message) == words


@pytest.mark.parametrize("message", OTHERS)
def test_whatever_says_more_or_something_else_is_a_sentence(message: str) -> None:
    assert read_job_words(message) is None


@pytest.mark.parametrize("message", READ)
def test_they_come_before_every_brain_and_answer_neither_question_nor_preview(message: str) -> None:
    words = BatchWork(READ[message])
    free = Choices(["Leave out"], free_text=True)
    assert route(message, Situation(has_sheet=True)) == words
    assert route(message, Situation(has_sheet=True, preview=WaitingPreview())) == words
    assert route(message, Situation(has_sheet=True, question=free)) == words
    assert route(message, Situation(question=Choices([message]))) == Answer(message)


@pytest.mark.parametrize("named", ["labels", "tracking numbers", "pick list"])
def test_a_thing_that_is_named_alone_may_answer_a_question_in_free_words(named: str) -> None:
    assert route(named, Situation(question=Choices(["Leave out"], free_text=True))) == Answer(named)
    assert isinstance(route(named, Situation()), BatchWork)


def test_every_sentence_of_the_page_is_understood() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## After a batch")[2].partition("\n## ")[0]
    said = [
        words
        for line in section.splitlines()
        if line.startswith("| `")
        for words in re.findall("`([^`]+)`", line.split("|")[1])
    ]
    assert len(said) > 20
    assert [words for words in said if isinstance(route(words, Situation()), Sentence)] == []


def test_no_tool_of_a_model_decides_about_a_doubt_or_prints() -> None:
    verbs = DOUBT_VERBS - {"doubts"} | {"print", "write_sheet", "dismiss_sheet"}
    assert [name for name in all_tools() if any(verb in name for verb in verbs)] == []


ROWS = {"completed": 3, "failed": 1, "in_doubt": 1, "pending": 2, "skipped": 0}


def test_every_next_step_that_is_offered_is_understood_and_the_urgent_ones_come_first() -> None:
    offered = next_words("7f3a12bc34de", ROWS, results_wait=True)
    assert [words for words in offered if read_job_words(words) is None] == []
    assert offered[:2] == ["which are in doubt?", "resume batch 7f3a12bc34de"]


def test_a_batch_without_labels_offers_none() -> None:
    assert next_words("7f3a12bc34de", {"failed": 2}, results_wait=False) == ["retry batch 7f3a12bc34de"]
