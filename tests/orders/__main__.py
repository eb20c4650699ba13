"""`python -m tests.orders [NAME...] [--why]`: rows right, asked, refused and wrong of every platform's file, first run and now.

`--first-run COMMIT` keeps the figures of sets that have none yet: those of a product that was not changed for them.
"""

import argparse
import os
import tempfile
from collections import Counter
from pathlib import Path

from tests.orders.corpus import FIRST_RUN, first_run, verdicts
from tests.orders.drive import Desk
from tests.orders.judge import KINDS, count
from tests.orders.truth import platforms
from tests.ups_proxy import own_simulator


def main() -> int:
    """Print the table of docs/order-files.md; exit 1 when a row is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.orders")
    parser.add_argument("names", nargs="*", help="only these platforms")
    parser.add_argument("--why", action="store_true", help="tell what was wrong or asked")
    parser.add_argument("--first-run", metavar="COMMIT", help="keep the figures of sets without any")
    options = parser.parse_args()
    os.environ.update(own_simulator())
    before = first_run() if FIRST_RUN.exists() else {}
    kept = dict(before)
    totals = {"first": Counter[str](), "now": Counter[str]()}
    print(
        f"| file | first run: right | asked | refused | wrong | now: right | asked | refused | wrong |\n{'|---' * 9}|"
    )
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        try:
            for platform in platforms():
                if options.names and platform.name not in options.names:
                    continue
                found = verdicts(desk, platform)
                now, first = count(found), before.get(platform.name, {})
                kept.setdefault(platform.name, dict(now))
                totals["now"] += now
                totals["first"] += Counter({kind: first.get(kind, 0) for kind in KINDS})
                print(_line(platform.title, first, now), flush=True)
                if options.why:
                    for verdict in found:
                        if verdict.kind != "right":
                            print(f"    {verdict.rows} {verdict.kind}: {verdict.why}")
        finally:
            desk.close()
    print(_line("**all**", totals["first"], totals["now"]))
    if options.first_run:
        FIRST_RUN.write_text(_kept(kept, options.first_run), encoding="utf-8")
    return 1 if totals["now"]["wrong"] else 0


def _line(title: str, first: "dict[str, int] | Counter[str]", now: "Counter[str]") -> str:
    cells = [str(first.get(kind, "")) for kind in KINDS] + [str(now[kind]) for kind in KINDS]
    return f"| {title} | {' | '.join(cells)} |"


def _kept(figures: dict[str, dict[str, int]], commit: str) -> str:
    lines = [
        "# Rows right, asked, refused and wrong of each platform's file at the first run: before the product was changed for it.",
        f'commit = "{commit}"',
        "",
        "[platforms]",
    ]
    for name, rows in figures.items():
        inside = ", ".join(f"{kind} = {rows[kind]}" for kind in KINDS)
        lines.append(f"{name} = {{ {inside} }}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
