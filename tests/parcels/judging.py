"""What must hold at every moment of a shop's life. Only here labels and real parcels meet."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from agent.cli.exits import Exit
from tests.parcels.shop import Shop, Turn, kind_of

TOLERATED_CENTS = 110
"""What a quote of 1000 cents tolerates (10 % or $1)."""


def one_label_each(shop: Shop) -> list[str]:
    """At most one open label for each real parcel, beyond those that a person typed or gave up."""
    found = []
    counted = Counter(
        kind_of(label) for label in shop.carrier.records if not label.voided and label.reference not in shop.given_up
    )
    for kind, labels in counted.items():
        parcels = len(shop.parcels.of_kind(kind))
        if labels > parcels + shop.allowed[kind]:
            numbers = [label.tracking_number for label in shop.carrier.records if kind_of(label) == kind]
            found.append(f"TWICE {labels} open labels for {parcels} parcels of {kind} lb ({', '.join(numbers)})")
    return found


def as_approved(shop: Shop) -> list[str]:
    """A label goes where a person saw it go, with the packages that the order has."""
    found = []
    for label in shop.carrier.records:
        kind, to = kind_of(label), label.payload["ship_to"]
        street = str(to["address"]["lines"][0])
        if (kind, to["name"], street) not in shop.shown:
            found.append(f"UNAPPROVED {label.tracking_number} goes to {to['name']}, {street} ({kind} lb)")
        parcels = shop.parcels.of_kind(kind)
        if parcels and len(label.numbers) != parcels[0].packages:
            found.append(f"UNAPPROVED {label.tracking_number} has {len(label.numbers)} packages")
    return found


def strangers_untouched(shop: Shop) -> list[str]:
    """Nothing is voided that this shop did not buy."""
    return [f"STRANGER {label.tracking_number} was voided" for label in shop.carrier.strangers if label.voided]


def cells_kept(shop: Shop) -> list[str]:
    """What a person typed stays."""
    return [f"CELL {lost}" for lost in shop.sheet.lost_typing()]


def believed(shop: Shop) -> list[str]:
    """What the ledger calls created or completed is what the carrier made for that reference."""
    numbers = {label.reference: set(label.numbers) for label in shop.carrier.records}
    adopted = {
        json.loads(details)["reference"]
        for (details,) in shop.query("SELECT details FROM audit WHERE event = 'created'")
        if json.loads(details)["proof"].startswith("adopted")
    }
    found = []
    rows = shop.query(
        "SELECT reference, tracking_number FROM shipments JOIN packages ON shipment_id = shipments.id"
        " WHERE state IN ('created', 'completed', 'voiding')"
    )
    for reference, number in rows:
        if reference not in adopted and number not in numbers.get(reference, set()):
            found.append(f"BELIEVED {reference} is taken for {number}, which is not its number")
    for charge, reference in shop.query("SELECT charge_cents, reference FROM shipments WHERE charge_cents < 0"):
        found.append(f"BELIEVED {reference} cost {charge} cents")
    return found


def told_truly(turn: Turn, typed: Counter[Decimal], rows: Counter[Decimal]) -> list[str]:
    """Exit code and JSON against what the carrier made meanwhile.

    `typed`: kind -> cells in which a person's number stood at the yes; `rows`: kind -> rows of the sheet.
    """
    found = []
    made = Counter(kind_of(label) for label in turn.made)
    for kind, count in made.items():
        if typed[kind] and count > max(0, rows[kind] - typed[kind]):
            found.append(f"TYPED a parcel of {kind} lb was bought although its cell held a number")
    if turn.died:
        return found
    told: dict[str, Any] = turn.told
    numbers = {number for item in told.get("tracking") or [] for number in item["tracking_numbers"]}
    doubts = {item["reference"] for item in told.get("in_doubt") or []}
    for label in turn.made:
        if "tracking" in told and label.tracking_number not in numbers and label.reference not in doubts:
            found.append(f"TOLD nothing of {label.tracking_number} (exit {turn.code}, {told.get('status')})")
    nameless = told.get("status") == "refused" or not (told.get("job_id") or "tracking" not in told)
    if turn.made and turn.code in {Exit.ERROR, Exit.NEEDS_INPUT} and nameless:
        found.append(f"TOLD exit {turn.code}, {told.get('status')}, although {len(turn.made)} labels were made")
    if turn.code == Exit.DONE and told.get("status") == "completed":
        counts = told["rows"]
        if any(counts[word] for word in ("failed", "in_doubt", "pending")):
            found.append(f"TOLD exit 0 with {counts}")
    return found


def cells(shop: Shop) -> tuple[Counter[Decimal], Counter[Decimal]]:
    """Kinds of parcels whose cell holds a number that a person typed, and of all rows of the sheet."""
    typed = Counter(parcel.kind for parcel in shop.sheet.parcels if parcel.truth in shop.sheet.typed)
    return typed, Counter(parcel.kind for parcel in shop.sheet.parcels)


def within(turn: Turn, cap_cents: int) -> list[str]:
    """What one run bought, surprises of the carrier left out, is within what it was allowed."""
    spent = sum(min(label.charge_cents, 1000 + TOLERATED_CENTS) for label in turn.made if not label.voided)
    most = cap_cents + TOLERATED_CENTS * len(turn.made)
    return [f"BUDGET {spent} cents were spent of {cap_cents}"] if spent > most else []


def at_rest(shop: Shop) -> list[str]:
    """When the faults are off and recovery has run: every label is known, nothing is under way."""
    if shop.restored:
        # What was bought after the copy is not in its ledger: only that it is not bought again can be asked.
        return []
    known = {row[0] for row in shop.query("SELECT tracking_number FROM packages")}
    states = dict(shop.query("SELECT reference, state FROM shipments"))
    watched = {row[0] for row in shop.query("SELECT reference FROM shipments WHERE unproven")}
    found = []
    for label in shop.carrier.records:
        state = states.get(label.reference)
        if label.tracking_number in known or label.reference in watched or state in {"in_doubt", "voided", "voiding"}:
            continue
        found.append(f"ORPHAN {label.tracking_number} is at the carrier; its row is {state}")
    return found + [f"STUCK {name} is submitting" for name, state in states.items() if state == "submitting"]


def now(shop: Shop) -> list[str]:
    """All that must hold at any moment."""
    return [
        *shop.carrier.violations,
        *one_label_each(shop),
        *as_approved(shop),
        *strangers_untouched(shop),
        *cells_kept(shop),
        *believed(shop),
    ]
