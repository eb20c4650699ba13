"""Steps of a whole job inside the writer's transaction: it runs, is paused or cancelled, ends, is put away."""

from sqlalchemy import Connection, func, select, update

from agent.batch.approval import approving
from agent.batch.executor import queries, state_changes, transitions
from agent.batch.executor.charges import Tolerated, above_quote, charge_text
from agent.batch.executor.result import BatchResult, Stop
from agent.batch.executor.sheet_check import left_out_count
from agent.batch.writeback.outbox import of_rows, pending_count
from agent.errors import error
from agent.ledger import audit, workers
from agent.ledger.faults import (
    DEARER,
    NO_PLAN,
    OTHER_CURRENCY,
    OTHER_ENVIRONMENT,
    PLAN_CHANGED,
    UNSETTLED,
    WRONG_STATUS,
)
from agent.ledger.states import UNSETTLED as UNSETTLED_STATES
from agent.ledger.tables import Job, JobRow, Outbox, Shipment, now, table_of

JOBS, ROWS, SHIPMENTS = table_of(Job), table_of(JobRow), table_of(Shipment)


def check_runnable(connection: Connection, job_id: str, environment: str) -> None:
    """Planned, of this environment, unchanged and not ended.

    Raises:
        ShipchatError: E-4205 no such job, E-4217 no plan, E-4235 another environment, E-4206 cancelled with nothing
            open, E-4210 the stored plan is not the approved one.
    """
    job = queries.job_of(connection, job_id)
    if job.reference_prefix is None:
        raise error(NO_PLAN, job_id=job_id)
    if job.environment != environment:
        raise error(OTHER_ENVIRONMENT, what=f"Batch {job_id}", theirs=job.environment, ours=environment)
    if job.status == "cancelled" and not open_count(connection, job_id):
        raise error(WRONG_STATUS, job_id=job_id, status=job.status, verb="continued", remedy="Say the command again.")
    plan_ids = connection.scalars(select(SHIPMENTS.c.plan_id).where(SHIPMENTS.c.job_id == job_id).distinct())
    for plan_id in plan_ids.all():
        approved, stored = approving.stored_digest(connection, plan_id)
        if stored is not None and stored != approved:
            raise error(PLAN_CHANGED, job_id=job_id)


def open_count(connection: Connection, job_id: str) -> int:
    """Shipments that are not settled, and results that are not in the sheet."""
    return queries.unsettled_count(connection, job_id) + pending_count(connection, job_id)


def doubtful_ids(connection: Connection, job_id: str) -> list[int]:
    """Shipments whose answer was lost."""
    lost = SHIPMENTS.c.state.in_(("submitting", "in_doubt"))
    return list(connection.scalars(select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, lost)))


def surprising_charge(connection: Connection, shipment_ids: list[int], tolerated: Tolerated) -> Stop | None:
    """Why nothing more is sent: one of these was found at UPS at a charge above its quote by more than the tolerance,
    or in another currency than its plan counts in."""
    for shipment_id in shipment_ids:
        one = connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id)).one()
        if one.charge_cents is None:
            continue
        planned = approving.currency_of(connection, one.job_id)
        row = connection.scalar(select(func.min(ROWS.c.sheet_row)).where(ROWS.c.shipment_id == shipment_id))
        if one.currency not in (None, planned):
            words = OTHER_CURRENCY.message.format(row=row, charged=one.currency, planned=planned)
            return Stop(OTHER_CURRENCY.code, words)
        if one.quote_cents is not None and one.charge_cents > tolerated(one.quote_cents):
            return Stop(DEARER.code, charge_text(row, one.charge_cents, one.quote_cents, planned))
    return None


def is_cancelled(connection: Connection, job_id: str) -> bool:
    """Whether a person gave the rest of a job up."""
    return bool(queries.job_of(connection, job_id).status == "cancelled")


def clear_request(connection: Connection, job_id: str) -> None:
    """A request to pause holds for the run in which it was made."""
    mine = update(JOBS).where(JOBS.c.id == job_id, JOBS.c.status != "cancelled")
    connection.execute(mine.values(requested_action=None))


def running(connection: Connection, job_id: str) -> None:
    """`-> running`, the last error forgotten; a job that was cancelled a moment ago stays so."""
    if not is_cancelled(connection, job_id):
        state_changes.set_job(connection, job_id, "running", error_code=None, error_message=None)


def request_pause(connection: Connection, job_id: str) -> None:
    """A person asks a running job to pause."""
    queries.job_of(connection, job_id)
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(requested_action="pause"))
    audit.append(connection, "pause_requested", job_id)


def cancel(connection: Connection, job_id: str) -> None:
    """What is pending becomes skipped; what was bought stays.

    Raises:
        ShipchatError: E-4206 for a batch that has ended: there is nothing to cancel.
    """
    job = queries.job_of(connection, job_id)
    if job.status in {"completed", "completed_with_warnings", "cancelled"}:
        remedy = "What was bought is taken back by `shipchat jobs void`."
        raise error(WRONG_STATUS, job_id=job_id, status=job.status, verb="cancelled", remedy=remedy)
    query = select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending")
    for shipment_id in connection.scalars(query).all():
        transitions.skipped(connection, job_id, shipment_id)
    state_changes.set_job(connection, job_id, "cancelled", requested_action="cancel")


