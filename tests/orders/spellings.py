"""Other spellings of a platform's headers, as people and programs write them: the meaning stays."""

import re
from dataclasses import dataclass
from typing import Final

from tests.orders.truth import Platform

CASES: Final = {"lower": str.lower, "upper": str.upper, "title": str.title, "as it is": str}
SEPARATORS: Final = ("as it is", " ", "_", "-")


@dataclass(frozen=True, slots=True)
class Style:
    """How a file spells its headers."""

    case: str = "as it is"
    separator: str = "as it is"
    plural: bool = False
    """`Weight` -> `Weights`, outside addresses."""
    hash_sign: bool = False
    """`Order Number` -> `Order #`."""


AS_IT_IS: Final = Style()


def respelt(platform: Platform, style: Style) -> dict[str, str]:
    """Header -> its other spelling; those that would become alike stay as they are."""
    spelt = {
        column.header: _respell(column.header, style, address=column.role.startswith(("ship.", "bill.")))
        for column in platform.columns
    }
    keys = [_key(name) for name in spelt.values()]
    return {header: name if keys.count(_key(name)) == 1 else header for header, name in spelt.items()}


def _respell(header: str, style: Style, *, address: bool) -> str:
    name = re.sub(r"\b(number|no)$", "#", header, flags=re.IGNORECASE) if style.hash_sign and not address else header
    # `Orders` is how many somebody has placed.
    if style.plural and not address and name[-1:].isalpha() and name[-1].lower() != "s" and name.lower() != "order":
        name += "s"
    if style.separator != "as it is":
        name = re.sub(r"(?<=\w)[ _-](?=\w)", style.separator, name)
    return CASES[style.case](name)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()
