"""A ledger of schema 0005 with a row in every state: nothing of it is lost, and its batches go on."""

import sqlite3
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select

from agent.batch.executor import state_changes, transitions
from agent.batch.executor.outcome import judge as judged
from agent.batch.executor.transitions import Intent
from agent.batch.recovery.audit_check import findings
from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.ledger import Base, audit, sqlite_file
from agent.ledger.connection import engine_of
from agent.ledger.lease import lease
from agent.ledger.schema import APPLICATION_ID
from agent.ledger.states import ShipmentState
from agent.ledger.store import Ledger
from agent.ledger.table_versions import migrations as _config
from agent.ledger.tables import Shipment, table_of
from tests.faults.judge import judge
from tests.faults.world import World, plan_of, yes

pytestmark = pytest.mark.ledger_file

BEFORE = {
    "reference_prefix": "stem",
    "requested_action": "wanted",
    "needs_restore_check": "quarantined",
    "primary_row": "lead_row",
    "request_holders": "carriers",
}
NEW = {name for name, _kind in import_module("agent.ledger.migrations.versions.0007_tracking").COLUMNS}
NEW |= {"worker_id", "sent_until"}
"""Columns that schema 0005 does not have."""
LATER = ("address_checks", "documents", "pace", "pickups", "workers")
TABLES = [table for table in Base.metadata.sorted_tables if table.name not in LATER]
"""Those that it has."""
INTENT = Intent(not_after=10.0, boot_id="another boot", request_holders="[[1, 2.0]]")
STATES = [*ShipmentState]
"""The state that each row of the first batch is left in, from the first row on."""


def settle(connection: Connection, world: World, job_id: str, shipment: Any, state: ShipmentState) -> None:
    """Bring a pending shipment into a state, as the executor would, with what UPS knows of it."""
    if state == ShipmentState.pending:
        return
    if state == ShipmentState.skipped:
        transitions.skipped(connection, job_id, shipment.id)
        return
    claimed = transitions.claim(connection, job_id, shipment.id, INTENT)
    request = {"reference": claimed.reference, "shipment": claimed.planned["payload"]}
    if state == ShipmentState.failed:
        transitions.failed(connection, job_id, shipment.id, "E-3001", "bad ZIP")
    elif state in {ShipmentState.in_doubt, ShipmentState.released, ShipmentState.closed}:
        transitions.doubted(connection, job_id, shipment.id, "E-4220", "lost")
        if state == ShipmentState.released:
            transitions.released(connection, job_id, shipment.id, claimed.reference[:-2] + "02")
        if state == ShipmentState.closed:
            transitions.closed(connection, job_id, shipment.id)
    else:
        _bought(connection, world, job_id, shipment.id, state, request)


def _bought(
    connection: Connection, world: World, job_id: str, shipment_id: int, state: ShipmentState, request: dict[str, Any]
) -> None:
    answer = world.carrier._make(request["reference"], request["shipment"], 1000, label=True)
    world.carrier.spool[request["reference"]] = answer
    if state == ShipmentState.submitting:
        return
    whole = state != ShipmentState.created
    transitions.created(connection, job_id, shipment_id, judged(answer), proof="answer", whole=whole)
    if state in {ShipmentState.voiding, ShipmentState.voided}:
        transitions.voiding(connection, job_id, shipment_id)
    if state == ShipmentState.voided:
        world.carrier.shipping_void({"shipment_identification_number": answer["trackingNumbers"][0]})
        transitions.voided(connection, job_id, shipment_id)


