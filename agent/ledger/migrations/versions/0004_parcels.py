"""Identities of the parcel instead of the text: `#1001` and `001001` are `1001`, and rows without an order number are
known by what was sent.

Old ones are worked out again from what is stored; where that was purged, the row's checksum stays to compare with.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic import op

from agent.ledger import audit
from agent.ledger.states import HOLDING
from agent.planning.identity import Destination, content_key, destination_of, nth, without_count
from agent.shipping.orders import canonical_number

revision = "0004"
down_revision = "0002"

_OF_A_ROW = re.compile(r"([0-9a-f]{64})#(\d+)")
_OF_A_PARCEL = re.compile(r"(.+)#(\d+)")
_RENAME = sa.text(
    "UPDATE shipments SET identity = :identity, order_key = :order_key, content_key = :content_key, row_key = :row_key"
    " WHERE id = :id"
)
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


@dataclass(frozen=True, slots=True)
class Old:
    """A shipment as it was, with its new name and keys, and where it goes."""

    id: int
    job_id: str
    lead_row: int
    reference: str
    identity: str
    generation: int
    state: str
    name: str
    keys: dict[str, str | None]
    destination: Destination | None

    @property
    def slot(self) -> tuple[str, int]:
        return self.name, self.generation


def _name_again(connection: sa.Connection) -> None:
    known = (
        "SELECT s.id, s.job_id, s.lead_row, s.reference, s.identity, s.generation, s.state, s.planned, r.row_checksum"
        " FROM shipments s LEFT JOIN job_rows r ON r.shipment_id = s.id AND r.row_number = s.lead_row ORDER BY s.id"
    )
    # One by one: the plans of a large ledger do not fit into memory together.
    shipments = [_named(row) for row in connection.execute(sa.text(known).execution_options(yield_per=500))]
    identities, twice = _one_each(shipments)
    for one in shipments:
        connection.execute(_RENAME, {"id": one.id, "identity": identities[one.id], **one.keys})
    references = [one.reference for one in twice]
    if shipments:
        audit.append(connection, "identities_renamed", shipments=len(shipments), same_parcel_twice=references)
    for one in twice:
        _stop(connection, one)
    if twice:
        fact = {"key": "same_parcel_twice", "value": json.dumps(references)}
        connection.execute(sa.text("INSERT INTO ledger (key, value) VALUES (:key, :value)"), fact)


def _one_each(shipments: list[Old]) -> tuple[dict[int, str], list[Old]]:
    """An identity for each shipment, none of them open twice; and those of orders that have an open one already.

    What was not sent yet gives way. Rows without an order number that send the same are counted, and so are orders of
    two shops with one number.
    """
    identities = {one.id: one.name for one in shipments}
    groups: dict[tuple[str, int], list[Old]] = {}
    for one in shipments:
        if one.state in HOLDING:
            groups.setdefault(one.slot, []).append(one)
    taken: set[tuple[str, int]] = set(groups)
    twice = []
    for (name, generation), same in groups.items():
        first, *others = sorted(same, key=lambda one: (one.state == "pending", one.identity != name, one.id))
        for one in others:
            again = one.keys["order_key"] is not None and not _clearly_other(first.destination, one.destination)
            twice += [one] if again else []
            identity, count = one.identity, 2
            while (identity, generation) in taken or (identity == one.identity and not again):
                identity, count = nth(without_count(name), count), count + 1
            taken.add((identity, generation))
            identities[one.id] = identity
    return identities, twice


def _clearly_other(to: Destination | None, there: Destination | None) -> bool:
    """Whether two shipments go to other people at other addresses."""
    return to is not None and there is not None and not to.names & there.names and to.street != there.street


def _stop(connection: sa.Connection, one: Old) -> None:
    """A second label of a parcel that was approved and not sent yet is not sent any more."""
    if one.state != "pending":
        return
    for statement in (
        "UPDATE shipments SET state = 'skipped' WHERE id = :id",
        "UPDATE job_rows SET status = 'skipped' WHERE shipment_id = :id",
    ):
        connection.execute(sa.text(statement), {"id": one.id})
    audit.append(connection, "skipped", one.job_id, one.lead_row, reference=one.reference)


def _named(row: Any) -> Old:
    environment, _, old = row.identity.partition(":")
    planned = json.loads(row.planned) if row.planned else {}
    payload = planned.get("payload") or {}
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
        "content_key": content_key(payload),
        "row_key": checksum,
    }
    name = keys["order_key"] or keys["content_key"]
    return Old(
        id=row.id,
        job_id=row.job_id,
        lead_row=row.lead_row,
        reference=row.reference,
        identity=row.identity,
        generation=row.generation,
        state=row.state,
        name=f"{environment}:{nth(name, count)}" if name else row.identity,
        keys={column: f"{environment}:{key}" if key else None for column, key in keys.items()},
        destination=destination_of(payload),
    )
