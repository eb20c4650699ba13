"""`python -m mcp_servers.ups.simulator`: serve the practice carrier, or list its records."""

import argparse
import asyncio
import json
import os
import socket
import sqlite3
import sys
from pathlib import Path
from typing import NoReturn

import platformdirs
import uvicorn

from mcp_servers.shared.terminal import visible
from mcp_servers.ups.simulator import access, records
from mcp_servers.ups.simulator.app import build
from mcp_servers.ups.simulator.carrier import Carrier
from mcp_servers.ups.simulator.faults import CATALOGUE, OPERATIONS, Fault, Faults, parse
from mcp_servers.ups.simulator.wire import BreakableProtocol

HOST = "127.0.0.1"


class _Parser(argparse.ArgumentParser):
    """Its refusals repeat what was typed."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


class _AnnouncingServer(uvicorn.Server):
    """Says its address, and nothing else, on stdout as soon as it listens."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"{self._url}\n")
        sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 when the records are another program's, or the port is taken."""
    options = command_line().parse_args(arguments)
    if options.command == "records":
        return _list(options.file, as_json=options.json)
    try:
        own_records = records.CarrierRecords(options.records)
        token = access.token_of(options.records)
        listener = listen(options.port)
    except (ValueError, OSError, sqlite3.Error) as error:
        sys.stderr.write(f"{visible(str(error))}\n")
        return 1
    faults = Faults(options.fault, options.seed)
    carrier = Carrier(own_records, faults, latency_s=options.latency_ms / 1000, seed=options.seed)
    config = uvicorn.Config(
        build(carrier, token),
        http=BreakableProtocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        backlog=512,
    )
    server = _AnnouncingServer(config, f"http://{HOST}:{listener.getsockname()[1]}")
    try:
        asyncio.run(_serve(server, listener, until_stdin_closes=options.until_stdin_closes))
    except KeyboardInterrupt:
        return 130
    finally:
        own_records.close()
    return 0


def command_line() -> argparse.ArgumentParser:
    home = Path(os.environ.get("SHIPCHAT_HOME") or platformdirs.user_data_dir("shipchat")).expanduser()
    parser = _Parser(
        prog="shipchat simulator",
        description="Serves the embedded UPS for practice on this machine. Its first line is its address:\n"
        "SHIPCHAT_UPS_BASE_URL points any shipchat at it.",
        epilog=_fault_words(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8765, help="default 8765; 0 = any free one")
    parser.add_argument(
        "--records",
        "--books",
        type=Path,
        default=home / "simulator" / "books.sqlite",
        metavar="FILE",
        help="its own database; made if it does not exist",
    )
    parser.add_argument("--latency-ms", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="extend",
        nargs="+",
        default=[],
        metavar="NAME",
        help="what goes wrong; see below",
    )
    parser.add_argument("--seed", type=int, default=0, help="makes faults with a probability repeatable")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the parent process")
    parser.set_defaults(command="serve")
    commands = parser.add_subparsers()
    listing = commands.add_parser("records", aliases=["books"], help="list the labels in a file of records")
    listing.add_argument("file", type=Path)
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(command="records")
    return parser


def _fault(text: str) -> Fault:
    # argparse shows the reason of this error only.
    try:
        return parse(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from problem


def _fault_words() -> str:
    wide = max(map(len, CATALOGUE))
    lines = [f"  {name:<{wide}}  {words}" for name, (words, _) in CATALOGUE.items()]
    return "\n".join(
        (
            "faults, written NAME[=VALUE][@OPERATION][:COUNT|:PROBABILITY], e.g. lost-answer:1 or burst-429@rate:0.2",
            f"(operations: {', '.join(sorted(OPERATIONS))}; a number with a point is a probability):",
            *lines,
        )
    )


def listen(port: int) -> socket.socket:
    """A socket of this machine only, bound to the port (0 = any free one)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # asyncio sets it on sockets made with a protocol number only. Without it an answer in two parts waits for the
    # client's delayed acknowledgement: 40 ms each.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((HOST, port))
    return listener


async def _serve(server: uvicorn.Server, listener: socket.socket, *, until_stdin_closes: bool) -> None:
    watch = asyncio.create_task(_end_with_stdin(server)) if until_stdin_closes else None
    await server.serve(sockets=[listener])
    if watch is not None:
        watch.cancel()


async def _end_with_stdin(server: uvicorn.Server) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(1024):
        pass
    server.should_exit = True


def _list(path: Path, *, as_json: bool) -> int:
    if not path.exists():
        sys.stderr.write(f"there are no carrier records at {visible(str(path))}\n")
        return 1
    try:
        connection = records.connect(path)
    except (ValueError, sqlite3.Error) as error:
        sys.stderr.write(f"{visible(str(error))}\n")
        return 1
    found = records.entries(records.all_shipments(connection))
    connection.close()
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return 0
    for entry in found:
        state = "void" if entry["voided"] else "    "
        where = f"{entry['ship_to']['city']} {entry['ship_to']['postal_code']}"
        row = (entry["created_at"][:19], entry["tracking_number"], state, f"{entry['charge_cents'] / 100:8.2f}", where)
        sys.stdout.write(visible("  ".join((*row, str(entry["reference"])))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
