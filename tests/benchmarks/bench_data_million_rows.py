"""A million rows: load with row numbers, checksums and types, and count a filter, against DuckDB alone (DESIGN 5).

Run: python tests/benchmarks/bench_data_million_rows.py [rows]   (needs about 400 MB of disk for its sheets)
Wanted: clean <= 2 x the bare load, RSS <= 1 GiB; careful (ragged, blank, another encoding) linear and <= 6 x.
"""

import csv
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from mcp_servers.data.guard.clause import compile_clause
from mcp_servers.data.sources import Wishes, open_csv_source

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
                row = row[:-3] if number % 2000 == 7 else [*row, "extra"]
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
    source = open_csv_source(str(path), Wishes())
    source.table.count(compile_clause("State = 'CA'", source.table.columns, 1))
    source.table.close()


def _measure(work: Callable[[Path], None], path: Path, answers: "multiprocessing.Queue[Run]") -> None:
    started, worked = time.perf_counter(), time.process_time()
    work(path)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    answers.put(Run(seconds, worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(work: Callable[[Path], None], path: Path) -> Run:
    """One run in a process of its own, which has loaded its modules before."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[Run] = context.Queue()
    process = context.Process(target=_measure, args=(work, path, answers))
    process.start()
    found = answers.get()
    process.join()
    return found


def best(jobs: list[tuple[Callable[[Path], None], Path]]) -> list[Run]:
    """The quickest of a few rounds for each job; jobs take turns, so that a busy machine is unfair to none."""
    rounds = [[measured(work, path) for work, path in jobs] for _ in range(REPEATS)]
    return [
        Run(min(one.seconds for one in runs), min(one.processor for one in runs), max(one.mib for one in runs))
        for runs in zip(*rounds, strict=True)
    ]


def figures(run: Run, base: Run) -> dict[str, float]:
    """A run beside the bare load: by the clock, and by the processor's time, which a shared machine changes less."""
    return {
        "seconds": round(run.seconds, 2),
        "times_bare": round(run.seconds / base.seconds, 2),
        "processor": round(run.processor, 2),
        "processor_times_bare": round(run.processor / base.processor, 2),
        "mib": round(run.mib),
    }


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        clean, careful, tenth = (Path(folder) / f"{name}.csv" for name in ("clean", "careful", "tenth"))
        write_sheet(clean, rows, ragged=False, encoding="utf-8")
        write_sheet(careful, rows, ragged=True, encoding="cp1252")
        write_sheet(tenth, rows // 10, ragged=True, encoding="cp1252")
        jobs = [(bare, clean), (ours, clean), (ours, careful), (ours, tenth)]
        base, quick, slow, tenth_run = best(jobs)
    linear = {"times_a_tenth": round(slow.processor / tenth_run.processor, 1)}
    answer = {
        "rows": rows,
        "load_at_start": round(load, 1),
        "bare": figures(base, base),
        "clean": figures(quick, base),
        "careful": figures(slow, base) | linear,
    }
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
