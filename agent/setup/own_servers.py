"""What `shipchat doctor` tells of the person's own MCP servers: each is started, asked for its tools, and ended."""

from agent.errors import ShipchatError
from agent.own_servers.supervisor import Limits, OwnServers, RunningServer
from agent.settings import Settings
from agent.setup.checks import Finding


async def own_servers(settings: Settings) -> list[Finding]:
    """One finding for each server of `mcp.json`; none where there is no such file."""
    # Who examines waits as long as a server may take to start; a talk does not.
    own = OwnServers(settings.home, Limits(wait_s=Limits().start_s))
    try:
        await own.start()
        return [_finding(one) for one in own.all]
    except ShipchatError as fault:
        return [Finding("own servers", "FAULT", str(fault))]
    finally:
        await own.close()


def _finding(one: RunningServer) -> Finding:
    name = f"own server {one.server.name}"
    if one.state == "running":
        asking = sum(tool.asks for tool in one.offer.tools)
        left_out = f"; not offered: {'; '.join(one.offer.left_out)}" if one.offer.left_out else ""
        words = f"{len(one.offer.tools)} tools, {asking} of them ask you first{left_out}"
        return Finding(name, "note" if left_out else "ok", f"{one.version}, {words}" if one.version else words)
    if one.state == "starting":
        return Finding(name, "note", "it is still starting")
    return Finding(name, "FAULT", f"it did not start: {one.reason}")
