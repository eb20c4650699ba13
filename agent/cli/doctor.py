"""`shipchat doctor`: is everything in place? Each check says what to do where it is not."""

import asyncio
from importlib.metadata import version

import click

from agent.cli.exits import Exit
from agent.cli.output import say
from agent.servers import ServerManager
from agent.settings import Settings
from agent.setup.checks import CHECKS, Finding, Surroundings, asked_model, examine, model, ups
from agent.setup.own_servers import own_servers
from agent.setup.ups_products import try_products


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
    async with ServerManager(settings) as servers:
        around = Surroundings(settings, servers)
        for name, check in CHECKS:
            # The thorough looks ask what the short ones ask, and more.
            if ask_model and check is model:
                found = [await examine(name, asked_model, around)]
            else:
                found = await try_products(around) if deep and check is ups else [await examine(name, check, around)]
            for finding in found:
                whole &= _told(finding)
    for finding in await own_servers(settings):
        whole &= _told(finding)
    return whole


def _told(finding: Finding) -> bool:
    say(f"  {finding.state:<5} {finding.name}: {finding.words}")
    return finding.state != "FAULT"
