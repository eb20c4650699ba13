"""10,000 rows rendered, checked by every rule and validated against the published schema. To reach: 5 s on 2 cores.

Run: `python -m tests.benchmarks rendering`, or `python -m tests.benchmarks.bench_rendering` alone.
"""

import time
from datetime import date
from pathlib import Path
from typing import Any

from agent.mapping.answers import Answers
from agent.mapping.builder import ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import Mapping, mapping_from
from agent.planning.model import SheetRow
from agent.sender import SAMPLE_SHIPPER
from mcp_servers.ups.models import ShippingCreateArguments

ROWS = 10_000
REACH_S = 5.0
ORDER = {
    "Order Number": "",
    "Recipient Name": "Dana Whitfield",
    "Company": "",
    "Address 1": "14 Juniper Court",
    "Address 2": "Apt 3B",
    "City": "Sacramento",
    "State": "CA",
    "ZIP": "95814",
    "Country": "USA",
    "Phone": "(916) 555-0101",
    "Email": "dana@example.com",
    "Weight (lb)": "2.5",
    "Length (in)": "12",
    "Width (in)": "8",
    "Height (in)": "6",
    "Service": "UPS Ground",
    "Residential": "Y",
    "Declared Value": "$120.00",
}


def _own(number: int) -> dict[str, str]:
    """What differs from row to row, so that nothing is fast because it was read before."""
    return {
        "Order Number": f"SC-{number}",
        "Recipient Name": f"Dana {chr(65 + number % 26)}{chr(97 + number // 26 % 26)}{number % 7 * 'o'} Whitfield",
        "Address 1": f"{number} Juniper Court",
        "Phone": f"(916) 555-{number % 10_000:04d}",
        "Email": f"dana.{number}@example.com",
        "Weight (lb)": f"{1 + number % 140}.{number % 10}",
        "Declared Value": f"${number % 4000}.{number % 100:02d}",
    }


def measure(mapping: Mapping) -> float:
    """Seconds of CPU for all rows: they are built on one core, and other programs do not count."""
    rows = [SheetRow(number, number + 1, {**ORDER, **_own(number)}, str(number)) for number in range(1, ROWS + 1)]
    schema = ShippingCreateArguments.model_json_schema()
    started = time.process_time()
    builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, Answers(), date(2026, 3, 2))
    result = builder.build_all(rows)
    seconds = time.process_time() - started
    if not result.ready or len(result.shipments) != ROWS:
        raise SystemExit(f"not all rows were built: {result.problems[:3]} {result.asks[:3]}")
    return seconds


def seconds_by_mapping() -> dict[str, float]:
    """Plain columns, and the same with a filter or a choice in every third field."""
    plain = mapping_from(propose_mapping(list(ORDER), {}), {})
    filtered = {
        name: f'{text} | trim if {text} else ""' if place % 3 == 0 else text
        for place, (name, text) in enumerate(plain.fields.items())
    }
    return {"plain columns": measure(plain), "with expressions": measure(Mapping(filtered))}


async def figures(_folder: Path, _sizes: list[int] | None) -> dict[str, Any]:
    """For `python -m tests.benchmarks rendering`."""
    return {"rows": ROWS, "reach_cpu_s": REACH_S} | {
        f"{title}, cpu_s": round(seconds, 2) for title, seconds in seconds_by_mapping().items()
    }


def main() -> None:
    """Print them."""
    for title, seconds in seconds_by_mapping().items():
        verdict = "reached" if seconds <= REACH_S else "MISSED"
        print(f"{title}: {ROWS} rows in {seconds:.2f} s ({ROWS / seconds:.0f} rows/s), to reach {REACH_S} s: {verdict}")


if __name__ == "__main__":
    main()
