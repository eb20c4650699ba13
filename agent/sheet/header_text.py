"""How headers are compared: the one place where case, blanks, signs and units of a header are put aside."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_ASIDE: Final = re.compile(r"[(\[](?:required|optional)[)\]]|['’]s\b", re.IGNORECASE)
_CAPITAL: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
UNIT_WORDS: Final = frozenset(
    "lb lbs pound pounds oz ozs ounce ounces kg kgs kilo kilos kilogram kilograms g gr gram grams "  # noqa: SIM905
    "usd eur gbp cad in inches cm $ us dollars".split()
)
"""Words of a header that are units."""
_UNIT: Final = re.compile(
    r"[\s_\-.:,/]*[\(\[]?(?:in\s+)?"
    r"(lbs?\.?|pounds?|pound\(s\)|ozs?|ounces?|kgs?|kilograms?|kilos|g|gr|grams?"
    r"|in|inch|inches|cms?|centimet(?:er|re)s?|mm|millimet(?:er|re)s?|usd|eur|gbp|cad|\$|\")"
    r"\.?[\)\]]?$",
    re.IGNORECASE,
)
"""The unit at the end of a header: `Weight (lbs)`, `weight_oz`, `Length in`."""
_ORDER_OF_SIDES: Final = re.compile(
    r"[\s_\-]*[\(\[]?\s*(?<![^\W_])[lwhd](?:\s*[x×*/]\s*[lwhd]){2}(?![^\W_])\s*,?", re.IGNORECASE
)
"""The order of three sides in a header: `Dimensions (LxWxH)`. The longest goes first anyway."""


@lru_cache(maxsize=4096)
def words_of(header: str) -> tuple[str, ...]:
    """`Ship_State`, `shipState` and `ship-state` are the same two words.

    `(required)` and a possessive 's are put aside; `#` says number: `Street #` is not the street. A header of nothing
    but `$` is that sign.
    """
    plain = _ASIDE.sub("", header).replace("#", " number ")
    spaced = _CAPITAL.sub(" ", unicodedata.normalize("NFC", plain))
    text = unicodedata.normalize("NFC", spaced.casefold().replace("'", "").replace("’", ""))
    return tuple(_WORD.findall(text)) or (("$",) if "$" in header else ())


def normal(header: str) -> str:
    """The form in which headers are compared: letters and digits only, in lower case."""
    return "".join(words_of(header))


def without_unit(header: str) -> str:
    """`Weight (lbs)` -> `Weight`, `Box (L x W x H in)` -> `Box`, `wt.lbs` -> `wt`."""
    sides = _ORDER_OF_SIDES.search(header)
    shorter = header.strip()
    if sides is not None:
        shorter = header[: sides.start()].strip() + header[sides.end() :].strip(" )]")
    bare = _UNIT.sub("", shorter.strip()).rstrip(" .:,/([")
    return "dimensions" if sides is not None and not bare else bare
