"""The ledger's tables. Times are ISO 8601 text in UTC, money is integer cents, states are lower-case text."""

import uuid
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON

from agent.ledger.states import HOLDING, JobStatus, RowStatus, ShipmentState


def now() -> str:
    """This instant, UTC, to the microsecond: `2026-11-21T04:53:45.123456Z`."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def new_id() -> str:
    """A job's id: 12 hexadecimal digits, short enough to type."""
    return uuid.uuid4().hex[:12]


_HOLDING = text(f"state in ({', '.join(repr(state) for state in HOLDING)})")
_UNSETTLED = text("state in ('submitting', 'in_doubt', 'created')")


class Base(DeclarativeBase):
    """All tables of the ledger."""

    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Job(Base):
    """One batch. Without a plan it is *unplanned*."""

    __tablename__ = "batch_jobs"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    original_command: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(24), default=JobStatus.pending.value, index=True)
    created_at: Mapped[str] = mapped_column(String(32), default=now)
    updated_at: Mapped[str] = mapped_column(String(32), default=now, onupdate=now)
    started_at: Mapped[str | None] = mapped_column(String(32))
    completed_at: Mapped[str | None] = mapped_column(String(32))
    total_rows: Mapped[int] = mapped_column(default=0)
    processed_rows: Mapped[int] = mapped_column(default=0)
    successful_rows: Mapped[int] = mapped_column(default=0)
    failed_rows: Mapped[int] = mapped_column(default=0)
    total_cost_cents: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None] = mapped_column(String(16))
    error_message: Mapped[str | None] = mapped_column(Text)
    environment: Mapped[str | None] = mapped_column(String(16))
    """None for an unplanned job."""
    reference_prefix: Mapped[str | None] = mapped_column(String(10), unique=True)
    """`SC` + 8 random characters: the first part of every reference of this job."""
    budget_cents: Mapped[int | None] = mapped_column()
    spent_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    """Charged and not voided."""
    reserved_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    """Quotes of what is under way, in doubt, or was released or closed without proof."""
    requested_action: Mapped[str | None] = mapped_column(String(12))
    """`pause` or `cancel`, asked for by a person while the batch runs."""
    needs_restore_check: Mapped[bool] = mapped_column(default=False, server_default="0")
    """The ledger was restored or copied: each row is looked up before its first send."""
    sheet_text: Mapped[str | None] = mapped_column(Text)
    """Where results went, in words."""
    deleted_at: Mapped[str | None] = mapped_column(String(32))


