"""What the batch engine is compared with, in the same run: the bare pipe, and the plain way."""

import asyncio
import contextlib
import csv
import io
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from sqlalchemy.orm import Session

from agent.ledger import Base, JobService
from agent.ledger.connection import engine_of
from agent.servers import ServerManager
from agent.settings import Settings
from agent.tool_caller import ToolCaller
from mcp_servers.ups.tokens import boot_clock
from tests.benchmarks.batch_stage import ms_per_row, payload_of, processor_s, spent_since, write_sheet

PROTOCOL = "2026-07-28"


@dataclass(slots=True)
class BarePipe:
    """An MCP call, a POST, an fsynced label, two commits (WAL, FULL) a row - nothing else. Ships as often as asked."""

    client: Client
    database: sqlite3.Connection
    concurrency: int
    rows: int = 0
    seconds: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)
    """Processor seconds by part."""

    async def ship(self, rows: int) -> None:
        """So many more rows, timed."""
        waiting = iter(range(self.rows + 1, self.rows + rows + 1))
        began, used = time.perf_counter(), processor_s()
        await asyncio.gather(*(self._work(waiting) for _ in range(self.concurrency)))
        self.seconds += time.perf_counter() - began
        for part, spent in spent_since(used).items():
            self.spent[part] = self.spent.get(part, 0.0) + spent
        self.rows += rows

    async def _work(self, waiting: Iterator[int]) -> None:
        for number in waiting:
            self.database.execute("INSERT INTO rows VALUES (?, 'submitting', NULL)", (number,))
            answer = await self.client.call_tool("create", {"number": number, "reference": f"BARE{number:08d}"})
            tracking = (answer.structured_content or {})["tracking_number"]
            self.database.execute("UPDATE rows SET state = 'done', tracking = ? WHERE number = ?", (tracking, number))

    def figures(self) -> dict[str, Any]:
        rate = round(self.rows / self.seconds, 1)
        return {"rows": self.rows, "rows_per_s": rate, "cpu_ms_per_row": ms_per_row(self.spent, self.rows)}


@contextlib.asynccontextmanager
async def bare_pipe(folder: Path, url: str, concurrency: int) -> AsyncIterator[BarePipe]:
    """Its server is up before anything is timed."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    database = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, state TEXT, tracking TEXT)")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tests.benchmarks.batch_bare_server", url, str(folder)],
        env={"PYTHONPATH": str(Path.cwd())},
    )
    async with Client(server, mode=PROTOCOL) as client:
        await client.list_tools()
        yield BarePipe(client, database, concurrency)
    database.close()


class Turns:
    """A batch and the bare pipe take turns, so that both meet the machine at one speed: it changes within seconds.

    While the pipe has its turn the batch gets no answer from its servers; what it has in flight is finished before.
    """

    def __init__(self, pipe: BarePipe, every: int, rows: int) -> None:
        """After `every` rows of the batch `rows` of the pipe."""
        self._pipe, self._every, self._rows = pipe, every, rows
        self._completed = self._in_flight = 0
        self._open, self._idle = asyncio.Event(), asyncio.Event()
        self._open.set()
        self._idle.set()
        self._turn: asyncio.Task[None] | None = None

    def seam(self, call: ToolCaller) -> ToolCaller:
        """The batch's way to a server."""

        async def gated(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            await self._open.wait()
            self._in_flight += 1
            self._idle.clear()
            try:
                return await call(tool, arguments)
            finally:
                self._in_flight -= 1
                if not self._in_flight:
                    self._idle.set()

        return gated

    def on_row_completed(self, *_facts: Any, **_more: Any) -> None:
        self._completed += 1
        if self._completed % self._every == 0:
            self._open.clear()
            self._turn = asyncio.create_task(self._take())

    async def _take(self) -> None:
        await self._idle.wait()
        await self._pipe.ship(self._rows)
        self._open.set()


async def plain_way(folder: Path, url: str, rows: int) -> dict[str, Any]:
    """One row after the other, four ORM commits a row, the whole sheet rewritten per row."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    sheet = folder / "orders.csv"
    write_sheet(sheet, rows)
    path = folder / "plain.sqlite"
    engine = engine_of(path, "read")
    Base.metadata.create_all(engine)
    settings = Settings(home=folder / "home", ups_base_url=url)
    with Session(engine) as session:
        jobs = JobService(session)
        job = jobs.create_job("plain", "plain")
        made = [row.id for row in jobs.create_rows(job.id, [{"row_number": n} for n in range(1, rows + 1)])]
        async with ServerManager(settings) as servers:
            await servers.call("ups", "service_list", {})
            began = time.perf_counter()
            for number, row_id in enumerate(made, 1):
                jobs.start_row(row_id)
                arguments = {
                    "environment": "simulator",
                    "reference": f"PLAIN{number:08d}",
                    "not_after": boot_clock() + 60,
                    "shipment": payload_of(number),
                }
                answer = await servers.call("ups", "shipping_create", arguments)
                tracking = answer["trackingNumbers"][0]
                jobs.complete_row(row_id, tracking, answer["labelPaths"][0], 1000)
                jobs.update_status(job.id, "running")
                _rewrite(sheet, number, tracking)
            seconds = time.perf_counter() - began
    engine.dispose()
    return {"rows": rows, "seconds": round(seconds, 2), "rows_per_s": round(rows / seconds, 1)}


def _rewrite(sheet: Path, number: int, tracking: str) -> None:
    rows = list(csv.reader(io.StringIO(sheet.read_text(encoding="utf-8"))))
    if rows[0][-1] != "tracking_number":
        rows = [[*rows[0], "tracking_number"], *([*row, ""] for row in rows[1:])]
    rows[number][-1] = tracking
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    sheet.write_text(text.getvalue(), encoding="utf-8")
