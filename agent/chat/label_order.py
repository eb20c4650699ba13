"""Labels in the order of a column: one that the plan keeps, or any column of the sheet while that sheet is open."""

import re

from sqlalchemy import Connection, select

from agent.chat.state import SessionState
from agent.errors import ShipchatError
from agent.labels.faults import NO_SUCH_COLUMN
from agent.labels.label import Label
from agent.labels.sort import ROW, column_of, in_print_order, natural_key
from agent.ledger.tables import JobRow, table_of
from agent.planning.selection import fetch
from agent.planning.wording import counted

ROWS = table_of(JobRow)
CHANGED = "{count} changed in the sheet since they were shipped; their labels come last."


async def in_order_of(state: SessionState, job_id: str, labels: list[Label], asked: str | None) -> list[Label]:
    """Sorted by what the person named.

    Raises:
        ShipchatError: E-4310 for a column that neither the plan nor the open sheet of this batch has.
    """
    try:
        return in_print_order(labels, column_of(labels, asked or ROW))
    except ShipchatError as refusal:
        column = _column_of_sheet(state, job_id, asked or "") if refusal.code == NO_SUCH_COLUMN.code else None
        if column is None:
            raise
    shipped = await state.batches.ledger.read_async(checksums, job_id)
    now = {row.sheet_row: row for row in await fetch(state.sheet.data, "TRUE")}
    # The cell of another row that moved there would sort the label wrongly, without anybody seeing it.
    same = {row for row, checksum in shipped.items() if row in now and now[row].checksum == checksum}
    changed = {label.sheet_row for label in labels} - same
    if changed:
        state.say(CHANGED.format(count=counted(len(changed), "row")), "warning")
    cells = {row: str(now[row].data.get(column) or "") for row in same}
    return sorted(labels, key=lambda label: (natural_key(cells.get(label.sheet_row)), label.sheet_row))


def _column_of_sheet(state: SessionState, job_id: str, asked: str) -> str | None:
    """The open sheet's own header, where that sheet is the batch's."""
    sheet = state.sheet.open
    source = state.batches.selected(job_id).source or {}
    if sheet is None or sheet.source_id != source.get("source_id"):
        return None
    return next((header for header in sheet.columns if _plain(header) == _plain(asked)), None)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def checksums(connection: Connection, job_id: str) -> dict[int, str]:
    """By sheet row, what its cells were when it was planned."""
    found = connection.execute(select(ROWS).where(ROWS.c.job_id == job_id))
    return {row.sheet_row or row.row_number: row.row_checksum for row in found}
