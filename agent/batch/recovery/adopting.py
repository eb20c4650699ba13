"""Adoption: a number that a person saw at UPS settles a doubt, checked like any answer; and it can be taken back."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select, update

from agent.batch.approval.approving import plan_header
from agent.batch.executor import state_changes, statements, transitions
from agent.batch.executor.evidence import Planned, number_problem, of_other_environment, planned_of
from agent.batch.executor.known_numbers import NumberTaken, check_numbers
from agent.batch.executor.outcome import Answered, Outcome
from agent.batch.executor.queries import job_of, one_row_each, rows_with_shipments
from agent.batch.recovery.recovery import Found, find, finish_labels
from agent.batch.recovery.resolving_doubts import in_doubt, watched_with
from agent.errors import ErrorKind, error
from agent.ledger import audit
from agent.ledger.faults import BAD_TRACKING, NO_SUCH_ROW, NUMBER_TAKEN, OTHER_COUNT, RESTORED_LEDGER
from agent.ledger.store import Ledger
from agent.ledger.tables import JobRow, Package, Shipment, now, table_of
from agent.planning.identity import names_return
from agent.tool_caller import ToolCaller

SHIPMENTS, PACKAGES, ROWS = table_of(Shipment), table_of(Package), table_of(JobRow)
CHECKED, UNCHECKED = "checked", "unchecked"
"""How an adopted number came to be believed: `shipments.adopted`."""
ANY_DAY = "20000101"
MASKED = "the test environment masks its numbers: nothing can be looked up there"

REFUSED = ErrorKind(
    "E-4288",
    "Row {row} cannot have {numbers}: {reason}.",
    "Look at UPS which label is this row's. Nothing was recorded.",
)
UNSURE = ErrorKind(
    "E-4289",
    "UPS does not confirm {numbers} for row {row} ({reason}).",
    "Try again later; or say --unchecked if you saw the label at UPS yourself: it is recorded as unchecked.",
)
NOT_ADOPTED = ErrorKind(
    "E-4290",
    "Row {row} of batch {job_id} holds no number that can be taken back ({state}).",
    "Only an adoption can, or a number that UPS shows to be another shipment's. `jobs void` voids a label.",
)
NOT_SHOWN_OURS = ErrorKind(
    "E-4291",
    "Row {row} holds the adopted number {numbers}, and UPS does not show that its shipment is ours ({reason}).",
    "Nothing was voided. `shipchat jobs adopt {job_id} --row {row} --undo` takes a wrong adoption back.",
)


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a person saw at UPS for a row in doubt."""

    sheet_row: int
    tracking_numbers: list[str]
    """In any order, one for each package."""
    unchecked: bool = False
    """Waives what UPS cannot or does not say, never what it says."""


async def adopt_numbers(ledger: Ledger, ups: ToolCaller, job_id: str, adoption: Adoption, account: str) -> str:
    """The row is created with the numbers that a person saw at UPS, its labels are fetched.

    UPS is asked where they go, since when, and how many packages there are. Returns `checked` or `unchecked`.

    Raises:
        ShipchatError: E-4225 no tracking number, E-4237 not one for each package, E-4216 it belongs to another row,
            E-4207 the row is not in doubt, E-4288 another shipment's, E-4289 UPS does not confirm it.
    """
    sheet_row, tracking_numbers = adoption.sheet_row, adoption.tracking_numbers
    ((_row, shipment),) = await in_doubt(ledger, job_id, [sheet_row])
    planned = await ledger.read_async(_planned, shipment, account)
    environment = shipment.identity.split(":", 1)[0]
    for number in tracking_numbers:
        service = planned.service_code if planned else None
        if number_problem(number, environment, service) or of_other_environment(number, environment):
            raise error(BAD_TRACKING, number=number, environment=environment)
    asked = planned.packages if planned else len(tracking_numbers)
    if len(set(tracking_numbers)) != asked:
        raise error(OTHER_COUNT, row=sheet_row, packages=asked, count=len(set(tracking_numbers)))
    await ledger.read_async(_not_taken, shipment.id, tracking_numbers)
    found = await ask_about(ups, planned, tracking_numbers)
    named: dict[str, Any] = {"row": sheet_row, "numbers": ", ".join(tracking_numbers)}
    if found.contradicted or found.finding == "voided":
        raise error(REFUSED, reason=found.reason, **named)
    if found.answered is None and not adoption.unchecked:
        raise error(UNSURE, reason=found.reason, **named)
    how = CHECKED if found.answered is not None else UNCHECKED
    named_by_ups = found.answered.shipment_number if found.answered is not None else None
    answered = Answered(
        Outcome.DONE, tracking_numbers=tracking_numbers, shipment_number=named_by_ups or tracking_numbers[0]
    )
    await ledger.write_async(partial(_adopt, shipment=shipment, answered=answered, how=how))
    await finish_labels(ledger, ups, shipment, account)
    return how


