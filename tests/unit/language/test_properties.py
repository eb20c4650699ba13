"""What must hold for any words."""

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brains.language.actions import Ask, Look, Say, ToolRequest
from agent.brains.language.conditions import All, Compare, Either, IsOneOf, Not, all_of, any_of
from agent.brains.language.facts import ColumnFacts, SheetFacts
from agent.brains.language.interpret import interpret
from agent.brains.language.refining import conjuncts
from agent.brains.language.words import cut
from agent.brains.protocol import Conversation

TODAY = date(2026, 11, 20)
SHEET = SheetFacts(
    (
        ColumnFacts("Order", "text", None, (("A-1", 1), ("A-2", 1), ("A-3", 1)), 0, 3, True),
        ColumnFacts("State", "text", None, (("CA", 2), ("TX", 1)), 0, 2, True),
        ColumnFacts("Weight (lb)", "number"),
        ColumnFacts("Total", "number"),
        ColumnFacts("Order Date", "date"),
        ColumnFacts("Status", "text", None, (("paid", 2), ("pending", 1)), 0, 2, True),
        ColumnFacts("Notes", "text"),
    ),
    3,
    "orders.csv",
)
KNOWN = (  # noqa: SIM905
    "ship|all|orders|in|CA|TX|California|except|not|and|or|over|under|10|lb|$100|placed|today|since|Monday|via|ground|"
    "2nd|Day|Air|the|first|3|heaviest|without|notes|paid|status|is|order|A-1|row|2|only|but|for|rest|,|."
).split("|")
words = st.one_of(st.sampled_from(KNOWN), st.text(min_size=1, max_size=8))
sentences = st.lists(words, min_size=1, max_size=14).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(sentences)
def test_any_words_lead_to_a_request_a_question_or_an_answer(text):
    conversation = Conversation(today=TODAY)
    meant = interpret(text, SHEET, conversation)
    assert len(meant.actions) == 1
    assert isinstance(meant.actions[0], (Ask, Look, Say, ToolRequest))
    assert interpret(text, SHEET, conversation) == meant


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="bcdfghjklmnpqrstvwxz", min_size=8, max_size=12))
def test_a_word_that_nothing_explains_is_asked_about(word):
    (action,) = interpret(f"ship the {word} orders via ground", SHEET, Conversation(today=TODAY)).actions
    assert isinstance(action, Ask)
    assert word in action.question


texts = st.text(max_size=20)
conditions = st.recursive(
    st.one_of(
        st.builds(IsOneOf, st.sampled_from(["State", 'a"b']), st.lists(texts, min_size=1, max_size=3).map(tuple)),
        st.builds(Compare, st.just("Total"), st.sampled_from([">", "<"]), st.integers(0, 99).map(str)),
    ),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(all_of),
        st.lists(inner, min_size=1, max_size=3).map(any_of),
    ),
    max_leaves=8,
)


@given(conditions)
def test_no_value_escapes_its_literal(condition):
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "x", condition.clause())
    assert re.fullmatch(r"[x\s\d()<>=,.]*(?:(?:IN|NOT|AND|OR)[x\s\d()<>=,.]*)*", bare)


@given(st.lists(conditions, min_size=1, max_size=4))
def test_the_outer_parts_of_a_conjunction_are_found_again(items):
    guarded = [f"({item.clause()})" for item in items]
    assert conjuncts(" AND ".join(guarded)) == guarded


@given(st.text(max_size=60))
def test_words_are_pieces_of_the_message_in_order(text):
    ends = 0
    for word in cut(text):
        assert word.start >= ends
        assert text[word.start : word.end] == word.text
        ends = word.end


@given(st.lists(conditions, min_size=1, max_size=4))
def test_joined_conditions_are_flat(items):
    joined = all_of(items)
    assert not (isinstance(joined, All) and any(isinstance(item, All) for item in joined.items))
    either = any_of(items)
    assert not (isinstance(either, Either) and any(isinstance(item, Either) for item in either.items))