def finish(
    connection: Connection, job_id: str, stop: Stop | None, *, effects_missing: bool, tolerated: Tolerated
) -> str:
    """The end of an execution: its state and counters; returns the state."""
    missing = effects_missing or pending_count(connection, job_id) > 0
    missing = missing or stop is not None or bool(above_quote(connection, job_id, tolerated))
    stopped = stop is not None and not stop.paused
    status = finish_status(connection, job_id, effects_missing=missing, stopped=stopped)
    rows = queries.counts(connection, job_id)
    job = queries.job_of(connection, job_id)
    state_changes.set_job(
        connection,
        job_id,
        status,
        error_code=stop.code if stop is not None else None,
        error_message=stop.reason if stop is not None and stop.code else None,
        requested_action=None if job.requested_action == "pause" else job.requested_action,
        successful_rows=rows["completed"],
        failed_rows=rows["failed"] + rows["in_doubt"],
        processed_rows=rows["completed"] + rows["failed"] + rows["in_doubt"],
        total_cost_cents=job.spent_cents,
    )
    return status


def finish_one_of(
    connection: Connection, job_id: str, worker: int, stop: Stop | None, *, effects_missing: bool, tolerated: Tolerated
) -> str:
    """The end of one worker's execution on a shared ledger: the batch's state, once nobody sends any more of it.

    Raises:
        ShipchatError: E-4253 for a worker that was ended by another station.
    """
    workers.check(connection, worker)
    left = workers.has_others(connection, worker, job_id)
    workers.end(connection, worker, "itself")
    job = queries.job_of(connection, job_id)
    if left or job.status != "running":
        return str(job.status)
    if stop is None and job.error_code is not None:
        # Why another station stopped the batch.
        stop = Stop(job.error_code, str(job.error_message), paused=job.requested_action == "pause")
    return finish(connection, job_id, stop, effects_missing=effects_missing, tolerated=tolerated)


def stop_others(connection: Connection, job_id: str, worker: int, stop: Stop) -> None:
    """One station stops the batch: no other one begins another row of it."""
    others = [one for one in workers.living(connection, job_id) if one.id != worker]
    job = queries.job_of(connection, job_id)
    if others and job.status == "running":
        values = {"error_code": stop.code, "error_message": stop.reason}
        values |= {"requested_action": job.requested_action or "pause"}
        connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(**values))
        audit.append(connection, "stopped_for_all", job_id, code=stop.code)


def result(connection: Connection, job_id: str, stop: Stop | None) -> BatchResult:
    """What `execute` answers."""
    job = queries.job_of(connection, job_id)
    return BatchResult(
        success=job.status in {"completed", "completed_with_warnings"},
        job_id=job_id,
        total_rows=job.total_rows,
        processed_rows=job.processed_rows,
        successful_rows=job.successful_rows,
        failed_rows=job.failed_rows,
        total_cost_cents=job.total_cost_cents,
        error_code=stop.code if stop is not None else None,
        error_message=stop.reason if stop is not None else None,
    )


def dismiss(connection: Connection, job_id: str, rows: list[int] | None = None) -> None:
    """The person gives up writing the results into the sheet."""
    queries.job_of(connection, job_id)
    mine = of_rows(job_id, rows) & (table_of(Outbox).c.state == "pending")
    count = connection.execute(update(table_of(Outbox)).where(mine).values(state="dismissed")).rowcount
    audit.append(connection, "writeback_dismissed", job_id, count=count)


def delivered(connection: Connection, job_id: str, tolerated: Tolerated) -> None:
    """The outbox is empty: a job that only lacked its sheet is completed."""
    dear = bool(above_quote(connection, job_id, tolerated))
    status = finish_status(connection, job_id, effects_missing=dear, stopped=False)
    if status == "completed" and queries.job_of(connection, job_id).status == "completed_with_warnings":
        state_changes.set_job(connection, job_id, status)


def delete(connection: Connection, job_id: str) -> None:
    """Hide a settled job.

    Raises:
        ShipchatError: E-4213 while something of it is not settled.
    """
    queries.job_of(connection, job_id)
    states = (*UNSETTLED_STATES, "pending")
    query = select(func.count()).where(ROWS.c.job_id == job_id, ROWS.c.status.in_(states))
    count = int(connection.scalar(query) or 0) + pending_count(connection, job_id)
    if count:
        raise error(UNSETTLED, job_id=job_id, count=count)
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(deleted_at=now()))
    audit.append(connection, "deleted", job_id)


def finish_status(connection: Connection, job_id: str, *, effects_missing: bool, stopped: bool) -> str:
    """The job's state from its rows', each in the state of its latest attempt (docs/money.md)."""
    states = set(connection.scalars(select(ROWS.c.status).where(ROWS.c.job_id == job_id).distinct()))
    requested = connection.scalar(select(JOBS.c.requested_action).where(JOBS.c.id == job_id))
    if requested == "cancel":
        return "cancelled"
    if states & {"failed", "in_doubt", "submitting", "voiding"}:
        return "failed"
    if "pending" in states:
        return "paused" if requested == "pause" or not stopped else "failed"
    missing = effects_missing or "created" in states or left_out_count(connection, job_id) > 0
    return "completed_with_warnings" if missing else "completed"