async def ask_about(ups: ToolCaller, planned: Planned | None, numbers: list[str]) -> Found:
    """What UPS says of numbers that a person named, weighed against the row; `answered` only where it fits."""
    if planned is None:
        return Found("unknown", "its payload was purged")
    if planned.environment == "test":
        return Found("unknown", MASKED)
    found = await find(ups, planned, tracking_numbers=numbers)
    if found.answered is not None and set(found.answered.tracking_numbers) != set(numbers):
        return Found("unknown", f"UPS answers about {', '.join(found.answered.tracking_numbers)}")
    return found


def _planned(connection: Connection, shipment: Any, account: str) -> Planned | None:
    """A label of an earlier attempt of the row may be adopted for it; after a restore one that the ledger forgot."""
    attempts = (SHIPMENTS.c.job_id == shipment.job_id) & (SHIPMENTS.c.primary_row == shipment.primary_row)
    since = connection.scalar(select(func.min(SHIPMENTS.c.intent_at)).where(attempts))
    planned = planned_of(shipment, account, since=since)
    restored = shipment.code == RESTORED_LEDGER.code
    return replace(planned, restored=True, since=ANY_DAY) if planned is not None and restored else planned


def _held_numbers(connection: Connection, shipment: Any) -> tuple[list[str], Planned | None]:
    """The numbers that a row holds, and what they should be; whose they are counts, not since when."""
    query = select(PACKAGES.c.tracking_number).where(PACKAGES.c.shipment_id == shipment.id)
    numbers = list(connection.scalars(query.order_by(PACKAGES.c.position)))
    planned = planned_of(shipment, plan_header(connection, shipment.job_id).get("account_number"))
    return numbers, replace(planned, since=ANY_DAY) if planned is not None else None


def _not_taken(connection: Connection, shipment_id: int, numbers: list[str]) -> None:
    try:
        check_numbers(connection, shipment_id, numbers)
    except NumberTaken as taken:
        raise error(NUMBER_TAKEN, number=taken.number, row=taken.row, job_id=taken.job_id) from taken


def _adopt(connection: Connection, shipment: Any, answered: Answered, how: str) -> None:
    _not_taken(connection, shipment.id, answered.tracking_numbers)
    proof = f"adopted by the person, {how}"
    transitions.created(connection, shipment.job_id, shipment.id, answered, proof=proof)
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment.id).values(adopted=how))
    for earlier in connection.scalars(watched_with(shipment.job_id, answered.tracking_numbers)).all():
        transitions.accounted_for(connection, earlier, "adopted")


async def undo_adoption(ledger: Ledger, ups: ToolCaller, job_id: str, sheet_row: int) -> list[str]:
    """A wrong number is taken back: the row is in doubt again, its attempt unchanged, its cell cleared where it still
    holds the number. One that was not adopted only where UPS shows that it is another shipment's. Returns the numbers.

    Raises:
        ShipchatError: E-4207 no such row, E-4290 a row that holds no number that can be taken back.
    """

    def held(connection: Connection) -> Any:
        job_of(connection, job_id)
        pairs = one_row_each(rows_with_shipments(connection, job_id), [sheet_row])
        if not pairs:
            raise error(NO_SUCH_ROW, job_id=job_id, row=sheet_row, state="")
        ((_row, shipment),) = pairs
        if shipment.state not in {"created", "completed"}:
            raise error(NOT_ADOPTED, job_id=job_id, row=sheet_row, state=shipment.state)
        return shipment

    shipment = await ledger.read_async(held)
    if shipment.adopted is None:
        numbers, planned = await ledger.read_async(_held_numbers, shipment)
        found = await ask_about(ups, planned, numbers)
        if not found.contradicted:
            raise error(NOT_ADOPTED, job_id=job_id, row=sheet_row, state=found.reason)
    return await ledger.write_async(_undo, shipment)


