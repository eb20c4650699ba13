"""The ledger head: a small file beside the labels that shows when the ledger was restored or copied.

It repeats the ledger's sequence number, which rises at each job's start and end; a restored ledger has a smaller one.
Within a job the UPS server's spool shows it: it holds an answer for a shipment that the ledger believes was never sent.
What a restored ledger sends is looked up first (restore_check). Of what was shipped between the backup and its restore
the ledger knows nothing: so new jobs are looked up, too, for as long as the watch list looks back.
"""

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from agent.durable import replace_file
from agent.ledger import audit
from agent.ledger.shared import database_identity, is_same
from agent.ledger.tables import Job, Meta, Shipment, now, table_of

JOBS, META, SHIPMENTS = table_of(Job), table_of(Meta), table_of(Shipment)
NAME = "ledger-head.json"
EARLIER_NAME = "witness.json"
"""Its name in earlier versions; the next `write` replaces it."""
RESTORED_AT = "restored_at"
DATABASE = "database"
"""The fact of a ledger on a server that says which database it began in (`identity`)."""
FIRST_STARTS = 1
"""A ledger whose first job never came to its end may have no head file yet."""


def path_of(home: Path) -> Path:
    """Where the head file is."""
    return home / "labels" / NAME


def advance(connection: Connection) -> dict[str, Any]:
    """The ledger's next sequence number with its id; commit it, then `write` it."""
    known = _identified(connection)
    sequence = int(known["sequence"]) + 1
    connection.execute(update(META).where(META.c.key == "sequence").values(value=str(sequence)))
    return {"ledger": known["ledger"], "sequence": sequence}


def facts(connection: Connection) -> dict[str, str]:
    """`ledger` (its id), `sequence` and `restored_at`; empty for a ledger that never ran a job."""
    return {row.key: row.value for row in connection.execute(select(META))}


def _identified(connection: Connection) -> dict[str, str]:
    """The facts of a ledger that has an id."""
    known = facts(connection)
    if "ledger" not in known:
        new = {"ledger": uuid.uuid4().hex, "sequence": "0"}
        new |= {DATABASE: found} if (found := database_identity(connection)) else {}
        connection.execute(insert(META), [{"key": key, "value": value} for key, value in new.items()])
        return new
    return known


def is_elsewhere(connection: Connection) -> bool:
    """Whether a ledger on a server stands in another database than the one that it began in, or on another timeline
    of it: copied, or restored. Every station sees that, also one that is new to it."""
    noted = facts(connection).get(DATABASE)
    return noted is not None and not is_same(noted, database_identity(connection))


def write(home: Path, entry: dict[str, Any]) -> None:
    """Replace the head file, durably."""
    replace_file(path_of(home), json.dumps(entry))
    # Only then: it must not speak for the ledger again if the new one gets lost.
    path_of(home).with_name(EARLIER_NAME).unlink(missing_ok=True)


def read(home: Path) -> dict[str, Any]:
    """The head file's entry; empty when there is none. A torn one cannot happen (it is replaced), a strange one says
    nothing."""
    path = path_of(home)
    if not path.exists():
        path = path.with_name(EARLIER_NAME)
    try:
        entry = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return entry if isinstance(entry, dict) else {}


def is_behind(connection: Connection, entry: dict[str, Any]) -> bool:
    """Whether the head file saw a later state of this ledger, another ledger, or is gone: then this one is a copy.

    A station that is new to a shared ledger has no head file of it.
    """
    known = facts(connection)
    if not entry:
        return DATABASE not in known and int(known.get("sequence", 0)) > FIRST_STARTS
    if entry.get("ledger") != known.get("ledger"):
        return True
    return int(entry.get("sequence", 0)) > int(known["sequence"])


def require_restore_checks(connection: Connection, reason: str, entries: list[dict[str, Any]]) -> int:
    """Note the restore with what the guards saw (`entries`), and mark all unfinished jobs. Returns how many."""
    known = _identified(connection)
    if is_elsewhere(connection):
        # On record from here on: what follows is not a restore once more.
        here = database_identity(connection)
        connection.execute(update(META).where(META.c.key == DATABASE).values(value=here))
    mine = [entry for entry in entries if entry.get("ledger") == known["ledger"]]
    seen_up_to = max((int(entry.get("audit_seq", 0)) for entry in mine), default=0)
    audit.append(connection, "restored", reason=reason, seen_up_to=seen_up_to)
    ids = list(connection.scalars(select(SHIPMENTS.c.job_id).where(SHIPMENTS.c.state == "pending").distinct()))
    for job_id in ids:
        require_restore_check(connection, job_id, reason)
    connection.execute(delete(META).where(META.c.key == RESTORED_AT))
    connection.execute(insert(META).values(key=RESTORED_AT, value=now()))
    sequence = max([int(known["sequence"]), *(int(entry.get("sequence", 0)) for entry in mine)])
    connection.execute(update(META).where(META.c.key == "sequence").values(value=str(sequence)))
    return len(ids)


def recently_restored(connection: Connection, days: int) -> bool:
    """Whether this ledger was found restored within the last `days` days."""
    at = facts(connection).get(RESTORED_AT)
    return at is not None and datetime.fromisoformat(at) > datetime.now(UTC) - timedelta(days=days)


def is_restored(connection: Connection, job_id: str, days: int) -> bool:
    """Whether this job is marked, or the whole ledger was found restored within the last `days` days."""
    marked = connection.scalar(select(JOBS.c.needs_restore_check).where(JOBS.c.id == job_id))
    return bool(marked) or recently_restored(connection, days)


def require_restore_check(connection: Connection, job_id: str, reason: str) -> None:
    """Mark one job: each row is looked up before its first send."""
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(needs_restore_check=True))
    audit.append(connection, "restore_check_required", job_id, reason=reason)


def spooled(connection: Connection, spool: Path, job_id: str) -> bool:
    """Whether the UPS server has a record of a shipment that this ledger never sent."""
    try:
        names = {path.stem for path in spool.iterdir() if path.suffix == ".json"}
    except FileNotFoundError:
        return False
    prefix = connection.scalar(select(JOBS.c.reference_prefix).where(JOBS.c.id == job_id))
    mine = [name for name in names if prefix and name.startswith(prefix)]
    for start in range(0, len(mine), 500):
        query = select(SHIPMENTS.c.id).where(
            SHIPMENTS.c.reference.in_(mine[start : start + 500]), SHIPMENTS.c.state == "pending", SHIPMENTS.c.sends == 0
        )
        if connection.scalar(query) is not None:
            return True
    return False
