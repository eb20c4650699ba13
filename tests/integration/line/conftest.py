"""The installed command, real servers over stdio, the simulator over HTTP: nothing in these tests is a stand-in."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.line.shop import COMMAND, ORDERS, Shop, Simulator
from tests.ups_proxy import in_front_of


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    records = tmp_path / "books.sqlite"
    process = subprocess.Popen(
        [COMMAND, "simulator", "--port", "0", "--books", str(records)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    with in_front_of(url) as ups_url:
        yield Simulator(url, ups_url, records, process)
    process.kill()
    process.wait()


@pytest.fixture
def shop(tmp_path: Path, simulator: Simulator) -> Shop:
    shop = Shop(tmp_path, simulator)
    shop.sheet.write_bytes(ORDERS)
    return shop
