"""A PostgreSQL server of the tests' own, in a temporary folder, on this machine only."""

import atexit
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
UP_S = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """Databases below one server; it can be stopped hard, as a power cut does, and started again."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: with fsync, for what is stopped hard."""
        if not POSTGRES:
            pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
        self.binaries = POSTGRES[-1].parent
        # A folder of its own: the test run's folders are closed to the user that PostgreSQL runs as.
        self.folder = Path(tempfile.mkdtemp(prefix="shipchat-postgres-"))
        self.user, self._runs_as = getpass.getuser(), {}
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            self.user, self._runs_as = "postgres", {"user": "postgres", "group": "postgres"}
            shutil.chown(self.folder, "postgres", "postgres")
        self.port = free_port()
        self._durable, self._numbers = durable, count(1)
        self._run("initdb", "-D", self.data, "-A", "trust", "-E", "UTF8", "--no-sync")
        self._server = self._started()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """The URL of an empty database, or of a copy of one that nobody is connected to."""
        name = f"ledger_{next(self._numbers)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            source = template.rpartition("/")[2]
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")  # type: ignore[call-overload]
        return self.url(name)

    def crash(self) -> None:
        """`pg_ctl stop -m immediate`: no checkpoint, no goodbye; the next start recovers from the log."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    def start(self) -> None:
        self._server = self._started()

    def close(self) -> None:
        # Fast shutdown: do not wait for clients.
        self._server.send_signal(signal.SIGINT)
        self._server.wait()
        shutil.rmtree(self.folder)

    def _run(self, name: str, *arguments: object) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": self.folder}
        subprocess.run([self.binaries / name, *map(str, arguments)], check=True, **quiet, **self._runs_as)  # type: ignore[call-overload]

    def _started(self) -> "subprocess.Popen[bytes]":
        options = ["-D", self.data, "-p", self.port, "-h", "127.0.0.1", "-k", self.folder, "-c", "max_connections=300"]
        options += [] if self._durable else ["-F"]
        with (self.folder / "log").open("ab") as log:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                [self.binaries / "postgres", *map(str, options)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._runs_as,  # type: ignore[arg-type]
            )
        deadline = time.monotonic() + UP_S
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return server


@cache
def cluster() -> Cluster:
    """One for this whole test process; gone with it."""
    made = Cluster()
    atexit.register(made.close)
    return made
