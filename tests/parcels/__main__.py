"""`python -m tests.parcels --count N [--seed S] [--steps N] [--output FILE]`: many stories, each from its own seed.

What is broken is told with its story, shrunk. `--output` remembers which seeds are done: a restart goes on after them.
"""

import argparse
import io
import json
import logging
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from tests.faults.progress import Progress
from tests.parcels.machine import Stories, make_template
from tests.parcels.telling import tell


def main() -> int:
    """Tell them; exit 1 when one is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.parcels")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--examples", type=int, default=20, help="stories a seed")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--shrink", action="store_true", help="find the shortest story of what is broken")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    progress = Progress.of("stories", options.output)
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(Path(folder))
        for seed in progress.left(range(options.seed, options.seed + options.count)):
            began = time.perf_counter()
            counts, broken = one(template, seed, options.examples, options.steps, shrink=options.shrink)
            progress.add([seed], counts, {seed: broken} if broken else {}, time.perf_counter() - began)
            for story in broken:
                print(f"seed {seed}: {story}", file=sys.stderr)
    print(json.dumps(progress.figures(), indent=1))
    return 1 if progress.broken else 0


def one(template: Path, seed: int, examples: int, steps: int, *, shrink: bool) -> tuple[Counter[str], list[str]]:
    """The counts of one seed's stories, and what is broken."""
    told: Any = io.StringIO()
    before = Stories.counts.copy()
    try:
        with redirect_stdout(told), redirect_stderr(told):
            tell(template, examples=examples, steps=steps, seed=seed, shrink=shrink)
    except Exception as fault:
        notes = "\n".join(getattr(fault, "__notes__", []))
        return Stories.counts - before, [f"{type(fault).__name__}: {str(fault)[:1200]}\n{notes}"]
    return Stories.counts - before, []


if __name__ == "__main__":
    sys.exit(main())
