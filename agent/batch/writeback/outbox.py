"""Hands results that are not in the sheet yet to the data server: one call in flight, retried, never lost."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from agent.batch.writeback.expected_cells import Expected, expectations
from agent.errors import ShipchatError, is_refusal
from agent.ledger.faults import NO_SHEET_FOR_RESULTS
from agent.ledger.place import Hold
from agent.ledger.store import Ledger
from agent.ledger.tables import Job, JobRow, Outbox, table_of
from agent.tool_caller import ToolCaller

OUTBOX = table_of(Outbox)
MOST_PER_CALL = 500
RETRIES_S = (1.0, 2.0, 4.0)
GATHER_S = 1.0
"""While a batch runs its sheet is written once a second: nobody reads faster, and each time costs a rewrite of it."""
FILES = ("csv", "excel")
NO_SUCH_ROW, NOT_FOUND = "E-1009", "not_found"
"""What the data server says of a row that the source does not have: to `write_back`, to `write_back_many`."""
CELL_FILLED = "E-1020"
"""What the data server says of a row whose cells somebody else filled: its result is beside the sheet, or nowhere."""
SEAT_WAIT_S, SEAT_POLL_S = 30.0, 0.5
"""At its end a batch waits so long for another station that writes its results."""
OTHER_STATION = "another station holds on to the sheet"
MOST_ROWS = 20
"""Rows that a sentence lists."""
NO_SOURCE = "{count} results, and the plan that names their sheet was deleted: `--to FILE` writes them into a copy."


@dataclass(slots=True)
class Outgoing:
    """The outbox of one job while it runs, and once more at its end."""

    ledger: Ledger
    data: ToolCaller
    job_id: str
    source: dict[str, Any]
    """`source_id`, `descriptor`, `name` of the plan's source: never whichever sheet happens to be open."""
    one_by_one: bool = False
    """At concurrency 1 results go out row by row (`write_back`)."""
    rows: list[int] | None = None
    """Only these data rows; None = all that are pending."""
    seat: Hold | None = None
    """On a shared ledger: what the one station has that writes this batch's results."""
    problem: str | None = None
    sidecar: str | None = None
    unplaced: dict[int, int] = field(default_factory=dict)
    """Results (outbox id -> data row) whose row the source does not have: they stay pending in the ledger, this run
    does not send them again."""
    refused: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Results (outbox id -> answer) that a database does not take, however often they are sent: likewise."""
    filled: set[int] = field(default_factory=set)
    """Data rows whose cells somebody else filled: nothing in them was overwritten."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self) -> None:
        """Hold the sheet until the end, as at the approval. One that is gone or busy stops no approved row."""
        with suppress(Exception):
            await self.data("lock_source", self._target())

    def _target(self) -> dict[str, Any]:
        return {key: self.source[key] for key in ("source_id", "descriptor") if self.source.get(key)}

    def _went_to(self, place: dict[str, Any]) -> str | None:
        """Where a result is; the sidecar file of a sheet that is only read is their place, and nothing is missing."""
        where = place.get("where")
        return "own_file" if where == "sidecar" and self._read_only else where

    def _home(self) -> str:
        """Where the results of this sheet belong."""
        name = str(self.source.get("name", "the sheet"))
        return f"{self.sidecar or 'the file'} beside {name}, which is read only" if self._read_only else name

    @property
    def _read_only(self) -> bool:
        return bool((self.source.get("descriptor") or {}).get("read_only"))

    def wake(self) -> None:
        """Something was added."""
        self._wake.set()

    async def _seated(self, wait_s: float = 0.0) -> bool:
        """Whether this station is the one that writes; another one may be at it until its end."""
        while self.seat is not None and not await asyncio.to_thread(self.seat.take):
            if not await self.ledger.read_async(pending_count, self.job_id):
                return True
            if wait_s <= 0:
                return False
            wait_s -= SEAT_POLL_S
            await asyncio.sleep(SEAT_POLL_S)
        return True

    async def _stand_up(self) -> None:
        """A station that cannot reach the sheet leaves it to one that can."""
        if self.seat is not None and self.problem is not None:
            await asyncio.to_thread(self.seat.let_go)

    async def leave(self, server: "asyncio.Task[None] | None" = None) -> None:
        """However it ended: nothing more is written here, and another station may write the results."""
        if server is not None:
            server.cancel()
        if self.seat is not None:
            await asyncio.to_thread(self.seat.end)

    async def serve(self) -> None:
        """Write what has gathered, until `end`."""
        while not self._ending.is_set():
            await self._wake.wait()
            self._wake.clear()
            if self.problem is None and await self._seated():
                await self._flush(final=False)
                await self._stand_up()
            if not self.one_by_one:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ending.wait(), GATHER_S)

    async def end(self, server: "asyncio.Task[None] | None") -> bool:
        """The batch ends: write the rest at once, let the lock go. False when something is still pending."""
        self._ending.set()
        self.wake()
        if server is not None:
            await server
        self.problem = None
        for wait_s in (*RETRIES_S, None):
            if not await self._seated(wait_s=SEAT_WAIT_S):
                self.problem, self._retryable = OTHER_STATION, False
                break
            await self._flush(final=True)
            await self._stand_up()
            if self.problem is None or wait_s is None or not self._retryable:
                break
            await asyncio.sleep(wait_s)
            self.problem = None
        return await self._note()

    async def once(self) -> bool:
        """One try outside of a run; the sheet is not held. False when something is still pending."""
        descriptor = self.source.get("descriptor") or {}
        if descriptor.get("type") in FILES and not await asyncio.to_thread(Path(descriptor["path"]).is_file):
            # Nobody waits at a start for a sheet that is gone.
            self.problem = f"{descriptor['path']} is gone."
        else:
            await self._flush(final=False)
        return await self._note()

    async def _note(self) -> bool:
        """Note where the results went; False when something is still pending."""
        in_sidecar = await self.ledger.read_async(sidecar_count, self.job_id)
        name = self.source.get("name", "the sheet")
        words = []
        refused = why_pending(list(self.refused.values()), len(self.refused))[0] if self.refused else None
        if self.problem or refused:
            words.append(f"Tracking numbers are NOT in the sheet yet: {self.problem or refused}")
        if self.unplaced:
            listed = ", ".join(map(str, sorted(set(self.unplaced.values()))))
            words.append(f"{name} has no data row {listed}: what belongs there is in the ledger only.")
        if self.filled:
            rows = await self.ledger.read_async(sheet_rows, self.job_id, self.filled)
            listed = ", ".join(map(str, rows[:MOST_ROWS])) + (" ..." if len(rows) > MOST_ROWS else "")
            words.append(f"Somebody else wrote into the cells of row {listed}: what is there was not overwritten.")
        if in_sidecar:
            words.append(f"Results that did not fit the sheet are in {self.sidecar or 'a file beside it'}.")
        whole = not words
        text = " ".join(words) or f"Tracking numbers are in {self._home()}."
        await self.ledger.write_async(_note_place, self.job_id, text)
        return whole

    _retryable: bool = True

    async def _flush(self, *, final: bool) -> None:
        while True:
            pending = await asyncio.to_thread(self.ledger.read, self._pending)
            if not pending and not final:
                return
            last = len(pending) < MOST_PER_CALL
            if not await self._hand_over(pending, final=final and last) or last:
                return

    def _pending(self, connection: Connection) -> list[Any]:
        query = select(OUTBOX).where(of_rows(self.job_id, self.rows), OUTBOX.c.state == "pending")
        query = query.where(OUTBOX.c.id.not_in([*self.unplaced, *self.refused]))
        return list(connection.execute(query.order_by(OUTBOX.c.id).limit(MOST_PER_CALL)))

    async def _hand_over(self, pending: list[Any], *, final: bool) -> bool:
        """One call; True when nothing of it is to be sent again in this run."""
        target = self._target()
        if pending and not target:
            # Never into whichever sheet happens to be open.
            self.problem, self._retryable = NO_SOURCE.format(count=len(pending)), False
            return False
        latest = {row.row_number: row for row in pending}
        expected = await self.ledger.read_async(expectations, self.job_id, list(latest.values())) if pending else {}
        rows = [_result(row, expected.get(row.id, {})) for row in latest.values()]
        try:
            if self.one_by_one and not final:
                replies = [_placed(row, await self.data("write_back", {**row, **target})) for row in rows]
                reply: dict[str, Any] = next((one for one in replies if is_refusal(one)), {"results": replies})
            else:
                reply = await self.data("write_back_many", {"rows": rows, "final": final, **target})
        except Exception as fault:  # noqa: BLE001 - whatever happens to the sheet: its results stay pending
            reply = {"isError": True, "code": NO_SHEET_FOR_RESULTS.code, "message": str(fault) or type(fault).__name__}
            reply |= {"retryable": True} | (fault.as_dict() if isinstance(fault, ShipchatError) else {})
        if is_refusal(reply) and reply["code"] == CELL_FILLED:
            # All rows were refused, and so the call is: the others that are pending go on.
            reply = {"results": [_placed(row, reply) for row in rows]}
        if is_refusal(reply):
            self.problem = f"{reply['code']}: {reply['message']}"
            self._retryable = bool(reply.get("retryable"))
            return False
        results = reply.get("results", [])
        paths = (one.get("sidecar_path") for one in (reply, *results) if one.get("sidecar_path"))
        self.sidecar = next(paths, self.sidecar)
        places = {item.get("row_number"): item for item in results}
        done: dict[str | None, list[int]] = {}
        missing = 0
        for row in pending:
            place = places.get(row.row_number, {})
            if was_filled(place):
                self.filled.add(row.row_number)
            if is_durable(place):
                done.setdefault(self._went_to(place), []).append(row.id)
            elif place.get("outcome") == NOT_FOUND:
                self.unplaced[row.id] = row.row_number
            elif is_refused_for_good(place):
                self.refused[row.id] = place
            else:
                missing += 1
        if missing:
            self.problem, self._retryable = why_pending(results, missing)
        await self.ledger.write_async(_mark, done)
        return not missing


