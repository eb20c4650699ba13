"""A test shop whose batches are run by `shipchat worker`: real processes, a real Temporal server, the practice UPS."""

import contextlib
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from temporalio.client import Client, WorkflowHistory

from agent.ledger.place import Place
from tests.faults.process_shop import LIMIT_S, ProcessShop, family, process_shop
from tests.integration.line.shop import COMMAND
from tests.ledgers import asked

ROOT = Path(__file__).parents[3]
LOST_AFTER_S = 5


class WorkerShop(ProcessShop):
    """The sentence is said to Temporal, workers come and are killed."""

    address = ""
    queue = ""
    shared: str | None = None
    """The ledger's database; None = a file."""
    variables: dict[str, str]
    workers: "list[subprocess.Popen[str]]"

    @property
    def place(self) -> Place:
        return self.shared or super().place

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return (
            super().query(statement) if self.shared is None else [tuple(row) for row in asked(self.shared, statement)]
        )

    @property
    def environment(self) -> dict[str, str]:
        return self.shop.environment | {
            "SHIPCHAT_UPS_TIMEOUT_S": "120",
            "SHIPCHAT_DISPATCH": "temporal",
            "SHIPCHAT_TEMPORAL__ADDRESS": self.address,
            "SHIPCHAT_TEMPORAL__TASK_QUEUE": self.queue,
            "SHIPCHAT_TEMPORAL__LOST_AFTER_S": str(LOST_AFTER_S),
            **({"SHIPCHAT_LEDGER": self.shared} if self.shared else {}),
            **self.variables,
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return self._start([str(COMMAND), *arguments])

    def _start(self, command: list[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            cwd=self.shop.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def worker(self, *, mutant: bool = False) -> "subprocess.Popen[str]":
        """One that takes rows, or waits until another one is gone."""
        mutated = [sys.executable, str(ROOT / "tests" / "integration" / "dispatch" / "mutant_worker.py")]
        process = self._start(mutated if mutant else [str(COMMAND), "worker"])
        self.workers.append(process)
        assert process.stderr is not None
        told = process.stderr.readline()
        assert "Takes rows" in told or "waits" in told, told
        return process

    def kill_worker(self, process: "subprocess.Popen[str]") -> None:
        """The worker and its servers, without a word."""
        people = family(process)
        self.doomed += people[1:]
        self.kill(people)
        process.communicate(timeout=LIMIT_S)

    def worker_at_ups(self) -> "subprocess.Popen[str]":
        """The one whose UPS server holds a request, by the ledger."""
        found = self.query("SELECT request_holders FROM shipments WHERE state = 'submitting'")
        # Of a worker that was killed the row may still be on its way, and its process is gone.
        holders = {pid for (told,) in found for pid, _started in json.loads(told) if psutil.pid_exists(pid)}
        people = {psutil.Process(pid).ppid() for pid in holders}
        (one,) = (process for process in self.workers if process.pid in people)
        return one

    def stop_worker(self, process: "subprocess.Popen[str]") -> str:
        """As its operator stops it; what it said."""
        process.terminate()
        _out, err = process.communicate(timeout=LIMIT_S)
        assert process.returncode == 0, err
        return err

    def say(self, *more: str) -> "subprocess.Popen[str]":
        return self.start(*self.sentence("--on", "temporal", *more))

    def wait_for(self, said: "subprocess.Popen[str]", stage: str, count: int = 1) -> None:
        """Until the practice UPS was seen at a stage of so many create requests, while somebody watches the batch."""
        while said.poll() is None:
            seen = [one for one in self.events() if (one["operation"], one["stage"]) == ("ship", stage)]
            if len(seen) >= count:
                return
            self.simulator.get(f"/simulator/events?after={self.last_event()}&wait=1")
        raise AssertionError(f"{stage} never came {count} times: {said.communicate()}")

    def states(self) -> list[str]:
        return [row[0] for row in self.query("SELECT state FROM shipments ORDER BY id")]

    def status(self) -> str:
        return str(self.query("SELECT status FROM batch_jobs")[0][0])

    def status_or_none(self) -> str | None:
        return next((str(row[0]) for row in self.query("SELECT status FROM batch_jobs")), None)

    async def client(self) -> Client:
        return await Client.connect(self.address)

    async def workflows(self) -> list[str]:
        """The ids of what was started for this shop."""
        client = await self.client()
        return [one.id async for one in client.list_workflows(f"TaskQueue = '{self.queue}'")]

    async def history(self) -> WorkflowHistory:
        (job,) = self.job_ids()
        (plan,) = self.query("SELECT max(plan_id) FROM shipments")[0]
        handle = (await self.client()).get_workflow_handle(f"shipchat-batch-{job}-{plan}")
        return await handle.fetch_history()


@contextlib.contextmanager
def worker_shop(folder: Path, address: str, shared: str | None = None) -> Iterator[WorkerShop]:
    """A shop; its workers are gone in the end."""
    with process_shop(folder, 0) as made:
        shop = WorkerShop(folder, made.shop.simulator.url, made.shop.simulator.process)
        shop.shared = shared
        shop.address, shop.queue, shop.variables, shop.workers = address, uuid.uuid4().hex, {}, []
        try:
            with shop.simulator:
                yield shop
        finally:
            for process in shop.workers:
                shop.kill(family(process))


def result_of(process: "subprocess.Popen[str]") -> tuple[dict[str, Any], int, str]:
    """The JSON of `-p`, its exit code and what it said besides."""
    out, err = process.communicate(timeout=LIMIT_S)
    assert out, err
    return json.loads(out), process.returncode, err
