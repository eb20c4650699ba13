"""10,000 rows rendered, checked by every rule and validated against the published schema. To reach: 5 s on 2 cores.

Run: `python -m tests.benchmarks.bench_rendering`
"""

import time
from datetime import date

from agent.mapping.answers import Answers
from agent.mapping.builder import SheetRow, ShipmentBuilder
from agent.mapping.columns import propose_mapping
from agent.mapping.template import Mapping, mapping_from
from agent.settings import SAMPLE_SHIPPER
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


def measure(mapping: Mapping) -> float:
    """Seconds for all rows."""
    rows = [
        SheetRow(number, number + 1, {**ORDER, "Order Number": f"SC-{number}"}, str(number))
        for number in range(1, ROWS + 1)
    ]
    schema = ShippingCreateArguments.model_json_schema()
    started = time.perf_counter()
    builder = ShipmentBuilder(mapping, SAMPLE_SHIPPER.model_dump(), schema, Answers(), date(2026, 3, 2))
    result = builder.build_all(rows)
    seconds = time.perf_counter() - started
    if not result.ready or len(result.shipments) != ROWS:
        raise SystemExit(f"not all rows were built: {result.problems[:3]} {result.asks[:3]}")
    return seconds


def main() -> None:
    """Print plain columns, and the same with a filter or a choice in every third field."""
    plain = mapping_from(propose_mapping(list(ORDER), {}), {})
    filtered = {
        name: f'{text} | trim if {text} else ""' if place % 3 == 0 else text
        for place, (name, text) in enumerate(plain.fields.items())
    }
    for title, mapping in (("plain columns", plain), ("with expressions", Mapping(filtered))):
        seconds = measure(mapping)
        verdict = "reached" if seconds <= REACH_S else "MISSED"
        print(f"{title}: {ROWS} rows in {seconds:.2f} s ({ROWS / seconds:.0f} rows/s), to reach {REACH_S} s: {verdict}")


if __name__ == "__main__":
    main()
