"""BatchService: everything that can happen to an approved batch, for sessions and commands.

Planned jobs only; every method that sends, settles or gives up holds the lease of the ledger.
"""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent.batch import amending, approving, queries, recovery, transitions, voiding
from agent.batch.deciding import adopt_number, close_rows, release_rows
from agent.batch.execution import Run, finish_status
from agent.batch.exporting import job_csv
from agent.batch.lease import is_free, lease
from agent.batch.observers import Observers
from agent.batch.outbox import Outgoing, owed_count
from agent.batch.pace import Pace
from agent.batch.processes import carriers
from agent.batch.result import BatchResult
from agent.batch.sending import Sender
from agent.errors import error, from_reply, is_refusal
from agent.ledger import audit
from agent.ledger.faults import NO_PLAN, OTHER_ENVIRONMENT, PLAN_CHANGED, UNSETTLED, WRONG_STATUS
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, Outbox, Shipment, now, table_of
from agent.plan.model import Approval, Plan
from agent.seams import Call
from agent.settings import Settings

JOBS, SHIPMENTS = table_of(Job), table_of(Shipment)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An attempt that was given up and is at UPS after all."""

    job_id: str
    reference: str
    text: str


@dataclass(slots=True)
class BatchService:
    """The batch engine over one ledger."""

    ledger: Ledger
    settings: Settings
    data: Call
    ups: Call
    _observers: Observers = field(default_factory=Observers)

    def add_observer(self, observer: Any) -> None:
        self._observers.add(observer)

    def remove_observer(self, observer: Any) -> None:
        self._observers.remove(observer)

    def holdings(self, environment: str, identities: list[str]) -> dict[str, queries.Holding]:
        """Which of these identities other batches hold."""
        return self.ledger.read(lambda connection: queries.holdings(connection, environment, identities))

    async def approve(self, plan: Plan, approval: Approval) -> str:
        """Store the plan with its approval and claim its rows; the sheet is locked from here on. The job's id."""
        header, texts = approving.check(plan, approval)
        locked = await self.data(
            "lock_source", {"source_id": plan.source.source_id, "descriptor": plan.source.descriptor}
        )
        if is_refusal(locked):
            raise from_reply(locked)
        return await self.ledger.write_soon(
            lambda connection: approving.approve(connection, plan, approval, header, texts)
        )

    def retry_rows(self, job_id: str) -> amending.Retry:
        """The failed rows, to be read, rendered, validated and quoted again; the new plan names `amends_job_id`."""
        return self.ledger.read(amending.retry_of, job_id)

    async def execute(self, job_id: str, *, concurrency: int | None = None, on_error: str = "stop") -> BatchResult:
        """Send what is pending of an approved job."""
        with lease(self.ledger.path):
            await self._may_run(job_id)
            return await self._run(job_id, concurrency or self.settings.concurrency, on_error)

    async def resume(
        self, job_id: str, *, wait_minutes: int = 0, concurrency: int | None = None, on_error: str = "stop"
    ) -> BatchResult:
        """Look up what is in doubt, then send what is pending. Failed rows are never touched."""
        with lease(self.ledger.path):
            await self._may_run(job_id)
            await self._settle(job_id, wait_minutes)
            await self.ledger.write_soon(lambda connection: _running(connection, job_id))
            return await self._run(job_id, concurrency or self.settings.concurrency, on_error)

    async def settle(self, job_id: str, wait_minutes: int = 0) -> int:
        """Look-ups only; how many rows stay open."""
        with lease(self.ledger.path):
            return await self._settle(job_id, wait_minutes)

    def unsettled(self) -> list[queries.InterruptedJob]:
        """What must be named at every start. A batch that is running elsewhere right now is not unfinished."""
        found = self.ledger.read(queries.unsettled)
        if any(job.status == "running" for job in found) and not is_free(self.ledger.path):
            return [job for job in found if job.status != "running"]
        return found

    async def release(self, job_id: str, sheet_rows: list[int] | None, *, now: bool = False) -> list[int]:
        """Give rows in doubt up for a new attempt, after two look-ups; sent by the next resume."""
        with lease(self.ledger.path):
            await self.ledger.write_soon(lambda connection: recovery.crashed(connection, job_id))
            return await release_rows(
                self.ledger, self.ups, job_id, sheet_rows, self._account(job_id), self.settings, waived=now
            )

    async def adopt(self, job_id: str, sheet_row: int, tracking_number: str) -> None:
        """Record the label that a person saw at UPS for a row in doubt."""
        with lease(self.ledger.path):
            await adopt_number(self.ledger, self.ups, job_id, sheet_row, tracking_number, self._account(job_id))
            await self._deliver(job_id)

    async def close(self, job_id: str, sheet_rows: list[int] | None) -> list[int]:
        """Stop looking for rows in doubt."""
        with lease(self.ledger.path):
            return await close_rows(self.ledger, job_id, sheet_rows)

    async def pause(self, job_id: str) -> None:
        """Nothing new starts; what is in flight is finished."""
        await self.ledger.write_soon(lambda connection: _want(connection, job_id, "pause"))

    async def cancel(self, job_id: str) -> None:
        """What is pending becomes skipped; what was bought stays, what is in doubt stays named."""
        await self.ledger.write_soon(lambda connection: _cancel(connection, job_id))

    async def void(self, job_id: str, sheet_rows: list[int] | None) -> list[int]:
        """Void shipments that this ledger bought; an unknown outcome stays voiding. Returns the sheet rows now void."""
        with lease(self.ledger.path):
            voided = await voiding.void_rows(self.ledger, self.ups, job_id, sheet_rows)
            await self._deliver(job_id)
            return voided

    def voidable(self, job_id: str, sheet_rows: list[int] | None) -> list[int]:
        """The sheet rows whose labels can be voided."""
        return [row for row, _shipment in self.ledger.read(lambda c: voiding.voidable(c, job_id, sheet_rows))]

    async def writeback(self, job_id: str, *, to: Path | None = None, dismiss: bool = False) -> str:
        """Finish an outbox: into its sheet, into a copy, or not at all."""
        if dismiss:
            await self.ledger.write_soon(lambda connection: _dismiss(connection, job_id))
            return "The results stay in the ledger only."
        with lease(self.ledger.path):
            whole = await self._deliver(job_id, to)
        text = self.ledger.read(lambda connection: queries.job_of(connection, job_id)).sheet_text
        return str(text or ("Done." if whole else "Not yet."))

    def outcome(self, job_id: str) -> queries.JobOutcome:
        """A job as it stands."""
        return self.ledger.read(lambda connection: queries.outcome(connection, job_id))

    def jobs(
        self, status: str | None = None, since: str | None = None, name: str | None = None
    ) -> list[queries.JobSummary]:
        """The history, newest first."""
        return self.ledger.read(lambda connection: queries.history(connection, status, since, name))

    def export_csv(self, job_id: str) -> str:
        """A job's rows as CSV, formulas made inert."""
        return self.ledger.read(lambda connection: job_csv(connection, job_id))

    def delete(self, job_id: str) -> None:
        """Hide a settled job from the history; its rows stay shipped, its deletion is on record."""
        self.ledger.write(lambda connection: _delete(connection, job_id))

    async def check_watch_list(self) -> list[Alarm]:
        """Look up attempts that were never proven (money.md, Recovery); what is found is an alarm."""
        query = select(SHIPMENTS).where(SHIPMENTS.c.unproven, SHIPMENTS.c.alarm.is_(None))
        alarms = []
        for shipment in await asyncio.to_thread(self.ledger.read, lambda c: list(c.execute(query))):
            found = await recovery.ask_ups(self.ups, shipment, self._account(shipment.job_id))
            if found.finding == "settled" and found.answered is not None:
                numbers = ", ".join(found.answered.tracking_numbers)
                text = (
                    f"ALARM: UPS does hold a label for row {shipment.lead_row} of batch {shipment.job_id}, attempt "
                    f"{shipment.attempt}, which was given up: {numbers}. If it was shipped again, void one of the two."
                )
                alarms.append(Alarm(shipment.job_id, shipment.reference, text))
                await self.ledger.write_soon(partial(_alarm, shipment=shipment, text=text))
        return alarms

    async def _may_run(self, job_id: str) -> None:
        """Planned, ours, unchanged and not ended."""

        def check(connection: Connection) -> None:
            job = queries.job_of(connection, job_id)
            if job.stem is None:
                raise error(NO_PLAN, job_id=job_id)
            if job.environment != self.settings.ups_environment:
                raise error(
                    OTHER_ENVIRONMENT, job_id=job_id, theirs=job.environment, ours=self.settings.ups_environment
                )
            if job.status == "cancelled":
                raise error(
                    WRONG_STATUS, job_id=job_id, status=job.status, verb="continued", remedy="Say the command again."
                )
            plan_ids = connection.scalars(select(SHIPMENTS.c.plan_id).where(SHIPMENTS.c.job_id == job_id).distinct())
            for plan_id in plan_ids.all():
                approved, stored = approving.stored_digest(connection, plan_id)
                if stored is not None and stored != approved:
                    raise error(PLAN_CHANGED, job_id=job_id)

        await asyncio.to_thread(self.ledger.read, check)

    async def _settle(self, job_id: str, wait_minutes: int) -> int:
        account, timeout_s = self._account(job_id), self.settings.ups_timeout_s
        left = await recovery.settle(self.ledger, self.ups, job_id, account, timeout_s=timeout_s)
        waited, limit = 0.0, wait_minutes * 60.0
        for pause_s in recovery.BACK_OFF_S:
            if not left or waited >= limit:
                break
            pause_s = min(pause_s, limit - waited)
            await asyncio.sleep(pause_s)
            waited += pause_s
            left = await recovery.settle(self.ledger, self.ups, job_id, account, timeout_s=timeout_s)
        return left

    async def _run(self, job_id: str, concurrency: int, on_error: str) -> BatchResult:
        job = await asyncio.to_thread(self.ledger.read, lambda c: queries.job_of(c, job_id))
        header = await asyncio.to_thread(self.ledger.read, lambda c: approving.plan_header(c, job_id))
        outgoing = Outgoing(self.ledger, self.data, job_id, header.get("source", {}), one_by_one=concurrency == 1)
        pending = await asyncio.to_thread(self.ledger.read, lambda c: _pending_count(c, job_id))
        if pending:
            # The UPS server must be up before the first intent, so that its process is on record with it.
            reply = await self.ups("service_list", {})
            if is_refusal(reply):
                raise from_reply(reply)
        label_format = header.get("label_format", "ZPL")
        held_by = await asyncio.to_thread(carriers)
        pace = Pace(concurrency)
        sender = Sender(self.ledger, self.ups, job_id, job.environment, label_format, held_by, pace)
        run = Run(sender, self.settings, self._observers, outgoing, job.total_rows, concurrency, on_error)
        await self._observers.tell("on_batch_started", job_id, job.total_rows)
        writer = asyncio.create_task(outgoing.serve(), name="outbox")
        try:
            await run.run()
        finally:
            whole = await outgoing.end(writer)
            status = await self.ledger.write_soon(lambda c: _finish(c, job_id, run, effects_missing=not whole))
        result = await asyncio.to_thread(self.ledger.read, lambda c: _result(c, job_id, run))
        if status == "failed" or run.stop_reason is not None:
            await self._observers.tell("on_batch_failed", job_id, run.stop_reason or "rows failed")
        await self._observers.tell("on_batch_completed", job_id, {"status": status, **result.counts()})
        return result

    async def _deliver(self, job_id: str, to: Path | None = None) -> bool:
        header = await asyncio.to_thread(self.ledger.read, lambda c: approving.plan_header(c, job_id))
        source = dict(header.get("source", {}))
        if to is not None:
            reply = await self.data("import_csv", {"path": str(to)})
            if is_refusal(reply):
                raise from_reply(reply)
            source = {"source_id": reply["source_id"], "descriptor": reply["descriptor"], "name": to.name}
        return await Outgoing(self.ledger, self.data, job_id, source).end(None)

    def _account(self, job_id: str) -> str:
        header = self.ledger.read(lambda connection: approving.plan_header(connection, job_id))
        return str(header.get("account_number") or self.settings.sender.account_number)


