"""The ledger as a whole: one file, one writer, any number of readers."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from agent.ledger import audit
from agent.ledger.connection import engine_of, prepare
from agent.ledger.faults import ledger_fault
from agent.ledger.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")


class Ledger:
    """Jobs, shipments, outbox and audit of one home (docs/money.md)."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._reading = engine_of(path, write=False)
        self._writer = Writer(engine, path, audit.insert_entries)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Create, migrate or open.

        Raises:
            ShipchatError: E-4201 a foreign file, E-4202 a newer ledger, E-4203 it cannot be used.
        """
        prepare(path)
        return cls(path, engine_of(path, write=True))

    def session(self) -> Session:
        """An ORM session for JobService and AuditService; each of their writes is a commit of its own."""
        return Session(self._reading)

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query over one consistent view."""
        try:
            with self._reading.connect() as connection, connection.begin():
                return query(connection, *args, **kwargs)
        except DBAPIError as fault:
            raise ledger_fault(self.path, fault.orig) from fault

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
