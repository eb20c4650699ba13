"""The figures of the batch engine (docs/performance.md), each with its baselines from the same run."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

from agent.batch.service import BatchService
from agent.ledger.store import Ledger
from tests.benchmarks.batch_baselines import Turns, bare_pipe, plain_way
from tests.benchmarks.batch_stage import simulator, stage, write_sheet
from tests.faults.carrier import Carrier, Sheet
from tests.faults.world import new_world, plan_of, yes

CONCURRENCY = 16


async def executor(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """Approve and execute over real stdio servers and an HTTP simulator without latency; CSV write-back included.

    The bare pipe takes turns with each size (`Turns`).
    """
    figures: dict[str, Any] = {}
    sizes = rows or [1000, 5000, 10000]
    for size in sizes:
        figures[f"rows_{size}"] = await _by_turns_with_the_bare_pipe(folder / str(size), size)
    first, last = figures[f"rows_{sizes[0]}"]["execute_s"], figures[f"rows_{sizes[-1]}"]["execute_s"]
    figures["time_ratio"] = {"rows": sizes[-1] / sizes[0], "time": round(last / first, 2)}
    return figures


async def _by_turns_with_the_bare_pipe(folder: Path, size: int) -> dict[str, Any]:
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    every = min(250, size)
    with simulator(folder, name="bare") as bare_url, simulator(folder, name="own") as url:
        async with bare_pipe(folder / "bare", bare_url, CONCURRENCY) as pipe:
            async with stage(folder / "run", url, size, Turns(pipe, every, every // 2)) as prepared:
                figures = await prepared.run(CONCURRENCY, pipe)
                figures.pop("steady_rows_per_s")  # Its clock knows nothing of turns.
            bare = pipe.figures()
    return figures | {"bare_pipe": bare, "share_of_bare_pipe": round(figures["rows_per_s"] / bare["rows_per_s"], 2)}


async def end_to_end(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """`shipchat -p "Ship all orders via Ground" --yes` as a person would run it, process start to exit."""
    size = (rows or [5000])[-1]
    write_sheet(folder / "orders.csv", size)
    with simulator(folder) as url:
        environment = os.environ | {"SHIPCHAT_HOME": str(folder / "home"), "SHIPCHAT_UPS_BASE_URL": url}
        command = [sys.executable, "-m", "agent.cli", "-p", "Ship all orders via Ground", "--source", "orders.csv"]
        began = time.perf_counter()
        done = await asyncio.to_thread(
            subprocess.run,
            [*_command(command), "--yes", "--concurrency", str(CONCURRENCY), "--output-format", "json"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        seconds = time.perf_counter() - began
    figures = {"rows": size, "seconds": round(seconds, 2), "rows_per_s": round(size / seconds, 1)}
    return figures | {"exit_code": done.returncode, "stderr": done.stderr[-300:] if done.returncode else ""}


def _command(command: list[str]) -> list[str]:
    installed = Path(sys.executable).with_name("shipchat")
    return [str(installed), *command[3:]] if installed.exists() else command


async def latency(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """UPS answers in 300 ms: the share of the ideal rate of 16 requests in flight."""
    size = (rows or [1600])[-1]
    with simulator(folder, latency_ms=300) as url:
        async with stage(folder / "run", url, size) as prepared:
            figures = await prepared.run(CONCURRENCY)
    ideal = CONCURRENCY / 0.3
    return figures | {
        "ideal_rows_per_s": round(ideal, 1),
        "share_of_ideal": round(figures["steady_rows_per_s"] / ideal, 3),
    }


async def plain(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """The plain way at 500 rows: one after the other, four ORM commits a row, the sheet rewritten per row."""
    size = (rows or [500])[-1]
    with simulator(folder) as url:
        figures = {"plain_way": await plain_way(folder / "plain", url, size)}
        async with stage(folder / "run", url, size) as prepared:
            figures["shipchat"] = await prepared.run(CONCURRENCY)
    return figures


async def memory(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """Peak memory of the executor alone, each size in a fresh process over a carrier in memory."""
    figures = {}
    for size in rows or [1000, 100_000]:
        code = f"from tests.benchmarks.batch_figures import peak; peak({str(folder / str(size))!r}, {size})"
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        before, after = (int(number) for number in done.stdout.split())
        figures[f"rows_{size}"] = {"before_mib": before // 1024, "grown_mib": (after - before) // 1024}
    return figures


def peak(place: str, rows: int) -> None:
    """Plan in a child, execute here; print the resident KiB before and the peak after the execution."""
    world = new_world(Path(place))
    planning = os.fork()
    if planning == 0:
        asyncio.run(_planned(world.ledger_place, world, rows))
        os._exit(0)
    os.waitpid(planning, 0)
    asyncio.run(_executed(world))


async def _planned(path: Path, world: Any, rows: int) -> None:
    plan = plan_of([f"A{number}" for number in range(rows)])
    ledger = Ledger.open(path)
    await BatchService(ledger, world.settings, Sheet(), world.carrier).approve(plan, yes(plan))
    ledger.close()


class _Forgetful(Carrier):
    """Makes labels and remembers none of them: the books must not count as the executor's memory."""

    def shipping_create(self, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = self._make(arguments["reference"], arguments["shipment"], dear=False, label=True)
        self.books.clear()
        return answer


class _NoCells(Sheet):
    def _write(self, row: dict[str, Any]) -> None:
        return


async def _executed(world: Any) -> None:
    ledger = Ledger.open(world.ledger_place)
    carrier = _Forgetful(world.folder / "labels", world.ledger_place)
    service = BatchService(ledger, world.settings, _NoCells(), carrier)
    (job,) = service.jobs()
    before = psutil.Process().memory_info().rss // 1024
    await service.execute(job.id, concurrency=CONCURRENCY)
    print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    ledger.close()


FIGURES: dict[str, Callable[[Path, list[int] | None], Awaitable[dict[str, Any]]]] = {
    "executor": executor,
    "end_to_end": end_to_end,
    "latency": latency,
    "plain": plain,
    "memory": memory,
}
