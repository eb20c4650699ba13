"""Sheets that are only read ship like others; their tracking numbers are in the file beside them."""

import csv
import shutil
from pathlib import Path

import pytest

from tests.integration.line.shop import Shop
from tests.unit.data.old_workbooks import KINDS, Sheet, make

HEADER = ["Order Number", "Recipient Name", "Address", "City", "State", "ZIP", "Phone", "Weight"]
KILOS = '0.0" kg"'
ORDERS = [
    HEADER,
    ["A-1", "Dana Whitfield", "14 Juniper Court", "Sacramento", "CA", "95814", "916-555-0101", (2, KILOS, "2.0 kg")],
    ["A-2", "Amara Okafor", "61 Millpond Rd", "Boston", "MA", (2116, "00000", "02116"), "617-555-0104", (4.5, KILOS, "4.5 kg")],
    ["Total", None, None, None, None, None, None, 6.5],
]  # fmt: skip
SENTENCE = "Ship all orders via Ground"


def beside(folder: Path) -> dict[str, str]:
    with (folder / "orders.tracking.csv").open(encoding="utf-8", newline="") as file:
        return {line["row_number"]: line["tracking_number"] for line in csv.DictReader(file)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [KINDS[0], *(pytest.param(one, marks=pytest.mark.thorough) for one in KINDS[1:])])
def test_ships_and_keeps_the_numbers_beside_it(shop: Shop, kind: str) -> None:
    sheet = make(shop.folder / f"orders.{kind}", Sheet(ORDERS))
    before = sheet.read_bytes()
    first = shop.run("-p", SENTENCE, "--source", str(sheet), "--yes")
    assert first.returncode == 0, first.stderr
    assert f"orders.{kind} is read only: tracking numbers go to orders.tracking.csv beside it." in first.stdout
    assert f"orders.tracking.csv beside orders.{kind}, which is read only" in first.stdout

    records = {label["ship_to"]["name"]: label for label in shop.simulator.records()}
    assert set(records) == {"Dana Whitfield", "Amara Okafor"}
    assert beside(shop.folder) == {
        "1": records["Dana Whitfield"]["tracking_number"],
        "2": records["Amara Okafor"]["tracking_number"],
    }
    assert sheet.read_bytes() == before

    # The unit that only the number format says: 2 kg are 4.41 lb, 4.5 kg are 9.92 lb, rounded up to a tenth.
    labels = b"".join(path.read_bytes() for path in (shop.folder / "home" / "labels").rglob("*.zpl"))
    assert [weight in labels for weight in (b"4.5 LBS", b"10.0 LBS", b"2 LBS")] == [True, True, False], labels[:3000]

    # Where the ledger is lost, the file beside the sheet lets none go twice.
    shutil.rmtree(shop.folder / "home")
    again = shop.run("-p", SENTENCE, "--source", str(sheet), "--yes")
    assert (again.returncode, "Nothing to ship" in again.stdout) == (0, True), again.stdout
    assert len(shop.simulator.records()) == 2
