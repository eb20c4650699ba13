"""Which shipments of the ledger hold a parcel: looked up by every key that it may be known by."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, text

from agent.ledger.states import KEEPING
from agent.ledger.tables import Job, JobRow, Meta, Outbox, PlanRecord, Shipment, table_of
from agent.planning.identity import as_written, content_key, destination_of, order_key, returned
from agent.planning.model import PlannedShipment
from agent.planning.parcels import IN_DOUBT, Holder

SHIPMENTS, ROWS, JOBS, PLANS = table_of(Shipment), table_of(JobRow), table_of(Job), table_of(PlanRecord)
OUTBOX = table_of(Outbox)
CHUNK = 500
_UNSETTLED = select(SHIPMENTS).where(text("state in ('submitting', 'in_doubt', 'created')"))
"""In the words of the index `shipments_unsettled`: SQLite uses a partial index for its own condition only."""
_UNWRITTEN = (
    select(ROWS.c.shipment_id)
    .join(OUTBOX, (OUTBOX.c.job_id == ROWS.c.job_id) & (OUTBOX.c.row_number == ROWS.c.row_number))
    .where(OUTBOX.c.kind == "write", (OUTBOX.c.state == "pending") | (OUTBOX.c.went_to == "sidecar"))
)
_UNPLACED = select(SHIPMENTS).where(SHIPMENTS.c.state == "completed", SHIPMENTS.c.id.in_(_UNWRITTEN))
"""Shipments whose number is not in their sheet: whoever edited the row meanwhile would see it go once more."""


def scoped(environment: str, identity: str) -> str:
    """An identity holds within its environment: practice never counts as shipped."""
    return f"{environment}:{identity}"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a parcel is known by, each within its environment."""

    order: str | None
    content: str | None
    row: str | None

    def columns(self) -> dict[str, str | None]:
        """As columns of `shipments`."""
        return {"order_key": self.order, "content_key": self.content, "row_key": self.row}


def keys_of(
    environment: str, order_number: str | None, payload: dict[str, Any], row_checksums: Sequence[str] = ()
) -> Keys:
    """The keys of a rendered shipment; `row_checksums` are those of its rows, the first one counts."""
    order, content = order_key(order_number, payload), content_key(payload)
    return Keys(
        scoped(environment, order) if order else None,
        scoped(environment, content) if content else None,
        scoped(environment, returned(payload, row_checksums[0])) if row_checksums else None,
    )


def planned_keys(environment: str, item: PlannedShipment) -> Keys:
    """The keys of a planned shipment."""
    return keys_of(environment, item.order_number, as_written(item.payload, item.written_address), item.row_checksums)


def holders(connection: Connection, identities: list[str]) -> list[Any]:
    """Shipments that hold one of the identities (with their environment), of jobs that were not deleted away."""
    return _holding(connection, "identity", identities)


def holders_of(connection: Connection, keys: Iterable[Keys]) -> list[Any]:
    """Shipments that have a key in common with one of these: the same order, or the same content where one of the two
    has no order number; of a shipment that was repeated on purpose, the last one."""
    keys = list(keys)
    by_order = _holding(connection, "order_key", [each.order for each in keys])
    by_content = _holding(connection, "content_key", [each.content for each in keys])
    by_row = _holding(connection, "row_key", [each.row for each in keys])
    bare = {name for each in keys if each.order is None for name in (each.content, each.row)}
    alike = [row for row in (*by_content, *by_row) if row.order_key is None or {row.content_key, row.row_key} & bare]
    last: dict[str, Any] = {}
    for row in sorted({row.id: row for row in (*by_order, *alike)}.values(), key=lambda row: (row.generation, row.id)):
        last[row.identity] = row
    return sorted(last.values(), key=lambda row: row.id)


def _holding(connection: Connection, column: str, values: Sequence[str | None]) -> list[Any]:
    wanted = list(dict.fromkeys(value for value in values if value))
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(SHIPMENTS).where(SHIPMENTS.c[column].in_(part), SHIPMENTS.c.state.in_(KEEPING))
        found += connection.execute(query.order_by(SHIPMENTS.c.generation)).all()
    return found


def known(
    connection: Connection, environment: str, items: Sequence[PlannedShipment]
) -> tuple[list[Holder], list[Holder]]:
    """(shipments with a key of one of the `items`, all open doubts of the environment and what is not in its sheet)."""
    held = holders_of(connection, [planned_keys(environment, item) for item in items])
    mine = scoped(environment, "")
    unsettled = [row for row in connection.execute(_UNSETTLED) if row.identity.startswith(mine)]
    doubtful = [row for row in unsettled if row.state in IN_DOUBT]
    unplaced = [row for row in connection.execute(_UNPLACED) if row.identity.startswith(mine)]
    return _told(connection, held), _told(connection, [*doubtful, *unplaced])


def same_parcel_twice(connection: Connection) -> list[str]:
    """References of shipments that an earlier version bought for a parcel that had a label already."""
    meta = table_of(Meta)
    noted = connection.scalar(select(meta.c.value).where(meta.c.key == "same_parcel_twice"))
    return list(json.loads(noted)) if noted else []


def _told(connection: Connection, shipments: list[Any]) -> list[Holder]:
    names: dict[str, str] = {}
    rows: dict[int, list[Any]] = {}
    sources: dict[int, str | None] = {}
    for start in range(0, len(shipments), CHUNK):
        part = shipments[start : start + CHUNK]
        jobs = select(JOBS.c.id, JOBS.c.name).where(JOBS.c.id.in_({shipment.job_id for shipment in part}))
        names |= {job.id: job.name for job in connection.execute(jobs)}
        plans = select(PLANS.c.id, PLANS.c.header).where(PLANS.c.id.in_({shipment.plan_id for shipment in part}))
        sources |= {plan.id: _source_id(plan.header) for plan in connection.execute(plans)}
        query = select(ROWS).where(ROWS.c.shipment_id.in_([shipment.id for shipment in part]))
        for row in connection.execute(query.order_by(ROWS.c.row_number)):
            rows.setdefault(row.shipment_id, []).append(row)
    return [_holder(one, names[one.job_id], rows.get(one.id, []), sources.get(one.plan_id)) for one in shipments]


def _source_id(header: str | None) -> str | None:
    source_id = (json.loads(header).get("source") or {}).get("source_id") if header else None
    return str(source_id) if source_id else None


def _holder(shipment: Any, job_name: str, rows: list[Any], source_id: str | None) -> Holder:
    planned = json.loads(shipment.planned) if shipment.planned else None
    return Holder(
        reference=shipment.reference,
        identity=_plain(shipment.identity) or "",
        generation=shipment.generation,
        state=shipment.state,
        job_id=shipment.job_id,
        job_name=job_name,
        recipient=shipment.recipient,
        order=_plain(shipment.order_key),
        content=_plain(shipment.content_key),
        row=_plain(shipment.row_key),
        destination=destination_of(as_written(planned["payload"], planned.get("written_address"))) if planned else None,
        sheet_rows=tuple(row.sheet_row or row.row_number for row in rows),
        row_numbers=tuple(row.row_number for row in rows),
        tracking_number=rows[0].tracking_number if rows else None,
        source_id=source_id,
        shipped_at=shipment.settled_at,
    )


def _plain(name: str | None) -> str | None:
    """Without the environment."""
    return name.split(":", 1)[1] if name else None
