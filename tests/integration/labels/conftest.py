"""A shop with a batch: the installed command, real servers over stdio, the simulator over HTTP."""

from tests.integration.line.conftest import shop, simulator

__all__ = ["shop", "simulator"]
