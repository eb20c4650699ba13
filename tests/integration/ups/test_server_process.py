"""The server as a process of its own: any MCP client, its embedded UPS, and no secret in any log."""

# ruff: noqa: ASYNC221, ASYNC240 - a test may wait for a small file or command

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.tool_answers import answered

pytestmark = pytest.mark.slow

SECRETS = ("id-of-the-app-4711", "hush-hush-secret-0815")


def parameters(home: Path, **more: str) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "mcp_servers.ups"], env={"SHIPCHAT_HOME": str(home), **more}
    )


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_newcomer_ships_with_nothing_set_up(
    tmp_path: Path, shipment: dict[str, Any], reference: str, not_after: float, mode: Any
) -> None:
    async with Client(parameters(tmp_path), mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools["shipping_create"].annotations.destructive_hint is True
        result = await client.call_tool(
            "shipping_create",
            {
                "environment": "simulator",
                "reference": reference,
                "not_after": not_after,
                "shipment": shipment,
            },
        )
        assert not result.is_error
        assert answered(result)["trackingNumbers"][0].startswith("1ZSIMSIM")
        refused = await client.call_tool("shipping_create", {"environment": "simulator"})
        assert refused.is_error
        assert answered(refused)["outcome"] == "not_done"
    listed = subprocess.run(
        [
            sys.executable,
            "-m",
            "mcp_servers.ups.simulator",
            "books",
            str(tmp_path / "simulator/books.sqlite"),
            "--json",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [entry["reference"] for entry in json.loads(listed.stdout)] == [reference]


async def test_the_embedded_ups_ends_with_its_server(
    tmp_path: Path, shipment: dict[str, Any], wait_until: Callable[..., None]
) -> None:
    def simulators() -> set[int]:
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if b"mcp_servers.ups.simulator" in words and str(tmp_path).encode() in words:
                found.add(int(process.name))
        return found

    async with Client(parameters(tmp_path)) as client:
        await client.call_tool("rating_quote", {"environment": "simulator", "shipment": shipment})
        assert len(simulators()) == 1
    wait_until(lambda: not simulators())


@pytest.mark.fault
async def test_no_secret_in_any_log(
    tmp_path: Path, carrier: Any, shipment: dict[str, Any], reference: str, not_after: float
) -> None:
    carrier.fault("token-expired@rate:1")
    carrier.fault("html-200:1")
    home = tmp_path / "home"
    environment = {
        "SHIPCHAT_UPS_BASE_URL": carrier.url,
        "SHIPCHAT_UPS_CLIENT_ID": SECRETS[0],
        "SHIPCHAT_UPS_CLIENT_SECRET": SECRETS[1],
    }
    log = tmp_path / "log"
    answers = []
    with log.open("w") as errors:
        async with Client(stdio_client(parameters(home, **environment), errlog=errors)) as client:
            for tool, more in (
                ("rating_quote", {}),
                ("shipping_create", {"reference": reference, "not_after": not_after}),
                ("no_such_tool", {}),
            ):
                result = await client.call_tool(tool, {"environment": "simulator", "shipment": shipment, **more})
                answers.append(json.dumps(answered(result)))
    written = [path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 2
    for text in (*answers, *written):
        for secret in (*SECRETS, "Bearer sim."):
            assert secret not in text


def test_bad_settings_are_said_and_end_the_server(tmp_path: Path) -> None:
    environment = {**os.environ, "SHIPCHAT_HOME": str(tmp_path), "SHIPCHAT_UPS_BASE_URL": "https://ups.example.com"}
    done = subprocess.run(
        [sys.executable, "-m", "mcp_servers.ups"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "E-3402" in done.stderr
    assert done.stdout == ""


def test_the_inspector_lists_and_calls(tmp_path: Path) -> None:
    program = os.environ.get("SHIPCHAT_TEST_MCP_INSPECTOR") or shutil.which("mcp-inspector")
    if program is None:
        pytest.skip("the MCP inspector is not installed (npm install @modelcontextprotocol/inspector)")
    # The wrapper only finds an absolute program.
    command = [program, "--cli", sys.executable, "-m", "mcp_servers.ups", "--method"]
    environment = {**os.environ, "SHIPCHAT_HOME": str(tmp_path)}
    listed = subprocess.run([*command, "tools/list"], env=environment, capture_output=True, text=True, check=True)
    names = {tool["name"] for tool in json.loads(listed.stdout)["tools"]}
    assert {"rating_quote", "shipping_create", "shipping_find", "pickup_cancel"} <= names
    called = subprocess.run(
        [*command, "tools/call", "--tool-name", "service_list"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(called.stdout)["structuredContent"]["environment"] == "simulator"
    words = ["environment=simulator", 'lines=["12 Sample St"]', "city=Alpharetta", "state=GA", 'postal_code="30005"']
    given = [part for word in [*words, "country_code=US"] for part in ("--tool-arg", word)]
    found = subprocess.run(
        [*command, "tools/call", "--tool-name", "address_validate", *given],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout)["structuredContent"]["verdict"] == "valid"
