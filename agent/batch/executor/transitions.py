"""Every change of a shipment's state: compare-and-set, with its record in the audit log, inside one transaction.

Functions take the writer's connection (agent.ledger.writer); none of them talks to anybody else.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from agent.batch.executor import statements
from agent.batch.executor.known_numbers import check_numbers
from agent.batch.executor.outcome import Answered
from agent.batch.executor.request_holders import INTENT_S
from agent.batch.executor.reserving import STRICT, Tolerance, fits
from agent.batch.executor.state_changes import (
    HeldBack,
    NotClaimable,
    note,
    queue_results,
    set_row_error,
    set_state,
    shipment_of,
    unreserve,
)
from agent.ledger import audit, documents, workers
from agent.ledger.states import JobStatus, ShipmentState
from agent.ledger.tables import Job, JobRow, Package, Shipment, next_shipment_id, now, table_of
from agent.planning.identity import names_return

SHIPMENTS, ROWS, JOBS = table_of(Shipment), table_of(JobRow), table_of(Job)


@dataclass(frozen=True, slots=True)
class Intent:
    """When and by whom a request may be sent."""

    not_after: float
    boot_id: str
    request_holders: str | None
    """JSON of the processes that may hold the request: [[pid, started]]; None = not known."""
    tolerance: Tolerance = STRICT
    worker: int | None = None
    """On a shared ledger: who sends it."""
    account: str = ""
    """On a shared ledger: whose pace all stations keep."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A shipment whose intent is durable."""

    id: int
    reference: str
    primary_row: int
    sheet_row: int
    recipient: str
    planned: dict[str, Any]
    quote_cents: int | None


def claim(connection: Connection, job_id: str, shipment_id: int, intent: Intent) -> Claimed:
    """`pending -> submitting`: identity checked again, quote reserved against the budget, intent recorded.

    Raises:
        NotClaimable: with the reason.
        HeldBack: UPS asked a station to wait.
        ShipchatError: E-4253 for a worker that is over.
    """
    now_s = None
    if intent.worker is not None:
        now_s, not_before = workers.may_send(connection, intent.worker, intent.account)
        if not_before > now_s:
            raise HeldBack(not_before - now_s)
    job = connection.execute(statements.JOB, {"job": job_id}).one()
    if job.status != JobStatus.running or job.requested_action is not None:
        raise NotClaimable("stopped")
    if intent.worker is not None and job.needs_restore_check:
        # Another station found that the ledger was restored.
        raise NotClaimable("stopped")
    shipment = shipment_of(connection, shipment_id)
    if shipment.worker_id not in (None, intent.worker) and intent.worker is not None:
        raise NotClaimable("taken")
    held = {"identity": shipment.identity, "generation": shipment.generation, "shipment": shipment_id}
    if shipment.state != ShipmentState.pending or connection.scalar(statements.OTHER_HOLDERS, held):
        raise NotClaimable("taken")
    planned = json.loads(shipment.planned)
    if audit.digest(planned["payload"]) != shipment.digest:
        raise NotClaimable("changed")
    quote = shipment.quote_cents
    committed = job.spent_cents + job.reserved_cents
    if not fits(connection, job_id, committed, job.budget_cents, quote or 0, intent.tolerance):
        raise NotClaimable("budget")
    until = {"until": intent.not_after, "boot": intent.boot_id, "held_by": intent.request_holders}
    until |= {"worker": intent.worker, "sent_until": now_s and now_s + INTENT_S}
    if connection.execute(statements.INTEND, {"shipment": shipment_id, "at": now(), **until}).rowcount != 1:
        raise NotClaimable("taken")
    connection.execute(statements.START_ROWS, {"shipment": shipment_id, "at": now()})
    unreserve(connection, job_id, -(quote or 0))
    audit.append(
        connection,
        "intent",
        job_id,
        shipment.primary_row,
        reference=shipment.reference,
        state=ShipmentState.submitting.value,
        attempt=shipment.attempt,
        request_sha256=shipment.digest,
        quote_cents=quote,
    )
    return _as_claimed(shipment, planned)


