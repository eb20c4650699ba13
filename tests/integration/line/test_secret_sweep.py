"""Where secrets are while a batch runs and after it, when it went well and when it did not: with those who need them.

Canaries stand in the environment for the UPS client secret, the model's key and a database password. No file, no
command line, no output holds one; no process has one in its environment that does not need it.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil
import pytest

from tests.integration.line.shop import COMMAND, SENTENCE, Shop

pytestmark = [pytest.mark.fault, pytest.mark.slow]  # batches by the installed command
UPS_SECRET = "canary-ups-4711-secret"
MODEL_KEY = "sk-ant-canary-0815-model-key"
DATABASE = "canary-db-pass-2342"
ENVIRONMENT = {
    "SHIPCHAT_UPS_CLIENT_ID": "canary-client-id",
    "SHIPCHAT_UPS_CLIENT_SECRET": UPS_SECRET,
    "ANTHROPIC_API_KEY": MODEL_KEY,
    "SHIPCHAT_CLAUDE__BASE_URL": "http://127.0.0.1:1",
    "SHIPCHAT_CLAUDE__RETRIES": "0",
    "SHIPCHAT_DB_SHOP": f"postgresql://ann:{DATABASE}@127.0.0.1:1/shop",
}
NEEDED_BY = {UPS_SECRET: "mcp_servers.ups", DATABASE: "mcp_servers.data", MODEL_KEY: "nobody but the command itself"}
TYPED = "canary-typed-pass-9977"


@dataclass
class Seen:
    """What the processes of a run showed."""

    command_lines: set[tuple[str, ...]] = field(default_factory=set)
    environments: dict[tuple[str, ...], str] = field(default_factory=dict)

    def look(self, process: psutil.Process) -> None:
        line = tuple(process.cmdline())
        if line:
            self.command_lines.add(line)
            self.environments[line] = json.dumps(process.environ())


def watched(shop: Shop, arguments: list[str], environment: dict[str, str]) -> tuple[str, Seen]:
    """Run the command to its end; everything it printed, and what its children showed meanwhile."""
    seen = Seen()
    with subprocess.Popen(
        [COMMAND, *arguments],
        cwd=shop.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for child in _children(process):
            try:
                seen.look(child)
            except psutil.Error:
                continue  # it ended meanwhile
        assert process.stdout is not None
        return process.stdout.read(), seen


def _children(process: "subprocess.Popen[str]") -> Iterator[psutil.Process]:
    while process.poll() is None:
        try:
            yield from psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return


@pytest.mark.parametrize(
    ("arguments", "fault", "embedded", "ended"),
    [
        (["-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "stream-json"], None, False, "completed"),
        (["-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "json"], None, True, "completed"),
        (["-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "json"], "html-200@ship", False, "in_doubt"),
        (["-p", SENTENCE, "--source", "db:shop", "--yes", "--output-format", "json"], None, False, "E-4012"),
        (["-p", SENTENCE, "--source", "orders.csv", "--output-format", "json"], None, False, "E-4403"),
        (["-p", f"open postgresql://u:{TYPED}@127.0.0.1:1/x", "--output-format", "stream-json"], None, False, "E-4012"),
    ],
    ids=["success over HTTP", "success embedded", "doubts", "database away", "model away", "a password typed"],
)  # fmt: skip
def test_no_secret_is_where_it_is_not_needed(shop: Shop, arguments, fault, embedded, ended):
    if fault:
        shop.simulator.fault(fault)
    environment = shop.environment | ENVIRONMENT
    if embedded:
        del environment["SHIPCHAT_UPS_BASE_URL"]
    model = [] if ended == "E-4403" else ["--model", "offline"]
    printed, seen = watched(shop, [*arguments, *model, "--record", "session.jsonl"], environment)
    assert ended in printed, printed

    servers = {line for line in seen.command_lines if any("mcp_servers" in word for word in line)}
    assert {name for name in ("mcp_servers.data", "mcp_servers.ups") if any(name in line for line in servers)}
    if embedded:
        assert any("mcp_servers.ups.simulator" in line for line in servers), servers
    files = {path: path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()}
    assert any(path.name == "ledger.sqlite" for path in files)
    assert any(path.name == "session.jsonl" for path in files)
    for secret in (UPS_SECRET, MODEL_KEY, DATABASE, TYPED):
        assert secret not in printed
        assert [path for path, content in files.items() if secret.encode() in content] == []
        assert [str(path) for path in shop.folder.rglob("*") if secret in str(path)] == []
        # A child is its parent for the moment before it becomes a program of its own.
        lines = [line for line in seen.command_lines if str(COMMAND) not in line]
        assert [line for line in lines if any(secret in word for word in line)] == []
        holders = {
            line for line, variables in seen.environments.items() if secret in variables and str(COMMAND) not in line
        }
        assert {line for line in holders if NEEDED_BY.get(secret) not in line} == set()
