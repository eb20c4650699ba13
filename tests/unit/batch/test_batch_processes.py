"""When a request can no longer be under way: sleep, restarts, dead and living servers (docs/money.md)."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil
import pytest

from agent.batch.executor import request_holders
from agent.batch.executor.request_holders import INTENT_S, all_gone, boot_clock, boot_id
from agent.batch.recovery import recovery
from agent.batch.recovery.recovery import no_longer_under_way

TIMEOUT_S = 30.0


@dataclass
class Sent:
    """What the ledger keeps of an intent."""

    request_holders: str | None = None
    boot_id: str | None = None
    not_after: float | None = None


def me() -> str:
    return json.dumps([(os.getpid(), psutil.Process().create_time())])


def ended() -> str:
    """A process that is dead."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    started = psutil.Process(process.pid).create_time()
    process.wait()
    return json.dumps([(process.pid, started)])


def test_the_clock_counts_sleep() -> None:
    if not hasattr(time, "CLOCK_BOOTTIME"):
        pytest.skip("this system has no clock that counts sleep")
    assert abs(boot_clock() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 60
    assert request_holders._CLOCK == time.CLOCK_BOOTTIME


def test_a_living_server_may_still_send() -> None:
    assert not no_longer_under_way(Sent(me(), boot_id(), boot_clock() + INTENT_S), TIMEOUT_S)


def test_a_dead_server_sends_nothing() -> None:
    assert no_longer_under_way(Sent(ended(), boot_id(), boot_clock() + INTENT_S), TIMEOUT_S)


def test_one_living_server_among_dead_ones_is_enough() -> None:
    both = json.dumps([*json.loads(ended()), *json.loads(me())])
    assert not no_longer_under_way(Sent(both, boot_id(), boot_clock() + INTENT_S), TIMEOUT_S)


def test_another_process_under_the_same_number_is_not_it() -> None:
    reused = json.dumps([(os.getpid(), psutil.Process().create_time() - 1000)])
    assert all_gone(reused, boot_id())


@pytest.mark.parametrize("recorded", [None, "living"])
def test_after_a_restart_of_the_machine_nothing_is_under_way(recorded: str | None) -> None:
    """The clock of the last run says nothing: its value may be smaller or greater."""
    sent = Sent(me() if recorded else None, "another-boot", boot_clock() + 10**6)
    assert no_longer_under_way(sent, TIMEOUT_S)


@pytest.mark.parametrize(("late_s", "over"), [(-1.0, False), (TIMEOUT_S - 1, False), (TIMEOUT_S + 1, True)])
def test_without_known_servers_only_time_proves_it(monkeypatch: pytest.MonkeyPatch, late_s: float, over: bool) -> None:
    """`not_after` + the request time-out, on a clock that the wall's time cannot move."""
    monkeypatch.setattr(recovery, "boot_clock", lambda: 1000.0 + late_s)
    assert no_longer_under_way(Sent(None, boot_id(), 1000.0), TIMEOUT_S) is over


def test_an_intent_without_any_time_is_never_given_up_by_it() -> None:
    assert not no_longer_under_way(Sent(None, boot_id(), None), TIMEOUT_S)


def test_what_no_server_holds_is_over() -> None:
    """The server itself answered that it does not know, or nothing was ever sent."""
    assert no_longer_under_way(Sent("[]", boot_id(), None), TIMEOUT_S)