def _as_claimed(shipment: Any, planned: dict[str, Any]) -> Claimed:
    return Claimed(
        shipment.id,
        shipment.reference,
        shipment.primary_row,
        planned["sheet_rows"][0],
        shipment.recipient,
        planned,
        shipment.quote_cents,
    )


def created(
    connection: Connection, job_id: str, shipment_id: int, answered: Answered, *, proof: str, whole: bool = False
) -> int:
    """Numbers and charge are known: `-> created`; with `whole` labels on disk at once on to `completed`.

    Returns the charge in cents.

    Raises:
        NumberTaken: another shipment has one of the numbers; nothing was changed.
        NotClaimable: the shipment is settled already.
    """
    check_numbers(connection, shipment_id, answered.tracking_numbers)
    at, after = now(), ShipmentState.completed.value if whole else ShipmentState.created.value
    numbers = ", ".join(answered.tracking_numbers)
    shipment = connection.execute(
        statements.CREATE,
        {
            "shipment": shipment_id,
            "after": after,
            "at": at if whole else None,
            "charge": answered.charge_cents,
            "guessed": answered.charge_cents is None,
            "money": answered.currency,
            "number": answered.shipment_number or answered.tracking_numbers[0],
        },
    ).one_or_none()
    if shipment is None:
        raise NotClaimable("taken")
    charge = int(shipment.charge_cents)
    connection.execute(statements.ADD_PACKAGES, _packages(shipment_id, answered))
    facts = {"shipment": shipment_id, "after": after, "at": at, "charge": charge, "numbers": numbers}
    path = _at(answered.label_paths, 0)
    rows = connection.execute(statements.NUMBER_ROWS, facts | {"primary": shipment.primary_row, "path": path}).all()
    unreserve(connection, job_id, shipment.quote_cents, spent=charge)
    result = {"job_id": job_id, "kind": "write", "value": numbers, "shipped_at": at[:19] + "Z"}
    # The number of a return stays in the ledger: the cell holds that of the way out.
    written = [] if names_return(shipment.identity) else rows
    queue_results(
        connection, [result | {"row_number": row.row_number, "row_checksum": row.row_checksum} for row in written]
    )
    audit.append(
        connection,
        "created",
        job_id,
        shipment.primary_row,
        reference=shipment.reference,
        state=ShipmentState.created.value,
        tracking_numbers=answered.tracking_numbers,
        charge_cents=charge,
        answer_sha256=answered.digest,
        proof=proof,
    )
    if whole:
        note(connection, "completed", job_id, shipment, "completed")
    return charge


def _packages(shipment_id: int, answered: Answered) -> list[dict[str, Any]]:
    return [
        {
            "shipment_id": shipment_id,
            "position": position,
            "tracking_number": number,
            "label_path": _at(answered.label_paths, position),
            "label_sha256": _at(answered.label_sha256s, position),
        }
        for position, number in enumerate(answered.tracking_numbers)
    ]


def completed(connection: Connection, job_id: str, shipment_id: int) -> None:
    """The label files are on disk with their hashes: `created -> completed`."""
    set_state(connection, shipment_id, ("created",), "completed", settled_at=now())
    shipment = shipment_of(connection, shipment_id)
    note(connection, "completed", job_id, shipment, "completed")


def label_saved(connection: Connection, shipment_id: int, position: int, path: str, sha256: str) -> None:
    """Where a package's label is."""
    table = table_of(Package)
    one = (table.c.shipment_id == shipment_id) & (table.c.position == position)
    connection.execute(update(table).where(one).values(label_path=path, label_sha256=sha256))
    if position == 0:
        connection.execute(
            update(ROWS).where(ROWS.c.shipment_id == shipment_id, ROWS.c.cost_cents > 0).values(label_path=path)
        )


def failed(connection: Connection, job_id: str, shipment_id: int, code: str, message: str) -> None:
    """Proven not made: `submitting -> failed`; its reservation is free again."""
    _ended(connection, job_id, shipment_id, "failed", code, message)
    quote = connection.scalar(select(SHIPMENTS.c.quote_cents).where(SHIPMENTS.c.id == shipment_id))
    unreserve(connection, job_id, quote)


