"""The stations at work on a shared ledger: who they are, what they have taken, how long they may send.

A worker is one run of one batch at one station. Its id is its fencing number: it rises, is never given twice, and
stands beside each row that the worker takes. Its lease is counted in the clock of the database and renewed while it
lives. Whoever finds a lease that is over ends that worker for good: in the transaction that precedes a request, and in
the one that records its answer, an ended worker is refused. A file's ledger has no workers: its lock does all of this.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from agent.errors import error
from agent.ledger.faults import FENCED
from agent.ledger.shared import NOW
from agent.ledger.tables import Shipment, table_of
from agent.ledger.worker_table import Worker

WORKERS, SHIPMENTS = table_of(Worker), table_of(Shipment)
_ALIVE = text(f"SELECT {NOW} FROM workers WHERE id = :worker AND ended_at IS NULL AND lease_until > {NOW}")
_MAY_SEND = text(
    f"SELECT {NOW}, (SELECT not_before FROM pace WHERE account = :account) FROM workers"
    f" WHERE id = :worker AND ended_at IS NULL AND lease_until > {NOW}"
)
_RENEW = text(
    f"UPDATE workers SET lease_until = {NOW} + :lease_s WHERE id = :worker AND ended_at IS NULL AND lease_until > {NOW}"
)
_TAKE = text(
    "UPDATE shipments SET worker_id = :worker WHERE id IN ("
    "SELECT id FROM shipments WHERE job_id = :job AND state = 'pending' AND worker_id IS NULL"
    " AND id <= (SELECT last_shipment FROM workers WHERE id = :worker)"
    " AND NOT id = ANY(:left_out) ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Process:
    """Where a worker runs."""

    station: str
    machine: str
    process: str
    """JSON [pid, started]."""


def database_now(connection: Connection) -> float | None:
    """Seconds since the epoch in the clock that all stations share; None for a file's ledger, which needs none."""
    if connection.dialect.name != "postgresql":
        return None
    return float(connection.execute(text(f"SELECT {NOW}")).scalar_one())


def begin(connection: Connection, job_id: str, who: Process, lease_s: float) -> int:
    """A new worker for a batch; its fencing number. It takes rows that are there now, none that are added later."""
    number = int(connection.scalar(select(func.max(WORKERS.c.id))) or 0) + 1
    last = connection.scalar(select(func.max(SHIPMENTS.c.id)).where(SHIPMENTS.c.job_id == job_id))
    now = database_now(connection) or 0.0
    values = {"id": number, "job_id": job_id, "station": who.station, "machine": who.machine, "process": who.process}
    values |= {"last_shipment": last or 0, "started_at": now, "lease_until": now + lease_s}
    connection.execute(insert(WORKERS).values(**values))
    return number


def check(connection: Connection, worker: int) -> float:
    """The time in the database's clock, for a worker that may go on.

    Raises:
        ShipchatError: E-4253 for one whose lease is over, or that was ended.
    """
    now = connection.scalar(_ALIVE, {"worker": worker})
    if now is None:
        raise error(FENCED)
    return float(now)


def may_send(connection: Connection, worker: int, account: str) -> tuple[float, float]:
    """Before an intent, in its transaction: the time in the database's clock, and until when UPS wants nothing of this
    account. Raises as `check`."""
    found = connection.execute(_MAY_SEND, {"worker": worker, "account": account}).first()
    if found is None:
        raise error(FENCED)
    return float(found[0]), float(found[1] or 0.0)


def may_record(connection: Connection, worker: int | None) -> None:
    """Before the end of a request is recorded, in that transaction: its row is in doubt already, by whoever ended this
    worker, and the answer is in the spool. See `check`."""
    if worker is not None:
        check(connection, worker)


def renew(connection: Connection, worker: int, lease_s: float) -> bool:
    """Compare-and-set in the database's clock; False for a worker that is over, for good."""
    return connection.execute(_RENEW, {"worker": worker, "lease_s": lease_s}).rowcount == 1


def take(connection: Connection, worker: int, job_id: str, most: int, left_out: list[int]) -> list[int]:
    """The next rows of a batch for this worker, in their order; those that another one has are passed over."""
    check(connection, worker)
    wanted = {"worker": worker, "job": job_id, "most": most, "left_out": left_out}
    return sorted(connection.scalars(_TAKE, wanted))


def give_back(connection: Connection, worker: int, shipment_id: int | None = None) -> None:
    """What was taken and not sent is free for the others: one row, or all."""
    mine = (SHIPMENTS.c.worker_id == worker) & (SHIPMENTS.c.state == "pending")
    if shipment_id is not None:
        mine &= SHIPMENTS.c.id == shipment_id
    else:
        mine &= SHIPMENTS.c.job_id == select(WORKERS.c.job_id).where(WORKERS.c.id == worker).scalar_subquery()
    connection.execute(update(SHIPMENTS).where(mine).values(worker_id=None))


def end(connection: Connection, worker: int, how: str) -> None:
    """No longer at work, for good; what it had taken and not sent is free again."""
    give_back(connection, worker)
    living = (WORKERS.c.id == worker) & WORKERS.c.ended_at.is_(None)
    connection.execute(update(WORKERS).where(living).values(ended_at=database_now(connection), ended_by=how))


def of_job(connection: Connection, job_id: str | None = None) -> list[Any]:
    """The workers of a batch, or of all, that were not ended; some of them may be over already."""
    query = select(WORKERS).where(WORKERS.c.ended_at.is_(None)).order_by(WORKERS.c.id)
    return list(connection.execute(query if job_id is None else query.where(WORKERS.c.job_id == job_id)))


def living(connection: Connection, job_id: str | None = None) -> list[Any]:
    """Those whose lease lasts."""
    now = database_now(connection)
    return [] if now is None else [one for one in of_job(connection, job_id) if one.lease_until > now]


def has_others(connection: Connection, worker: int, job_id: str) -> bool:
    """Whether other workers have taken rows of the batch, or are sending some."""
    others = [one.id for one in of_job(connection, job_id) if one.id != worker]
    held = SHIPMENTS.c.worker_id.in_(others) & SHIPMENTS.c.state.in_(("pending", "submitting"))
    return connection.scalar(select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, held).limit(1)) is not None


def this_process(station: str, machine: str, started: float) -> Process:
    """Of this process."""
    return Process(station, machine, json.dumps([os.getpid(), started]))
