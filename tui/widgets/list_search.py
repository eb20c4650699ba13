"""Letters that an entry of the list below must contain; Up and Down move in that list, so that the hands stay."""

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList

from tui.bindings import bindings
from tui.model.actions import Place
from tui.widgets.field import Field


class ListSearch(Field):
    """Stands on a screen with one list."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.LIST)

    def action_move(self, step: int) -> None:
        choices = self.screen.query_one(OptionList)
        choices.action_cursor_down() if step > 0 else choices.action_cursor_up()
