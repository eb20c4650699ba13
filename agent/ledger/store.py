"""The ledger as a whole: one file or database, one writer a process, any number of readers."""

import asyncio
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from agent.ledger import audit
from agent.ledger.connection import engine_of, prepare
from agent.ledger.faults import ledger_fault
from agent.ledger.place import Place, is_shared
from agent.ledger.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")


class Ledger:
    """Jobs, shipments, outbox and audit of one home, or of all stations that share it (docs/money.md)."""

    def __init__(self, place: Place, engine: Engine) -> None:
        self.place = place
        self._engine = engine
        self._reading = engine_of(place, "read")
        self._sessions = engine_of(place, "session") if is_shared(place) else self._reading
        self._writer = Writer(engine, place, audit.insert_entries)

    @classmethod
    def open(cls, place: Place) -> Self:
        """Create, migrate or open.

        Raises:
            ShipchatError: E-4201 somebody else's, E-4202 a newer ledger, E-4203 it cannot be used, E-4265 no driver.
        """
        prepare(place)
        return cls(place, engine_of(place, "write"))

    def session(self) -> Session:
        """An ORM session for JobService and AuditService; each of their writes is a commit of its own."""
        return Session(self._sessions)

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query over one consistent view."""
        try:
            with self._reading.connect() as connection, connection.begin():
                return query(connection, *args, **kwargs)
        except DBAPIError as fault:
            raise ledger_fault(self.place, fault) from fault

    async def read_async(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same without blocking the event loop."""
        return await asyncio.to_thread(lambda: self.read(query, *args, **kwargs))

    def write(self, operation: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an operation and wait until it is durable."""
        return self._writer.submit(lambda connection: operation(connection, *args, **kwargs)).result()

    async def write_async(
        self, operation: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same without blocking the event loop; a waiter that is cancelled does not undo the operation."""
        return await self._writer.submit_async(lambda connection: operation(connection, *args, **kwargs))

    def close(self) -> None:
        self._writer.close()
        self._engine.dispose()
        self._reading.dispose()
        self._sessions.dispose()
