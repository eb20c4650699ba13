"""All checks of `shipchat doctor`, one finding after the other: for the command and for the chat."""

from collections.abc import AsyncIterator

from agent.settings import Settings
from agent.setup.checks import CHECKS, Finding, Surroundings, asked_model, examine, ledger, model, ups
from agent.setup.database_checks import database_findings
from agent.setup.own_servers import own_servers
from agent.setup.temporal import is_set_up, temporal
from agent.setup.ups_products import try_products
from agent.station import servers_of


async def findings(settings: Settings, *, deep: bool = False, ask_model: bool = False) -> AsyncIterator[Finding]:
    """Each check as it is done. `deep`: each UPS API too; `ask_model`: the model is asked for a tool call."""
    async with servers_of(settings) as servers:
        around = Surroundings(settings, servers)
        for name, check in CHECKS:
            # The thorough looks ask what the short ones ask, and more.
            if deep and check is ups:
                for finding in await try_products(around):
                    yield finding
            else:
                yield await examine(name, asked_model if ask_model and check is model else check, around)
            if check is ledger:
                for finding in await database_findings(settings):
                    yield finding
        if is_set_up(around):
            yield await examine("Temporal", temporal, around)
    for finding in await own_servers(settings):
        yield finding
