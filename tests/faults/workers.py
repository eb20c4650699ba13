"""Worker processes for long runs: when whoever started them is gone, in whatever way, they and theirs are gone too."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for_any
from typing import TypeVar

import psutil

Answer = TypeVar("Answer")
TASKS_PER_PROCESS = 200


def spread(
    work: Callable[[list[int]], Answer], parts: Iterator[list[int]], workers: int
) -> Iterator[tuple[list[int], Answer]]:
    """(part, answer) as they come; a few parts are ahead, so that memory stays flat."""
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=end_with_parent, max_tasks_per_child=TASKS_PER_PROCESS
    )
    running: dict[Future[Answer], list[int]] = {}
    try:
        for part in parts:
            running[pool.submit(work, part)] = part
            if len(running) >= 2 * workers:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        for future, part in running.items():
            yield part, future.result()
        pool.shutdown()
    except BaseException:
        # Ctrl-C, or one part failed: nobody waits for what is under way.
        end_family(psutil.Process())
        raise


def end_with_parent() -> None:
    """In a worker: a thread that waits for the parent's death, however it comes, and then ends this process."""
    threading.Thread(target=_watch, name="parent-watch", daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is None:
        return
    wait_for_any([parent.sentinel])
    end_family(psutil.Process())
    os._exit(1)


def end_family(process: psutil.Process) -> None:
    """Kill all that a process has started, and what that has started; the process itself stays."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in process.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
