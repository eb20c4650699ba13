"""The shipments of a day, as the ledger knows them, for the summary at its end."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from agent.batch.approval.approving import currency_of
from agent.labels.paper import Shipped
from agent.ledger.days import beginning
from agent.ledger.tables import Package, Shipment, table_of
from agent.shipping.services import LABELS

SHIPMENTS, PACKAGES = table_of(Shipment), table_of(Package)
_MADE = ("created", "completed", "voiding", "voided")


def shipped_on(connection: Connection, day: date, environment: str) -> list[Shipped]:
    """What was bought on a local day and stands, and what was voided on it. Other environments never count."""
    start, end = beginning(day), beginning(day + timedelta(days=1))
    bought = (SHIPMENTS.c.state != "voided") & (SHIPMENTS.c.intent_at >= start) & (SHIPMENTS.c.intent_at < end)
    voided = (SHIPMENTS.c.state == "voided") & (SHIPMENTS.c.settled_at >= start) & (SHIPMENTS.c.settled_at < end)
    packages = select(PACKAGES.c.shipment_id, func.count().label("packages")).group_by(PACKAGES.c.shipment_id)
    counted = packages.subquery()
    query = (
        select(SHIPMENTS, counted.c.packages)
        .join(counted, counted.c.shipment_id == SHIPMENTS.c.id)
        .where(SHIPMENTS.c.state.in_(_MADE), SHIPMENTS.c.identity.startswith(f"{environment}:", autoescape=True))
        .where(or_(bought, voided))
        .order_by(SHIPMENTS.c.id)
    )
    return [_shipped(connection, row) for row in connection.execute(query)]


def _shipped(connection: Connection, row: Any) -> Shipped:
    code = json.loads(row.planned)["service_code"] if row.planned else None
    return Shipped(
        service=LABELS.get(code, f"UPS service {code}") if code else "service no longer stored",
        cents=row.charge_cents or 0,
        currency=row.currency or currency_of(connection, row.job_id),
        packages=row.packages,
        voided=row.state == "voided",
    )
