"""`audit verify`: the audit log is replayed, and the tables must say what it says.

Each entry of a shipment commits to what it set: state, quote, charge, tracking numbers. Entries of earlier versions
name their event only; its state follows from it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from agent.batch.approval.approving import stored_digest
from agent.ledger import audit
from agent.ledger.states import ShipmentState
from agent.ledger.tables import Job, JobRow, Package, PlanRecord, Shipment, table_of
from agent.planning.wording import amount

JOBS, ROWS, SHIPMENTS = table_of(Job), table_of(JobRow), table_of(Shipment)
PACKAGES, PLANS = table_of(Package), table_of(PlanRecord)

STATE_AFTER = {
    "intent": "submitting",
    "refused": "pending",
    "created": "created",
    "completed": "completed",
    "failed": "failed",
    "in_doubt": "in_doubt",
    "suspected": "in_doubt",
    "released": "released",
    "closed": "closed",
    "skipped": "skipped",
    "voiding": "voiding",
    "voided": "voided",
}
"""Of events in entries that do not say themselves which state they set."""
UNPROVEN_AFTER = {"released": True, "closed": True, "accounted_for": False}
SPENT = (ShipmentState.created, ShipmentState.completed, ShipmentState.voiding)
RESERVED = (ShipmentState.submitting, ShipmentState.in_doubt)
MOST_FINDINGS = 200


@dataclass(slots=True)
class ReplayedShipment:
    """What the log says of one create request."""

    job_id: str
    reference: str
    primary_row: int | None = None
    state: str = ShipmentState.pending.value
    quote_cents: int | None = None
    quote_is_known: bool = False
    charge_cents: int | None = None
    numbers: str | None = None
    """Joined as in a sheet's cell; None before there were any."""
    unproven: bool = False
    last: int = 0
    """The entry that said so."""

    def place(self) -> str:
        row = f"data row {self.primary_row} of " if self.primary_row is not None else ""
        return f"{row}batch {self.job_id} ({self.reference})"


@dataclass(slots=True)
class ReplayedJob:
    """What the log says of one batch."""

    status: str
    rows: int
    budget_cents: int | None
    budget_is_known: bool
    digests: list[str] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True)
class Replayed:
    """The whole log, replayed."""

    shipments: dict[str, ReplayedShipment] = field(default_factory=dict)
    jobs: dict[str, ReplayedJob] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """What it says itself of entries that a restore took away."""


def differences(connection: Connection) -> list[str]:
    """Where log and tables disagree, each named with its row or batch; empty when they tell the same story."""
    said = replayed(connection)
    found = list(said.lost)
    for finding in _compared(connection, said):
        found.append(finding)
        if len(found) >= MOST_FINDINGS:
            return [*found, "and more"]
    return found


def replayed(connection: Connection) -> Replayed:
    """What shipments and batches are by the log alone."""
    said = Replayed()
    for entry in audit.entries(connection):
        try:
            details = json.loads(entry.details)
        except ValueError:
            # The chain names it: it is not what was sealed.
            continue
        if entry.event in {"approved", "amended"}:
            _approved(said, entry, details)
        elif "reference" in details:
            _of_shipment(said, entry, details)
        elif entry.job_id in said.jobs:
            _of_job(said.jobs[entry.job_id], entry, details)
        if entry.event == "restored" and int(details.get("seen_up_to", 0)) >= entry.seq:
            said.lost.append(
                f"{audit.named(entry)}: the ledger was restored then; what was on record up to entry "
                f"{details['seen_up_to']} is not in it"
            )
    return said


def _approved(said: Replayed, entry: Any, details: dict[str, Any]) -> None:
    for reference in details.get("references", ()):
        said.shipments[reference] = ReplayedShipment(entry.job_id, reference, last=entry.seq)
    job = said.jobs.get(entry.job_id)
    if job is None:
        job = said.jobs[entry.job_id] = ReplayedJob("running", int(details.get("rows", 0)), None, False)
    job.status = "running"
    job.digests.append(str(details.get("digest")))
    _of_job(job, entry, details)


