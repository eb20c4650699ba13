"""`python -m mcp_servers.ups`: the UPS server over stdin and stdout."""

import gc
import sys

# Modules are no garbage; `serve` turns the collector on again when they are loaded.
gc.disable()
from mcp_servers.shared.faults import ToolFault  # noqa: E402
from mcp_servers.shared.stdio import serve  # noqa: E402
from mcp_servers.shared.terminal import visible  # noqa: E402
from mcp_servers.ups.server import build  # noqa: E402
from mcp_servers.ups.settings import load_settings  # noqa: E402


def main() -> int:
    """Serve until the client closes the pipe; 2 when a setting makes no sense."""
    try:
        settings = load_settings()
    except ToolFault as refusal:
        sys.stderr.write(f"{visible(str(refusal))}\n")
        return 2
    serve(build(lambda: settings).server())
    return 0


if __name__ == "__main__":
    sys.exit(main())
