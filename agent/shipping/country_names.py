"""Countries as cells of all the world name them: in the large languages, and by their three-letter codes.

The names are Unicode's (CLDR, through Babel), read when a cell is not in our own table: that takes a third of a second,
once.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from agent.shipping.places import country_code
from agent.shipping.text import key

LANGUAGES: Final = (
    *("en", "de", "fr", "es", "it", "pt", "pt_PT", "nl", "pl", "sv", "da", "nb", "fi", "cs", "hu", "tr", "ro", "el"),
    *("uk", "ru", "ja", "zh", "zh_Hant", "ko"),
)
_NO_COUNTRIES: Final = frozenset({"AC", "AQ", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Two-letter codes of CLDR that UPS does not take as a country, or that stand for several."""


def country_of(text: object) -> str | None:
    """`USA`, `Deutschland`, `Allemagne`, `DEU`, `ドイツ` -> the two-letter code that UPS takes.

    None for anything else, and for a name that means another country in another language (`Kongo`).
    """
    return country_code(text) or _names().get(_folded(text)) or _three_letters(key(text))


def _folded(text: object) -> str:
    """For comparing names: without accents, which people leave out."""
    letters = unicodedata.normalize("NFKD", key(text))
    return key("".join(letter for letter in letters if not unicodedata.combining(letter)))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from babel import Locale

    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                found.setdefault(_folded(name), set()).add(code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _three_letters(word: str) -> str | None:
    """`deu` -> `DE`; a code of several successors (`YUG`) names none."""
    from babel.core import get_global

    codes = get_global("territory_aliases").get(word.upper(), []) if len(word) == 3 and word.isalpha() else []
    return codes[0] if len(codes) == 1 else None
