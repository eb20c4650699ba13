"""From an approved plan to a running job: one transaction, digest checked, every identity claimed."""

import getpass
import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from agent.batch.approval import retry_plan
from agent.batch.approval.parcel_holders import CHUNK, holders, holders_of, planned_keys, scoped
from agent.batch.approval.references import MOST_ROWS, new_reference_prefix, reference
from agent.errors import error
from agent.ledger import audit, documents
from agent.ledger.faults import DIGEST_DIFFERS, HELD, OVER_BUDGET, TOO_MANY_ROWS, TWICE_IN_PLAN, UNQUOTED
from agent.ledger.states import JobStatus
from agent.ledger.tables import Job, JobRow, PlanRecord, Shipment, new_id, new_key, next_shipment_id, now, table_of
from agent.planning.digest import combined, header_text, shipment_text
from agent.planning.model import Approval, Plan, PlannedShipment
from agent.planning.sentence import money

JOBS, SHIPMENTS = table_of(Job), table_of(Shipment)


def check(plan: Plan, approval: Approval) -> tuple[str, list[str]]:
    """The stored texts of a plan that may be approved as it is.

    Raises:
        ShipchatError: digest, budget, a row twice or a row number that does not fit. Nothing was sent.
    """
    header, texts = header_text(plan), [shipment_text(item) for item in plan.shipments]
    digest = combined(header, texts)
    if digest != approval.digest:
        raise error(DIGEST_DIFFERS, approved=approval.digest[:8], digest=digest[:8])
    identities = [item.identity for item in plan.shipments]
    if len(set(identities)) != len(identities):
        twice = [item.sheet_rows[0] for item in plan.shipments if identities.count(item.identity) > 1]
        raise error(TWICE_IN_PLAN, rows=", ".join(map(str, twice[:20])))
    for item in plan.shipments:
        if item.row_numbers[0] > MOST_ROWS:
            raise error(TOO_MANY_ROWS, row=item.sheet_rows[0])
    cap = plan.budget.max_total_cents
    if cap is not None:
        if plan.unquoted:
            raise error(UNQUOTED, count=plan.unquoted)
        if plan.quoted_cents > cap:
            raise error(OVER_BUDGET, needed=money(plan.quoted_cents, plan.currency), allowed=money(cap, plan.currency))
    if plan.budget.max_rows is not None and plan.row_count > plan.budget.max_rows:
        raise error(OVER_BUDGET, needed=f"{plan.row_count} rows", allowed=f"{plan.budget.max_rows} rows")
    return header, texts


def approve(
    connection: Connection, plan: Plan, approval: Approval, header: str, texts: list[str], into: str | None = None
) -> str:
    """Job, plan, shipments and rows, with the approval: `pending -> running` and the yes are one commit.

    `into` is an unplanned job that a restart made: the plan becomes its.

    Raises:
        ShipchatError: E-4208 when another job holds one of the rows, E-4233 for an amendment of other rows.
    """
    generations = _generations(connection, plan)
    job = _amended_job(connection, plan) if plan.amends_job_id else _new_job(connection, plan, into)
    plan_id = new_key(
        connection.execute(
            insert(PlanRecord).values(
                job_id=job.id,
                digest=approval.digest,
                header=header,
                approved_by=approval.by,
                words=approval.words,
                sentence=approval.sentence,
            )
        )
    )
    first_id = next_shipment_id(connection)
    attempts = retry_plan.next_attempts(connection, job.id) if plan.amends_job_id else {}
    numbering = _Numbering(job, plan_id, first_id, generations, attempts)
    shipments = [
        _shipment(plan.environment, item, text, position, numbering)
        for position, (item, text) in enumerate(zip(plan.shipments, texts, strict=True))
    ]
    connection.execute(insert(SHIPMENTS), shipments)
    for item, shipment in zip(plan.shipments, shipments, strict=True):
        documents.plan(connection, shipment["id"], item.documents)
    if plan.amends_job_id:
        retry_plan.take_rows(connection, job.id, plan, first_id)
    else:
        connection.execute(insert(JobRow), _rows(plan, job.id, first_id))
    audit.append(
        connection,
        "amended" if plan.amends_job_id else "approved",
        job.id,
        digest=approval.digest,
        who=_user(),
        by=approval.by,
        words=approval.words,
        sentence=approval.sentence,
        rows=plan.row_count,
        references=[shipment["reference"] for shipment in shipments],
        state="pending",
        budget_cents=connection.scalar(select(JOBS.c.budget_cents).where(JOBS.c.id == job.id)),
        environment=plan.environment,
        account=plan.account_number,
    )
    return str(job.id)


