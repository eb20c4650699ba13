"""`python -m tests.faults --jobs 100000 [--first SEED] [--output FILE]`: many seeded worlds, with the figures as JSON."""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from agent.ledger.store import Ledger
from tests.faults.seeded import one_world
from tests.faults.world import without_waiting


class _Patch:
    """The part of pytest's monkeypatch that the worlds use."""

    def setattr(self, target: object, name: str, value: object) -> None:
        patch.object(target, name, value).start()


def main() -> int:
    """Run the worlds; exit 1 when one of them is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    without_waiting(_Patch())
    figures = {"jobs": 0, "labels": 0, "requests": 0, "broken": 0, "seeds_broken": []}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "template.sqlite"
        Ledger.open(template).close()
        for seed in range(options.first, options.first + options.jobs):
            place = Path(folder) / str(seed)
            world, broken = asyncio.run(one_world(seed, place, template))
            shutil.rmtree(place)
            figures["jobs"] += 1
            figures["labels"] += len(world.carrier.books)
            figures["requests"] += len(world.carrier.requests)
            if broken:
                figures["broken"] += 1
                figures["seeds_broken"].append(seed)
                print(f"seed {seed}: {broken}", file=sys.stderr)
            if seed % 1000 == 999:
                print(f"{figures['jobs']} jobs, {figures['broken']} broken", file=sys.stderr)
            figures["seconds"] = round(time.perf_counter() - began, 1)
            if options.output and (seed % 100 == 99 or seed == options.first + options.jobs - 1):
                options.output.write_text(json.dumps(figures))
    print(json.dumps(figures, indent=1))
    return 1 if figures["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
