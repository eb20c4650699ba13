"""The first ledger: jobs, plans, shipments, rows, packages, outbox, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=True),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(op.f("ix_audit_job_id"), "audit", ["job_id"], unique=False)
    op.create_table(
        "batch_jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("original_command", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=True),
        sa.Column("completed_at", sa.String(length=32), nullable=True),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("processed_rows", sa.Integer(), nullable=False),
        sa.Column("successful_rows", sa.Integer(), nullable=False),
        sa.Column("failed_rows", sa.Integer(), nullable=False),
        sa.Column("total_cost_cents", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=16), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("environment", sa.String(length=16), nullable=True),
        sa.Column("stem", sa.String(length=10), nullable=True),
        sa.Column("budget_cents", sa.Integer(), nullable=True),
        sa.Column("spent_cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved_cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("wanted", sa.String(length=12), nullable=True),
        sa.Column("quarantined", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("sheet_text", sa.Text(), nullable=True),
        sa.Column("deleted_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("stem"),
    )
    op.create_index(op.f("ix_batch_jobs_status"), "batch_jobs", ["status"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("shipped_at", sa.String(length=32), nullable=False),
        sa.Column("row_checksum", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="pending", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("went_to", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["batch_jobs.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_of_a_job", "outbox", ["job_id", "state", "id"], unique=False)
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("header", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["batch_jobs.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_plans_job_id"), "plans", ["job_id"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=18), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lead_row", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("planned", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("quote_cents", sa.Integer(), nullable=True),
        sa.Column("charge_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("charge_is_quote", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("shipment_number", sa.String(length=35), nullable=True),
        sa.Column("intent_at", sa.String(length=32), nullable=True),
        sa.Column("not_after", sa.Double(), nullable=True),
        sa.Column("boot_id", sa.String(length=36), nullable=True),
        sa.Column("carriers", sa.Text(), nullable=True),
        sa.Column("sends", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lookups", sa.Integer(), server_default="0", nullable=False),
        sa.Column("looked_up_at", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("settled_at", sa.String(length=32), nullable=True),
        sa.Column("unproven", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("alarm", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["batch_jobs.id"],
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["plans.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index(
        "one_open_shipment_per_identity",
        "shipments",
        ["identity", "generation"],
        unique=True,
        sqlite_where=sa.text("state in ('pending', 'submitting', 'in_doubt', 'created', 'completed', 'voiding')"),
        postgresql_where=sa.text("state in ('pending', 'submitting', 'in_doubt', 'created', 'completed', 'voiding')"),
    )
    op.create_index("shipments_of_a_job", "shipments", ["job_id", "state", "id"], unique=False)
    op.create_index(
        "shipments_unsettled",
        "shipments",
        ["state"],
        unique=False,
        sqlite_where=sa.text("state in ('submitting', 'in_doubt', 'created')"),
    )
    op.create_index("shipments_watched", "shipments", ["unproven"], unique=False, sqlite_where=sa.text("unproven"))
    op.create_table(
        "job_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("row_checksum", sa.Text(), nullable=False),
        sa.Column("sheet_row", sa.Integer(), nullable=True),
        sa.Column("shipment_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("label_path", sa.Text(), nullable=True),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(length=16), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=True),
        sa.Column("processed_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["batch_jobs.id"],
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("job_id", "row_number", name="a_row_once_per_job"),
    )
    op.create_index(op.f("ix_job_rows_shipment_id"), "job_rows", ["shipment_id"], unique=False)
    op.create_index("rows_of_a_job", "job_rows", ["job_id", "status", "row_number"], unique=False)
    op.create_table(
        "packages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("label_path", sa.Text(), nullable=True),
        sa.Column("label_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["shipment_id"],
            ["shipments.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_packages_shipment_id"), "packages", ["shipment_id"], unique=False)
    op.create_index(op.f("ix_packages_tracking_number"), "packages", ["tracking_number"], unique=False)
