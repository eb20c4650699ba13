"""Towns that English calls otherwise than the people who live there."""

from collections.abc import Collection
from typing import Final

_NAMES: Final = (
    "köln cologne", "münchen munich", "nürnberg nuremberg", "hannover hanover", "braunschweig brunswick", "wien vienna",
    "zürich zurich", "genève geneva genf", "bern berne", "basel basle", "luzern lucerne", "firenze florence",
    "roma rome", "milano milan", "napoli naples", "venezia venice", "torino turin", "genova genoa", "padova padua",
    "praha prague", "warszawa warsaw", "kraków cracow krakau", "wrocław breslau", "gdańsk danzig",
    "bucurești bucharest",
    "københavn copenhagen", "göteborg gothenburg", "helsingfors helsinki", "lisboa lisbon", "sevilla seville",
    "zaragoza saragossa", "bruxelles brussels brussel", "antwerpen antwerp", "gent ghent", "brugge bruges",
    "den haag|the hague", "athina athens", "beograd belgrade", "moskva moscow", "kyiv kiev",
    "ciudad de méxico|mexico city|méxico df|cdmx", "la habana|havana", "são paulo|sao paulo", "montréal montreal",
    "québec|quebec city|québec city", "beijing peking",
)  # fmt: skip
"""Names of one town, parted by blanks, or by bars where a name has several words."""


def folded(name: str) -> frozenset[str]:
    """A name in lower case with and without its marks: `köln`, `koln`, `koeln`."""
    written_out = name.translate(_DIGRAPHS)
    return frozenset({name, written_out, name.translate(_PLAIN)})


_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
_PLAIN: Final = str.maketrans("äöüßøåæàáâãèéêëìíîïòóôõùúûñçńśćżźłęąșțő", "aousoaaaaaaeeeeiiiioooouuuncnsczzleasto")
_TOWNS: Final = tuple(
    frozenset(spelling for name in names.split("|" if "|" in names else " ") for spelling in folded(name))
    for names in _NAMES
)


def other_name(said: str, held: Collection[str]) -> str | None:
    """What the sheet calls the town that was named, among the names that it holds (lower case); else None."""
    for town in _TOWNS:
        if said in town:
            return next((name for name in sorted(town) if name in held), None)
    return next((name for name in held if said in folded(name)), None)
