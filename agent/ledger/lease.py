"""One job at a time per ledger: an OS file lock that survives sleep and dies with its process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from agent.errors import error
from agent.ledger.faults import BUSY_LEDGER, LEDGER_TROUBLE


def _lock(ledger_path: Path) -> FileLock:
    return FileLock(ledger_path.with_suffix(".lock"), mode=0o600, thread_local=False, is_singleton=False)


@contextmanager
def lease(ledger_path: Path, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the ledger's lease.

    Raises:
        ShipchatError: E-4204 when another process, or another call in this one, holds it; E-4203 when nobody can.
    """
    lock = _lock(ledger_path)
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


def is_free(ledger_path: Path) -> bool:
    """Whether nobody works with the ledger now."""
    lock = _lock(ledger_path)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return False
    lock.release()
    return True
