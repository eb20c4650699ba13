"""The invariants I1-I14 of a batch, judged by the carrier's records, which the agent cannot write."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from agent.ledger import store
from agent.ledger.audit import AuditService
from agent.ledger.place import Place
from tests.faults.carrier import Label
from tests.faults.world import World
from tests.ledgers import asked

STATE_AFTER = {
    "intent": "submitting",
    "refused": "pending",
    "created": "created",
    "completed": "completed",
    "failed": "failed",
    "in_doubt": "in_doubt",
    "suspected": "in_doubt",
    "released": "released",
    "closed": "closed",
    "skipped": "skipped",
    "voiding": "voiding",
    "voided": "voided",
}
GIVEN_UP = {"released", "closed"}
ENDED = {"completed", "failed", "released", "closed", "skipped", "voided"}


@dataclass(frozen=True)
class Evidence:
    """What is judged: the carrier's side, the sheet, and the ledger's file."""

    ledger_place: Place
    records: list[Label]
    cells: dict[int, str]
    """Data row -> the tracking numbers that its cell holds."""
    misfit: Callable[[Label], str | None]
    """Why a label is not one of those that a person approved."""
    findable: Callable[[Label], bool]
    """Whether a look-up by reference shows it now."""
    reships: int = 0
    secrets: tuple[str, ...] = ()
    """Texts that the audit log must not hold."""


def judge(world: World, *, recovered: bool = True) -> list[str]:
    """What is broken in a world; empty when all invariants hold."""
    shipments = [shipment for plan in world.plans for shipment in plan.shipments]
    orders, payloads = {item.order_number or "" for item in shipments}, [item.payload for item in shipments]

    def misfit(label: Label) -> str | None:
        if label.order not in orders:
            return f"{label.order} was not approved"
        return None if label.payload in payloads else f"{label.reference} is not what was approved"

    evidence = Evidence(
        world.ledger_place,
        world.carrier.records,
        world.sheet.cells,
        misfit,
        lambda label: label.visible or label.reference in world.carrier.spool,
        sum(plan.reship for plan in world.plans),
        ("14 Juniper Court", "Person A", 'SIMSIM"'),
    )
    return [*world.carrier.violations, *verdict(evidence, recovered=recovered)]


def verdict(evidence: Evidence, *, recovered: bool = True) -> list[str]:
    """What is broken. `recovered` = faults are off and recovery has run."""
    facts = _Facts(evidence)
    found = [*_i1(facts), *_i2(facts), *_i5(facts), *_i6(facts), *_i8_i10(facts), *_i12(facts), *_i14(facts)]
    if recovered:
        found += [*_i3(facts), *_i7(facts), *_i13(facts)]
    return found


class _Facts:
    """Both sides, read once."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.records = evidence.records
        place = evidence.ledger_place
        self.shipments = asked(place, "SELECT * FROM shipments ORDER BY id")
        self.jobs = asked(place, "SELECT * FROM batch_jobs")
        self.rows = asked(place, "SELECT * FROM job_rows ORDER BY id")
        self.packages = asked(place, "SELECT * FROM packages ORDER BY id")
        self.audit = asked(place, "SELECT * FROM audit ORDER BY seq")
        self.by_reference = {shipment["reference"]: shipment for shipment in self.shipments}

    def details(self, event: str) -> list[dict[str, Any]]:
        return [json.loads(entry["details"]) for entry in self.audit if entry["event"] == event]


def _i1(facts: _Facts) -> list[str]:
    references = Counter(label.reference for label in facts.records)
    found = [f"I1 {count} shipments carry {name}" for name, count in references.items() if count > 1]
    given_up = {details["reference"] for details in facts.details("released")}
    orders = Counter(label.order for label in facts.records if not label.voided and label.reference not in given_up)
    most = 1 + facts.evidence.reships
    return found + [f"I1 order {order} has {count} open labels" for order, count in orders.items() if count > most]


def _i2(facts: _Facts) -> list[str]:
    by_person = {details["new_reference"] for details in facts.details("released")}
    by_person |= {name for details in facts.details("amended") for name in details["references"]}
    risen = [shipment["reference"] for shipment in facts.shipments if shipment["attempt"] > 1]
    return [f"I2 attempt of {name} rose by itself" for name in risen if name not in by_person]


def _i3(facts: _Facts) -> list[str]:
    found = []
    held = {package["tracking_number"] for package in facts.packages}
    for label in facts.records:
        shipment = facts.by_reference.get(label.reference)
        if shipment is None:
            found.append(f"I3 {label.tracking_number} is an orphan")
        elif shipment["unproven"] or label.tracking_number in held or (label.voided and shipment["state"] in GIVEN_UP):
            continue
        elif shipment["state"] not in {"created", "completed", "voiding", "voided"} and facts.evidence.findable(label):
            found.append(f"I3 {label.tracking_number} exists, its row is {shipment['state']}")
    return found


