"""A job as CSV for a spreadsheet: what begins like a formula is made inert."""

import csv
import io

from sqlalchemy import Connection, select

from agent.batch.executor.queries import job_of
from agent.ledger.tables import JobRow, Shipment, table_of

ROWS, SHIPMENTS = table_of(JobRow), table_of(Shipment)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = ("row", "recipient", "status", "tracking_number", "cost", "label", "reference", "code", "message")


def job_csv(connection: Connection, job_id: str) -> str:
    """One line a row, whatever became of it."""
    job_of(connection, job_id)
    query = select(ROWS, SHIPMENTS.c.recipient, SHIPMENTS.c.reference)
    query = query.outerjoin(SHIPMENTS, SHIPMENTS.c.id == ROWS.c.shipment_id).where(ROWS.c.job_id == job_id)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADER)
    for row in connection.execute(query.order_by(ROWS.c.row_number)):
        cost = "" if row.cost_cents is None else f"{row.cost_cents / 100:.2f}"
        place = row.sheet_row or row.row_number
        texts = [row.recipient, row.status, row.tracking_number, cost, row.label_path, row.reference]
        texts += [row.error_code, row.error_message]
        writer.writerow([place, *(inert(text or "") for text in texts)])
    return target.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text
