"""Much of one kind: every nth at each run, the others by .ci/run, too."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def every_nth(values: Iterable[Any], step: int, name: Callable[[Any], str] = str) -> list[Any]:
    """Parameters for pytest: the first and each `step`-th after it as they are, those between marked slow."""
    return [
        pytest.param(value, id=name(value), marks=[pytest.mark.slow] if number % step else [])
        for number, value in enumerate(values)
    ]
