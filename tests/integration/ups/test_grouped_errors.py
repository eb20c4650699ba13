"""A batch whose rows fail alike says so once; programs still get every row."""

import pytest

from tests.integration.line.conftest import shop, simulator
from tests.integration.line.shop import SENTENCE, Shop

__all__ = ["shop", "simulator"]
pytestmark = [pytest.mark.fault, pytest.mark.slow]  # a batch by the installed command; the rule is a unit test


def test_the_same_refusal_of_many_rows_is_one_line(shop: Shop) -> None:
    for zip_code in ("92101", "95814"):
        shop.simulator.fault(f"refuse-zip={zip_code}:120802")
    result, code = shop.say(SENTENCE, "--yes", "--on-error", "continue")
    assert (result["status"], code) == ("failed", 4), result
    assert [item["sheet_row"] for item in result["failed"]] == [2, 3]
    (line,) = [line for line in result["text"].splitlines() if line.startswith("Rows")]
    assert line == f"Rows 2, 3: {result['failed'][0]['code']}: {result['failed'][0]['message']}"
    shown = shop.run("jobs", "show", result["job_id"]).stdout
    assert f"  FAILED {line}\n" in shown
