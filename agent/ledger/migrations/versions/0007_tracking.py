"""Where a parcel is, as UPS last said."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

COLUMNS = (
    ("status_type", sa.String(4)),
    ("status_code", sa.String(4)),
    ("status_words", sa.Text()),
    ("scheduled_on", sa.String(10)),
    ("rescheduled_on", sa.String(10)),
    ("delivered_on", sa.String(10)),
    ("last_scan", sa.Text()),
    ("looked_at", sa.String(32)),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("packages", sa.Column(name, kind, nullable=True))
