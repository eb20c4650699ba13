"""`shipchat jobs labels` and `jobs summary` as a packer uses them: sorted, converted, printed once, added up."""

import hashlib
import json
import os
import re
import socket
import threading
from pathlib import Path

import pytest
from PIL import Image

from agent.cli.main import main
from tests.integration.line.shop import SENTENCE, Shop

LP = """#!/bin/sh
here="$(dirname "$0")"
test ! -e "$here/broken" || { echo "The printer is broken." >&2; exit 1; }
echo "$@" >> "$here/arguments"
cat >> "$here/printed"
"""


class LabelPrinter:
    """Listens as a label printer does and keeps what it was sent, one entry a job."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.jobs: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            with connection:
                job = b""
                while part := connection.recv(65536):
                    job += part
                self.jobs.append(job)


class Command:
    """The command in this process (each start of the installed one costs a second), in the shop's folder."""

    def __init__(self, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        for name, value in shop.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(shop.folder)
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        with pytest.raises(SystemExit) as ended:
            main(["jobs", *arguments])
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def jobs(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(shop, monkeypatch, capsys)


@pytest.fixture
def lp(shop: Shop) -> Path:
    """A program that stands in for CUPS's `lp`; its folder is first on the path."""
    program = shop.folder / "bin" / "lp"
    program.parent.mkdir()
    program.write_text(LP)
    program.chmod(0o755)
    return program


def numbers(content: bytes) -> list[str]:
    """Tracking numbers in the order of the labels."""
    return [found.decode() for found in re.findall(rb"TRACKING #: (1Z\w{16})", content)]


def test_labels_are_sorted_printed_once_and_added_up(
    shop: Shop, jobs: Command, lp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, _code = shop.say(SENTENCE, "--yes")
    job = result["job_id"]
    by_row = {item["sheet_row"]: item["tracking_number"] for item in result["tracking"]}
    first, second, third = sorted(by_row)

    _code, said, talk = jobs("labels", job, "--sort", "ZIP", "--to", "out")
    assert said == f"out/labels-{job}.zpl\n", talk
    content = Path("out", f"labels-{job}.zpl").read_bytes()
    assert numbers(content) == [by_row[second], by_row[third], by_row[first]], "92101, 93721, 95814"
    for order in (b"A-1", b"A-2", b"A-4"):
        assert b"Ref 1: " + order in content, "the customer's order number prints on the label"
    code, _said, talk = jobs("labels", job, "--sort", "SKU")
    assert (code, "E-4310" in talk, "city" in talk) == (1, True, True)

    _code, said, _talk = jobs("labels", job, "--pick-list", "--sort", "order", "--rows", f"{first}-{second}")
    assert said.splitlines()[1:] == [
        f"{row:>3}  {order:<5}  {by_row[row][-4:]}" for row, order in ((first, "A-1"), (second, "A-2"))
    ]
    assert not Path(f"labels-{job}.zpl").exists()

    monkeypatch.setenv("PATH", f"{lp.parent}:{os.environ['PATH']}")
    (lp.parent / "broken").touch()
    code, _said, talk = jobs("labels", job, "--print", "Zebra")
    assert (code, "E-4311" in talk) == (1, True)
    (lp.parent / "broken").unlink()
    code, _said, talk = jobs("labels", job, "--rows", str(second), "--print", "Zebra")
    assert code == 0, talk
    assert (lp.parent / "arguments").read_text() == "-d Zebra -o raw -- -\n"
    assert numbers((lp.parent / "printed").read_bytes()) == [by_row[second]]

    printer = LabelPrinter()
    _code, _said, talk = jobs("labels", job, "--print", printer.address)
    assert f"rows {second}" in talk
    code, _said, talk = jobs("labels", job, "--print", printer.address)
    assert (code, "--reprint" in talk) == (0, True)
    code, _said, talk = jobs("labels", job, "--print", printer.address, "--reprint", "--sort", "order")
    assert code == 0, talk
    assert [numbers(content) for content in printer.jobs] == [
        [by_row[first], by_row[third]],
        [by_row[first], by_row[second], by_row[third]],
    ]

    summary = json.loads(jobs("summary", "--json")[1])
    bought = sum(item["cost_cents"] for item in result["tracking"])
    assert summary["by_service"] == [
        {"service": "UPS Ground", "shipments": 3, "packages": 3, "cents": bought, "currency": "USD"}
    ]
    assert (summary["shipments"], summary["voids"]) == (3, 0)
    assert "PRACTICE" in jobs("summary")[1]
    assert "Total: 0 shipments" in jobs("summary", "--date", "2020-02-29")[1]


def test_customs_invoices_go_with_the_labels(
    shop: Shop, jobs: Command, lp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    customs = Path(__file__).parents[2] / "chat" / "sheets" / "customs.csv"
    Path("abroad.csv").write_bytes(customs.read_bytes())
    words = ("-p", "ship everything via worldwide saver", "--source", "abroad.csv", "--yes", "--output-format", "json")
    result = json.loads(shop.run(*words).stdout)
    job, tracking = result["job_id"], result["tracking"]
    numbered = [item["tracking_number"] for item in tracking]
    (first, *_), stored = numbered, [Path(item["label_path"]) for item in tracking]

    _code, said, talk = jobs("labels", job, "--to", "out")
    assert said.splitlines()[1:] == [f"out/{number}-invoice.pdf" for number in numbered], talk
    assert all(Path("out", f"{number}-invoice.pdf").read_bytes().startswith(b"%PDF") for number in numbered)

    monkeypatch.setenv("PATH", f"{lp.parent}:{os.environ['PATH']}")
    printer = LabelPrinter()
    _code, _said, talk = jobs("labels", job, "--print", printer.address, "--rows", "2")
    assert "customs invoices, not printed" in talk
    assert f"{stored[0].stem.removesuffix('-1')}-form1.pdf" in talk
    code, _said, talk = jobs("labels", job, "--print", printer.address, "--invoice-printer", printer.address)
    assert (code, "E-4313" in talk, len(printer.jobs)) == (1, True, 1)

    _code, said, talk = jobs("labels", job, "--print", printer.address, "--invoice-printer", "Office")
    assert said.splitlines()[1:] == [f"{number}-invoice.pdf: sent to Office" for number in numbered], talk
    assert (lp.parent / "arguments").read_text() == "-d Office -- -\n" * 3
    _code, said, _talk = jobs("labels", job, "--print", printer.address, "--invoice-printer", "Office")
    assert said == "", "an invoice is printed once, as a label is"

    stored[0].with_name(f"{stored[0].stem.removesuffix('-1')}-form1.pdf").unlink()
    _code, said, talk = jobs("labels", job, "--to", "again")
    assert f"{first}-invoice.pdf" not in said
    assert "no customs invoice was saved, although the goods need one: rows 2" in talk


@pytest.mark.slow
def test_labels_as_pdf_and_pictures(shop: Shop, jobs: Command) -> None:
    result, _code = shop.say("Ship all Oregon orders via Ground", "--yes")
    job, (item,) = result["job_id"], result["tracking"]
    stored = Path(item["label_path"])
    before = hashlib.sha256(stored.read_bytes()).hexdigest()

    _code, said, talk = jobs("labels", job, "--format", "png", "--from-ups")
    assert said == f"{item['tracking_number']}.png\n", talk
    with Image.open(f"{item['tracking_number']}.png") as picture:
        assert picture.size == (800, 1200)
        assert picture.convert("L").getextrema() == (0, 255)
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == before, "what UPS sent first stays as it is"

    pytest.importorskip("zplkit", reason="the optional renderer (extra zpl) is not installed")
    code, _said, talk = jobs("labels", job, "--format", "pdf")
    assert code == 0, talk
    assert Path(f"labels-{job}.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.slow  # a batch of its own
def test_pictures_of_ups_print_on_a_label_printer_too(shop: Shop, jobs: Command) -> None:
    done = shop.run(
        *("-p", "Ship all Oregon orders via Ground", "--source", "orders.csv", "--yes", "--output-format", "json"),
        SHIPCHAT_LABEL_FORMAT="GIF",
    )
    job = json.loads(done.stdout)["job_id"]
    _code, said, talk = jobs("labels", job)
    assert said == f"labels-{job}.pdf\n", talk
    printer = LabelPrinter()
    code, _said, talk = jobs("labels", job, "--print", printer.address)
    assert code == 0, talk
    (printed,) = printer.jobs
    assert printed.startswith(b"^XA")
    assert printed.endswith(b"^XZ\n")
    code, _said, talk = jobs("labels", job, "--print", printer.address, "--format", "pdf", "--reprint")
    assert (code, "E-4312" in talk) == (1, True)


@pytest.mark.slow  # a batch of its own, nine commands
def test_the_pages_commands_work(shop: Shop, jobs: Command, lp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result, _code = shop.say(SENTENCE, "--yes")
    monkeypatch.setenv("PATH", f"{lp.parent}:{os.environ['PATH']}")
    printer = LabelPrinter()
    page = (Path(__file__).parents[3] / "docs" / "labels.md").read_text()
    commands = re.findall(r"^    shipchat jobs (.+)$", page, re.MULTILINE)
    assert len(commands) == 11
    for command in commands:
        words = command.replace("127.0.0.1:9100", printer.address).split()
        code, _said, talk = jobs(*(result["job_id"] if word == "ID" else word for word in words))
        assert code == 0, f"{command}: {talk}"
