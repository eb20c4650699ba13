"""What the ledger knows, for people and programs: outcomes, histories, what is unfinished, who holds a row."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exists, func, select, text

from agent.batch.approval.approving import currency_of, plan_header
from agent.batch.writeback.outbox import pending_count, sidecar_count
from agent.errors import error
from agent.ledger.faults import NO_SUCH_JOB, NO_SUCH_ROW
from agent.ledger.states import IN_JSON, UNSETTLED
from agent.ledger.summaries import LIST, JobSummary, Wanted
from agent.ledger.tables import Job, JobRow, Outbox, Package, Shipment, table_of

JOBS, ROWS, SHIPMENTS, PACKAGES = table_of(Job), table_of(JobRow), table_of(Shipment), table_of(Package)
OUTBOX = table_of(Outbox)
_HAS_PENDING_RESULTS = exists().where(OUTBOX.c.job_id == JOBS.c.id, OUTBOX.c.state == "pending")


@dataclass(frozen=True, slots=True)
class InterruptedJob:
    """A job with unfinished business, whatever its status."""

    job_id: str
    job_name: str
    status: str
    completed: int
    total: int
    remaining: int
    in_doubt: int
    pending_results: int
    last_row: int | None
    error: str | None
    prompt: str


@dataclass(slots=True)
class JobOutcome:
    """Everything that the command line's JSON says of a job."""

    job_id: str
    status: str
    environment: str
    rows: dict[str, int]
    tracking: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)
    in_doubt: list[dict[str, Any]] = field(default_factory=list)
    spent_cents: int = 0
    warnings: list[str] = field(default_factory=list)
    labels_path: str = ""
    sheet_text: str = ""
    currency: str = "USD"
    """Of `spent_cents` and of what the rows cost."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def job_of(connection: Connection, job_id: str) -> Any:
    """The job's record.

    Raises:
        ShipchatError: E-4205 when there is none.
    """
    job = connection.execute(select(JOBS).where(JOBS.c.id == job_id, JOBS.c.deleted_at.is_(None))).first()
    if job is None:
        raise error(NO_SUCH_JOB, job_id=job_id)
    return job


def counts(connection: Connection, job_id: str) -> dict[str, int]:
    """Rows by the words of the JSON contract."""
    found = {"completed": 0, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}
    query = select(ROWS.c.status, func.count()).where(ROWS.c.job_id == job_id).group_by(ROWS.c.status)
    for status, count in connection.execute(query):
        found[IN_JSON[status]] += count
    return found


def outcome(connection: Connection, job_id: str) -> JobOutcome:
    """A job as it stands."""
    job = job_of(connection, job_id)
    result = JobOutcome(job_id, job.status, job.environment or "", counts(connection, job_id))
    result.spent_cents, result.sheet_text = job.spent_cents, job.sheet_text or ""
    result.currency = currency_of(connection, job_id)
    packages: dict[int, list[Any]] = {}
    query = (
        select(PACKAGES).join(SHIPMENTS, SHIPMENTS.c.id == PACKAGES.c.shipment_id).where(SHIPMENTS.c.job_id == job_id)
    )
    for package in connection.execute(query.order_by(PACKAGES.c.position)):
        packages.setdefault(package.shipment_id, []).append(package)
    facts = (SHIPMENTS.c.reference, SHIPMENTS.c.reason, SHIPMENTS.c.looked_up_at)
    rows = select(ROWS, *facts).outerjoin(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id)
    for row in connection.execute(rows.where(ROWS.c.job_id == job_id).order_by(ROWS.c.row_number)):
        _add_row(result, row, packages.get(row.shipment_id or -1, []))
    if result.rows["completed"] and result.tracking and result.tracking[0]["label_path"]:
        result.labels_path = str(Path(result.tracking[0]["label_path"]).parent)
    pending = pending_count(connection, job_id)
    if pending:
        result.warnings.append(f"{pending} results are not in the sheet yet: `shipchat jobs writeback {job_id}`.")
    in_sidecar = sidecar_count(connection, job_id)
    if in_sidecar:
        again = f"`shipchat jobs writeback {job_id}` tries again, `--to FILE` writes them into a copy"
        result.warnings.append(f"{in_sidecar} results are in a file beside the sheet, not in it: {again}.")
    if job.error_message:
        result.warnings.append(f"{job.error_code}: {job.error_message}")
    return result


def _add_row(result: JobOutcome, row: Any, packages: list[Any]) -> None:
    place = {"row_number": row.row_number, "sheet_row": row.sheet_row or row.row_number}
    word = IN_JSON[row.status]
    if word == "completed":
        result.tracking.append(
            place
            | {
                "tracking_number": row.tracking_number,
                "tracking_numbers": [package.tracking_number for package in packages],
                "cost_cents": row.cost_cents or 0,
                "label_path": packages[0].label_path if packages else row.label_path,
                "label_paths": [package.label_path for package in packages],
            }
        )
    elif word == "failed":
        result.failed.append(place | {"code": row.error_code, "message": row.error_message})
    elif row.status == "skipped" and row.error_message:
        result.warnings.append(f"{row.error_code}: {row.error_message}")
    elif word == "in_doubt":
        result.in_doubt.append(place | {"reference": row.reference, "reason": _why_in_doubt(row)})


def _why_in_doubt(row: Any) -> str:
    """Why its answer was lost, and what the last look-up showed."""
    why = str(row.error_message or row.status)
    return f"{why}; looked up: {row.reason}" if row.looked_up_at and row.reason and row.reason != why else why


def history(connection: Connection, wanted: Wanted | None = None) -> list[JobSummary]:
    """Jobs, newest first."""
    return [JobSummary(*row) for row in connection.execute(text(LIST), (wanted or Wanted()).parameters())]


def rows_with_shipments(
    connection: Connection, job_id: str, states: tuple[str, ...] | None = None
) -> list[tuple[int, Any]]:
    """(sheet row, shipment) of every row of a job, in the order of the plan: each row of a shipment names it."""
    query = select(SHIPMENTS, ROWS.c.sheet_row.label("sheet_row"), ROWS.c.row_number.label("row_number"))
    query = query.join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id).where(SHIPMENTS.c.job_id == job_id)
    if states is not None:
        query = query.where(SHIPMENTS.c.state.in_(states))
    found = connection.execute(query.order_by(SHIPMENTS.c.position, ROWS.c.row_number))
    return [(shipment.sheet_row or shipment.row_number, shipment) for shipment in found]


def one_row_each(pairs: list[tuple[int, Any]], wanted: list[int] | None) -> list[tuple[int, Any]]:
    """Each shipment once, under the first of its rows that is wanted (None = all are)."""
    chosen: dict[int, tuple[int, Any]] = {}
    for row, shipment in pairs:
        if wanted is None or row in wanted:
            chosen.setdefault(shipment.id, (row, shipment))
    return list(chosen.values())


@dataclass(frozen=True, slots=True)
class PlannedRows:
    """What a plan chose; the selection is empty once the plan was purged."""

    row_numbers: list[int]
    filter_clause: str | None
    filter_in_words: str | None
    service_code: str | None
    """None where the rows go by several services."""
    quoted_cents: int
    """The quotes of the shipments that its rows have now."""
    excluded: dict[str, list[int]]
    source: dict[str, Any] | None


def planned_rows(connection: Connection, job_id: str) -> PlannedRows:
    """Which rows a job's plan chose."""
    header = plan_header(connection, job_id)
    query = select(ROWS.c.row_number).where(ROWS.c.job_id == job_id).order_by(ROWS.c.row_number)
    planned = select(SHIPMENTS.c.planned).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.planned.is_not(None))
    codes = {json.loads(text)["service_code"] for text in connection.scalars(planned).yield_per(500)}
    mine = select(ROWS.c.shipment_id).where(ROWS.c.job_id == job_id)
    quotes = select(func.sum(SHIPMENTS.c.quote_cents)).where(SHIPMENTS.c.id.in_(mine))
    selection, source = header.get("selection") or {}, header.get("source") or {}
    descriptor = source.get("descriptor") or {}
    place = descriptor.get("path") or descriptor.get("url")
    named = {"name": source.get("name"), "path": place, "source_id": source.get("source_id")}
    return PlannedRows(
        row_numbers=list(connection.scalars(query)),
        filter_clause=selection.get("clause"),
        filter_in_words=selection.get("in_words"),
        service_code=codes.pop() if len(codes) == 1 else None,
        quoted_cents=int(connection.scalar(quotes) or 0),
        excluded={reason: list(rows) for reason, rows in (header.get("excluded") or {}).items()},
        source=named | {"type": descriptor.get("type")} if source else None,
    )


