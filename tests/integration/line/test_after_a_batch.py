"""What is done with a batch afterwards: labels in one file, voids, the history."""

import json

import pytest

from tests.integration.line.shop import SENTENCE, Shop


@pytest.mark.slow
def test_labels_history_and_void(shop: Shop) -> None:
    result, _code = shop.say(SENTENCE, "--yes")
    job = result["job_id"]

    merged = shop.run("jobs", "labels", job, "--sort", "order")
    assert merged.returncode == 0, merged.stderr
    printed = (shop.folder / f"labels-{job}.zpl").read_bytes()
    for item in result["tracking"]:
        assert item["tracking_number"].encode() in printed

    refused = shop.run("jobs", "void", job, "--rows", "2")
    assert refused.returncode == 3, "a void needs its own yes"
    voided = shop.run("jobs", "void", job, "--rows", "2", "--yes")
    assert voided.returncode == 0, voided.stderr
    assert [label["ship_to"]["name"] for label in shop.simulator.records() if label["voided"]] == ["Dana Whitfield"]
    first = shop.sheet.read_bytes().split(b"\r\n")[1]
    assert b"1Z" not in first, "the cell held our number, so it is cleared"

    (listed,) = json.loads(shop.run("jobs", "list", "--json").stdout)
    assert listed["id"] == job
    again, _code = shop.say(SENTENCE, "--yes")
    assert again["row_numbers"] == [1], "a voided row may be shipped again"
    exported = shop.run("jobs", "export", job, "batch.csv")
    assert exported.returncode == 0
    assert "1ZSIMSIM" in (shop.folder / "batch.csv").read_text()
