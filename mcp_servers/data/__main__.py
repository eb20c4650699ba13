"""`python -m mcp_servers.data`."""

from mcp_servers.data.server import main

main()
