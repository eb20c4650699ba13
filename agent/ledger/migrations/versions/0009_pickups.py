"""Pickups that were asked of UPS: the intent before each request, its number and price after it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "pickups",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("place_key", sa.String(64), nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("ready", sa.String(4), nullable=False),
        sa.Column("close", sa.String(4), nullable=False),
        sa.Column("reference", sa.String(35), nullable=False, unique=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("prn", sa.String(11), nullable=True),
        sa.Column("quote_cents", sa.Integer(), nullable=True),
        sa.Column("charge_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("intent_at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
    )
    held = sa.text("state in ('asking', 'booked', 'cancelling')")
    op.create_index(
        "one_pickup_per_place_and_day",
        "pickups",
        ["environment", "place_key", "day"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
