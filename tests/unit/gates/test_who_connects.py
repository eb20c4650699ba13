"""Who can open a connection is a list, and docs/privacy.md tells where each one leads."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEANS = {
    "aiohttp", "anthropic", "ftplib", "http.client", "httpx", "httpx2", "requests", "smtplib", "socket", "ssl",
    "telnetlib", "temporalio.client", "urllib.request", "urllib3", "uvicorn", "websockets",
}  # fmt: skip
"""Modules with which one talks to another machine, or is talked to."""
CALLS = {"create_connection", "start_server", "create_engine", "streamable_http_client"}
LEADS_TO = {
    "agent/brains/claude_client.py": "a model",
    "agent/brains/claude_faults.py": "a model",
    "agent/brains/cloud_client.py": "a model",
    "agent/brains/openai_client.py": "a model",
    "agent/cli/serve.py": "a browser, where the person serves the chat to one",
    "agent/cli/serve_server.py": "a browser, where the person serves the chat to one",
    "agent/dispatch/activities.py": "a Temporal server that was named",
    "agent/dispatch/connecting.py": "a Temporal server that was named",
    "agent/dispatch/dispatcher.py": "a Temporal server that was named",
    "agent/labels/printing.py": "a printer that was named",
    "agent/own_servers/http.py": "a server of the person's own, where mcp.json names one",
    "agent/setup/checks.py": "a printer that was named",
    "agent/ledger/database.py": "the database of a shared ledger, where the settings name one",
    "agent/ledger/sqlite_file.py": "the ledger's file",
    "mcp_servers/data/reading/database.py": "a database that was named",
    "mcp_servers/data/writing/locks.py": "nowhere: this machine's name for a lock file",
    "mcp_servers/ups/client.py": "UPS",
    "mcp_servers/ups/simulator/__main__.py": "this machine",
    "mcp_servers/ups/simulator/wire.py": "this machine",
}


def means_of(tree: ast.AST) -> Iterator[str]:
    """What of the above a module uses."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (name for name in names if name in MEANS or name.split(".")[0] in MEANS)
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CALLS or ast.unparse(node.func) == "asyncio.open_connection":
                yield called


def test_only_these_modules_can_open_a_connection() -> None:
    able = {
        path.relative_to(ROOT).as_posix()
        for package in ("agent", "mcp_servers", "tui")
        for path in (ROOT / package).rglob("*.py")
        if set(means_of(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert able == set(LEADS_TO), "say on docs/privacy.md where the new one leads"
