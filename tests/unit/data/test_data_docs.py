"""docs/data-server.md says what the server publishes, and its commands run."""

import re
from pathlib import Path

import pytest

from mcp_servers.data import faults
from mcp_servers.data.server import build
from mcp_servers.data.tools.import_answers import ImportAnswer, PartAnswer
from mcp_servers.shared.faults import FaultKind

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "data-server.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tool", build().published, ids=lambda tool: tool.name)
def test_every_tool_and_argument_is_described(tool):
    (described,) = {
        match for match in re.findall(rf"`({tool.name}\(.*?\))`", PAGE.replace("\n", " ")) if match.endswith(")")
    } or {""}
    assert described, f"{tool.name} is missing"
    for argument in tool.input_schema.get("properties", {}):
        assert re.search(rf"\b{argument}\b", described), argument


@pytest.mark.parametrize("answer", [ImportAnswer, PartAnswer])
def test_every_field_of_an_import_is_described(answer):
    missing = [name for name in answer.model_fields if f"`{name}`" not in PAGE]
    assert missing == []


def test_every_code_that_is_named_exists():
    known = {kind.code for kind in vars(faults).values() if isinstance(kind, FaultKind)} | {"E-2001"}
    assert set(re.findall(r"E-\d{4}", PAGE)) <= known


def test_the_benchmarks_are_commands_of_the_performance_page():
    """Whose own test runs each of its commands."""
    commands = re.findall(r"python -m tests\.benchmarks \w+", PAGE)
    assert {command.split()[-1] for command in commands} == {"write_queue", "million_rows"}
    performance = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert all(f"`{command}`" in performance for command in commands)
