"""The limits of a server's process, each tried in a child of its own."""

import subprocess
import sys
import threading

import pytest

from mcp_servers.shared.limits import STUCK, stopped_after

STUCK_QUESTION = """
import threading
from mcp_servers.shared import limits
limits.STUCK_SECONDS = 0.05
with limits.stopped_after(0.01, lambda: print("interrupted", flush=True)):
    threading.Event().wait()
"""
HEEDED = """
import threading
from mcp_servers.shared import limits
limits.STUCK_SECONDS = 0.05
heard = threading.Event()
with limits.stopped_after(0.01, heard.set):
    heard.wait()
print("goes on")
"""
GREEDY = """
from mcp_servers.shared import limits
limits.MOST_MEMORY = limits.LEAST_MEMORY
limits.limit_memory()
try:
    bytearray(2 << 30)
except MemoryError:
    print("refused")
"""


def child(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)


def test_a_question_that_heeds_no_interruption_ends_the_server() -> None:
    ended = child(STUCK_QUESTION)
    assert (ended.returncode, ended.stdout) == (STUCK, "interrupted\n")


def test_a_question_that_heeds_it_does_not() -> None:
    ended = child(HEEDED)
    assert (ended.returncode, ended.stdout) == (0, "goes on\n")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not count mapped memory")
def test_a_server_has_no_more_memory_than_it_may() -> None:
    ended = child(GREEDY)
    assert (ended.returncode, ended.stdout) == (0, "refused\n"), ended.stderr


def test_a_system_without_room_for_a_thread_has_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(MemoryError), stopped_after(1, lambda: None):
        raise AssertionError("the block must not run unwatched")