def row_numbers(connection: Connection, job_id: str, sheet_rows: list[int] | None) -> list[int] | None:
    """The data rows of these sheet rows; None means all.

    Raises:
        ShipchatError: E-4205 no such job, E-4207 a row that it does not have.
    """
    job_of(connection, job_id)
    if sheet_rows is None:
        return None
    query = select(func.coalesce(ROWS.c.sheet_row, ROWS.c.row_number), ROWS.c.row_number).where(ROWS.c.job_id == job_id)
    known = {row[0]: row[1] for row in connection.execute(query)}
    for row in sheet_rows:
        if row not in known:
            raise error(NO_SUCH_ROW, job_id=job_id, row=row, state="")
    return [known[row] for row in sheet_rows]


def with_pending_results(connection: Connection) -> list[str]:
    """Jobs whose results wait for their sheet."""
    query = select(JOBS.c.id).where(JOBS.c.deleted_at.is_(None), _HAS_PENDING_RESULTS).order_by(JOBS.c.created_at)
    return list(connection.scalars(query))


def unsettled(connection: Connection) -> list[InterruptedJob]:
    """Jobs to name at every start: doubts, unfinished labels, an unfinished outbox, or interrupted."""
    doubtful = exists().where(SHIPMENTS.c.job_id == JOBS.c.id, SHIPMENTS.c.state.in_(UNSETTLED))
    waiting = exists().where(ROWS.c.job_id == JOBS.c.id, ROWS.c.status == "pending")
    interrupted = JOBS.c.status.in_(("running", "paused")) | ((JOBS.c.status == "failed") & waiting)
    query = select(JOBS).where(JOBS.c.deleted_at.is_(None), JOBS.c.environment.is_not(None))
    query = query.where(_HAS_PENDING_RESULTS | doubtful | interrupted).order_by(JOBS.c.created_at)
    return [_interrupted(connection, job) for job in connection.execute(query).all()]


