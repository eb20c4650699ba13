"""Named faults: what can go wrong at UPS, switched on one by one, by count or by probability.

Written `NAME[=VALUE][@OPERATION][:COUNT|:PROBABILITY]`, e.g. `lost-answer:1`, `burst-429:0.2`, `slow=0.5@rate`,
`refuse-zip=90210:120802`. A number with a point is a probability.
"""

import asyncio
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mcp_servers.ups.simulator.journey import STAGES

# Name: (what it does, operation it strikes unless told otherwise).
CATALOGUE: dict[str, tuple[str, str]] = {
    "reset": ("drops the connection before anything is booked", "ship"),
    "swallow": ("takes the request, books nothing, never answers", "ship"),
    "hang-before-commit": ("holds the request before it is booked, until released", "ship"),
    "slow-answer": ("holds the answer after it is booked, VALUE seconds or until released", "ship"),
    "lost-answer": ("books, then drops the connection", "ship"),
    "half-answer": ("books, then breaks off in the middle of the answer", "ship"),
    "garbage-200": ("books, then answers 200 with broken JSON", "ship"),
    "html-200": ("books, then answers 200 with a web page", "ship"),
    "timeout-504": ("books, then answers 504", "ship"),
    "html-401": ("answers 401 with a web page, books nothing", "ship"),
    "html-400": ("answers 400 with a web page, books nothing", "ship"),
    "text-503": ("answers 503 'no healthy upstream', books nothing", "ship"),
    "error-500": ("answers 500 with UPS's transient code, books nothing", "ship"),
    "blocked-403": ("answers 403, blocked merchant", "ship"),
    "burst-429": ("answers 429; with a VALUE it says Retry-After: VALUE seconds", "any"),
    "token-expired": ("answers 401 250002 as to an expired token", "any"),
    "token-lifetime": ("hands out tokens that live VALUE seconds", "token"),
    "wrong-credentials": ("knows neither client id nor secret", "token"),
    "slow": ("answers after VALUE seconds", "any"),
    "reference-delay": ("a new shipment is found by its reference only after VALUE seconds", "any"),
    "refuse-zip": ("refuses the postal code in VALUE with the code after the colon", "ship"),
    "cie-mask": ("masks tracking numbers as the test environment does", "any"),
    "price-change": ("charges VALUE percent more than quoted", "ship"),
    "objects-for-one": ("an object where a list of one is documented", "any"),
    "empty-strings": ("\"\" where an object is documented (TransactionReference, Receipt)", "any"),
    "carriage-returns": ("'&#xD;' before values", "void"),
    "old-errors": ("errors in the old Fault shape", "any"),
    "no-paperless": ("the account may not upload documents of its own (9590018)", "paperless"),
    "no-own-rates": ("the account has no rates of its own", "any"),
    "damaged-label": ("a label image that is not base64", "ship"),
    "no-label": ("no label image", "ship"),
    "missing-number": ("the answer lacks the last tracking number", "ship"),
    "half-label": ("a label image that is cut in half", "ship"),
    "swapped-answer": ("gives the answer of the shipment before: its context, numbers, labels and charge", "ship"),
    "foreign-number": ("gives the numbers of the shipment before in an answer of its own", "ship"),
    "other-context": ("echoes the CustomerContext in VALUE, or one of nobody", "ship"),
    "no-context": ("does not echo the CustomerContext", "ship"),
    "short-number": ("gives 12345 as tracking number", "ship"),
    "wrong-check-digit": ("gives tracking numbers with a wrong check digit", "ship"),
    "extra-package": ("gives one package more than was asked for", "ship"),
    "charge": ("gives VALUE as the charge, e.g. charge=-5000.00, charge=NaN or charge=1,234.50", "ship"),
    "currency": ("gives charges in the currency in VALUE", "ship"),
    "voided-but-live": ("label recovery says that a live shipment is void", "recover"),
    "partly-voided": ("of a shipment of several packages only the first is voided", "void"),
    "void-in-track": ("tracking says that a live shipment is void", "track"),
    "scan": ("tracking tells the stage in VALUE: on-the-way, out, delivered, exception, delayed or returning", "track"),
    "elsewhere": ("tracking names another destination", "track"),
    "recover-gif": ("label recovery answers GIF whatever was asked", "recover"),
    "track-without-address": ("tracking leaves out address and dates", "track"),
}  # fmt: skip
OPERATIONS = frozenset(
    {"any", "ship", "rate", "void", "recover", "track", "xav", "locator", "transit", "pickup", "paperless", "token"}
)
_NEED_NUMBER = frozenset({"token-lifetime", "slow", "reference-delay", "price-change"})
_NEED_TEXT = frozenset({"charge", "currency"})
_MAY_HAVE_NUMBER = _NEED_NUMBER | {"slow-answer", "hang-before-commit", "swallow", "burst-429"}


