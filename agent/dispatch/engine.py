"""Which batch engine a session has: its own, or one whose batches run elsewhere."""

from agent.batch.service import BatchService
from agent.dispatch.faults import require_installed


def engine(where: str) -> type[BatchService]:
    """The engine for `here` or `temporal`.

    Raises:
        ShipchatError: E-4350 where Temporal's client is not installed.
    """
    if where != "temporal":
        return BatchService
    require_installed()
    from agent.dispatch.batches import DispatchedBatches

    return DispatchedBatches
