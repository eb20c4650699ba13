"""A home or a business: at UPS the indicator's mere presence means home, so `N` leaves it out."""

from typing import Final

from agent.shipping.text import is_blank, key
from agent.shipping.verdict import Ask, Ok, Verdict

_HOME: Final = frozenset(
    {"y", "yes", "true", "t", "1", "10", "home", "house", "residential", "residence", "res", "r", "x"}
)
_BUSINESS: Final = frozenset(
    {"n", "no", "false", "f", "0", "00", "business", "commercial", "com", "c", "office", "company", "work", "b"}
)


def read_residential(text: object) -> Verdict[bool | None]:
    """`Y`, `TRUE`, `1`, `home` -> True; `N`, `business` -> False; blank -> None; anything else is asked about."""
    word = key(text)
    if is_blank(text):
        return Ok(None)
    if word in _HOME:
        return Ok(True)
    if word in _BUSINESS:
        return Ok(False)
    return Ask(f'Is "{text}" a home or a business?', ("home", "business"), f"residential:{word}")
