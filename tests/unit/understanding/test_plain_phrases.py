"""Phrases of small letters take a short way to their keys, which must be the keys that cutting finds."""

from hypothesis import example, given
from hypothesis import strategies as st

from agent.understanding.tokens import cut, keys


@given(st.text("abcinstwx ", max_size=30))
@example("st paul in x w or")
@example("none")
@example("two  blanks")
@example(" edges ")
def test_the_short_way_and_cutting_agree(phrase: str) -> None:
    assert keys(phrase) == tuple(token.key for token in cut(phrase))
