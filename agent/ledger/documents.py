"""Own documents of shipments in the ledger: what was approved, and under which id UPS has it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from agent.ledger import audit
from agent.ledger.tables import Document, Shipment, now, table_of

DOCUMENTS, SHIPMENTS = table_of(Document), table_of(Shipment)


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """One document of a shipment."""

    id: int
    name: str
    document_type: str
    sha256: str
    path: str
    document_id: str | None
    """None before it was uploaded."""


@dataclass(frozen=True, slots=True)
class ShipmentDocuments:
    """Those of one plan's shipment."""

    account_number: str
    row_number: int
    documents: tuple[KeptDocument, ...]
    as_approved: bool
    """Whether plan and ledger name the same contents."""


def plan(connection: Connection, shipment_id: int, documents: Sequence[dict[str, Any]]) -> None:
    """Write down what a shipment that was approved goes with; nothing is uploaded yet."""
    rows = [
        {
            "shipment_id": shipment_id,
            "position": position,
            "name": document["name"],
            "document_type": document["document_type"],
            "sha256": document["sha256"],
        }
        for position, document in enumerate(documents)
    ]
    if rows:
        connection.execute(insert(DOCUMENTS), rows)


def plan_again(connection: Connection, shipment_id: int, planned: str | None) -> None:
    """A new attempt of the same plan uploads its documents anew."""
    plan(connection, shipment_id, json.loads(planned or "{}").get("documents", ()))


def shipments_with_documents(connection: Connection, job_id: str) -> frozenset[int]:
    """The pending shipments of a job that have some."""
    query = select(DOCUMENTS.c.shipment_id).join(SHIPMENTS, SHIPMENTS.c.id == DOCUMENTS.c.shipment_id).distinct()
    return frozenset(connection.scalars(query.where(SHIPMENTS.c.job_id == job_id, SHIPMENTS.c.state == "pending")))


def documents_of(connection: Connection, shipment_id: int) -> ShipmentDocuments:
    """What the plan of one shipment goes with, and what UPS has of it."""
    shipment = connection.execute(
        select(SHIPMENTS.c.planned, SHIPMENTS.c.primary_row).where(SHIPMENTS.c.id == shipment_id)
    ).one()
    planned = json.loads(shipment.planned)
    query = select(DOCUMENTS).where(DOCUMENTS.c.shipment_id == shipment_id, DOCUMENTS.c.attached_at.is_(None))
    rows = connection.execute(query.order_by(DOCUMENTS.c.position)).all()
    approved = [(one["sha256"], one["document_type"]) for one in planned["documents"]]
    kept = [
        KeptDocument(row.id, row.name, row.document_type, row.sha256, document["path"], row.document_id)
        for row, document in zip(rows, planned["documents"], strict=False)
    ]
    as_approved = approved == [(row.sha256, row.document_type) for row in rows]
    account = planned["payload"]["shipper"]["account_number"]
    return ShipmentDocuments(account, shipment.primary_row, tuple(kept), as_approved=as_approved)


def uploaded(connection: Connection, document: KeptDocument, document_id: str, job_id: str, row_number: int) -> None:
    """UPS has it under this id."""
    of_it = update(DOCUMENTS).where(DOCUMENTS.c.id == document.id)
    connection.execute(of_it.values(document_id=document_id, uploaded_at=now()))
    facts = {"file": document.name, "sha256": document.sha256, "document_id": document_id}
    audit.append(connection, "document_uploaded", job_id, row_number, **facts)


def attached(connection: Connection, shipment_id: int, document: dict[str, Any], document_id: str) -> None:
    """A shipment that was made has got one that the person named by words."""
    shipment = connection.execute(select(SHIPMENTS).where(SHIPMENTS.c.id == shipment_id)).one()
    last = connection.scalar(select(func.max(DOCUMENTS.c.position)).where(DOCUMENTS.c.shipment_id == shipment_id))
    values = {name: document[name] for name in ("name", "document_type", "sha256")}
    values |= {"shipment_id": shipment_id, "position": 0 if last is None else last + 1, "document_id": document_id}
    connection.execute(insert(DOCUMENTS).values(**values, uploaded_at=now(), attached_at=now()))
    facts = {"file": document["name"], "sha256": document["sha256"], "document_id": document_id}
    audit.append(connection, "document_attached", shipment.job_id, shipment.primary_row, **facts)
