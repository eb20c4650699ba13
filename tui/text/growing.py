"""An answer that is still being written: finished blocks are laid out once, only the tail again and again."""

from dataclasses import replace

from textual.content import Content

from tui.text.layout import Paragraph, wrap
from tui.text.markdown import finished_lines, paragraphs


class GrowingMarkdown:
    """Markdown that grows; the cost of a paint is that of its last block, however long the rest is."""

    def __init__(self) -> None:
        self._width = 0
        self._reset()

    def _reset(self) -> None:
        self._source = ""
        self._tail = ""
        self._done: list[Paragraph] = []
        self._done_lines: list[Content] = []
        self._laid_out = 0

    def become(self, source: str) -> None:
        """Take the whole text so far; what does not continue the former text starts anew."""
        if not source.startswith(self._source):
            self._reset()
        self._tail += source[len(self._source) :]
        self._source = source
        finished = finished_lines(self._tail)
        if finished:
            lines = self._tail.split("\n")
            self._done += self._following(paragraphs("\n".join(lines[:finished])))
            self._tail = "\n".join(lines[finished:])

    def finish(self, source: str) -> None:
        """The whole text is there: laid out once as one document."""
        self._reset()
        self._source = source
        self._done = paragraphs(source)

    def lines(self, width: int) -> list[Content]:
        """All lines at this width."""
        if width != self._width:
            self._width, self._done_lines, self._laid_out = width, [], 0
        self._done_lines += wrap(self._done[self._laid_out :], width, continues=bool(self._done_lines))
        self._laid_out = len(self._done)
        tail = self._following(paragraphs(self._tail))
        return self._done_lines + wrap(tail, width, continues=bool(self._done_lines))

    def _following(self, blocks: list[Paragraph]) -> list[Paragraph]:
        """A list that was cut between two items goes on without a gap."""
        if blocks and self._done and self._done[-1].item and blocks[0].item:
            return [replace(blocks[0], gap=False), *blocks[1:]]
        return blocks
