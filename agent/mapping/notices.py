"""E-mail notices of a shipment, to the address of its row: only where words or a cell ask for them."""

from typing import Any

from agent.mapping.instructions import Asked
from agent.mapping.row import RowReader
from agent.shipping.notices import EVENTS

NO_ADDRESS = "no e-mail address in the row: UPS sends no notices"


def add_notices(lead: RowReader, asked: Asked, payload: dict[str, Any]) -> None:
    """Fill in `notify`; a row without an e-mail address goes without, and says so."""
    if not asked.notify:
        return
    email = payload["ship_to"].get("email")
    if not email:
        lead.findings.warn(NO_ADDRESS)
        return
    payload["notify"] = {"on": [event for event in EVENTS if event in asked.notify], "email": email}
