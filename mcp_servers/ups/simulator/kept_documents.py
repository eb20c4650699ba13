"""The documents in the carrier's records: whose they are, and which shipments they went with."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mcp_servers.ups.simulator.parcels import Json, as_list, at

SCHEMA = """
create table if not exists documents (
    id text primary key,
    account text not null,
    name text not null,
    kind text not null,
    deleted_at text
) strict;
create table if not exists pushed_documents (
    shipment_id text not null,
    document text not null references documents (id),
    primary key (shipment_id, document)
) strict, without rowid;
"""


def keep(connection: sqlite3.Connection, account: str, kinds: list[tuple[str, str]]) -> list[str]:
    """Write (file name, document type) pairs down; their ids."""
    statement = "insert into documents (id, account, name, kind) values (?, ?, ?, ?)"
    found = []
    for (name, kind), document in zip(kinds, new_ids(connection), strict=False):
        connection.execute(statement, (document, account, name, kind))
        found.append(document)
    return found


def new_ids(connection: sqlite3.Connection) -> Iterator[str]:
    """UPS's ids are moments, to the microsecond: 2026-11-21-01.02.03.123456. No two are the same."""
    moment = datetime.now(UTC)
    while True:
        text = moment.strftime("%Y-%m-%d-%H.%M.%S.%f")
        moment += timedelta(microseconds=1)
        if connection.execute("select 1 from documents where id = ?", (text,)).fetchone() is None:
            yield text


def all_known(connection: sqlite3.Connection, account: str, ids: list[str]) -> bool:
    """Whether the account has each of them."""
    statement = "select 1 from documents where id = ? and account = ? and deleted_at is null"
    return all(connection.execute(statement, (one, account)).fetchone() for one in ids)


def delete(connection: sqlite3.Connection, account: str, document: str) -> bool:
    """Whether there was such a document to delete."""
    statement = "update documents set deleted_at = ? where id = ? and account = ? and deleted_at is null"
    return connection.execute(statement, (datetime.now(UTC).isoformat(), document, account)).rowcount == 1


def push(connection: sqlite3.Connection, shipment_id: str, ids: list[str]) -> None:
    """Give them to a shipment that was made; twice is the same as once."""
    statement = "insert into pushed_documents (shipment_id, document) values (?, ?) on conflict do nothing"
    connection.executemany(statement, [(shipment_id, one) for one in ids])


def documents_of(connection: sqlite3.Connection, shipment_id: str, request: Json) -> list[Json]:
    """What went with a shipment, named when it was made or pushed later: for people and tests."""
    forms = at(request, "Shipment", "ShipmentServiceOptions", "InternationalForms")
    ids = [str(one) for one in as_list(at(forms, "UserCreatedForm", "DocumentID"))]
    pushed = connection.execute("select document from pushed_documents where shipment_id = ?", (shipment_id,))
    ids += [one for (one,) in pushed if one not in ids]
    query = "select name, kind from documents where id = ?"
    found = [(one, connection.execute(query, (one,)).fetchone()) for one in ids]
    return [{"id": one, "name": row[0], "type": row[1]} for one, row in found if row]
