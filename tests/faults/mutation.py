"""How a defence is removed from the product for one test."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Patch = pytest.MonkeyPatch
Remove = Callable[[Patch], None]


class Gone(Exception):
    """The defence is not where it was."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`caught_by` names a scenario (fast) or a story of `tests.parcels.stories` (the whole product); `seen` is how what
    is broken begins."""

    name: str
    remove: Remove
    caught_by: str
    seen: str = ""


def place_of(path: str) -> tuple[Any, str]:
    """`agent.batch.executor.row_step._claim` -> (module or class, name).

    Raises:
        Gone: there is no such thing.
    """
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:-1]:
            owner = getattr(owner, part, None)
        if owner is None or not hasattr(owner, parts[-1]):
            break
        return owner, parts[-1]
    raise Gone(path)


def swap(path: str, make: Callable[[Any], Any]) -> Remove:
    """Put `make(what is there)` in a place."""

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        patch.setattr(owner, name, make(getattr(owner, name)))

    return remove


def everywhere(path: str, value: Any) -> Remove:
    """Put a value in the place of a function wherever it was imported."""

    def remove(patch: Patch) -> None:
        owner, name = place_of(path)
        removed = getattr(owner, name)
        for module in list(sys.modules.values()):
            ours = getattr(module, "__name__", "").startswith(("agent.", "mcp_servers."))
            if ours and getattr(module, name, None) is removed:
                patch.setattr(module, name, value)
        patch.setattr(owner, name, value)

    return remove


def all_of(*removes: Remove) -> Remove:
    """Several places of one defence."""

    def remove(patch: Patch) -> None:
        for one in removes:
            one(patch)

    return remove


def returning(value: Any) -> Callable[..., Any]:
    return lambda *_arguments, **_more: value


def returning_async(value: Any) -> Callable[..., Any]:
    async def answer(*_arguments: Any, **_more: Any) -> Any:
        return value

    return answer


def without(*names: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Checks of a table but these."""

    def fewer(checks: tuple[Any, ...]) -> tuple[Any, ...]:
        left = tuple(check for check in checks if check.__name__ not in names)
        if len(left) != len(checks) - len(names):
            raise Gone(", ".join(names))
        return left

    return fewer


def without_check(name: str) -> Remove:
    """One check of the evidence function less."""

    def remove(patch: Patch) -> None:
        for table in ("_CONTRADICTIONS", "_DOUBTS"):
            owner, place = place_of(f"agent.batch.executor.evidence.{table}")
            checks = getattr(owner, place)
            if any(check.__name__ == name for check in checks):
                patch.setattr(owner, place, without(name)(checks))
                return
        raise Gone(name)

    return remove
