"""Esc while a batch runs: three different verbs, none of them by accident."""

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.amounts import counted
from tui.model.session_view import SessionView
from tui.text.cards import MUTED
from tui.text.layout import Paragraph, join, text
from tui.widgets.item_text import ParagraphText

StopVerb = Literal["nothing", "turn", "pause", "cancel"]

CHOICES: tuple[tuple[StopVerb, str, str], ...] = (
    ("nothing", "Go on", "the batch continues"),
    ("turn", "Stop the turn", "only what is being thought or asked; the batch continues"),
    ("pause", "Pause the batch", "rows in flight are finished and recorded; it can be resumed"),
    ("cancel", "Cancel the rest", "rows in flight are finished, the others are skipped"),
)
CONFIRM = {
    "pause": "Pause after the rows in flight? Nothing that was shipped changes.",
    "cancel": "Skip every row that was not sent yet? What was shipped stays shipped: voiding is its own command.",
}


class StopScreen(ModalScreen[StopVerb]):
    """First the verb, then, for a batch, a confirmation of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Place.STOP),
        *[Binding(str(number), f"choose({number})", show=False) for number in range(1, 5)],
    ]

    def __init__(self, session_view: SessionView) -> None:
        super().__init__()
        self.session_view = session_view
        self._verb: StopVerb | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield ParagraphText(self._words)
            yield OptionList(*self._options(), compact=True)

    def _words(self) -> list[Paragraph]:
        if self._verb in CONFIRM:
            return [Paragraph(text(CONFIRM[self._verb], "bold"))]
        open_rows = counted(self.session_view.batch_rows - self.session_view.batch_done, "row")
        return [Paragraph(text("A batch is running.", "bold")), Paragraph(text(f"{open_rows} not settled yet.", MUTED))]

    def _options(self) -> list[Option]:
        if self._verb is not None:
            labels = [("No, continue", ""), (f"Yes, {self._verb}", "")]
        else:
            labels = [(label, explanation) for _, label, explanation in CHOICES]
        return [
            Option(join((f" {number} ", "bold $text-accent"), f"{label:<18}", (explanation, MUTED)))
            for number, (label, explanation) in enumerate(labels, 1)
        ]

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.action_choose(message.option_index + 1)

    def action_choose(self, number: int) -> None:
        if self._verb is not None:
            self.dismiss(self._verb if number == 2 else "nothing")
            return
        verb = CHOICES[number - 1][0]
        if verb not in CONFIRM:
            self.dismiss(verb)
            return
        self._verb = verb
        self.query_one(ParagraphText).item_changed()
        choices = self.query_one(OptionList)
        choices.set_options(self._options())
        choices.highlighted = 0

    def action_nothing(self) -> None:
        self.dismiss("nothing")
