"""Towns that English calls otherwise than the people who live there."""

from collections.abc import Iterable, Mapping
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


def spellings_of(held: Iterable[str]) -> dict[str, str]:
    """Each spelling of these names (lower case) -> the name, the names themselves first."""
    names = list(held)
    return {spelling: name for name in reversed(names) for spelling in folded(name)} | {name: name for name in names}


def other_name(said: str, spellings: Mapping[str, str]) -> str | None:
    """What the sheet calls the town that was named, among the names that it holds (`spellings_of`); else None."""
    town = next((town for town in _TOWNS if said in town), None)
    if town is None:
        return spellings.get(said)
    return next((name for name in sorted(town) if spellings.get(name) == name), None)
