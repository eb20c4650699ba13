"""Own documents for customs: which a shipment goes with, and under which id UPS has them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shipment_id", sa.Integer(), sa.ForeignKey("shipments.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document_type", sa.String(3), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document_id", sa.String(26), nullable=True),
        sa.Column("uploaded_at", sa.String(32), nullable=True),
        sa.Column("attached_at", sa.String(32), nullable=True),
        sa.UniqueConstraint("shipment_id", "position", name="a_document_once_per_shipment"),
    )
