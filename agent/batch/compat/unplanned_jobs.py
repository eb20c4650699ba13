"""Unplanned jobs: rows without a stored plan, driven through the two tool callers alone (docs/money.md).

Commands and sessions make planned jobs only. What needs plan data is skipped here; what protects money is not: an
intent is on record before each request, a doubt is never sent again, the first failure or doubt stops.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from agent.batch.approval.references import new_reference_prefix, reference
from agent.batch.executor.observers import Observers
from agent.batch.executor.outcome import Answered, Outcome, judge, lost
from agent.batch.executor.request_holders import INTENT_S, boot_clock
from agent.batch.executor.result import BatchResult
from agent.batch.writeback.outbox import is_durable
from agent.errors import ShipchatError, error, from_reply, is_refusal
from agent.ledger.audit import AuditService
from agent.ledger.faults import (
    CRASHED_DURING_SEND,
    LOST_ANSWER,
    NO_SHEET_FOR_RESULTS,
    NO_SUCH_JOB,
    PLANNED_JOB,
    ROW_NOT_READ,
    RUNNING_ALREADY,
    WRONG_STATUS,
)
from agent.ledger.jobs import JobService
from agent.ledger.states import RESUMABLE, JobStatus, RowStatus
from agent.ledger.tables import JobRow, now
from agent.mapping import render
from agent.tool_caller import ToolCaller

_running: set[tuple[int, str]] = set()
"""(database, job) of what runs in this process; a planned job has the ledger's lease."""