def _user() -> str:
    """Who sat at this machine: the name of its account."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _new_job(connection: Connection, plan: Plan, into: str | None) -> Any:
    values = {
        "name": f"{plan.command[:60]} ({plan.source.name})",
        "original_command": plan.command,
        "status": JobStatus.running.value,
        "started_at": now(),
        "total_rows": plan.row_count,
        "environment": plan.environment,
        "reference_prefix": new_reference_prefix(),
        "budget_cents": plan.budget.max_total_cents,
    }
    job_id = into or new_id()
    unplanned = (JOBS.c.id == into) & JOBS.c.reference_prefix.is_(None) & (JOBS.c.status == JobStatus.pending.value)
    # Made a while ago, but what is shipped by it is shipped from now on.
    taken = into is not None and connection.execute(update(JOBS).where(unplanned).values(**values, created_at=now()))
    if not taken or taken.rowcount != 1:
        job_id = new_id()
        connection.execute(insert(Job).values(id=job_id, **values))
    return connection.execute(select(JOBS).where(JOBS.c.id == job_id)).one()


def _amended_job(connection: Connection, plan: Plan) -> Any:
    job = retry_plan.check(connection, plan)
    cap = plan.budget.max_total_cents
    values: dict[str, Any] = {"status": JobStatus.running.value, "requested_action": None, "completed_at": None}
    values |= {"error_code": None, "error_message": None}
    if cap is not None:
        waiting = retry_plan.waiting_cents(connection, job.id)
        values["budget_cents"] = job.spent_cents + job.reserved_cents + waiting + cap
    elif job.budget_cents is not None:
        # A yes without a limit is not bound unseen by the cap of an earlier one: what it names goes.
        needed = job.spent_cents + job.reserved_cents + retry_plan.waiting_cents(connection, job.id) + plan.quoted_cents
        values["budget_cents"] = max(job.budget_cents, needed)
    connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(**values))
    return job


@dataclass(frozen=True, slots=True)
class _Numbering:
    """Where the shipments of a plan belong, and what each of them is called."""

    job: Any
    plan_id: int
    first_id: int
    """The first shipment's; the others follow by their position."""
    generations: dict[str, int]
    """By identity; 0 where it is missing."""
    attempts: dict[int, int]
    """By the primary row; 1 where it is missing."""


def _shipment(
    environment: str, item: PlannedShipment, text: str, position: int, numbering: _Numbering
) -> dict[str, Any]:
    identity = scoped(environment, item.identity)
    primary_row = item.row_numbers[0]
    attempt = numbering.attempts.get(primary_row, 1)
    return {
        "id": numbering.first_id + position,
        "job_id": numbering.job.id,
        "plan_id": numbering.plan_id,
        "position": position,
        "reference": reference(numbering.job.reference_prefix, primary_row, attempt),
        "attempt": attempt,
        "identity": identity,
        **planned_keys(environment, item).columns(),
        "generation": numbering.generations.get(identity, 0),
        "primary_row": primary_row,
        "digest": audit.digest(item.payload),
        "planned": text,
        "recipient": item.recipient,
        "quote_cents": item.quote_cents,
    }


