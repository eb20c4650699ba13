"""Clients that we did not write: the official TypeScript SDK and the inspector, from `.ci/node` or the path."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.ups.tokens import boot_clock

ROOT = Path(__file__).parents[3]
MODULES = ROOT / ".ci" / "node" / "node_modules"
CLIENT = Path(__file__).with_name("typescript_client.mjs")


class TypescriptClient:
    """One session of the TypeScript SDK's client with one server."""

    def __init__(self, server: str, environment: dict[str, str]) -> None:
        node = shutil.which("node")
        assert node is not None
        self.process = subprocess.Popen(
            [node, str(CLIENT), str(MODULES), sys.executable, "-m", f"mcp_servers.{server}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        self.listed = self._line()

    def _line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line: dict[str, Any] = json.loads(self.process.stdout.readline())
        return line

    def answer(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """What the client makes of the tool's answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"tool": tool, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        return self._line()

    def done(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A success's content, which the client has held against the tool's output schema."""
        answer = self.answer(tool, arguments)
        assert "thrown" not in answer, (tool, answer)
        assert not answer.get("isError"), (tool, answer)
        content: dict[str, Any] = answer["structuredContent"]
        return content

    def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A refusal's content."""
        answer = self.answer(tool, arguments)
        assert answer.get("isError"), (tool, answer)
        content: dict[str, Any] = json.loads(answer["content"][0]["text"])
        return content

    @property
    def tools(self) -> list[str]:
        return [tool["name"] for tool in self.listed["tools"]]

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)


@pytest.fixture
def typescript(tmp_path: Path) -> Iterator[Callable[..., TypescriptClient]]:
    """`typescript("ups", VARIABLE="value")` connects a client to a server of its own."""
    if shutil.which("node") is None or not (MODULES / "@modelcontextprotocol" / "sdk").exists():
        pytest.skip("the TypeScript SDK is not installed (npm install --prefix .ci/node @modelcontextprotocol/sdk)")
    started: list[TypescriptClient] = []

    def connect(server: str, **environment: str) -> TypescriptClient:
        started.append(TypescriptClient(server, {"SHIPCHAT_HOME": str(tmp_path / "home"), **environment}))
        return started[-1]

    yield connect
    for client in started:
        client.stop()


WAITS = ("--connect-timeout", "120000")
"""The inspector's own 15 seconds are too short for a server that starts on a busy machine."""


@pytest.fixture
def inspector(tmp_path: Path) -> Callable[..., Any]:
    """`inspector("ups", "tools/call", "--tool-name", ...)`: what its command line prints, and its exit code."""
    own = MODULES / ".bin" / "mcp-inspector"
    program = (
        os.environ.get("SHIPCHAT_MCP_INSPECTOR") or shutil.which("mcp-inspector") or (own if own.exists() else None)
    )
    if program is None:
        pytest.skip(
            "the MCP inspector is not installed (npm install --prefix .ci/node @modelcontextprotocol/inspector)"
        )

    def run(server: str, method: str, *words: str) -> tuple[dict[str, Any], int]:
        done = subprocess.run(
            # The wrapper only finds an absolute program.
            [str(program), "--cli", sys.executable, "-m", f"mcp_servers.{server}", "--method", method, *words, *WAITS],
            env={**os.environ, "SHIPCHAT_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout), done.returncode

    return run


@pytest.fixture
def carrier_with(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a practice UPS with faults on; the value is its address."""
    started: list[subprocess.Popen[str]] = []

    def start(*faults: str) -> str:
        command = [sys.executable, "-m", "mcp_servers.ups.simulator", "--port", "0"]
        command += ["--records", str(tmp_path / f"carrier{len(started)}.sqlite"), "--fault", *faults]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        output = started[-1].stdout
        assert output is not None
        return output.readline().strip()

    yield start
    for process in started:
        process.terminate()
        process.wait(10)


@pytest.fixture
def not_after() -> float:
    """A minute ahead on the clock of `shipping_create`."""
    return boot_clock() + 60
