"""`audit verify` names what was changed behind the ledger's back: in the log, in the tables, or the ledger as a whole."""

import json
import shutil
import sqlite3
from collections.abc import Callable

import pytest

from agent.batch.recovery.audit_check import findings
from agent.batch.service import BatchService
from agent.ledger import audit
from agent.ledger.store import Ledger
from tests.faults.world import World, plan_of, yes

pytestmark = pytest.mark.ledger_file

Tamper = Callable[[sqlite3.Connection], object]


async def shipped(world: World) -> str:
    """Three rows shipped, one of them void again; a budget; a second batch that failed."""
    plan = plan_of(["A1", "A2", "A3"], budget_cents=10_000)
    world.plans.append(plan)

    async def work(service: BatchService) -> str:
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id)
        await service.void(job_id, [3])
        return job_id

    job_id = str(await world.live(work))
    other = plan_of(["B1"], row_numbers=[9])
    world.carrier.faults = lambda _reference: "refused"
    await world.live(lambda service: _ship(service, other))
    return job_id


async def _ship(service: BatchService, plan: object) -> None:
    await service.execute(await service.approve(plan, yes(plan)))  # type: ignore[arg-type]


def found(world: World) -> list[str]:
    ledger = Ledger.open(world.ledger_place)
    try:
        return findings(ledger, world.settings)
    finally:
        ledger.close()


def tampered(world: World, tamper: Tamper) -> list[str]:
    with sqlite3.connect(world.ledger_place) as file:
        tamper(file)
    file.close()
    return found(world)


def sql(text: str) -> Tamper:
    return lambda file: file.execute(text)


def resealed(file: sqlite3.Connection) -> None:
    """Whoever can write the file can seal the chain anew: only what was seen outside the ledger shows it."""
    previous = audit.GENESIS
    entries = file.execute("SELECT seq, at, event, job_id, row_number, details FROM audit ORDER BY seq").fetchall()
    for seq, (old, at, event, job_id, row, details) in enumerate(entries, 1):
        seal = audit.entry_hash(audit.Link(seq, at, event, job_id, row, details, previous))
        values = (seq, previous, seal, old)
        file.execute("UPDATE audit SET seq = ?, previous = ?, hash = ? WHERE seq = ?", values)
        previous = seal


def edited_and_resealed(file: sqlite3.Connection) -> None:
    """A charge is lowered everywhere: in the tables and in the log."""
    seq, text = file.execute("SELECT seq, details FROM audit WHERE event = 'created' AND row_number = 1").fetchone()
    details = json.loads(text) | {"charge_cents": 1}
    file.execute("UPDATE audit SET details = ? WHERE seq = ?", (audit.canonical(details), seq))
    file.execute("UPDATE shipments SET charge_cents = 1 WHERE primary_row = 1")
    file.execute("UPDATE job_rows SET cost_cents = 1 WHERE row_number = 1")
    file.execute("UPDATE batch_jobs SET spent_cents = spent_cents - 999 WHERE spent_cents > 0")
    resealed(file)


TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "an entry is deleted at the end": (sql("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)"), "seen up to"),
    "ten entries are deleted at the end": (
        sql("DELETE FROM audit WHERE seq > (SELECT max(seq) FROM audit) - 10"),
        "seen up to",
    ),
    "all entries are deleted": (sql("DELETE FROM audit"), "no entry records its approval"),
    "an entry is deleted in the middle": (sql("DELETE FROM audit WHERE seq = 5"), "entry 5 is missing"),
    "an entry is deleted and the rest sealed anew": (
        lambda file: (sql("DELETE FROM audit WHERE event = 'voided'")(file), resealed(file)),
        "data row 2 of batch {job}",
    ),
    "an entry is edited": (
        sql("UPDATE audit SET details = replace(details, '1000', '100') WHERE event = 'created' AND row_number = 1"),
        "created, data row 1 of batch {job}) was changed",
    ),
    "an entry is no longer JSON": (sql("UPDATE audit SET details = '{' WHERE seq = 3"), "entry 3"),
    "an entry's time is edited": (sql("UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE seq = 3"), "entry 3"),
    "log and tables are edited and sealed anew": (edited_and_resealed, "of its audit log is not the one"),
    "a shipment's state": (
        sql("UPDATE shipments SET state = 'skipped' WHERE primary_row = 1"),
        "data row 1 of batch {job}",
    ),
    "a void shipment is bought again": (
        sql("UPDATE shipments SET state = 'completed' WHERE primary_row = 2"),
        "data row 2 of batch {job}",
    ),
    "a shipment's charge": (
        sql("UPDATE shipments SET charge_cents = 1 WHERE primary_row = 1"),
        "charge is 0.01, entry",
    ),
    "a shipment's quote": (sql("UPDATE shipments SET quote_cents = 1 WHERE primary_row = 1"), "quote is 0.01, entry"),
    "a shipment's place": (
        sql("UPDATE shipments SET primary_row = 7 WHERE primary_row = 3"),
        "data row 7 of batch {job}",
    ),
    "a failed shipment is pending": (
        sql("UPDATE shipments SET state = 'pending' WHERE primary_row = 9"),
        "state is pending, entry",
    ),
    "a shipment is put on the watch list": (
        sql("UPDATE shipments SET unproven = 1 WHERE primary_row = 1"),
        "data row 1 of batch {job}",
    ),
    "a shipment is gone": (
        lambda file: (
            file.execute("DELETE FROM packages WHERE shipment_id = 1"),
            file.execute("UPDATE job_rows SET shipment_id = NULL WHERE shipment_id = 1"),
            file.execute("DELETE FROM shipments WHERE id = 1"),
        ),
        "data row 1 of batch {job}",
    ),
    "a shipment is invented": (
        sql("UPDATE shipments SET reference = 'SCAAAAAAAA00000101' WHERE primary_row = 1"),
        "no entry records this shipment",
    ),
    "a row's tracking number": (
        sql("UPDATE job_rows SET tracking_number = '1ZSIMSIM0000009999' WHERE row_number = 1"),
        "data row 1 of batch {job}: its tracking number is 1ZSIMSIM0000009999, entry",
    ),
    "a row's state": (
        sql("UPDATE job_rows SET status = 'pending' WHERE row_number = 1"),
        "data row 1 of batch {job}: its state is pending",
    ),
    "a row's charge": (
        sql("UPDATE job_rows SET cost_cents = 5 WHERE row_number = 3"),
        "data row 3 of batch {job}: its charge is 0.05",
    ),
    "a row is gone": (sql("DELETE FROM job_rows WHERE row_number = 3"), "batch {job} has 2 rows, 3 were approved"),
    "two rows change places": (
        sql("UPDATE job_rows SET shipment_id = 4 - shipment_id WHERE shipment_id IN (1, 3)"),
        "data row 1 of batch {job}",
    ),
    "a package's tracking number": (
        sql("UPDATE packages SET tracking_number = '1ZSIMSIM0000009999' WHERE shipment_id = 1"),
        "its packages are 1ZSIMSIM0000009999, entry",
    ),
    "a package is gone": (sql("DELETE FROM packages WHERE shipment_id = 1"), "its packages are none, entry"),
    "a batch's state": (
        sql("UPDATE batch_jobs SET status = 'cancelled' WHERE budget_cents IS NOT NULL"),
        "batch {job}: its state is cancelled",
    ),
    "a batch's spending": (
        sql("UPDATE batch_jobs SET spent_cents = 0 WHERE budget_cents IS NOT NULL"),
        "batch {job}: its sum of charges is 0.00, the log says 20.00",
    ),
    "a batch's reservation": (
        sql("UPDATE batch_jobs SET reserved_cents = -5000 WHERE budget_cents IS NOT NULL"),
        "batch {job}: its sum of reserved quotes is",
    ),
    "a batch's budget": (
        sql("UPDATE batch_jobs SET budget_cents = 999999 WHERE budget_cents IS NOT NULL"),
        "batch {job}: its budget is 9,999.99, the log says 100.00",
    ),
    "a batch is hidden": (
        sql("UPDATE batch_jobs SET deleted_at = '2026-11-01' WHERE budget_cents IS NOT NULL"),
        "batch {job}: its deletion is True",
    ),
    "a stored plan": (
        sql("UPDATE shipments SET planned = replace(planned, 'Juniper', 'Elsewhere') WHERE primary_row = 1"),
        "batch {job}: its stored plan is not the one that was approved",
    ),
    "a stored plan and its digest": (
        sql("UPDATE plans SET header = NULL, digest = 'x' WHERE id = 1"),
        "batch {job}: the digest of its plan",
    ),
}


async def test_an_untouched_record_is_whole(world: World) -> None:
    await shipped(world)
    assert found(world) == []


