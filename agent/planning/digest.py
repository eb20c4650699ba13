"""The digest that binds an approval to a plan: SHA-256 over the canonical JSON of all of it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from agent.planning.model import Plan, PlannedShipment


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, numbers as JSON writes them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


_FIELDS = tuple(field.name for field in fields(PlannedShipment))


def shipment_text(shipment: PlannedShipment) -> str:
    """A planned shipment as the ledger stores it."""
    # Not `asdict`: it copies every payload, which costs ten times as much as writing it.
    return canonical({name: getattr(shipment, name) for name in _FIELDS})


def header_text(plan: Plan) -> str:
    """Everything of a plan but its shipments."""
    header = asdict(replace(plan, shipments=()))
    del header["shipments"]
    return canonical(header)


def combined(header: str, shipments: Iterable[str]) -> str:
    """The digest from the stored texts, so that a stored plan can be checked without being rebuilt."""
    sha = hashlib.sha256(header.encode())
    for text in shipments:
        sha.update(hashlib.sha256(text.encode()).digest())
    return sha.hexdigest()


def plan_digest(plan: Plan) -> str:
    """What the person's approval names."""
    return combined(header_text(plan), [shipment_text(shipment) for shipment in plan.shipments])
