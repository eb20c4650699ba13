"""What every handler is given: settings, client, spool, writer; made once per server process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mcp_servers.shared.faults import fault
from mcp_servers.ups.client import UpsClient
from mcp_servers.ups.durable import GroupWriter
from mcp_servers.ups.embedded import EmbeddedSimulator
from mcp_servers.ups.faults import OTHER_ENVIRONMENT
from mcp_servers.ups.models import Environment
from mcp_servers.ups.settings import UpsSettings
from mcp_servers.ups.spool import Spool


@dataclass(frozen=True, slots=True)
class App:
    """The server's one application state."""

    settings: UpsSettings
    client: UpsClient
    spool: Spool
    writer: GroupWriter


@asynccontextmanager
async def run_app(settings: UpsSettings) -> AsyncIterator[App]:
    """Everything the handlers need; at the end what was handed to the writer is on disk."""
    simulator = EmbeddedSimulator(settings.carrier_records)

    async def base_url() -> str:
        return settings.base_url or await simulator.url()

    client = UpsClient(settings, base_url)
    writer = GroupWriter()
    # The practice UPS loads while the client still thinks; a call waits for the same start, and tells why it failed.
    early = asyncio.create_task(simulator.url()) if settings.base_url is None else None
    try:
        yield App(settings, client, Spool(settings.spool_folder), writer)
    finally:
        if early is not None:
            await asyncio.gather(early, return_exceptions=True)
        await writer.close()
        await client.close()
        await simulator.close()


def check_environment(app: App, asked: Environment) -> None:
    """Refuse a call that was planned for another environment (E-2101)."""
    if asked != app.settings.environment:
        raise fault(
            OTHER_ENVIRONMENT,
            where="environment",
            asked=asked,
            own=app.settings.environment,
            more={"outcome": "not_done"},
        )
