"""How long the offline interpreter takes for one sentence on a sheet of 5,000 rows: processor time, without the counts.

Run: `python -m tests.benchmarks understanding`. To reach: half of them in 60 ms, 99 of 100 in 250 ms.
"""

import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from agent.understanding.interpret import interpret
from agent.understanding.requests import Look
from agent.understanding.sheet import Sheet
from agent.understanding.sheet_columns import sheet_from
from agent.understanding.situation import Situation

ROWS = 5_000
TODAY = date(2026, 11, 20)
ROUNDS = 20
SENTENCES = (
    "Ship all California orders via Ground",
    "CA and TX orders over $100, ground",
    "2 day for Texas, overnight for California, ground for the rest",
    "Could you please ship every paid order heavier than 5 lb that goes to Ohio or Nevada by 2nd Day Air?",
    "state in ('CA', 'TX') and total >= 75 -> ground",
    "um send the mugs two Texas by ground",
    "We had a good week. Ship everything over $200 by 2nd day air. I'm off to the dentist.",
    "how many orders are there for each status",
)
STATES = "CA TX OH NV NY WA OR FL GA AZ".split()  # noqa: SIM905


def sheet() -> Sheet:
    """Order numbers, names, places, a product, a status, amounts and days, as a shop exports them."""
    many = {
        "Order Number": [f"SO-{100000 + at}" for at in range(1000)],
        "Recipient": [f"Person {at} Ames" for at in range(1000)],
        "City": [f"Town{at}" for at in range(400)],
        "State": STATES,
        "Product": [f"{colour} {thing}" for colour in ("Red", "Blue", "Oak") for thing in ("Mug", "Tray", "Lamp")],
        "Status": ["paid", "pending", "on hold"],
        "Notes": [f"note {at}" for at in range(300)],
        "Order Total": [str(at) for at in range(300)],
        "Weight (lb)": [str(at) for at in range(40)],
    }
    kinds = {"Order Total": "decimal", "Weight (lb)": "decimal"}
    columns = [
        {"name": name, "type": kinds.get(name, "text"), "nulls": 0, "distinct_count": ROWS if at < 2 else len(held)}  # noqa: PLR2004
        for at, (name, held) in enumerate(many.items())
    ]
    columns.append({"name": "Order Date", "type": "date", "nulls": 0, "distinct_count": 60})
    values = {name: {"values": [{"value": value, "count": 5} for value in held]} for name, held in many.items()}
    dates = [{"value": str(TODAY - timedelta(days=at)), "count": 80} for at in range(60)]
    return sheet_from({"row_count": ROWS, "columns": columns}, values | {"Order Date": {"values": dates}})


def read(text: str, on: Sheet) -> float:
    """Seconds of processor for one sentence; every clause that is looked up has rows."""
    counts: dict[str, int] = {}
    started = time.process_time()
    while isinstance(look := interpret(text, Situation(on, TODAY, counts=counts)).action, Look):
        counts |= dict.fromkeys(look.clauses, 1)
    return time.process_time() - started


async def figures(_folder: Path, _sizes: list[int] | None) -> dict[str, Any]:
    """The first sentence with what is read once for a sheet, then the median and the slowest of a hundred."""
    on = sheet()
    first = read(SENTENCES[0], on)
    taken = sorted(read(text, on) for text in SENTENCES for _ in range(ROUNDS))
    return {
        "rows": ROWS,
        "first_ms": round(first * 1000, 1),
        "median_ms": round(statistics.median(taken) * 1000, 1),
        "p99_ms": round(taken[int(len(taken) * 0.99) - 1] * 1000, 1),
    }
