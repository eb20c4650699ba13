"""A number that a person adopted is marked: it can be taken back, and is checked once more before it is voided."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("shipments", sa.Column("adopted", sa.String(length=12), nullable=True))
