"""Identities of the parcel instead of the text: `#1001` and `001001` are `1001`, and rows without an order number are
known by what was sent.

Old ones are worked out again from what is stored; where that was purged, the row's checksum stays to compare with.
"""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from agent.ledger import audit
from agent.ledger.states import HOLDING
from agent.plan.identity import content_key, nth
from agent.shipping.orders import canonical_number

revision = "0004"
down_revision = "0002"

_OF_A_ROW = re.compile(r"([0-9a-f]{64})#(\d+)")
_OF_A_PARCEL = re.compile(r"(.+)#(\d+)")
_HOLDS = f"state in ({', '.join(repr(state) for state in HOLDING)})"


def upgrade() -> None:
    for column in ("order_key", "content_key", "row_key"):
        op.add_column("shipments", sa.Column(column, sa.String(length=200), nullable=True))
    connection = op.get_bind()
    # Put back at the end: on the way, one shipment may take the identity that another is about to leave.
    op.drop_index("one_open_shipment_per_identity", "shipments")
    _name_again(connection)
    op.create_index(
        "one_open_shipment_per_identity",
        "shipments",
        ["identity", "generation"],
        unique=True,
        sqlite_where=sa.text(_HOLDS),
        postgresql_where=sa.text(_HOLDS),
    )
    op.create_index("shipments_of_an_order", "shipments", ["order_key"])
    op.create_index("shipments_of_a_content", "shipments", ["content_key"])
    op.create_index("shipments_of_a_row", "shipments", ["row_key"])


def _name_again(connection: sa.Connection) -> None:
    known = (
        "SELECT s.id, s.reference, s.identity, s.generation, s.state, s.planned, r.row_checksum FROM shipments s"
        " LEFT JOIN job_rows r ON r.shipment_id = s.id AND r.row_number = s.lead_row ORDER BY s.id"
    )
    renamed = [(row, *_named(row)) for row in connection.exec_driver_sql(known).all()]
    holding = {(row.identity, row.generation) for row, new, _ in renamed if _holds(row) and new == row.identity}
    twice = []
    for row, new, keys in renamed:
        identity = new
        if _holds(row) and new != row.identity:
            if (new, row.generation) in holding:
                identity = row.identity
                twice.append(row.reference)
            holding.add((identity, row.generation))
        connection.execute(
            sa.text(
                "UPDATE shipments SET identity = :identity, order_key = :order_key, content_key = :content_key,"
                " row_key = :row_key WHERE id = :id"
            ),
            {"id": row.id, "identity": identity, **keys},
        )
    if renamed:
        audit.append(connection, "identities_renamed", shipments=len(renamed), same_parcel_twice=twice)
    if twice:
        fact = {"key": "same_parcel_twice", "value": json.dumps(twice)}
        connection.execute(sa.text("INSERT INTO ledger (key, value) VALUES (:key, :value)"), fact)


def _holds(row: Any) -> bool:
    return row.state in HOLDING


def _named(row: Any) -> tuple[str, dict[str, str | None]]:
    """(new identity, keys) of a shipment, all with the environment in front."""
    environment, _, old = row.identity.partition(":")
    planned = json.loads(row.planned) if row.planned else {}
    of_row, of_parcel = _OF_A_ROW.fullmatch(old), _OF_A_PARCEL.fullmatch(old)
    order, count = planned.get("order_number"), 1
    checksum = (planned.get("row_checksums") or [row.row_checksum])[0]
    if of_row is not None:
        checksum, count = checksum or of_row[1], int(of_row[2])
    elif order and of_parcel is not None and of_parcel[1] == order:
        count = int(of_parcel[2])
    elif not planned:
        # Of a purged plan only the identity is left: the number, and its parcel where the person had said several.
        order, count = (of_parcel[1], int(of_parcel[2])) if of_parcel is not None else (old, 1)
    keys = {
        "order_key": canonical_number(order) if order else None,
        "content_key": content_key(planned.get("payload") or {}),
        "row_key": checksum,
    }
    name = keys["order_key"] or keys["content_key"]
    identity = f"{environment}:{nth(name, count)}" if name else row.identity
    return identity, {column: f"{environment}:{key}" if key else None for column, key in keys.items()}
