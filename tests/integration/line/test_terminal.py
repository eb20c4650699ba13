"""Every verb in a real terminal, over a sheet, a file name and words full of what a terminal acts on."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.integration.line.shop import COMMAND, Shop
from tests.unit.command.test_terminal import acting

pytestmark = pytest.mark.slow  # a dozen runs of the command

SHEET = "or\x1b]0;mine\x07ders\u202e.csv"
ORDERS = (
    "Order Number,Recipient Name,Address,City,State,ZIP,Weight (lb),Notes\r\n"
    "A-1\x1b[31m,Dana \x9b2JWhitfield,14 Juniper Court,Sacramento,CA,95814,2.5,\x1b[2J\r\n"
    "A-2,Luis \u202eFerrer,880 Harbor View Dr,San Diego,CA,92101,11,\x07\r\n"
    "A-3,Peter Lindqvist,5 Granite Way\x08,Fresno,CA,93721,0.8,x\r\n"
)
WORDS = "Ship all California orders via Ground"


def in_terminal(shop: Shop, *arguments: str) -> tuple[str, int]:
    """What the command sent to its terminal, and its exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, *arguments], cwd=shop.folder, env=shop.environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:  # Linux: the other side is closed
        pass
    finally:
        os.close(ours)
    # The terminal itself makes "\r\n" of a line end.
    return said.decode().replace("\r\n", "\n"), process.wait()


def test_no_verb_lets_a_cell_or_a_name_act(shop: Shop) -> None:
    sheet = shop.folder / SHEET
    sheet.write_text(ORDERS, encoding="utf-8", newline="")
    told: dict[str, str] = {}

    def run(*arguments: str) -> int:
        said, code = in_terminal(shop, *arguments)
        told[" ".join(arguments)] = said
        return code

    run("-p", WORDS, "--source", SHEET, "--output-format", "stream-json")
    assert run("-p", "Ship all \x1b[31mNarnia\u202e orders via Ground", "--source", SHEET) != 0
    assert run("-p", WORDS, "--source", f"no{SHEET}") != 0
    assert run("-p", WORDS, "--source", SHEET, "--yes") == 0, told
    (job,) = (item["id"] for item in json.loads(shop.run("jobs", "list", "--json").stdout))
    for arguments in (
        ("list",),
        ("show", job),
        ("labels", job, "--list"),
        ("labels", job, "--to", "labels\x1b[31m"),
        ("export", job, "batch\x9b.csv"),
        ("writeback", job, "--to", SHEET),
        ("void", job, "--rows", "2", "--yes"),
        ("retry", job),
        ("adopt", job, "--row", "2", "--tracking", "1Z\x1b[31m"),
        ("delete", job, "--yes"),
        ("show", "no\x1b[31msuch"),
    ):
        run("jobs", *arguments)
    for arguments in (("verify",), ("export", "--output-format", "jsonl")):
        run("audit", *arguments)
    run("doctor")
    run("simulator", "books", str(shop.simulator.books_file))
    run("simulator", "books", "no\x1b[31msuch")
    run("script", "run", "no\x1b[31msuch.yaml")
    assert {verb: acting(said) for verb, said in told.items() if acting(said)} == {}
    assert "or\\x1b]0;mine\\x07ders\\u202e.csv" in told[f"jobs show {job}"], "shown, not left out"


def test_a_terminal_would_have_been_sent_it() -> None:
    """The check sees what a program that does not escape sends."""
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", "print('\\x1b[31m')"], stdout=theirs, check=True)
    os.close(theirs)
    assert acting(os.read(ours, 100).decode().replace("\r\n", "\n")) == {"\x1b"}
    os.close(ours)
