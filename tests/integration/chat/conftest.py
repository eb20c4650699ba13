"""Sessions over real servers, which the tests of a module share; a home of its own for each test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.servers import ServerManager
from agent.settings import Settings

HEADER = "Order Number,Recipient Name,Address,City,State,ZIP,Phone,Weight (lb)\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", model="offline", today="2026-11-20", concurrency=1)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Three orders to California; the ZIP of the first is a Texan one, so UPS refuses it."""
    path = tmp_path / "orders.csv"
    path.write_text(
        HEADER
        + "F-1,Luis Ferrer,880 Harbor View Dr,San Diego,CA,75201,619-555-0102,3\n"
        + "F-2,Dana Whitfield,14 Juniper Court,Sacramento,CA,95814,916-555-0101,2\n"
        + "F-3,Amara Okafor,61 Millpond Rd,Fresno,CA,93721,617-555-0103,4\n"
    )
    return path


Opened = Callable[..., Awaitable[tuple[ChatSession, list[Any]]]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerManager]:
    async with ServerManager(Settings(home=tmp_path_factory.mktemp("servers"), today="2026-11-20")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def opened(settings: Settings, servers: ServerManager) -> AsyncIterator[Opened]:
    """`session, events = await opened(source, ...)`; closed at the end."""
    sessions: list[ChatSession] = []

    async def open_one(source: Path | None, **options: Any) -> tuple[ChatSession, list[Any]]:
        session = ChatSession(settings, SessionOptions(source=str(source) if source else None, **options), servers)
        heard: list[Any] = []
        session.subscribe(heard.append)
        sessions.append(session)
        await session.open()
        return session, heard

    yield open_one
    for session in sessions:
        await session.close()
