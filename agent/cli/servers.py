"""`shipchat mcp`, `simulator` and `worker`: run one server, the embedded UPS, or a worker, on its own."""

import asyncio
import os
import sys
from typing import Any

import click

from agent.cli.exits import Exit

SERVERS = ("data", "ups", "jobs")


@click.command()
@click.argument("server", type=click.Choice(SERVERS))
def mcp(server: str) -> None:
    """Run one MCP server over stdin and stdout, for any MCP client."""
    _become("mcp_servers." + server, [])


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
@click.pass_context
def simulator(context: click.Context) -> None:
    """Serve the practice UPS over HTTP, or list its records.

    `simulator records FILE --json` lists them.
    """
    _become("mcp_servers.ups.simulator", context.args)


def _become(module: str, arguments: list[str]) -> None:
    """Replace this process: the agent never imports a server, and signals reach the server itself."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", module, *arguments])


@click.command()
@click.option("--address", metavar="HOST:PORT", help="The Temporal server, in place of the setting `temporal.address`.")
@click.option("--namespace", metavar="NAME", help="Its namespace, in place of `temporal.namespace`.")
@click.option("--task-queue", metavar="NAME", help="The queue of this ledger, in place of `temporal.task_queue`.")
def worker(**given: Any) -> None:
    """Run rows of batches that `--on temporal` hands out.

    Ctrl-C ends it once what is in flight is recorded.
    """
    from agent.cli.output import say
    from agent.cli.stopping import on_signals
    from agent.dispatch.faults import require_installed
    from agent.settings import Settings

    require_installed()
    from agent.dispatch.worker import run_worker

    named = {name: value for name, value in given.items() if value}
    settings = Settings.load(**({"temporal": named} if named else {}))

    async def run() -> None:
        stopping = asyncio.Event()
        on_signals(stopping.set)
        await run_worker(settings, stopping, lambda words: say(words, err=True))

    asyncio.run(run())
    raise SystemExit(Exit.DONE)
