"""Slash commands come from the registry of actions; help, completion and dispatch read it."""

import pytest

from tui.model.commands import COMMANDS, matching, parse
from tui.model.help import help_text


def test_each_command_does_exactly_one_thing_and_is_in_the_help() -> None:
    text = help_text()
    for command in COMMANDS:
        assert bool(command.does) != bool(command.sentence), command.name
        assert f"`{command.usage}`" in text
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/help", "help", ""),
        ("/th nord", "theme", "nord"),
        ("/MODE auto up to $50", "mode", "auto up to $50"),
        ("/l", "log", ""),
    ],
)
def test_a_command_is_found_by_its_name_or_a_clear_beginning(text: str, name: str, argument: str) -> None:
    parsed = parse(text)
    assert parsed is not None
    assert (parsed.command.name, parsed.argument) == (name, argument)


@pytest.mark.parametrize("text", ["help", "/p", "/nothing", "ship / all", "/help\nme"])
def test_other_text_is_no_command(text: str) -> None:
    assert parse(text) is None


def test_a_sentence_command_is_said_with_its_argument() -> None:
    parsed = parse("/dry all to Texas by Ground")
    assert parsed is not None
    assert parsed.sentence == "dry run: all to Texas by Ground"
    bare = parse("/dry")
    assert bare is not None
    assert bare.missing


def test_completion_stops_where_the_argument_begins() -> None:
    assert [command.name for command in matching("/p")] == ["preview", "pause"]
    assert matching("/mode a") == []
    assert matching("p") == []
