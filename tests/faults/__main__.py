"""`python -m tests.faults seeded|kills --count N [--workers W] [--seed S] [--output FILE]`: the long runs, as JSON.

`seeded`: worlds in one process with random faults and deaths (method (b)); `kills`: SIGKILLs of real processes against
the HTTP simulator (method (c)). A broken world is told with its seed, which is enough to replay it.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import tests.own_state  # noqa: F401 - before anything reads the settings
from tests.faults import kills, seeded

PER_TASK = {"seeded": 50, "kills": 1}
Result = tuple[Counter[str], dict[int, list[str]]]


def main() -> int:
    """Run them; exit 1 when one is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("method", choices=["seeded", "kills"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--output", type=Path, help="figures so far, after every part")
    options = parser.parse_args()
    work: Callable[[range], Result] = {"seeded": seeded.many, "kills": kills.many}[options.method]
    counts: Counter[str] = Counter()
    broken: dict[int, list[str]] = {}
    began = time.perf_counter()
    for told, found in _spread(work, options.seed, options.count, options.workers, PER_TASK[options.method]):
        counts, broken = counts + told, broken | found
        for seed, faults in found.items():
            print(f"seed {seed}: {faults}", file=sys.stderr)
        figures: dict[str, Any] = {"method": options.method, **counts, "broken": len(broken)}
        figures |= {"seeds_broken": sorted(broken), "seconds": round(time.perf_counter() - began, 1)}
        if options.output:
            options.output.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures, indent=1))
    return 1 if broken else 0


def _spread(work: Callable[[range], Result], first: int, count: int, workers: int, per_task: int) -> Any:
    """Results as they come; a few tasks are ahead, so that memory stays flat."""
    parts = (range(at, min(at + per_task, first + count)) for at in range(first, first + count, per_task))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=200) as pool:
        running: set[Future[Result]] = set()
        for part in parts:
            running.add(pool.submit(work, part))
            if len(running) >= 2 * workers:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        for future in running:
            yield future.result()


if __name__ == "__main__":
    sys.exit(main())