def _rows(plan: Plan, job_id: str, first_id: int) -> list[dict[str, Any]]:
    return [
        {
            "job_id": job_id,
            "row_number": number,
            "sheet_row": sheet_row,
            "row_checksum": checksum,
            "shipment_id": first_id + position,
        }
        for position, item in enumerate(plan.shipments)
        for number, sheet_row, checksum in zip(item.row_numbers, item.sheet_rows, item.row_checksums, strict=True)
    ]


def _generations(connection: Connection, plan: Plan) -> dict[str, int]:
    """The generation of each identity that is shipped again on purpose; anything else that is held refuses."""
    identities = {scoped(plan.environment, item.identity): item for item in plan.shipments}
    held = holders(connection, list(identities))
    refused = [
        (identities[row.identity], row) for row in held if not (plan.reship and row.state in {"completed", "closed"})
    ]
    refused = refused or _alike(connection, plan)
    if refused:
        rows = ", ".join(f"row {item.sheet_rows[0]} (batch {row.job_id})" for item, row in refused[:10])
        raise error(HELD, count=len(refused), rows=rows)
    query = select(SHIPMENTS.c.identity, func.max(SHIPMENTS.c.generation)).group_by(SHIPMENTS.c.identity)
    again: dict[str, int] = {}
    for start in range(0, len(held), CHUNK):
        part = [row.identity for row in held[start : start + CHUNK]]
        again |= {name: top + 1 for name, top in connection.execute(query.where(SHIPMENTS.c.identity.in_(part)))}
    return again


def _alike(connection: Connection, plan: Plan) -> list[tuple[PlannedShipment, Any]]:
    """What stands against a plan under another identity: the same order, or the same content without order numbers,
    unless the preview knew it and told it apart. (shipment to be, shipment that holds it) pairs."""
    keys = [planned_keys(plan.environment, item) for item in plan.shipments]
    by_key: dict[str, list[Any]] = {}
    for row in holders_of(connection, keys):
        for name in filter(None, (row.order_key, row.content_key, row.row_key)):
            by_key.setdefault(name, []).append(row)
    found = []
    for item, known_by in zip(plan.shipments, keys, strict=True):
        for name in filter(None, known_by.columns().values()):
            for row in by_key.get(name, ()):
                both_numbered = known_by.order is not None and row.order_key is not None
                other_order = both_numbered and known_by.order != row.order_key
                again = plan.reship and row.state in {"completed", "closed"}
                if not (other_order or again or row.reference in item.apart_from):
                    found.append((item, row))
    return found


def stored_digest(connection: Connection, plan_id: int) -> tuple[str, str | None]:
    """(digest that was approved, digest of what is stored now); the second is None once purged."""
    record = connection.execute(select(PlanRecord).where(PlanRecord.id == plan_id)).one()
    of_plan = SHIPMENTS.c.plan_id == plan_id
    purged = select(func.count()).where(of_plan, SHIPMENTS.c.planned.is_(None))
    if record.header is None or connection.scalar(purged):
        return record.digest, None
    # Later attempts after a release repeat the text of the first one of their position.
    query = select(SHIPMENTS.c.position, SHIPMENTS.c.planned).where(of_plan)
    ordered = connection.execute(query.order_by(SHIPMENTS.c.position, SHIPMENTS.c.attempt)).yield_per(CHUNK)
    texts = (next(same).planned for _position, same in groupby(ordered, key=lambda row: row.position))
    return record.digest, combined(record.header, texts)


def currency_of(connection: Connection, job_id: str) -> str:
    """What a job counts in; before there was a choice, and without a plan, that is the dollar."""
    return str(plan_header(connection, job_id).get("currency") or "USD")


def plan_header(connection: Connection, job_id: str) -> dict[str, Any]:
    """The stored header of a job's first plan, as a dict; empty for an unplanned or purged job."""
    text = connection.scalar(
        select(PlanRecord.header).where(PlanRecord.job_id == job_id).order_by(PlanRecord.id).limit(1)
    )
    return dict(json.loads(text)) if text else {}
