"""`shipchat --plain` in a terminal of its own (a pty): the whole job as lines."""

import json
import subprocess
from collections.abc import Iterator

import pexpect
import pytest

from tests.integration.line.shop import COMMAND, SENTENCE, Shop
from tests.integration.line.test_kill import POLLS, release_faults, wait_for
from tests.integration.line.test_truth import wanted

MESSAGE, APPROVE, ANSWER = "Message: ", "“yes” approves, “no” refuses: ", "Answer, or 1 to 4: "


@pytest.fixture
def plain(shop: Shop) -> Iterator["pexpect.spawn[str]"]:
    chat = opened(shop, "orders.csv", "--plain", "--concurrency", "1")
    yield chat
    chat.close(force=True)


def opened(shop: Shop, *arguments: str, **environment: str) -> "pexpect.spawn[str]":
    chat = pexpect.spawn(
        str(COMMAND), list(arguments), cwd=str(shop.folder), env=shop.environment | {"TERM": "xterm"} | environment,
        encoding="utf-8", timeout=90, dimensions=(50, 400),
    )  # fmt: skip
    chat.expect_exact(MESSAGE)
    return chat


def said(chat: "pexpect.spawn[str]", text: str, then: str = MESSAGE) -> str:
    """Type a line; what was printed until the next prompt."""
    chat.sendline(text)
    chat.expect_exact(then)
    return str(chat.before)


def left(chat: "pexpect.spawn[str]") -> str:
    chat.sendeof()
    chat.expect(pexpect.EOF)
    chat.close()
    return str(chat.before)


def test_words_become_labels(shop: Shop, plain: "pexpect.spawn[str]") -> None:
    assert "PRACTICE" in str(plain.before)
    asked = said(plain, "ship all California orders", ANSWER)
    assert "1. UPS Ground" in asked
    preview = said(plain, "1", APPROVE)
    assert "3 rows, $" in preview
    assert shop.simulator.records() == []
    done = said(plain, "yes")
    assert done.count("1ZSIMSIM") == 3
    farewell = left(plain)
    assert "Shipped in this chat: 3 rows for $" in farewell
    assert plain.exitstatus == 0
    assert len(shop.simulator.records()) == 3
    assert shop.sheet.read_bytes().count(b"1ZSIMSIM") == 3
    assert "\x1b[" not in preview + done, "nothing moves the cursor or colours"


@pytest.mark.slow
def test_a_yes_that_was_typed_before_the_preview_buys_nothing(shop: Shop, plain: "pexpect.spawn[str]") -> None:
    plain.send(f"{SENTENCE}\nyes\nyes\n")
    plain.expect_exact(APPROVE)
    refused = said(plain, "no")
    assert "nothing was bought" in refused
    assert left(plain).strip().splitlines() == [], "no farewell where nothing was shipped"
    assert shop.simulator.records() == []


@pytest.mark.slow
def test_commands_of_the_window_are_told_in_words(plain: "pexpect.spawn[str]") -> None:
    assert "Say it in words" in said(plain, "/jobs")
    plain.sendintr()
    plain.expect_exact("Ctrl+D leaves.")
    plain.expect_exact(MESSAGE)
    plain.sendline("/quit")
    plain.expect(pexpect.EOF)
    plain.close()
    assert plain.exitstatus == 0


@pytest.mark.fault
@pytest.mark.slow
def test_ctrl_c_pauses_a_batch_and_the_farewell_says_how_to_go_on(shop: Shop, plain: "pexpect.spawn[str]") -> None:
    said(plain, "ship all orders via ground", APPROVE)
    shop.simulator.fault("slow-answer@ship:1")
    plain.sendline("yes")
    wait_for(shop, "held", "ship", 1)
    plain.sendintr()
    for _ in range(POLLS):
        if wanted(shop):
            break
        shop.simulator.pages.get("/simulator/events?after=1000000&wait=0.05")
    release_faults(shop)
    plain.expect_exact(MESSAGE)
    farewell = left(plain)
    made = len(shop.simulator.records())
    (job,) = json.loads(shop.run("jobs", "list", "--json").stdout)
    assert 1 <= made < 5
    assert f"Shipped in this chat: {made} row" in farewell
    assert f"{5 - made} row" in farewell
    assert f"not sent yet: shipchat jobs resume {job['id']}" in farewell


@pytest.mark.slow
def test_a_terminal_that_cannot_move_its_cursor_gets_lines(shop: Shop) -> None:
    assert left(opened(shop, "orders.csv", TERM="dumb")).strip() == ""


def test_without_a_terminal_nobody_talks(shop: Shop) -> None:
    done = subprocess.run(
        [COMMAND, "orders.csv", "--plain"], cwd=shop.folder, env=shop.environment, input="yes\n",
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no terminal here" in done.stderr
