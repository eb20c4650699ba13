"""How long commands take from nothing, as ratios to bare commands of the same run.

Run: `python -m tests.benchmarks start_up`. Each command takes turns with its baseline, so that a busy machine slows both;
of each the best of the turns counts. `wall` is the clock, `processor` the time of all processes of the command together.
"""

import gzip
import os
import resource
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tests.kept_ledgers
from agent.ledger.schema import HEAD

TURNS = 5
ROWS = (14, 5_000)
COMMAND = str(Path(sys.executable).with_name("shipchat"))
HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Phone,Weight (lb)\n"
REACH = {
    "help": {"wall": 1.5, "of": "version"},
    "jobs_list": {"wall": 1.5, "of": "version"},
    "completion": {"wall": 1.5, "of": "version"},
    "dry_run_14": {"wall": 2.2, "processor": 3.0, "of": "import_mcp"},
    "more_rows": {"ms_a_row": 0.5},
}


@dataclass(slots=True)
class Best:
    """The best of all turns, in seconds."""

    wall: float = float("inf")
    processor: float = float("inf")


async def figures(folder: Path, rows: list[int] | None) -> dict[str, Any]:
    """The ratios, and what they should be."""
    small, large = (rows + list(ROWS[len(rows) :]))[:2] if rows else ROWS
    environment = _environment(folder)
    sheets = {count: _sheet(folder, count) for count in (small, large)}
    commands: dict[str, list[str]] = {
        "version": [COMMAND, "--version"],
        "help": [COMMAND, "--help"],
        "jobs_list": [COMMAND, "jobs", "list"],
        "completion": [COMMAND],
        "import_mcp": [sys.executable, "-c", "import mcp"],
        "dry_run_14": _dry_run(sheets[small]),
        "dry_run_many": _dry_run(sheets[large]),
    }
    asked = {"_SHIPCHAT_COMPLETE": "bash_complete", "COMP_WORDS": "shipchat jobs show ", "COMP_CWORD": "3"}
    best = {name: Best() for name in commands}
    for _ in range(TURNS):
        for name, command in commands.items():
            _take(best[name], command, environment | (asked if name == "completion" else {}), folder)
    ratios: dict[str, Any] = {
        name: {
            kind: round(getattr(best[name], kind) / getattr(best[str(reach["of"])], kind), 2)
            for kind in ("wall", "processor")
        }
        for name, reach in REACH.items()
        if "of" in reach
    }
    more = best["dry_run_many"].wall - best["dry_run_14"].wall
    ratios["more_rows"] = {"ms_a_row": round(more * 1000 / (large - small), 2)}
    seconds = {name: {"wall": round(one.wall, 3), "processor": round(one.processor, 3)} for name, one in best.items()}
    return {"ratios": ratios, "reach": REACH, "seconds": seconds}


def _take(best: Best, command: list[str], environment: dict[str, str], folder: Path) -> None:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    best.wall = min(best.wall, time.perf_counter() - began)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    best.processor = min(best.processor, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _environment(folder: Path) -> dict[str, str]:
    """A home with a ledger whose batches are finished."""
    home = folder / "home"
    home.mkdir()
    kept = Path(tests.kept_ledgers.__file__).with_name(f"{HEAD}.sqlite.gz")
    (home / "ledger.sqlite").write_bytes(gzip.decompress(kept.read_bytes()))
    with sqlite3.connect(home / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE batch_jobs SET status = 'completed_with_warnings' WHERE status != 'completed'")
        ledger.execute("UPDATE shipments SET state = 'closed' WHERE state = 'in_doubt'")
    own = {"SHIPCHAT_HOME": str(home), "SHIPCHAT_STATE": str(folder / "state")}
    # An installed program has its bytecode, as the SDK beside it has: the first turn writes ours where it is missing.
    left_out = ("SHIPCHAT_", "ANTHROPIC_", "PYTHONDONTWRITEBYTECODE")
    bare = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    return bare | own


def _sheet(folder: Path, rows: int) -> Path:
    path = folder / f"{rows}.csv"
    lines = (
        f"B-{number},Dana Whitfield,{number} Juniper Court,Sacramento,CA,95814,(916) 555-0101,2.5\n"
        for number in range(1, rows + 1)
    )
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def _dry_run(sheet: Path) -> list[str]:
    return [COMMAND, "-p", "Ship all California orders via Ground", "--source", sheet.name, "--dry-run"]
