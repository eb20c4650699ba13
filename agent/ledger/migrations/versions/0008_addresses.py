"""What UPS said of addresses, and a person to that."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "address_checks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("home", sa.Boolean(), nullable=True),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.String(32), nullable=False),
        sa.Column("decision", sa.String(12), nullable=True),
        sa.Column("decided_at", sa.String(32), nullable=True),
        sa.UniqueConstraint("environment", "address_key", name="an_address_once_per_environment"),
    )
