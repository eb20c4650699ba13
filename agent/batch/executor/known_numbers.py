"""A tracking number belongs to one shipment of the ledger: asked inside the transaction that records it."""

from sqlalchemy import Connection, bindparam, func, select

from agent.ledger.tables import JobRow, Package, Shipment, table_of
from agent.planning.other_numbers import MASK

SHIPMENTS, ROWS, PACKAGES = table_of(Shipment), table_of(JobRow), table_of(Package)
_HOLDER = (
    select(SHIPMENTS.c.job_id, func.coalesce(ROWS.c.sheet_row, SHIPMENTS.c.primary_row).label("sheet_row"))
    .join(PACKAGES, PACKAGES.c.shipment_id == SHIPMENTS.c.id)
    .outerjoin(ROWS, (ROWS.c.job_id == SHIPMENTS.c.job_id) & (ROWS.c.row_number == SHIPMENTS.c.primary_row))
    .where(PACKAGES.c.tracking_number == bindparam("number"), SHIPMENTS.c.id != bindparam("shipment"))
    .limit(1)
)


class NumberTaken(Exception):
    """A tracking number that another shipment of the ledger has; `row` is a sheet row of `job_id`."""

    def __init__(self, number: str, job_id: str, row: int) -> None:
        self.number, self.job_id, self.row = number, job_id, row
        self.reason = f"{number} already belongs to row {row} of batch {job_id}"
        super().__init__(self.reason)


def check_numbers(connection: Connection, shipment_id: int, numbers: list[str]) -> None:
    """No other shipment of the ledger has one of these numbers; masked ones are all alike.

    Raises:
        NumberTaken: one has.
    """
    for number in numbers:
        holder = connection.execute(_HOLDER, {"number": number, "shipment": shipment_id}).first()
        if holder is not None and MASK not in number:
            raise NumberTaken(number, holder.job_id, holder.sheet_row)
