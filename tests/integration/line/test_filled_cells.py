"""The installed command over a sheet in which somebody types between two steps of a batch."""

import csv
import io

import pytest

from tests.integration.line.shop import SENTENCE, Shop

pytestmark = pytest.mark.slow  # each runs the command several times


def type_into(shop: Shop, order: str, text: str) -> None:
    lines = list(csv.reader(io.StringIO(shop.sheet.read_bytes().decode(), newline="")))
    place = lines[0].index("tracking_number")
    for line in lines:
        if line[0] == order:
            line[place] = text
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(lines)
    shop.sheet.write_bytes(buffer.getvalue().encode())


def cells(shop: Shop) -> dict[str, str]:
    return {line["Order Number"]: line["tracking_number"] for line in csv.DictReader(shop.sheet.open(newline=""))}


def test_a_number_of_another_station_keeps_its_row_back(shop: Shop) -> None:
    shop.simulator.fault("refuse-zip=92101:120802")
    result, code = shop.say(SENTENCE, "--yes", "--concurrency", "1")
    assert (code, result["rows"]["completed"], result["rows"]["pending"]) == (4, 1, 1), result
    job_id, number = result["job_id"], result["tracking"][0]["tracking_number"]

    type_into(shop, "A-4", "1ZSTATION2")
    resumed = shop.run("jobs", "resume", job_id, "--output-format", "text")
    assert resumed.returncode == 4, resumed
    assert "E-4280: Row 5 was not sent" in resumed.stdout + resumed.stderr
    assert len(shop.simulator.records()) == 1, "the row that went elsewhere was not bought"
    assert cells(shop) == {"A-1": number, "A-2": "", "A-3": "", "A-4": "1ZSTATION2", "A-5": ""}

    type_into(shop, "A-1", "ask Dana")
    voided = shop.run("jobs", "void", job_id, "--yes")
    assert voided.returncode == 0, voided
    assert [label["voided"] for label in shop.simulator.records()] == [True]
    assert cells(shop)["A-1"] == "ask Dana", "a void clears nothing that a person typed"
