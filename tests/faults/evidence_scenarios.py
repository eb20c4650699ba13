"""What UPS tells of a lost request, made not to fit in one respect: the row must stay in doubt."""

from collections.abc import Awaitable, Callable
from typing import Any

from agent.batch.service import BatchService
from agent.errors import ShipchatError
from tests.faults.carrier import tracking_number
from tests.faults.judge import judge
from tests.faults.ledger_scenarios import states
from tests.faults.scenarios import once, resume_all, ship
from tests.faults.world import World, plan_of

Scenario = Callable[[World], Awaitable[list[str]]]


def told(**otherwise: Any) -> Scenario:
    """The answer is lost; the look-up finds the shipment, with something `otherwise`."""

    async def scenario(world: World) -> list[str]:
        world.carrier.faults = once("lost_after")
        await ship(world, plan_of(["A1"]))
        world.carrier.otherwise = otherwise
        await resume_all(world)
        return (
            [] if states(world) == ["in_doubt"] else [f"I8 {sorted(otherwise)} does not fit; it led to {states(world)}"]
        )

    return scenario


def answered(fault: str, *, rows: int = 1) -> Scenario:
    """UPS's answer itself does not fit: nothing is completed by it."""

    async def scenario(world: World) -> list[str]:
        orders = [f"A{number}" for number in range(1, rows + 1)]
        faults: list[str | None] = [None] * (rows - 1) + [fault]
        world.carrier.faults = lambda _reference: faults.pop(0) if faults else None
        await ship(world, plan_of(orders), concurrency=1)
        found = judge(world, recovered=False)
        return found + ([f"I8 {fault} was believed"] if states(world)[-1] in {"created", "completed"} else [])

    return scenario


async def adopted_of_another_row(world: World) -> list[str]:
    """UPS says that a number belongs to another row of shipchat's: not even a person's word makes it this one's."""
    world.carrier.faults = once("lost_after")
    await ship(world, plan_of(["A1"]))
    world.carrier.otherwise = {"references": ["SCAAAAAAAA00000901"]}
    number = world.carrier.records[0].tracking_number

    async def work(service: BatchService) -> str:
        try:
            await service.adopt(service.unsettled()[0].job_id, 2, number, unchecked=True)
        except ShipchatError as refusal:
            return refusal.code
        return "adopted"

    code = await world.live(work)
    return [] if code == "E-4288" else [f"I8 a number of another row: {code}"]


SCENARIOS: dict[str, Scenario] = {
    "adopted_of_another_row": adopted_of_another_row,
    "found_elsewhere": told(postal_code="10001"),
    "found_in_another_country": told(country_code="CA"),
    "found_of_another_day": told(created_on="20200101"),
    "found_with_more_packages": told(package_count=2),
    "found_with_another_reference": told(references=["SCAAAAAAAA00000901"]),
    "found_with_a_strange_number": told(trackingNumbers=["12345"], shipmentIdentificationNumber="12345"),
    "found_with_a_number_of_reality": told(
        trackingNumbers=[tracking_number(5, "ABC123")], shipmentIdentificationNumber=tracking_number(5, "ABC123")
    ),
    "found_with_a_negative_charge": told(totalCharges={"monetaryValue": "-5000.00", "currencyCode": "USD"}),
    "void_elsewhere": told(voided=True, postal_code="10001"),
    "answered_swapped": answered("swapped", rows=2),
    "answered_another_reference": answered("another_reference", rows=2),
    "answered_number_of_nobody": answered("number_of_nobody"),
    "answered_wrong_check_digit": answered("wrong_check_digit"),
    "answered_one_number_more": answered("one_number_more"),
    "answered_negative_charge": answered("negative_charge"),
    "answered_charge_not_a_number": answered("charge_not_a_number"),
}
