"""The data server: its table of tools, served over stdio."""

from importlib.metadata import version

from mcp_servers.data.app import DataServer, lifespan
from mcp_servers.data.tools import asking, backups, held, importing, writing
from mcp_servers.shared.limits import limit_memory
from mcp_servers.shared.stdio import serve
from mcp_servers.shared.tools import ToolTable


def build() -> ToolTable[DataServer]:
    """The server's tools."""
    table = ToolTable("shipchat-data", version("shipchat"), lifespan)
    for subject in (importing, asking, held, writing, backups):
        subject.register(table)
    return table


def main() -> None:
    """Serve until the client closes the pipe."""
    limit_memory()
    serve(build().server())