def _pending_count(connection: Connection, job_id: str) -> int:
    query = select(func.count()).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending")
    return int(connection.scalar(query) or 0)


def _running(connection: Connection, job_id: str) -> None:
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(wanted=None, error_code=None, error_message=None))
    transitions.set_job(connection, job_id, "running")


def _want(connection: Connection, job_id: str, wish: str) -> None:
    queries.job_of(connection, job_id)
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(wanted=wish))
    audit.append(connection, f"{wish}_wanted", job_id)


def _cancel(connection: Connection, job_id: str) -> None:
    queries.job_of(connection, job_id)
    query = select(SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending")
    for shipment_id in connection.scalars(query).all():
        transitions.skipped(connection, job_id, shipment_id)
    transitions.set_job(connection, job_id, "cancelled", wanted="cancel")


def _finish(connection: Connection, job_id: str, run: Run, *, effects_missing: bool) -> str:
    missing = effects_missing or owed_count(connection, job_id) > 0
    status = finish_status(connection, job_id, effects_missing=missing, stopped=run.stop_code is not None)
    rows = queries.counts(connection, job_id)
    job = queries.job_of(connection, job_id)
    transitions.set_job(
        connection,
        job_id,
        status,
        error_code=run.stop_code,
        error_message=run.stop_reason if run.stop_code else None,
        wanted=None if job.wanted == "pause" else job.wanted,
        successful_rows=rows["completed"],
        failed_rows=rows["failed"] + rows["in_doubt"],
        processed_rows=rows["completed"] + rows["failed"] + rows["in_doubt"],
        total_cost_cents=job.spent_cents,
    )
    return status


def _result(connection: Connection, job_id: str, run: Run) -> BatchResult:
    job = queries.job_of(connection, job_id)
    return BatchResult(
        success=job.status in {"completed", "completed_with_warnings"},
        job_id=job_id,
        total_rows=job.total_rows,
        processed_rows=job.processed_rows,
        successful_rows=job.successful_rows,
        failed_rows=job.failed_rows,
        total_cost_cents=job.total_cost_cents,
        error_code=run.stop_code,
        error_message=run.stop_reason,
    )


def _dismiss(connection: Connection, job_id: str) -> None:
    queries.job_of(connection, job_id)
    owed = table_of(Outbox)
    query = update(owed).where(owed.c.job_id == job_id, owed.c.state == "pending").values(state="dismissed")
    count = connection.execute(query).rowcount
    audit.append(connection, "writeback_dismissed", job_id, count=count)


def _delete(connection: Connection, job_id: str) -> None:
    queries.job_of(connection, job_id)
    states = ("pending", "submitting", "in_doubt", "created", "voiding")
    query = select(func.count()).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state.in_(states))
    count = int(connection.scalar(query) or 0) + owed_count(connection, job_id)
    if count:
        raise error(UNSETTLED, job_id=job_id, count=count)
    connection.execute(update(JOBS).where(JOBS.c.id == job_id).values(deleted_at=now()))
    audit.append(connection, "deleted", job_id)


def _alarm(connection: Connection, shipment: Any, text: str) -> None:
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment.id).values(alarm=text))
    audit.append(connection, "alarm", shipment.job_id, shipment.lead_row, reference=shipment.reference)
