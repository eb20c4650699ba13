"""`shipchat mcp` and `shipchat simulator`: run one server, or the embedded UPS, on its own."""

import os
import sys

import click

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
