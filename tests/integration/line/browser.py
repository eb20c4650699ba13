"""`shipchat serve` for tests, and a tab as textual-serve's page in a browser speaks it: JSON in, packets of bytes out."""

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp
import psutil

from tests.integration.line.shop import COMMAND, Shop

PATIENCE_S = 60.0
TOO_SOON = "say it again"
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


@dataclass
class Served:
    """A running server and the URL that it printed."""

    process: "subprocess.Popen[str]"
    url: str

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def token(self) -> str:
        return urlsplit(self.url).query.removeprefix("token=")

    def family(self) -> list[psutil.Process]:
        """All chats and their servers."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> tuple[str, str]:
        """Ctrl+C; what was printed after the URL, and stderr."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=PATIENCE_S)


def served(shop: Shop, *arguments: str, **environment: str) -> Served:
    process = subprocess.Popen(
        [COMMAND, "serve", *arguments],
        cwd=shop.folder,
        env=shop.environment | {"PYTHONUNBUFFERED": "1"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Open http"), (line, process.communicate())
    return Served(process, line.split()[-1])


@dataclass
class Tab:
    """One open tab; `seen` is all that it was sent, without what moves the cursor and colours."""

    socket: aiohttp.ClientWebSocketResponse
    seen: str = ""
    more: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        """As a browser does, whether anybody looks or not: only who reads answers the server's heartbeat."""
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                async with self.more:
                    self.seen += ESCAPES.sub("", message.data.decode())
                    self.more.notify_all()

    async def type(self, text: str) -> None:
        await self.socket.send_json(["stdin", text])

    async def sees(self, *texts: str, after: int = 0) -> str:
        """Wait until one of them is there; which."""

        def found() -> list[str]:
            return [text for text in texts if text in self.seen[after:]]

        try:
            async with asyncio.timeout(PATIENCE_S), self.more:
                await self.more.wait_for(found)
        except TimeoutError:
            raise AssertionError(f"never seen: {texts}\n{self.seen[-3000:]}") from None
        return found()[0]

    async def says(self, text: str) -> None:
        await self.type(text)
        await self.type("\r")

    async def approves(self, then: str) -> None:
        """In words; those that came too soon after the preview count for nothing, and are said again."""
        answer = TOO_SOON
        while answer == TOO_SOON:
            before = len(self.seen)
            await self.says("yes, ship it")
            answer = await self.sees(then, TOO_SOON, after=before)


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@asynccontextmanager
async def tab(session: aiohttp.ClientSession, server: Served) -> AsyncIterator[Tab]:
    """Open the URL, then the page's socket."""
    async with session.get(server.url) as page:
        text = await page.text()
        assert page.status == 200, text
    address = re.search(r'data-session-websocket-url="([^"]+)"', text)
    assert address
    async with session.ws_connect(f"{address[1]}?width=120&height=40", headers={"Origin": server.origin}) as socket:
        await socket.send_json(["focus"])
        opened = Tab(socket)
        async with asyncio.TaskGroup() as reading:
            reading.create_task(opened.read())
            await opened.sees("orders.csv")
            yield opened
            await socket.close()
