"""The end of a batch that no process works on any more: it is left as it is, and nothing is sent."""

import asyncio

from agent.batch.executor import job_lifecycle
from agent.batch.executor.reaping import crashed, is_at_work
from agent.batch.writeback.delivery import deliver
from agent.errors import error
from agent.ledger.faults import BUSY_BATCH
from agent.ledger.lease import is_free, lease_of
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.tool_caller import ToolCaller


async def leave(ledger: Ledger, settings: Settings, data: ToolCaller, job_id: str) -> None:
    """What a lost process had at UPS is in doubt, results go to the sheet, the batch gets the state that follows.

    Raises:
        ShipchatError: E-4204 while another process works with the ledger, E-4254 with this batch of a shared one.
    """
    with lease_of(ledger.place, job_id):
        await ledger.write_async(crashed, job_id)
        if await ledger.read_async(is_at_work, job_id):
            raise error(BUSY_BATCH, job_id=job_id)
        whole = await deliver(ledger, data, job_id)
        missing, tolerated = not whole, settings.tolerated_cents
        await ledger.write_async(job_lifecycle.finish, job_id, None, effects_missing=missing, tolerated=tolerated)


async def is_left(ledger: Ledger, job_id: str) -> bool:
    """Whether no process works on it now."""
    return await asyncio.to_thread(is_free, ledger.place) and not await ledger.read_async(is_at_work, job_id)
