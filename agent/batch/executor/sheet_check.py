"""Right before a batch sends: the result cells of its rows are part of what was approved.

A number that somebody typed since, or that another station wrote, is a parcel that went already: that row does not go,
the others do. A sheet that cannot be read stops no approved row.
"""

import json
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, func, select

from agent.batch.executor import state_changes, transitions
from agent.batch.writeback.sheet_tracking import read_cells
from agent.ledger.faults import CELL_CHANGED
from agent.ledger.store import Ledger
from agent.ledger.tables import JobRow, Shipment, table_of
from agent.planning.other_numbers import is_other_number
from agent.planning.selection import holds_number
from agent.shipping.returns import is_return
from agent.tool_caller import ToolCaller

SHIPMENTS, ROWS = table_of(Shipment), table_of(JobRow)
MOST_SHOWN = 60


async def leave_out_changed(
    ledger: Ledger, data: ToolCaller, job_id: str, header: dict[str, Any], environment: str
) -> list[int]:
    """Skip what is pending and whose result cells are others than at the approval; the sheet rows that stay."""
    planned = await ledger.read_async(_pending, job_id)
    rows = [one for _, plan in planned for one in zip(plan["row_numbers"], plan["row_checksums"], strict=True)]
    cells = await read_cells(data, header.get("source") or {}, rows)
    left_out: list[int] = []
    for shipment_id, plan in planned:
        if is_return(plan["payload"]):
            continue  # whether the order went is not about its way back
        said = changed_since(plan, cells, environment=environment, reship=bool(header.get("reship")))
        if said is not None:
            place, text = said
            sheet_row = plan["sheet_rows"][place]
            words = CELL_CHANGED.message.format(row=sheet_row, text=text[:MOST_SHOWN])
            # Cancelled by another window a moment ago: it stays out as it is.
            with suppress(state_changes.NotClaimable):
                await ledger.write_async(transitions.left_out, job_id, shipment_id, CELL_CHANGED.code, words)
                left_out += plan["sheet_rows"]
    return left_out


def changed_since(
    planned: dict[str, Any], cells: dict[int, dict[str, str]], *, environment: str, reship: bool
) -> tuple[int, str] | None:
    """(place of the row in its shipment, what its cell says now) where a row's cells were filled since the approval.

    `cells` are those of now by data row, as `read_cells` tells; a row that is missing there says nothing.
    """
    approved = planned.get("result_cells")
    for place, number in enumerate(planned["row_numbers"]):
        now = cells.get(number, {})
        tracking, shipped_at = now.get("tracking_number", ""), now.get("shipped_at", "")
        if approved is None:
            # Approved by a version that kept no cells: only a real number says that the parcel went.
            if holds_number(tracking) and not is_other_number(tracking, environment) and not reship:
                return place, tracking
            continue
        seen = approved[place]
        if tracking and tracking != seen.get("tracking_number", ""):
            return place, tracking
        if holds_number(shipped_at) and shipped_at != seen.get("shipped_at", ""):
            return place, shipped_at
    return None


def left_out_count(connection: Connection, job_id: str) -> int:
    """How many rows of a job did not go because their cells changed."""
    changed = (ROWS.c.job_id == job_id) & (ROWS.c.status == "skipped") & (ROWS.c.error_code == CELL_CHANGED.code)
    return int(connection.scalar(select(func.count()).where(changed)) or 0)


def _pending(connection: Connection, job_id: str) -> list[tuple[int, dict[str, Any]]]:
    query = select(SHIPMENTS.c.id, SHIPMENTS.c.planned).where(
        SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending", SHIPMENTS.c.planned.is_not(None)
    )
    return [(row.id, json.loads(row.planned)) for row in connection.execute(query.order_by(SHIPMENTS.c.id))]
