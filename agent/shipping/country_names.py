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
_NOT_A_COUNTRY = "AC AQ CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"
_NO_COUNTRIES: Final = frozenset(_NOT_A_COUNTRY.split())
"""Two-letter codes of CLDR that UPS does not take as a country, or that stand for several."""

_STROKES: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})
"""Letters that Unicode does not take apart."""
_ALSO: Final = {
    **dict.fromkeys(("сша", "eua", "eeuu", "ee uu", "abd", "アメリカ", "米国", "vereinigte staaten von amerika"), "US"),
    **dict.fromkeys(("estados unidos de america", "etats unis damerique", "stati uniti damerica"), "US"),
    **dict.fromkeys(("grossbritannien", "grande bretagne", "gran bretagna", "gran bretana", "inglaterra"), "GB"),
    **dict.fromkeys(("великобритания", "англия", "inghilterra", "angleterre", "イギリス"), "GB"),
    **dict.fromkeys(("holland", "hollande", "holanda", "olanda", "голландия"), "NL"),
    **dict.fromkeys(("coree", "corea", "корея", "韓国", "한국", "coree du sud"), "KR"),
}
"""Names in use beside Unicode's own."""


def country_of(text: object) -> str | None:
    """`USA`, `Deutschland`, `Allemagne`, `DEU`, `ドイツ` -> the two-letter code that UPS takes.

    None for anything else, and for a name that means another country in another language (`Kongo`).
    """
    word = _folded(text)
    return country_code(text) or _ALSO.get(word) or _names().get(word) or _three_letters(word)


def _folded(text: object) -> str:
    """For comparing names: without accents, which people leave out."""
    letters = unicodedata.normalize("NFKD", key(text).translate(_STROKES))
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
