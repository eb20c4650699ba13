"""What the batch engine is compared with, in the same run: the bare pipe, and the plain way."""

import asyncio
import csv
import io
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters
from sqlalchemy.orm import Session

from agent.hub import Hub
from agent.ledger import Base, JobService
from agent.ledger.connection import engine_of
from agent.settings import Settings
from tests.benchmarks.batch_stage import payload_of, processor_s, spent_ms_per_row, write_sheet

PROTOCOL = "2026-07-28"


async def bare_pipe(folder: Path, url: str, rows: int, concurrency: int) -> dict[str, Any]:
    """An MCP call, a POST, an fsynced label, two commits (WAL, FULL) a row - nothing else."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    database = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, state TEXT, tracking TEXT)")
    waiting = iter(range(1, rows + 1))
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tests.benchmarks.batch_bare_server", url, str(folder)],
        env={"PYTHONPATH": str(Path.cwd())},
    )
    async with Client(server, mode=PROTOCOL) as client:
        await client.list_tools()

        async def worker() -> None:
            for number in waiting:
                database.execute("INSERT INTO rows VALUES (?, 'submitting', NULL)", (number,))
                answer = await client.call_tool("create", {"number": number, "reference": f"BARE{number:08d}"})
                tracking = (answer.structured_content or {})["tracking_number"]
                database.execute("UPDATE rows SET state = 'done', tracking = ? WHERE number = ?", (tracking, number))

        began, used = time.perf_counter(), processor_s()
        await asyncio.gather(*(worker() for _ in range(concurrency)))
        seconds = time.perf_counter() - began
        spent = spent_ms_per_row(used, rows)
    database.close()
    figures = {"rows": rows, "seconds": round(seconds, 2), "rows_per_s": round(rows / seconds, 1)}
    return figures | {"cpu_ms_per_row": spent}


async def plain_way(folder: Path, url: str, rows: int) -> dict[str, Any]:
    """One row after the other, four ORM commits a row, the whole sheet rewritten per row."""
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing is measured yet
    sheet = folder / "orders.csv"
    write_sheet(sheet, rows)
    path = folder / "plain.sqlite"
    engine = engine_of(path, write=False)
    Base.metadata.create_all(engine)
    settings = Settings(home=folder / "home", ups_base_url=url)
    with Session(engine) as session:
        jobs = JobService(session)
        job = jobs.create_job("plain", "plain")
        made = [row.id for row in jobs.create_rows(job.id, [{"row_number": n} for n in range(1, rows + 1)])]
        async with Hub(settings) as hub:
            await hub.call("ups", "service_list", {})
            began = time.perf_counter()
            for number, row_id in enumerate(made, 1):
                jobs.start_row(row_id)
                arguments = {
                    "environment": "simulator",
                    "reference": f"PLAIN{number:08d}",
                    "not_after": time.clock_gettime(time.CLOCK_BOOTTIME) + 60,
                    "shipment": payload_of(number),
                }
                answer = await hub.call("ups", "shipping_create", arguments)
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
