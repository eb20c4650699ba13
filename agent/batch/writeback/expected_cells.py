"""What the result cells of a sheet may hold for a result to replace it: what was approved, or what this batch wrote."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from agent.ledger.tables import JobRow, Outbox, PlanRecord, Shipment, table_of

OUTBOX, ROWS, SHIPMENTS, PLANS = table_of(Outbox), table_of(JobRow), table_of(Shipment), table_of(PlanRecord)
PLACEHOLDERS = frozenset(
    (
        "-", "--", "—", "?", "0", "n/a", "na", "#n/a", "none", "null", "nil", "blank", "empty", "unknown", "missing",
        "tba", "tbd", "to be announced", "to follow", "todo", "to do", "pending", "label pending", "waiting",
        "awaiting", "awaiting tracking", "not yet", "not available", "not assigned", "unassigned", "no tracking",
        "no tracking number",
    )
)  # fmt: skip
"""Texts that say "no number": a number may take their place. Narrower than `[tracking]` of status_words.toml, which
says what an order may go with: `no` and `processing` let it go, and stay in their cells."""
Expected = dict[str, str]
"""`expected` and `expected_shipped_at` of the data server's `write_back`; a missing one is not known."""


def may_replace(seen: dict[str, str], *, reship: bool) -> Expected:
    """What of the cells that a person approved may give way: an old number only to a shipment that goes again."""
    tracking = seen.get("tracking_number", "")
    if not reship and tracking.casefold() not in PLACEHOLDERS:
        tracking = ""
    return {"expected": tracking, "expected_shipped_at": seen.get("shipped_at", "")}


def expectations(connection: Connection, job_id: str, pending: Sequence[Any]) -> dict[int, Expected]:
    """Of each result to write (by its id in the outbox); of one to clear, the time that was written with it."""
    numbers = {row.row_number for row in pending}
    approved = _approved(connection, job_id, numbers)
    earlier: dict[int, list[Any]] = {}
    mine = select(OUTBOX).where(OUTBOX.c.job_id == job_id, OUTBOX.c.row_number.in_(numbers), OUTBOX.c.kind == "write")
    for row in connection.execute(mine.order_by(OUTBOX.c.id)):
        earlier.setdefault(row.row_number, []).append(row)
    return {row.id: _of_one(row, earlier.get(row.row_number, []), approved.get(row.row_number)) for row in pending}


def _of_one(row: Any, results: Sequence[Any], approved: Expected | None) -> Expected:
    before = [one for one in results if one.id < row.id]
    if row.kind == "clear":
        times = [one.shipped_at for one in before if one.value == row.value]
        return {"expected": row.value, **({"expected_shipped_at": times[-1]} if times else {})}
    others = [one for one in before if one.value != row.value]
    if others:
        # A number of this batch that was taken back and not cleared yet gives way to the next one.
        return {"expected": others[-1].value, "expected_shipped_at": others[-1].shipped_at}
    return approved or {}


def _approved(connection: Connection, job_id: str, numbers: set[int]) -> dict[int, Expected]:
    """By data row; rows whose plan was purged, or made by a version that did not look, are missing."""
    query = (
        select(SHIPMENTS.c.planned, SHIPMENTS.c.plan_id)
        .join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id)
        .where(ROWS.c.job_id == job_id, ROWS.c.row_number.in_(numbers), SHIPMENTS.c.planned.is_not(None))
        .distinct()
    )
    found: dict[int, Expected] = {}
    reships: dict[int, bool] = {}
    for text, plan_id in connection.execute(query).all():
        planned = json.loads(text)
        if plan_id not in reships:
            header = connection.scalar(select(PLANS.c.header).where(PLANS.c.id == plan_id))
            reships[plan_id] = bool(header and json.loads(header).get("reship"))
        cells = planned.get("result_cells") or ()
        for number, seen in zip(planned["row_numbers"], cells, strict=False):
            found[number] = may_replace(seen, reship=reships[plan_id])
    return found
