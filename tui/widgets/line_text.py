"""A widget that draws lines of text: one widget whatever its length, only visible lines rendered, selectable."""

from abc import abstractmethod
from collections.abc import Sequence

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


class LineText(Widget):
    """Subclasses say their lines for a width and call `changed` when they differ."""

    DEFAULT_CSS = "LineText { height: auto; width: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Content] = ()
        self._lines_width = -1

    @abstractmethod
    def lines_at(self, width: int) -> Sequence[Content]:
        """The lines, each at most `width` columns."""

    def changed(self) -> None:
        """Draw anew; the screen is laid out again only when the number of lines differs."""
        before = len(self._lines)
        self._lines_width = -1
        width = self.content_size.width
        same = width > 0 and len(self._at(width)) == before
        self.refresh(layout=not same)

    def _at(self, width: int) -> Sequence[Content]:
        if width != self._lines_width:
            self._lines, self._lines_width = self.lines_at(width), width
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._at(width))

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        base = self.visual_style
        lines = self._at(width)
        if y >= len(lines):
            return Strip.blank(width, base.rich_style)
        line = self._selected(lines[y], y)
        pieces = line.render(base, end="", parse_style=self._get_style)
        strip = Strip([Segment(words, (base + style).rich_style) for words, style in pieces])
        return strip.adjust_cell_length(width, base.rich_style).apply_offsets(0, y)

    def _selected(self, line: Content, y: int) -> Content:
        selection = self.text_selection
        span = selection.get_span(y) if selection is not None else None
        if span is None:
            return line
        start, end = span
        style = Style.from_styles(self.screen.get_component_styles("screen--selection"))
        return line.stylize(style, start, len(line.plain) if end == -1 else end)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract("\n".join(line.plain for line in self._lines)), "\n"
