"""Stations that share a ledger: their workers, the rows that each has taken, and the pace of all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("shipments", sa.Column("worker_id", NUMBER, nullable=True))
    op.add_column("shipments", sa.Column("sent_until", sa.Double(), nullable=True))
    op.create_table(
        "workers",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("last_shipment", NUMBER, nullable=False),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("lease_until", sa.Float(), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
    )
    at_work = sa.text("ended_at IS NULL")
    op.create_index("workers_at_work", "workers", ["job_id"], sqlite_where=at_work, postgresql_where=at_work)
    op.create_table(
        "pace",
        sa.Column("account", sa.Text(), primary_key=True, nullable=False),
        sa.Column("free_from", sa.Float(), nullable=False),
        sa.Column("not_before", sa.Float(), nullable=False),
    )
