"""Runs the files of all platforms and counts: rows right, asked and wrong."""

import csv
import io
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.orders.drive import Desk, defaults, sensible
from tests.orders.judge import Verdict, expect, judge
from tests.orders.make_orders import make
from tests.orders.truth import Platform

FIRST_RUN: Final = Path(__file__).with_name("first_run.toml")


def verdicts(desk: Desk, platform: Platform, seed: int = 0, order: Sequence[int] | None = None) -> list[Verdict]:
    """What came of a platform's file; `order`: its columns by their places, in another order."""
    headers = [platform.headers[place] for place in order] if order else platform.headers
    text = make(platform, seed, headers)
    expected = expect(platform, text, headers)
    ready = next(each.rows[0] for each in expected if each.means == "ready")
    lead = list(csv.reader(io.StringIO(text), delimiter=platform.delimiter))[ready if platform.header else ready - 1]
    answer = sensible(platform, {header: header for header in headers}, dict(zip(headers, lead, strict=True)))
    name = f"{platform.name}.{'tsv' if platform.delimiter == chr(9) else 'csv'}"
    return judge(expected, desk.run(text, answer, name=name, defaults=defaults(platform)))


def first_run() -> dict[str, dict[str, int]]:
    """Rows by kind of each platform at the first run, before the product was changed for any of them."""
    with FIRST_RUN.open("rb") as file:
        return dict(tomllib.load(file)["platforms"])
