"""Each server's entry for a registry of MCP servers (server.json, schema 2025-12-11), as far as it must be true."""

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from mcp_servers.data.server import build as data
from mcp_servers.jobs.handlers import JobsApp
from mcp_servers.jobs.server import jobs_table
from mcp_servers.shared.tools import ToolTable
from mcp_servers.ups.server import build as ups

SERVERS = Path(__file__).parents[3] / "mcp_servers"
TABLES: list[ToolTable[Any]] = [data(), ups(), jobs_table(JobsApp())]
TEXT = {"type": "string", "minLength": 1}
ARGUMENT = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {"type": {"const": "positional"}, "value": TEXT},
    "additionalProperties": False,
}
VARIABLE = {
    "type": "object",
    "required": ["name", "description"],
    "properties": {
        "name": TEXT,
        "description": TEXT,
        "format": {"enum": ["string", "number", "boolean", "filepath"]},
        "default": TEXT,
        "choices": {"type": "array", "items": TEXT},
        "isSecret": {"type": "boolean"},
    },
    "additionalProperties": False,
}
PACKAGE = {
    "type": "object",
    "required": ["registryType", "identifier", "version", "transport"],
    "properties": {
        "registryType": {"const": "pypi"},
        "identifier": TEXT,
        "version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "runtimeHint": TEXT,
        "transport": {"const": {"type": "stdio"}},
        "packageArguments": {"type": "array", "items": ARGUMENT},
        "environmentVariables": {"type": "array", "items": VARIABLE},
    },
    "additionalProperties": False,
}
ENTRY = {
    "type": "object",
    "required": ["$schema", "name", "title", "description", "version", "packages"],
    "properties": {
        "$schema": {"const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"},
        "name": {"type": "string", "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "maxLength": 200},
        "title": {"type": "string", "minLength": 1, "maxLength": 100},
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": TEXT,
        "packages": {"type": "array", "items": PACKAGE, "minItems": 1},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_entry_is_valid_and_says_what_the_server_is(table: ToolTable[Any]) -> None:
    name = table.name.removeprefix("shipchat-")
    entry = json.loads((SERVERS / name / "server.json").read_text())
    assert list(jsonschema_rs.validator_for(ENTRY).iter_errors(entry)) == []
    assert entry["name"].endswith(f"/{table.name}")
    (package,) = entry["packages"]
    assert {entry["version"], package["version"]} == {version("shipchat"), table.version}
    assert [argument["value"] for argument in package["packageArguments"]] == ["mcp", name]
    code = "\n".join(path.read_text() for path in SERVERS.rglob("*.py"))
    for variable in package["environmentVariables"]:
        assert re.search(rf'"{variable["name"]}"', code), variable["name"]
        assert variable.get("isSecret", False) is ("CLIENT" in variable["name"])
