"""A world for one job: a ledger on disk, a carrier, a sheet, and an agent that can die at any effect."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from agent.batch import job_run
from agent.batch.executor import execution, reaping, row_step
from agent.batch.recovery import ledger_head, recovery, resolving_doubts
from agent.batch.service import BatchService
from agent.batch.writeback import outbox
from agent.ledger import connection, store, workers
from agent.ledger.place import Place, Use, is_shared
from agent.ledger.store import Ledger
from agent.ledger.writer import Ended
from agent.planning.digest import plan_digest
from agent.planning.model import Approval, Budget, Plan, PlannedShipment, Selection, Source
from agent.settings import Settings
from tests.faults.carrier import Carrier, Sheet
from tests.ledgers import new_ledger, setting

SHIPPER = {"name": "Sample Shop", "account_number": "SIMSIM"}


class Crash(BaseException):
    """The process is gone: no `except Exception` may see it."""


@dataclass(slots=True, eq=False)
class Fuse:
    """Counts effects and kills the agent before or after the chosen one; after that nothing has an effect."""

    at: int | None = None
    """Odd numbers die before effect (n + 1) / 2, even ones after effect n / 2."""
    count: int = 0
    dead: bool = False
    log: list[str] = field(default_factory=list)

    def tick(self, name: str) -> None:
        if self.dead:
            raise Crash
        self.count += 1
        self.log.append(name)
        if self.count == self.at:
            self.dead = True
            raise Crash

    def seam(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def fused(tool: str, arguments: dict[str, Any]) -> Any:
            self.tick(f"before {name} {tool}")
            answer = await call(tool, arguments)
            self.tick(f"after {name} {tool}")
            return answer

        return fused


def burn(ledger: Ledger, fuse: Fuse) -> None:
    """Die before or after a commit: what was not committed is lost, what was is not acknowledged."""
    writer = ledger._writer
    apply = writer._apply

    def fused(connection: Any, jobs: list[Any]) -> list[Ended]:
        try:
            fuse.tick("before commit")
            outcomes = apply(connection, jobs)
            fuse.tick("after commit")
        except Crash as crash:
            return [Ended(fault=crash) for _ in jobs]
        return outcomes

    writer._apply = fused  # type: ignore[method-assign]


_head_fuse: ContextVar[Fuse | None] = ContextVar("head_fuse")
_heads = ExitStack()
_burning: list[Fuse] = []


@contextmanager
def burn_ledger_head(fuse: Fuse) -> Iterator[None]:
    """The ledger head is the one thing that the agent writes besides its ledger.

    Lives that overlap end in any order: the function is put back by the last of them, and each burns its own fuse.
    """
    _head_fuse.set(fuse)
    if not _burning:
        _heads.enter_context(patch.object(ledger_head, "write", _fused(ledger_head.write)))
    _burning.append(fuse)
    try:
        yield
    finally:
        _burning.remove(fuse)
        if not _burning:
            _heads.close()


def _fused(write: Callable[[Path, dict[str, Any]], None]) -> Callable[[Path, dict[str, Any]], None]:
    def fused(home: Path, entry: dict[str, Any]) -> None:
        mine = _head_fuse.get(None)
        fuse = mine if mine in _burning else _burning[-1]
        fuse.tick("before ledger head")
        write(home, entry)
        fuse.tick("after ledger head")

    return fused


@dataclass(slots=True)
class World:
    """What outlives the agent."""

    folder: Path
    carrier: Carrier
    sheet: Sheet
    settings: Settings
    plans: list[Plan] = field(default_factory=list)
    released: set[str] = field(default_factory=set)

    @property
    def ledger_place(self) -> Place:
        return self.settings.ledger_place

    async def live(self, work: Callable[[BatchService], Awaitable[Any]], fuse: Fuse | None = None) -> Any:
        """One life of the agent: until its work is done or it dies. Returns the work's answer, None when it died."""
        fuse = fuse or Fuse()
        # What was under way when the agent died has nobody left to tell.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        life = next(_lives)
        _life.set(life)
        _living.add(life)
        ledger = Ledger.open(self.ledger_place)
        burn(ledger, fuse)
        service = BatchService(ledger, self.settings, fuse.seam("data", self.sheet), fuse.seam("ups", self.carrier))
        try:
            with burn_ledger_head(fuse):
                return await work(service)
        except Crash:
            return None
        finally:
            fuse.dead = True
            _living.discard(life)
            ledger.close()

    def job_ids(self) -> list[str]:
        ledger = Ledger.open(self.ledger_place)
        try:
            return ledger.read(
                lambda c: [row[0] for row in c.exec_driver_sql("SELECT id FROM batch_jobs ORDER BY created_at")]
            )
        finally:
            ledger.close()


