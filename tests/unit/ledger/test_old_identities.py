"""A ledger of version 0.1 knows orders as they were typed and other rows by their checksum: its parcels stay known."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from agent.batch.approval import approving, parcel_holders
from agent.errors import ShipchatError
from agent.ledger import AuditService
from agent.ledger.connection import engine_of
from agent.ledger.schema import APPLICATION_ID
from agent.ledger.store import Ledger
from agent.ledger.table_versions import migrations as _config
from agent.planning.digest import plan_digest
from agent.planning.identity import content_key
from agent.planning.model import Approval, Plan, PlannedShipment, Selection, Source

CHECKSUM = "5e" * 32


def payload(name: str, street: str = "12 Main St") -> dict[str, Any]:
    address = {"lines": [street], "city": "Boston", "state": "MA", "postal_code": "02116", "country_code": "US"}
    packages = [{"packaging_code": "02", "weight": {"value": "1.5", "unit": "LBS"}}]
    return {"ship_to": {"name": name, "address": address}, "service_code": "03", "packages": packages}


@pytest.fixture(scope="module")
def of_version_0_1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as version 0.1 left it, with one job and its plan; copied for each test."""
    path = tmp_path_factory.mktemp("old") / "ledger.sqlite"
    engine, config = engine_of(path, "write"), _config()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in (
            "INSERT INTO batch_jobs (id, name, original_command, status, created_at, updated_at, total_rows,"
            " processed_rows, successful_rows, failed_rows, total_cost_cents, environment, stem)"
            " VALUES ('job', 'Monday', 'ship', 'completed', 't', 't', 9, 9, 9, 0, 0, 'simulator', 'SCAAAAAAAA')",
            "INSERT INTO plans (id, job_id, digest, approved_at, approved_by, words, sentence)"
            " VALUES (1, 'job', 'd', 't', 'words', 'yes', 's')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    return path


class OldLedger:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.engine = engine_of(path, "write")

    def shipped(
        self,
        identity: str,
        *,
        order: str | None = None,
        name: str = "Ann Lee",
        purged: bool = False,
        checksum: str = "",
        street: str = "12 Main St",
        state: str = "completed",
    ) -> str:
        self.count += 1
        planned = json.dumps(
            {
                "order_number": order,
                "payload": payload(name, street),
                "row_checksums": [checksum],
                "sheet_rows": [self.count + 1],
            }
        )
        reference = f"SCAAAAAAAA{self.count:06}01"
        stored = None if purged else planned
        values = (self.count, reference, f"simulator:{identity}", state, self.count, stored, name)
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO shipments (id, job_id, plan_id, position, reference, attempt, identity, generation, state,"
                " lead_row, digest, planned, recipient) VALUES (?, 'job', 1, 0, ?, 1, ?, 0, ?, ?, 'd', ?, ?)",
                values,
            )
            connection.exec_driver_sql(
                "INSERT INTO job_rows (job_id, row_number, row_checksum, shipment_id, status, created_at)"
                " VALUES ('job', ?, ?, ?, ?, 't')",
                (self.count, checksum, self.count, state),
            )
        return reference

    def opened(self) -> Ledger:
        self.engine.dispose()
        return Ledger.open(self.path)


@pytest.fixture
def old(tmp_path: Path, of_version_0_1: Path) -> OldLedger:
    path = tmp_path / "ledger.sqlite"
    shutil.copy(of_version_0_1, path)
    return OldLedger(path)


def to_be(order: str | None, *, name: str = "Ann Lee", checksum: str = "now") -> PlannedShipment:
    what = payload(name)
    identity = order or content_key(what) or ""
    return PlannedShipment(identity, (1,), (2,), (checksum,), order, name, "Boston, MA", "03", what, 900)


def known(ledger: Ledger, item: PlannedShipment) -> list[str]:
    found, _doubts = ledger.read(parcel_holders.known, "simulator", [item])
    ledger.close()
    return [holder.reference for holder in found]


@pytest.mark.parametrize("purged", [False, True])
@pytest.mark.parametrize("was", ["1001", "#1001", "001001", "1001#1", "#1001#2"])
def test_an_order_is_known_however_it_was_typed(old: OldLedger, was: str, purged: bool) -> None:
    order = was.removesuffix("#1").removesuffix("#2") if was.count("#") > was.startswith("#") else was
    reference = old.shipped(was, order=order, purged=purged)
    assert known(old.opened(), to_be("1001")) == [reference]


def test_a_row_without_an_order_number_is_known_by_what_was_sent(old: OldLedger) -> None:
    first = old.shipped(f"{CHECKSUM}#1", checksum=CHECKSUM)
    second = old.shipped(f"{CHECKSUM}#2", checksum=CHECKSUM)
    assert known(old.opened(), to_be(None)) == [first, second]


def test_a_row_that_was_purged_is_known_by_its_cells(old: OldLedger) -> None:
    reference = old.shipped(f"{CHECKSUM}#1", checksum=CHECKSUM, purged=True)
    assert known(old.opened(), to_be(None, checksum=CHECKSUM)) == [reference]
    assert known(Ledger.open(old.path), to_be(None, checksum="edited")) == []


def test_other_orders_and_other_people_are_free(old: OldLedger) -> None:
    old.shipped("1001", order="1001")
    old.shipped(f"{CHECKSUM}#1", name="Ben Ode", checksum=CHECKSUM)
    ledger = old.opened()
    assert known(ledger, to_be("10-01", name="Cleo Whitfield")) == []


def approve(ledger: Ledger, item: PlannedShipment) -> str:
    source = Source("s", {"path": "/o.csv"}, "f", "o.csv")
    plan = Plan("ship", "simulator", "SIMSIM", {}, "ZPL", "USD", source, Selection("true", "all"), {}, (item,))
    approval = Approval(plan_digest(plan), "words", "yes", "s")
    header, texts = approving.check(plan, approval)
    return ledger.write(approving.approve, plan, approval, header, texts)


@pytest.mark.parametrize("order", ["1001", None])
def test_the_yes_is_refused_for_what_the_old_ledger_shipped(old: OldLedger, order: str | None) -> None:
    """By its number, and without one by what is sent: another identity, but the same parcel."""
    reference = old.shipped("#1001", order="#1001")
    ledger = old.opened()
    item = to_be(order)
    with pytest.raises(ShipchatError) as refused:
        approve(ledger, item)
    assert refused.value.code == "E-4208"
    # What a preview told apart is another parcel, under another identity.
    apart = replace(item, identity=f"{item.identity} PARCEL 2", apart_from=(reference,))
    assert approve(ledger, apart) in ledger.read(
        lambda c: c.exec_driver_sql("SELECT id FROM batch_jobs").scalars().all()
    )
    ledger.close()


def test_two_labels_of_one_parcel_are_no_reason_to_fail_and_are_told(old: OldLedger) -> None:
    """Version 0.1 could buy them; one of the two keeps its old name, and the log says which parcels they are."""
    first, second = old.shipped("1001", order="1001"), old.shipped("#1001", order="#1001")
    ledger = old.opened()
    identities = ledger.read(lambda c: c.exec_driver_sql("SELECT identity FROM shipments ORDER BY id").scalars().all())
    assert identities == ["simulator:1001", "simulator:#1001"]
    logged = "SELECT details FROM audit WHERE event = 'identities_renamed'"
    (details,) = ledger.read(lambda c: c.exec_driver_sql(logged).scalars().all())
    assert json.loads(details)["same_parcel_twice"] == [second]
    assert AuditService(ledger.session()).verify() == []
    assert ledger.read(parcel_holders.same_parcel_twice) == [second]
    assert known(ledger, to_be("1001")) == [first, second]


def test_a_renamed_parcel_may_take_a_name_that_another_leaves(old: OldLedger) -> None:
    old.shipped("A-1", order="A-1")
    old.shipped("a-1#2", order="A-1")
    ledger = old.opened()
    identities = ledger.read(lambda c: c.exec_driver_sql("SELECT identity FROM shipments ORDER BY id").scalars().all())
    assert identities == ["simulator:a-1", "simulator:a-1#2"]
    ledger.close()


def states(ledger: Ledger) -> list[tuple[str, str]]:
    def read(connection: Any) -> list[tuple[str, str]]:
        rows = connection.exec_driver_sql("SELECT identity, state FROM shipments ORDER BY id").all()
        return [(row.identity.removeprefix("simulator:"), row.state) for row in rows]

    return ledger.read(read)


@pytest.mark.parametrize("first", ["1001", "#1001"])
def test_a_second_label_that_was_not_bought_yet_is_not_bought(old: OldLedger, first: str) -> None:
    second = "1001" if first == "#1001" else "#1001"
    old.shipped(first, order=first, state="pending")
    old.shipped(second, order=second)
    ledger = old.opened()
    assert [state for _, state in states(ledger)] == ["skipped", "completed"]
    rows = ledger.read(lambda c: c.exec_driver_sql("SELECT status FROM job_rows ORDER BY id").scalars().all())
    assert rows == ["skipped", "completed"]
    assert states(ledger)[1][0] == "1001"
    assert AuditService(ledger.session()).verify() == []
    ledger.close()


def test_orders_of_two_shops_with_one_number_are_two_parcels(old: OldLedger) -> None:
    old.shipped("1001", order="1001")
    old.shipped("#1001", order="#1001", name="Ben Ode", street="9 Elm St", state="pending")
    ledger = old.opened()
    assert states(ledger) == [("1001", "completed"), ("1001 PARCEL 2", "pending")]
    assert ledger.read(parcel_holders.same_parcel_twice) == []
    ledger.close()


def test_rows_without_order_numbers_that_send_the_same_are_counted(old: OldLedger) -> None:
    """Their cells differed in something that is not sent; each was approved as a parcel of its own."""
    for number in range(3):
        old.shipped(f"{number}{CHECKSUM[1:]}#1", checksum=f"{number}{CHECKSUM[1:]}", state="pending")
    ledger = old.opened()
    name = content_key(payload("Ann Lee"))
    assert states(ledger) == [(name, "pending"), (f"{name} PARCEL 2", "pending"), (f"{name} PARCEL 3", "pending")]
    ledger.close()
