"""The open question with its numbered choices; a number key, Enter or a click answers."""

from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from agent.events import QuestionAsked
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible_line
from tui.session_protocol import Clock
from tui.text.cards import MUTED, with_commands
from tui.text.layout import join


class QuestionBar(OptionList):
    """Choices in order. Text typed in the prompt answers too."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.QUESTION)
    PLACE = Place.QUESTION

    class Chosen(Message):
        """The person chose an option, counted from 1, at a time; the question has stood since `shown_at`."""

        def __init__(self, question_id: str, number: int, at: float, shown_at: float) -> None:
            super().__init__()
            self.shown_at = shown_at
            self.question_id = question_id
            self.number = number
            self.at = at

    def __init__(self, event: QuestionAsked, clock: Clock) -> None:
        options = [
            Option(join((f" {number} " if number < 10 else "   ", "bold $text-accent"), visible_line(option)))
            for number, option in enumerate(event.options, 1)
        ]
        super().__init__(*options, compact=True)
        self.event = event
        self.clock = clock
        self.shown_at = clock.now()
        self.border_title = with_commands(visible_line(event.text))
        hint = "type an answer, or Tab to choose" if event.free_text else "type the choice, or Tab to choose"
        if self.single_keys:
            hint = "number key, or type the choice"
        self.border_subtitle = join((hint + " · Esc drops the question", MUTED))

    @property
    def single_keys(self) -> int:
        """How many choices one number key may take: none where a number may be, or begin, an answer of its own."""
        return 0 if self.event.free_text or not self.event.numbered else min(9, self.option_count)

    def choose(self, number: int, at: float) -> None:
        """The choice at a place, counted from 1, by a key pressed at a time."""
        self.post_message(self.Chosen(self.event.question_id, number, at, self.shown_at))

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character.isdecimal() and 1 <= int(event.character) <= self.single_keys:
            event.stop()
            self.choose(int(event.character), self.clock.of(event))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.choose(message.option_index + 1, self.clock.of(message))