def _of_job(job: ReplayedJob, entry: Any, details: dict[str, Any]) -> None:
    if entry.event == "state_change" and "after" in details:
        job.status = details["after"]
    if "budget_cents" in details:
        job.budget_cents, job.budget_is_known = details["budget_cents"], True
    if entry.event == "deleted":
        job.deleted = True


def _of_shipment(said: Replayed, entry: Any, details: dict[str, Any]) -> None:
    reference = details["reference"]
    one = said.shipments.setdefault(reference, ReplayedShipment(str(entry.job_id), reference))
    one.primary_row, one.last = entry.row_number, entry.seq
    one.state = details.get("state") or details.get("to") or STATE_AFTER.get(entry.event, one.state)
    one.unproven = details.get("unproven", UNPROVEN_AFTER.get(entry.event, one.unproven))
    if "quote_cents" in details:
        one.quote_cents, one.quote_is_known = details["quote_cents"], True
    if "charge_cents" in details:
        one.charge_cents = details["charge_cents"]
    if "tracking_numbers" in details:
        one.numbers = ", ".join(details["tracking_numbers"]) or None
    if "new_reference" in details:
        new = details["new_reference"]
        said.shipments[new] = ReplayedShipment(one.job_id, new, entry.row_number, last=entry.seq)


def _compared(connection: Connection, said: Replayed) -> Iterator[str]:
    quotes = {}
    for stored in connection.execute(select(SHIPMENTS).order_by(SHIPMENTS.c.id).execution_options(yield_per=500)):
        one = said.shipments.get(stored.reference)
        if one is None:
            place = f"data row {stored.primary_row} of batch {stored.job_id} ({stored.reference})"
            yield f"{place}: no entry records this shipment"
            continue
        quotes[stored.reference] = stored.quote_cents
        yield from _shipment_differs(one, stored)
    for reference, one in said.shipments.items():
        if reference not in quotes:
            yield f"{one.place()}: the shipment of entry {one.last} is gone"
    yield from _packages_differ(connection, said)
    yield from _rows_differ(connection, said)
    yield from _jobs_differ(connection, said, quotes)
    yield from _plans_differ(connection, said)


def _shipment_differs(one: ReplayedShipment, stored: Any) -> Iterator[str]:
    def differs(what: str, now: Any, then: Any) -> str:
        return f"{one.place()}: the shipment's {what} is {now}, entry {one.last} says {then}"

    if stored.state != one.state:
        yield differs("state", stored.state, one.state)
    if stored.job_id != one.job_id or (one.primary_row is not None and stored.primary_row != one.primary_row):
        yield differs("place", f"data row {stored.primary_row} of batch {stored.job_id}", one.place())
    if stored.charge_cents != one.charge_cents:
        yield differs("charge", _money(stored.charge_cents), _money(one.charge_cents))
    if one.quote_is_known and stored.quote_cents != one.quote_cents:
        yield differs("quote", _money(stored.quote_cents), _money(one.quote_cents))
    if bool(stored.unproven) != one.unproven:
        yield differs("place on the watch list", bool(stored.unproven), one.unproven)


def _packages_differ(connection: Connection, said: Replayed) -> Iterator[str]:
    query = (
        select(SHIPMENTS.c.reference, PACKAGES.c.tracking_number)
        .join(PACKAGES, PACKAGES.c.shipment_id == SHIPMENTS.c.id)
        .order_by(SHIPMENTS.c.id, PACKAGES.c.position)
        .execution_options(yield_per=500)
    )
    stored: dict[str, list[str]] = {}
    for reference, number in connection.execute(query):
        stored.setdefault(reference, []).append(number)
    for reference, one in said.shipments.items():
        numbers = ", ".join(stored.get(reference, [])) or None
        if numbers != one.numbers:
            yield f"{one.place()}: its packages are {numbers or 'none'}, entry {one.last} says {one.numbers or 'none'}"


