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

from tests.faults.household import Household, expected_orders, household
from tests.numbers import practice_number

pytestmark = [pytest.mark.fault, pytest.mark.slow]

POLLS = 2000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Household]:
    with household(tmp_path, latency_ms=0) as made:
        yield made


def words(house: Household, *arguments: str) -> tuple[int, str, str]:
    process = house.start(*arguments)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


def until_held(house: Household, after: int) -> None:
    for _ in range(POLLS):
        if any(event["stage"] == "held" for event in house.events(after, wait_s=1)):
            return
    raise AssertionError("no request was held")


def interrupted(house: Household, *command: str) -> "tuple[int, Any]":
    """Ctrl-C while one request is at UPS; its answer comes afterwards."""
    after = house.last_event()
    house.fault("slow-answer@ship:1")
    process: subprocess.Popen[str] = house.start(*command)
    until_held(house, after)
    process.send_signal(signal.SIGINT)
    # The command has heard it when it starts nothing new; only then the answer may come.
    house.faults_off()
    return process.wait(timeout=240), house.ended(process, command)


def test_ctrl_c_finishes_what_is_in_flight_and_resume_goes_on(house: Household) -> None:
    code, _result = interrupted(house, *house.sentence("--concurrency", "1"))
    assert code == 130
    (job,) = house.job_ids()
    code, result = interrupted(house, "jobs", "resume", job, "--concurrency", "1", "--output-format", "json")
    assert code == 130
    assert result["status"] == "paused"
    assert result["rows"]["in_doubt"] == 0, "no answer was thrown away"
    assert len(house.books()) == result["rows"]["completed"] < len(expected_orders())
    _code, _out, told = words(house, "jobs", "list")
    total = len(expected_orders())
    assert f"{result['rows']['completed']}/{total} complete. Last: row " in told
    assert f"{result['rows']['pending']} remaining." in told
    assert house.run("jobs", "resume", job, "--output-format", "json")["status"] == "completed"
    assert house.judged() == []


