"""Tracking numbers that are nobody's parcel: those of practice, of UPS's test system and of UPS's documentation.

A number of another environment never counts as shipped: a sheet that was tried out must still ship for real.
"""

from typing import Final

PRACTICE: Final = "SIMSIM"
"""Where a real tracking number has the shipper's account, the simulator's have this."""
MASK: Final = "XXXX"
"""UPS's test system masks its numbers: `1ZXXXXXXXXXXXXXXXX`, the same for every parcel."""
TEST: Final = (
    MASK,
    "1Z12345E",
    "1ZISDE016691676846",
    "1Z2220060290602143",
    "1Z2220060294314162",
    "1Z2220060291994175",
)
"""What the numbers of UPS's test system contain, and those that UPS's documents publish for trying."""


def other_numbers(environment: str) -> tuple[str, ...]:
    """What a number that says nothing in an environment (simulator, test, production) contains."""
    practice = () if environment == "simulator" else (PRACTICE,)
    return practice if environment == "test" else (*practice, *TEST)


def is_other_number(text: str, environment: str) -> bool:
    """Whether a cell holds a tracking number of another environment."""
    written = text.upper()
    return any(part in written for part in other_numbers(environment))


def holds_other_number(column: str, environment: str) -> str:
    """The same as a clause over a column (written as a clause writes it)."""
    return "(" + " OR ".join(f"contains(upper({column}), '{part}')" for part in other_numbers(environment)) + ")"
