"""`shipchat doctor`: is everything in place? Each check says what to do where it is not."""

import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version

import click

from agent.batch.approval.parcel_holders import same_parcel_twice
from agent.cli.exits import Exit
from agent.cli.output import say
from agent.errors import ShipchatError, from_reply, is_refusal
from agent.ledger.store import Ledger
from agent.servers import ServerManager
from agent.settings import Settings

SERVERS = ("data", "ups", "jobs")

PROBE = {
    "lines": ["14 Juniper Court"],
    "city": "Albany",
    "state": "NY",
    "postal_code": "12207",
    "country_code": "US",
}
"""A request that costs nothing and needs an answer of UPS itself; its test environment knows addresses of NY and CA."""

Check = Callable[[], Awaitable[str]]


@click.command()
def doctor() -> None:
    """Check settings, ledger, servers and the connection to UPS."""
    settings = Settings.load()
    raise SystemExit(Exit.DONE if asyncio.run(_examine(settings)) else Exit.ERROR)


async def _examine(settings: Settings) -> bool:
    say(f"shipchat {version('shipchat')}, Python {platform.python_version()} ({sys.executable})")
    async with ServerManager(settings) as servers:

        async def home() -> str:
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(settings.home, os.W_OK):
                raise PermissionError(f"{settings.home} cannot be written")
            return str(settings.home)

        async def shipper() -> str:
            sender = settings.sender
            return f"{sender.name}, account …{sender.account_number[-2:]} ({settings.ups_environment})"

        async def ledger() -> str:
            opened = Ledger.open(settings.ledger_path)
            twice = opened.read(same_parcel_twice)
            opened.close()
            more = f" (an earlier version bought a second label for one parcel: {', '.join(twice)})"
            return f"{settings.ledger_path}{more if twice else ''}"

        async def ups() -> str:
            reply = await servers.call("ups", "address_validate", PROBE | {"environment": settings.ups_environment})
            if is_refusal(reply):
                raise from_reply(reply)
            return settings.ups_base_url or f"{settings.ups_environment} (built in or UPS's own host)"

        def server(name: str) -> Check:
            async def check() -> str:
                return f"{len(await servers.list_tools(name))} tools"

            return check

        checks: list[tuple[str, Check]] = [("data folder", home), ("shipper", shipper), ("ledger", ledger)]
        checks += [(f"{name} server", server(name)) for name in SERVERS]
        checks += [("UPS", ups)]
        return all([await _passes(name, check) for name, check in checks])


async def _passes(name: str, check: Check) -> bool:
    try:
        say(f"  ok    {name}: {await check()}")
    except (ShipchatError, OSError) as fault:
        say(f"  FAULT {name}: {fault}")
        return False
    return True
