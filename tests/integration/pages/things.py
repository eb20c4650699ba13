"""What a reader of the pages has and a test has to make, by the name that a page gives it."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from agent.ledger.lease import lease
from tests.integration.dispatch.server import temporal_server
from tests.integration.labels.test_labels_command import LabelPrinter
from tests.integration.line.shop import COMMAND, Shop, Simulator
from tests.integration.line.test_kill import hold_after_booking, kill_all, release_faults
from tests.integration.pages.reader import Reader
from tests.orders.make_orders import make
from tests.orders.truth import platforms

_SHOPS = {"shopify": "Shopify orders export", "woocommerce": "WooCommerce, order export with field keys"}


def workbook(_reader: Reader) -> None:
    """Orders below a title, with a hidden row and numbers in a format; a second sheet that holds none."""
    with xlsxwriter.Workbook("orders.xlsx") as book:
        zip_code, heavy = book.add_format({"num_format": "00000"}), book.add_format({"num_format": '0.0" lb"'})
        orders = book.add_worksheet("Orders")
        orders.write(0, 0, "Autumn market, to ship")
        orders.write_row(1, 0, ["Order", "Name", "Address", "City", "State", "ZIP", "Weight"])
        rows: list[tuple[str, str, str, str, str, int, float]] = [
            ("3001", "Ada Marsh", "18 Harbor Street", "Portland", "ME", 4101, 2.0),
            ("3002", "Ben Ortega", "410 Cedar Avenue", "Austin", "TX", 78701, 5.5),
            ("3003", "Chloe Tran", "77 Mission Road", "San Diego", "CA", 92101, 1.5),
        ]
        for at, row in enumerate(rows, 2):
            orders.write_row(at, 0, row[:5])
            orders.write_number(at, 5, row[5], zip_code)
            orders.write_number(at, 6, row[6], heavy)
        orders.set_row(3, None, None, {"hidden": True})
        notes = book.add_worksheet("Notes")
        notes.write(0, 0, "Boxes are in the cellar.")


def papers(_reader: Reader) -> None:
    """An invoice of each order, and certificates of origin."""
    Path("papers").mkdir()
    for name in ("INV-7001", "INV-7002", "CO-7001", "CO-7002"):
        Path(f"papers/{name}.pdf").write_bytes(f"%PDF-1.4\n% {name}\n%%EOF\n".encode())


def exports(_reader: Reader) -> None:
    """The order files of shops, as the platforms write them, with invented people."""
    for name, title in _SHOPS.items():
        (platform,) = (one for one in platforms() if one.title == title)
        Path(f"{name}.csv").write_text(make(platform), encoding="utf-8")


def killed_batch(reader: Reader) -> None:
    """`shipchat -p ... --yes` and every server of it, killed when UPS had made a label and had not answered yet."""
    reader.monkeypatch.delenv("SHIPCHAT_TODAY")
    records = reader.folder / "records.sqlite"
    process = subprocess.Popen(
        [COMMAND, "simulator", "--port", "0", "--records", str(records)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    reader.at_the_end(process.kill)
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    reader.monkeypatch.setenv("SHIPCHAT_UPS_BASE_URL", url)
    reader.simulator = Simulator(url, url, records, process)
    shop = Shop(reader.folder, reader.simulator)
    kill_all(hold_after_booking(shop, 1))
    release_faults(shop)


def lost_request(reader: Reader) -> None:
    """The connection breaks before UPS has booked the next label, and nobody here can know that."""
    assert reader.simulator is not None
    reader.simulator.fault("reset@ship:1")


def label_printer(reader: Reader) -> None:
    """A label printer in the network."""
    reader.stands_for["192.0.2.7:9100"] = LabelPrinter().address


def no_model(reader: Reader) -> None:
    """A port where nobody listens."""
    reader.stands_for["127.0.0.1:11434"] = "127.0.0.1:9"


def database_elsewhere(reader: Reader) -> None:
    """The reader's folder has another path than the page's."""
    reader.stands_for["/srv/shop"] = str(reader.folder)


def another_station(reader: Reader) -> None:
    """Another shipchat that ships with the same ledger."""
    held = lease(reader.folder / "home" / "ledger.sqlite")
    held.__enter__()
    reader.at_the_end(lambda: _leave(held))


def _leave(held: Any) -> None:
    held.__exit__(None, None, None)


def temporal(reader: Reader) -> None:
    """A Temporal server; the page is skipped where it cannot be installed."""
    server = temporal_server(reader.folder)
    reader.stands_for["127.0.0.1:7233"] = server.__enter__()
    reader.at_the_end(lambda: _leave(server))
    settings = reader.folder / "home" / "settings.toml"
    settings.write_text(settings.read_text().replace("127.0.0.1:7233", reader.stands_for["127.0.0.1:7233"]))


def worker(reader: Reader) -> None:
    """`shipchat worker`, once it takes rows."""
    process = subprocess.Popen([COMMAND, "worker"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    told = process.stderr.readline()
    assert "Takes rows" in told, told
    reader.at_the_end(lambda: _stop(process))


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.communicate(timeout=120)


THINGS: dict[str, Callable[[Reader], None]] = {
    "the papers of orders 7001 and 7002": papers,
    "orders.xlsx": workbook,
    "order files of shops": exports,
    "a batch that was killed": killed_batch,
    "a request that is lost": lost_request,
    "a label printer at 192.0.2.7:9100": label_printer,
    "no model at 127.0.0.1:11434": no_model,
    "shop.db in /srv/shop": database_elsewhere,
    "another station that ships": another_station,
    "a Temporal server at 127.0.0.1:7233": temporal,
    "a worker": worker,
}
