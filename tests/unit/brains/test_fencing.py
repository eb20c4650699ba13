"""The fence around foreign text."""

import json
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from agent.brains.fencing import fenced, plain

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(ANYTHING)
def test_nothing_inside_opens_the_fence_and_nothing_is_lost(value):
    text = fenced(value)
    inside = text.removeprefix("<data>").removesuffix("</data>")
    assert "<" not in inside
    assert ">" not in inside
    assert not [letter for letter in inside if category(letter) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}]
    assert json.loads(inside) == value
    inside.encode("utf-8")


def test_letters_stay_readable():
    assert fenced({"city": "Åre, 東京", "note": "a<b"}) == '<data>{"city":"Åre, 東京","note":"a\\u003cb"}</data>'


def test_foreign_text_for_the_screen_is_one_short_line():
    assert plain("a\n\x1b[31mred\u202e\tb") == "a [31mred b"
    assert plain("x" * 400, 10) == "x" * 9 + "…"