def not_ready(connection: Connection, job_id: str, shipment_id: int, code: str, message: str) -> Claimed:
    """A document of it cannot go to UPS: `pending -> failed`. Nothing was sent and nothing was reserved."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("pending",), "failed", code=code, reason=message, settled_at=now())
    set_row_error(connection, shipment_id, code, message)
    note(connection, "failed", job_id, shipment, "failed", code=code)
    planned = json.loads(shipment.planned)
    return _as_claimed(shipment, planned)


def doubted(connection: Connection, job_id: str, shipment_id: int, code: str, reason: str) -> None:
    """The answer was lost: `submitting -> in_doubt`; the reservation stays."""
    _ended(connection, job_id, shipment_id, "in_doubt", code, reason)


def _ended(connection: Connection, job_id: str, shipment_id: int, state: str, code: str, message: str) -> None:
    ended = now() if state == "failed" else None
    set_state(connection, shipment_id, ("submitting",), state, code=code, reason=message, settled_at=ended)
    set_row_error(connection, shipment_id, code, message)
    shipment = shipment_of(connection, shipment_id)
    note(connection, state, job_id, shipment, state, code=code)


def refused(connection: Connection, job_id: str, shipment_id: int, code: str) -> None:
    """Certainly not made, and worth another try: back to pending, attempt and reference stay."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("submitting",), "pending")
    unreserve(connection, job_id, shipment.quote_cents)
    note(connection, "refused", job_id, shipment, "pending", code=code)


def skipped(connection: Connection, job_id: str, shipment_id: int) -> None:
    """The person cancels what was not sent: `pending -> skipped`."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("pending",), "skipped", settled_at=now())
    note(connection, "skipped", job_id, shipment, "skipped")


def left_out(connection: Connection, job_id: str, shipment_id: int, code: str, reason: str) -> None:
    """The sheet says that it went already: `pending -> skipped`; nothing was sent, and the row is free again."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("pending",), "skipped", code=code, reason=reason, settled_at=now())
    set_row_error(connection, shipment_id, code, reason)
    audit.append(connection, "skipped", job_id, shipment.primary_row, reference=shipment.reference, code=code)


def suspected(connection: Connection, job_id: str, shipment_id: int, code: str, reason: str) -> None:
    """The ledger believes that it needs a label, the world may hold one: `pending -> in_doubt`."""
    shipment = shipment_of(connection, shipment_id)
    since = connection.scalar(select(JOBS.c.created_at).where(JOBS.c.id == job_id))
    why = {"code": code, "reason": reason}
    set_state(connection, shipment_id, ("pending",), "in_doubt", intent_at=since, request_holders="[]", **why)
    set_row_error(connection, shipment_id, code, reason)
    unreserve(connection, job_id, -(shipment.quote_cents or 0))
    note(connection, "suspected", job_id, shipment, "in_doubt")


def looked_up(connection: Connection, shipment_id: int, reason: str, *, counts: bool) -> None:
    """A look-up that did not find it. Only one made when the request could no longer be under way counts."""
    values: dict[str, Any] = {"looked_up_at": now(), "reason": reason}
    if counts:
        values["lookups"] = SHIPMENTS.c.lookups + 1
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id).values(**values))


