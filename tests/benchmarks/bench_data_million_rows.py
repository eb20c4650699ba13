"""A million rows: load with row numbers, checksums and types, and count a filter, against DuckDB alone.

Run: `python -m tests.benchmarks million_rows [--rows N]`   (needs about 400 MB of disk for its sheets)
Wanted: clean <= 2 x the bare load, RSS <= 1 GiB; careful (ragged, blank, another encoding) linear and <= 6 x.
"""

import csv
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.sources import ImportOptions, open_csv_source

ROWS = 1_000_000
HEADER = [
    "Order",
    "Name",
    "Company",
    "Address",
    "City",
    "State",
    "ZIP",
    "Country",
    "Phone",
    "Email",
    "SKU",
    "Qty",
    "Weight",
    "Price",
    "Total",
    "Date",
    "Service",
    "Notes",
    "Gift",
    "Status",
]
REPEATS = 3
"""Rounds, of which the quickest counts; a small size is a look at whether it runs."""
SMALL = 100_000


class Run(NamedTuple):
    """Seconds by the clock and of the processor, and peak MiB."""

    seconds: float
    processor: float
    mib: float


def write_sheet(path: Path, rows: int, *, ragged: bool, encoding: str) -> None:
    seed = random.Random(1)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            row = [
                100_000 + number, f"Name {number}", "Acme, Inc", f"{number} Main St", "Boston", seed.choice(["CA", "TX", "NY"]),
                f"{number % 99999:05d}", "US", f"61755{number:06d}", f"a{number}@example.com", f"SKU-{number % 100}", number % 9,
                number % 70 / 10, f"{number % 999}.50", f"{number % 1999}.25", f"2026-11-{number % 28 + 1:02d}", "Ground",
                "some note here", "no", "open",
            ]  # fmt: skip
            if ragged and number % 1000 == 7:
                row[1] = "Müller"
                row = row[:-3] if number % 2000 == 7 else [*row, ""]
                file.write("\r\n")
            writer.writerow(row)


def bare(path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        f"CREATE TABLE t AS SELECT row_number() OVER () AS row_number, * FROM read_csv('{path}', all_varchar=true)"
    )
    connection.execute("SELECT count(*) FROM t WHERE State = 'CA'").fetchall()
    connection.close()


def ours(path: Path) -> None:
    source = open_csv_source(str(path), ImportOptions())
    source.table.count(compile_clause("State = 'CA'", source.table.columns, 1))
    source.table.close()


WAYS: dict[str, Callable[[Path], None]] = {"bare": bare, "ours": ours}


def _measure(way: str, path: Path) -> Run:
    started, worked = time.perf_counter(), time.process_time()
    WAYS[way](path)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    return Run(seconds, worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measured(way: str, path: Path) -> Run:
    """One run in a process of its own, which has loaded its modules before."""
    command = [sys.executable, "-m", __spec__.name, way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(*json.loads(done.stdout))


def best(jobs: list[tuple[str, Path]], repeats: int) -> list[Run]:
    """The quickest of a few rounds for each job; jobs take turns, so that a busy machine is unfair to none."""
    rounds = [[measured(way, path) for way, path in jobs] for _ in range(repeats)]
    return [
        Run(min(one.seconds for one in runs), min(one.processor for one in runs), max(one.mib for one in runs))
        for runs in zip(*rounds, strict=True)
    ]


def beside(run: Run, base: Run) -> dict[str, float]:
    """A run beside the bare load: by the clock, and by the processor's time, which a shared machine changes less."""
    return {
        "seconds": round(run.seconds, 2),
        "times_bare": round(run.seconds / base.seconds, 2),
        "processor": round(run.processor, 2),
        "processor_times_bare": round(run.processor / base.processor, 2),
        "mib": round(run.mib),
    }


async def figures(folder: Path, sizes: list[int] | None) -> dict[str, Any]:
    """For `python -m tests.benchmarks million_rows`."""
    rows = (sizes or [ROWS])[-1]
    load = os.getloadavg()[0]
    clean, careful, tenth = (folder / f"{name}.csv" for name in ("clean", "careful", "tenth"))
    write_sheet(clean, rows, ragged=False, encoding="utf-8")
    write_sheet(careful, rows, ragged=True, encoding="cp1252")
    write_sheet(tenth, rows // 10, ragged=True, encoding="cp1252")
    jobs = [("bare", clean), ("ours", clean), ("ours", careful), ("ours", tenth)]
    base, quick, slow, tenth_run = best(jobs, REPEATS if rows >= SMALL else 1)
    return {
        "rows": rows,
        "load_at_start": round(load, 1),
        "bare": beside(base, base),
        "clean": beside(quick, base),
        "careful": beside(slow, base) | {"times_a_tenth": round(slow.processor / tenth_run.processor, 1)},
    }


if __name__ == "__main__":
    # One way, measured in this process alone.
    print(json.dumps(_measure(sys.argv[1], Path(sys.argv[2]))))
