"""`python -m mcp_servers.data`."""

import gc

# Modules are no garbage; `serve` turns the collector on again when they are loaded.
gc.disable()
from mcp_servers.data.server import main  # noqa: E402

main()
