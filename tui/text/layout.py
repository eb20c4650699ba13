"""Paragraphs with hanging indents, wrapped for a width: what every text widget draws."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content

NOTHING = Content("")
NARROWEST = 8
"""Columns that text keeps, however deep it is indented."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with a prefix on its first line and another on the rest; `content` may hold line ends."""

    content: Content
    first: Content = NOTHING
    rest: Content = NOTHING
    wraps: bool = True
    gap: bool = False
    """A blank line stands before it (unless it is the first)."""
    item: bool = False
    """It belongs to a list."""


def text(words: str, style: str = "") -> Content:
    """One styled piece; never parsed as markup."""
    return Content.styled(words, style) if style else Content(words)


def join(*pieces: Content | tuple[str, str] | str) -> Content:
    """Pieces in a row: plain text, `(text, style)` or content."""
    return Content.assemble(*pieces)


def wrap(paragraphs: Iterable[Paragraph], width: int, *, continues: bool = False) -> list[Content]:
    """The lines at this width. `continues`: the first paragraph follows others, so its gap counts."""
    lines: list[Content] = []
    for paragraph in paragraphs:
        if paragraph.gap and (lines or continues):
            lines.append(Content(""))
        lines += _lines_of(paragraph, width)
    return lines


def _lines_of(paragraph: Paragraph, width: int) -> list[Content]:
    room = max(NARROWEST, width - max(paragraph.first.cell_length, paragraph.rest.cell_length))
    if paragraph.wraps:
        parts = paragraph.content.wrap(room)
    else:
        parts = [line.truncate(room, ellipsis=True) for line in paragraph.content.split("\n", allow_blank=True)]
    prefixes = [paragraph.first] + [paragraph.rest] * (len(parts) - 1)
    return [prefix + part if prefix else part for prefix, part in zip(prefixes, parts, strict=True)]
