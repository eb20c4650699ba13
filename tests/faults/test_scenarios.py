"""The named scenarios hold, and each mutant is caught by the one that is named with it (method (d))."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.every_nth import every_nth
from tests.faults.mutants import MUTANTS, SCENARIOS
from tests.faults.mutation import Mutant
from tests.faults.world import World, run, without_waiting
from tests.parcels.shop import Shop
from tests.parcels.stories import STORIES, unfit_answers

pytestmark = pytest.mark.fault

TOLD = {story.name: story for story in (*STORIES, *unfit_answers())}
BY_SCENARIO = [mutant for mutant in MUTANTS if mutant.caught_by in SCENARIOS]
BY_STORY = [mutant for mutant in MUTANTS if mutant.caught_by in TOLD]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_product_holds(world: World, name: str) -> None:
    assert run(SCENARIOS[name](world)) == []


def test_every_mutant_is_caught_by_something_that_exists() -> None:
    assert len(BY_SCENARIO) + len(BY_STORY) == len(MUTANTS) >= 24
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", every_nth(BY_SCENARIO, 4, lambda mutant: mutant.name))
def test_a_removed_defence_is_caught(world: World, monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    def told() -> list[str]:
        try:
            return run(SCENARIOS[mutant.caught_by](world))
        except Exception as fault:
            return [f"{type(fault).__name__}: {fault}", *world.carrier.violations]

    caught(mutant, monkeypatch, told)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", BY_STORY, ids=lambda mutant: mutant.name)
def test_a_removed_defence_is_caught_by_a_story(
    tmp_path: Path, empty_ledger: Path, monkeypatch: pytest.MonkeyPatch, mutant: Mutant
) -> None:
    without_waiting(monkeypatch)
    shop = Shop(tmp_path / "shop", empty_ledger)
    caught(mutant, monkeypatch, lambda: TOLD[mutant.caught_by].tell(shop))


def caught(mutant: Mutant, patch: pytest.MonkeyPatch, tell: Callable[[], list[str]]) -> None:
    """Remove the defence, tell the story: what is broken must begin as expected."""
    mutant.remove(patch)
    try:
        broken = tell()
    except Exception as fault:
        broken = [f"{type(fault).__name__}: {fault}"]
    assert any(violation.startswith(mutant.seen) for violation in broken), broken
