"""An interrupted batch at the next start: what to say of it, and what a person can choose."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agent.batch.writeback.outbox import pending_count
from agent.errors import error
from agent.ledger import audit
from agent.ledger.faults import NO_SUCH_JOB, UNSETTLED, WRONG_STATUS
from agent.ledger.jobs import JobService
from agent.ledger.states import UNSETTLED as UNSETTLED_STATES
from agent.ledger.states import JobStatus, RowStatus
from agent.ledger.tables import Job, Shipment, now


class RecoveryChoice(StrEnum):
    """RESTART makes a new, unplanned batch over the sheet as it is now."""

    RESUME = "resume"
    RESTART = "restart"
    CANCEL = "cancel"


_DONE = {RecoveryChoice.RESUME: "resumed", RecoveryChoice.RESTART: "restarted", RecoveryChoice.CANCEL: "cancelled"}


@dataclass(frozen=True, slots=True)
class InterruptedJobInfo:
    """What a person is told: `47/200 complete. Last: row 47 (name, tracking). 153 remaining.`"""

    job_id: str
    job_name: str
    completed: int
    total: int
    remaining: int
    last_row: int | None
    error: str | None
    prompt: str


def check_interrupted_jobs(job_service: JobService) -> InterruptedJobInfo | None:
    """The newest job that was running, has rows submitting, in doubt or created, or results pending for its sheet."""
    for job in job_service.list_jobs():
        counts = job_service.get_job_summary(job.id)["rows"]
        pending = pending_count(job_service.session.connection(), job.id)
        if job.status == JobStatus.running or pending or any(counts.get(state) for state in UNSETTLED_STATES):
            return _info(job_service, job, counts, pending)
    return None


def handle_recovery_choice(choice: RecoveryChoice | str, job_id: str, job_service: JobService) -> dict[str, Any]:
    """`{"action": "resume" | "restart" | "cancel", "job_id"}`; after a restart `job_id` is the new job.

    Raises:
        ShipchatError: E-4205 no such job, E-4206 it has ended, E-4213 a restart while labels are not settled.
    """
    job = job_service.get_job(job_id)
    if job is None:
        raise error(NO_SUCH_JOB, job_id=job_id)
    choice = RecoveryChoice(choice)
    if job.status in {JobStatus.completed, JobStatus.completed_with_warnings, JobStatus.cancelled}:
        remedy = "Say the command again to start again."
        raise error(WRONG_STATUS, job_id=job_id, status=job.status, verb=_DONE[choice], remedy=remedy)
    if choice is RecoveryChoice.RESUME:
        return {"action": "resume", "job_id": job_id}
    if choice is RecoveryChoice.CANCEL:
        cancel(job_service, job)
        return {"action": "cancel", "job_id": job_id}
    counts = job_service.get_job_summary(job_id)["rows"]
    open_rows = sum(counts.get(state, 0) for state in UNSETTLED_STATES)
    if open_rows:
        raise error(UNSETTLED, job_id=job_id, count=open_rows)
    name, command = job.name, job.original_command
    cancel(job_service, job)
    fresh = job_service.create_job(name=name, original_command=command)
    return {"action": "restart", "job_id": fresh.id}


def cancel(job_service: JobService, job: Job) -> None:
    """What is pending becomes skipped; what was bought stays, a doubt stays named."""
    session = job_service.session
    for row in job_service.get_pending_rows(job.id):
        row.status = RowStatus.skipped.value
        if row.shipment_id is not None:
            shipment = session.get(Shipment, row.shipment_id)
            if shipment is not None and shipment.state == "pending":
                shipment.state, shipment.settled_at = "skipped", now()
                named = {"reference": shipment.reference, "state": "skipped"}
                audit.append(session.connection(), "skipped", job.id, row.row_number, **named)
    audit.append(session.connection(), "state_change", job.id, before=job.status, after=JobStatus.cancelled.value)
    job.requested_action = "cancel" if job.reference_prefix is not None else None
    session.flush()
    job_service.update_status(job.id, JobStatus.cancelled)


def _info(job_service: JobService, job: Job, counts: dict[str, int], pending: int) -> InterruptedJobInfo:
    done = [row for row in job_service.get_rows(job.id) if row.tracking_number and row.processed_at]
    last = max(done, key=lambda row: (row.processed_at or "", row.row_number), default=None)
    fault = f"{job.error_code}: {job.error_message}" if job.error_message else None
    words = [f"{counts['completed']}/{job.total_rows} complete."]
    last_row = None
    if last is not None:
        last_row = last.sheet_row or last.row_number
        words.append(f"Last: row {last_row} ({_known(job_service, last)}{last.tracking_number}).")
    words.append(f"{counts['pending']} remaining.")
    doubtful = sum(counts.get(state, 0) for state in UNSETTLED_STATES)
    if doubtful:
        words.append(f"{doubtful} in doubt.")
    if pending:
        words.append(f"{pending} results not in the sheet yet.")
    if fault:
        words.append(f"Last error: {fault}")
    return InterruptedJobInfo(
        job.id, job.name, counts["completed"], job.total_rows, counts["pending"], last_row, fault, " ".join(words)
    )


def _known(job_service: JobService, row: Any) -> str:
    shipment = job_service.session.get(Shipment, row.shipment_id) if row.shipment_id is not None else None
    return f"{shipment.recipient}, " if shipment is not None and shipment.recipient else ""
