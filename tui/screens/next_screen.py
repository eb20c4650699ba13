"""What can be done with the batch now, each by its number; the same words can be typed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible_line
from tui.model.key_table import KeyTable
from tui.text.layout import join


class NextScreen(ModalScreen[str | None]):
    """Answers the sentence that was chosen; the session deals with it as if it had been typed."""

    CSS_PATH = "next_screen.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.NEXT),
        *[Binding(str(number), f"choose({number})", show=False) for number in range(1, 10)],
    ]

    def __init__(self, job_id: str, words: list[str], keys: KeyTable | None = None) -> None:
        super().__init__()
        self.job_id = job_id
        self.words = words
        self.keys = keys or KeyTable()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog next") as frame:
            frame.border_title = Content(f"batch {self.job_id}: what next?")
            frame.border_subtitle = Content(f"{self.keys.line(Place.NEXT)} · Enter takes it")
            yield OptionList(*self._options(), compact=True)

    def _options(self) -> list[Option]:
        return [
            Option(join((f" {number} ", "bold $text-accent"), visible_line(words)))
            for number, words in enumerate(self.words, 1)
        ]

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_choose(message.option_index + 1)

    def action_choose(self, number: int) -> None:
        if number <= len(self.words):
            self.dismiss(self.words[number - 1])

    def action_close(self) -> None:
        self.dismiss(None)
