"""The servers of this station: on a shared ledger what they ask UPS keeps the pace of all stations."""

from contextlib import suppress

from agent.errors import ShipchatError
from agent.servers import ServerManager
from agent.settings import Settings


def servers_of(settings: Settings) -> ServerManager:
    """The servers of one session or command, none of them started."""
    servers = ServerManager(settings)
    if settings.ledger is not None:
        from agent.ledger.pace import account_of
        from agent.ledger.ups_pace import UpsPace

        number = ""
        with suppress(ShipchatError):
            # Without a sender nothing that costs money is asked.
            number = settings.sender.account_number
        account = account_of(settings.ups_environment, number)
        servers.ups_pace = UpsPace(settings.ledger, account, settings.ups_requests_per_second)
    return servers
