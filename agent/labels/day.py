"""The shipments of a day, as the ledger knows them, for the summary at its end."""

import json
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, or_, select

from agent.batch.approval.approving import currency_of
from agent.labels.paper import Shipped
from agent.ledger.days import beginning
from agent.ledger.tables import Package, Shipment, table_of
from agent.mapping.ship_from import Places, place_of
from agent.shipping.services import LABELS

SHIPMENTS, PACKAGES = table_of(Shipment), table_of(Package)
_MADE = ("created", "completed", "voiding", "voided")


def shipped_on(
    connection: Connection, day: date, environment: str, places: Places = MappingProxyType({})
) -> list[Shipped]:
    """What was bought on a local day and stands, and what was voided on it. Other environments never count."""
    start, end = beginning(day), beginning(day + timedelta(days=1))
    bought = (SHIPMENTS.c.state != "voided") & (SHIPMENTS.c.intent_at >= start) & (SHIPMENTS.c.intent_at < end)
    voided = (SHIPMENTS.c.state == "voided") & (SHIPMENTS.c.settled_at >= start) & (SHIPMENTS.c.settled_at < end)
    counts = SHIPMENTS.c.state.in_(_MADE) & SHIPMENTS.c.identity.startswith(f"{environment}:", autoescape=True)
    query = (
        select(SHIPMENTS, PACKAGES.c.tracking_number)
        .join(PACKAGES, PACKAGES.c.shipment_id == SHIPMENTS.c.id)
        .where(counts, or_(bought, voided))
        .order_by(SHIPMENTS.c.id, PACKAGES.c.position)
    )
    numbers: dict[int, list[str]] = {}
    shipments: dict[int, Any] = {}
    for row in connection.execute(query):
        shipments[row.id] = row
        numbers.setdefault(row.id, []).append(row.tracking_number)
    return [_shipped(connection, row, tuple(numbers[key]), places) for key, row in shipments.items()]


def _shipped(connection: Connection, row: Any, numbers: tuple[str, ...], places: Places) -> Shipped:
    planned = json.loads(row.planned) if row.planned else None
    code = planned["service_code"] if planned else None
    return Shipped(
        service=LABELS.get(code, f"UPS service {code}") if code else "service no longer stored",
        cents=row.charge_cents or 0,
        currency=row.currency or currency_of(connection, row.job_id),
        packages=len(numbers),
        voided=row.state == "voided",
        place=place_of(planned.get("payload", {}), places) if planned else "place no longer stored",
        order_number=(planned or {}).get("order_number") or "",
        tracking_numbers=numbers,
    )