def new_world(folder: Path, template: Place | None = None) -> World:
    """`template` is an empty ledger to copy: migrating one takes longer than a whole job."""
    folder.mkdir(parents=True, exist_ok=True)
    place = new_ledger(folder, template)
    (folder / "labels").mkdir()
    settings = Settings(home=folder, state=folder / "state", release_wait_s=0, **setting(place))
    return World(folder, Carrier(folder / "labels", place), Sheet(), settings)


def plan_of(
    orders: list[str], *, budget_cents: int | None = None, row_numbers: list[int] | None = None, **more: Any
) -> Plan:
    """One row an order; quoted at 10 dollars."""
    shipments = tuple(
        PlannedShipment(
            identity=f"order:{order}",
            row_numbers=(number,),
            sheet_rows=(number + 1,),
            row_checksums=(f"checksum-{order}",),
            order_number=order,
            recipient=f"Person {order}",
            city_state="Fresno, CA",
            service_code="03",
            payload=payload_of(order),
            quote_cents=1000,
        )
        for number, order in zip(row_numbers or range(1, len(orders) + 1), orders, strict=True)
    )
    return Plan(
        command="Ship all orders via Ground",
        environment="simulator",
        account_number="SIMSIM",
        shipper=SHIPPER,
        label_format="ZPL",
        currency="USD",
        source=Source("source-1", {"path": "/orders.csv"}, "fingerprint", "orders.csv"),
        selection=Selection("true", "all orders"),
        mapping={},
        shipments=shipments,
        budget=Budget(max_total_cents=budget_cents),
        **more,
    )


def payload_of(order: str) -> dict[str, Any]:
    return {
        "ship_to": {
            "name": f"Person {order}",
            "address": {
                "lines": ["14 Juniper Court"],
                "city": "Fresno",
                "state": "CA",
                "postal_code": "93721",
                "country_code": "US",
            },
        },
        "customer_reference": order,
        "packages": [{"weight": {"value": "1", "unit": "LBS"}}],
        "service_code": "03",
    }


def yes(plan: Plan) -> Approval:
    return Approval(plan_digest(plan), "words", "yes", "Ship them?")


class Patches:
    """The part of pytest's monkeypatch that worlds use, undone at the end."""

    def __init__(self) -> None:
        self._running: list[Any] = []

    def setattr(self, target: object, name: str, value: object) -> None:
        self._running.append(patch.object(target, name, value))
        self._running[-1].start()

    def undo(self) -> None:
        while self._running:
            self._running.pop().stop()


_lives, _living = count(1), {0}
_life: ContextVar[int] = ContextVar("life", default=0)


def _this_life(station: str, machine: str, _started: float) -> workers.Process:
    return workers.Process(station, machine, json.dumps([0, _life.get()]))


_compiled: dict[Any, Any] = {}
_dialects: dict[Use, Any] = {}


def without_waiting(monkeypatch: Any) -> None:
    """Waits are for people and carriers; nobody here needs them. Statements are compiled once for all worlds."""
    engine_of = connection.engine_of

    def sharing(place: Place, use: Use) -> Any:
        engine = engine_of(place, use)
        if is_shared(place):
            return engine
        # Compiled statements are kept per dialect: all worlds have the first one's, writers and readers their own.
        engine.dialect = _dialects.setdefault(use, engine.dialect)
        return engine.execution_options(compiled_cache=_compiled)

    monkeypatch.setattr(store, "engine_of", sharing)
    monkeypatch.setattr(outbox, "RETRIES_S", (0.0, 0.0, 0.0))
    # So that results reach the sheet while others are still in flight, as in a long batch.
    monkeypatch.setattr(outbox, "GATHER_S", 0.0)
    monkeypatch.setattr(row_step, "UNREACHED_S", (0.0, 0.0, 0.0))
    monkeypatch.setattr(row_step, "LONGEST_WAIT_S", 0.0)
    monkeypatch.setattr(recovery, "BACK_OFF_S", (0.0,))
    # No server runs below a test: the machine's processes need not be read.
    monkeypatch.setattr(execution, "find_request_holders", lambda: None)
    monkeypatch.setattr(job_run, "find_request_holders", lambda: None)
    monkeypatch.setattr(recovery, "no_longer_under_way", lambda *_: True)
    monkeypatch.setattr(resolving_doubts, "no_longer_under_way", lambda *_: True)
    # On a shared ledger each life is a process of its own.
    monkeypatch.setattr(workers, "this_process", _this_life)
    monkeypatch.setattr(reaping, "lives", lambda _pid, life: life in _living)
    for module in (execution, job_run):
        monkeypatch.setattr(module, "WAIT_FOR_OTHERS_S", 0.01)
    monkeypatch.setattr(outbox, "SEAT_POLL_S", 0.01)


def run(work: Awaitable[Any]) -> Any:
    """One event loop for one life or more."""

    async def main() -> Any:
        return await work

    return asyncio.run(main())
