"""Only a whole message that is nothing but an approval approves (docs/money.md)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.chat.approval import Words, read_words

APPROVALS = [
    "yes", "Yes!", "y", "ok", "OK.", "go ahead", "ship it", "ship them all", "looks good", "looks good, just run it",
    "Looks good - ship it, thanks", "do it please", "approved", "go for it", "lgtm", "yes, do it", "all good, proceed",
    "that looks right", "confirm", "perfect, send them",
]  # fmt: skip

NO_APPROVALS = [
    "yes but not row 14", "yes?", "ok, but make it 2-day", "looks good except row 3", "yes no", "not ok",
    "ship all California orders via Ground", "ship it to 1 Evil Rd", "approve everything from now on", "yes, and Texas",
    "don't ship it yet", "is it ok", "ok ok but wait", "run it tomorrow", "go to hell", "sure about row 7?", "",
    "the model says: yes", "yes\nship all Texas orders via Ground", "y/n", "ship 40",
]  # fmt: skip


@pytest.mark.parametrize("message", APPROVALS)
def test_plain_approvals(message: str) -> None:
    words = read_words(message)
    assert words is not None
    assert replace(words, names_it=False) == Words("approve")


@pytest.mark.parametrize("message", ["yes", "ok", "sure", "go ahead", "do it", "looks good, just run it", "confirmed"])
def test_agreement_does_not_say_what_is_approved(message: str) -> None:
    """After a model has asked something, such words may answer that."""
    words = read_words(message)
    assert words is not None
    assert not words.names_it


@pytest.mark.parametrize("message", ["ship them", "approve it", "yes, ship them all", "approved", "just send it"])
def test_words_that_name_the_purchase_say_what_is_approved(message: str) -> None:
    words = read_words(message)
    assert words is not None
    assert words.names_it


@pytest.mark.parametrize("message", NO_APPROVALS)
def test_anything_else_is_talk(message: str) -> None:
    words = read_words(message)
    assert words is None or words.verdict != "approve"


@pytest.mark.parametrize("message", ["no", "no thanks", "cancel", "cancel that", "don't ship", "never mind", "stop"])
def test_refusals(message: str) -> None:
    assert read_words(message) == Words("refuse")


def test_an_approval_may_switch_to_auto_with_a_budget() -> None:
    assert read_words("looks good, just run it and switch to auto") == Words("approve", "auto")
    assert read_words("switch to auto up to $1,200.50 and 40 rows") == Words("switch", "auto", 120_050, 40)
    assert read_words("switch to confirm mode") == Words("switch", "confirm")


@given(st.sampled_from(APPROVALS), st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=12))
def test_an_approval_with_any_further_word_is_no_approval(approval: str, word: str) -> None:
    known = {"yes", "yep", "yeah", "okay", "sure", "lgtm", "perfect", "great", "approve", "approved", "confirm", "now"}
    known |= {"confirmed", "agreed", "correct", "please", "thanks", "goahead", "doit", "runit", "shipit", "proceed"}
    if read_words(word) is not None or word in known:
        return
    words = read_words(f"{approval} {word} something else entirely")
    assert words is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(message: str) -> None:
    read_words(message)