@dataclass(slots=True)
class _Work:
    """One execution."""

    job_id: str
    template: Any
    shipper: dict[str, Any]
    rows: list[int]
    reference_prefix: str = field(default_factory=new_reference_prefix)
    stopped: tuple[str, str] | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)
    in_sidecar: list[int] = field(default_factory=list)
    """Rows whose results are in a file beside the sheet: durable, and a warning at the end."""
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class BatchExecutor:
    """Ships the pending rows of an unplanned job; the first failure or doubt stops it."""

    def __init__(
        self,
        job_service: JobService,
        audit_service: AuditService,
        data_mcp_call: ToolCaller,
        ups_mcp_call: ToolCaller,
        concurrency: int = 1,
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency is at least 1")
        self._jobs = job_service
        self._audit = audit_service
        self._data = data_mcp_call
        self._ups = ups_mcp_call
        self._concurrency = concurrency
        self._observers = Observers()

    def add_observer(self, observer: Any) -> None:
        """`observer` has any of the optional methods of `observers`; one that raises changes nothing."""
        self._observers.add(observer)

    def remove_observer(self, observer: Any) -> None:
        self._observers.remove(observer)

    async def execute(
        self,
        job_id: str,
        mapping_template: str | dict[str, Any] | None = None,
        shipper_info: dict[str, Any] | None = None,
    ) -> BatchResult:
        """Ship what is pending. Failed rows and doubts are never sent again.

        Raises:
            ShipchatError: no such job, one that has a plan, is executed already or was cancelled.
        """
        self._may_run(job_id)
        key = (id(self._jobs.session.get_bind()), job_id)
        if key in _running:
            raise error(RUNNING_ALREADY, job_id=job_id)
        _running.add(key)
        try:
            return await self._execute(job_id, mapping_template, shipper_info or {})
        finally:
            _running.discard(key)

    def _may_run(self, job_id: str) -> None:
        job = self._jobs.get_job(job_id)
        if job is None:
            raise error(NO_SUCH_JOB, job_id=job_id)
        if job.reference_prefix is not None:
            raise error(PLANNED_JOB, job_id=job_id)
        if job.status == JobStatus.cancelled:
            remedy = "Make a new one."
            raise error(WRONG_STATUS, job_id=job_id, status=job.status, verb="executed", remedy=remedy)

    async def _execute(self, job_id: str, template: Any, shipper: dict[str, Any]) -> BatchResult:
        for row in self._jobs.get_rows(job_id, RowStatus.submitting):
            self._jobs.fail_row(
                row.id, CRASHED_DURING_SEND.code, "stopped while the row was at UPS", RowStatus.in_doubt
            )
        before = self._jobs.require(job_id).status
        if before in RESUMABLE:
            self._jobs.update_status(job_id, JobStatus.running)
            self._audit.log_state_change(job_id, before, JobStatus.running.value)
        work = _Work(job_id, template, shipper, [row.id for row in self._jobs.get_pending_rows(job_id)])
        await self._observers.notify("on_batch_started", job_id, self._jobs.require(job_id).total_rows)
        try:
            await self._ship_all(work)
        except BaseException:
            self._end(work, JobStatus.paused)
            raise
        await self._write_pending(work, final=True)
        return await self._ended(work)

    async def _ship_all(self, work: _Work) -> None:
        waiting = iter(work.rows)

        async def ship() -> None:
            for row_id in waiting:
                if work.stopped is not None:
                    return
                await self._ship(work, row_id)

        workers = [asyncio.ensure_future(ship()) for _ in range(self._concurrency)]
        try:
            await asyncio.gather(*workers)
        except BaseException:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            raise

    async def _ship(self, work: _Work, row_id: int) -> None:
        row = self._jobs.require_row(row_id)
        try:
            payload, checksum = await self._payload(work, row.row_number)
        except Exception as fault:  # noqa: BLE001 - whatever kept the row from being read: nothing was sent
            await self._fail(
                work, row, Answered(Outcome.NOT_DONE, code=_code(fault, ROW_NOT_READ.code), message=_words(fault))
            )
            return
        if not self._claim(work, row):
            return
        answered = await self._request(work, row, payload)
        if answered.outcome == Outcome.DONE:
            await self._complete(work, row, answered, checksum)
        else:
            await self._fail(work, row, answered)

    async def _payload(self, work: _Work, row_number: int) -> tuple[dict[str, Any], str | None]:
        reply = await self._data("get_row", {"row_number": row_number})
        if is_refusal(reply):
            raise from_reply(reply)
        record = reply.get("row", reply)
        data = record.get("data", record)
        return render(work.template, data, work.shipper), record.get("checksum")

    def _claim(self, work: _Work, row: JobRow) -> bool:
        """Compare-and-set `pending -> submitting`, committed before the request."""
        session = self._jobs.session
        claimed = session.execute(
            update(JobRow)
            .where(JobRow.id == row.id, JobRow.status == RowStatus.pending.value)
            .values(status=RowStatus.submitting.value, started_at=now())
        )
        session.commit()
        if getattr(claimed, "rowcount", 0) != 1:
            return False
        self._audit.log_row_event(work.job_id, row.row_number, "intent")
        return True

    async def _request(self, work: _Work, row: JobRow, payload: dict[str, Any]) -> Answered:
        arguments = {
            "environment": work.shipper.get("environment", "simulator"),
            "reference": reference(work.reference_prefix, row.row_number, 1),
            "not_after": boot_clock() + INTENT_S,
            "label": {"format": work.shipper.get("label_format", "ZPL"), "height": "6", "width": "4"},
            "shipment": payload,
        }
        try:
            reply = await self._ups("shipping_create", arguments)
        except asyncio.CancelledError as fault:
            self._jobs.fail_row(row.id, LOST_ANSWER.code, _words(fault), RowStatus.in_doubt)
            raise
        except Exception as fault:  # noqa: BLE001 - an exception instead of an answer: unknown
            return lost(fault)
        if not isinstance(reply, dict):
            return lost(TypeError(f"the answer is not an object but {type(reply).__name__}"))
        self._audit.log_api_call(work.job_id, "shipping_create", arguments, reply, row_number=row.row_number)
        if reply.get("trackingNumbers") and not is_refusal(reply):
            reply = {"outcome": Outcome.DONE.value, **reply}
        return judge(reply)

    async def _complete(self, work: _Work, row: JobRow, answered: Answered, checksum: str | None) -> None:
        numbers = ", ".join(answered.tracking_numbers)
        label = next((path for path in answered.label_paths if path), None)
        cost = answered.charge_cents or 0
        self._jobs.complete_row(row.id, numbers, label, cost)
        self._audit.log_row_event(work.job_id, row.row_number, "completed", {"tracking_number": numbers})
        result = {"row_number": row.row_number, "tracking_number": numbers, "shipped_at": now()[:19] + "Z"}
        work.pending.append(result | ({"row_checksum": checksum} if checksum else {}))
        await self._observers.notify(
            "on_row_completed",
            work.job_id,
            row.row_number,
            numbers,
            tracking_numbers=answered.tracking_numbers,
            cost_cents=cost,
            label_path=label,
        )
        await self._write_pending(work, final=False)

    async def _fail(self, work: _Work, row: JobRow, answered: Answered) -> None:
        in_doubt = answered.outcome == Outcome.UNKNOWN
        state = RowStatus.in_doubt if in_doubt else RowStatus.failed
        self._jobs.fail_row(row.id, answered.code, answered.message, state)
        self._audit.log_row_event(work.job_id, row.row_number, state.value, {"code": answered.code})
        if work.stopped is None:
            work.stopped = (answered.code, f"row {row.row_number}: {answered.message}")
        await self._observers.notify(
            "on_row_failed", work.job_id, row.row_number, answered.code, answered.message, in_doubt=in_doubt
        )

    async def _write_pending(self, work: _Work, *, final: bool) -> None:
        """One call in flight; what gathers meanwhile goes with the next. What fails is tried again at the end."""
        if work.writing.locked() and not final:
            return
        async with work.writing:
            while work.pending:
                batch, work.pending = work.pending, []
                left = await self._write_back(work, batch, final=final)
                if left:
                    work.pending = left + work.pending
                    return

    async def _write_back(self, work: _Work, batch: list[dict[str, Any]], *, final: bool) -> list[dict[str, Any]]:
        """Hand results over; returns those that are not durable yet."""
        try:
            if self._concurrency > 1:
                reply = await self._data("write_back_many", {"rows": batch, "final": final})
                if is_refusal(reply):
                    return batch
                places = {item.get("row_number"): item for item in reply.get("results", [])}
                replies = [(one, places.get(one["row_number"], {})) for one in batch]
            else:
                replies = [(one, await self._data("write_back", one)) for one in batch]
            work.in_sidecar += [one["row_number"] for one, reply in replies if reply.get("where") == "sidecar"]
            # What the tool callers of others answer may leave `success` out.
            return [one for one, reply in replies if is_refusal(reply) or not is_durable({"success": True} | reply)]
        except Exception as fault:  # noqa: BLE001 - the label is bought: a sheet that fails is a warning
            self._audit.log_job_error(work.job_id, _code(fault, NO_SHEET_FOR_RESULTS.code), _words(fault))
            return batch

    def _end(self, work: _Work, status: JobStatus) -> None:
        self._jobs.update_status(work.job_id, status)
        self._audit.log_state_change(work.job_id, JobStatus.running.value, status.value)

    async def _ended(self, work: _Work) -> BatchResult:
        job_id = work.job_id
        counted = self._jobs.get_job_summary(job_id)
        failed = counted["rows"]["failed"] + counted["rows"]["in_doubt"]
        code, message = work.stopped or self._earlier(job_id)
        if code is not None and message is not None:
            self._jobs.set_error(job_id, code, message)
            self._audit.log_job_error(job_id, code, message)
        elif work.pending:
            code, message = NO_SHEET_FOR_RESULTS.code, f"{len(work.pending)} results are not in the sheet"
        elif work.in_sidecar:
            code, message = NO_SHEET_FOR_RESULTS.code, f"{len(work.in_sidecar)} results are in a file beside the sheet"
        whole = not (work.pending or work.in_sidecar)
        status = JobStatus.failed if failed else JobStatus.completed if whole else JobStatus.completed_with_warnings
        if self._jobs.require(job_id).status == JobStatus.running:
            self._end(work, status)
        result = BatchResult(
            success=not failed,
            job_id=job_id,
            total_rows=counted["total_rows"],
            processed_rows=counted["processed_rows"],
            successful_rows=counted["successful_rows"],
            failed_rows=failed,
            total_cost_cents=counted["total_cost_cents"],
            error_code=code,
            error_message=message,
        )
        if failed:
            await self._observers.notify("on_batch_failed", job_id, f"{code}: {message}" if code else "rows failed")
        else:
            await self._observers.notify("on_batch_completed", job_id, {"status": status.value, **result.counts()})
        return result

    def _earlier(self, job_id: str) -> tuple[str | None, str | None]:
        """Why a batch that ran to its end is still not a success: a row of an earlier run."""
        for row in self._jobs.get_rows(job_id):
            if row.status in (RowStatus.failed, RowStatus.in_doubt):
                return row.error_code, f"row {row.row_number}: {row.error_message}"
        return None, None


def _code(fault: BaseException, default: str) -> str:
    return fault.code if isinstance(fault, ShipchatError) else default


def _words(fault: BaseException) -> str:
    return (fault.message if isinstance(fault, ShipchatError) else str(fault)) or type(fault).__name__
