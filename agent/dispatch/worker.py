"""`shipchat worker`: takes rows of the task queue until it is stopped; then what is in flight is recorded."""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from filelock import FileLock, Timeout
from temporalio.worker import Worker

from agent.batch.service import BatchService
from agent.dispatch.activities import BatchActivities
from agent.dispatch.connecting import connect
from agent.dispatch.rows import WorkerRows
from agent.dispatch.workflow import BatchWorkflow
from agent.kept_secrets import require_ups_credentials
from agent.ledger.place import Place
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.station import servers_of

MOST_AT_ONCE = 200
"""Activities: more than the rows of three batches in flight; each row waits for UPS, not for this machine."""
LONGEST_END = timedelta(hours=1)
STANDBY_S = 1.0
"""How often a second worker looks whether the first one is gone."""


async def run_worker(settings: Settings, stopping: asyncio.Event, tell: Callable[[str], object]) -> None:
    """Work until `stopping` is set.

    Raises:
        ShipchatError: E-4351 where no Temporal server answers, E-5017 without UPS credentials, a ledger's fault.
    """
    require_ups_credentials(settings.ups_environment)
    # Its warnings are stack traces of what our own log tells in a line.
    logging.getLogger("temporalio.activity").setLevel(logging.ERROR)
    temporal = settings.temporal
    client = await connect(temporal, f"shipchat-worker-{os.getpid()}-{secrets.token_hex(3)}")
    ledger = Ledger.open(settings.ledger_place)
    turn = _turn(settings.ledger_place)
    try:
        if not await _our_turn(turn, stopping, tell):
            return
        async with servers_of(settings) as servers:
            servers.start("data", "ups")
            rows = WorkerRows(BatchService(ledger, settings, servers.caller("data"), servers.caller("ups")))
            activities = BatchActivities(rows, client, settings.home)
            worker = Worker(
                client,
                task_queue=temporal.task_queue,
                workflows=[BatchWorkflow],
                activities=activities.all(),
                max_concurrent_activities=MOST_AT_ONCE,
                max_task_queue_activities_per_second=temporal.rows_per_second,
                # An activity that starts with the task of its workflow would pass by the rate of the queue.
                disable_eager_activity_execution=True,
                graceful_shutdown_timeout=LONGEST_END,
            )
            running = asyncio.create_task(worker.run())
            watching = asyncio.create_task(activities.watch(temporal.lost_after_s))
            stop = asyncio.create_task(stopping.wait())
            tell(f"Takes rows of {temporal.task_queue} at {temporal.address} ({settings.ups_environment}).")
            try:
                await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                watching.cancel()
                stop.cancel()
                ended = [rows.leave()] if running.done() else [worker.shutdown(), rows.leave()]
                await asyncio.gather(*ended)
            await running
    finally:
        if turn is not None:
            turn.release()
        ledger.close()


def _turn(place: Place) -> FileLock | None:
    """A ledger in a file has one worker at a time; the lock dies with its process. A shared one has any number."""
    if isinstance(place, str):
        return None
    return FileLock(place.with_suffix(".worker"), mode=0o600, thread_local=False, is_singleton=False)


async def _our_turn(turn: FileLock | None, stopping: asyncio.Event, tell: Callable[[str], object]) -> bool:
    """Wait until the worker before us is gone; False where we are stopped before that."""
    told = False
    while turn is not None and not stopping.is_set():
        try:
            turn.acquire(timeout=0)
        except Timeout:
            if not told:
                tell("Another worker works with this ledger: this one waits until it is gone.")
                told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), STANDBY_S)
        else:
            return True
    return not stopping.is_set()
