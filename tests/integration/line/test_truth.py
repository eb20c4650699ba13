"""Real processes, real faults after an approval: answer and exit code against the practice UPS's records.

"Labels in the records" = "tracking + rows in doubt told", whatever broke: a full disk (a limit on the size of files,
which the ledger's log meets first), a killed server, a reader of the output that goes away, SIGTERM.
"""

import contextlib
import json
import resource
import signal
import sqlite3
import subprocess
from functools import partial
from typing import Any

import psutil
import pytest

from tests.integration.line.shop import COMMAND, Shop
from tests.integration.line.test_kill import POLLS, family, release_faults, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.slow]

HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Phone,Weight (lb)\n"
ROWS = 12
SENTENCE = "ship all orders via ground"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    lines = [f"T-{n},Dana Whitfield,{n} Juniper Court,Sacramento,CA,95814,916-555-0101,2\n" for n in range(1, ROWS + 1)]
    shop.sheet.write_text(HEADER + "".join(lines))
    return shop


def arguments(*more: str) -> list[str]:
    return ["-p", SENTENCE, "--source", "orders.csv", "--yes", "--concurrency", "2", "--output-format", "json", *more]


def misfits(shop: Shop, result: dict[str, Any], code: int) -> list[str]:
    """Where answer and exit code differ from the records."""
    records = [label for label in shop.simulator.records() if not label["voided"]]
    told = {item["tracking_number"] for item in result["tracking"]}
    doubtful = {item["reference"] for item in result["in_doubt"]}
    found = [f"{label['tracking_number']} was made and is not told" for label in records
             if label["tracking_number"] not in told and label["reference"] not in doubtful]  # fmt: skip
    found += [f"{number} was not made" for number in told - {label["tracking_number"] for label in records}]
    rows = result["rows"]
    if records and not result["job_id"]:
        found.append("labels were made and no batch is named")
    if rows and (rows["completed"], rows["in_doubt"]) != (len(told), len(doubtful)):
        found.append(f"{rows} for {len(told)} told and {len(doubtful)} in doubt")
    if doubtful and code != 6:
        found.append(f"in doubt, and the exit code is {code}")
    if code == 0 and len(records) != ROWS:
        found.append(f"exit code 0 with {len(records)} labels")
    spent = sum(label["charge_cents"] for label in records if label["tracking_number"] in told)
    if result["spent_cents"] != spent:
        found.append(f"spent {result['spent_cents']} told, {spent} on record")
    return found


def limited(shop: Shop, size: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command none of whose files can grow beyond a size."""
    return subprocess.run(
        [COMMAND, *words],
        cwd=shop.folder,
        env=shop.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def resumed(shop: Shop) -> None:
    """With the fault gone the batch ends, one label a row."""
    (job,) = json.loads(shop.run("jobs", "list", "--json").stdout)
    done = shop.run("jobs", "resume", job["id"], "--output-format", "json")
    result = json.loads(done.stdout)
    assert (result["status"], done.returncode) == ("completed", 0), result
    assert misfits(shop, result, done.returncode) == []
    assert len(shop.simulator.records()) == ROWS


@pytest.mark.parametrize("kilobytes", [180, 220, 300, 380])
def test_a_full_disk(shop: Shop, kilobytes: int) -> None:
    shop.run("jobs", "list")  # the ledger is made before
    done = limited(shop, kilobytes * 1024, *arguments())
    assert "Traceback" not in done.stderr
    result = json.loads(done.stdout)
    assert misfits(shop, result, done.returncode) == [], (result, done.stderr)
    assert (done.returncode, result["status"], result["error"]["code"]) == (6, "failed", "E-4203")
    assert 0 < len(shop.simulator.records()) < ROWS, "the disk was full in mid-batch"
    resumed(shop)


def started(shop: Shop, *words: str, **streams: Any) -> "subprocess.Popen[str]":
    """The batch, its first two labels made and their answers held back."""
    shop.simulator.fault("slow-answer@ship:2")
    process = subprocess.Popen(
        [COMMAND, *words],
        cwd=shop.folder,
        env=shop.environment,
        text=True,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams,
    )
    wait_for(shop, "held", "ship", 2)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_with_what_was_bought(shop: Shop, number: signal.Signals) -> None:
    # A run of all tests below nohup ignores a hang-up, and so would the command, as it should.
    process = started(shop, *arguments(), preexec_fn=partial(signal.signal, number, signal.SIG_DFL))
    process.send_signal(number)
    for _ in range(POLLS):
        if wanted(shop):
            break
        shop.simulator.pages.get("/simulator/events?after=1000000&wait=0.05")
    release_faults(shop)
    out, err = process.communicate(timeout=120)
    result = json.loads(out)
    assert misfits(shop, result, process.returncode) == [], (result, err)
    assert (process.returncode, result["status"]) == (130, "paused")
    assert 2 <= len(shop.simulator.records()) < ROWS
    resumed(shop)


def wanted(shop: Shop) -> bool:
    """Whether the wish to pause is on record."""
    with contextlib.closing(sqlite3.connect(shop.folder / "home" / "ledger.sqlite")) as ledger:
        return ledger.execute("SELECT count(*) FROM batch_jobs WHERE requested_action IS NOT NULL").fetchone() != (0,)


@pytest.mark.parametrize("output_format", ["json", "stream-json", "text"])
def test_a_reader_that_goes_away_changes_nothing(shop: Shop, output_format: str) -> None:
    process = started(shop, *arguments()[:-1], output_format)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    release_faults(shop)
    err = process.stderr.read()
    assert process.wait(timeout=120) == 0, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert len(shop.simulator.records()) == ROWS
    if output_format == "json":
        result = json.loads(err[err.index("{\n") :])
        assert misfits(shop, result, 0) == []


def test_a_closed_stdout_changes_nothing(shop: Shop) -> None:
    """No file of ours gets its number, and the answer is on stderr."""
    words = " ".join(f"'{word}'" for word in [str(COMMAND), *arguments()])
    done = subprocess.run(
        ["sh", "-c", f"{words} >&- <&-"],
        cwd=shop.folder,
        env=shop.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stderr[done.stderr.index("{\n") :])
    assert misfits(shop, result, 0) == []
    resumed(shop)


def test_a_data_server_that_dies_in_mid_batch_is_a_warning_or_nothing(shop: Shop) -> None:
    process = started(shop, *arguments())
    for child in family(process)[1:]:
        with contextlib.suppress(psutil.NoSuchProcess):
            if "mcp_servers.data" in child.cmdline():
                child.kill()
    release_faults(shop)
    out, err = process.communicate(timeout=120)
    result = json.loads(out)
    assert misfits(shop, result, process.returncode) == [], (result, err)
    assert len(shop.simulator.records()) == ROWS
    assert process.returncode in (0, 5)


def test_a_storm_of_429_pauses_and_says_so(shop: Shop) -> None:
    shop.simulator.fault("burst-429=301@ship")
    result, code = shop.say(SENTENCE, "--yes")
    assert (result["status"], code) == ("paused", 1)
    assert result["rows"] == {"completed": 0, "failed": 0, "in_doubt": 0, "pending": ROWS, "skipped": 0}
    assert misfits(shop, result, code) == []
    release_faults(shop)
    resumed(shop)
