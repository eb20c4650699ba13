"""The ledger as a whole: one file, one writer, any number of readers."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from agent.ledger.connection import engine_of, prepare
from agent.ledger.writer import Writer

T = TypeVar("T")


class Ledger:
    """Jobs, shipments, outbox and audit of one home (reference: docs/money.md)."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._reading = engine_of(path, write=False)
        self._writer = Writer(engine)

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
        return Session(self._engine)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query over one consistent view."""
        with self._reading.connect() as connection, connection.begin():
            return query(connection)

    def write(self, operation: Callable[[Connection], T]) -> T:
        """Run an operation and wait until it is durable."""
        return self._writer.submit(operation).result()

    async def write_soon(self, operation: Callable[[Connection], T]) -> T:
        """The same without blocking the event loop; a waiter that is cancelled does not undo the operation."""
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(operation)))

    def close(self) -> None:
        self._writer.close()
        self._engine.dispose()
        self._reading.dispose()
