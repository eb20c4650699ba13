"""Scenarios of the ledger's defences, each of which one mutant removes: what is broken, empty when all is well."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from agent.batch.approval import approving
from agent.batch.recovery import recovery, resolving_doubts
from agent.batch.service import BatchService
from agent.errors import ShipchatError
from agent.planning.model import Budget, Plan
from tests.faults.judge import judge
from tests.faults.scenarios import once, resume_all, ship
from tests.faults.world import World, plan_of, yes
from tests.ledgers import asked, edited

UNDER_WAY = recovery.no_longer_under_way
"""The real one: worlds do without it, because no server runs below them."""


async def approved(world: World, plan: Plan) -> str:
    """The job of an approved plan of which nothing was sent."""
    world.plans.append(plan)

    async def work(service: BatchService) -> str:
        return await service.approve(plan, yes(plan))

    return str(await world.live(work))


def edit(world: World, statement: str) -> None:
    """Somebody with a text editor."""
    edited(world.ledger_place, statement)


def states(world: World) -> list[str]:
    """Of all attempts, in order."""
    return [row[0] for row in asked(world.ledger_place, "SELECT state FROM shipments ORDER BY id")]


def blind(_connection: Any, _plan: Plan) -> dict[str, int]:
    """An approval that looks at no holder."""
    return {}


async def approval_is_blind(world: World) -> list[str]:
    """An approval that overlooks who holds a row is refused by the ledger itself."""
    await approved(world, plan_of(["A1"]))
    with patch.object(approving, "_generations", blind):
        try:
            await approved(world, plan_of(["A1"]))
        except IntegrityError:
            return []
    return ["I1 the ledger holds two shipments for one row"]


async def approval_skips_the_index(world: World) -> list[str]:
    """Two approved batches hold one row, by a generation that is not earned: the claim lets one of them go. The sheet
    takes no number, so that its cells warn nobody."""
    world.sheet.failing = True
    first = await approved(world, plan_of(["A1"]))
    unearned = {approving.scoped("simulator", "order:A1"): 1}
    with patch.object(approving, "_generations", lambda _c, _plan: unearned):
        # In another row of its sheet: what stands in the first one's cell must not be what saves it.
        second = await approved(world, plan_of(["A1"], row_numbers=[7]))

    async def work(service: BatchService) -> None:
        for job in (second, first):
            await service.execute(job)

    await world.live(work)
    return judge(world, recovered=False)


async def approved_under_another_name(world: World) -> list[str]:
    """An order that was shipped comes back with its number written otherwise, under a name that nothing holds."""
    await approved(world, plan_of(["A1"]))
    again = plan_of(["A1"])
    named = replace(again.shipments[0], identity="order:other", order_number="#a1", row_checksums=("checksum-other",))
    try:
        await approved(world, replace(again, shipments=(named,)))
    except ShipchatError as refusal:
        return [] if refusal.code == "E-4208" else [f"I1 refused with {refusal.code}"]
    return ["I1 two batches hold order A1"]


async def stored_text_edited(world: World) -> list[str]:
    """What is stored beside the payload is bound by the approval, too."""
    job = await approved(world, plan_of(["A1"]))
    edit(world, "UPDATE shipments SET planned = replace(planned, 'Person A1', 'Person A9')")
    edit(world, 'UPDATE shipments SET planned = replace(planned, \'"name":"Person A9"\', \'"name":"Person A1"\')')
    try:
        await world.live(lambda service: service.resume(job))
    except ShipchatError as refusal:
        return [] if refusal.code == "E-4210" else [f"I5 refused with {refusal.code}"]
    return ["I5 an edited plan was sent"]


async def edited_in_mid_run(world: World) -> list[str]:
    """A row's payload is edited while the row before it is at the carrier."""
    plan = plan_of(["A1", "A2"])
    job = await approved(world, plan)

    def editing(reference: str) -> None:
        if reference.endswith("00000101"):
            edit(world, "UPDATE shipments SET planned = replace(planned, 'Juniper', 'Elsewhere') WHERE primary_row = 2")

    world.carrier.faults = editing
    await world.live(lambda service: service.execute(job, concurrency=1))
    return judge(world, recovered=False)


def another_plan(change: Callable[[Plan], Plan]) -> Callable[[World], Any]:
    """A yes to one plan does not approve another."""

    async def scenario(world: World) -> list[str]:
        shown = plan_of(["A1"], budget_cents=2000)
        other = change(shown)
        world.plans.append(other)

        async def work(service: BatchService) -> str:
            try:
                return await service.approve(other, yes(shown))
            except ShipchatError as refusal:
                return refusal.code

        code = await world.live(work)
        return [] if str(code).startswith("E-4") else ["I5 the yes to one plan approved another"]

    return scenario


def _other_payload(plan: Plan) -> Plan:
    payload = plan.shipments[0].payload | {"service_code": "01"}
    return replace(plan, shipments=(replace(plan.shipments[0], payload=payload),))


another_account = another_plan(lambda plan: replace(plan, account_number="OTHER1"))
another_payload = another_plan(_other_payload)
another_cap = another_plan(lambda plan: replace(plan, budget=Budget(max_total_cents=900_000)))


async def dearer_within_the_tolerance(world: World) -> list[str]:
    """Charges of $11 for quotes of $10: the third row does not fit the cap of $30 any more."""
    world.carrier.faults = lambda _reference: "dearer"
    await ship(world, plan_of(["A1", "A2", "A3"], budget_cents=3000), concurrency=1)
    count = len(world.carrier.records)
    return judge(world) + ([] if count == 2 else [f"I5 {count} labels at $11 within $30"])


