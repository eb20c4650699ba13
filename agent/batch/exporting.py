"""A job as CSV for a spreadsheet: what begins like a formula is made inert."""

import csv
import io

from sqlalchemy import Connection

from agent.batch.queries import outcome

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADER = ("row", "status", "tracking_number", "cost", "label", "code", "message")


def job_csv(connection: Connection, job_id: str) -> str:
    """One line a row."""
    job = outcome(connection, job_id)
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADER)
    for item in job.tracking:
        cost = f"{item['cost_cents'] / 100:.2f}"
        writer.writerow([item["sheet_row"], "completed", item["tracking_number"], cost, item["label_path"], "", ""])
    for item in job.failed:
        writer.writerow([item["sheet_row"], "failed", "", "", "", item["code"], inert(item["message"] or "")])
    for item in job.in_doubt:
        writer.writerow([item["sheet_row"], "in_doubt", "", "", "", "", inert(item["reason"] or "")])
    return target.getvalue()


def inert(text: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA) else text
