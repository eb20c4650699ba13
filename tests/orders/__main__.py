"""`python -m tests.orders [NAME...] [--why]`: rows right, asked, refused and wrong of every platform's file.

`--page` writes the tables of docs/order-files.md. `--first-run COMMIT` keeps the figures of sets that have none yet:
those of a product that was not changed for them.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tests.own_state  # noqa: F401 - before anything reads the settings
from tests.orders import page
from tests.orders.corpus import FIRST_RUN, first_run, verdicts
from tests.orders.drive import FileRunner
from tests.orders.judge import KINDS, count
from tests.orders.truth import platforms
from tests.ups_proxy import own_simulator


def main() -> int:
    """Print the figures; exit 1 when a row is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.orders")
    parser.add_argument("names", nargs="*", help="only these platforms")
    parser.add_argument("--seed", type=int, default=0, help="other people, other numbers")
    parser.add_argument("--why", action="store_true", help="tell what was wrong or asked, on stderr")
    parser.add_argument("--page", action="store_true", help="write the tables of docs/order-files.md")
    parser.add_argument("--first-run", metavar="COMMIT", help="keep the figures of sets without any")
    options = parser.parse_args()
    chosen = [platform for platform in platforms() if not options.names or platform.name in options.names]
    now: dict[str, Counter[str]] = {}
    with _runner() as runner:
        for platform in chosen:
            found = verdicts(runner, platform, options.seed)
            now[platform.name] = count(found)
            for verdict in found if options.why else ():
                if verdict.kind != "right":
                    print(f"{platform.name} {verdict.rows} {verdict.kind}: {verdict.why}", file=sys.stderr)
    before = first_run()[1] if FIRST_RUN.exists() else {}
    if options.first_run:
        FIRST_RUN.write_text(_kept({**now, **before}, options.first_run), encoding="utf-8")
    print("\n".join(page.figures(before, now)))
    if options.page and len(chosen) == len(platforms()):
        page.write(before, now)
    return 1 if sum(counts["wrong"] for counts in now.values()) else 0


@contextmanager
def _runner() -> Iterator[FileRunner]:
    os.environ.update(own_simulator())
    with tempfile.TemporaryDirectory() as folder:
        runner = FileRunner(Path(folder))
        try:
            yield runner
        finally:
            runner.close()


def _kept(rows: "dict[str, dict[str, int] | Counter[str]]", commit: str) -> str:
    lines = [
        "# Rows right, asked, refused and wrong of each platform's file at the first run: before the product was",
        "# changed for any of them. Written once by `python -m tests.orders --first-run COMMIT`.",
        f'commit = "{commit}"',
        "",
        "[platforms]",
    ]
    for name, counts in rows.items():
        inside = ", ".join(f"{kind} = {counts[kind]}" for kind in KINDS)
        lines.append(f"{name} = {{ {inside} }}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
