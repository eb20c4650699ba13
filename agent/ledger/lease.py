"""One batch at a time per ledger: a lock that dies with its process, of the operating system or of the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from agent.errors import error
from agent.ledger.faults import BUSY_LEDGER, LEDGER_TROUBLE
from agent.ledger.place import Place

POLL_S = 0.1


@contextmanager
def lease(place: Place, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the ledger's lease.

    Raises:
        ShipchatError: E-4204 when another process, or another call in this one, holds it; E-4203 when nobody can.
    """
    if isinstance(place, str):
        with _lease_of_database(place, wait_s):
            yield
        return
    lock = _lock(place)
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


def is_free(place: Place) -> bool:
    """Whether nobody works with the ledger now."""
    if isinstance(place, str):
        from agent.ledger import database

        with database.held(place) as mine:
            return mine
    lock = _lock(place)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    lock.release()
    return True


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"), mode=0o600, thread_local=False, is_singleton=False)


@contextmanager
def _lease_of_database(url: str, wait_s: float) -> Iterator[None]:
    from agent.ledger import database

    end = time.monotonic() + wait_s
    while True:
        with database.held(url) as mine:
            if mine:
                yield
                return
        if time.monotonic() >= end:
            raise error(BUSY_LEDGER, holder="at this station or another one")
        time.sleep(POLL_S)
