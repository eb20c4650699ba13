"""The popup above the prompt: slash commands and files that fit what was typed."""

from dataclasses import dataclass, replace
from pathlib import Path

from textual.content import Content
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


@dataclass(frozen=True, slots=True)
class Taken:
    """`text` replaces the last `length` characters before the cursor; `send`: Enter chose a whole command."""

    length: int
    text: str
    send: bool


class CompletionList(OptionList, can_focus=False):
    """Filled from the text before the cursor; the prompt keeps the focus."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self._offered_for = ""
        self._choices: list[Taken] = []
        self._dismissed: str | None = None

    @property
    def open(self) -> bool:
        return bool(self.display)

    def fits(self, before: str) -> bool:
        """Whether what is offered was looked up for this text before the cursor."""
        return before == self._offered_for

    def offer_commands(self, before: str) -> None:
        found = [] if before == self._dismissed else matching(before)
        choices = [
            Taken(len(before), f"/{command.name} " if command.argument else f"/{command.name}", not command.argument)
            for command in found
        ]
        self._fill(before, choices, [command_option(command) for command in found])

    def offer_paths(self, before: str, mention: mentions.Mention, paths: list[str]) -> None:
        if before == self._dismissed:
            paths = []
        said = [mentions.as_said(path) for path in paths]
        said = [
            words.removesuffix('"') if path.endswith("/") else words for words, path in zip(said, paths, strict=True)
        ]
        typed = before[mention.start :]
        choices = [Taken(len(typed), words, typed == words) for words in said]
        self._fill(before, choices, [Content(visible_line(path)) for path in paths])

    def _fill(self, before: str, choices: list[Taken], shown: list[Content]) -> None:
        self._offered_for, self._choices = before, choices
        self.set_options([Option(content) for content in shown])
        self.highlighted = 0 if shown else None
        self.display = bool(shown)

    def close(self) -> None:
        self._choices = []
        self.display = False

    def key(self, key: str, before: str) -> Taken | None:
        """A key that the prompt handed over; what it chose."""
        match key:
            case "up":
                self.action_cursor_up()
            case "down":
                self.action_cursor_down()
            case "escape":
                self._dismissed = before
                self.close()
            case _:
                taken = self.chosen(self.highlighted or 0)
                return replace(taken, send=taken.send and key == "enter") if taken else None
        return None

    def chosen(self, index: int) -> Taken | None:
        """What stands there, were it taken with Enter."""
        return self._choices[index] if 0 <= index < len(self._choices) else None


def paths_for(mention: mentions.Mention) -> list[str]:
    """Looks at a folder; may be slow on a network drive, so call it in a thread."""
    return mentions.completions(mention.text, Path.cwd())
