"""Who holds an identity is asked before every request: an index of its own, because SQLite does not use the partial one
for states that are bound as parameters."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("shipments_of_an_identity", "shipments", ["identity", "generation"])