def _i5(facts: _Facts) -> list[str]:
    found = [f"I5 {reason}" for label in facts.records if (reason := facts.evidence.misfit(label))]
    for job in facts.jobs:
        if job["reference_prefix"] is None:
            continue
        mine = [shipment for shipment in facts.shipments if shipment["job_id"] == job["id"]]
        held = [s for s in mine if s["state"] in {"submitting", "in_doubt"} or s["unproven"]]
        reserved = sum(shipment["quote_cents"] or 0 for shipment in held)
        bought = {"created", "completed", "voiding"}
        spent = sum(shipment["charge_cents"] or 0 for shipment in mine if shipment["state"] in bought)
        if (reserved, spent) != (job["reserved_cents"], job["spent_cents"]):
            found.append(f"I5 counters {job['reserved_cents']}+{job['spent_cents']} are not {reserved}+{spent}")
        surprises = sum(
            max(0, (s["charge_cents"] or 0) - (s["quote_cents"] or 0)) for s in mine if s["state"] in bought
        )
        if job["budget_cents"] is not None and reserved + spent - surprises > job["budget_cents"]:
            found.append(f"I5 {reserved + spent} cents exceed the budget of {job['budget_cents']}")
    return found


def _i6(facts: _Facts) -> list[str]:
    found = []
    for shipment in facts.shipments:
        if shipment["state"] != "completed":
            continue
        parts = [package for package in facts.packages if package["shipment_id"] == shipment["id"]]
        if not parts or shipment["charge_cents"] is None:
            found.append(f"I6 {shipment['reference']} is completed without number or charge")
        for part in parts:
            path = Path(part["label_path"] or "/nowhere")
            whole = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == part["label_sha256"]
            if not whole:
                found.append(f"I6 the label of {shipment['reference']} is not on disk")
    return found


def _i7(facts: _Facts) -> list[str]:
    known: dict[int, str] = {}
    for row in facts.rows:
        if row["status"] in {"completed", "created", "voiding"} and row["tracking_number"]:
            known[row["row_number"]] = row["tracking_number"]
    strange = [f"I7 cell {n} holds {value}" for n, value in facts.evidence.cells.items() if known.get(n) != value]
    missing = [f"I7 cell {n} lacks {value}" for n, value in known.items() if n not in facts.evidence.cells]
    return strange + missing


def _i8_i10(facts: _Facts) -> list[str]:
    numbers = {(label.reference, number) for label in facts.records for number in label.numbers}
    adopted = {details["reference"] for details in facts.details("created") if details["proof"].startswith("adopted")}
    found = []
    for shipment in facts.shipments:
        mine = [package["tracking_number"] for package in facts.packages if package["shipment_id"] == shipment["id"]]
        if shipment["reference"] not in adopted:
            wrong = [number for number in mine if (shipment["reference"], number) not in numbers]
            found += [f"I8 {shipment['reference']} has {number}, the records do not" for number in wrong]
        if shipment["state"] in {"failed", "pending", "skipped"}:
            made = [label.tracking_number for label in facts.records if label.reference == shipment["reference"]]
            found += [f"I10 {shipment['reference']} is {shipment['state']} and has {number}" for number in made]
    return found


def _i12(facts: _Facts) -> list[str]:
    engine = store.engine_of(facts.evidence.ledger_place, "session")
    with Session(engine) as session:
        found = [f"I12 {fault}" for fault in AuditService(session).verify()]
    engine.dispose()
    replayed = {shipment["reference"]: "pending" for shipment in facts.shipments}
    for entry in facts.audit:
        details = json.loads(entry["details"])
        if entry["event"] in STATE_AFTER:
            replayed[details["reference"]] = STATE_AFTER[entry["event"]]
        elif entry["event"] == "void_refused":
            replayed[details["reference"]] = details["to"]
    wrong = [name for name, state in replayed.items() if facts.by_reference[name]["state"] != state]
    return found + [f"I12 {name} replays to {replayed[name]}" for name in wrong]


def _i13(facts: _Facts) -> list[str]:
    found = []
    for shipment in facts.shipments:
        if shipment["state"] == "submitting":
            found.append(f"I13 {shipment['reference']} is still submitting")
    for job in facts.jobs:
        states = {s["state"] for s in facts.shipments if s["job_id"] == job["id"]}
        if job["status"] == "running" or (job["status"] == "completed" and states - {"completed", *ENDED}):
            found.append(f"I13 job {job['id']} is {job['status']} with {sorted(states)}")
    return found


def _i14(facts: _Facts) -> list[str]:
    text = " ".join(entry["details"] for entry in facts.audit)
    return [f"I14 the audit log holds {secret!r}" for secret in facts.evidence.secrets if secret in text]
