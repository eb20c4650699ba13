"""A backup of the whole home and of the sheet is put back; the simulator outside keeps the truth."""

import shutil
from pathlib import Path

import pytest

from tests.integration.line.shop import SENTENCE, Shop
from tests.integration.line.test_kill import job_id, killed_before_the_request, release_faults, resume

pytestmark = [pytest.mark.fault, pytest.mark.slow]


class Backup:
    """The home and the sheet as they are now."""

    def __init__(self, shop: Shop) -> None:
        self.home = Path(shutil.copytree(shop.folder / "home", shop.folder / "backup"))
        self.sheet = shop.sheet.read_bytes()

    def put_back(self, shop: Shop) -> None:
        shutil.rmtree(shop.folder / "home")
        shutil.copytree(self.home, shop.folder / "home")
        shop.sheet.write_bytes(self.sheet)


def names(shop: Shop) -> list[str]:
    return sorted(label["ship_to"]["name"] for label in shop.simulator.records())


THREE = ["Dana Whitfield", "Luis Ferrer", "Peter Lindqvist"]


def test_the_same_sentence_over_a_restored_home_buys_nothing(shop: Shop) -> None:
    assert shop.run("jobs", "list").returncode == 0
    backup = Backup(shop)
    _first, code = shop.say(SENTENCE, "--yes")
    assert (code, names(shop)) == (0, THREE)
    backup.put_back(shop)
    again, code = shop.say(SENTENCE, "--yes")
    assert names(shop) == THREE
    assert (code, again["rows"]["in_doubt"]) == (6, 3), again


def test_a_batch_in_a_restored_home_is_looked_up_before_it_goes_on(shop: Shop) -> None:
    killed_before_the_request(shop, 1)
    release_faults(shop)
    backup, job = Backup(shop), job_id(shop)
    resume(shop, job)
    backup.put_back(shop)
    result = resume(shop, job)
    assert len(names(shop)) == len(set(names(shop)))
    verified = shop.run("audit", "verify")
    assert verified.returncode == 1, "what was lost with the restore stays told"
    assert "the ledger was restored then" in verified.stderr
    assert result["rows"]["pending"] == 0, result
