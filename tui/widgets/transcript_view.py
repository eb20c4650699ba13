"""The transcript on the screen: a window of items, following the end only when the reader is there."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from tui.bindings import bindings
from tui.model import items
from tui.model.actions import Place
from tui.model.window import Window
from tui.text import cards, comparison, mapping, welcome
from tui.text.layout import Paragraph, text
from tui.widgets.item_text import AnswerText, BatchCard, ParagraphText, plain_text
from tui.widgets.preview_card import PreviewCard, SettledPreview
from tui.widgets.table_card import TableCard

MARGIN = 1
"""The blank line below a card."""
ItemWidget = AnswerText | BatchCard | PreviewCard | TableCard | ParagraphText


def widget_for(item: items.Item) -> ItemWidget:
    """The one widget that draws this item."""
    match item:
        case items.Answer():
            return AnswerText(item)
        case items.Batch():
            return BatchCard(item)
        case items.Preview():
            return PreviewCard(item) if item.state == "pending" else SettledPreview(item)
        case items.Table():
            return TableCard(item)
    return plain_text(item, lambda: _words(item))


def _words(item: items.Item) -> list[Paragraph]:
    match item:
        case items.Said():
            return cards.said(item.text)
        case items.Steps():
            return cards.steps(item)
        case items.Note():
            return cards.note(item)
        case items.Problem():
            return cards.problem(item)
        case items.Sheet():
            return welcome.sheet(item)
        case items.Offer():
            return welcome.offer(item.event)
        case items.Comparison():
            return comparison.card(item.event)
        case items.Understood():
            return mapping.card(item.event)
        case items.Asked():
            return cards.question(item)
        case items.Recovery():
            return cards.recovery(item)
    raise TypeError(type(item).__name__)


class TranscriptView(VerticalScroll, can_focus=True):
    """Shows `transcript.items[window.start:window.end]`."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.TRANSCRIPT)
    PLACE = Place.TRANSCRIPT

    class Behind(Message):
        """How many items lie below what is shown (0 at the end)."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(self, transcript: items.Transcript, *, id: str) -> None:
        super().__init__(id=id)
        self.transcript = transcript
        self.window = Window()
        self.following = True
        self._mounted: dict[int, ItemWidget] = {}
        self._behind = 0
        self._earlier = ParagraphText(self._earlier_words, classes="earlier")

    def compose(self) -> Iterable[Widget]:
        yield self._earlier

    def on_mount(self) -> None:
        self.anchor()

    def show_changes(self, changed: Iterable[items.Item]) -> None:
        """Paint what was added or has changed since the last call."""
        self.window.grow(len(self.transcript.items), follow=self.following)
        for item in changed:
            widget = self._mounted.get(item.number)
            if isinstance(widget, PreviewCard) and isinstance(item, items.Preview) and item.state != "pending":
                self._replace(widget, item)
            elif widget is not None:
                widget.item_changed()
        self._sync()

    def _replace(self, card: PreviewCard, item: items.Preview) -> None:
        """A preview that no longer waits takes less room."""
        self.mount(self._make(item), after=card)
        card.remove()

    def _sync(self) -> None:
        """Mount and remove until the window's items are on the screen."""
        wanted = self.transcript.items[self.window.start : self.window.end]
        numbers = {item.number for item in wanted}
        gone = [number for number in self._mounted if number not in numbers]
        removed = [self._mounted.pop(number) for number in gone]
        fresh = [item for item in wanted if item.number not in self._mounted]
        if removed:
            self.remove_children(removed)
        before = [item for item in fresh if self._mounted and item.number < min(self._mounted)]
        after = [item for item in fresh if item not in before]
        if before:
            self.mount_all([self._make(item) for item in before], after=self._earlier)
        if after:
            self.mount_all([self._make(item) for item in after])
        if fresh or removed:
            self._earlier.item_changed()
            self._earlier.display = self.window.earlier_count > 0
        self._tell_behind()

    def _make(self, item: items.Item) -> ItemWidget:
        widget = widget_for(item)
        self._mounted[item.number] = widget
        return widget

    def _earlier_words(self) -> list[Paragraph]:
        count = self.window.earlier_count
        return [Paragraph(text(f"▲ {count:,} earlier · Page Up shows them", cards.MUTED))] if count else []

    def _tell_behind(self) -> None:
        count = 0 if self.following else self.window.later_count
        if count != self._behind:
            self._behind = count
            self.post_message(self.Behind(count))

    def release_anchor(self) -> None:
        super().release_anchor()
        self.following = False

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y and not self.following:
            self._reached_end()
        elif new_value <= 0 and old_value > 0 and not self.following:
            self._reached_top()

    def _reached_end(self) -> None:
        if self.window.later_count:
            self._shift(self.window.later)
        else:
            self.following = True
            self._tell_behind()

    def _reached_top(self) -> None:
        if self.window.earlier_count:
            self._shift(self.window.earlier)

    def _shift(self, move: Callable[[], None]) -> None:
        """Move the window and keep the item at the reader's eye where it is."""
        eye = next((widget for widget in self._mounted.values() if widget.region.bottom > self.region.y), None)
        offset = eye.region.y - self.region.y if eye is not None else 0
        move()
        self._sync()
        if eye is not None:
            self.call_after_refresh(self._hold, eye, offset)

    def _hold(self, eye: Widget, offset: int) -> None:
        if eye.is_mounted and not self.following:
            self.scroll_to(y=eye.virtual_region.y - offset, animate=False, immediate=True, release_anchor=False)

    def action_earliest(self) -> None:
        self.release_anchor()
        self.window.start, self.window.end = 0, min(self.window.total, self.window.size)
        self._sync()
        self.scroll_to(y=0, animate=False)

    def action_latest(self) -> None:
        """To the newest item, and follow again."""
        self.following = True
        self.window.to_end()
        self._sync()
        self.anchor()

    def show_waiting(self) -> None:
        """The beginning of the preview that waits, where it is longer than the screen: what is approved is read first.

        Only for a reader at the end; who looks elsewhere is not moved."""
        card = next((widget for widget in self._mounted.values() if isinstance(widget, PreviewCard)), None)
        if card is None or not self.following:
            return
        if card.virtual_region.height + MARGIN > self.size.height:
            self.release_anchor()
            self.scroll_to(y=card.virtual_region.y, animate=False, immediate=True, release_anchor=False)

    def page(self, direction: int) -> None:
        """Scroll a page from wherever the focus is."""
        if direction < 0 and self.scroll_y <= 0:
            self._reached_top()
        elif direction < 0:
            self.scroll_page_up(animate=False)
        else:
            self.scroll_page_down(animate=False)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._earlier:
            self._reached_top()
