"""The write queue: merging, pacing, retries, the end of a batch (csv-persistence.md)."""

import asyncio
import threading

import pytest

from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.writing.queue import PACE, RETRY_SECONDS, WriteQueue
from mcp_servers.data.writing.target import Written
from mcp_servers.shared.faults import ToolFault


class Clock:
    """Time that only moves when somebody sleeps or the target works."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(round(seconds, 6))
        self.now += seconds
        await asyncio.sleep(0)


class Sheet:
    """A target that remembers, and fails as often as told."""

    place = "orders.csv"

    def __init__(self, clock, failures=0):
        self.clock = clock
        self.failures = failures
        self.batches = []
        self.diverted = []
        self.released = 0
        self.gate = threading.Event()
        self.gate.set()
        self.sidecar_fails = False

    def apply(self, changes):
        self.gate.wait(30)
        self.clock.now += 0.1
        if self.failures:
            self.failures -= 1
            raise OSError(16, "Device or resource busy")
        self.batches.append([change.row_number for change in changes])
        return [Written(change.row_number, Outcome.WRITTEN) for change in changes]

    def divert(self, changes, reason):
        if self.sidecar_fails:
            raise OSError(28, "No space left on device")
        self.diverted.append(([change.row_number for change in changes], reason))
        return [Written(change.row_number, Outcome.SIDECAR) for change in changes]

    def release(self):
        self.released += 1

    def lock(self):
        return {}

    def adopt(self, descriptor):
        pass

    def allow_new_columns(self):
        pass


@pytest.fixture
def clock():
    return Clock()


def change(number):
    return Change(number, {"tracking_number": f"1Z{number}"})


def queue(sheet, clock):
    return WriteQueue(sheet, clock=clock, sleep=clock.sleep)


async def test_what_gathers_during_a_rewrite_goes_into_the_next(clock):
    sheet = Sheet(clock)
    sheet.gate.clear()
    writes = queue(sheet, clock)
    first = writes.enqueue(change(1))
    while not writes.rewrites:
        await asyncio.sleep(0)
    rest = [writes.enqueue(change(number)) for number in range(2, 1000)]
    sheet.gate.set()
    await asyncio.gather(first, *rest)
    assert sheet.batches == [[1], list(range(2, 1000))]
    assert clock.slept[0] == pytest.approx(PACE * 0.1)


async def test_an_idle_queue_writes_at_once(clock):
    sheet = Sheet(clock)
    writes = queue(sheet, clock)
    await writes.write([change(1)])
    clock.now += 60
    await writes.write([change(2)])
    assert sheet.batches == [[1], [2]]
    assert clock.slept == []


async def test_the_end_of_a_batch_waits_for_nothing_and_lets_go(clock):
    sheet = Sheet(clock)
    writes = queue(sheet, clock)
    await writes.write([change(1)])
    writes.hurry()
    await writes.write([change(2)])
    await writes.finish()
    assert (sheet.batches, clock.slept, sheet.released) == ([[1], [2]], [], 1)


async def test_a_busy_sheet_is_tried_again_and_meanwhile_results_gather(clock):
    sheet = Sheet(clock, failures=2)
    writes = queue(sheet, clock)
    first = writes.enqueue(change(1))
    while sheet.failures == 2:
        await asyncio.sleep(0)
    second = writes.enqueue(change(2))
    await asyncio.gather(first, second)
    assert clock.slept == list(RETRY_SECONDS[:2])
    assert sheet.batches == [[1, 2]]


async def test_before_the_end_the_sender_keeps_what_cannot_be_written(clock):
    sheet = Sheet(clock, failures=4)
    writes = queue(sheet, clock)
    with pytest.raises(ToolFault, match="E-4010") as refusal:
        await writes.write([change(1)])
    assert refusal.value.retryable
    assert clock.slept == list(RETRY_SECONDS)
    assert sheet.diverted == []
    await writes.write([change(1)])
    assert sheet.batches == [[1]]


async def test_at_the_end_it_goes_beside_the_sheet(clock):
    sheet = Sheet(clock, failures=99)
    writes = queue(sheet, clock)
    writes.hurry()
    (written,) = await writes.write([change(1)])
    assert written.outcome is Outcome.SIDECAR
    assert sheet.diverted == [([1], "Device or resource busy")]
    sheet.sidecar_fails = True
    with pytest.raises(ToolFault, match=r"E-4010.*No space left"):
        await writes.write([change(2)])


async def test_a_caller_that_goes_away_changes_nothing(clock):
    sheet = Sheet(clock)
    sheet.gate.clear()
    writes = queue(sheet, clock)
    waiting = asyncio.create_task(writes.write([change(1)]))
    while not writes.rewrites:
        await asyncio.sleep(0)
    waiting.cancel()
    sheet.gate.set()
    await writes.finish()
    assert sheet.batches == [[1]]


async def test_an_unforeseen_fault_reaches_the_sender_and_the_queue_lives(clock):
    sheet = Sheet(clock)
    writes = queue(sheet, clock)
    working = sheet.apply
    sheet.apply = lambda changes: 1 / 0
    with pytest.raises(ZeroDivisionError):
        await writes.write([change(1)])
    sheet.apply = working
    await writes.write([change(2)])
    assert sheet.batches == [[2]]
