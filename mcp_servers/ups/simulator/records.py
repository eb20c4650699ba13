"""The carrier's own records: what was really made, judged by nobody else.

SQLite with a full sync per commit; requests that arrive together share one commit. All access runs on one thread.
"""

import asyncio
import json
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from mcp_servers.ups.simulator import kept_documents
from mcp_servers.ups.simulator.numbers import tracking_number
from mcp_servers.ups.simulator.parcels import Json

APPLICATION_ID = 0x53485342  # "SHSB", the practice carrier's records: the other servers know it and keep off
_SCHEMA = """
create table if not exists shipments (
    id integer primary key autoincrement,
    shipment_id text not null unique,
    shipper_number text not null,
    service_code text not null,
    created_at text not null,
    reference text,
    reference_list text not null,
    own_cents integer not null,
    request text not null
) strict;
create table if not exists packages (
    serial integer primary key autoincrement,
    tracking_number text not null unique,
    shipment integer not null references shipments (id),
    number integer not null,
    charge_cents integer not null,
    voided_at text
) strict;
create table if not exists reference_numbers (
    value text not null,
    shipment integer not null references shipments (id),
    primary key (value, shipment)
) strict, without rowid;
create index if not exists packages_of_shipment on packages (shipment);
create table if not exists pickups (
    prn text primary key,
    place text not null,
    created_at text not null,
    cancelled_at text
) strict;
create table if not exists pickup_orders (
    prn text primary key,
    account text not null,
    day text not null,
    reference text
) strict;
"""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BookedPackage:
    """One package in the records."""

    tracking_number: str
    number: int
    charge_cents: int
    voided: bool


@dataclass(frozen=True, slots=True)
class BookedShipment:
    """One shipment in the records; `request` is the `ShipmentRequest` as it came."""

    shipment_id: str
    shipper_number: str
    service_code: str
    created_at: datetime
    references: list[str]
    own_cents: int
    request: Json
    packages: list[BookedPackage]
    documents: list[Json] = field(default_factory=list)
    """Its own customs documents, named when it was made or pushed later."""

    @property
    def voided(self) -> bool:
        """Whether nothing of it is left."""
        return all(package.voided for package in self.packages)

    @property
    def age_s(self) -> float:
        """Seconds since it was made."""
        return (datetime.now(UTC) - self.created_at).total_seconds()


@dataclass(frozen=True, slots=True)
class NewShipment:
    """What is about to be booked; one charge per package."""

    shipper_number: str
    service_code: str
    references: list[str]
    charges: list[int]
    request: Json
    is_return: bool