def _rows_differ(connection: Connection, said: Replayed) -> Iterator[str]:
    """A row has the state, the numbers and the charge of its latest shipment."""
    query = (
        select(ROWS, SHIPMENTS.c.reference)
        .outerjoin(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id)
        .where(ROWS.c.job_id.in_(select(PLANS.c.job_id)))
        .order_by(ROWS.c.id)
        .execution_options(yield_per=500)
    )
    counts: dict[str, int] = {}
    for row in connection.execute(query):
        counts[row.job_id] = counts.get(row.job_id, 0) + 1
        one = said.shipments.get(row.reference)
        if one is None or one.job_id != row.job_id:
            yield f"data row {row.row_number} of batch {row.job_id}: it belongs to no shipment of its batch"
            continue
        charge = one.charge_cents if one.primary_row == row.row_number else None if one.charge_cents is None else 0
        for what, now, then in (
            ("state", row.status, one.state),
            ("tracking number", row.tracking_number, one.numbers),
            ("charge", _money(row.cost_cents), _money(charge)),
        ):
            if now != then:
                words = f"its {what} is {now or 'none'}, entry {one.last} says {then or 'none'}"
                yield f"data row {row.row_number} of batch {row.job_id}: {words}"
    for job_id, job in said.jobs.items():
        if counts.get(job_id, 0) != job.rows:
            yield f"batch {job_id} has {counts.get(job_id, 0)} rows, {job.rows} were approved"


def _jobs_differ(connection: Connection, said: Replayed, quotes: dict[str, int | None]) -> Iterator[str]:
    spent: dict[str, int] = {}
    reserved: dict[str, int] = {}
    for reference, one in said.shipments.items():
        if one.state in SPENT:
            spent[one.job_id] = spent.get(one.job_id, 0) + (one.charge_cents or 0)
        if one.state in RESERVED or one.unproven:
            reserved[one.job_id] = reserved.get(one.job_id, 0) + (quotes.get(reference) or 0)
    stored = {job.id: job for job in connection.execute(select(JOBS).where(JOBS.c.id.in_(select(PLANS.c.job_id))))}
    for job_id, job in said.jobs.items():
        row = stored.get(job_id)
        if row is None:
            yield f"batch {job_id} is gone"
            continue
        compared: list[tuple[str, Any, Any]] = [
            ("state", row.status, job.status),
            ("sum of charges", _money(row.spent_cents), _money(spent.get(job_id, 0))),
            ("sum of reserved quotes", _money(row.reserved_cents), _money(reserved.get(job_id, 0))),
            ("deletion", row.deleted_at is not None, job.deleted),
        ]
        if job.budget_is_known:
            compared.append(("budget", _money(row.budget_cents), _money(job.budget_cents)))
        for what, now, then in compared:
            if now != then:
                yield f"batch {job_id}: its {what} is {now}, the log says {then}"
    for job_id in stored.keys() - said.jobs.keys():
        yield f"batch {job_id}: no entry records its approval"


def _plans_differ(connection: Connection, said: Replayed) -> Iterator[str]:
    """The digest covers what was approved: rows, payloads, quotes, budget."""
    stored: dict[str, list[str]] = {}
    for plan in connection.execute(select(PLANS.c.id, PLANS.c.job_id, PLANS.c.digest).order_by(PLANS.c.id)).all():
        stored.setdefault(plan.job_id, []).append(plan.digest)
        approved, now = stored_digest(connection, plan.id)
        if now is not None and now != approved:
            yield f"batch {plan.job_id}: its stored plan is not the one that was approved"
    for job_id, job in said.jobs.items():
        if stored.get(job_id, []) != job.digests:
            yield f"batch {job_id}: the digest of its plan is not the one that the log says was approved"


def _money(cents: int | None) -> str:
    return "none" if cents is None else amount(cents)
