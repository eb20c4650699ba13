"""Runs the files of all platforms and counts: rows right, asked and wrong."""

import csv
import io
import tomllib
from pathlib import Path
from typing import Final

from tests.orders.drive import FileRunner
from tests.orders.judge import Verdict, expect, judge
from tests.orders.make_orders import make
from tests.orders.person import defaults, sensible
from tests.orders.spellings import AS_IT_IS, Style, respelt
from tests.orders.truth import Platform

FIRST_RUN: Final = Path(__file__).with_name("first_run.toml")


def verdicts(
    runner: FileRunner, platform: Platform, seed: int = 0, headers: list[str] | None = None, style: Style = AS_IT_IS
) -> list[Verdict]:
    """What came of a platform's file; `headers`: its columns in another order, `style`: in another spelling."""
    names = headers or platform.headers
    spelt = respelt(platform, style)
    text = make(platform, seed, names, spelt)
    expected = expect(platform, text, names)
    records = list(csv.reader(io.StringIO(text), delimiter=platform.delimiter))[1 if platform.header else 0 :]
    rows = [dict(zip(names, record, strict=True)) for record in records]
    name = f"{platform.name}.{'tsv' if platform.delimiter == chr(9) else 'csv'}"
    return judge(expected, runner.run(text, sensible(platform, spelt, rows), name=name, defaults=defaults(platform)))


def first_run() -> tuple[str, dict[str, dict[str, int]]]:
    """The commit, and rows by kind of each platform at the first run, before the product was changed for any."""
    with FIRST_RUN.open("rb") as file:
        kept = tomllib.load(file)
    return kept["commit"], kept["platforms"]
