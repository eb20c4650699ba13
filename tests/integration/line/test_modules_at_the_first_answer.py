"""What each process has loaded when it gives its first answer: a heavy module where it is not needed costs every start."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
HEAVY = {
    *(
        "PIL",
        "alembic",
        "anthropic",
        "babel",
        "boto3",
        "dateparser",
        "duckdb",
        "google",
        "jsonschema_rs",
        "keyring",
        "lark",
        "mcp",
        "openai",
    ),
    *(
        "openpyxl",
        "phonenumbers",
        "pydantic_settings",
        "pymysql",
        "psycopg",
        "python_calamine",
        "sqlalchemy",
        "sqlglot",
    ),
    *("textual", "uvicorn", "yaml"),
}
SDK = {"mcp", "uvicorn"}
"""The SDK brings uvicorn along."""
LISTING = """
import atexit, sys
def told():
    with open({file!r}, "a") as log:
        log.write(" ".join(sorted({{name.split(".")[0] for name in sys.modules}})) + "\\n")
atexit.register(told)
"""


def first_answer(server: str, tool: str, arguments: dict[str, Any], folder: Path) -> set[str]:
    """The modules of a server after its first answer, told by itself when its client closes the pipe."""
    log = folder / "modules"
    code = (
        LISTING.format(file=str(log)) + f"import runpy; runpy.run_module('mcp_servers.{server}', run_name='__main__')"
    )
    own = {"SHIPCHAT_HOME": str(folder / "home"), "SHIPCHAT_JOBS_DB": str(folder / "jobs.db")}
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    call = {"name": tool, "arguments": arguments, "_meta": meta}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | own,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "result" in answer, answer
        process.stdin.close()
    return set(log.read_text().splitlines()[-1].split()) & HEAVY


def test_the_data_server_reads_a_text_file_without_the_parts_for_workbooks_and_databases(tmp_path: Path) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text("Order,State\n1,CA\n")
    loaded = first_answer("data", "import_csv", {"path": str(sheet)}, tmp_path)
    assert loaded == SDK | {"duckdb", "sqlglot"}


def test_the_ups_server_needs_the_protocol_and_http(tmp_path: Path) -> None:
    assert first_answer("ups", "service_list", {}, tmp_path) <= SDK


def test_the_jobs_server_needs_the_protocol(tmp_path: Path) -> None:
    assert first_answer("jobs", "bulk_read_new_jobs", {"limit": 1}, tmp_path) <= SDK


def test_the_practice_ups_needs_neither_protocol_nor_models(tmp_path: Path) -> None:
    log = tmp_path / "modules"
    code = LISTING.format(file=str(log)) + (
        f"sys.argv = ['simulator', '--port', '0', '--records', {str(tmp_path / 'books.sqlite')!r}, '--until-stdin-closes']\n"
        "import runpy; runpy.run_module('mcp_servers.ups.simulator', run_name='__main__')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://")
        process.stdin.close()
    loaded = set(log.read_text().split())
    assert loaded & HEAVY == {"uvicorn"}
    assert "pydantic" not in loaded


@pytest.mark.parametrize("brain", ["offline"])
def test_a_dry_run_loads_neither_screens_nor_the_other_brains(brain: str, tmp_path: Path) -> None:
    log, sheet = tmp_path / "modules", tmp_path / "orders.csv"
    sheet.write_text(
        "Order Number,Recipient Name,Address,City,State,ZIP,Weight (lb)\nB-1,Dana Whitfield,1 Juniper Ct,Sacramento,CA,95814,2\n"
    )
    words = ["-p", "ship all via Ground", "--source", str(sheet), "--dry-run", "--model", brain]
    code = LISTING.format(file=str(log)) + f"from agent.cli.main import main; main({words!r})"
    own = {"SHIPCHAT_HOME": str(tmp_path / "home"), "SHIPCHAT_STATE": str(tmp_path / "state")}
    subprocess.run([sys.executable, "-c", code], env=os.environ | own, capture_output=True, check=True, cwd=tmp_path)
    loaded = set(log.read_text().splitlines()[-1].split()) & HEAVY
    assert loaded <= SDK | {"jsonschema_rs", "lark", "pydantic_settings", "sqlalchemy"}


def test_the_servers_start_to_load_before_the_sdk_does(tmp_path: Path) -> None:
    log, sheet = tmp_path / "started", tmp_path / "orders.csv"
    sheet.write_text("Order Number,Recipient Name\nB-1,Dana Whitfield\n")
    words = ["-p", "how many orders are there?", "--source", str(sheet)]
    code = f"""
import sys
def told(event, arguments):
    if event == "subprocess.Popen" and any("mcp_servers." in str(word) for word in arguments[1]):
        with open({str(log)!r}, "a") as log:
            log.write(f"{{arguments[1][-1]}} {{'mcp.client' in sys.modules}}\\n")
sys.addaudithook(told)
from agent.cli.main import main
main({words!r})
"""
    own = {"SHIPCHAT_HOME": str(tmp_path / "home"), "SHIPCHAT_STATE": str(tmp_path / "state")}
    subprocess.run([sys.executable, "-c", code], env=os.environ | own, capture_output=True, check=True, cwd=tmp_path)
    assert sorted(log.read_text().splitlines()) == ["mcp_servers.data False", "mcp_servers.ups False"]
