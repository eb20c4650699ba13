"""Whatever a sheet, a server or a model says, the terminal obeys none of it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.escaping import visible, visible_line


@given(st.text(alphabet=st.characters()))
def test_no_control_or_direction_character_survives(text: str) -> None:
    shown = visible(text)
    for character in shown:
        if character in "\n\u200c\u200d":
            continue
        assert unicodedata.category(character) not in {"Cc", "Cs"}
        assert unicodedata.bidirectional(character) not in {
            "LRE",
            "RLE",
            "LRO",
            "RLO",
            "PDF",
            "LRI",
            "RLI",
            "FSI",
            "PDI",
        }
    assert "\n" not in visible_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Ada Brook", "plain Ada Brook"),
        ("\x1b[2J\x07gone", "␛[2J␇gone"),
        ("a\tb", "a⇥ b"),
        ("price\u202e00.1$", "price⟨U+202E⟩00.1$"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("Zoë 東京 👩‍🚀", "Zoë 東京 👩‍🚀"),
        ("two\r\nlines", "two␍\nlines"),
    ],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
