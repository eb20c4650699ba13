"""`shipchat jobs ...` with the installed command, real servers and the HTTP simulator: what the money contract says."""

import csv
import io
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.faults.process_shop import ProcessShop, expected_orders, process_shop
from tests.numbers import practice_number

pytestmark = [pytest.mark.fault, pytest.mark.slow]

POLLS = 240


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ProcessShop]:
    with process_shop(tmp_path, latency_ms=0) as made:
        yield made


def words(shop: ProcessShop, *arguments: str) -> tuple[int, str, str]:
    process = shop.start(*arguments)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def until_held(shop: ProcessShop, after: int) -> None:
    """The next events are waited for: those already seen would answer at once and use up the polls."""
    for _ in range(POLLS):
        events = shop.events(after, wait_s=1)
        if any(event["stage"] == "held" for event in events):
            return
        after = max((event["n"] for event in events), default=after)
    raise AssertionError("no request was held")


def interrupted(shop: ProcessShop, *command: str) -> "tuple[int, Any]":
    """Ctrl-C while one request is at UPS; its answer comes afterwards."""
    after = shop.last_event()
    shop.fault("slow-answer@ship:1")
    process: subprocess.Popen[str] = shop.start(*command)
    until_held(shop, after)
    process.send_signal(signal.SIGINT)
    # The command has heard it when it starts nothing new; only then the answer may come.
    shop.faults_off()
    return process.wait(timeout=240), shop.ended(process, command)


def test_ctrl_c_finishes_what_is_in_flight_and_resume_goes_on(shop: ProcessShop) -> None:
    code, _result = interrupted(shop, *shop.sentence("--concurrency", "1"))
    assert code == 130
    (job,) = shop.job_ids()
    code, result = interrupted(shop, "jobs", "resume", job, "--concurrency", "1", "--output-format", "json")
    assert code == 130
    assert result["status"] == "paused"
    assert result["rows"]["in_doubt"] == 0, "no answer was thrown away"
    assert len(shop.records()) == result["rows"]["completed"] < len(expected_orders())
    _code, _out, told = words(shop, "jobs", "list")
    total = len(expected_orders())
    assert f"{result['rows']['completed']}/{total} complete. Last: row " in told
    assert f"{result['rows']['pending']} remaining." in told
    assert shop.run("jobs", "resume", job, "--output-format", "json")["status"] == "completed"
    assert shop.judged() == []


def test_a_corrected_cell_is_retried_as_an_amendment(shop: ProcessShop) -> None:
    shop.fault("refuse-zip=93721:120802@ship")
    shop.run(*shop.sentence("--on-error", "continue"))
    (job,) = shop.job_ids()
    code, shown, _err = words(shop, "jobs", "show", job)
    assert code == 0
    assert "5 completed, 1 failed" in shown
    assert "120802" in shown
    shop.shop.sheet.write_bytes(shop.shop.sheet.read_bytes().replace(b"93721", b"93722"))

    code, preview, _err = words(shop, "jobs", "retry", job)
    assert code == 3, "an amendment has its own approval"
    assert "93721 -> 93722" in preview
    assert len(shop.records()) == 5
    result = shop.run("jobs", "retry", job, "--yes", "--output-format", "json")
    assert (result["status"], result["rows"]["completed"]) == ("completed", 6)
    assert [label.postal_code for label in shop.records()].count("93722") == 1
    assert shop.query("SELECT count(DISTINCT digest), count(*) FROM plans") == [(2, 2)]
    assert shop.query("SELECT max(attempt) FROM shipments") == [(2,)]

    code, _text, _err = words(shop, "jobs", "export", job, "batch.csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO((shop.shop.folder / "batch.csv").read_text())))
    assert {row["status"] for row in rows} == {"completed"}
    assert len(rows) == 6
    code, _out, refusal = words(shop, "jobs", "export", job, "orders.csv")
    assert code == 1
    assert "E-4238" in refusal, "no file is overwritten"
    for arguments, found in (
        (["--status", "completed"], 1),
        (["--status", "failed"], 0),
        (["--name", "california"], 1),
    ):
        assert len(shop.run("jobs", "list", "--json", *arguments)) == found
    assert shop.run("jobs", "list", "--json", "--until", "2020-01-01") == []
    assert words(shop, "jobs", "list", "--status", "shipped")[0] == 2
    assert words(shop, "jobs", "cancel", job)[0] == 1
    assert words(shop, "jobs", "delete", job)[0] == 3
    assert words(shop, "jobs", "delete", job, "--yes")[0] == 0
    assert shop.run("jobs", "list", "--json") == []


@pytest.mark.parametrize("copy", ["copy.csv", "copy.xlsx"])
def test_results_go_into_a_copy_when_the_sheet_is_gone(shop: ProcessShop, copy: str) -> None:
    after = shop.last_event()
    shop.fault("slow-answer@ship:1")
    process = shop.start(*shop.sentence("--concurrency", "1"))
    until_held(shop, after)
    shop.shop.sheet.rename(shop.shop.folder / "elsewhere.csv")
    shop.faults_off()
    result = shop.ended(process, ["-p"])
    assert (result["status"], process.returncode) == ("completed_with_warnings", 5)
    (job,) = shop.job_ids()
    assert f"jobs writeback {job}" in " ".join(result["warnings"])
    assert words(shop, "jobs", "writeback", job)[0] == 5, "the numbers are still not in the sheet"
    target = shop.shop.folder / copy
    rows = list(csv.reader(io.StringIO(shop.original.decode(), newline="")))
    if copy.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(target)
    else:
        target.write_bytes(shop.original)
    assert words(shop, "jobs", "writeback", job, "--to", copy)[0] == 0
    (listed,) = shop.run("jobs", "list", "--json")
    assert listed["status"] == "completed"
    if copy.endswith(".xlsx"):
        cells = [cell for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True) for cell in row]
    else:
        cells = [cell for row in csv.reader(io.StringIO(target.read_text())) for cell in row]
    assert {label.tracking_number for label in shop.records()} <= {str(cell) for cell in cells}