async def two_batches(service: BatchService, world: World) -> tuple[str, str]:
    """One that was interrupted with a row in each state, and one that was paused in a ledger that was restored."""
    orders = [f"A{number}" for number in range(1, len(STATES) + 1)]
    plans = plan_of(orders), plan_of(["B1"], row_numbers=[50])
    world.plans += plans
    first, second = [await service.approve(plan, yes(plan)) for plan in plans]
    shipments = table_of(Shipment)

    def interrupted(connection: Connection) -> None:
        query = select(shipments).where(shipments.c.job_id == first).order_by(shipments.c.id)
        for shipment, state in zip(connection.execute(query).all(), STATES, strict=True):
            settle(connection, world, first, shipment, state)

    def paused(connection: Connection) -> None:
        asked = "UPDATE batch_jobs SET requested_action = 'pause', needs_restore_check = 1 WHERE id = ?"
        connection.exec_driver_sql(asked, (second,))
        audit.append(connection, "pause_wanted", second)
        audit.append(connection, "quarantined", second, reason="restored")
        state_changes.set_job(connection, second, "paused")

    service.ledger.write(interrupted)
    service.ledger.write(paused)
    return first, second


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, columns under the names of now and without those that are gone."""
    with sqlite3.connect(path) as file:
        found = {}
        for table in TABLES:
            here = {row[1] for row in file.execute(f"PRAGMA table_info({table.name})")}
            kept = [column.name for column in table.columns if column.name not in NEW]
            names = [name if name in here else BEFORE[name] for name in kept]
            found[table.name] = sorted(
                file.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall(), key=repr
            )
    file.close()
    return found


def to_schema_0005(path: Path) -> None:
    """The same ledger as the earlier version would have written it."""
    old = path.with_name("old.sqlite")
    engine, config = engine_of(old, "write"), _config()
    with engine.begin() as open_file:
        open_file.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        config.attributes["connection"] = open_file
        command.upgrade(config, "0005")
    engine.dispose()
    with sqlite3.connect(old) as file:
        file.execute("ATTACH ? AS now", (str(path),))
        for table in TABLES:
            now = [column.name for column in table.columns if column.name not in NEW]
            then = ", ".join(BEFORE.get(name, name) for name in now)
            file.execute(f"INSERT INTO main.{table.name} ({then}) SELECT {', '.join(now)} FROM now.{table.name}")
    file.close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    with sqlite3.connect(old) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    old.rename(path)


@pytest.fixture
async def earlier(world: World) -> tuple[str, str]:
    """The ids of the two batches; the ledger in the world is one of schema 0005."""
    ids: list[tuple[str, str]] = []

    async def work(service: BatchService) -> None:
        ids.append(await two_batches(service, world))

    await world.live(work)
    to_schema_0005(world.ledger_place)
    return ids[0]


def test_every_record_is_kept_and_the_log_still_fits(world: World, earlier: tuple[str, str]) -> None:
    before = content(world.ledger_place)
    assert [row for row in before["audit"] if row[2] == "pause_wanted"]
    ledger = Ledger.open(world.ledger_place)
    try:
        assert content(world.ledger_place) == before
        assert {shipment.state for shipment in ledger.read(_shipments)} == set(STATES)
        assert ledger.read(lambda c: compare_metadata(MigrationContext.configure(c), Base.metadata)) == []
        assert findings(ledger, world.settings) == []
    finally:
        ledger.close()


def _shipments(connection: Connection) -> list[Any]:
    return list(connection.execute(select(table_of(Shipment))))


@pytest.mark.parametrize(
    "twice",
    [
        "INSERT INTO batch_jobs (id, name, original_command, status, created_at, updated_at, total_rows,"
        " processed_rows, successful_rows, failed_rows, total_cost_cents, reference_prefix)"
        " SELECT 'other', 'n', 'c', 'pending', 't', 't', 0, 0, 0, 0, 0, reference_prefix FROM batch_jobs LIMIT 1",
        "UPDATE shipments SET identity = (SELECT identity FROM shipments WHERE state = 'completed') WHERE id ="
        " (SELECT max(id) FROM shipments WHERE state = 'pending')",
        "UPDATE shipments SET reference = (SELECT reference FROM shipments WHERE state = 'completed')"
        " WHERE state = 'failed'",
    ],
    ids=["reference prefix", "open identity", "reference"],
)
def test_what_was_unique_still_is(world: World, earlier: tuple[str, str], twice: str) -> None:
    Ledger.open(world.ledger_place).close()
    with sqlite3.connect(world.ledger_place) as file, pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        file.execute(twice)
    file.close()


async def test_its_batches_go_on(world: World, earlier: tuple[str, str]) -> None:
    bought = {label.order for label in world.carrier.records}
    await world.live(lambda service: service.resume(earlier[0]))
    await world.live(lambda service: service.resume(earlier[1]))
    # Sent now: the pending row, the second attempt of the released one, and the paused batch's row.
    place = {state: f"A{STATES.index(state) + 1}" for state in STATES}
    sent = [label.order for label in world.carrier.records if label.order not in bought]
    assert sorted(sent) == sorted([place[ShipmentState.pending], place[ShipmentState.released], "B1"])
    assert judge(world, recovered=False) == []
    ledger = Ledger.open(world.ledger_place)
    try:
        assert findings(ledger, world.settings) == []
        states = {one.recipient.removeprefix("Person "): one.state for one in ledger.read(_shipments)}
    finally:
        ledger.close()
    assert {states[place[state]] for state in (ShipmentState.submitting, ShipmentState.created)} == {"completed"}
    assert states["B1"] == "completed"


def test_it_is_not_changed_while_a_batch_runs(
    world: World, earlier: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_MS", 1)
    before = world.ledger_place.read_bytes()
    with lease(world.ledger_place), pytest.raises(ShipchatError, match="E-4204"):
        Ledger.open(world.ledger_place)
    assert world.ledger_place.read_bytes() == before
