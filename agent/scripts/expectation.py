"""Compares what came with what was expected: any subset of keys, by value, `~` before a regular expression."""

import re
from typing import Any


def differences(expected: Any, actual: Any, where: str = "") -> list[str]:
    """One readable line per difference; empty when the expectation holds."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        lines = []
        for key, value in expected.items():
            place = f"{where}.{key}" if where else str(key)
            if key not in actual:
                lines.append(f"{place}: expected {value!r}, got nothing")
            else:
                lines += differences(value, actual[key], place)
        return lines
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [
            line
            for index, (one, other) in enumerate(zip(expected, actual, strict=True))
            for line in differences(one, other, f"{where}[{index}]")
        ]
    if isinstance(expected, str) and expected.startswith("~"):
        if re.search(expected[1:], actual if isinstance(actual, str) else str(actual)):
            return []
        return [f"{where}: expected a match of {expected[1:]!r}, got {actual!r}"]
    return [] if expected == actual else [f"{where}: expected {expected!r}, got {actual!r}"]
