"""The slash commands: one registry that completion, help and dispatch read."""

import re
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Command:
    """`/name argument`. With `sentence` it is said to the session, else the app does it (`action`)."""

    name: str
    summary: str
    argument: str = ""
    action: str | None = None
    sentence: str | None = None

    @property
    def usage(self) -> str:
        return f"/{self.name} {self.argument}".strip()


COMMANDS: tuple[Command, ...] = (
    Command("help", "keys, commands and what to say", action="help"),
    Command("open", "another order sheet: recent ones, files below this folder", action="open"),
    Command("demo", "a sample sheet and the practice UPS; leaves this session", action="demo"),
    Command("preview", "all rows of the preview: sort, filter", action="preview"),
    Command("mapping", "which column each field is taken from", action="mapping"),
    Command("services", "price, days and arrival by other services; choose one", action="services"),
    Command("forget", "take back an answer that you gave; it is asked again", "WHAT", action="forget"),
    Command("log", "every event of the batch", action="log"),
    Command("mode", "confirm, or auto with a limit", "confirm | auto up to $200", sentence="switch to {argument}"),
    Command("dry", "preview what would ship; buy nothing", "WHAT TO SHIP", sentence="dry run: {argument}"),
    Command("pause", "pause the batch after the rows in flight", action="pause"),
    Command("stop", "stop the turn, or choose what to do with a batch", action="stop"),
    Command("jobs", "what was shipped before", sentence="show my jobs"),
    Command("mcp", "MCP servers and their tools, your own too", sentence="show my MCP servers"),
    Command("copy", "copy the last answer", action="copy"),
    Command("theme", "colours", "NAME", action="theme"),
    Command("quit", "leave", action="quit"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    command: Command
    argument: str

    @property
    def missing(self) -> bool:
        """Whether the sentence lacks its argument."""
        sentence = self.command.sentence
        return sentence is not None and "{argument}" in sentence and not self.argument

    @property
    def sentence(self) -> str | None:
        """What to say to the session."""
        if self.command.sentence is None:
            return None
        return self.command.sentence.format(argument=self.argument)


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


def matching(text: str) -> list[Command]:
    """The commands that complete `/x`; none once an argument has begun."""
    if not text.startswith("/") or " " in text:
        return []
    return [command for command in COMMANDS if command.name.startswith(text[1:].casefold())]
