"""The ledger's one writer: a thread that owns the connection and lets many transitions share one fsync.

Each operation runs in its own savepoint of a shared transaction; its future resolves only after the commit, so
nothing is acknowledged before it is durable (WAL with synchronous=FULL).
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from agent.errors import error
from agent.ledger.faults import LEDGER_TROUBLE

T = TypeVar("T")
MOST_PER_COMMIT = 256


@dataclass(slots=True)
class _Job:
    operation: Callable[[Connection], Any]
    future: "Future[Any]"


class Writer:
    """Hand operations in from any thread; they are applied in order."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, operation: Callable[[Connection], T]) -> "Future[T]":
        """A future that resolves after the commit; an operation that raises is undone alone and raises there."""
        future: Future[T] = Future()
        if not self._thread.is_alive():
            raise error(LEDGER_TROUBLE, path=self._path, reason="it is closed")
        self._waiting.put(_Job(operation, future))
        return future

    def close(self) -> None:
        """Apply what is waiting, then end."""
        self._waiting.put(None)
        self._thread.join()

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
                self._refuse([first], fault)

    def _serve(self, connection: Connection, first: _Job | None) -> bool:
        """Commit group after group; True when the writer was closed, False after a fault."""
        while first is not None:
            jobs, ended = self._gather(first)
            whole = self._commit(connection, jobs)
            if ended or not whole:
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

    def _commit(self, connection: Connection, jobs: list[_Job]) -> bool:
        outcomes: list[tuple[_Job, Any, BaseException | None]] = []
        try:
            with connection.begin():
                for job in jobs:
                    try:
                        with connection.begin_nested():
                            outcomes.append((job, job.operation(connection), None))
                    except Exception as fault:
                        if isinstance(fault, DBAPIError) and not isinstance(fault, IntegrityError):
                            raise
                        outcomes.append((job, None, fault))
        except Exception as fault:  # noqa: BLE001 - the commit failed: nobody may believe that it did not
            self._refuse(jobs, fault)
            return False
        for job, answer, problem in outcomes:
            if problem is not None:
                job.future.set_exception(problem)
            else:
                job.future.set_result(answer)
        return True

    def _refuse(self, jobs: list[_Job], fault: Exception) -> None:
        reason = fault.orig if isinstance(fault, DBAPIError) else fault
        for job in jobs:
            if not job.future.done():
                job.future.set_exception(error(LEDGER_TROUBLE, path=self._path, reason=reason))
