"""Markdown as lines: readable, indented, and the same whether it came at once or piece by piece."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.text.growing import GrowingMarkdown
from tui.text.layout import wrap
from tui.text.markdown import finished_lines, paragraphs

BLOCKS = [
    "# Title",
    "Some *text* with **bold** and `code` that wraps.",
    "- one item that is long enough to wrap\n- two\n  - nested",
    "1. first\n2. second",
    "> a quote",
    "```python\nprint('hi')\n\nend\n```",
    "| a | bb |\n|---|---|\n| 100 | 2 |",
]


def plain(source: str, width: int = 30) -> list[str]:
    return [line.plain for line in wrap(paragraphs(source), width)]


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def test_lists_hang_and_tables_align() -> None:
    assert plain(BLOCKS[2]) == [
        " • one item that is long",
        "   enough to wrap",
        " • two",
        "    ◦ nested",
    ]
    assert [line.rstrip() for line in plain(BLOCKS[6])] == ["a    bb", "100  2"]
    assert plain("a\n\nb") == ["a", "", "b"]


@pytest.mark.parametrize("width", [12, 30, 100])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for line in wrap(paragraphs("\n\n".join([*BLOCKS, "x" * 300])), width):
        assert line.cell_length <= width


@settings(max_examples=60)
@given(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=6), st.integers(1, 40))
def test_an_answer_that_has_ended_looks_as_if_it_came_at_once(blocks: list[str], piece: int) -> None:
    source = "\n\n".join(blocks)
    growing = GrowingMarkdown()
    for end in range(0, len(source) + piece, piece):
        growing.become(source[:end])
        growing.lines(30)
    # While it grows, two lists in a row may be numbered anew; no word is lost.
    assert letters("".join(line.plain for line in growing.lines(30))) == letters("".join(plain(source)))
    growing.finish(source)
    assert [line.plain for line in growing.lines(30)] == plain(source)


def test_only_the_last_block_is_laid_out_again() -> None:
    source = "\n\n".join(f"Paragraph {number}." for number in range(200))
    growing = GrowingMarkdown()
    growing.become(source)
    first = growing.lines(40)
    growing.become(source + " More")
    second = growing.lines(40)
    assert all(before is after for before, after in zip(first[:390], second[:390], strict=True))


def test_what_is_finished_ends_before_the_last_block_or_item() -> None:
    assert finished_lines("one") == 0
    assert finished_lines("one\n\ntwo") == 2
    assert finished_lines("- a\n- b\n- c") == 2
    assert finished_lines("one\n\n```\nx\n\ny") == 2


def test_hostile_markdown_shows_its_escapes_and_no_html() -> None:
    assert plain("\x1b[31mred <b>x</b>") == ["␛[31mred <b>x</b>"]