async def test_each_tampering_is_found_and_named(world: World) -> None:
    job_id = await shipped(world)
    original = world.folder / "original"
    shutil.copy(world.ledger_place, original)
    missed = []
    for name, (tamper, expected) in TAMPERINGS.items():
        for file in world.folder.glob("ledger.sqlite*"):
            file.unlink()
        shutil.copy(original, world.ledger_place)
        told = tampered(world, tamper)
        if not any(expected.format(job=job_id) in finding for finding in told):
            missed.append(f"{name}: {told}")
    assert missed == []


@pytest.mark.parametrize("beside_labels", [True, False])
async def test_an_older_ledger_in_its_place_is_told(world: World, beside_labels: bool) -> None:
    """In itself it is whole. The head file beside the labels tells as well as the state directory."""
    await world.live(lambda service: _ship(service, plan_of(["C1"], row_numbers=[20])))
    older = shutil.copy(world.ledger_place, world.folder / "older")
    await shipped(world)
    for file in world.folder.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(older, world.ledger_place)
    if beside_labels:
        shutil.rmtree(world.settings.state)
    else:
        (world.folder / "labels" / "ledger-head.json").unlink()
    assert any("it is older" in finding for finding in found(world))


async def test_a_command_over_an_older_ledger_does_not_hide_it(world: World) -> None:
    """What was seen is not overwritten by what is older, before a restore is on record."""
    plan = plan_of(["A1", "A2"])
    job_id = str(await world.live(lambda service: service.approve(plan, yes(plan))))
    await world.live(lambda service: _ship(service, plan_of(["B1"], row_numbers=[9])))
    older = shutil.copy(world.ledger_place, world.folder / "older")
    await world.live(lambda service: service.resume(job_id))
    for file in world.folder.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(older, world.ledger_place)
    (world.folder / "labels" / "ledger-head.json").unlink()
    await world.live(lambda service: service.cancel(job_id))
    assert any("it was seen at its start or end" in finding for finding in found(world))


async def test_each_decision_of_a_person_is_seen_outside(world: World) -> None:
    """A void, its sheet and its money are undone in the ledger: an older copy of it is put back."""
    plan = plan_of(["A1"])
    job_id = ""

    async def ship(service: BatchService) -> None:
        nonlocal job_id
        job_id = await service.approve(plan, yes(plan))
        await service.execute(job_id)

    await world.live(ship)
    older = shutil.copy(world.ledger_place, world.folder / "older")
    await world.live(lambda service: service.void(job_id, None))
    for file in world.folder.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(older, world.ledger_place)
    assert any("seen up to" in finding for finding in found(world))


async def test_what_a_restore_took_away_stays_told(world: World) -> None:
    """Batches go on after a restore that was noticed; the record is not whole for that."""
    await world.live(lambda service: _ship(service, plan_of(["C1"], row_numbers=[20])))
    older = shutil.copy(world.ledger_place, world.folder / "older")
    await shipped(world)
    for file in world.folder.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(older, world.ledger_place)
    world.carrier.faults = lambda _reference: None
    await world.live(lambda service: _ship(service, plan_of(["D1"], row_numbers=[30])))
    (finding,) = found(world)
    assert "the ledger was restored then" in finding


async def test_entries_of_earlier_versions_are_held_against_the_tables_too(world: World) -> None:
    """They name their event only."""
    job_id = await shipped(world)

    def as_before(file: sqlite3.Connection) -> None:
        for seq, text in file.execute("SELECT seq, details FROM audit").fetchall():
            kept = {k: v for k, v in json.loads(text).items() if k not in {"state", "unproven", "budget_cents"}}
            file.execute("UPDATE audit SET details = ? WHERE seq = ?", (audit.canonical(kept), seq))
        resealed(file)

    shutil.rmtree(world.settings.state)
    head = world.folder / "labels" / "ledger-head.json"
    seen = json.loads(head.read_text())
    head.write_text(json.dumps({"ledger": seen["ledger"], "sequence": seen["sequence"]}))
    told = tampered(world, lambda file: (as_before(file), file.execute("DELETE FROM ledger WHERE key = 'guarded'")))
    assert told == []
    told = tampered(world, sql("UPDATE shipments SET state = 'skipped' WHERE primary_row = 1"))
    assert any(f"data row 1 of batch {job_id}" in finding for finding in told)
