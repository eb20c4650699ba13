"""The pages of docs/ that are made from code say what the code says now (others have tests beside their subject)."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from agent.cli.main import cli
from tests import command_line_page, events_page, tools_page

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("made", [command_line_page, events_page, tools_page], ids=lambda made: made.__name__)
def test_a_page_is_what_its_code_makes_now(made: ModuleType) -> None:
    assert made.PAGE.read_text(encoding="utf-8") == made.page(), f"run: python -m {made.__name__}"


def commands_of(page: Path) -> Iterator[str]:
    """Every `shipchat ...` in a page: between backticks, behind a prompt, or on an indented line."""
    text = page.read_text(encoding="utf-8")
    yield from re.findall(r"`shipchat ([^`\n]+)`", text)
    yield from re.findall(r"^(?:\$ | {4})shipchat (.+?)(?:\s+#.*)?$", text, re.MULTILINE)


def meant(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and the rest; what is no command is the chat."""
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words:
        inner = command.get_command(context, words[0])
        if inner is None:
            break
        command, words = inner, words[1:]
    if command is cli:
        chat = cli.get_command(context, "chat")
        assert chat is not None
        command = chat
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_that_a_page_names_has_these_options(page: Path) -> None:
    for line in commands_of(page):
        command, words = meant(shlex.split(line.replace("[", " ").replace("]", " ")))
        assert not isinstance(command, click.Group) or not words or words[0].startswith("-"), line
        if command.name == "simulator":
            continue
        known = {name for one in command.params for name in one.opts} | {"--help", "--version"}
        named = {part for word in words if word.startswith("-") for part in word.split("=")[0].split("|")}
        assert named <= known, f"shipchat {line}: {named - known}"
