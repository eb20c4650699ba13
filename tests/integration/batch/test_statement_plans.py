"""No statement of the row step reads a whole table: 10,000 rows cost ten times what 1,000 do (seen in SQLite's plans)."""

from collections.abc import Iterator
from typing import Any

import pytest

from agent.batch.service import BatchService
from agent.ledger import store
from agent.ledger.store import Ledger
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, yes

pytestmark = pytest.mark.ledger_file

LARGE = ("shipments", "job_rows", "packages", "outbox", "audit")
ONCE_A_JOB = (
    "count(",
    "LIMIT 1 OFFSET 0",
    "DISTINCT",
    "GROUP BY",
    "shipments.position, shipments.attempt",
    "ORDER BY job_rows.row_number",
)
"""What is asked once at the start or the end of a job may read all of it; the first of an order is no scan."""


@pytest.fixture
def traced(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[BatchService, list[str]]]:
    """A service whose statements are kept."""
    statements: list[str] = []
    engine_of = store.engine_of

    def tracing(path: Any, use: Any) -> Any:
        engine = engine_of(path, use)
        connect = engine.pool._creator  # type: ignore[attr-defined]

        def traced_connect(*arguments: Any) -> Any:
            connection = connect(*arguments)
            connection.set_trace_callback(statements.append)
            return connection

        engine.pool._creator = traced_connect  # type: ignore[attr-defined]
        return engine

    monkeypatch.setattr(store, "engine_of", tracing)
    ledger = Ledger.open(world.ledger_place)
    yield BatchService(ledger, world.settings, world.sheet, world.carrier), statements
    ledger.close()


async def test_no_statement_of_a_row_scans(traced: tuple[BatchService, list[str]], world: World) -> None:
    service, statements = traced
    world.carrier.faults = once("lost_after")
    plan = plan_of([f"A{number}" for number in range(30)])
    job_id = await service.approve(plan, yes(plan))
    statements.clear()
    await service.execute(job_id, on_error="continue")
    await service.resume(job_id)

    def scans(statement: str) -> list[str]:
        explained = service.ledger.read(lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())
        return [line.detail for line in explained if line.detail.split(" USING")[0] in {f"SCAN {t}" for t in LARGE}]

    asked = {text for text in statements if text.startswith(("SELECT", "UPDATE")) and "?" not in text}
    assert len(asked) > 100, "the statements were seen with their values"
    often = [text for text in sorted(asked) if not any(mark in text for mark in ONCE_A_JOB)]
    assert {text[:200]: found for text in often if (found := scans(text))} == {}
    held = [text for text in asked if "shipments.identity =" in text]
    assert held
    assert all(scans(text) == [] for text in held), "who holds an identity is asked before every request"


async def test_who_holds_a_parcel_is_found_by_index(traced: tuple[BatchService, list[str]]) -> None:
    """A preview and an approval ask by order, content and cells, and for open doubts: of a ledger of any size."""
    service, statements = traced
    plan = plan_of([f"A{number}" for number in range(30)])
    await service.approve(plan, yes(plan))
    await service.holders("simulator", list(plan.shipments))
    named = ("order_key IN", "content_key IN", "row_key IN", "state in ('submitting', 'in_doubt', 'created')")
    for name in named:
        asked = [text for text in statements if name in text and "?" not in text and text.startswith("SELECT")]
        assert asked, name
        for statement in asked:
            explained = service.ledger.read(lambda c, s=statement: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}").all())
            assert any("USING INDEX shipments_" in line.detail for line in explained), (name, explained)
