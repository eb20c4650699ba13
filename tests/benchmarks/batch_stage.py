"""The stage of the batch benchmarks: a simulator over HTTP, real servers over stdio, a sheet, a plan."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from agent.batch.service import BatchService
from agent.ledger.store import Ledger
from agent.planning.digest import plan_digest
from agent.planning.model import Approval, Plan, PlannedShipment, Selection, Source
from agent.sender import SAMPLE_SHIPPER
from agent.servers import ServerManager
from agent.settings import Settings

if TYPE_CHECKING:
    from tests.benchmarks.batch_baselines import BarePipe, Turns

HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Weight (lb)"


@contextlib.contextmanager
def simulator(folder: Path, latency_ms: float = 0.0, name: str = "books") -> Iterator[str]:
    """A practice UPS in a process of its own, with books of its own; yields its URL."""
    command = [
        sys.executable,
        "-m",
        "mcp_servers.ups.simulator",
        "--port",
        "0",
        "--books",
        str(folder / f"{name}.sqlite"),
    ]
    process = subprocess.Popen(
        [*command, "--latency-ms", str(latency_ms)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def write_sheet(path: Path, rows: int) -> None:
    """A CSV of orders, all to one invented street."""
    lines = [f"N{number:06d},Person {number},14 Juniper Court,Fresno,CA,93721,2.5" for number in range(1, rows + 1)]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")


def payload_of(number: int) -> dict[str, Any]:
    """What the mapping would render for one row."""
    sender = SAMPLE_SHIPPER
    return {
        "shipper": {
            "name": sender.name,
            "phone": sender.phone,
            "account_number": sender.account_number,
            "address": sender.address.model_dump(exclude_none=True),
        },
        "ship_to": {
            "name": f"Person {number}",
            "address": {
                "lines": ["14 Juniper Court"],
                "city": "Fresno",
                "state": "CA",
                "postal_code": "93721",
                "country_code": "US",
            },
        },
        "service_code": "03",
        "customer_reference": f"N{number:06d}",
        "packages": [{"packaging_code": "02", "weight": {"value": "2.5", "unit": "LBS"}}],
    }


async def plan_over(servers: ServerManager, sheet: Path, rows: int) -> Plan:
    """Import the sheet and plan all of it (rendering has a benchmark of its own)."""
    imported = await servers.call("data", "import_csv", {"path": str(sheet)})
    source = Source(imported["source_id"], imported["descriptor"], imported["fingerprint"], sheet.name)
    checksums: list[str] = []
    while len(checksums) < rows:
        page = {"where_clause": "true", "limit": 1000, "offset": len(checksums)}
        found = await servers.call("data", "get_rows_by_filter", page)
        checksums += [row["checksum"] for row in found["rows"]]
    shipments = tuple(
        PlannedShipment(
            identity=f"order:N{number:06d}",
            row_numbers=(number,),
            sheet_rows=(number + 1,),
            row_checksums=(checksums[number - 1],),
            order_number=f"N{number:06d}",
            recipient=f"Person {number}",
            city_state="Fresno, CA",
            service_code="03",
            payload=payload_of(number),
        )
        for number in range(1, rows + 1)
    )
    return Plan(
        command="Ship all orders via Ground",
        environment="simulator",
        account_number=SAMPLE_SHIPPER.account_number,
        shipper=SAMPLE_SHIPPER.model_dump(),
        label_format="ZPL",
        currency="USD",
        source=source,
        selection=Selection("true", "all orders"),
        mapping={},
        shipments=shipments,
    )


@dataclass(slots=True)
class _Clock:
    """When each row was completed."""

    times: list[float] = field(default_factory=list)

    def on_row_completed(self, *_facts: Any, **_more: Any) -> None:
        self.times.append(time.perf_counter())

    def steady(self) -> float:
        """Rows per second between the first tenth and the last: without the start of servers and the last write."""
        first, last = len(self.times) // 10, len(self.times) * 9 // 10
        return round((last - first) / (self.times[last - 1] - self.times[first - 1]), 1) if first else 0.0


@dataclass(slots=True)
class Stage:
    """A service over real servers, and the plan that it is to run."""

    service: BatchService
    plan: Plan
    sheet: Path

    async def run(self, concurrency: int, pipe: "BarePipe | None" = None) -> dict[str, Any]:
        """Approve and execute; seconds of both and rows per second of the execution, write-back included.

        What `pipe` used meanwhile, in its turns, is taken off.
        """
        began = time.perf_counter()
        approval = Approval(plan_digest(self.plan), "--yes", "benchmark", "Ship them?")
        job_id = await self.service.approve(self.plan, approval)
        clock = _Clock()
        self.service.add_observer(clock)
        approved, used = time.perf_counter(), processor_s()
        result = await self.service.execute(job_id, concurrency=concurrency)
        ended = time.perf_counter()
        rows, spent = len(self.plan.shipments), spent_since(used)
        if pipe is not None:
            ended -= pipe.seconds
            spent = {name: seconds - pipe.spent.get(name, 0.0) for name, seconds in spent.items()}
        if result.successful_rows != rows:
            raise SystemExit(f"not all rows shipped: {result}")
        written = sum("1Z" in line for line in self.sheet.read_text(encoding="utf-8").splitlines())
        if written != rows:
            raise SystemExit(f"{written} of {rows} tracking numbers are in the sheet")
        return {
            "rows": rows,
            "approve_s": round(approved - began, 2),
            "execute_s": round(ended - approved, 2),
            "rows_per_s": round(rows / (ended - approved), 1),
            "steady_rows_per_s": clock.steady(),
            "cpu_ms_per_row": ms_per_row(spent, rows),
        }


@contextlib.asynccontextmanager
async def stage(folder: Path, url: str, rows: int, turns: "Turns | None" = None) -> AsyncIterator[Stage]:
    """Everything that one run needs, in a folder of its own."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    sheet = folder / "orders.csv"
    write_sheet(sheet, rows)
    settings = Settings(home=folder / "home", ups_base_url=url)
    ledger = Ledger.open(settings.ledger_place)
    try:
        async with ServerManager(settings) as servers:
            plan = await plan_over(servers, sheet, rows)
            # As in life: the preview has asked it for prices. The bare pipe's server is up as well before it is timed.
            await servers.list_tools("ups")
            data, ups = servers.caller("data"), servers.caller("ups")
            if turns is not None:
                data, ups = turns.seam(data), turns.seam(ups)
            service = BatchService(ledger, settings, data, ups)
            if turns is not None:
                service.add_observer(turns)
            yield Stage(service, plan, sheet)
    finally:
        ledger.close()


def processor_s() -> dict[str, float]:
    """Processor seconds by part: this process and the servers below it."""
    own = os.times()
    found = {"agent": own.user + own.system}
    for child in psutil.Process().children(recursive=True):
        spent = child.cpu_times()
        name = next((part for part in child.cmdline() if part.startswith(("mcp_servers", "tests."))), "other")
        found[name] = found.get(name, 0.0) + spent.user + spent.system
    return found


def spent_since(began: dict[str, float]) -> dict[str, float]:
    """Processor seconds of each part since `began`."""
    return {name: seconds - began.get(name, 0.0) for name, seconds in processor_s().items()}


def ms_per_row(spent: dict[str, float], rows: int) -> dict[str, float]:
    """Processor milliseconds of each part for one row: unlike rows per second hardly touched by other programs."""
    busy = {name: round(seconds / rows * 1000, 2) for name, seconds in spent.items() if seconds > 0}
    return busy | {"all": round(sum(spent.values()) / rows * 1000, 2)}
