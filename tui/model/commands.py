"""The slash commands of the registry: what a message names, what completes it, and what was meant by one unknown."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from tui.model.actions import ACTIONS, Action

COMMANDS: tuple[Action, ...] = tuple(action for action in ACTIONS if action.name)


@dataclass(frozen=True, slots=True)
class Parsed:
    command: Action
    argument: str

    @property
    def missing(self) -> bool:
        """Whether the sentence lacks its argument."""
        return not self.command.at_once and not self.argument

    @property
    def sentence(self) -> str | None:
        """What to say to the session; None where the app does it."""
        return self.command.sentence.format(argument=self.argument) or None

    @property
    def action(self) -> str:
        """What the app does, as Textual runs it."""
        return f"{self.command.does}({self.argument!r})" if self.argument else self.command.does


def parse(text: str) -> Parsed | None:
    """The command a message names (an unambiguous beginning suffices), or None when it names none."""
    if not text.startswith("/") or "\n" in text.strip():
        return None
    name, _, argument = text[1:].strip().partition(" ")
    found = matching(f"/{name}")
    exact = [command for command in found if command.name == name.casefold()]
    chosen = exact or found
    return Parsed(chosen[0], argument.strip()) if len(chosen) == 1 else None


_NAME = re.compile(r"/([A-Za-z]+)(?:\s|$)")


def names_a_command(text: str) -> bool:
    """Whether a message means a command, known or not: a path has more than one word of letters."""
    return "\n" not in text.strip() and _NAME.match(text) is not None


def did_you_mean(text: str) -> str:
    """What to say to a command that there is not, or that may be several."""
    found = _NAME.match(text)
    name = found[1].casefold() if found else ""
    names = [command.name for command in COMMANDS]
    near = [known for known in names if known.startswith(name)] or get_close_matches(name, names, 3, 0.5)
    meant = " or ".join(f"/{known}" for known in near)
    return f"There is no command /{name}. " + (f"Did you mean {meant}?" if meant else "“/” shows them all.")


def matching(text: str) -> list[Action]:
    """The commands that complete `/x`; none once an argument has begun."""
    if not text.startswith("/") or " " in text:
        return []
    return [command for command in COMMANDS if command.name.startswith(text[1:].casefold())]
