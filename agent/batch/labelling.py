"""The labels of a job, as the ledger knows them: path and hash of every package."""

import json
from pathlib import Path

from sqlalchemy import Connection, select

from agent.batch.queries import job_of
from agent.labels.label import Label
from agent.ledger.tables import JobRow, Package, Shipment, table_of

ROWS, SHIPMENTS, PACKAGES = table_of(JobRow), table_of(Shipment), table_of(Package)


def labels_of(connection: Connection, job_id: str, sheet_rows: list[int] | None) -> list[Label]:
    """Labels of completed shipments in row order; of the given sheet rows only, if any are given."""
    job_of(connection, job_id)
    query = (
        select(PACKAGES, SHIPMENTS.c.planned, ROWS.c.sheet_row, ROWS.c.row_number)
        .join(SHIPMENTS, SHIPMENTS.c.id == PACKAGES.c.shipment_id)
        .join(ROWS, ROWS.c.shipment_id == SHIPMENTS.c.id)
        .where(
            SHIPMENTS.c.job_id == job_id,
            SHIPMENTS.c.state == "completed",
            ROWS.c.row_number == SHIPMENTS.c.lead_row,
        )
        .order_by(ROWS.c.row_number, PACKAGES.c.position)
    )
    found = []
    for row in connection.execute(query):
        sheet_row = row.sheet_row or row.row_number
        if row.label_path and (sheet_rows is None or sheet_row in sheet_rows):
            order = json.loads(row.planned).get("order_number") if row.planned else None
            path = Path(row.label_path)
            found.append(Label(sheet_row, row.tracking_number, path, row.label_sha256 or "", order, order))
    return found
