"""A sheet goes in, a sentence is said, labels and tracking numbers come out."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.integration.line.shop import ORDERS, SENTENCE, Shop

CALIFORNIA = ["A-1", "A-2", "A-4"]
"""By the rule: State is CA, however it is spelled, and no tracking number yet."""

KEYS = {
    "status", "text", "source", "filter_clause", "filter_in_words", "row_numbers", "excluded", "service_code",
    "total_rows", "total_estimated_cost_cents", "warnings", "question", "environment", "job_id", "rows", "tracking",
    "failed", "in_doubt", "spent_cents", "error",
}  # fmt: skip


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def without_results(content: bytes, shipped: set[int]) -> bytes:
    """The sheet with what was added cut off again, byte by byte: two columns, empty where a row was not shipped."""
    lines = content.split(b"\r\n")
    assert lines[0].endswith(b",tracking_number,shipped_at")
    assert all(line.endswith(b",,") for n, line in enumerate(lines[1:], 1) if line and n not in shipped)
    return b"\r\n".join(line.rsplit(b",", 2)[0] for line in lines)


def test_ships_exactly_the_california_rows(shop: Shop) -> None:
    result, code = shop.say(SENTENCE, "--yes")

    assert (result["status"], code) == ("completed", 0), result
    assert set(result) >= KEYS
    assert result["row_numbers"] == [1, 2, 4]
    assert result["service_code"] == "03"
    assert result["environment"] == "simulator"
    assert result["rows"] == {"completed": 3, "failed": 0, "in_doubt": 0, "pending": 0, "skipped": 0}

    records = shop.simulator.records()
    assert {label["ship_to"]["name"] for label in records} == {"Dana Whitfield", "Luis Ferrer", "Peter Lindqvist"}
    assert len(records) == 3
    assert result["spent_cents"] == sum(label["charge_cents"] for label in records)

    by_row = {item["row_number"]: item for item in result["tracking"]}
    assert {item["tracking_number"] for item in by_row.values()} == {label["tracking_number"] for label in records}
    for item in by_row.values():
        label = Path(item["label_path"]).read_bytes()
        assert item["tracking_number"].encode() in label
        assert item["tracking_number"].startswith("1ZSIMSIM")

    content = shop.sheet.read_bytes()
    assert without_results(content, {1, 2, 4}) == ORDERS
    for row in rows_of(content):
        number = {"A-1": 1, "A-2": 2, "A-4": 4}.get(row["Order Number"])
        assert (row["tracking_number"] or "") == (by_row[number]["tracking_number"] if number else "")
        assert bool(row["shipped_at"]) is (number is not None)


@pytest.mark.slow  # several runs of the command
def test_said_again_it_ships_nothing_and_says_why(shop: Shop) -> None:
    shop.say(SENTENCE, "--yes")
    before = shop.sheet.read_bytes()

    result, code = shop.say(SENTENCE, "--yes")

    assert (result["status"], code) == ("answer", 0), result
    assert result["total_rows"] == 0
    assert [2, 3, 5] in result["excluded"].values(), "sheet rows: the header is row 1"
    assert "tracking number" in result["text"]
    assert len(shop.simulator.records()) == 3
    assert shop.sheet.read_bytes() == before


@pytest.mark.slow  # several runs of the command
def test_a_restored_sheet_ships_nothing_twice(shop: Shop) -> None:
    """The ledger, not the sheet, is the memory: the numbers are gone from the sheet, the orders stay shipped."""
    shop.say(SENTENCE, "--yes")
    shop.sheet.write_bytes(ORDERS)

    result, _code = shop.say(SENTENCE, "--yes")

    assert result["status"] == "answer", result
    assert sorted(row for rows in result["excluded"].values() for row in rows) == [2, 3, 5]
    assert len(shop.simulator.records()) == 3


@pytest.mark.slow  # several runs of the command
def test_without_its_ledger_and_with_a_restored_sheet_nothing_is_bought_twice(shop: Shop) -> None:
    """Nobody here remembers anything, but UPS knows the orders."""
    first, _code = shop.say(SENTENCE, "--yes")
    for file in (shop.folder / "home").glob("ledger.sqlite*"):
        file.unlink()
    shop.sheet.write_bytes(ORDERS)

    result, code = shop.say(SENTENCE, "--yes")

    assert (result["rows"]["in_doubt"], result["rows"]["completed"], code) == (3, 0, 6), result
    assert len(shop.simulator.records()) == 3
    for doubt, made in zip(result["in_doubt"], first["tracking"], strict=True):
        assert made["tracking_number"] in doubt["reason"], "the person sees which number to adopt"


@pytest.mark.slow  # several runs of the command
def test_two_at_once_end_in_one_label_a_row(shop: Shop) -> None:
    arguments = ("-p", SENTENCE, "--source", "orders.csv", "--yes", "--output-format", "json")
    both = [shop.start(*arguments), shop.start(*arguments)]
    results = [json.loads(process.communicate(timeout=120)[0]) for process in both]

    names = [label["ship_to"]["name"] for label in shop.simulator.records()]
    assert len(names) == len(set(names)) <= 3, (names, results)
    shop.say(SENTENCE, "--yes")
    assert sorted(label["ship_to"]["name"] for label in shop.simulator.records()) == [
        "Dana Whitfield",
        "Luis Ferrer",
        "Peter Lindqvist",
    ]


@pytest.mark.slow  # several runs of the command
def test_without_yes_nothing_is_bought(shop: Shop) -> None:
    result, code = shop.say(SENTENCE)
    assert (result["status"], code) == ("preview", 3)
    assert result["total_estimated_cost_cents"] > 0

    dry, dry_code = shop.say(SENTENCE, "--dry-run")
    assert (dry["status"], dry_code) == ("preview", 0)
    assert dry["mapping"], "a dry run shows the mapping"

    assert shop.simulator.records() == []
    assert shop.sheet.read_bytes() == ORDERS
    assert sorted(path.name for path in shop.folder.iterdir()) == ["books.sqlite", "home", "orders.csv"] or all(
        path.name.startswith(("books.sqlite", "home", "orders.csv")) for path in shop.folder.iterdir()
    )


def test_text_output_is_for_people(shop: Shop) -> None:
    done = shop.run("-p", SENTENCE, "--source", "orders.csv", "--yes")
    assert done.returncode == 0, done.stderr
    assert "3 shipped" in done.stdout
    assert "1ZSIMSIM" in done.stdout
    assert "Traceback" not in done.stderr
