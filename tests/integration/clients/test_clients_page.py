"""docs/mcp-clients.md: every form starts a server, and that server's page names each of its tools."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "mcp-clients.md").read_text(encoding="utf-8")


def entries() -> list[tuple[str, dict[str, Any]]]:
    forms = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    return [entry for form in forms for servers in form.values() for entry in servers.items()]


def tools(entry: dict[str, Any], home: Path) -> tuple[str, list[str]]:
    """The server's own name, and the names of its tools, heard over a plain pipe."""
    assert entry["command"] == "shipchat"
    shipchat = [sys.executable, "-c", "from agent.cli.main import main; main()", *entry["args"]]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SHIPCHAT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    with subprocess.Popen(
        shipchat, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=home
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def say(message: dict[str, Any]) -> None:
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")  # type: ignore[union-attr]
            server.stdin.flush()  # type: ignore[union-attr]

        say({"id": 1, "method": "initialize", "params": hello})
        name = json.loads(server.stdout.readline())["result"]["serverInfo"]["name"]
        say({"method": "notifications/initialized"})
        say({"id": 2, "method": "tools/list"})
        listed = json.loads(server.stdout.readline())["result"]["tools"]
        server.stdin.close()
    return name, [tool["name"] for tool in listed]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "entry"), entries())
def test_a_form_starts_its_server_and_its_page_names_every_tool(
    name: str, entry: dict[str, Any], tmp_path: Path
) -> None:
    own_name, names = tools(entry, tmp_path)
    assert own_name == name
    page = (ROOT / "docs" / f"{entry['args'][-1]}-server.md").read_text(encoding="utf-8")
    assert names
    assert [tool for tool in names if not re.search(rf"\b{tool}\b", page)] == []


def test_the_page_has_a_form_for_every_server() -> None:
    assert {entry["args"][-1] for _name, entry in entries()} == {"data", "ups", "jobs"}
