"""What stands ready for a driver: the shipments of a day that were bought and not voided, as they were planned."""

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from agent.ledger.days import beginning
from agent.ledger.tables import Shipment, table_of

SHIPMENTS = table_of(Shipment)


def waiting(connection: Connection, environment: str, day: date) -> list[dict[str, Any]]:
    """The payloads of the labels that were bought on a day of this machine and stand."""
    start, end = beginning(day), beginning(day + timedelta(days=1))
    query = (
        select(SHIPMENTS.c.planned)
        .where(SHIPMENTS.c.state.in_(("created", "completed")), SHIPMENTS.c.planned.is_not(None))
        .where(SHIPMENTS.c.intent_at >= start, SHIPMENTS.c.intent_at < end)
        .where(SHIPMENTS.c.identity.startswith(f"{environment}:", autoescape=True))
        .order_by(SHIPMENTS.c.id)
    )
    return [json.loads(planned)["payload"] for planned in connection.scalars(query)]
