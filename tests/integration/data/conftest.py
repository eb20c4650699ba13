"""The data server as a process of its own, spoken to by the SDK's client, and databases: SQLite, and PostgreSQL and
MariaDB servers that the tests start."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mcp import Client, StdioServerParameters

from mcp_servers.data.app import lifespan
from mcp_servers.data.server import build
from tests.tool_answers import answered

Call = Callable[..., Awaitable[dict[str, Any]]]


class Refused(Exception):
    """A tool's refusal, as its dict."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(str(answer))
        self.answer = answer
        self.code = answer["code"]


@asynccontextmanager
async def data_server(**environment: str) -> AsyncIterator[Call]:
    """Start the server; the value calls its tools and raises Refused."""
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "mcp_servers.data"], env=dict(os.environ) | environment
    )
    async with Client(parameters) as client:

        async def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
            answer = await client.call_tool(tool, arguments)
            content = answered(answer)
            if answer.is_error:
                raise Refused(content)
            return content

        call.client = client  # type: ignore[attr-defined]
        yield call


@asynccontextmanager
async def data_server_here() -> AsyncIterator[Call]:
    """The server's tools in this process: the same calls and answers without a pipe."""
    table = build()
    async with lifespan() as app:

        async def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
            answer = await table.call(app, tool, arguments)
            content = answered(answer)
            if answer.is_error:
                raise Refused(content)
            return content

        yield call


@pytest.fixture
def server_here() -> Callable[..., AbstractAsyncContextManager[Call]]:
    return data_server_here


@pytest.fixture
def start_server() -> Callable[..., AbstractAsyncContextManager[Call]]:
    return data_server


@pytest.fixture
def refused() -> type[Refused]:
    return Refused


POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
FOLDER = Path(__file__).parent
SERVERS = {"postgres", "mariadb", "postgres_server", "mariadb_server"}
MARIADB = shutil.which("mariadbd") or shutil.which("mysqld")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    deadline = time.monotonic() + 60
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if not POSTGRES:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    binaries = POSTGRES[-1].parent
    # A folder of its own: the test run's folders are closed to the user that PostgreSQL runs as.
    folder = Path(tempfile.mkdtemp(prefix="shipchat-postgres-"))
    user = getpass.getuser()
    # PostgreSQL refuses to run as root.
    runs_as = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if runs_as:
        shutil.chown(folder, "postgres", "postgres")
        user = "postgres"
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([binaries / "initdb", "-D", data, "-A", "trust", "-E", "UTF8"], check=True, **quiet, **runs_as)
    port = free_port()
    options = ["-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    server = subprocess.Popen([binaries / "postgres", *map(str, options)], **quiet, **runs_as)
    url = f"postgresql://{user}:pa55word@127.0.0.1:{port}/postgres"
    try:
        wait_until_up(url, server)
        yield url
    finally:
        # Fast shutdown: do not wait for clients.
        server.send_signal(signal.SIGINT)
        server.wait()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory) -> Iterator[str]:
    if MARIADB is None or shutil.which("mariadb-install-db") is None:
        pytest.skip("no MariaDB server is installed (Debian: mariadb-server)")
    folder = tmp_path_factory.mktemp("mariadb")
    data, user = folder / "data", getpass.getuser()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    common = ["--no-defaults", f"--datadir={data}", f"--user={user}"]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
        check=True,
        **quiet,
    )
    port = free_port()
    server = subprocess.Popen(
        [MARIADB, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s", "--skip-name-resolve"],
        **quiet,
    )
    url = f"mysql+pymysql://root@127.0.0.1:{port}/mysql"
    try:
        wait_until_up(url, server)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE DATABASE shop CHARACTER SET utf8mb4")
            connection.exec_driver_sql("CREATE USER packer@'%%' IDENTIFIED BY 'pa55word'")
            connection.exec_driver_sql("GRANT ALL ON shop.* TO packer@'%%'")
        yield f"mysql://packer:pa55word@127.0.0.1:{port}/shop"
    finally:
        server.terminate()
        server.wait()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Database servers belong to .ci/run; the README's command shows the same rules with SQLite."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        named = {value for value in params.values() if isinstance(value, str)}
        if item.path.parent == FOLDER and SERVERS & {*named, *getattr(item, "fixturenames", ())}:
            item.add_marker("slow")


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def database(request, tmp_path) -> str:
    if request.param == "sqlite":
        (tmp_path / "shop.db").touch()
        return f"sqlite:///{tmp_path}/shop.db"
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def engine(database) -> Iterator[sa.Engine]:
    driver = database.replace("mysql://", "mysql+pymysql://")
    engine = sa.create_engine(driver, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS orders")
        connection.exec_driver_sql("DROP TABLE IF EXISTS plain")
        connection.exec_driver_sql(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, name VARCHAR(40), zip VARCHAR(10), total DECIMAL(10,2), "
            "placed DATE, note VARCHAR(80), tracking_number VARCHAR(40), shipped_at TIMESTAMP NULL)"
        )
        connection.execute(
            sa.text("INSERT INTO orders (id, name, zip, total, placed, note) VALUES (:id, :name, :zip, :t, :p, :note)"),
            [
                {"id": 30, "name": "Müller", "zip": "02116", "t": 12.5, "p": "2026-11-01", "note": None},
                {"id": 10, "name": "Bob", "zip": "90210", "t": 100, "p": "2026-11-02", "note": ""},
                {"id": 20, "name": "Carol", "zip": "10001", "t": 7, "p": "2026-11-03", "note": "it's 10:30"},
            ],
        )
    return engine


@pytest.fixture
def closed_port() -> int:
    """A port at which nobody answers."""
    return free_port()
