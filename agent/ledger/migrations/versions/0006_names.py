"""Columns get the names that their readers use; two that nothing ever filled go.

Indexes and constraints follow a renamed column.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

RENAMED = (
    ("batch_jobs", "stem", "reference_prefix"),
    ("batch_jobs", "wanted", "requested_action"),
    ("batch_jobs", "quarantined", "needs_restore_check"),
    ("shipments", "lead_row", "primary_row"),
    ("shipments", "carriers", "request_holders"),
)
UNUSED = (("outbox", "tries"), ("outbox", "trouble"))


def upgrade() -> None:
    for table, before, after in RENAMED:
        op.alter_column(table, before, new_column_name=after)
    for table, column in UNUSED:
        op.drop_column(table, column)