class PlanRecord(Base):
    """What was approved, without its shipments (they are rows of `shipments`); the digest covers both."""

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("batch_jobs.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    header: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON; None once purged."""
    approved_at: Mapped[str] = mapped_column(String(32), default=now)
    approved_by: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    sentence: Mapped[str] = mapped_column(Text)


class Shipment(Base):
    """One create request: reference, attempt, state, quote, charge."""

    __tablename__ = "shipments"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("batch_jobs.id"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int] = mapped_column()
    """Order within its plan."""
    reference: Mapped[str] = mapped_column(String(18), unique=True)
    attempt: Mapped[int] = mapped_column(default=1)
    identity: Mapped[str] = mapped_column(String(200))
    """With the environment in front."""
    order_key: Mapped[str | None] = mapped_column(String(200))
    """Canonical order number; like the next two with the environment in front. What else a parcel is known by."""
    content_key: Mapped[str | None] = mapped_column(String(200))
    """Digest of what is sent: addressee, address, contents and weight."""
    row_key: Mapped[str | None] = mapped_column(String(200))
    """Checksum of its first row."""
    generation: Mapped[int] = mapped_column(default=0)
    """Rises by one with each re-ship that a person typed."""
    state: Mapped[str] = mapped_column(String(12), default=ShipmentState.pending.value)
    primary_row: Mapped[int] = mapped_column()
    """The data row that names it: the first of its rows."""
    digest: Mapped[str] = mapped_column(String(64))
    planned: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON of the `PlannedShipment`, payload included; None once purged."""
    recipient: Mapped[str] = mapped_column(Text, default="")
    quote_cents: Mapped[int | None] = mapped_column()
    charge_cents: Mapped[int | None] = mapped_column()
    currency: Mapped[str | None] = mapped_column(String(3))
    charge_is_quote: Mapped[bool] = mapped_column(default=False, server_default="0")
    """UPS did not tell the charge of a shipment that was found again."""
    shipment_number: Mapped[str | None] = mapped_column(String(35))
    intent_at: Mapped[str | None] = mapped_column(String(32))
    not_after: Mapped[float | None] = mapped_column()
    """Seconds of the boot clock of `boot_id`; the request is never started later."""
    boot_id: Mapped[str | None] = mapped_column(String(36))
    request_holders: Mapped[str | None] = mapped_column(Text)
    """The processes that may hold the request: JSON [[pid, start time]]; None = not known."""
    sends: Mapped[int] = mapped_column(default=0, server_default="0")
    lookups: Mapped[int] = mapped_column(default=0, server_default="0")
    """Look-ups since the attempt that could have found it."""
    looked_up_at: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it failed, is in doubt or stays so."""
    code: Mapped[str | None] = mapped_column(String(16))
    settled_at: Mapped[str | None] = mapped_column(String(32))
    unproven: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Released or closed without proof: on the watch list."""
    alarm: Mapped[str | None] = mapped_column(Text)
    """What the watch list found."""
    adopted: Mapped[str | None] = mapped_column(String(12))
    """`checked` or `unchecked`: a person named its numbers; None = UPS did."""
    worker_id: Mapped[int | None] = mapped_column()
    """On a shared ledger: the worker that has taken it, or sent it last (agent/ledger/workers.py)."""
    sent_until: Mapped[float | None] = mapped_column()
    """On a shared ledger: as `not_after`, in seconds since the epoch of the database's clock."""

    __table_args__ = (
        Index(
            "one_open_shipment_per_identity",
            "identity",
            "generation",
            unique=True,
            sqlite_where=_HOLDING,
            postgresql_where=_HOLDING,
        ),
        Index("shipments_of_an_identity", "identity", "generation"),
        Index("shipments_of_an_order", "order_key"),
        Index("shipments_of_a_content", "content_key"),
        Index("shipments_of_a_row", "row_key"),
        Index("shipments_of_a_job", "job_id", "state", "id"),
        Index("shipments_unsettled", "state", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
        Index("shipments_watched", "unproven", sqlite_where=text("unproven"), postgresql_where=text("unproven")),
    )


class JobRow(Base):
    """One sheet row of a job, with the state of its latest attempt."""

    __tablename__ = "job_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("batch_jobs.id"))
    row_number: Mapped[int] = mapped_column()
    row_checksum: Mapped[str] = mapped_column(Text, default="")
    sheet_row: Mapped[int | None] = mapped_column()
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipments.id"), index=True)
    status: Mapped[str] = mapped_column(String(12), default=RowStatus.pending.value)
    tracking_number: Mapped[str | None] = mapped_column(Text)
    label_path: Mapped[str | None] = mapped_column(Text)
    cost_cents: Mapped[int | None] = mapped_column()
    """The shipment's charge, on its primary row; 0 on the others."""
    error_code: Mapped[str | None] = mapped_column(String(16))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[str] = mapped_column(String(32), default=now)
    started_at: Mapped[str | None] = mapped_column(String(32))
    processed_at: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        UniqueConstraint("job_id", "row_number", name="a_row_once_per_job"),
        Index("rows_of_a_job", "job_id", "status", "row_number"),
    )


class Package(Base):
    """One parcel of a shipment. A tracking number is never a unique key: UPS uses them again."""

    __tablename__ = "packages"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"), index=True)
    position: Mapped[int] = mapped_column()
    tracking_number: Mapped[str] = mapped_column(String(40), index=True)
    label_path: Mapped[str | None] = mapped_column(Text)
    label_sha256: Mapped[str | None] = mapped_column(String(64))
    status_type: Mapped[str | None] = mapped_column(String(4))
    """Like all that follow: what UPS last said of the parcel's way, for people; nothing is decided by it."""
    status_code: Mapped[str | None] = mapped_column(String(4))
    status_words: Mapped[str | None] = mapped_column(Text)
    scheduled_on: Mapped[str | None] = mapped_column(String(10))
    rescheduled_on: Mapped[str | None] = mapped_column(String(10))
    delivered_on: Mapped[str | None] = mapped_column(String(10))
    last_scan: Mapped[str | None] = mapped_column(Text)
    looked_at: Mapped[str | None] = mapped_column(String(32))


class Outbox(Base):
    """A result on its way to the sheet; it is retried and never lost."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("batch_jobs.id"))
    row_number: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(8))
    """`write` a number, or `clear` one that was voided."""
    value: Mapped[str] = mapped_column(Text)
    """The numbers, joined by ", "."""
    shipped_at: Mapped[str] = mapped_column(String(32))
    row_checksum: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="pending", server_default="pending")
    """pending, done, dismissed."""
    went_to: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (Index("outbox_of_a_job", "job_id", "state", "id"),)


class AuditEntry(Base):
    """One link of the hash chain: append-only, gap-free."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    event: Mapped[str] = mapped_column(String(40))
    job_id: Mapped[str | None] = mapped_column(String(36), index=True)
    row_number: Mapped[int | None] = mapped_column()
    details: Mapped[str] = mapped_column(Text)
    """Canonical JSON, redacted."""
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AddressCheck(Base):
    """What UPS said of an address, and a person to that. For people and labels; a parcel is not known by it."""

    __tablename__ = "address_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    environment: Mapped[str] = mapped_column(String(16))
    address_key: Mapped[str] = mapped_column(String(64))
    """Digest of what was asked."""
    verdict: Mapped[str] = mapped_column(String(12))
    home: Mapped[bool | None] = mapped_column()
    candidates: Mapped[str] = mapped_column(Text)
    """JSON, as UPS writes them."""
    checked_at: Mapped[str] = mapped_column(String(32))
    decision: Mapped[str | None] = mapped_column(String(12))
    """`taken` or `as_written`, by a person; None = nothing was said."""
    decided_at: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (UniqueConstraint("environment", "address_key", name="an_address_once_per_environment"),)


class Document(Base):
    """An own document of a shipment for customs, from its approval on. An upload may be repeated: it buys nothing."""

    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    position: Mapped[int] = mapped_column()
    """First those of the plan, in its order."""
    name: Mapped[str] = mapped_column(Text)
    """The file's, as the person calls it."""
    document_type: Mapped[str] = mapped_column(String(3))
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the content that was approved."""
    document_id: Mapped[str | None] = mapped_column(String(26))
    """UPS's; None before it was uploaded."""
    uploaded_at: Mapped[str | None] = mapped_column(String(32))
    attached_at: Mapped[str | None] = mapped_column(String(32))
    """When it was given to a shipment that was made without it; those of a plan are named when it is made."""

    __table_args__ = (UniqueConstraint("shipment_id", "position", name="a_document_once_per_shipment"),)


class Pickup(Base):
    """One pickup that was asked of UPS. The row is written before the request; it is never asked for twice."""

    __tablename__ = "pickups"

    id: Mapped[int] = mapped_column(primary_key=True)
    environment: Mapped[str] = mapped_column(String(16))
    place_key: Mapped[str] = mapped_column(String(64))
    """Digest of the account and the address that the driver comes to."""
    place: Mapped[str] = mapped_column(String(40))
    """Its name, for people."""
    day: Mapped[str] = mapped_column(String(10))
    ready: Mapped[str] = mapped_column(String(4))
    close: Mapped[str] = mapped_column(String(4))
    reference: Mapped[str] = mapped_column(String(35), unique=True)
    """Sent with the request: a lost answer is found by it."""
    state: Mapped[str] = mapped_column(String(12))
    """asking (also when the answer was lost), booked, failed, cancelling, cancelled."""
    prn: Mapped[str | None] = mapped_column(String(11))
    quote_cents: Mapped[int | None] = mapped_column()
    charge_cents: Mapped[int | None] = mapped_column()
    currency: Mapped[str | None] = mapped_column(String(3))
    intent_at: Mapped[str] = mapped_column(String(32))
    settled_at: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(
            "one_pickup_per_place_and_day",
            "environment",
            "place_key",
            "day",
            unique=True,
            sqlite_where=text("state in ('asking', 'booked', 'cancelling')"),
            postgresql_where=text("state in ('asking', 'booked', 'cancelling')"),
        ),
    )


class Meta(Base):
    """Facts about this ledger: its id, and the sequence that its head file repeats."""

    __tablename__ = "ledger"

    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def _as_in_a_file() -> None:
    """On PostgreSQL texts have any length and are ordered by their bytes, and numbers are large, as in SQLite: an
    answer that is longer than anybody thought must not be lost, and times are compared as texts."""
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, String):
                column.type = column.type.with_variant(Text(collation="C"), "postgresql")
            elif isinstance(column.type, Integer):
                column.type = column.type.with_variant(BigInteger(), "postgresql")


_as_in_a_file()


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements on hot paths."""
    return cast(Table, model.__table__)


def next_shipment_id(connection: Connection) -> int:
    """The id of the next shipment: those of a plan follow each other without a gap, so no sequence gives them."""
    shipments = table_of(Shipment)
    return int(connection.scalar(select(func.max(shipments.c.id))) or 0) + 1


def new_key(result: CursorResult[Any]) -> int:
    """The primary key of the row that was inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise AssertionError("an insert of one row has a key")
    return int(key[0])