def released(connection: Connection, job_id: str, shipment_id: int, new_reference: str) -> int:
    """The person gives a doubt up: `in_doubt -> released`, and a new attempt is planned. Returns its id.

    The old attempt was never proven: it stays on the watch list and its quote stays reserved.
    """
    old = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("in_doubt",), "released", unproven=True, settled_at=now())
    new_id = next_shipment_id(connection)
    values = {
        "id": new_id,
        "job_id": job_id,
        "plan_id": old.plan_id,
        "position": old.position,
        "reference": new_reference,
        "attempt": old.attempt + 1,
        "identity": old.identity,
        "order_key": old.order_key,
        "content_key": old.content_key,
        "row_key": old.row_key,
        "generation": old.generation,
        "state": "pending",
        "primary_row": old.primary_row,
        "digest": old.digest,
        "planned": old.planned,
        "recipient": old.recipient,
        "quote_cents": old.quote_cents,
    }
    connection.execute(insert(SHIPMENTS).values(**values))
    connection.execute(
        update(ROWS)
        .where(ROWS.c.shipment_id == shipment_id)
        .values(shipment_id=new_id, status="pending", error_code=None, error_message=None)
    )
    documents.plan_again(connection, new_id, old.planned)
    note(connection, "released", job_id, old, "released", unproven=True, new_reference=new_reference)
    return new_id


def closed(connection: Connection, job_id: str, shipment_id: int) -> None:
    """The person stops looking: `in_doubt -> closed`; it stays on the watch list."""
    set_state(connection, shipment_id, ("in_doubt",), "closed", unproven=True, settled_at=now())
    shipment = shipment_of(connection, shipment_id)
    note(connection, "closed", job_id, shipment, "closed", unproven=True)


def alarmed(connection: Connection, shipment_id: int, text: str, shipment_number: str | None) -> None:
    """An attempt that was given up is at UPS after all. It stays on the watch list until it is void or adopted."""
    shipment = shipment_of(connection, shipment_id)
    values = {"alarm": text, "shipment_number": shipment_number or shipment.shipment_number}
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id).values(**values))
    if shipment.alarm != text:
        audit.append(connection, "alarm", shipment.job_id, shipment.primary_row, reference=shipment.reference)


def accounted_for(connection: Connection, shipment_id: int, how: str) -> None:
    """The label of an attempt that was given up is void, or adopted for the row: its money is no longer reserved."""
    shipment = shipment_of(connection, shipment_id)
    left = update(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id, SHIPMENTS.c.unproven)
    if connection.execute(left.values(unproven=False)).rowcount == 1:
        unreserve(connection, shipment.job_id, shipment.quote_cents)
        named = {"reference": shipment.reference, "how": how, "unproven": False}
        audit.append(connection, "accounted_for", shipment.job_id, shipment.primary_row, **named)


def voiding(connection: Connection, job_id: str, shipment_id: int) -> None:
    """A void is asked for; until UPS says so the label counts as spent."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("created", "completed", "voiding"), "voiding")
    note(connection, "voiding", job_id, shipment, "voiding")


def void_refused(connection: Connection, job_id: str, shipment_id: int, code: str, reason: str) -> None:
    """UPS certainly did not void it: the label stays bought."""
    shipment = shipment_of(connection, shipment_id)
    back_to = "completed" if shipment.settled_at else "created"
    set_state(connection, shipment_id, ("voiding",), back_to, code=code, reason=reason)
    note(connection, "void_refused", job_id, shipment, back_to, code=code, to=back_to)


def voided(connection: Connection, job_id: str, shipment_id: int) -> None:
    """The label is void at UPS: `-> voided`; the sheet's cells are cleared if they still hold our number."""
    shipment = shipment_of(connection, shipment_id)
    set_state(connection, shipment_id, ("voiding", "in_doubt"), "voided", settled_at=now())
    if shipment.state == "in_doubt":
        unreserve(connection, job_id, shipment.quote_cents)
    else:
        unreserve(connection, job_id, 0, spent=-(shipment.charge_cents or 0))
    rows = connection.execute(statements.ROWS_OF, {"shipment": shipment_id}).all()
    result = {"job_id": job_id, "kind": "clear", "shipped_at": ""}
    numbered = [row for row in rows if row.tracking_number and not names_return(shipment.identity)]
    queue_results(
        connection,
        [
            result | {"row_number": row.row_number, "row_checksum": row.row_checksum, "value": row.tracking_number}
            for row in numbered
        ],
    )
    note(connection, "voided", job_id, shipment, "voided")


def _at(values: list[Any], position: int) -> Any:
    return values[position] if position < len(values) else None
