"""`ledger move`: a ledger's file becomes a ledger on PostgreSQL, at any instant in one place or in the other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from agent.batch.recovery import ledger_head
from agent.batch.recovery.rollback_guard import remembered, why_restored
from agent.errors import ShipchatError, error
from agent.ledger import arriving, audit, copying, sqlite_file
from agent.ledger.copying import Content
from agent.ledger.faults import CANNOT_MOVE, MOVED, NOT_THE_SAME, ledger_fault
from agent.ledger.lease import lease
from agent.ledger.place import Use
from agent.ledger.schema import HEAD
from agent.ledger.shared import database_identity
from agent.ledger.tables import Meta, Shipment, table_of
from agent.settings import Settings

META, SHIPMENTS = table_of(Meta), table_of(Shipment)
OF_ITS_PLACE = (ledger_head.DATABASE, sqlite_file.MOVED_TO)
"""Facts that say where a ledger is: they do not move with it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and proven to be the same there."""

    content: Content
    earlier: bool
    """An earlier call had moved it to its end: it may have gone on since, and was not compared row by row again."""


def move(file: Path, settings: Settings) -> Moved:
    """Copy the file's ledger into the empty database that the settings name, prove the copy, mark the file, open the
    database; or go on where an earlier call was interrupted.

    Raises:
        ShipchatError: E-4204 while a batch runs, E-4283 for what else keeps it from being moved, E-4281 it is somewhere
            else already, E-4284 and E-4201 the database is not empty, E-4285 the copy differs, E-4203.
    """
    url = str(settings.ledger)
    with _sqlite_told(file):
        now_at = sqlite_file.moved_to(file)
        if now_at is None:
            with lease(file):
                _send(file, url)
        elif now_at != url:
            raise error(MOVED, path=file, place=now_at)
        return _conclude(file, url, settings)


def _send(file: Path, url: str) -> None:
    """Up to the mark of the file: before it the file is the ledger, after it no longer."""
    _check_schema(file)
    with _opened(file, "write") as source:
        _check(source, file)
        before = copying.content_of(source, OF_ITS_PLACE)

        def fill(target: Connection) -> None:
            copying.copy(source, target, OF_ITS_PLACE)
            _note_database(target)
            _prove(before, target, url)

        arriving.receive(url, fill)
        sqlite_file.mark_as_moved(source, url)


def _conclude(file: Path, url: str, settings: Settings) -> Moved:
    """What arrived is compared once more, as it was committed; then it is the ledger."""
    with _opened(file, "read") as source:
        before = copying.content_of(source, OF_ITS_PLACE)
        reason, entries = _why_restored(source, settings)
    earlier = False

    def prove(target: Connection, is_ledger: bool) -> None:
        nonlocal earlier
        earlier = is_ledger
        if not is_ledger:
            _prove(before, target, url)
            if reason is not None:
                ledger_head.require_restore_checks(target, reason, entries)
            return
        unlike = audit.unlike(target, *before.end)
        if unlike is None and before.ledger_id not in (None, ledger_head.facts(target).get("ledger")):
            unlike = "it is another ledger"
        if unlike is not None:
            raise error(NOT_THE_SAME, path=url, difference=unlike)

    arriving.accept(url, prove)
    return Moved(before, earlier)


def _prove(before: Content, target: Connection, url: str) -> None:
    found = copying.difference(before, copying.content_of(target, OF_ITS_PLACE))
    found = found or next(iter(audit.chain_faults(target)), None)
    if found is not None:
        raise error(NOT_THE_SAME, path=url, difference=found)


def _why_restored(source: Connection, settings: Settings) -> tuple[str | None, list[dict[str, Any]]]:
    """A file that came out of a backup, or from another machine, is no less restored once it was moved: why, and what
    the guards of its home saw."""
    inside = ledger_head.read(settings.home)
    try:
        outside = remembered(settings.state, settings.home, ledger_head.facts(source).get("ledger"))
        reason = why_restored(source, outside)
    except OSError:
        # It says nothing, neither for nor against this ledger.
        return None, []
    if reason is None and ledger_head.is_behind(source, inside):
        reason = "it is older than its head file"
    return reason, [inside, outside.entry]


def _note_database(target: Connection) -> None:
    """It begins in this database from now on: there it is no copy."""
    here = database_identity(target)
    if here is not None and "ledger" in ledger_head.facts(target):
        target.execute(delete(META).where(META.c.key == ledger_head.DATABASE))
        target.execute(insert(META).values(key=ledger_head.DATABASE, value=here))


def _check_schema(file: Path) -> None:
    schema = sqlite_file.schema_of(file) if file.exists() else None
    if schema is None:
        raise _refusal(file, "there is nothing in it", "Set `ledger` in settings.toml: a new ledger is made there.")
    if schema > HEAD:
        raise _refusal(file, f"a newer shipchat wrote it (schema {schema})", "Update shipchat.")
    if schema != HEAD:
        remedy = "`shipchat jobs list` brings it to the newest; then move it."
        raise _refusal(file, f"its schema is {schema}, this shipchat's is {HEAD}", remedy)


def _check(source: Connection, file: Path) -> None:
    sending = select(func.count()).select_from(SHIPMENTS).where(SHIPMENTS.c.state == "submitting")
    if count := source.scalar(sending):
        rows = "a row was" if count == 1 else f"{count} rows were"
        raise _refusal(file, f"{rows} at UPS when shipchat stopped", "`shipchat jobs resume` looks them up first.")
    if faults := audit.chain_faults(source):
        raise _refusal(file, f"its audit log is not whole: {faults[0]}", "`shipchat audit verify` tells all of it.")


def _refusal(file: Path, reason: str, remedy: str) -> ShipchatError:
    return error(CANNOT_MOVE, path=file, reason=reason, remedy=remedy)


@contextmanager
def _opened(file: Path, use: Use) -> Iterator[Connection]:
    """In one transaction: to write, nobody else does meanwhile."""
    engine = sqlite_file.engine_of(file, use)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _sqlite_told(file: Path) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.DatabaseError) as fault:
        raise ledger_fault(file, fault) from fault
