"""`python -m tests.benchmarks [--output FILE] [--rows N ...] [NAME ...]`: figures as JSON, no judgement on time.

Names: chat, end_to_end, executor, latency, memory, million_rows, plain, rendering, start_up, stations, understanding, write_queue. Baselines are measured in the same run.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import tests.own_state  # noqa: F401 - before anything reads the settings
from tests.benchmarks import (
    batch_figures,
    bench_chat,
    bench_data_million_rows,
    bench_data_write_queue,
    bench_rendering,
    bench_start_up,
    bench_stations,
    bench_understanding,
)

FIGURES = batch_figures.FIGURES | {
    "chat": bench_chat.figures,
    "million_rows": bench_data_million_rows.figures,
    "rendering": bench_rendering.figures,
    "start_up": bench_start_up.figures,
    "stations": bench_stations.figures,
    "understanding": bench_understanding.figures,
    "write_queue": bench_data_write_queue.figures,
}


def main() -> None:
    """Run what was asked for and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", default=list(FIGURES), metavar="NAME")
    parser.add_argument("--rows", type=int, nargs="+", help="sizes instead of each figure's own")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    figures: dict[str, Any] = {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_at_start": os.getloadavg()[0],
    }
    for name in options.names:
        measure: Callable[[Path, list[int] | None], Awaitable[dict[str, Any]]] = FIGURES[name]
        with tempfile.TemporaryDirectory() as folder:
            figures[name] = asyncio.run(measure(Path(folder), options.rows))
        if options.output:
            options.output.write_text(json.dumps(figures, indent=1))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