def keep_private(path: Path) -> None:
    """Addresses are in it: the file is its owner's alone (SQLite gives its side files the same mode)."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o600)


def connect(path: Path) -> sqlite3.Connection:
    """Open the records, making them if they are not there. sqlite3.Error or ValueError if it is another file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_private(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30.0)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    (application,) = connection.execute("pragma application_id").fetchone()
    (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    if application != APPLICATION_ID and tables:
        connection.close()
        raise ValueError(f"{path} is another program's database")
    if application != APPLICATION_ID:
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.executescript(_SCHEMA + kept_documents.SCHEMA)
    return connection


class CarrierRecords:
    """The records behind one thread that commits in groups."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._jobs: queue.SimpleQueue[tuple[Callable[[sqlite3.Connection], Any], Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._work, name="carrier-records", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run one job inside a transaction; returns when it is durable."""
        future: Future[_T] = Future()
        self._jobs.put((job, future))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Finish what is queued and close the file."""
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _work(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch = [first]
            last = False
            while not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                batch.append(following)
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Callable[[sqlite3.Connection], Any], Future[Any]]]) -> None:
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        self._connection.execute("begin immediate")
        for job, future in batch:
            self._connection.execute("savepoint one")
            try:
                results.append((future, job(self._connection), None))
            except Exception as error:  # noqa: BLE001 - handed to the one who asked
                self._connection.execute("rollback to one")
                results.append((future, None, error))
            self._connection.execute("release one")
        self._connection.execute("commit")
        for future, result, failure in results:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)


def book(connection: sqlite3.Connection, new: NewShipment) -> BookedShipment:
    """Write a shipment; its numbers follow from the row ids, so that two processes never give the same."""
    now = datetime.now(UTC)
    row = connection.execute(
        "insert into shipments (shipment_id, shipper_number, service_code, created_at, reference, reference_list,"
        " own_cents, request) values (hex(randomblob(8)), ?, ?, ?, ?, ?, ?, ?)",
        (
            new.shipper_number,
            new.service_code,
            now.isoformat(),
            new.references[-1] if new.references else None,
            json.dumps(new.references),
            sum(new.charges),
            json.dumps(new.request, separators=(",", ":")),
        ),
    ).lastrowid
    packages = []
    for number, cents in enumerate(new.charges, 1):
        serial = connection.execute(
            "insert into packages (tracking_number, shipment, number, charge_cents)"
            " values (hex(randomblob(8)), ?, ?, ?)",
            (row, number, cents),
        ).lastrowid
        tracking = tracking_number(serial or 0, new.service_code, is_return=new.is_return)
        connection.execute("update packages set tracking_number = ? where serial = ?", (tracking, serial))
        packages.append(BookedPackage(tracking, number, cents, voided=False))
    connection.execute("update shipments set shipment_id = ? where id = ?", (packages[0].tracking_number, row))
    connection.executemany(
        "insert or ignore into reference_numbers values (?, ?)", [(reference, row) for reference in new.references]
    )
    return BookedShipment(
        packages[0].tracking_number,
        new.shipper_number,
        new.service_code,
        now,
        new.references,
        sum(new.charges),
        new.request,
        packages,
    )


def by_reference(connection: sqlite3.Connection, reference: str, shipper_number: str | None) -> list[BookedShipment]:
    """Shipments with that exact reference, oldest first."""
    return _load(
        connection,
        "id in (select shipment from reference_numbers where value = ?)"
        " and shipper_number = coalesce(?, shipper_number)",
        (reference, shipper_number),
    )


def by_number(connection: sqlite3.Connection, tracking: str) -> BookedShipment | None:
    """The shipment that has a package with that number."""
    found = _load(connection, "id = (select shipment from packages where tracking_number = ?)", (tracking,))
    return found[0] if found else None


def void(connection: sqlite3.Connection, tracking_numbers: list[str]) -> None:
    """Cancel packages."""
    now = datetime.now(UTC).isoformat()
    connection.executemany(
        "update packages set voided_at = ? where tracking_number = ? and voided_at is null",
        [(now, number) for number in tracking_numbers],
    )


def all_shipments(connection: sqlite3.Connection) -> list[BookedShipment]:
    """Everything, oldest first."""
    return _load(connection, "true", ())


def _load(connection: sqlite3.Connection, condition: str, values: tuple[Any, ...]) -> list[BookedShipment]:
    columns = "id, shipment_id, shipper_number, service_code, created_at, reference_list, own_cents, request"
    rows = connection.execute(f"select {columns} from shipments where {condition} order by id", values).fetchall()
    return [
        BookedShipment(
            shipment_id,
            shipper,
            service,
            datetime.fromisoformat(created),
            json.loads(references),
            cents,
            request,
            [
                BookedPackage(number, index, charge, voided=voided is not None)
                for number, index, charge, voided in connection.execute(
                    "select tracking_number, number, charge_cents, voided_at from packages where shipment = ?"
                    " order by number",
                    (row,),
                )
            ],
            kept_documents.documents_of(connection, shipment_id, request),
        )
        for row, shipment_id, shipper, service, created, references, cents, text in rows
        for request in [json.loads(text)]
    ]


def entries(shipments: list[BookedShipment]) -> list[Json]:
    """The records as people and tests read them: one entry per package."""
    return [
        {
            "reference": shipment.references[-1] if shipment.references else None,
            "references": shipment.references,
            "tracking_number": package.tracking_number,
            "shipment_id": shipment.shipment_id,
            "service_code": shipment.service_code,
            "voided": package.voided,
            "charge_cents": package.charge_cents,
            "created_at": shipment.created_at.isoformat(),
            "ship_to": _ship_to(shipment.request),
            **({"documents": shipment.documents} if shipment.documents else {}),
        }
        for shipment in shipments
        for package in shipment.packages
    ]


def _ship_to(request: Json) -> Json:
    recipient = request["Shipment"]["ShipTo"]
    address = recipient["Address"]
    return {
        "name": recipient["Name"],
        "lines": address["AddressLine"],
        "city": address["City"],
        "state": address.get("StateProvinceCode"),
        "postal_code": address.get("PostalCode"),
        "country_code": address["CountryCode"],
    }