def _undo(connection: Connection, shipment: Any) -> list[str]:
    job_id, mine = shipment.job_id, PACKAGES.c.shipment_id == shipment.id
    numbers = list(connection.scalars(select(PACKAGES.c.tracking_number).where(mine).order_by(PACKAGES.c.position)))
    rows = connection.execute(statements.ROWS_OF, {"shipment": shipment.id}).all()
    connection.execute(PACKAGES.delete().where(mine))
    reason = f"{', '.join(numbers)} was recorded for it wrongly and taken back"
    nothing = dict.fromkeys(("charge_cents", "currency", "shipment_number", "settled_at", "adopted"))
    state_changes.set_state(
        connection,
        shipment.id,
        ("created", "completed"),
        "in_doubt",
        **nothing,
        charge_is_quote=False,
        code=NOT_ADOPTED.code,
        reason=reason,
    )
    told = {"tracking_number": None, "label_path": None, "cost_cents": None, "processed_at": now()}
    told |= {"error_code": NOT_ADOPTED.code, "error_message": reason}
    connection.execute(update(ROWS).where(ROWS.c.shipment_id == shipment.id).values(**told))
    more = {"more_reserved": shipment.quote_cents or 0, "more_spent": -(shipment.charge_cents or 0)}
    connection.execute(statements.MONEY, {"job": job_id, **more})
    clear = {"job_id": job_id, "kind": "clear", "shipped_at": "", "value": ", ".join(numbers)}
    written = [] if names_return(shipment.identity) else rows
    state_changes.queue_results(
        connection, [clear | {"row_number": row.row_number, "row_checksum": row.row_checksum} for row in written]
    )
    after = {"state": "in_doubt", "charge_cents": None, "tracking_numbers": [], "taken_back": numbers}
    audit.append(connection, "adoption_undone", job_id, shipment.primary_row, reference=shipment.reference, **after)
    given_up = SHIPMENTS.c.state.in_(("released", "closed")) & SHIPMENTS.c.unproven.is_(False)
    found = (SHIPMENTS.c.job_id == job_id) & SHIPMENTS.c.shipment_number.in_(numbers) & given_up
    for earlier in connection.execute(select(SHIPMENTS).where(found)).all():
        _watch_again(connection, earlier)
    if job_of(connection, job_id).status in {"completed", "completed_with_warnings"}:
        state_changes.set_job(connection, job_id, "failed")
    return numbers


def _watch_again(connection: Connection, earlier: Any) -> None:
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == earlier.id).values(unproven=True))
    more = {"more_reserved": earlier.quote_cents or 0, "more_spent": 0}
    connection.execute(statements.MONEY, {"job": earlier.job_id, **more})
    named = {"reference": earlier.reference, "unproven": True}
    audit.append(connection, "watched_again", earlier.job_id, earlier.primary_row, **named)


async def shown_ours(ledger: Ledger, ups: ToolCaller, pairs: list[tuple[int, Any]]) -> None:
    """Before a void: UPS itself must show that an adopted number is this row's; its shipment's number is kept.

    Raises:
        ShipchatError: E-4291 where it does not. Nothing was voided.
    """
    for row, shipment in pairs:
        environment = shipment.identity.split(":", 1)[0]
        if shipment.adopted is None or shipment.state == "voiding" or environment == "test":
            continue
        numbers, planned = await ledger.read_async(_held_numbers, shipment)
        found = await ask_about(ups, planned, numbers)
        named: dict[str, Any] = {"row": row, "numbers": ", ".join(numbers), "job_id": shipment.job_id}
        if found.answered is None or not found.answered.shipment_number:
            raise error(NOT_SHOWN_OURS, reason=found.reason, **named)
        await ledger.write_async(_keep_number, shipment.id, found.answered.shipment_number)


def _keep_number(connection: Connection, shipment_id: int, number: str) -> None:
    connection.execute(update(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id).values(shipment_number=number))