def test_a_corrected_cell_is_retried_as_an_amendment(house: Household) -> None:
    house.fault("refuse-zip=93721:120802@ship")
    house.run(*house.sentence("--on-error", "continue"))
    (job,) = house.job_ids()
    code, shown, _err = words(house, "jobs", "show", job)
    assert code == 0
    assert "5 completed, 1 failed" in shown
    assert "120802" in shown
    house.shop.sheet.write_bytes(house.shop.sheet.read_bytes().replace(b"93721", b"93722"))

    code, preview, _err = words(house, "jobs", "retry", job)
    assert code == 3, "an amendment has its own approval"
    assert "93721 -> 93722" in preview
    assert len(house.books()) == 5
    result = house.run("jobs", "retry", job, "--yes", "--output-format", "json")
    assert (result["status"], result["rows"]["completed"]) == ("completed", 6)
    assert [label.postal_code for label in house.books()].count("93722") == 1
    assert house.query("SELECT count(DISTINCT digest), count(*) FROM plans") == [(2, 2)]
    assert house.query("SELECT max(attempt) FROM shipments") == [(2,)]

    code, _text, _err = words(house, "jobs", "export", job, "batch.csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO((house.shop.folder / "batch.csv").read_text())))
    assert {row["status"] for row in rows} == {"completed"}
    assert len(rows) == 6
    code, _out, refusal = words(house, "jobs", "export", job, "orders.csv")
    assert code == 1
    assert "E-4238" in refusal, "no file is overwritten"
    for arguments, found in (
        (["--status", "completed"], 1),
        (["--status", "failed"], 0),
        (["--name", "california"], 1),
    ):
        assert len(house.run("jobs", "list", "--json", *arguments)) == found
    assert house.run("jobs", "list", "--json", "--until", "2020-01-01") == []
    assert words(house, "jobs", "list", "--status", "shipped")[0] == 2
    assert words(house, "jobs", "cancel", job)[0] == 1
    assert words(house, "jobs", "delete", job)[0] == 3
    assert words(house, "jobs", "delete", job, "--yes")[0] == 0
    assert house.run("jobs", "list", "--json") == []


@pytest.mark.parametrize("copy", ["copy.csv", "copy.xlsx"])
def test_results_go_into_a_copy_when_the_sheet_is_gone(house: Household, copy: str) -> None:
    after = house.last_event()
    house.fault("slow-answer@ship:1")
    process = house.start(*house.sentence("--concurrency", "1"))
    until_held(house, after)
    house.shop.sheet.rename(house.shop.folder / "elsewhere.csv")
    house.faults_off()
    result = house.ended(process, ["-p"])
    assert (result["status"], process.returncode) == ("completed_with_warnings", 5)
    (job,) = house.job_ids()
    assert f"jobs writeback {job}" in " ".join(result["warnings"])
    assert words(house, "jobs", "writeback", job)[0] == 5, "the numbers are still not in the sheet"
    target = house.shop.folder / copy
    rows = list(csv.reader(io.StringIO(house.original.decode(), newline="")))
    if copy.endswith(".xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(target)
    else:
        target.write_bytes(house.original)
    assert words(house, "jobs", "writeback", job, "--to", copy)[0] == 0
    (listed,) = house.run("jobs", "list", "--json")
    assert listed["status"] == "completed"
    if copy.endswith(".xlsx"):
        cells = [cell for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True) for cell in row]
    else:
        cells = [cell for row in csv.reader(io.StringIO(target.read_text())) for cell in row]
    assert {label.tracking_number for label in house.books()} <= {str(cell) for cell in cells}


def test_doubts_are_settled_by_the_commands_of_the_page(house: Household) -> None:
    """docs/money.md, In doubt and The sheet: each command as it is written there."""
    house.fault("reset@ship:4")
    result = house.run(*house.sentence("--concurrency", "4"))
    (job,) = house.job_ids()
    house.faults_off()
    doubts = [item["sheet_row"] for item in result["in_doubt"]]
    assert len(doubts) >= 3, result
    assert words(house, "jobs", "delete", job, "--yes")[0] == 1, "it is not settled"
    still = house.run("jobs", "resume", job, "--output-format", "json")
    assert [item["sheet_row"] for item in still["in_doubt"]] == doubts, "not found is never proof"
    assert "looked up: " in still["in_doubt"][0]["reason"]

    code, _out, refusal = words(
        house, "jobs", "adopt", job, "--row", str(doubts[0]), "--tracking", "1Z999AA10123456784"
    )
    assert (code, "E-4225" in refusal) == (1, True), "no number of this environment"
    named = ("jobs", "adopt", job, "--row", str(doubts[0]), "--tracking", practice_number(777))
    code, _out, refusal = words(house, *named)
    assert (code, "E-4289" in refusal) == (1, True), "UPS does not know it"
    assert words(house, *named, "--undo")[0] == 2
    assert "recorded, unchecked" in words(house, *named, "--unchecked")[1]
    assert "in doubt again" in words(house, *named[:-2], "--undo")[1]
    assert words(house, *named[:-2], "--undo")[0] == 1, "there is nothing to undo"
    assert words(house, *named, "--unchecked")[0] == 0
    assert words(house, "jobs", "close", job, "--rows", str(doubts[1]))[0] == 3
    assert words(house, "jobs", "close", job, "--rows", str(doubts[1]), "--yes")[1] == f"closed: row {doubts[1]}\n"
    code, _out, refusal = words(house, "jobs", "release", job, "--rows", str(doubts[2]), "--yes")
    assert (code, "E-4214" in refusal) == (1, True), "ten minutes are not over"
    code, out, _err = words(house, "jobs", "release", job, "--yes", "--now")
    assert code == 0
    assert out.startswith(f"released: row {doubts[2]}")
    assert words(house, "jobs", "void", job, "--tracking", practice_number(777), "--yes")[0] == 1, "no alarm names it"
    done = house.run("jobs", "resume", job, "--output-format", "json")
    assert doubts[2] in {item["sheet_row"] for item in done["tracking"]}
    assert words(house, "jobs", "writeback", job, "--rows", str(doubts[2]))[0] == 0
    assert words(house, "jobs", "writeback", job, "--rows", "99")[0] == 1
    assert words(house, "jobs", "writeback", job, "--dismiss")[0] == 0
    labels = [label.order for label in house.books()]
    assert len(labels) == len(set(labels)) == len(expected_orders()) - 2, "all but the adopted and the closed one"


PAGE = Path(__file__).parents[3] / "docs" / "money.md"


def test_every_command_of_the_page_is_run_here() -> None:
    named = set(re.findall(r"`(?:shipchat )?jobs (\w+)", PAGE.read_text(encoding="utf-8")))
    run = set(re.findall(r'"jobs", "(\w+)"', Path(__file__).read_text(encoding="utf-8")))
    assert named - run == set()
