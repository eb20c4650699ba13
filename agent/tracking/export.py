"""Parcels as CSV for a spreadsheet."""

import csv
import io
from datetime import date

from agent.batch.writeback.exporting import inert
from agent.tracking.parcel import Parcel

COLUMNS = (
    *("job_id", "sheet_row", "recipient", "tracking_number", "state", "late", "ups_says"),
    *("expected_on", "delivered_on", "last_scan", "looked_at"),
)


def tracking_csv(parcels: list[Parcel], today: date) -> str:
    """One line a parcel; what begins like a formula is made inert."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for parcel in parcels:
        facts = parcel.as_dict(today)
        writer.writerow([inert("" if facts[name] is None else str(facts[name])) for name in COLUMNS])
    return target.getvalue()
