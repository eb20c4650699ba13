"""The practice carrier as a process: its books survive a kill, and its command does what it says."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.fault


async def test_what_was_answered_is_in_the_books_after_a_kill(
    other_carrier: Callable[..., Any],
    start_server: Callable[..., Any],
    shipment: dict[str, Any],
    reference: str,
    not_after: float,
    tmp_path: Path,
) -> None:
    books = tmp_path / "books.sqlite"
    first = other_carrier(books=books)
    async with start_server(first.url) as server:
        made = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    second = other_carrier(books=books)
    assert [entry["tracking_number"] for entry in second.books()] == made["trackingNumbers"]
    async with start_server(second.url, home="other") as server:
        again = await server.call("shipping_create", reference=reference, not_after=not_after, shipment=shipment)
    assert again["trackingNumbers"] != made["trackingNumbers"]


async def test_two_processes_on_one_book_never_give_one_number_twice(
    other_carrier: Callable[..., Any],
    start_server: Callable[..., Any],
    shipment: dict[str, Any],
    not_after: float,
    tmp_path: Path,
) -> None:
    carriers = [other_carrier(books=tmp_path / "shared.sqlite") for _ in range(2)]
    numbers = []
    for index, carrier in enumerate(carriers * 2):
        async with start_server(carrier.url, home=f"home{index}") as server:
            made = await server.call(
                "shipping_create", reference=f"SCTWOBOOKS0000{index}", not_after=not_after, shipment=shipment
            )
            numbers += made["trackingNumbers"]
    assert len(set(numbers)) == 4


def test_faults_and_latency_from_the_command_line(other_carrier: Callable[..., Any]) -> None:
    carrier = other_carrier("--fault", "text-503@any:1", "burst-429:1", "--latency-ms", "1", "--seed", "7")
    statuses = [
        httpx2.post(f"{carrier.url}/api/shipments/v2409/ship", json={}, trust_env=False).status_code for _ in range(3)
    ]
    assert statuses == [503, 429, 401]


@pytest.mark.parametrize("arguments", [["--fault", "gremlins"], ["books", "/nowhere/books.sqlite"]])
def test_a_wrong_command_is_refused(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mcp_servers.ups.simulator", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode in (1, 2)
    assert done.stderr
    assert done.stdout == ""


def test_a_fault_page_refuses_nonsense(carrier: Any) -> None:
    answer = carrier.admin.post("/simulator/faults", json={"name": "gremlins"})
    assert answer.status_code == 400
    assert "lost-answer" in answer.json()["error"]


def test_events_can_be_waited_for(carrier: Any) -> None:
    before = carrier.last_event()
    empty = carrier.admin.get("/simulator/events", params={"after": before, "wait": 0.01}).json()
    assert empty == {"events": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "faults"), ("POST", "faults"), ("DELETE", "faults"), ("GET", "events"), ("GET", "books")],
)
def test_its_own_pages_want_the_token_beside_the_books(carrier: Any, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic guessed"}):
        answer = httpx2.request(method, f"{carrier.url}/simulator/{path}", headers=headers, trust_env=False)
        assert answer.status_code == 401
        assert "books" not in answer.json()
    assert carrier.admin.get("/simulator/faults").json()["on"] == [], "nothing was switched on"


def test_a_request_that_came_by_another_name_is_refused(carrier: Any) -> None:
    """A web page whose name was pointed at this machine: the browser says that name."""
    for path in ("/simulator/books", "/security/v1/oauth/token"):
        answer = carrier.admin.get(path, headers={"Host": "orders.example.com"})
        assert answer.status_code == 400


def test_books_and_token_are_their_owners_alone(other_carrier: Callable[..., Any], tmp_path: Path) -> None:
    books = tmp_path / "old.sqlite"
    books.touch(0o644)
    one = other_carrier(books=books)
    assert one.books() == []
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("old.sqlite*")}
    assert set(files) >= {"old.sqlite", "old.sqlite-wal", "old.sqlite.token"}
    assert set(files.values()) == {0o600}
    again = other_carrier(books=books)
    assert again.books() == [], "the token of these books is the same for both"