@dataclass(slots=True)
class Fault:
    """One fault that is switched on."""

    name: str
    operation: str
    value: str | None = None
    count: int | None = None
    probability: float | None = None
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def as_dict(self) -> dict[str, Any]:
        """For the admin page."""
        return {
            "name": self.name,
            "operation": self.operation,
            "value": self.value,
            "count": self.count,
            "probability": self.probability,
        }


def parse(text: str) -> Fault:
    """Read one fault as written above; ValueError says what is wrong."""
    head, _, tail = text.partition(":")
    if head.startswith("refuse-zip="):
        code, _, tail = tail.partition(":")
        head = f"{head}:{code}"
    named, _, operation = head.partition("@")
    name, _, value = named.partition("=")
    return make(
        name,
        value=value or None,
        operation=operation or None,
        count=int(tail) if tail and "." not in tail else None,
        probability=float(tail) if "." in tail else None,
    )


def make(
    name: str,
    *,
    value: str | None = None,
    operation: str | None = None,
    count: int | None = None,
    probability: float | None = None,
) -> Fault:
    """A fault of the catalogue; ValueError for what would never strike or could not be carried out."""
    if name not in CATALOGUE:
        raise ValueError(f"there is no fault {name!r}; there are {', '.join(sorted(CATALOGUE))}")
    if operation is not None and operation not in OPERATIONS:
        raise ValueError(f"there is no operation {operation!r}; there are {', '.join(sorted(OPERATIONS))}")
    if probability is not None and not 0 <= probability <= 1:
        raise ValueError(f"a probability is from 0.0 to 1.0, not {probability}")
    if name == "refuse-zip" and not (value or "").partition(":")[0]:
        raise ValueError("refuse-zip needs a postal code: refuse-zip=90210:120802")
    if name == "scan" and value not in STAGES:
        raise ValueError(f"scan needs a stage: {', '.join(STAGES)}")
    if name in _NEED_TEXT and not value:
        raise ValueError(f"{name} needs a text: {name}=EUR")
    if (name in _NEED_NUMBER or (name in _MAY_HAVE_NUMBER and value)) and not _is_number(value):
        raise ValueError(f"{name} needs a number: {name}=2")
    return Fault(name, operation or CATALOGUE[name][1], value, count, probability)


def _is_number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False


class Faults:
    """The faults that are on; `strikes` uses one up. The seed makes probabilities repeatable."""

    def __init__(self, faults: list[Fault], seed: int = 0) -> None:
        self._on = list(faults)
        self._random = random.Random(seed)

    def add(self, fault: Fault) -> None:
        """Switch one on."""
        self._on.append(fault)

    def clear(self, name: str | None = None) -> None:
        """Switch off one kind, or all; what was held goes on."""
        for fault in self._on:
            if name in (None, fault.name):
                fault.released.set()
        self._on = [fault for fault in self._on if name not in (None, fault.name)]

    def listed(self) -> list[dict[str, Any]]:
        """What is on."""
        return [fault.as_dict() for fault in self._on]

    def strikes(self, name: str, operation: str, meant: Callable[[Fault], bool] | None = None) -> Fault | None:
        """The fault, if it strikes this time; `meant` says whether a fault is about this request at all."""
        for fault in self._on:
            if fault.name != name or fault.operation not in ("any", operation):
                continue
            if meant is not None and not meant(fault):
                continue
            if fault.probability is not None and self._random.random() >= fault.probability:
                continue
            if fault.count is not None:
                if fault.count == 0:
                    continue
                fault.count -= 1
            return fault
        return None

    @property
    def none(self) -> bool:
        """Whether nothing is on: the usual case, asked first."""
        return not self._on
