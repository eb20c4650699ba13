"""The ledger's one writer: a thread that owns the connection and lets many transitions share one fsync.

Nothing is acknowledged before the commit that holds it (WAL with synchronous=FULL). When one operation of a group
raises, the group is undone and each of its operations gets a transaction of its own.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from agent.errors import error
from agent.ledger.faults import DAMAGED_LEDGER, LEDGER_TROUBLE, ledger_fault, moved_away
from agent.ledger.place import Place

T = TypeVar("T")
MOST_PER_COMMIT = 256
GROUP = "group"
"""The key of `Connection.info` that holds the `Group` while one is applied."""


@dataclass(slots=True)
class Group:
    """What the operations of one transaction share, the only writer's: what was read of the log's end holds until
    the commit, and what must only be there by then is written in one go."""

    log_end: tuple[int, str] | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    """Of the audit log, sealed, not inserted yet."""


@dataclass(slots=True)
class _Job:
    operation: Callable[[Connection], Any]
    future: "Future[Any] | asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one operation."""

    answer: Any = None
    fault: BaseException | None = None


class Writer:
    """Hand operations in from any thread; they are applied in order."""

    def __init__(self, engine: Engine, place: Place, finish: Callable[[Connection, Group], None]) -> None:
        """`finish` writes what a group has put off, as the last thing before its commit."""
        self._engine = engine
        self._place = place
        self._finish = finish
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, operation: Callable[[Connection], T]) -> "Future[T]":
        """A future that resolves after the commit; an operation that raises is undone alone and raises there."""
        future: Future[T] = Future()
        self._put(_Job(operation, future))
        return future

    def submit_async(self, operation: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """The same for the running event loop. Cancelling the future does not undo the operation."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._put(_Job(operation, future))
        return future

    def close(self) -> None:
        """Apply what is waiting, then end."""
        self._waiting.put(None)
        self._thread.join()

    def _put(self, job: _Job) -> None:
        if not self._thread.is_alive():
            raise error(LEDGER_TROUBLE, path=self._place, reason="it is closed")
        self._waiting.put(job)

    def _run(self) -> None:
        ended = False
        while not ended:
            first = self._waiting.get()
            if first is None:
                return
            # A connection lives as long as commits succeed: after a fault the next group begins on a new one.
            try:
                with self._engine.connect() as connection:
                    ended = self._serve(connection, first)
            except DBAPIError as fault:
                _tell([first], [Ended(fault=self._trouble(fault))])

    def _serve(self, connection: Connection, first: _Job | None) -> bool:
        """Commit group after group; True when the writer was closed, False after a fault of the ledger."""
        while first is not None:
            jobs, ended = self._gather(first)
            outcomes = self._apply(connection, jobs)
            _tell(jobs, outcomes)
            if ended or any(_is_trouble(outcome.fault) for outcome in outcomes):
                return ended
            first = self._waiting.get()
        return True

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        jobs = [first]
        while len(jobs) < MOST_PER_COMMIT:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return jobs, False
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _apply(self, connection: Connection, jobs: list[_Job]) -> list[Ended]:
        """All in one transaction, or each in its own. When a commit fails, nobody may believe that it did not."""
        info: dict[Any, Any] = {}
        try:
            with connection.begin():
                # Kept by name: of a connection that was lost, `connection.info` would open another one.
                info = connection.info
                group = info[GROUP] = Group()
                outcomes = [Ended(job.operation(connection)) for job in jobs]
                self._finish(connection, group)
                return outcomes
        except Exception as fault:  # noqa: BLE001 - it belongs to the one who asked
            if isinstance(fault, DBAPIError) and fault.connection_invalidated:
                # The server is gone: whether it still committed, nobody here knows, so nothing is tried again.
                return [Ended(fault=self._trouble(fault)) for _ in jobs]
            if len(jobs) == 1:
                own = not isinstance(fault, DBAPIError) or isinstance(fault, IntegrityError)
                return [Ended(fault=(moved_away(self._place, fault) or fault) if own else self._trouble(fault))]
        finally:
            info.pop(GROUP, None)
        return [outcome for job in jobs for outcome in self._apply(connection, [job])]

    def _trouble(self, fault: Exception) -> Exception:
        return ledger_fault(self._place, fault)


def _is_trouble(fault: BaseException | None) -> bool:
    return getattr(fault, "code", None) in {LEDGER_TROUBLE.code, DAMAGED_LEDGER.code}


def _tell(jobs: list[_Job], outcomes: list[Ended]) -> None:
    """Resolve the futures: those of one event loop in one go."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Ended]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(job.future, Future):
            _resolve(job.future, outcome)
        else:
            by_loop.setdefault(job.future.get_loop(), []).append((job.future, outcome))
    for loop, pairs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve_all, pairs)


def _resolve_all(pairs: "list[tuple[asyncio.Future[Any], Ended]]") -> None:
    for future, outcome in pairs:
        _resolve(future, outcome)


def _resolve(future: "Future[Any] | asyncio.Future[Any]", outcome: Ended) -> None:
    if future.done():
        return
    if outcome.fault is not None:
        future.set_exception(outcome.fault)
    else:
        future.set_result(outcome.answer)
