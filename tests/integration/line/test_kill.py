"""SIGKILL of the agent and every server in mid-batch, at an exact stage; the simulator outside keeps the truth.

The stages are reached by holding the simulator or stopping a process, never by waiting for a time; each test proves
from the simulator's events, the spool and the ledger that the kill landed where it says.
"""

import contextlib
import json
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from mcp_servers.ups.spool import Spool
from tests.integration.line.shop import SENTENCE, Shop

pytestmark = [pytest.mark.fault, pytest.mark.slow]

NAMES = ["Dana Whitfield", "Luis Ferrer", "Peter Lindqvist"]
POLLS = 3000


def release_faults(shop: Shop) -> None:
    shop.simulator.pages.delete("/simulator/faults").raise_for_status()


def events(shop: Shop) -> Iterator[dict[str, Any]]:
    """The simulator's events as they come."""
    after = 0
    for _ in range(POLLS):
        answer = shop.simulator.pages.get(f"/simulator/events?after={after}&wait=5").json()
        for event in answer["events"]:
            after = event["n"]
            yield event


def wait_for(shop: Shop, stage: str, operation: str, count: int = 1) -> dict[str, Any]:
    for event in events(shop):
        if event["stage"] == stage and event["operation"] == operation:
            count -= 1
            if not count:
                return event
    raise AssertionError(f"{stage} of {operation} never came")


def family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The agent and all its servers."""
    agent = psutil.Process(process.pid)
    return [agent, *agent.children(recursive=True)]


def kill_all(process: "subprocess.Popen[str]") -> None:
    doomed = family(process)
    for one in doomed:
        one.kill()
    process.communicate(timeout=60)
    psutil.wait_procs(doomed, timeout=60)


def shipment_states(shop: Shop) -> dict[str, str]:
    with contextlib.closing(sqlite3.connect(shop.folder / "home" / "ledger.sqlite")) as ledger:
        return dict(ledger.execute("SELECT reference, state FROM shipments"))


def spooled(shop: Shop) -> dict[str, str]:
    """By the spool's own rule: an answer is written over its claim, and until it is whole it counts as a claim."""
    spool = Spool(shop.files / "spool" / "simulator")
    records = {path.stem: spool.read(path.stem) for path in spool.folder.glob("*.json")}
    return {reference: record.state for reference, record in records.items() if record is not None}


def start(shop: Shop, concurrency: int) -> "subprocess.Popen[str]":
    return shop.start("-p", SENTENCE, "--source", "orders.csv", "--yes", "--concurrency", str(concurrency))


def killed_before_the_request(shop: Shop, concurrency: int) -> None:
    """The intent is durable; the create waits for a new token that never comes."""
    shop.simulator.fault(f"slow-answer@ship:{concurrency}")
    process = start(shop, concurrency)
    wait_for(shop, "held", "ship", concurrency)
    shop.simulator.fault("token-expired@ship:1")
    shop.simulator.fault("swallow@token:1")
    shop.simulator.pages.delete("/simulator/faults?name=slow-answer").raise_for_status()
    wait_for(shop, "received", "token", 2)
    kill_all(process)
    made = {label["reference"] for label in shop.simulator.records()}
    sent = {reference for reference, state in shipment_states(shop).items() if state == "submitting"}
    assert sent - made, "an intent is on record and nothing was made for it"


def killed_between_label_and_answer(shop: Shop, concurrency: int) -> None:
    process = hold_after_booking(shop, concurrency)
    kill_all(process)
    sent = {reference for reference, state in shipment_states(shop).items() if state == "submitting"}
    assert len(sent) == concurrency
    assert sent <= {label["reference"] for label in shop.simulator.records()}, "the labels were made"
    assert "done" not in spooled(shop).values(), "and no answer had arrived"


