"""Wide worlds: identities that are not clean, copies that come back, a second station, several packages, odd answers,
adoptions, a full disk, clocks that jump. Judged by the real parcels, which only this module knows.

One seed = one world. Plans come as a preview would hand them over (row by row, with the order number as it is written),
so that a world costs 30 ms; the whole way from the sheet's bytes is `tests.parcels`.
"""

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agent.batch.service import BatchService
from agent.cli.exits import Exit, exit_for
from agent.errors import ShipchatError
from agent.planning.digest import plan_digest
from agent.planning.identity import identity_key
from agent.planning.model import Approval, Plan, PlannedShipment
from tests.faults.carrier import Label, tracking_number
from tests.faults.judge import judge
from tests.faults.world import World, payload_of, plan_of
from tests.ledgers import asked

BY = ("words", "--yes", "key", "budget")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What really is to be sent, once."""

    truth: int
    order: str
    """As it is written at first; blank for none."""
    packages: int
    row: int


@dataclass(slots=True)
class Wide:
    """A world with its parcels."""

    world: World
    chance: random.Random
    parcels: list[Parcel]
    counts: Counter[str] = field(default_factory=Counter)
    copies: list[tuple[Path, dict[str, Any], dict[int, str]]] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    allowed: Counter[int] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    restored: bool = False
    jumped: bool = False
    commit_failed: bool = False
    """A commit failed in this life: what was told may be incomplete."""

    # Sentences

    def plan(self, *, reship: bool = False, **more: Any) -> Plan:
        """The sheet as it is written today: some order numbers otherwise than before, rows in another order."""
        chosen = [parcel for parcel in self.parcels if self.chance.random() < 0.8] or self.parcels[:1]
        if self.chance.random() < 0.3:
            chosen = chosen[::-1]
        budget = self.chance.choice([None, None, 1000 * len(chosen)])
        plain = plan_of([f"A{parcel.truth}" for parcel in chosen], budget_cents=budget, **more)
        rows = tuple(self._row(item, parcel) for item, parcel in zip(plain.shipments, chosen, strict=True))
        return replace(plain, shipments=rows, reship=reship)

    def _row(self, item: PlannedShipment, parcel: Parcel) -> PlannedShipment:
        order = self._spelled(parcel.order)
        payload = payload_of(order) | {"packages": [_package(parcel)] * parcel.packages}
        payload["ship_to"] = payload["ship_to"] | {"name": f"Person {parcel.truth}"}
        if not order:
            del payload["customer_reference"]
        checksum = f"checksum-{parcel.truth}"
        return replace(
            item,
            identity=identity_key(order or None, payload, checksum),
            row_numbers=(parcel.row,),
            sheet_rows=(parcel.row + 1,),
            row_checksums=(checksum,),
            order_number=order or None,
            recipient=f"Person {parcel.truth}",
            payload=payload,
        )

    def _spelled(self, order: str) -> str:
        if not order:
            return order
        return self.chance.choice([order, order, f"#{order}", f"00{order}" if order.isdecimal() else order.upper()])

    def yes(self, plan: Plan) -> Approval:
        """Whoever said it: a key, words, a flag, a budget."""
        return Approval(plan_digest(plan), self.chance.choice(BY), "yes", "Ship them?")

    async def say(self, service: BatchService) -> None:
        """One sentence, approved and shipped."""
        plan = self.plan()
        job = await self.approve(service, plan)
        await self.told(service, job, service.execute(job, **self.how()))

    async def approve(self, service: BatchService, plan: Plan) -> str:
        # Before it: whoever dies between the commit and its answer has approved it.
        self.world.plans.append(plan)
        try:
            return await service.approve(plan, self.yes(plan))
        except ShipchatError:
            self.world.plans.remove(plan)
            raise

    async def re_ship(self, service: BatchService) -> None:
        """Typed words: what was completed goes once more."""
        plan = self.plan(reship=True)
        for item in plan.shipments:
            self.allowed[int(item.recipient.split()[1])] += 1
        try:
            job = await self.approve(service, plan)
        except ShipchatError:
            for item in plan.shipments:
                self.allowed[int(item.recipient.split()[1])] -= 1
            raise
        await self.told(service, job, service.execute(job, **self.how()))

    async def two_stations(self, service: BatchService) -> None:
        """Another station approves and ships between this one's preview and yes."""
        plan = self.plan()
        other = BatchService(service.ledger, service.settings, service.data, service.ups)
        await forgiven(self.say(other))
        job = await self.approve(service, plan)
        await self.told(service, job, service.execute(job, **self.how()))

    # Verbs

    async def resume(self, service: BatchService) -> None:
        for job in service.unsettled():
            await forgiven(self.told(service, job.job_id, service.resume(job.job_id, **self.how())))

    async def release(self, service: BatchService) -> None:
        for job in service.unsettled():
            await forgiven(service.release(job.job_id, None, now=True))

    async def close(self, service: BatchService) -> None:
        for job in service.unsettled():
            await forgiven(service.close(job.job_id, None))

    async def cancel(self, service: BatchService) -> None:
        for job in service.unsettled():
            await forgiven(service.cancel(job.job_id))

    async def void(self, service: BatchService) -> None:
        for job in service.jobs()[:1]:
            await forgiven(service.void(job.id, None))

    async def adopt(self, service: BatchService) -> None:
        """Of each doubt: its own number, another one's, one with a slip, or a stranger's. Only its own may be taken."""
        for job in service.unsettled():
            for doubt in service.outcome(job.job_id).in_doubt:
                await self._adopt(service, job.job_id, doubt)

    async def _adopt(self, service: BatchService, job: str, doubt: dict[str, Any]) -> None:
        records = self.world.carrier.records
        own = next((label for label in records if label.reference == doubt["reference"]), None)
        others = [label for label in records if label.reference != doubt["reference"]]
        kind = self.chance.choice(["own", "own", "another", "slip", "stranger"])
        numbers = list(own.numbers) if own else []
        if kind == "another" and others:
            numbers = list(others[-1].numbers)
        elif kind == "slip" and own:
            numbers[-1] = numbers[-1][:-1] + str((int(numbers[-1][-1]) + 1) % 10)
        elif kind == "stranger":
            numbers = [self._stranger()]
        if self.chance.random() < 0.3:
            numbers.reverse()
        if not numbers:
            return
        self.counts[f"adopted {kind}"] += 1
        try:
            await service.adopt(job, doubt["sheet_row"], *numbers)
        except ShipchatError:
            return
        if own is None or sorted(numbers) != sorted(own.numbers):
            self.broken.append(f"ADOPTED {kind} {numbers} for {doubt['reference']}")

    def _stranger(self) -> str:
        number = tracking_number(7_000_000 + len(self.world.carrier.strangers))
        self.world.carrier.strangers.append(Label("OTHER", number, "X", 900, "60601", "US", "20261129", {}))
        return number

    def how(self) -> dict[str, Any]:
        """Options of one execution."""
        return {"concurrency": self.chance.choice([1, 2, 4]), "on_error": self.chance.choice(["stop", "continue"])}

    # Copies

    def copy(self) -> None:
        """The home as it is; what the state directory and the carrier know is not in it."""
        if len(self.copies) < 2:
            place = self.world.folder.parent / f"{self.world.folder.name}-copy-{len(self.copies)}"
            shutil.copytree(self.world.folder, place, ignore=shutil.ignore_patterns("state"))
            self.copies.append((place, dict(self.world.carrier.spool), dict(self.world.sheet.cells)))

    def restore(self) -> None:
        """Home, ledger or sheet come back."""
        if not self.copies:
            return
        place, spool, cells = self.chance.choice(self.copies)
        kind = self.chance.choice(["home", "home and sheet", "ledger", "sheet"])
        self.counts[f"restored {kind}"] += 1
        if kind != "sheet":
            self.restored = True
            for path in self.world.folder.glob("ledger.sqlite*"):
                path.unlink()
            for path in place.glob("ledger.sqlite*"):
                shutil.copy(path, self.world.folder / path.name)
        if kind.startswith("home"):
            shutil.rmtree(self.world.folder / "labels")
            shutil.copytree(place / "labels", self.world.folder / "labels")
            self.world.carrier.spool = dict(spool)
        if kind in {"sheet", "home and sheet"}:
            self.world.sheet.cells = dict(cells)

    # Judged

    async def told(self, service: BatchService, job: str, work: Any) -> None:
        """What the command would say afterwards, against the carrier's records."""
        try:
            await work
        finally:
            if not self.commit_failed:
                self.broken += self._untrue(service, job)

    def _untrue(self, service: BatchService, job: str) -> list[str]:
        said = service.outcome(job)
        code = exit_for({"status": said.status, "rows": said.rows, "warnings": said.warnings, "excluded": {}})
        open_rows = sum(said.rows[word] for word in ("failed", "in_doubt", "pending"))
        found = [f"TOLD exit 0 with {said.rows}"] if code == Exit.DONE and open_rows else []
        if said.rows["in_doubt"] and code != Exit.IN_DOUBT:
            found.append(f"TOLD exit {code} with {said.rows}")
        told = {number for item in said.tracking for number in item["tracking_numbers"]}
        references = {item["reference"] for item in said.in_doubt}
        given_up = self.given_up | {row.reference for row in service.watch_list()}
        prefix = next(
            (label.reference[:10] for label in self.world.carrier.records if label.reference in references), None
        )
        for label in self.world.carrier.records:
            mine = prefix is not None and label.reference.startswith(prefix)
            if mine and not (label.voided or told & set(label.numbers) or label.reference in references | given_up):
                found.append(f"TOLD nothing of {label.tracking_number}")
        return found

    def judged(self, *, recovered: bool) -> list[str]:
        """All that is broken now. A restored ledger cannot know what came after its copy: the parcels count."""
        self.given_up |= _given_up(self.world)
        found = [
            *self._twice(),
            *[f"STRANGER {one.tracking_number}" for one in self.world.carrier.strangers if one.voided],
        ]
        if self.restored:
            return [*found, *self.world.carrier.violations]
        # Parcels are judged here, by what they are, not by the text of their order numbers. After a clock that was wrong
        # a label may look older than its request: then it waits for the person.
        # A void of what was shipped again empties the cell, whatever the first label's number was; a sheet that came back
        # gets its numbers again when a person asks for it.
        emptied = self.counts["re_ship"] or self.counts["restored sheet"]
        let = ("I1 order", *(("I3 1Z",) if self.jumped else ()), *(("I7 cell",) if emptied else ()))
        return found + [one for one in judge(self.world, recovered=recovered) if not one.startswith(let)]

    def _twice(self) -> list[str]:
        open_labels = Counter(
            int(label.payload["ship_to"]["name"].split()[1])
            for label in self.world.carrier.records
            if not label.voided and label.reference not in self.given_up
        )
        return [
            f"TWICE {count} open labels for parcel {truth}"
            for truth, count in open_labels.items()
            if count > 1 + self.allowed[truth]
        ]


def _package(parcel: Parcel) -> dict[str, Any]:
    return {"weight": {"value": f"{parcel.truth + 1}", "unit": "LBS"}}


def _given_up(world: World) -> set[str]:
    given_up = "SELECT reference FROM shipments WHERE state IN ('released', 'closed')"
    return {row[0] for row in asked(world.ledger_place, given_up)}


async def forgiven(work: Any) -> None:
    """A refusal is an answer to a person."""
    try:
        await work
    except ShipchatError as refusal:
        if refusal.code == "E-4203":
            raise
