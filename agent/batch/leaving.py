"""The end of a batch that no process works on any more: it is left as it is, and nothing is sent."""

import asyncio

from agent.batch.executor import job_lifecycle
from agent.batch.recovery import recovery
from agent.batch.writeback.delivery import deliver
from agent.ledger.lease import is_free, lease
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.tool_caller import ToolCaller


async def leave(ledger: Ledger, settings: Settings, data: ToolCaller, job_id: str) -> None:
    """What a lost process had at UPS is in doubt, results go to the sheet, the batch gets the state that follows.

    Raises:
        ShipchatError: E-4204 while another process works with the ledger.
    """
    with lease(ledger.place):
        await ledger.write_async(recovery.crashed, job_id)
        whole = await deliver(ledger, data, job_id)
        missing, tolerated = not whole, settings.tolerated_cents
        await ledger.write_async(job_lifecycle.finish, job_id, None, effects_missing=missing, tolerated=tolerated)


async def is_left(ledger: Ledger) -> bool:
    """Whether no process works with it now."""
    return await asyncio.to_thread(is_free, ledger.place)
