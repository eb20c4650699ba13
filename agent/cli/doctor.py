"""`shipchat doctor`: is everything in place? Each check says what to do where it is not."""

import asyncio
from importlib.metadata import version

import click

from agent.cli.exits import Exit
from agent.cli.output import say
from agent.settings import Settings
from agent.setup.doctor import findings


@click.command()
@click.option("--ups", "deep", is_flag=True, help="Also try each UPS API that costs nothing.")
@click.option("--model", "ask_model", is_flag=True, help="Also ask the model for a tool call (a few tokens).")
def doctor(deep: bool, ask_model: bool) -> None:
    """Check machine, settings, ledger, servers and the connection to UPS."""
    settings = Settings.load()
    raise SystemExit(Exit.DONE if asyncio.run(examine_all(settings, deep=deep, ask_model=ask_model)) else Exit.ERROR)


async def examine_all(settings: Settings, *, deep: bool, ask_model: bool = False) -> bool:
    """Tell every finding; whether none of them is a fault."""
    say(f"shipchat {version('shipchat')}")
    whole = True
    async for finding in findings(settings, deep=deep, ask_model=ask_model):
        say(f"  {finding.state:<5} {finding.name}: {finding.words}")
        whole &= finding.state != "FAULT"
    return whole
