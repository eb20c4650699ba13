"""The popup above the prompt: slash commands and files that fit what was typed."""

from pathlib import Path

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.model import mentions
from tui.model.actions import Action
from tui.model.commands import matching
from tui.model.escaping import visible_line
from tui.text.cards import MUTED
from tui.text.layout import join


def command_option(command: Action) -> Content:
    return join((command.usage.ljust(32), "bold"), (command.summary, MUTED))


class CompletionList(OptionList, can_focus=False):
    """Filled from the text before the cursor; the prompt keeps the focus."""

    class Taken(Message):
        """`text` replaces the last `length` characters before the cursor; `send`: Enter chose a whole command."""

        def __init__(self, length: int, text: str, *, send: bool) -> None:
            super().__init__()
            self.length = length
            self.text = text
            self.send = send

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self._length = 0
        self._choices: list[tuple[str, bool]] = []
        self._dismissed: str | None = None

    @property
    def open(self) -> bool:
        return bool(self.display)

    def offer_commands(self, before: str) -> None:
        found = [] if before == self._dismissed else matching(before)
        choices = [
            (f"/{command.name} ", False) if command.argument else (f"/{command.name}", True) for command in found
        ]
        self._fill(len(before), choices, [command_option(command) for command in found])

    def offer_paths(self, before: str, mention: mentions.Mention, paths: list[str]) -> None:
        if before == self._dismissed:
            paths = []
        said = [mentions.as_said(path) for path in paths]
        said = [
            words.removesuffix('"') if path.endswith("/") else words for words, path in zip(said, paths, strict=True)
        ]
        choices = [(words, before[mention.start :] == words) for words in said]
        self._fill(len(before) - mention.start, choices, [Content(visible_line(path)) for path in paths])

    def _fill(self, length: int, choices: list[tuple[str, bool]], shown: list[Content]) -> None:
        self._length, self._choices = length, choices
        self.set_options([Option(content) for content in shown])
        self.highlighted = 0 if shown else None
        self.display = bool(shown)

    def close(self) -> None:
        self._choices = []
        self.display = False

    def key(self, key: str, before: str) -> None:
        """A key that the prompt handed over."""
        match key:
            case "up":
                self.action_cursor_up()
            case "down":
                self.action_cursor_down()
            case "escape":
                self._dismissed = before
                self.close()
            case _:
                self._take(self.highlighted or 0, send=key == "enter")

    def _take(self, index: int, *, send: bool) -> None:
        if 0 <= index < len(self._choices):
            text, whole = self._choices[index]
            self.post_message(self.Taken(self._length, text, send=send and whole))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._take(message.option_index, send=False)


def paths_for(mention: mentions.Mention) -> list[str]:
    """Looks at a folder; may be slow on a network drive, so call it in a thread."""
    return mentions.completions(mention.text, Path.cwd())
