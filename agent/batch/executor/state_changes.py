"""The steps that every change of a shipment's or a job's state is made of: compare-and-set, money, rows, audit log."""

from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from agent.batch.executor import statements
from agent.ledger import audit
from agent.ledger.tables import Job, JobRow, Shipment, now, table_of

SHIPMENTS, ROWS, JOBS = table_of(Shipment), table_of(JobRow), table_of(Job)


class NotClaimable(Exception):
    """Somebody else has it, or the job must not go on; `reason` is `taken`, `stopped`, `budget` or `changed`."""

    def __init__(self, reason: Literal["taken", "stopped", "budget", "changed"]) -> None:
        super().__init__(reason)
        self.reason: Literal["taken", "stopped", "budget", "changed"] = reason


class HeldBack(Exception):
    """UPS asked another station of a shared ledger to wait: so does this one. Nothing was claimed."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"{wait_s:.1f} s")
        self.wait_s = wait_s


def set_state(connection: Connection, shipment_id: int, before: tuple[str, ...], after: str, **values: Any) -> None:
    """Compare-and-set of a shipment and the rows that follow it.

    Raises:
        NotClaimable: its state is not one of `before`.
    """
    changed = connection.execute(
        update(SHIPMENTS)
        .where(SHIPMENTS.c.id == shipment_id, SHIPMENTS.c.state.in_(before))
        .values(state=after, **values)
    )
    if changed.rowcount != 1:
        raise NotClaimable("taken")
    row_state = "pending" if after == "released" else after
    connection.execute(update(ROWS).where(ROWS.c.shipment_id == shipment_id).values(status=row_state))


def set_job(connection: Connection, job_id: str, status: str, **values: Any) -> None:
    """The job's state, with its record."""
    before = connection.scalar(select(JOBS.c.status).where(JOBS.c.id == job_id))
    ended = status not in {"pending", "running"}
    times = {"completed_at": now()} if ended else {"started_at": now(), "completed_at": None}
    connection.execute(
        update(JOBS).where(JOBS.c.id == job_id).values(status=status, updated_at=now(), **times, **values)
    )
    audit.append(connection, "state_change", job_id, before=before, after=status)


def set_row_error(connection: Connection, shipment_id: int, code: str, message: str) -> None:
    """What the rows of a shipment say of their last refusal or doubt."""
    values = {"error_code": code, "error_message": message, "processed_at": now()}
    connection.execute(update(ROWS).where(ROWS.c.shipment_id == shipment_id).values(**values))


def note(connection: Connection, event: str, job_id: str, shipment: Any, state: str, **more: Any) -> None:
    """An entry commits to the state that it records: `audit verify` replays it against the tables (audit_replay)."""
    named = {"reference": shipment.reference, "state": state}
    audit.append(connection, event, job_id, shipment.primary_row, **named, **more)


def unreserve(connection: Connection, job_id: str, quote: int | None, spent: int = 0) -> None:
    """Take a quote out of what a job has reserved, and add to what it has spent; both may be negative."""
    connection.execute(statements.MONEY, {"job": job_id, "more_reserved": -(quote or 0), "more_spent": spent})


def queue_results(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write-back is an effect of the ledger: it is queued in the same transaction that knows the numbers."""
    if rows:
        connection.execute(statements.QUEUE_RESULTS, rows)


def shipment_of(connection: Connection, shipment_id: int) -> Row[Any]:
    """The record of a shipment as it stands inside the transaction."""
    return connection.execute(statements.SHIPMENT, {"shipment": shipment_id}).one()
