"""The named scenarios hold, and each named defect makes one of them fail (method (d))."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from itertools import count
from typing import Any

import pytest
from sqlalchemy import literal, select

from agent.batch import approving, deciding, sending, service, statements, transitions
from agent.batch.outcome import Answered
from agent.batch.transitions import Claimed
from tests.faults import scenarios
from tests.faults.world import World, run

pytestmark = pytest.mark.fault

Mutation = Callable[[pytest.MonkeyPatch, World], None]


@pytest.mark.parametrize("name", scenarios.SCENARIOS)
def test_the_product_holds(world: World, name: str) -> None:
    assert run(scenarios.SCENARIOS[name](world)) == []


def no_intent(patch: pytest.MonkeyPatch, _world: World) -> None:
    """The request goes out before its intent is committed."""

    async def unwritten(sender: Any, shipment_id: int, intent: Any) -> Claimed:
        def look(connection: Any) -> Claimed:
            nested = connection.begin_nested()
            claimed = transitions.claim(connection, sender.job_id, shipment_id, intent)
            nested.rollback()
            return claimed

        return await sender.ledger.write_soon(look)

    patch.setattr(sending, "_claim", unwritten)


def repeat_on_timeout(patch: pytest.MonkeyPatch, _world: World) -> None:
    """A lost answer is taken for a refusal and the request repeated."""

    def repeat(answered: Answered, attempt: int) -> float | None:
        return 0.0 if answered.verdict != "done" and attempt < 3 else None

    patch.setattr(sending, "_repeat_after", repeat)


def reference_reused(patch: pytest.MonkeyPatch, _world: World) -> None:
    """A second attempt goes out under the first one's reference."""
    patch.setattr(deciding, "reference", lambda stem, row, _attempt: f"{stem}{row:06d}01")


def lease_ignored(patch: pytest.MonkeyPatch, _world: World) -> None:
    patch.setattr(service, "lease", lambda *_: nullcontext())


def digest_not_checked(patch: pytest.MonkeyPatch, _world: World) -> None:
    patch.setattr(approving, "stored_digest", lambda *_: ("", None))
    patch.setattr(transitions.audit, "digest", lambda _payload: _Anything())


class _Anything(str):
    """Equal to every digest."""

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False

    __hash__ = str.__hash__


def identity_not_claimed(patch: pytest.MonkeyPatch, world: World) -> None:
    """Neither approval nor claim looks at who holds a row (a generation of its own dodges the index); the sheet, whose
    numbers would keep the rows back, cannot be read."""
    world.sheet.unreadable = True
    generations = count(1)
    patch.setattr(
        approving,
        "_generations",
        lambda _c, plan: dict.fromkeys(
            [approving.scoped(plan.environment, item.identity) for item in plan.shipments], next(generations)
        ),
    )
    patch.setattr(statements, "OTHER_HOLDERS", select(literal(0)))


def released_without_look_up(patch: pytest.MonkeyPatch, _world: World) -> None:
    patch.setattr(deciding, "LOOK_UPS", 0)


def spool_skipped(_patch: pytest.MonkeyPatch, world: World) -> None:
    world.carrier.skip_spool = True
    for label in world.carrier.books:
        label.visible = False


@pytest.mark.parametrize(
    ("mutation", "scenario", "seen"),
    [
        (no_intent, scenarios.plain, "I4"),
        (repeat_on_timeout, scenarios.lost_answer, "I1"),
        (reference_reused, scenarios.released_for_good, "IntegrityError"),
        (lease_ignored, scenarios.two_at_once, "F17"),
        (digest_not_checked, scenarios.plan_edited, "I5"),
        (identity_not_claimed, scenarios.said_twice, "I1"),
        (released_without_look_up, scenarios.released_although_made, "I8"),
        (spool_skipped, scenarios.only_the_spool_knows, "I3"),
    ],
)
def test_a_defect_is_caught(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    mutation: Mutation,
    scenario: Callable[[World], Awaitable[list[str]]],
    seen: str,
) -> None:
    mutation(monkeypatch, world)
    try:
        broken = run(scenario(world))
    except Exception as fault:
        broken = [f"{type(fault).__name__}: {fault}", *world.carrier.violations]
    assert any(violation.startswith(seen) for violation in broken), broken
