"""The statements of the row step, built once: making one costs more than running it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, insert, literal_column, select, update

from agent.ledger.states import KEEPING, RowStatus, ShipmentState
from agent.ledger.tables import Job, JobRow, Outbox, Package, Shipment, table_of

SHIPMENTS, ROWS, JOBS = table_of(Shipment), table_of(JobRow), table_of(Job)


def _one_of(column: "ColumnElement[Any]", states: Sequence[str]) -> "ColumnElement[bool]":
    """With the states written out: a list of parameters is put into the text again at every execution."""
    return column.in_([literal_column(f"'{state}'") for state in states])


JOB = select(
    JOBS.c.status,
    JOBS.c.requested_action,
    JOBS.c.needs_restore_check,
    JOBS.c.budget_cents,
    JOBS.c.spent_cents,
    JOBS.c.reserved_cents,
).where(JOBS.c.id == bindparam("job"))
SHIPMENT = select(SHIPMENTS).where(SHIPMENTS.c.id == bindparam("shipment"))
OTHER_HOLDERS = select(func.count()).where(
    SHIPMENTS.c.identity == bindparam("identity"),
    SHIPMENTS.c.generation >= bindparam("generation"),
    SHIPMENTS.c.id != bindparam("shipment"),
    _one_of(SHIPMENTS.c.state, KEEPING),
)
INTEND = (
    update(SHIPMENTS)
    .where(SHIPMENTS.c.id == bindparam("shipment"), SHIPMENTS.c.state == ShipmentState.pending.value)
    .values(
        state=ShipmentState.submitting.value,
        intent_at=bindparam("at"),
        not_after=bindparam("until"),
        boot_id=bindparam("boot"),
        request_holders=bindparam("held_by"),
        worker_id=bindparam("worker"),
        sent_until=bindparam("sent_until"),
        sends=SHIPMENTS.c.sends + 1,
    )
)
START_ROWS = (
    update(ROWS)
    .where(ROWS.c.shipment_id == bindparam("shipment"))
    .values(status=RowStatus.submitting.value, started_at=bindparam("at"))
)
MONEY = (
    update(JOBS)
    .where(JOBS.c.id == bindparam("job"))
    .values(
        reserved_cents=JOBS.c.reserved_cents + bindparam("more_reserved"),
        spent_cents=JOBS.c.spent_cents + bindparam("more_spent"),
    )
)
CREATE = (
    update(SHIPMENTS)
    .where(SHIPMENTS.c.id == bindparam("shipment"), _one_of(SHIPMENTS.c.state, ("submitting", "in_doubt")))
    .values(
        state=bindparam("after"),
        charge_cents=func.coalesce(bindparam("charge"), SHIPMENTS.c.quote_cents, 0),
        charge_is_quote=bindparam("guessed"),
        currency=bindparam("money"),
        shipment_number=bindparam("number"),
        settled_at=bindparam("at"),
        reason=None,
        code=None,
    )
    .returning(
        SHIPMENTS.c.primary_row,
        SHIPMENTS.c.reference,
        SHIPMENTS.c.quote_cents,
        SHIPMENTS.c.charge_cents,
        SHIPMENTS.c.identity,
    )
)
NUMBER_ROWS = (
    update(ROWS)
    .where(ROWS.c.shipment_id == bindparam("shipment"))
    .values(
        status=bindparam("after"),
        tracking_number=bindparam("numbers"),
        processed_at=bindparam("at"),
        label_path=bindparam("path"),
        cost_cents=case((ROWS.c.row_number == bindparam("primary"), bindparam("charge")), else_=0),
        error_code=None,
        error_message=None,
    )
    .returning(ROWS.c.row_number, ROWS.c.row_checksum)
)
ROWS_OF = select(ROWS.c.row_number, ROWS.c.row_checksum, ROWS.c.tracking_number).where(
    ROWS.c.shipment_id == bindparam("shipment")
)
ADD_PACKAGES, QUEUE_RESULTS = insert(table_of(Package)), insert(table_of(Outbox))