async def doubts_are_reserved(world: World) -> list[str]:
    """A doubt and what was released may have cost their quotes: of $20 one more attempt is left, not two."""
    world.carrier.faults = once("lost_before")
    await ship(world, plan_of(["A1", "A2"], budget_cents=2000), concurrency=1)

    async def work(service: BatchService) -> None:
        for job in service.unsettled():
            await service.release(job.job_id, None, now=True)
            await service.resume(job.job_id, concurrency=1)

    await world.live(work)
    count = len(world.carrier.requests)
    return judge(world, recovered=False) + ([] if count == 2 else [f"I5 {count} requests of $10 within $20"])


async def released_while_under_way(world: World) -> list[str]:
    """The request of a moment ago may still be answered: nobody gives it up yet."""
    world.carrier.faults = once("lost_before")
    with patch.object(recovery, "until_over", _at_once):
        await ship(world, plan_of(["A1"]))

        async def work(service: BatchService) -> list[int]:
            try:
                return await service.release(service.unsettled()[0].job_id, None, now=True)
            except ShipchatError as refusal:
                assert refusal.code == "E-4214"
                return []

        with patch.object(resolving_doubts, "no_longer_under_way", UNDER_WAY):
            released = await world.live(work)
    return ["I8 a request that may be under way was given up"] if released else []


async def _at_once(*_: Any) -> None:
    """Nobody waits."""


async def throttled(world: World) -> list[str]:
    """UPS says: slower. Nothing failed."""
    world.carrier.faults = once("throttled")
    await ship(world, plan_of(["A1", "A2"]), concurrency=1)
    return [] if states(world) == ["completed"] * 2 else [f"F15 429 led to {states(world)}"]


async def label_missing(world: World) -> list[str]:
    """A number without its label is not completed."""
    world.carrier.faults = once("no_label")
    await ship(world, plan_of(["A1"]))
    return judge(world, recovered=False)


async def dear(world: World) -> list[str]:
    """A charge far above its quote stops the batch."""
    world.carrier.faults = once("dear")
    await ship(world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    count = len(world.carrier.records)
    return [] if count == 1 else [f"F23 {count} labels after a charge of five times its quote"]


async def refused_first(world: World) -> list[str]:
    """Fail-fast: after a definite failure nothing new starts."""
    world.carrier.faults = once("refused")
    await ship(world, plan_of(["A1", "A2", "A3"]), concurrency=1)
    count = len(world.carrier.requests)
    return [] if count == 1 else [f"F26 {count} requests although the first one failed"]


async def given_up_and_found(world: World) -> list[str]:
    """A label that shows after its row was closed is an alarm."""
    world.carrier.faults = once("hidden")
    world.carrier.skip_spool = True
    await ship(world, plan_of(["A1"]))

    async def close(service: BatchService) -> None:
        for job in service.unsettled():
            await service.close(job.job_id, None)

    await world.live(close)
    world.carrier.records[0].visible = True
    alarms = await world.live(lambda service: service.check_watch_list())
    return [] if alarms else ["I3 a label that was given up came up, and nobody was told"]


async def void_unanswered(world: World) -> list[str]:
    """A void whose outcome is unknown counts as bought until UPS says otherwise."""
    await ship(world, plan_of(["A1"]))

    def lost(_arguments: dict[str, Any]) -> dict[str, Any]:
        return {"isError": True, "code": "E-3102", "message": "500", "outcome": "unknown"}

    with patch.object(type(world.carrier), "shipping_void", lambda _self, arguments: lost(arguments)):

        async def void(service: BatchService) -> None:
            for job in service.jobs():
                await service.void(job.id, None)

        await world.live(void)
    return [] if states(world) == ["voiding"] else [f"I11 a void without an answer led to {states(world)}"]


async def lost_and_resumed(world: World) -> list[str]:
    """What is in doubt is looked up before anything else; found, it is created and not sent again."""
    world.carrier.faults = once("lost_after")
    await ship(world, plan_of(["A1", "A2"]))
    await resume_all(world)
    found = judge(world)
    return found + ([] if states(world) == ["completed"] * 2 else [f"I3 a findable label stays {states(world)}"])


async def cancelled_while_running(world: World) -> list[str]:
    """A cancel that comes in mid-batch holds for everything that was not sent."""
    job = await approved(world, plan_of(["A1", "A2", "A3"]))

    async def work(service: BatchService) -> None:
        def cancelling(_reference: str) -> None:
            service.ledger.write(_want_cancel, job)

        world.carrier.faults = cancelling
        await service.execute(job, concurrency=1)

    await world.live(work)
    count = len(world.carrier.records)
    return [] if count == 1 else [f"I5 {count} labels although the batch was cancelled at the first"]


def _want_cancel(connection: Any, job: str) -> None:
    connection.execute(text("UPDATE batch_jobs SET requested_action = 'cancel' WHERE id = :job"), {"job": job})


SCENARIOS = {
    scenario.__name__: scenario
    for scenario in (
        approval_is_blind,
        approval_skips_the_index,
        approved_under_another_name,
        stored_text_edited,
        edited_in_mid_run,
        dearer_within_the_tolerance,
        doubts_are_reserved,
        released_while_under_way,
        throttled,
        label_missing,
        dear,
        refused_first,
        given_up_and_found,
        void_unanswered,
        lost_and_resumed,
        cancelled_while_running,
    )
} | {"another_account": another_account, "another_payload": another_payload, "another_cap": another_cap}
