"""A batch that another process runs, told to the observers as the ledger gets to know it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from agent.batch.approval import retry_plan
from agent.batch.executor import job_lifecycle, queries
from agent.batch.executor.observers import Observers
from agent.batch.executor.result import BatchResult, Stop
from agent.ledger import audit
from agent.ledger.store import Ledger
from agent.ledger.tables import AuditEntry, JobRow, Package, Shipment, table_of

LOG, ROWS, SHIPMENTS, PACKAGES = table_of(AuditEntry), table_of(JobRow), table_of(Shipment), table_of(Package)
TOLD = ("created", "failed", "in_doubt")
"""Entries that end a row step, for whoever watches."""
PAGE = 200


@dataclass(slots=True)
class Follower:
    """Reads on in the audit log from where it was; each row is told once for each end that it came to."""

    ledger: Ledger
    observers: Observers
    job_id: str
    _seen: int = 0

    async def begin(self) -> None:
        """Before anybody works on it."""
        self._seen = (await self.ledger.read_async(audit.end))[0]
        pending = await self.ledger.read_async(retry_plan.waiting_rows, self.job_id)
        job = await self.ledger.read_async(queries.job_of, self.job_id)
        await self.observers.notify("on_batch_started", self.job_id, job.total_rows, pending_rows=pending)

    async def look(self) -> None:
        """Tell what has happened since the last look."""
        while found := await self.ledger.read_async(_ends, self.job_id, self._seen):
            for event, facts in found:
                self._seen = facts.pop("seq")
                await self._tell(event, facts)

    async def end(self) -> BatchResult:
        """The batch is over: how it ended."""
        await self.look()
        job = await self.ledger.read_async(queries.job_of, self.job_id)
        stop = Stop(job.error_code, job.error_message or "") if job.error_code else None
        result = await self.ledger.read_async(job_lifecycle.result, self.job_id, stop)
        if job.status == "failed" or stop is not None:
            reason = stop.reason if stop is not None else "rows failed"
            await self.observers.notify("on_batch_failed", self.job_id, reason, stopped_early=stop is not None)
        await self.observers.notify("on_batch_completed", self.job_id, {"status": job.status, **result.counts()})
        # Another process wrote into the sheet that is open here.
        await self.observers.notify("on_sheet_opened", self.job_id)
        return result

    async def _tell(self, event: str, facts: dict[str, Any]) -> None:
        row, code, reason = facts.pop("row"), facts.pop("code") or "", facts.pop("reason") or ""
        if event == "created":
            numbers = ", ".join(facts["tracking_numbers"])
            await self.observers.notify("on_row_completed", self.job_id, row, numbers, **facts)
        else:
            doubt = event == "in_doubt"
            await self.observers.notify("on_row_failed", self.job_id, row, code, reason, in_doubt=doubt, **facts)


def _ends(connection: Connection, job_id: str, after: int) -> list[tuple[str, dict[str, Any]]]:
    """What the log says since then of rows whose step ended, with what the tables say of them now."""
    query = select(LOG.c.seq, LOG.c.event, LOG.c.row_number).where(LOG.c.job_id == job_id, LOG.c.seq > after)
    found = connection.execute(query.where(LOG.c.event.in_(TOLD)).order_by(LOG.c.seq).limit(PAGE)).all()
    return [(entry.event, {"seq": entry.seq} | _facts(connection, job_id, entry.row_number)) for entry in found]


def _facts(connection: Connection, job_id: str, row: int) -> dict[str, Any]:
    latest = select(SHIPMENTS).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.primary_row == row)
    shipment = connection.execute(latest.order_by(SHIPMENTS.c.attempt.desc()).limit(1)).one()
    packages = connection.execute(
        select(PACKAGES.c.tracking_number, PACKAGES.c.label_path)
        .where(PACKAGES.c.shipment_id == shipment.id)
        .order_by(PACKAGES.c.position)
    ).all()
    sheet_row = connection.scalar(select(func.min(ROWS.c.sheet_row)).where(ROWS.c.shipment_id == shipment.id))
    return {
        "row": row,
        "code": shipment.code,
        "reason": shipment.reason,
        "sheet_row": sheet_row or row,
        "recipient": shipment.recipient,
        "reference": shipment.reference,
        "tracking_numbers": [package.tracking_number for package in packages],
        "cost_cents": shipment.charge_cents or 0,
        "label_path": next((package.label_path for package in packages if package.label_path), None),
    }
