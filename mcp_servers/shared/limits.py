"""What holds whatever happens inside a server: its memory, and how long one question may keep it.

Checks before the work refuse what would take too long or too much, by code. These limits are for what no check foresaw:
where memory ends the question fails and the server goes on; a server that cannot be interrupted ends, and its client
starts it again.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_MEMORY = 8 << 30
"""Bytes of one server: the fullest sheet that a spreadsheet program can write takes as much while it is read."""
LEAST_MEMORY = 1 << 30
STUCK_SECONDS = 60.0
"""How long after its interruption a question may go on."""
STUCK = 70
"""Exit status of a server that ended itself."""
_CONTAINER = Path("/sys/fs/cgroup/memory.max")

logger = logging.getLogger(__name__)


def limit_memory() -> None:
    """Let this process have half of the machine's memory, at most MOST_MEMORY; a lower limit that is set stays.

    Beyond it allocating raises MemoryError, instead of the system ending some program of its choice.
    """
    if sys.platform == "win32":
        return
    import resource

    wanted = max(LEAST_MEMORY, min(MOST_MEMORY, _machine_memory() // 2))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    known = [one for one in (wanted, soft, hard) if one != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(known), hard))


def _machine_memory() -> int:
    """Bytes of the machine, or of the container where that has fewer."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(whole, int(_CONTAINER.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return whole


def is_without_stack(end: RuntimeError) -> bool:
    """Whether a thread could not start for want of memory for its stack: CPython says so in words only."""
    return str(end) == "can't start new thread"


@contextmanager
def stopped_after(seconds: float, interrupt: Callable[[], object]) -> Iterator[None]:
    """Interrupt the block's work after `seconds`, from another thread; end the process if that does not help."""
    done = threading.Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        interrupt()
        if not done.wait(STUCK_SECONDS):
            logger.critical("a question cannot be interrupted: the server ends")
            os._exit(STUCK)

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError as end:
        if not is_without_stack(end):
            raise
        raise MemoryError from None
    try:
        yield
    finally:
        done.set()
