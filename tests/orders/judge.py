"""Judges what came of an order file, from the raw file and the truth about its columns alone.

Every row ends *right* (the parcel goes to the person, at the weight, that the file says; or the row stays and it is
said), *asked* (a question, and right after its answer), *refused* (with a code that names the place) or *wrong*.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from tests.orders.truth import LINE, Means, Platform

DEFAULT_WEIGHT: Final = "2 lb"
"""Said by the person where a file has no weights."""
GRAMS: Final = {
    **{"lb": Decimal("453.59237"), "oz": Decimal("28.349523125"), "kg": Decimal(1000), "g": Decimal(1)},
    **{"plain": Decimal("453.59237"), "text": Decimal("453.59237")},
}
STATES: Final = {
    **{"Massachusetts": "MA", "California": "CA", "Colorado": "CO", "Oregon": "OR", "Virginia": "VA"},
    **{"New Jersey": "NJ", "Wisconsin": "WI", "Nevada": "NV", "Texas": "TX", "Illinois": "IL", "Florida": "FL"},
}
CODED: Final = re.compile(r"^E-[123]\d{3} ")
"""How the reason of a row begins that was refused with its place and a remedy."""
GROUND: Final = "03"

Kind = Literal["right", "asked", "refused", "wrong"]
KINDS: Final[tuple[Kind, ...]] = ("right", "asked", "refused", "wrong")


@dataclass(frozen=True, slots=True)
class Expected:
    """What must happen with the rows of one order."""

    rows: tuple[int, ...]
    """Data rows, 1-based."""
    means: Means
    facts: dict[str, Any] = field(default_factory=dict)
    """Of the payload; only for what is ready."""


@dataclass(slots=True)
class Outcome:
    """What the product made of a file, nothing bought."""

    status: str
    shipped: dict[int, dict[str, Any]] = field(default_factory=dict)
    """First data row of each shipment -> its payload."""
    rows: set[int] = field(default_factory=set)
    """All data rows of all shipments."""
    excluded: dict[int, list[str]] = field(default_factory=dict)
    """Data row -> the reasons why it stays."""
    asked: list[str] = field(default_factory=list)
    """Questions that were answered."""
    open_question: str | None = None
    """A question to which nobody has an answer: nothing went on from here."""
    error: dict[str, Any] | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Over the rows of one order."""

    rows: tuple[int, ...]
    kind: Kind
    why: str = ""


def expect(platform: Platform, text: str, headers: list[str] | None = None) -> list[Expected]:
    """By a rule over the raw file. `headers`: the truth's name of each column, in the file's order."""
    names = headers or platform.headers
    records = list(csv.reader(io.StringIO(text), delimiter=platform.delimiter))[1 if platform.header else 0 :]
    rows = [dict(zip(names, record, strict=True)) for record in records]
    orders: dict[str, list[int]] = {}
    key = platform.of("order")
    for number, row in enumerate(rows, start=1):
        orders.setdefault(row[key] if key else str(number), []).append(number)
    return [_expected(platform, numbers, [rows[number - 1] for number in numbers]) for numbers in orders.values()]


def _expected(platform: Platform, numbers: list[int], rows: list[dict[str, str]]) -> Expected:
    lead = rows[0]
    means = {case.means for case in platform.cases if all(lead[header] == cell for header, cell in case.cells.items())}
    assert len(means) == 1, (platform.name, numbers, means)
    (meaning,) = means
    return Expected(tuple(numbers), meaning, _facts(platform, rows) if meaning == "ready" else {})


def _facts(platform: Platform, rows: list[dict[str, str]]) -> dict[str, Any]:
    lead = rows[0]

    def cell(role: str) -> str:
        header = platform.of(f"ship.{role}")
        return lead[header].strip() if header else ""

    person = cell("name") or f"{cell('first')} {cell('last')}".strip()
    company = cell("company")
    street, city, state, code = _place(cell)
    sides = [lead[header] for header in map(platform.of, ("len", "wid", "hei")) if header]
    residential = platform.of("residential")
    return {
        "name": company or person,
        "attention_name": person if company and person != company else None,
        "lines": street,
        "city": city,
        "state": STATES.get(state, state),
        "postal_code": code,
        "country_code": "US",
        "phone": re.sub(r"\D", "", cell("phone")) or None,
        "residential": bool(residential and lead[residential] == "1") or None,
        "references": {lead[header] for role in ("order", "order2") for header in platform.roles.get(role, ())},
        "grams": _grams(platform, rows),
        "sides": sorted(map(int, sides)) or None,
    }


def _place(cell: Any) -> tuple[str, str, str, str]:
    """Street, city, state and ZIP, from their own cells or from the one that holds them."""
    if cell("whole"):
        street, city, state, code = cell("whole").split(",")
        return street, city, state, code
    street = cell("lines") if not cell("line1") else " ".join(filter(None, (cell("line1"), cell("line2"))))
    if cell("citystatezip"):
        city, _, rest = cell("citystatezip").partition(", ")
        state, _, code = rest.partition(" ")
        return street, city, state, code
    return street, cell("city"), cell("state") or cell("statename"), cell("zip")


