"""How stories are told: hypothesis leads the machine, from a seed or as its own code decides."""

from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.parcels.machine import Stories


def tell(template: Path, *, examples: int, steps: int, seed: int | None = None, shrink: bool = False) -> None:
    """Raises what is broken, with the story in its notes."""
    Stories.template = template
    machine = type("Told", (Stories,), {})
    told = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=seed is None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
    )
    run_state_machine_as_test(_seeded(machine, seed), settings=told)


def _seeded(machine: type[Stories], number: int | None) -> type[Stories]:
    if number is not None:
        seed(number)(machine)
        machine._hypothesis_internal_use_seed = number  # type: ignore[attr-defined]
    return machine
