"""No key, click or word approves early: a rule over times, so over all times."""

from hypothesis import given
from hypothesis import strategies as st

from tui.model.gate import DEAD_TIME_S, TYPING_PAUSE_S, ApprovalGate

DIGEST = "9f2c41d0"
seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)


def painted(at: float, typed_confirmation: str | None = None) -> ApprovalGate:
    gate = ApprovalGate()
    gate.show(DIGEST, typed_confirmation)
    assert gate.painted(DIGEST, at)
    return gate


@given(at=seconds, after=st.floats(min_value=-100, max_value=DEAD_TIME_S, exclude_max=True))
def test_nothing_approves_before_the_dead_time_is_over(at: float, after: float) -> None:
    if at + after >= at + DEAD_TIME_S:
        return  # rounded away at large clocks
    for gate, words in ((painted(at), ""), (painted(at, "ship 120"), "ship 120")):
        assert not gate.key_approves(at + after)
        assert not gate.click_approves(at + after)
        assert not gate.text_approves(words, at + after)


@given(at=seconds, pause=st.floats(min_value=0, max_value=TYPING_PAUSE_S, exclude_max=True))
def test_no_key_approves_while_the_person_types(at: float, pause: float) -> None:
    gate = painted(at)
    gate.typed(at + 5)
    if at + 5 + pause < at + 5 + TYPING_PAUSE_S:
        assert not gate.key_approves(at + 5 + pause)
    assert gate.key_approves(at + 5 + TYPING_PAUSE_S + 0.01)


def test_a_key_after_both_pauses_approves_and_never_without_a_paint() -> None:
    gate = painted(10.0)
    assert gate.key_approves(10.5)
    gate.show("another", None)
    assert not gate.key_approves(1e9)


def test_the_click_that_brought_the_window_to_the_front_does_not_count() -> None:
    gate = painted(10.0)
    gate.window_focused(20.0)
    assert not gate.click_approves(20.1)
    assert gate.click_approves(20.6)


def test_where_text_is_asked_for_no_key_counts_and_only_the_exact_text_does() -> None:
    gate = painted(10.0, "ship 120")
    assert not gate.key_approves(99.0)
    for words in ("ship 12", "Ship 120", "ship  120", "yes", "", "ship 120!"):
        assert not gate.text_approves(words, 99.0), words
    assert gate.text_approves(" ship 120 ", 99.0)


def test_a_closed_preview_cannot_be_approved() -> None:
    gate = painted(10.0)
    gate.close("not this one")
    assert gate.key_approves(99.0)
    gate.close(DIGEST)
    assert not gate.key_approves(99.0)


@given(at=seconds, after=st.floats(min_value=0, max_value=10))
def test_words_begun_in_the_dead_time_count_as_begun_before_the_preview(at: float, after: float) -> None:
    begun = painted(at).begun(at + after)
    if at + after < at + DEAD_TIME_S:
        assert begun < at or at > 1e5
    else:
        assert begun == at + after
