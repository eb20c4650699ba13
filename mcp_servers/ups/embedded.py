"""The embedded UPS as a child process: started when first needed, gone when this process is gone."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

from mcp_servers.shared.faults import fault
from mcp_servers.ups.faults import NO_SIMULATOR

START_TIMEOUT_S = 30.0
_VARIABLES = ("SHIPCHAT_TODAY", "PYTHONDONTWRITEBYTECODE", "HOME", "TZ", "LANG", "LC_ALL")
"""All that the practice UPS is given of the environment: never credentials."""


class EmbeddedSimulator:
    """Starts `python -P -m mcp_servers.ups.simulator` on a free port, and again if it died."""

    def __init__(self, records: Path) -> None:
        self._records = records
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._url = ""

    async def url(self) -> str:
        """Its base URL; E-3403 when it does not start."""
        if self._alive():
            return self._url
        async with self._lock:
            if not self._alive():
                await self._start()
            return self._url

    async def close(self) -> None:
        """Closing its input ends it."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 5.0)

    def _alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _start(self) -> None:
        folder = self._records.absolute().parent
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            # -P: the folder in which a person works must never shadow a module.
            *("-P", "-m", "mcp_servers.ups.simulator", "--port", "0", "--records", str(folder / self._records.name)),
            "--until-stdin-closes",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=folder,
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ},
        )
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), START_TIMEOUT_S)
        except TimeoutError:
            self._process.kill()
            raise fault(NO_SIMULATOR, detail="it did not answer in time", more={"outcome": "not_done"}) from None
        self._url = line.decode().strip()
        if not self._url.startswith("http://"):
            code = await self._process.wait()
            raise fault(NO_SIMULATOR, detail=f"exit code {code}", more={"outcome": "not_done"})
