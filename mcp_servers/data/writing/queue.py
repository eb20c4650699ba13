"""The durable write queue of one source: many enqueue, one writer applies what has gathered.

A rewrite starts no sooner than four times the last one's duration after it, so it takes a fifth of a core at most; an
idle queue writes at once, and so does the end of a batch. When the sheet cannot be written it tries again after 1, 2
and 4 seconds; at the end of a batch what is left goes beside the sheet, before that the sender keeps it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from mcp_servers.data.faults import CANNOT_WRITE
from mcp_servers.data.model import Change
from mcp_servers.data.writing.target import Target, Written
from mcp_servers.shared.faults import ToolFault, fault

PACE = 4.0
RETRY_SECONDS = (1.0, 2.0, 4.0)


class WriteQueue:
    """Belongs to one event loop; the target's work runs in a thread."""

    def __init__(
        self,
        target: Target,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.target = target
        self.rewrites = 0
        self._clock = clock
        self._sleep = sleep
        self._pending: list[tuple[Change, asyncio.Future[Written]]] = []
        self._in_flight: list[tuple[Change, asyncio.Future[Written]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._next_start = 0.0

    def enqueue(self, change: Change) -> "asyncio.Future[Written]":
        """Queue one result; the future is done when the result is durable, or holds why it is not."""
        future: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._pending.append((change, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._work())
        return future

    async def write(self, changes: Sequence[Change]) -> list[Written]:
        """Queue results and wait until they are durable; a caller that goes away changes nothing."""
        futures = [self.enqueue(change) for change in changes]
        return list(await asyncio.shield(asyncio.gather(*futures)))

    async def finish(self) -> None:
        """The batch ends: write what is left at once, then let go of the sheet."""
        self.hurry()
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])
        self._hurry.clear()
        await asyncio.to_thread(self.target.release)

    def hurry(self) -> None:
        """Stop pacing: the batch is at its end."""
        self._hurry.set()

    async def _work(self) -> None:
        while self._pending:
            await self._pause()
            self._in_flight, self._pending = self._pending, []
            started = self._clock()
            try:
                await self._apply_with_retries()
            except ToolFault as refusal:
                self._fail(refusal)
            except Exception as unexpected:  # noqa: BLE001 - the senders must hear of it, whatever it is
                self._fail(unexpected)
            ended = self._clock()
            self._next_start = ended + PACE * (ended - started)

    async def _pause(self) -> None:
        left = self._next_start - self._clock()
        if left <= 0 or self._hurry.is_set():
            return
        waiting = [asyncio.ensure_future(self._sleep(left)), asyncio.ensure_future(self._hurry.wait())]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()

    async def _apply_with_retries(self) -> None:
        reason = ""
        for delay in (0.0, *RETRY_SECONDS):
            if delay:
                await self._sleep(delay)
                self._in_flight += self._pending
                self._pending = []
            try:
                self.rewrites += 1
                self._settle(await asyncio.to_thread(self._apply, [change for change, _ in self._in_flight]))
            except OSError as error:
                reason = error.strerror or str(error)
            else:
                return
        if not self._hurry.is_set():
            raise fault(CANNOT_WRITE, where=self.target.place, path=self.target.place, reason=reason)
        try:
            self._settle(await asyncio.to_thread(self.target.divert, [change for change, _ in self._in_flight], reason))
        except OSError as error:
            reason = f"{reason}; nor can a file beside it: {error.strerror or error}"
            raise fault(CANNOT_WRITE, where=self.target.place, path=self.target.place, reason=reason) from error

    def _apply(self, changes: Sequence[Change]) -> list[Written]:
        """Each result by the columns that its row was read with; nearly always these are the same for all."""
        written: dict[int, Written] = {}
        left = list(enumerate(changes))
        while left:
            descriptor = left[0][1].descriptor
            group = [one for one in left if one[1].descriptor == descriptor]
            left = [one for one in left if one[1].descriptor != descriptor]
            if descriptor is not None and descriptor != self.target.descriptor:
                self.target.adopt(descriptor)
            places = [place for place, _ in group]
            written |= zip(places, self.target.apply([change for _, change in group]), strict=True)
        return [written[place] for place in range(len(changes))]

    def _settle(self, written: Sequence[Written]) -> None:
        for (_, future), result in zip(self._in_flight, written, strict=True):
            if not future.done():
                future.set_result(result)

    def _fail(self, error: Exception) -> None:
        for _, future in self._in_flight:
            if not future.done():
                future.set_exception(error)
