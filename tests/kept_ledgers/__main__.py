"""`python -m tests.kept_ledgers NAME`: keep a ledger as this commit writes one, as `NAME.sqlite.gz` beside this file.

A small shop: six labels, of which one is void, a row in doubt, a row that UPS refused.
Everything happens below one folder of a neutral name, because the ledger keeps paths.
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

FOLDER = Path("/tmp/sample-shop")
SHEET = Path(__file__).parents[2] / "agent" / "scripts" / "sample_orders.csv"
COMMAND = Path(sys.executable).with_name("shipchat")


def main(name: str) -> None:
    """Make the shop, keep its ledger, take the shop away."""
    FOLDER.mkdir()
    try:
        shutil.copy(SHEET, FOLDER / "orders.csv")
        _ship()
        with sqlite3.connect(FOLDER / "home" / "ledger.sqlite") as ledger:
            ledger.execute("VACUUM INTO ?", (str(FOLDER / "kept.sqlite"),))
        kept = Path(__file__).with_name(f"{name}.sqlite.gz")
        kept.write_bytes(gzip.compress((FOLDER / "kept.sqlite").read_bytes(), mtime=0))
        print(f"{kept}: {kept.stat().st_size} bytes")
    finally:
        shutil.rmtree(FOLDER)


def _ship() -> None:
    _run("-p", "ship all California orders via Ground", "--source", "orders.csv", "--yes")
    _run("jobs", "void", "last", "--rows", "2", "--yes")
    records = str(FOLDER / "home" / "simulator" / "books.sqlite")
    faults = ("swallow@ship:1", "refuse-zip=97205:120202")
    simulator = subprocess.Popen(
        [COMMAND, "simulator", "--port", "0", "--records", records, "--fault", *faults],
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert simulator.stdout is not None
    url = {"SHIPCHAT_UPS_BASE_URL": simulator.stdout.readline().strip(), "SHIPCHAT_UPS_TIMEOUT_S": "2"}
    try:
        _run(
            *("-p", "ship all orders to MA, OR and WA via Ground", "--source", "orders.csv", "--yes"),
            *("--on-error", "continue", "--concurrency", "1"),
            **url,
        )
    finally:
        simulator.terminate()
        simulator.wait()
    _run("jobs", "show", "last")


def _run(*arguments: str, **more: str) -> None:
    # Refused and doubtful rows have exit codes of their own.
    subprocess.run([COMMAND, *arguments], cwd=FOLDER, env=_environment() | more, check=False)


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHIPCHAT_", "ANTHROPIC_"))}
    return kept | {"SHIPCHAT_HOME": str(FOLDER / "home"), "SHIPCHAT_STATE": str(FOLDER / "state")}


if __name__ == "__main__":
    main(sys.argv[1])
