"""What only Linux has is not needed: an import, a create and a batch where CLOCK_BOOTTIME does not exist."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
LEDGER = "tests/integration/ups/test_faults_in_the_ledger.py"
WITHOUT = (
    "tests/integration/ups/test_create.py::test_a_shipment_is_made_its_label_saved_and_the_price_is_the_quoted_one",
    "tests/integration/data/test_data_tools.py::test_a_workbook_over_the_tools",
    f"{LEDGER}::test_a_charge_above_the_tolerance_keeps_its_label_and_says_so",
    f"{LEDGER}::test_a_lost_answer_is_in_doubt_and_then_found",
)
LINUX_ONLY = (
    *("CLOCK_BOOTTIME", "CLOCK_TAI", "sched_getaffinity", "posix_fallocate", "posix_fadvise", "fdatasync"),
    *("memfd_create", "eventfd", "pidfd_open", "getrandom", "O_TMPFILE", "epoll", "sigtimedwait", "copy_file_range"),
)


@pytest.mark.slow  # a run of pytest within
@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="it is absent here anyway")
def test_an_import_and_a_batch_without_the_boot_clock() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.without_boot_clock", "-p", "no:cacheprovider", *WITHOUT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def test_what_only_linux_has_is_never_taken_for_granted() -> None:
    """Names of the standard library that macOS has not: `getattr` with what takes their place, or not at all."""
    for folder in ("agent", "tui", "mcp_servers"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text()
            assert [name for name in LINUX_ONLY if f".{name}" in text] == [], path


async def test_without_a_moment_a_create_is_sent_at_once(
    server: Any, carrier: Any, shipment: dict[str, Any], reference: str
) -> None:
    made = await server.call("shipping_create", reference=reference, shipment=shipment)
    assert [entry["tracking_number"] for entry in carrier.booked(reference)] == made["trackingNumbers"]


@pytest.mark.fault
async def test_a_fault_of_ours_before_the_first_byte_leaves_the_reference_free(
    start_server: Callable[..., Any],
    carrier: Any,
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> float:
        raise AttributeError("no such clock")

    async with start_server(carrier.url) as server:
        with monkeypatch.context() as broken_clock:
            broken_clock.setattr("mcp_servers.ups.client.boot_clock", broken)
            refused = await server.refused(
                "shipping_create", reference=reference, not_after=not_after, shipment=shipment
            )
        assert (refused["code"], refused["outcome"]) == ("E-4001", "unknown")
        assert carrier.booked(reference) == []
        made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert made["outcome"] == "done"
    assert len(carrier.booked(reference)) == 1
