"""JobService: jobs and rows through a session, for unplanned jobs and for reading. Its status writes are permissive;
the batch engine's own transitions are compare-and-set (agent.batch)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agent.errors import error
from agent.ledger.faults import NO_SUCH_JOB, NO_SUCH_ROW
from agent.ledger.states import JobStatus, RowStatus
from agent.ledger.tables import Job, JobRow, now


class JobService:
    """Over one session; every write is committed before it returns."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def create_job(self, name: str, original_command: str = "", **more: Any) -> Job:
        job = Job(name=name, original_command=original_command, **more)
        self.session.add(job)
        self.session.commit()
        return job

    def create_rows(self, job_id: str, rows: Sequence[dict[str, Any]]) -> list[JobRow]:
        """`[{row_number, row_checksum}]`; the job's total grows by them."""
        job = self.require(job_id)
        made = [JobRow(job_id=job_id, **row) for row in rows]
        self.session.add_all(made)
        job.total_rows += len(made)
        self.session.commit()
        return made

    def get_job(self, job_id: str) -> Job | None:
        return self.session.get(Job, job_id)

    def list_jobs(self, status: JobStatus | str | None = None, limit: int | None = None) -> list[Job]:
        """Newest first."""
        query = select(Job).where(Job.deleted_at.is_(None)).order_by(Job.created_at.desc(), Job.id).limit(limit)
        if status is not None:
            query = query.where(Job.status == str(JobStatus(status)))
        return list(self.session.scalars(query))

    def update_status(self, job_id: str, status: JobStatus | str) -> Job:
        job = self.require(job_id)
        job.status = JobStatus(status).value
        if job.status == JobStatus.running and job.started_at is None:
            job.started_at = now()
        if job.status in {
            JobStatus.completed,
            JobStatus.completed_with_warnings,
            JobStatus.failed,
            JobStatus.cancelled,
        }:
            job.completed_at = now()
        self.session.commit()
        return job

    def set_error(self, job_id: str, code: str, message: str) -> Job:
        job = self.require(job_id)
        job.error_code, job.error_message = code, message
        self.session.commit()
        return job

    def get_rows(self, job_id: str, status: RowStatus | str | None = None) -> list[JobRow]:
        query = select(JobRow).where(JobRow.job_id == job_id).order_by(JobRow.row_number)
        if status is not None:
            query = query.where(JobRow.status == str(RowStatus(status)))
        return list(self.session.scalars(query))

    def get_row_by_number(self, job_id: str, row_number: int) -> JobRow | None:
        return self.session.scalar(select(JobRow).where(JobRow.job_id == job_id, JobRow.row_number == row_number))

    def get_pending_rows(self, job_id: str) -> list[JobRow]:
        return self.get_rows(job_id, RowStatus.pending)

    def start_row(self, row_id: int) -> JobRow:
        return self._set(row_id, status=RowStatus.submitting.value, started_at=now())

    def complete_row(
        self, row_id: int, tracking_number: str, label_path: str | None = None, cost_cents: int | None = None
    ) -> JobRow:
        row = self._set(
            row_id,
            status=RowStatus.completed.value,
            tracking_number=tracking_number,
            label_path=label_path,
            cost_cents=cost_cents,
            error_code=None,
            error_message=None,
            processed_at=now(),
        )
        self._count(row.job_id)
        return row

    def fail_row(self, row_id: int, code: str, message: str, status: RowStatus | str = RowStatus.failed) -> JobRow:
        row = self._set(
            row_id, status=RowStatus(status).value, error_code=code, error_message=message, processed_at=now()
        )
        self._count(row.job_id)
        return row

    def get_job_summary(self, job_id: str) -> dict[str, Any]:
        """Counts by status, the cost, and the job's own state."""
        job = self.require(job_id)
        counts = dict.fromkeys((status.value for status in RowStatus), 0)
        query = select(JobRow.status, func.count()).where(JobRow.job_id == job_id).group_by(JobRow.status)
        counts |= {str(status): int(count) for status, count in self.session.execute(query)}
        return {
            "job_id": job.id,
            "name": job.name,
            "status": job.status,
            "total_rows": job.total_rows,
            "processed_rows": job.processed_rows,
            "successful_rows": job.successful_rows,
            "failed_rows": job.failed_rows,
            "total_cost_cents": job.total_cost_cents,
            "rows": counts,
            "error_code": job.error_code,
            "error_message": job.error_message,
        }

    def require(self, job_id: str) -> Job:
        """The job. Raises ShipchatError E-4205 when there is none."""
        job = self.get_job(job_id)
        if job is None:
            raise error(NO_SUCH_JOB, job_id=job_id)
        return job

    def require_row(self, row_id: int) -> JobRow:
        """The row by its id. Raises ShipchatError E-4207 when there is none."""
        row = self.session.get(JobRow, row_id)
        if row is None:
            raise error(NO_SUCH_ROW, job_id="?", row=row_id, state="known")
        return row

    def _set(self, row_id: int, **values: Any) -> JobRow:
        row = self.require_row(row_id)
        for name, value in values.items():
            setattr(row, name, value)
        self.session.commit()
        return row

    def _count(self, job_id: str) -> None:
        """Counters are cumulative over resumes: they are derived from the rows."""
        job = self.require(job_id)
        done = JobRow.status == RowStatus.completed.value
        failed = JobRow.status.in_([RowStatus.failed.value, RowStatus.in_doubt.value])
        counted = select(
            func.count().filter(done), func.count().filter(failed), func.sum(JobRow.cost_cents).filter(done)
        ).where(JobRow.job_id == job_id)
        completed, failures, cost = self.session.execute(counted).one()
        job.successful_rows, job.failed_rows = completed, failures
        job.processed_rows, job.total_cost_cents = completed + failures, int(cost or 0)
        self.session.commit()
