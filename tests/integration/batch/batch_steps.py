"""Steps that tests of the batch engine share."""

from typing import Any

from agent.batch import BatchResult
from agent.batch.approval.parcel_holders import holders, scoped
from agent.batch.service import BatchService
from agent.planning.model import Plan
from tests.faults.world import World, yes


async def approved(service: BatchService, world: World, plan: Plan) -> str:
    world.plans.append(plan)
    return await service.approve(plan, yes(plan))


async def shipped(service: BatchService, world: World, plan: Plan, **more: Any) -> tuple[str, BatchResult]:
    job_id = await approved(service, world, plan)
    return job_id, await service.execute(job_id, **more)


def holdings(service: BatchService, environment: str, identities: list[str]) -> dict[str, Any]:
    """The shipments that hold these identities (without environment)."""
    wanted = {scoped(environment, identity): identity for identity in identities}
    return {wanted[one.identity]: one for one in service.ledger.read(holders, list(wanted))}


def always(fault: str) -> Any:
    return lambda _reference: fault
