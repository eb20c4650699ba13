"""One at a time: whoever works with a file's ledger, by a lock that dies with its process; on a shared ledger whoever
settles rows of the same batch. Who sends there is a matter of agent/ledger/workers.py."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from agent.errors import ShipchatError, error
from agent.ledger.faults import BUSY_BATCH, BUSY_LEDGER, LEDGER_TROUBLE
from agent.ledger.place import Hold, Place

BATCH_WAITS_S = (*[0.25] * 40, None)
"""How long a station waits for another one that settles rows of the same batch, try after try."""


@contextmanager
def lease(path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the lease of a file's ledger.

    Raises:
        ShipchatError: E-4204 when another process, or another call in this one, holds it; E-4203 when nobody can.
    """
    lock = _lock(path)
    try:
        lock.acquire(timeout=wait_s)
    except Timeout:
        raise error(BUSY_LEDGER, holder="in another window or process") from None
    except OSError as fault:
        raise error(LEDGER_TROUBLE, path=lock.lock_file, reason=fault.strerror or fault) from fault
    try:
        yield
    finally:
        lock.release()


@contextmanager
def lease_of(place: Place, job_id: str) -> Iterator[None]:
    """Hold what settling rows of a batch needs: a file's lease, or on a shared ledger the batch's own.

    Raises:
        ShipchatError: E-4204, E-4203; E-4254 where another station settles rows of this batch.
    """
    if isinstance(place, Path):
        with lease(place):
            yield
        return
    from agent.ledger import database

    with database.held(place, database.SETTLING, job_id) as mine:
        if not mine:
            raise error(BUSY_BATCH, job_id=job_id)
        yield


async def take_turn_at(holding: ExitStack, place: Place, job_id: str) -> None:
    """Enter `lease_of`; on a shared ledger wait a moment for another station, without blocking the event loop."""
    if isinstance(place, Path):
        holding.enter_context(lease_of(place, job_id))
        return
    for wait_s in BATCH_WAITS_S:
        try:
            await asyncio.to_thread(holding.enter_context, lease_of(place, job_id))
        except ShipchatError as refusal:
            if refusal.code != BUSY_BATCH.code or wait_s is None:
                raise
            await asyncio.sleep(wait_s)
        else:
            return


def seat_for(place: Place, job_id: str) -> Hold | None:
    """What the one station has that writes a batch's results; None on a file's ledger, whose lease is enough."""
    if isinstance(place, Path):
        return None
    from agent.ledger import database

    return database.Hold(place, database.DELIVERING, job_id)


def is_free(place: Place) -> bool:
    """Whether a batch may run now: on a shared ledger any number of them."""
    if isinstance(place, str):
        return True
    lock = _lock(place)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    lock.release()
    return True


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"), mode=0o600, thread_local=False, is_singleton=False)