def is_durable(result: dict[str, Any]) -> bool:
    """Whether a row's result is in the sheet or in the file beside it: then it is not sent again. An answer that does
    not say so is not proof."""
    return result.get("success") is True or result.get("where") == "sidecar"


def is_refused_for_good(result: dict[str, Any]) -> bool:
    """Whether sending a row's result again cannot help: a database row that somebody changed, or that is refused."""
    return result.get("outcome") in ("lost", "refused") and not (result.get("refusal") or {}).get("retryable")


def was_filled(place: dict[str, Any]) -> bool:
    """Whether somebody else's text is in a result cell of the row, and stays there."""
    why = place.get("reason") or (place.get("refusal") or {}).get("code") or ""
    return bool(why.startswith(CELL_FILLED) or (why and place.get("where") == "sheet"))


def sheet_rows(connection: Connection, job_id: str, numbers: Iterable[int]) -> list[int]:
    """The sheet's own rows of data rows of a job, in order."""
    rows = table_of(JobRow)
    query = select(func.coalesce(rows.c.sheet_row, rows.c.row_number))
    return sorted(connection.scalars(query.where(rows.c.job_id == job_id, rows.c.row_number.in_(set(numbers)))))


def _placed(row: dict[str, Any], reply: dict[str, Any]) -> dict[str, Any]:
    """The answer to one row's `write_back`; that the source has no such row, or that somebody else filled its cells, is
    a result, not the call's problem."""
    result = {"row_number": row["row_number"], "success": False, "where": "nowhere"}
    if is_refusal(reply) and reply.get("code") == NO_SUCH_ROW:
        return result | {"outcome": NOT_FOUND}
    if is_refusal(reply) and reply.get("code") == CELL_FILLED:
        return result | {"outcome": "refused", "refusal": reply}
    return reply


