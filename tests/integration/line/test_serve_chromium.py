"""The served chat in a real browser: Chromium, told what to do through its DevTools protocol."""

import asyncio
import base64
import io
import itertools
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from PIL import Image

from tests.integration.line.browser import ESCAPES, PATIENCE_S, Tab, served
from tests.integration.line.shop import SENTENCE, Shop

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-component-update", "--disable-sync",
    "--disable-background-networking", "--disable-dev-shm-usage", "--window-size=1200,900",
    "--remote-debugging-port=0", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


@dataclass
class Page(Tab):
    """A page of Chromium: what its socket receives is `seen`; keys go in as a keyboard's."""

    session: str = ""
    answered_by: list[str] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    waiting: dict[int, "asyncio.Future[dict[str, Any]]"] = field(default_factory=dict)

    async def read(self) -> None:
        async for message in self.socket:
            told = message.json()
            if "id" in told:
                self.waiting.pop(told["id"]).set_result(told)
            elif told["method"] == "Network.responseReceived":
                self.answered_by.append(told["params"]["response"]["url"])
            elif told["method"] == "Network.webSocketFrameReceived" and told["params"]["response"]["opcode"] == 2:
                drawn = base64.b64decode(told["params"]["response"]["payloadData"]).decode()
                async with self.more:
                    self.seen += ESCAPES.sub("", drawn)
                    self.more.notify_all()

    async def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self.numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        more = {"sessionId": self.session} if self.session else {}
        await self.socket.send_json({"id": number, "method": method, "params": parameters, **more})
        async with asyncio.timeout(PATIENCE_S):
            answer = await self.waiting[number]
        assert "result" in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def type(self, text: str) -> None:
        for letter in text:
            key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13} if letter == "\r" else {"key": letter}
            await self.ask("Input.dispatchKeyEvent", type="keyDown", text=letter, **key)
            await self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    async def value(self, expression: str) -> object:
        return (await self.ask("Runtime.evaluate", expression=expression))["result"].get("value")

    async def picture(self) -> Image.Image:
        data = (await self.ask("Page.captureScreenshot", format="png"))["data"]
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def started(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@asynccontextmanager
async def page(folder: Path, url: str) -> AsyncIterator[Page]:
    process = started(folder)
    assert process.stderr is not None
    try:
        address = next(line.split()[-1] for line in process.stderr if line.startswith("DevTools listening on"))
        # What Chromium says later must not fill the pipe.
        emptied = asyncio.create_task(asyncio.to_thread(process.stderr.read))
        async with aiohttp.ClientSession() as session, session.ws_connect(address, max_msg_size=0) as devtools:
            opened = Page(devtools)
            async with asyncio.TaskGroup() as reading:
                reading.create_task(opened.read())
                target = (await opened.ask("Target.createTarget", url="about:blank"))["targetId"]
                attached = await opened.ask("Target.attachToTarget", targetId=target, flatten=True)
                opened.session = attached["sessionId"]
                await opened.ask("Network.enable")
                # A window on nobody's screen counts as the one in front.
                await opened.ask("Emulation.setFocusEmulationEnabled", enabled=True)
                await opened.ask("Page.navigate", url=url)
                yield opened
                await devtools.close()
    finally:
        family = [*psutil.Process(process.pid).children(recursive=True), process]
        for one in family:
            one.kill()
        process.wait(timeout=PATIENCE_S)
        await emptied


async def test_words_typed_in_chromium_become_labels(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    server = served(shop, "orders.csv", "--model", "offline")
    try:
        async with page(tmp_path_factory.mktemp("chromium"), server.url) as opened:
            await opened.sees("orders.csv")
            assert await opened.value("location.href") == f"{server.origin}/", "the token has left the address line"
            assert await opened.value("document.cookie") == "", "no script reads the cookie"
            await opened.sees("F1 help")
            async with asyncio.timeout(PATIENCE_S):
                while await opened.value("document.activeElement.tagName") != "TEXTAREA":
                    pass
            await opened.says(SENTENCE)
            await opened.sees("y  Approve")
            assert shop.simulator.records() == []
            await opened.approves("batch 3/3")
            picture = await opened.picture()
            picture.save(shop.folder / "chromium.png")
            assert {url for url in opened.answered_by if not url.startswith(server.origin)} == set()
            family = server.family()
        assert len(shop.simulator.records()) == 3
        colours = picture.getcolors(picture.width * picture.height)
        assert colours is not None
        most = max(count for count, _ in colours)
        assert len(colours) > 50, "letters are drawn"
        assert most < 0.98 * picture.width * picture.height
        assert not await asyncio.to_thread(lambda: psutil.wait_procs(family, timeout=PATIENCE_S)[1])
    finally:
        server.stop()
