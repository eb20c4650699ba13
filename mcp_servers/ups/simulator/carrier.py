"""One practice carrier: its records, its switches, its log; and the shapes all its answers share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from mcp_servers.ups.simulator.events import Events
from mcp_servers.ups.simulator.faults import Fault, Faults
from mcp_servers.ups.simulator.numbers import MASKED
from mcp_servers.ups.simulator.parcels import Json, as_list, at
from mcp_servers.ups.simulator.records import CarrierRecords

SUCCESS = {"ResponseStatus": {"Code": "1", "Description": "Success"}}


@dataclass(slots=True)
class Carrier:
    """What every operation is given."""

    records: CarrierRecords
    faults: Faults
    events: Events = field(default_factory=Events)
    latency_s: float = 0.0
    seed: int = 0
    transactions: "count[int]" = field(default_factory=lambda: count(1))
    last_answer: Json | None = None
    """To the create request before, kept while faults are on: odd answers borrow from it."""

    def strikes(self, name: str, operation: str) -> Fault | None:
        """The fault, if it is on and strikes."""
        return None if self.faults.none else self.faults.strikes(name, operation)

    def response(self, operation: str, context: Any) -> Json:
        """The `Response` part of an answer, echoing the customer's context."""
        answer: Json = dict(SUCCESS)
        if self.strikes("empty-strings", operation):
            return answer | {"TransactionReference": ""}
        identifier = f"simssoa1t{self.seed:04d}{next(self.transactions):09d}"
        reference = {"TransactionIdentifier": identifier}
        if isinstance(context, str) and context:
            reference = {"CustomerContext": context, **reference}
        return answer | {"TransactionReference": reference}

    def listed(self, operation: str, items: list[Any]) -> Any:
        """A list, or what real answers sometimes have in its place: the one object."""
        return items[0] if len(items) == 1 and self.strikes("objects-for-one", operation) else items

    def shown(self, tracking: str, operation: str) -> str:
        """A tracking number as this environment shows it."""
        return MASKED if self.strikes("cie-mask", operation) else tracking

    def is_searchable(self, age_s: float, operation: str) -> bool:
        """Whether a shipment of that age can be found by its reference yet."""
        delay = self.strikes("reference-delay", operation)
        return delay is None or age_s >= float(delay.value or 0)


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any

    @property
    def reference(self) -> str | None:
        """Shipchat's own reference in it (the last slot), for the log of events."""
        shipment = at(self.body, "ShipmentRequest", "Shipment")
        if shipment is None:
            return self.path.get("reference") or at(
                self.body, "LabelRecoveryRequest", "ReferenceValues", "ReferenceNumber", "Value"
            )
        found = references_of(shipment)
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: JSON, or plain text."""

    body: Json | str
    status: int = 200
    retry_after: str | None = None
    """What the header `Retry-After` says."""

    @property
    def content(self) -> bytes:
        """The bytes on the wire."""
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def media_type(self) -> str:
        """JSON, HTML or text."""
        if not isinstance(self.body, str):
            return "application/json"
        return "text/html" if self.body.startswith("<") else "text/plain"


def refusal(code: str, message: str, status: int = 400) -> Reply:
    """UPS's error body."""
    return Reply({"response": {"errors": [{"code": code, "message": message}]}}, status)


def references_of(shipment: Json) -> list[str]:
    """All reference values of a shipment, slots in order: shipment level, then the first package's."""
    packages = as_list(at(shipment, "Package"))
    entries = as_list(at(shipment, "ReferenceNumber")) or as_list(
        at(packages[0], "ReferenceNumber") if packages else None
    )
    return [str(value) for entry in entries if (value := at(entry, "Value"))]


def money(cents: int, currency: str) -> Json:
    """A charge object."""
    return {"CurrencyCode": currency, "MonetaryValue": f"{cents / 100:.2f}"}
