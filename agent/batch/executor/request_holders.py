"""Who may still hold a request: the processes of its lease, and the clock that counts sleep."""

import json
import os
import time
from functools import cache
from pathlib import Path

import psutil

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
INTENT_S = 60.0
"""How long after its intent a request may be started at the latest (docs/money.md)."""


def boot_clock() -> float:
    """Seconds since the machine started, sleep included; the UPS server compares with the same clock."""
    return time.clock_gettime(_CLOCK)


@cache
def boot_id() -> str:
    """Tells one run of the machine from the next: after a restart no process of before lives."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(int(psutil.boot_time()))


@cache
def machine() -> str:
    """What tells the processes that this one can see from all others of a shared ledger: the run of the machine, and
    the space of its process ids, which a container has for itself."""
    try:
        return f"{boot_id()} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return boot_id()


def is_here(recorded: str | None) -> bool:
    """Whether it was recorded on this machine since it started: then its clock and processes are this one's."""
    return recorded in (boot_id(), machine())


def find_request_holders() -> str | None:
    """The UPS servers below this process, as JSON [[pid, started]]; None when none can be seen.

    This process itself is not one of them: whoever recovers holds the lease, so it is dead or it is the one that asks.
    """
    found = []
    for child in psutil.Process(os.getpid()).children(recursive=True):
        try:
            if "mcp_servers.ups" in child.cmdline():
                found.append((child.pid, child.create_time()))
        except psutil.Error:
            continue
    return json.dumps(found) if found else None


def all_gone(recorded: str | None, recorded_boot: str | None) -> bool:
    """Whether every process that may hold the request is known to be dead."""
    if recorded_boot is not None and not is_here(recorded_boot):
        return True
    if not recorded:
        return False
    return not any(lives(pid, started) for pid, started in json.loads(recorded))


def lives(pid: int, started: float) -> bool:
    """Whether a process of this machine, named by its id and start, is still there."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
