"""A tab of the browser and the chat behind it: a child process that ends with the tab, never later."""

import asyncio
import contextlib
from asyncio.subprocess import PIPE

from textual_serve.app_service import AppService

from agent.cli.chat import BROWSER_DRIVER
from agent.cli.output import say

FIRST_LINE = b"__GANGLION__\n"
"""What a chat writes before its first picture."""
KEPT_ERRORS = 64 * 1024
ENDED_BADLY = (
    "A chat ended with an error (exit code {code}). What was bought is in the ledger: `shipchat jobs list` shows it."
)


class Tab(AppService):
    """textual-serve's link to a child, with the ends that it leaves open.

    A child that nobody reads would stop at its next picture and never hear that it should leave, and what it says on
    stderr (a stack trace, too) would be printed as it comes.
    """

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return super()._build_environment(width, height) | {"TEXTUAL_DRIVER": BROWSER_DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        self._process = await asyncio.create_subprocess_shell(
            # The shell makes way: the process is the chat itself.
            f"exec {self.command}",
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
            # Ctrl+C at the server reaches the server, which tells its chats.
            start_new_session=True,
        )
        self._stdin = self._process.stdin
        return self._process

    async def run(self) -> None:
        """Carry what the chat draws to the browser until the chat ends, whether or not the browser still listens."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.create_task(_beginning(process.stderr))
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await process.stdout.readuntil(FIRST_LINE)
            await self._carry(process.stdout)
        # A chat that did not start writes no packets.
        while await process.stdout.read(KEPT_ERRORS):
            pass
        code = await process.wait()
        told = (await errors).decode("utf-8", "replace").strip()
        if told and "Traceback" not in told:
            say(told, err=True)
        elif told or code:
            say(ENDED_BADLY.format(code=code), err=True)
        with contextlib.suppress(ConnectionError):
            await self.remote_close()

    async def _carry(self, stdout: asyncio.StreamReader) -> None:
        deal_with = {b"D": self.on_data, b"M": self.on_meta, b"P": self.on_packed}
        while True:
            kind = await stdout.readexactly(1)
            size = int.from_bytes(await stdout.readexactly(4), "big")
            packet = await stdout.readexactly(size)
            if kind in deal_with:
                with contextlib.suppress(ConnectionError):
                    await deal_with[kind](packet)

    async def stop(self) -> None:
        """Ask the chat to leave, and wait: it pauses its batch and records what is in flight."""
        if self._task is None:
            return
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        await self.send_meta({"type": "quit"})
        self.stdin.close()
        await self._task


async def _beginning(stream: asyncio.StreamReader) -> bytes:
    """What a stream says first; the rest is read too, so that nobody waits to write it."""
    kept = b""
    while chunk := await stream.read(KEPT_ERRORS):
        kept = (kept + chunk)[:KEPT_ERRORS]
    return kept
