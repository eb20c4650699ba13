"""Stations that share a ledger: 1, 2 and 4 at one batch against a UPS that takes 300 ms, and PostgreSQL beside SQLite.

What counts is the time in which all of them send, by the ledger's own record of each label.
"""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.batch.service import BatchService
from agent.ledger.place import Place
from agent.ledger.store import Ledger
from agent.planning.digest import plan_digest
from agent.planning.model import Approval
from agent.servers import ServerManager
from agent.settings import Settings
from tests.benchmarks.batch_stage import plan_over, simulator, write_sheet
from tests.ledgers import asked
from tests.postgres_server import Cluster

STATIONS = (1, 2, 4)
CONCURRENCY = 4
LATENCY_MS = 300.0
ROWS_A_STATION, ROWS_AT_ONCE = 150, 600


async def figures(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """Rows a second; `speed_up` beside the single station."""
    server = Cluster(durable=True)
    try:
        with simulator(folder, LATENCY_MS, "slow") as ups:
            rates = {}
            for count in STATIONS:
                place = folder / f"of-{count}"
                size = (rows or [ROWS_A_STATION])[0] * count
                rates[count] = await _rate(place, ups, server.new_database(), size, CONCURRENCY, count)
        with simulator(folder, 0.0, "quick") as ups:
            size = (rows or [0, ROWS_AT_ONCE])[-1]
            on_server = await _rate(folder / "server", ups, server.new_database(), size, 16, 1)
            in_file = await _rate(folder / "file", ups, None, size, 16, 1)
    finally:
        server.close()
    return {
        "rows_per_second": {str(count): round(rate, 1) for count, rate in rates.items()},
        "speed_up": {str(count): round(rate / rates[1], 2) for count, rate in rates.items()},
        "without_latency": {"postgresql": round(on_server, 1), "sqlite": round(in_file, 1)},
        "postgresql_of_sqlite": round(on_server / in_file, 2),
    }


async def _rate(folder: Path, ups: str, url: str | None, rows: int, concurrency: int, stations: int) -> float:
    sheet = _sheet_in(folder, rows)
    settings = _settings(folder, ups, url, 0)
    ledger = Ledger.open(settings.ledger_place)
    async with ServerManager(settings) as servers:
        service = BatchService(ledger, settings, servers.caller("data"), servers.caller("ups"))
        plan = await plan_over(servers, sheet, rows)
        job = await service.approve(plan, Approval(plan_digest(plan), "benchmark", "yes", ""))
        others = [await _another(folder, ups, url or "", job, number) for number in range(1, stations)]
        for other in others:
            # Its servers are up: it joins when this one sends.
            assert other.stdout is not None
            await other.stdout.readline()
        result = await service.execute(job, concurrency=concurrency)
        for other in others:
            await other.wait()
    ledger.close()
    if not result.success:
        raise AssertionError(result)
    return _all_at_work(settings.ledger_place)


def _sheet_in(folder: Path, rows: int) -> Path:
    folder.mkdir()
    write_sheet(folder / "orders.csv", rows)
    return folder / "orders.csv"


async def _another(folder: Path, ups: str, url: str, job: str, number: int) -> asyncio.subprocess.Process:
    words = [sys.executable, "-m", "tests.benchmarks.bench_stations", str(folder), ups, url, job, str(number)]
    return await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)


def _settings(folder: Path, ups: str, url: str | None, number: int) -> Settings:
    home = folder / f"home-{number}"
    return Settings(home=home, state=home / "state", ups_base_url=ups, ledger=url, station=f"station {number}")


def _all_at_work(place: Place) -> float:
    """Labels a second from when the last station had made its first one until the first one had made its last."""
    query = (
        "SELECT a.at, s.worker_id FROM audit a JOIN shipments s ON s.job_id = a.job_id AND s.primary_row = a.row_number"
    )
    found = [
        (datetime.fromisoformat(row[0]).timestamp(), row[1]) for row in asked(place, f"{query} WHERE event = 'created'")
    ]
    by_station: dict[Any, list[float]] = {}
    for at, worker in found:
        by_station.setdefault(worker, []).append(at)
    begin, end = max(map(min, by_station.values())), min(map(max, by_station.values()))
    return sum(1 for at, _worker in found if begin < at <= end) / (end - begin)


async def _join(folder: str, ups: str, url: str, job: str, number: str) -> None:
    settings = _settings(Path(folder), ups, url, int(number))
    ledger = Ledger.open(url)
    async with ServerManager(settings) as servers:
        service = BatchService(ledger, settings, servers.caller("data"), servers.caller("ups"))
        for server in ("ups", "data"):
            await servers.caller(server)("service_list" if server == "ups" else "get_schema", {})
        print("ready", flush=True)
        while not any(ledger.read(lambda c: c.exec_driver_sql("SELECT 1 FROM workers").all())):
            await asyncio.sleep(0.02)
        await service.resume(job, concurrency=CONCURRENCY)
    ledger.close()


if __name__ == "__main__":
    asyncio.run(_join(*sys.argv[1:]))
