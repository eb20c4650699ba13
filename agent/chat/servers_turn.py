"""`/mcp`: the MCP servers, shipchat's and the person's own, with what each may be asked for."""

from importlib.metadata import version

from agent.chat.state import SessionState
from agent.errors import ShipchatError
from agent.events import NoticeShown, TableShown
from agent.own_servers.supervisor import RunningServer

OURS = ("data", "ups", "jobs")
COLUMNS = ["Server", "State", "Version", "Tool", "A call"]


async def show_servers(state: SessionState) -> None:
    """Start what of the person's own does not run, and list all."""
    own = state.own_servers
    try:
        await own.start(again=True)
    except ShipchatError as refusal:
        state.say(str(refusal), "warning")
    tools, _ = own.tools()
    offered = {tool.name for tool in tools}
    rows = [await _ours(state, name) for name in OURS]
    for one in own.all:
        rows += _rows(one, offered)
    for line in own.news():
        state.emit(NoticeShown(line, "warning", kept_as="warning"))
    count = len(own.all)
    if not count:
        state.say(f"You have no servers of your own: {state.settings.home / 'mcp.json'} would name them.")
    state.emit(
        TableShown("MCP servers", COLUMNS, rows, len(rows), f"{len(OURS)} servers of shipchat, {count} of yours.")
    )


async def _ours(state: SessionState, name: str) -> list[str]:
    """One of shipchat's own: asked only where it runs anyway; a model reaches it through shipchat's tools alone."""
    stands = state.servers.state(name)
    tools = f"{len(await state.servers.list_tools(name))} tools" if stands == "running" else ""
    return [f"{name} (shipchat)", stands, version("shipchat"), tools, "through shipchat's checks"]


def _rows(one: RunningServer, offered: set[str]) -> list[list[str]]:
    """A server, and below it its tools."""
    found = one.offer
    said = one.state if not one.reason else f"{one.state}: {one.reason.strip(' ()')}"
    rows = [[one.server.name, said, one.version, f"{len(found.tools)} offered, {len(found.left_out)} not", ""]]
    for tool in found.tools:
        how = "asks you first" if tool.asks else "reads: does not ask"
        rows.append(["", "", "", tool.tool, how if tool.name in offered else "no room: not offered"])
    rows += [["", "", "", line.partition(":")[0], f"not offered:{line.partition(':')[2]}"] for line in found.left_out]
    return rows
