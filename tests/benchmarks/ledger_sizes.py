"""How large a shared ledger gets (`python -m tests.benchmarks.ledger_sizes`): docs/scale.md has the figures.

A batch goes through the engine; its rows are then repeated inside the database, with keys of their own.
"""

import tempfile
from pathlib import Path
from typing import Any

import psycopg

from agent.batch.service import BatchService
from tests.faults.world import new_world, plan_of, run, yes
from tests.ledgers import setting
from tests.postgres_server import cluster

REAL, SHIPMENTS = 200, 20_000
KEYS = {
    "shipments": ("id", "reference", "identity", "order_key", "content_key", "row_key"),
    "job_rows": ("id", "shipment_id", "row_number"),
    "packages": ("id", "shipment_id", "tracking_number"),
    "outbox": ("id", "row_number", "value"),
    "audit": ("seq", "hash", "previous"),
}


def measured() -> dict[str, float]:
    """Bytes a shipment in each table, its indexes included, and what a purge leaves of `shipments`."""
    with tempfile.TemporaryDirectory() as folder:
        url = cluster().new_database()
        world = new_world(Path(folder) / "world")
        world.settings = world.settings.model_copy(update=setting(url))
        world.carrier.ledger_place = url
        plan = plan_of([f"A{number:05d}" for number in range(REAL)])

        async def ship(service: BatchService) -> Any:
            return await service.execute(await service.approve(plan, yes(plan)))

        assert run(world.live(ship)).successful_rows == REAL
    with psycopg.connect(url, autocommit=True) as connection:
        updates = _one(connection, "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'shipments'") / REAL
        for table, keys in KEYS.items():
            _repeat(connection, table, keys, SHIPMENTS // REAL - 1)
        connection.execute("VACUUM FULL ANALYZE")
        sizes = {table: _size(connection, table) / SHIPMENTS for table in KEYS}
        sizes["updates of a shipment"] = updates
        sizes["planned, as text"] = float(_one(connection, "SELECT avg(length(planned)) FROM shipments"))
        sizes["audit entries"] = float(_one(connection, "SELECT count(*) FROM audit")) / SHIPMENTS
        connection.execute("UPDATE shipments SET planned = NULL")
        connection.execute("VACUUM FULL shipments")
        sizes["shipments, purged"] = _size(connection, "shipments") / SHIPMENTS
    return sizes


def _repeat(connection: Any, table: str, keys: tuple[str, ...], times: int) -> None:
    columns = [
        (name, kind)
        for name, kind in connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", (table,)
        )
    ]
    # A number moves on by a stride, a text keeps its length: its last six characters are others.
    chosen = [
        name if name not in keys
        else f"{name} + n * 1000000" if kind in {"bigint", "integer"}
        else f"left({name}, -6) || (500000 + n * {REAL} * 10 + row_number() OVER (PARTITION BY n))::text"
        for name, kind in columns
    ]  # fmt: skip
    names = ", ".join(name for name, _kind in columns)
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(chosen)} FROM {table}, generate_series(1, {times}) n"
    )


def _size(connection: Any, table: str) -> int:
    return int(_one(connection, f"SELECT pg_total_relation_size('{table}')"))


def _one(connection: Any, statement: str) -> Any:
    return connection.execute(statement).fetchone()[0]


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:<20} {value:>8.1f}")