def test_doubts_are_settled_by_the_commands_of_the_page(shop: ProcessShop) -> None:
    """docs/money.md, In doubt and The sheet: each command as it is written there."""
    shop.fault("reset@ship:4")
    result = shop.run(*shop.sentence("--concurrency", "4"))
    (job,) = shop.job_ids()
    shop.faults_off()
    doubts = [item["sheet_row"] for item in result["in_doubt"]]
    assert len(doubts) >= 3, result
    assert words(shop, "jobs", "delete", job, "--yes")[0] == 1, "it is not settled"
    still = shop.run("jobs", "resume", job, "--output-format", "json")
    assert [item["sheet_row"] for item in still["in_doubt"]] == doubts, "not found is never proof"
    assert "looked up: " in still["in_doubt"][0]["reason"]

    code, _out, refusal = words(shop, "jobs", "adopt", job, "--row", str(doubts[0]), "--tracking", "1Z999AA10123456784")
    assert (code, "E-4225" in refusal) == (1, True), "no number of this environment"
    named = ("jobs", "adopt", job, "--row", str(doubts[0]), "--tracking", practice_number(777))
    code, _out, refusal = words(shop, *named)
    assert (code, "E-4289" in refusal) == (1, True), "UPS does not know it"
    assert words(shop, *named, "--undo")[0] == 2
    assert "recorded, unchecked" in words(shop, *named, "--unchecked")[1]
    assert "in doubt again" in words(shop, *named[:-2], "--undo")[1]
    assert words(shop, *named[:-2], "--undo")[0] == 1, "there is nothing to undo"
    assert words(shop, *named, "--unchecked")[0] == 0
    assert words(shop, "jobs", "close", job, "--rows", str(doubts[1]))[0] == 3
    assert words(shop, "jobs", "close", job, "--rows", str(doubts[1]), "--yes")[1] == f"closed: row {doubts[1]}\n"
    code, _out, refusal = words(shop, "jobs", "release", job, "--rows", str(doubts[2]), "--yes")
    assert (code, "E-4214" in refusal) == (1, True), "ten minutes are not over"
    code, out, _err = words(shop, "jobs", "release", job, "--yes", "--now")
    assert code == 0
    assert out.startswith(f"released: row {doubts[2]}")
    assert words(shop, "jobs", "void", job, "--tracking", practice_number(777), "--yes")[0] == 1, "no alarm names it"
    done = shop.run("jobs", "resume", job, "--output-format", "json")
    assert doubts[2] in {item["sheet_row"] for item in done["tracking"]}
    assert words(shop, "jobs", "writeback", job, "--rows", str(doubts[2]))[0] == 0
    assert words(shop, "jobs", "writeback", job, "--rows", "99")[0] == 1
    assert words(shop, "jobs", "writeback", job, "--dismiss")[0] == 0
    labels = [label.order for label in shop.records()]
    assert len(labels) == len(set(labels)) == len(expected_orders()) - 2, "all but the adopted and the closed one"


PAGE = Path(__file__).parents[3] / "docs" / "money.md"


def test_every_command_of_the_page_is_run_here() -> None:
    named = set(re.findall(r"`(?:shipchat )?jobs (\w+)", PAGE.read_text(encoding="utf-8")))
    run = set(re.findall(r'"jobs", "(\w+)"', Path(__file__).read_text(encoding="utf-8")))
    assert named - run == set()
