"""Every example of docs/commands.md does what its section says."""

import re
from datetime import date
from pathlib import Path

import pytest

from agent.brains.protocol import Conversation
from agent.understanding.requests import ToolRequest

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"


def examples() -> list[tuple[str, str, str]]:
    """(command, tool, command before it)."""
    found, tool, before = [], "", ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            before = ""
        elif match := re.fullmatch(r"<!-- after: (.+) -->", line):
            before = match[1]
        elif match := re.fullmatch(r"<!-- (\w+) -->", line):
            tool = match[1]
        elif match := re.fullmatch(r"- `(.+)`", line):
            found.append((match[1], tool, before))
    return found


@pytest.mark.parametrize(("command", "tool", "before"), examples())
def test_example(interpret, command, tool, before):
    conversation = Conversation(today=date(2026, 11, 20))
    if before:
        earlier = interpret(before, conversation=conversation)
        conversation.proposal = earlier.arguments
        conversation.earlier = [earlier.arguments]
    action = interpret(command, conversation=conversation)
    assert isinstance(action, ToolRequest), action
    assert action.name == tool


def test_the_page_has_examples():
    assert len(examples()) > 70