def killed_between_answer_and_commit(shop: Shop, concurrency: int) -> None:
    process = hold_after_booking(shop, concurrency)
    sent = {reference for reference, state in shipment_states(shop).items() if state == "submitting"}
    answer_while_frozen(shop, process, concurrency)
    assert {spooled(shop).get(reference) for reference in sent} == {"done"}, "the server has the answers"
    kill_all(process)
    assert all(shipment_states(shop)[reference] == "submitting" for reference in sent), "the ledger has none"


def answer_while_frozen(shop: Shop, process: "subprocess.Popen[str]", count: int) -> None:
    """The agent's server has the answers on disk, the agent never hears of them."""
    psutil.Process(process.pid).suspend()
    release_faults(shop)
    wait_for(shop, "answered", "ship", count)
    for _ in range(POLLS):
        if list(spooled(shop).values()).count("done") == count:
            break
        shop.simulator.pages.get("/simulator/books")


def hold_after_booking(shop: Shop, concurrency: int) -> "subprocess.Popen[str]":
    shop.simulator.fault("slow-answer@ship")
    process = start(shop, concurrency)
    wait_for(shop, "held", "ship", concurrency)
    return process


STAGES = {
    "before the request": killed_before_the_request,
    "between label and answer": killed_between_label_and_answer,
    "between answer and commit": killed_between_answer_and_commit,
}


def job_id(shop: Shop) -> str:
    listed = shop.run("jobs", "list", "--json")
    (job,) = json.loads(listed.stdout)
    return str(job["id"])


def resume(shop: Shop, job: str) -> dict[str, Any]:
    done = shop.run("jobs", "resume", job, "--output-format", "json")
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def check_books(shop: Shop, result: dict[str, Any]) -> None:
    """At most one label a row; every label of the records in ledger, on disk and in the sheet; the rest in doubt."""
    records = shop.simulator.records()
    names = [label["ship_to"]["name"] for label in records]
    assert len(names) == len(set(names)), names
    known = {item["tracking_number"]: Path(item["label_path"]) for item in result["tracking"]}
    sheet = shop.sheet.read_text()
    for label in records:
        number = label["tracking_number"]
        assert number in known, f"{number} is not in the ledger"
        assert number.encode() in known[number].read_bytes()
        assert number in sheet
    assert len(records) + len(result["in_doubt"]) == len(NAMES), result


@pytest.mark.parametrize(
    ("stage", "concurrency"),
    [
        ("before the request", 1),
        ("between label and answer", 2),
        ("between answer and commit", 1),
        ("between answer and commit", 2),
    ],
)
def test_a_kill_buys_nothing_twice_and_loses_nothing(shop: Shop, stage: str, concurrency: int) -> None:
    STAGES[stage](shop, concurrency)
    release_faults(shop)
    job = job_id(shop)

    said_again, _code = shop.say(SENTENCE, "--yes")
    assert said_again["rows"].get("completed", 0) == 0, "the same sentence buys nothing"

    result = resume(shop, job)
    check_books(shop, result)
    for _ in result["in_doubt"]:
        released = shop.run("jobs", "release", job, "--yes", "--now")
        assert released.returncode == 0, released.stderr
        result = resume(shop, job)
        break
    check_books(shop, result)
    assert sorted(label["ship_to"]["name"] for label in shop.simulator.records()) == sorted(NAMES)
    assert result["status"] == "completed", result
    again = resume(shop, job)
    assert again["tracking"] == result["tracking"], "resume after resume equals resume"
    verified = shop.run("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_a_server_alone_killed_leaves_a_doubt_that_is_found(shop: Shop) -> None:
    process = hold_after_booking(shop, 2)
    for child in family(process)[1:]:
        with contextlib.suppress(psutil.NoSuchProcess):
            if "mcp_servers.ups" in child.cmdline():
                child.send_signal(signal.SIGKILL)
    release_faults(shop)
    process.communicate(timeout=120)
    assert process.returncode == 6, "something is in doubt"
    result = resume(shop, job_id(shop))
    check_books(shop, result)
    assert result["status"] == "completed", result
