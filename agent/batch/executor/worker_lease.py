"""A worker's lease while it lives: renewed from a thread of its own, and lost for good when it was not.

The worker knows by this machine's clock until when its lease lasts at least (`good_until`): each intent ends with it,
so no UPS server starts a request later, even where the process was frozen right after the intent.
"""

import asyncio
import platform
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from sqlalchemy.exc import DBAPIError

from agent.batch.executor.request_holders import boot_clock, machine
from agent.errors import ShipchatError
from agent.ledger import connection, workers
from agent.ledger.place import Place
from agent.ledger.store import Ledger
from agent.settings import Settings

RENEWALS = 3
"""How often a lease is renewed before it would be over."""


def station_of(settings: Settings) -> str:
    """What this station is called."""
    return settings.station or platform.node()


def with_own_labels(settings: Settings) -> str | None:
    """This station, where it cannot read the labels of the others."""
    return station_of(settings) if settings.ledger is not None and settings.shared_folder is None else None


@asynccontextmanager
async def at_work(ledger: Ledger, job_id: str, settings: Settings) -> "AsyncIterator[WorkerLease]":
    """A new worker for a batch that was looked up, until the end; what it has not sent by then is free again."""
    started = psutil.Process().create_time()
    who = workers.this_process(station_of(settings), machine(), started)
    asked_at = boot_clock()
    worker = await ledger.write_async(workers.begin, job_id, who, settings.station_lease_s)
    lease = WorkerLease(ledger.place, worker, settings.station_lease_s, asked_at + settings.station_lease_s)
    lease.begin()
    try:
        yield lease
    finally:
        await asyncio.to_thread(lease.end)
        with suppress(ShipchatError):
            await ledger.write_async(workers.end, worker, "itself")


@dataclass(slots=True)
class WorkerLease:
    """Of one worker; `begin` and `end` from the event loop, renewals from a thread."""

    place: Place
    worker: int
    lease_s: float
    good_until: float
    """By the boot clock of this machine, never later than by the database's."""
    lost: bool = False
    _on_lost: Callable[[], Any] | None = None
    _ending: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        """Renew it until `end`."""
        self._thread = threading.Thread(target=self._keep, name="worker-lease", daemon=True)
        self._thread.start()

    def when_lost(self, on_lost: Callable[[], Any]) -> None:
        """Call this from the lease's thread, or at once where it is lost already."""
        self._on_lost = on_lost
        if self.lost:
            on_lost()

    def end(self) -> None:
        """No more renewals."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _keep(self) -> None:
        engine = connection.engine_of(self.place, "session")
        try:
            while not self._ending.wait(self.lease_s / RENEWALS):
                asked_at = boot_clock()
                try:
                    with engine.begin() as asking:
                        renewed = workers.renew(asking, self.worker, self.lease_s)
                except DBAPIError:
                    # The server may be back before the lease is over.
                    renewed = asked_at < self.good_until
                else:
                    self.good_until = asked_at + self.lease_s if renewed else self.good_until
                if not renewed:
                    self.lost = True
                    if self._on_lost is not None:
                        self._on_lost()
                    return
        finally:
            engine.dispose()
