"""Workers of a shared ledger that are over: what they had taken is free, what they were sending is in doubt.

Never pending: a request of theirs may have reached UPS, or may still be under way.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from agent.batch.executor import transitions
from agent.batch.executor.request_holders import lives, machine
from agent.ledger import audit, workers
from agent.ledger.faults import CRASHED_DURING_SEND
from agent.ledger.tables import Shipment, table_of

SHIPMENTS = table_of(Shipment)


def crashed(connection: Connection, job_id: str) -> int:
    """What was submitting and has nobody left who could record its end is in doubt. Returns how many rows.

    Whoever holds the lease of a file knows that nothing else is under way there. On a shared ledger that is what no
    living worker sends.
    """
    reap(connection, _gone_here(workers.of_job(connection)))
    at_work = [one.id for one in workers.of_job(connection, job_id)]
    sending = (SHIPMENTS.c.job_id == job_id) & (SHIPMENTS.c.state == "submitting")
    if at_work:
        sending &= SHIPMENTS.c.worker_id.is_(None) | SHIPMENTS.c.worker_id.not_in(at_work)
    ids = list(connection.scalars(select(SHIPMENTS.c.id).where(sending)))
    for shipment_id in ids:
        transitions.doubted(
            connection, job_id, shipment_id, CRASHED_DURING_SEND.code, "shipchat stopped while the row was at UPS"
        )
    return len(ids)


def at_work(connection: Connection, job_id: str | None = None) -> list[Any]:
    """The workers of a batch, or of all, that live: of this machine's the process is there, too."""
    living = workers.living(connection, job_id)
    gone = _gone_here(living)
    return [one for one in living if one.id not in gone]


def is_at_work(connection: Connection, job_id: str) -> bool:
    """Whether a living worker sends rows of this batch."""
    return bool(at_work(connection, job_id))


def reap(connection: Connection, gone: Iterable[int] = ()) -> int:
    """End every worker whose lease is over, and those that are known to be gone. Returns how many."""
    now, known, count = workers.database_now(connection), set(gone), 0
    if now is None:
        return 0
    for worker in workers.of_job(connection):
        expired = worker.lease_until <= now
        if expired or worker.id in known:
            _end(connection, worker, "expired" if expired else "gone")
            count += 1
    return count


def _gone_here(found: Iterable[Any]) -> list[int]:
    """The workers of this machine whose process is gone: nobody needs to wait for their lease."""
    return [one.id for one in found if one.machine == machine() and not lives(*json.loads(one.process))]


def _end(connection: Connection, worker: Any, how: str) -> None:
    sent = (SHIPMENTS.c.job_id == worker.job_id) & (SHIPMENTS.c.worker_id == worker.id)
    ids = connection.scalars(select(SHIPMENTS.c.id).where(sent, SHIPMENTS.c.state == "submitting")).all()
    workers.end(connection, worker.id, how)
    audit.append(connection, "worker_ended", worker.job_id, worker=worker.id, station=worker.station, how=how)
    for shipment_id in ids:
        reason = f"station {worker.station} was gone while the row was at UPS"
        transitions.doubted(connection, worker.job_id, shipment_id, CRASHED_DURING_SEND.code, reason)
