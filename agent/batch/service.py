"""BatchService: everything that can happen to an approved batch, for sessions and commands.

Planned jobs only; every method that sends, settles or gives up holds the lease of the ledger.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from agent.batch.approval import approving, parcel_holders, retry_plan
from agent.batch.compat.interrupted_jobs import RecoveryChoice, handle_recovery_choice
from agent.batch.executor import job_lifecycle, queries, voiding, worker_lease
from agent.batch.executor.charges import outcome_with_charges
from agent.batch.executor.observers import Observers
from agent.batch.executor.reaping import at_work, crashed, is_at_work
from agent.batch.executor.request_holders import boot_clock
from agent.batch.executor.result import BatchResult, Stop
from agent.batch.job_run import JobRunner
from agent.batch.recovery import doubts, late_label_watch, recovery, restore_check
from agent.batch.recovery.adopting import Adoption, adopt_numbers, shown_ours, undo_adoption
from agent.batch.recovery.clock import ClockWatch
from agent.batch.recovery.resolving_doubts import Released, ReleaseTerms, close_rows, release_rows
from agent.batch.recovery.rollback_guard import RollbackGuard
from agent.batch.writeback.delivery import deliver, deliver_each_pending, write_again
from agent.batch.writeback.exporting import job_csv
from agent.batch.writeback.outbox import pending_count, sidecar_count
from agent.errors import ShipchatError, error, from_reply, is_refusal
from agent.events.history import BatchLine, DoubtLine
from agent.ledger.faults import BUSY_LEDGER, OTHER_ENVIRONMENT, RUNNING_ALREADY
from agent.ledger.jobs import JobService
from agent.ledger.lease import is_free, lease_of, take_turn_at
from agent.ledger.place import is_shared
from agent.ledger.store import Ledger
from agent.ledger.summaries import JobSummary, Wanted
from agent.planning.model import Approval, Plan, PlannedShipment
from agent.planning.parcels import Holder
from agent.settings import Settings
from agent.tool_caller import ToolCaller


@dataclass(slots=True)
class BatchService:
    """The batch engine over one ledger."""

    ledger: Ledger
    settings: Settings
    data: ToolCaller
    ups: ToolCaller
    _observers: Observers = field(default_factory=Observers)
    _sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _guard: RollbackGuard = field(init=False)
    _clock: ClockWatch = field(default_factory=ClockWatch)
    _boot_clock: Callable[[], float] = boot_clock

    def __post_init__(self) -> None:
        self._guard = RollbackGuard(self.ledger, self.settings)

    def add_observer(self, observer: Any) -> None:
        self._observers.add(observer)

    def remove_observer(self, observer: Any) -> None:
        self._observers.remove(observer)

    async def holders(self, environment: str, items: list[PlannedShipment]) -> tuple[list[Holder], list[Holder]]:
        """(what holds a parcel with a key of one of these, all open doubts of the environment)."""
        return await self.ledger.read_async(parcel_holders.known, environment, items)

    async def approve(self, plan: Plan, approval: Approval, *, into: str | None = None) -> str:
        """Store the plan with its approval and claim its rows; the sheet is locked from here on. The job's id.

        `into`: the unplanned job of a restart, which the plan takes over.
        """
        if plan.environment != self.settings.ups_environment:
            theirs, ours = plan.environment, self.settings.ups_environment
            raise error(OTHER_ENVIRONMENT, what="This plan", theirs=theirs, ours=ours)
        if not is_free(self.ledger.place):
            # What cannot be executed now must not hold its rows.
            raise error(BUSY_LEDGER, holder="in another window or process")
        amended = plan.amends_job_id
        if amended is not None and await self.ledger.read_async(is_at_work, amended):
            raise error(RUNNING_ALREADY, job_id=amended)
        header, texts = approving.check(plan, approval)
        locked = await self.data(
            "lock_source", {"source_id": plan.source.source_id, "descriptor": plan.source.descriptor}
        )
        if is_refusal(locked):
            raise from_reply(locked)
        await self.ledger.read_async(self._clock.look)
        try:
            job_id = await self.ledger.write_async(approving.approve, plan, approval, header, texts, into)
        except ShipchatError:
            source = {"source_id": plan.source.source_id, "descriptor": plan.source.descriptor}
            await self.data("write_back_many", {"rows": [], "final": True, **source})
            raise
        if plan.amends_job_id is None:
            # Rows of an amended job that wait from earlier were not approved here.
            await self._guard.follow(job_id)
        return job_id

    def retry_rows(self, job_id: str) -> retry_plan.Retry:
        """The failed rows, to be read, rendered, validated and quoted again; the new plan names `amends_job_id`."""
        return self.ledger.read(retry_plan.retry_of, job_id)

    async def execute(self, job_id: str, *, concurrency: int | None = None, on_error: str = "stop") -> BatchResult:
        """Send what is pending of an approved job."""
        at_once = concurrency or self.settings.concurrency
        async with self._lease(job_id) as let_go:
            await self._may_run(job_id)
            await self._settle(job_id, 0)
            await self._trust(job_id, at_once)
            return await self._run(job_id, at_once, on_error, None, let_go)

    async def resume(
        self, job_id: str, *, wait_minutes: int = 0, concurrency: int | None = None, on_error: str = "stop"
    ) -> BatchResult:
        """Look up what is in doubt, then send what is pending. Failed rows are never touched.

        Of a cancelled job only what is not settled is looked up and handed over. A request to pause or cancel that is
        made during the look-ups counts: nothing is sent then.
        """
        async with self._lease(job_id) as let_go:
            await self._may_run(job_id)
            # Others may be at it: this station joins them, and what a person asked of them holds for all.
            joins = await self.ledger.read_async(is_at_work, job_id)
            if not joins:
                await self.ledger.write_async(job_lifecycle.clear_request, job_id)
            doubtful = await self.ledger.read_async(job_lifecycle.doubtful_ids, job_id)
            await self._settle(job_id, wait_minutes)
            # A row that was released is sent again only if its earlier attempt still does not show at UPS.
            await self._look_at_watched(job_id)
            if await self.ledger.read_async(job_lifecycle.is_cancelled, job_id):
                whole = await self._deliver(job_id)
                tolerated = self.settings.tolerated_cents
                await self.ledger.write_async(
                    job_lifecycle.finish, job_id, None, effects_missing=not whole, tolerated=tolerated
                )
                return await self.ledger.read_async(job_lifecycle.result, job_id, None)
            await self._trust(job_id, concurrency or self.settings.concurrency)
            if not joins:
                await self.ledger.write_async(job_lifecycle.running, job_id)
            tolerated = self.settings.tolerated_cents
            surprise = await self.ledger.read_async(job_lifecycle.surprising_charge, doubtful, tolerated)
            return await self._run(job_id, concurrency or self.settings.concurrency, on_error, surprise, let_go)

    async def settle(self, job_id: str, wait_minutes: int = 0) -> int:
        """Look-ups only; how many rows stay open."""
        async with self._lease(job_id):
            return await self._settle(job_id, wait_minutes)

    def unsettled(self) -> list[queries.InterruptedJob]:
        """What must be named at every start. A batch that is running elsewhere right now is not unfinished."""
        found = self.ledger.read(queries.unsettled)
        if any(job.status == "running" for job in found) and not is_free(self.ledger.place):
            return [job for job in found if job.status != "running"]
        sent = {one.job_id for one in self.ledger.read(at_work)}
        return [job for job in found if job.status != "running" or job.job_id not in sent]

    async def release(self, job_id: str, sheet_rows: list[int] | None, *, now: bool = False) -> list[int]:
        """Give rows in doubt up for a new attempt, after two look-ups; sent by the next resume.

        Raises:
            ShipchatError: why the first row that stays in doubt does; others may have been released.
        """
        told = await self.release_each(job_id, sheet_rows, now=now)
        for refusal in told.kept.values():
            raise refusal
        return told.released

    async def release_each(
        self, job_id: str, sheet_rows: list[int] | None, *, now: bool, stopping: Callable[[], bool] = lambda: False
    ) -> Released:
        """The same for each row by itself, until a person wants no further one; what became of each is told."""
        async with self._lease(job_id):
            await self.ledger.write_async(crashed, job_id)
            terms = ReleaseTerms(self._account(job_id), self.settings, waived=now, stopping=stopping)
            told = await release_rows(self.ledger, self.ups, job_id, sheet_rows, terms)
            if told.found or told.void:
                await self._deliver(job_id)
            return told

    async def doubts(self, job_id: str | None = None) -> list[DoubtLine]:
        """Rows in doubt, of one batch or of all; what a crash left under way counts where no batch runs."""
        return await self.ledger.read_async(doubts.doubts_of, self.settings, job_id, self._doubtful())

    async def rows_in_doubt(self) -> dict[str, set[int]]:
        """Their sheet rows, by batch."""
        return await self.ledger.read_async(doubts.rows_in_doubt, self._doubtful())

    def _doubtful(self) -> tuple[str, ...]:
        return doubts.WITH_CRASHED if is_free(self.ledger.place) else doubts.IN_DOUBT

    async def adopt(self, job_id: str, sheet_row: int, *tracking_numbers: str, unchecked: bool = False) -> str:
        """Record the label that a person saw at UPS for a row in doubt: `adopting.adopt_numbers`."""
        async with self._lease(job_id):
            await self.ledger.write_async(crashed, job_id)
            adoption = Adoption(sheet_row, list(tracking_numbers), unchecked)
            how = await adopt_numbers(self.ledger, self.ups, job_id, adoption, self._account(job_id))
            await self._deliver(job_id)
            return how

    async def undo_adoption(self, job_id: str, sheet_row: int) -> list[str]:
        """Take a wrong adoption back: the row is in doubt again, looked up by the next resume."""
        async with self._lease(job_id):
            numbers = await undo_adoption(self.ledger, self.ups, job_id, sheet_row)
            await self._deliver(job_id)
            return numbers

    async def close(self, job_id: str, sheet_rows: list[int] | None) -> list[int]:
        """Stop looking for rows in doubt."""
        async with self._lease(job_id):
            await self.ledger.write_async(crashed, job_id)
            return await close_rows(self.ledger, job_id, sheet_rows)

    async def pause(self, job_id: str) -> None:
        """Nothing new starts; what is in flight is finished."""
        await self.ledger.write_async(job_lifecycle.request_pause, job_id)

    async def cancel(self, job_id: str) -> None:
        """What is pending becomes skipped; what was bought stays, what is in doubt stays named."""
        await self.ledger.write_async(job_lifecycle.cancel, job_id)
        await self._guard.remember()

    async def void(
        self, job_id: str, sheet_rows: list[int] | None, stopping: Callable[[], bool] = lambda: False
    ) -> list[int]:
        """Void shipments that this ledger bought; an unknown outcome stays voiding. Returns the sheet rows now void.

        `stopping`: whether a person wants no further one voided.

        Raises:
            ShipchatError: E-4224 for a row that holds no label of ours, E-4291 for an adopted one not shown to be ours.
        """
        async with self._lease(job_id):
            await shown_ours(self.ledger, self.ups, await self.ledger.read_async(voiding.voidable, job_id, sheet_rows))
            voided = await voiding.void_rows(self.ledger, self.ups, job_id, sheet_rows, stopping)
            await self._deliver(job_id)
            return voided

    async def void_watched(self, job_id: str, tracking_number: str) -> bool:
        """Void the label of an attempt that was given up and that the watch list found; False = UPS did not confirm.

        Raises:
            ShipchatError: E-4241 when the watch list found no such label.
        """
        async with self._lease(job_id):
            return await voiding.void_watched(self.ledger, self.ups, job_id, tracking_number)

    def voidable(self, job_id: str, sheet_rows: list[int] | None) -> list[int]:
        """The sheet rows whose labels can be voided."""
        return [row for row, _shipment in self.ledger.read(lambda c: voiding.voidable(c, job_id, sheet_rows))]

    def results_wait(self, job_id: str) -> bool:
        """Whether results are not in the sheet yet, or only in a file beside it."""
        return self.ledger.read(lambda c: pending_count(c, job_id) + sidecar_count(c, job_id)) > 0

    async def writeback(
        self, job_id: str, sheet_rows: list[int] | None = None, *, to: Path | None = None, dismiss: bool = False
    ) -> str:
        """Finish an outbox, of some rows or all: into its sheet, into a copy (all results it ever had), or not at all.

        Raises:
            ShipchatError: E-4207 for a row that the job does not have, or what the data server says of the copy.
        """
        rows = await self.ledger.read_async(queries.row_numbers, job_id, sheet_rows)
        if dismiss:
            await self.ledger.write_async(job_lifecycle.dismiss, job_id, rows)
            return "The results stay in the ledger only."
        async with self._lease(job_id):
            whole = await write_again(self.ledger, self.data, job_id, rows, to, self.settings.tolerated_cents)
        text = self.ledger.read(queries.job_of, job_id).sheet_text
        return str(text or ("Done." if whole else "Not yet."))

    def selected(self, job_id: str) -> queries.PlannedRows:
        """Which rows a job's plan chose, as far as it is kept."""
        return self.ledger.read(queries.planned_rows, job_id)

    def outcome(self, job_id: str) -> queries.JobOutcome:
        """A job as it stands."""
        return self.ledger.read(outcome_with_charges, job_id, self.settings.tolerated_cents)

    def jobs(
        self,
        status: str | None = None,
        since: str | None = None,
        name: str | None = None,
        until: str | None = None,
    ) -> list[JobSummary]:
        """The history, newest first; `since` and `until` (exclusive) are days or instants in UTC."""
        return self.ledger.read(queries.history, Wanted(status, since, until, name))

    async def history(self) -> list[BatchLine]:
        """The history for a screen."""
        return [BatchLine(**job.as_dict()) for job in await self.ledger.read_async(queries.history)]

    def export_csv(self, job_id: str) -> str:
        """A job's rows as CSV, formulas made inert."""
        return self.ledger.read(job_csv, job_id)

    def delete(self, job_id: str) -> None:
        """Hide a settled job from the history; its rows stay shipped, its deletion is on record."""
        self.ledger.write(job_lifecycle.delete, job_id)

    def watch_list(self) -> list[late_label_watch.Watched]:
        """Attempts that were given up without proof."""
        return self.ledger.read(late_label_watch.watch_list)

    async def check_watch_list(self) -> list[late_label_watch.Alarm]:
        """At each start: look up what was given up without proof (found = alarm), delete old payloads."""
        await self.ledger.write_async(late_label_watch.purge, self.settings.purge_days, self.settings.watch_days)
        return await self._look_at_watched(None)

    async def _look_at_watched(self, job_id: str | None) -> list[late_label_watch.Alarm]:
        return await late_label_watch.look(self.ledger, self.ups, self._account, self.settings.watch_days, job_id)

    def restart(self, job_id: str) -> str:
        """Cancel an interrupted job and make a new, unplanned one from the same words; the new job's id.

        Raises:
            ShipchatError: E-4213 while its doubts are not settled.
        """
        with lease_of(self.ledger.place, job_id), self.ledger.session() as session:
            answer = handle_recovery_choice(RecoveryChoice.RESTART, job_id, JobService(session))
        return str(answer["job_id"])

    @asynccontextmanager
    async def _lease(self, job_id: str) -> AsyncIterator[Callable[[], None]]:
        """What is done under the ledger's lease is remembered outside of it.

        On a shared ledger it is the batch's, for settling rows; whoever begins to send as a worker lets it go.
        """
        with ExitStack() as holding:
            await take_turn_at(holding, self.ledger.place, job_id)
            yield holding.close if is_shared(self.ledger.place) else lambda: None
            await self._guard.remember()

    async def _may_run(self, job_id: str) -> None:
        def check(connection: Connection) -> None:
            self._clock.look(connection)
            job_lifecycle.check_runnable(connection, job_id, self.settings.ups_environment)

        await self.ledger.read_async(check)

    async def _trust(self, job_id: str, concurrency: int) -> None:
        """What this process did not itself approve, or run to an end, is looked up before it is sent."""
        restored, job = await self._guard.check(job_id), await self.ledger.read_async(queries.job_of, job_id)
        forgotten = await self._guard.forgotten() if restored else None
        header = await self.ledger.read_async(approving.plan_header, job_id)
        asking = restore_check.Inquiry.of(self.ledger, self.ups, header, self.settings, forgotten, concurrency)
        await restore_check.clear_cancelled(asking, job_id, self._guard.is_followed)
        # A living worker of a shared ledger has looked up what had to be; a restore since would have ended its lease.
        known = await self._guard.is_followed(job_id) or await self.ledger.read_async(is_at_work, job_id)
        if known and not restored:
            return
        if await restore_check.clear(asking, self.data, job, header):
            await self._observers.notify("on_sheet_opened", job_id)
        await self._settle(job_id, 0)

    async def _settle(self, job_id: str, wait_minutes: int) -> int:
        account, timeout_s = self._account(job_id), self.settings.ups_timeout_s
        who = worker_lease.with_own_labels(self.settings)
        once = partial(recovery.settle, self.ledger, self.ups, job_id, account, timeout_s=timeout_s, station=who)
        return await recovery.repeated(once, wait_minutes, self._sleep)

    async def _run(
        self, job_id: str, concurrency: int, on_error: str, stop: Stop | None, let_go: Callable[[], None]
    ) -> BatchResult:
        runner = JobRunner(
            self.ledger,
            self.settings,
            self.data,
            self.ups,
            self._observers,
            self._guard,
            self._clock,
            self._sleep,
            self._boot_clock,
        )
        if not is_shared(self.ledger.place):
            return await runner.run(job_id, concurrency, on_error, stop)
        async with worker_lease.at_work(self.ledger, job_id, self.settings) as lease:
            let_go()
            return await runner.run(job_id, concurrency, on_error, stop, lease)

    async def deliver_pending(self) -> None:
        """At each start: hand pending results over once more. What cannot be written stays pending, and is named."""
        await deliver_each_pending(self.ledger, self.data, self.settings.tolerated_cents)

    async def _deliver(self, job_id: str) -> bool:
        return await deliver(self.ledger, self.data, job_id)

    def _account(self, job_id: str) -> str:
        header = self.ledger.read(approving.plan_header, job_id)
        return str(header.get("account_number") or self.settings.sender.account_number)