def why_pending(results: list[dict[str, Any]], count: int) -> tuple[str, bool]:
    """Why `count` rows are still pending, and whether sending them again at once may help: a row of a database that
    somebody changed, or that a rule of it refuses, stays so."""
    failed = [one for one in results if not is_durable(one)]
    refusals = [one["refusal"] for one in failed if one.get("refusal")]
    # A row that the answer does not name may be taken the next time.
    again = len(failed) < count or not all(map(is_refused_for_good, failed))
    why = f": {refusals[0]['code']}: {refusals[0]['message']}" if refusals else ""
    return f"{count} rows could not be written{why}", again


def _result(row: Any, expected: Expected) -> dict[str, Any]:
    result = {"row_number": row.row_number, "tracking_number": row.value, "shipped_at": row.shipped_at or None}
    result |= expected
    if row.kind == "clear":
        result |= {"tracking_number": "", "shipped_at": ""}
    if row.row_checksum:
        result["row_checksum"] = row.row_checksum
    return {key: value for key, value in result.items() if value is not None}


def _mark(connection: Connection, done: dict[str | None, list[int]]) -> None:
    for where, ids in done.items():
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(state="done", went_to=where))


def _note_place(connection: Connection, job_id: str, text: str) -> None:
    """Where the results are, in words; a job without any says nothing of a sheet."""
    results = select(OUTBOX.c.id).where(OUTBOX.c.job_id == job_id).limit(1)
    noted = text if connection.scalar(results) is not None else None
    connection.execute(update(table_of(Job)).where(table_of(Job).c.id == job_id).values(sheet_text=noted))


def queue_again(
    connection: Connection, job_id: str, rows: list[int] | None = None, *, everything: bool = False
) -> None:
    """What went into the sidecar file is pending once more, or everything: a person asked for it."""
    again = of_rows(job_id, rows) & (OUTBOX.c.state != "pending" if everything else and_(*_in_sidecar(job_id)))
    connection.execute(update(OUTBOX).where(again).values(state="pending", went_to=None))


def of_rows(job_id: str, rows: list[int] | None) -> "ColumnElement[bool]":
    """Results of a job, or of some of its data rows."""
    mine = OUTBOX.c.job_id == job_id
    return mine if rows is None else mine & OUTBOX.c.row_number.in_(rows)


def sidecar_count(connection: Connection, job_id: str) -> int:
    """How many results are in the sidecar file instead of the sheet."""
    return int(connection.scalar(select(func.count()).select_from(OUTBOX).where(*_in_sidecar(job_id))) or 0)


def _in_sidecar(job_id: str) -> "tuple[ColumnElement[bool], ...]":
    return OUTBOX.c.job_id == job_id, OUTBOX.c.state == "done", OUTBOX.c.went_to == "sidecar"


def pending_count(connection: Connection, job_id: str) -> int:
    """How many results are not in the sheet yet."""
    query = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.job_id == job_id, OUTBOX.c.state == "pending")
    return int(connection.scalar(query) or 0)
