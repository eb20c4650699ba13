"""Items of the transcript that are only text."""

from collections.abc import Callable, Sequence

from textual.content import Content

from tui.model.items import Answer, Batch, Item
from tui.text import cards
from tui.text.growing import GrowingMarkdown
from tui.text.layout import Paragraph, wrap
from tui.widgets.line_text import LineText


class ParagraphText(LineText):
    """Paragraphs that a function says, asked again whenever the item changes."""

    def __init__(self, say: Callable[[], list[Paragraph]], *, classes: str = "", id: str | None = None) -> None:
        super().__init__(classes=classes, id=id)
        self._say = say

    def lines_at(self, width: int) -> Sequence[Content]:
        return wrap(self._say(), width)

    def item_changed(self) -> None:
        self.changed()


class AnswerText(LineText):
    """The assistant's words, growing or whole."""

    def __init__(self, item: Answer) -> None:
        super().__init__(classes="answer")
        self.item = item
        self._markdown = GrowingMarkdown()
        self._take()

    def _take(self) -> None:
        if self.item.growing:
            self._markdown.become(self.item.text)
        else:
            self._markdown.finish(self.item.text)

    def lines_at(self, width: int) -> Sequence[Content]:
        return self._markdown.lines(width)

    def item_changed(self) -> None:
        self._take()
        self.changed()


class BatchCard(LineText):
    """A whole batch: bar, counters, last events; never a widget per row."""

    def __init__(self, item: Batch) -> None:
        super().__init__(classes="card batch")
        self.item = item
        self.border_title = Content("batch " + item.progress.started.job_id)

    def lines_at(self, width: int) -> Sequence[Content]:
        progress = self.item.progress
        return [cards.progress_bar(progress, width), *wrap(cards.batch(progress), width)]

    def on_mount(self) -> None:
        self._colour()

    def item_changed(self) -> None:
        self._colour()
        self.changed()

    def _colour(self) -> None:
        finished = self.item.progress.finished
        if finished is not None:
            self.set_class(finished.status == "completed", "-good")
            self.set_class(finished.status != "completed", "-bad")
            self.border_subtitle = Content(finished.status.replace("_", " "))


def plain_text(item: Item, say: Callable[[], list[Paragraph]]) -> ParagraphText:
    """The widget of an item without a life of its own."""
    return ParagraphText(say, classes=type(item).__name__.lower())
