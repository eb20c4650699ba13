"""`python -m tests.faults seeded|kills --count N [--workers W] [--seed S] [--output FILE]`: the long runs, as JSON.

`seeded`: worlds in one process with random faults and deaths (method (b)); `kills`: SIGKILLs of real processes against
the HTTP simulator (method (c)). A broken world is told with its seed, which is enough to replay it. `--output` keeps
what is done, with its commit: the same command goes on after the seeds that are in it.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import tests.own_state  # noqa: F401 - before anything reads the settings
from tests.faults import kills, seeded
from tests.faults.progress import Progress
from tests.faults.workers import spread

PER_TASK = {"seeded": 50, "kills": 1}
Result = tuple[Counter[str], dict[int, list[str]]]


def main() -> int:
    """Run them; exit 1 when one is broken, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("method", choices=["seeded", "kills"])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--output", type=Path, help="figures so far, after every part; a restart goes on from them")
    options = parser.parse_args()
    work: Callable[[list[int]], Result] = {"seeded": seeded.many, "kills": kills.many}[options.method]
    progress = Progress.of(options.method, options.output)
    left = progress.left(range(options.seed, options.seed + options.count))
    began = time.perf_counter()
    try:
        for seeds, (counts, broken) in spread(work, _parts(left, PER_TASK[options.method]), options.workers):
            for seed, faults in broken.items():
                print(f"seed {seed}: {faults}", file=sys.stderr)
            now = time.perf_counter()
            progress.add(seeds, counts, broken, now - began)
            began = now
    except KeyboardInterrupt:
        return 130
    print(json.dumps(progress.figures(), indent=1))
    return 1 if progress.broken else 0


def _parts(seeds: list[int], size: int) -> Iterator[list[int]]:
    return (seeds[at : at + size] for at in range(0, len(seeds), size))


if __name__ == "__main__":
    sys.exit(main())