def unsettled_count(connection: Connection, job_id: str) -> int:
    """How many shipments of a job are in doubt or between two states."""
    query = select(func.count()).where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state.in_(UNSETTLED))
    return int(connection.scalar(query) or 0)


def _interrupted(connection: Connection, job: Any) -> InterruptedJob:
    rows, pending = counts(connection, job.id), pending_count(connection, job.id)
    doubtful = unsettled_count(connection, job.id)
    done = select(ROWS, SHIPMENTS.c.recipient).join(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id)
    done = done.where(ROWS.c.job_id == job.id, ROWS.c.tracking_number.is_not(None))
    latest = ROWS.c.processed_at.desc().nulls_last()
    last = connection.execute(done.order_by(latest, ROWS.c.row_number.desc()).limit(1)).first()
    failure = select(ROWS.c.error_code, ROWS.c.error_message).where(
        ROWS.c.job_id == job.id, ROWS.c.error_message.is_not(None)
    )
    failed = connection.execute(failure.order_by(latest).limit(1)).first()
    words = [f"{rows['completed']}/{job.total_rows} complete."]
    if last is not None:
        words.append(f"Last: row {last.sheet_row} ({last.recipient}, {last.tracking_number}).")
    words.append(f"{rows['pending']} remaining.")
    if doubtful:
        words.append(f"{doubtful} in doubt.")
    if pending:
        words.append(f"{pending} results not in the sheet yet.")
    error_text = f"{failed.error_code}: {failed.error_message}".rstrip(".") if failed else None
    if error_text:
        words.append(f"Last error: {error_text}.")
    return InterruptedJob(
        job_id=job.id,
        job_name=job.name,
        status=job.status,
        completed=rows["completed"],
        total=job.total_rows,
        remaining=rows["pending"],
        in_doubt=doubtful,
        pending_results=pending,
        last_row=(last.sheet_row or last.row_number) if last is not None else None,
        error=error_text,
        prompt=" ".join(words),
    )
