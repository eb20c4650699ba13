"""A ledger that was restored or copied is behind its witness: unfinished jobs are looked up before they send again.

The witness is a small file beside the labels. It repeats the ledger's sequence number, which rises at each job's start
and end; a restored ledger has a smaller one. Within a job the UPS server's spool is the witness: it holds an answer
for a shipment that the ledger believes was never sent.
"""

import json
import os
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from agent.ledger import audit
from agent.ledger.tables import Job, Meta, Shipment, table_of

JOBS, META, SHIPMENTS = table_of(Job), table_of(Meta), table_of(Shipment)
NAME = "witness.json"


def path_of(home: Path) -> Path:
    """Where the witness lives."""
    return home / "labels" / NAME


def advance(connection: Connection) -> dict[str, Any]:
    """The ledger's next sequence number with its id; commit it, then `write` it."""
    known = facts(connection)
    if not known:
        known = {"ledger": uuid.uuid4().hex, "sequence": "0"}
        connection.execute(insert(META), [{"key": key, "value": value} for key, value in known.items()])
    sequence = int(known["sequence"]) + 1
    connection.execute(update(META).where(META.c.key == "sequence").values(value=str(sequence)))
    return {"ledger": known["ledger"], "sequence": sequence}


def facts(connection: Connection) -> dict[str, str]:
    """`ledger` (its id) and `sequence`; empty for a ledger that never ran a job."""
    return {row.key: row.value for row in connection.execute(select(META))}


def write(home: Path, entry: dict[str, Any]) -> None:
    """Replace the witness, durably."""
    target = path_of(home)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = target.with_suffix(".new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(json.dumps(entry))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(home: Path) -> dict[str, Any]:
    """The witness; empty when there is none. A torn one cannot happen (it is replaced), a strange one says nothing."""
    try:
        entry = json.loads(path_of(home).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def is_behind(connection: Connection, entry: dict[str, Any]) -> bool:
    """Whether the witness saw a later state of this ledger."""
    known = facts(connection)
    if not entry:
        return False
    if not known or entry.get("ledger") != known["ledger"]:
        return True
    return int(entry.get("sequence", 0)) > int(known["sequence"])


def quarantine(connection: Connection, entry: dict[str, Any]) -> int:
    """Mark all unfinished jobs: each of their rows is looked up before its first send. Returns how many."""
    unfinished = select(SHIPMENTS.c.job_id).where(SHIPMENTS.c.state == "pending").distinct()
    ids = list(connection.scalars(unfinished))
    for job_id in ids:
        mark(connection, job_id, "the ledger is older than its witness")
    known = facts(connection)
    if known and entry.get("ledger") == known["ledger"]:
        connection.execute(update(META).where(META.c.key == "sequence").values(value=str(entry["sequence"])))
    return len(ids)


def mark(connection: Connection, job_id: str, reason: str) -> None:
    """Quarantine one job."""
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(quarantined=True))
    audit.append(connection, "quarantined", job_id, reason=reason)


def spooled(connection: Connection, spool: Path, job_id: str) -> bool:
    """Whether the UPS server has a record of a shipment that this ledger never sent."""
    try:
        names = {path.stem for path in spool.iterdir() if path.suffix == ".json"}
    except FileNotFoundError:
        return False
    stem = connection.scalar(select(JOBS.c.stem).where(JOBS.c.id == job_id))
    mine = [name for name in names if stem and name.startswith(stem)]
    for start in range(0, len(mine), 500):
        query = select(SHIPMENTS.c.id).where(
            SHIPMENTS.c.reference.in_(mine[start : start + 500]), SHIPMENTS.c.state == "pending", SHIPMENTS.c.sends == 0
        )
        if connection.scalar(query) is not None:
            return True
    return False