def _grams(platform: Platform, rows: list[dict[str, str]]) -> Decimal:
    """Of the whole parcel: parts added up, items times their quantity, lines summed."""
    total = Decimal(0)
    for column in platform.columns:
        role = column.role.removeprefix(LINE)
        kind, _, part = role.partition(".")
        if kind not in ("weight", "part"):
            continue
        unit = part.rpartition(".")[2]
        for row in rows if column.of_line else rows[:1]:
            amount = Decimal(row[column.header].split(" ")[0]) * GRAMS[unit]
            total += amount * (_quantity(platform, row) if column.of_line else 1)
    return total or Decimal(DEFAULT_WEIGHT.split(" ")[0]) * GRAMS["lb"]


def _quantity(platform: Platform, row: dict[str, str]) -> int:
    header = platform.of("line.qty")
    return int(row[header]) if header else 1


def judge(expected: list[Expected], outcome: Outcome) -> list[Verdict]:
    """One verdict an order."""
    return [_judge(each, outcome) for each in expected]


def _judge(expected: Expected, outcome: Outcome) -> Verdict:
    rows = expected.rows
    touched = [row for row in rows if row in outcome.rows]
    if outcome.open_question is not None:
        return Verdict(rows, "asked", outcome.open_question)
    if outcome.error is not None:
        coded = re.match(r"E-[123]\d{3}", str(outcome.error["code"])) is not None
        return Verdict(rows, "refused" if coded else "wrong", f"{outcome.error['code']} {outcome.error['message']}")
    reasons = [reason for row in rows for reason in outcome.excluded.get(row, [])]
    if expected.means != "ready":
        if touched:
            return Verdict(rows, "wrong", f"{expected.means}, and shipped")
        # The lines of an order share its reason.
        if not reasons:
            return Verdict(rows, "wrong", f"{expected.means}, and left out without a word")
        return Verdict(rows, "asked" if outcome.asked else "right", "; ".join([*outcome.asked, *reasons]))
    leads = [row for row in rows if row in outcome.shipped]
    if not touched:
        refused = bool(reasons) and all(CODED.match(reason) for reason in reasons)
        return Verdict(rows, "refused" if refused else "wrong", f"ready, and left out: {reasons or 'without a word'}")
    differ = [] if len(leads) == 1 and len(touched) == len(rows) else [f"rows {touched} in {len(leads)} shipments"]
    differ += [line for lead in leads for line in differences(expected.facts, outcome.shipped[lead])]
    if differ:
        return Verdict(rows, "wrong", "; ".join(differ))
    return Verdict(rows, "asked" if outcome.asked else "right", "; ".join(outcome.asked))


def differences(facts: dict[str, Any], payload: dict[str, Any]) -> list[str]:
    """What the payload says otherwise."""
    to, packages = payload["ship_to"], payload["packages"]
    address = to["address"]
    parcel = packages[0]
    size = parcel.get("dimensions")
    found = {
        "name": to.get("name"),
        "attention_name": to.get("attention_name"),
        "lines": _words(" ".join(address["lines"])),
        "city": address.get("city"),
        "state": address.get("state"),
        "postal_code": address.get("postal_code"),
        "country_code": address.get("country_code"),
        "phone": to.get("phone"),
        "residential": address.get("residential"),
        "sides": sorted(int(size[side]) for side in ("length", "width", "height")) if size else None,
    }
    told = [
        f"{name}: {found[name]!r}, not {wanted!r}"
        for name, wanted in (facts | {"lines": _words(facts["lines"])}).items()
        if name in found and found[name] != wanted
    ]
    reference = payload.get("customer_reference")
    if reference is not None and reference not in facts["references"]:
        told.append(f"reference: {reference!r}, not one of {facts['references']}")
    # A weight is rounded up to a tenth, never down.
    exact = facts["grams"] / GRAMS["lb"]
    sent = Decimal(parcel["weight"]["value"])
    if parcel["weight"]["unit"] != "LBS" or not exact - Decimal("0.001") <= sent <= exact + Decimal("0.1"):
        told.append(f"weight: {sent} {parcel['weight']['unit']}, not {exact:.2f} lb")
    surplus = {
        "packages": len(packages) if len(packages) != 1 else None,
        "declared_value": parcel.get("declared_value"),
        "signature": parcel.get("signature"),
        "shipment_date": payload.get("shipment_date"),
        "service_code": payload["service_code"] if payload["service_code"] != GROUND else None,
    }
    return told + [f"{name}: {value!r}, which nobody asked for" for name, value in surplus.items() if value]


def _words(street: str) -> str:
    return re.sub(r"[\s,]+", " ", street).strip()


def count(verdicts: list[Verdict]) -> Counter[str]:
    """Rows by kind."""
    counts = Counter(dict.fromkeys(KINDS, 0))
    for verdict in verdicts:
        counts[verdict.kind] += len(verdict.rows)
    return counts
