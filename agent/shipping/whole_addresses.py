"""Several parts of an address in one cell: `12 Main St, Springfield, IL 62701`, `Springfield, IL 62701`.

Taken apart only where every part is certain.
"""

import re
from dataclasses import dataclass
from typing import Final

from agent.shipping import faults
from agent.shipping.places import country_code, province_code, state_code
from agent.shipping.text import clean
from agent.shipping.verdict import Changed, Verdict, reject
from agent.shipping.zip_areas import states_of

_PARTS = re.compile(r"\s*[,;\n\r|]+\s*")
_CODE = r"\d{5}(?:-\d{4})?|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d"
_HAS_CODE = re.compile(_CODE)
_ENDS_IN_CODE = re.compile(rf"(?:(?P<before>.+?)\s+)?(?P<code>{_CODE})")
_CODE_AND_COUNTRY = re.compile(rf"(?P<rest>(?:.+\s)?(?:{_CODE}))\s+(?P<country>[A-Za-z][A-Za-z. ]+)")
_UNIT = re.compile(
    r"(?:apt|apartment|suite|ste|unit|fl|floor|bldg|building|room|rm|dept|lot|po box|box)\b|#", re.IGNORECASE
)
_CANADIAN = re.compile(r"[A-Za-z]")
MOST_STREET_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Town:
    """City, state and postal code of one cell; the code is empty where the cell has none."""

    city: str
    state: str
    postal_code: str = ""


def split_address(text: object) -> Verdict[dict[str, str]]:
    """Street lines, city, state and postal code of a US or Canadian address, by field; everything else is rejected."""
    cell = clean(text)
    if not _HAS_CODE.search(cell):
        return reject(faults.NOT_APART, cell, cell=cell)
    parts, country = _without_country(_split(text))
    coded = bool(parts) and country in (None, "US", "CA") and _ENDS_IN_CODE.fullmatch(parts[-1]) is not None
    end = _end(parts) if coded else None
    if end is None:
        return reject(faults.NOT_APART, cell, cell=cell)
    streets, town = end
    if not 0 < len(streets) <= MOST_STREET_LINES or not town.city or _UNIT.match(town.city):
        return reject(faults.NOT_APART, cell, cell=cell)
    fields = {"address1": streets[0], "city": town.city, "state": town.state, "postal_code": town.postal_code}
    fields |= {f"address{line}": street for line, street in enumerate(streets[1:], 2)}
    fields["country"] = country or ("CA" if _CANADIAN.match(town.postal_code) else "US")
    return Changed(fields, cell, " | ".join([*streets, town.city, town.state, town.postal_code]), "taken apart")


def split_town(text: object) -> Town | None:
    """`Boston, MA 02116`, `Boston MA, 02116`, `Boston/MA`, `Boston MA` -> its parts; None where one is not certain."""
    parts, country = _without_country([part for piece in _split(text) for part in re.split(r"\s*/\s*", piece) if part])
    end = _end(parts) if parts and country in (None, "US", "CA") else None
    return end[1] if end is not None and not end[0] and end[1].city else None


def _split(text: object) -> list[str]:
    return [part for part in (clean(piece) for piece in _PARTS.split(str(text).strip())) if part]


def _without_country(parts: list[str]) -> tuple[list[str], str | None]:
    """The parts without a country behind them, and its code."""
    if not parts:
        return parts, None
    country = country_code(parts[-1]) if len(parts) > 1 and not re.search(r"\d", parts[-1]) else None
    # `Austin, CA` ends in a state, not in Canada.
    if country is not None and state_code(parts[-1]) is None and province_code(parts[-1]) is None:
        return parts[:-1], country
    found = _CODE_AND_COUNTRY.fullmatch(parts[-1])
    if found is not None and (country := country_code(found["country"])):
        return [*parts[:-1], found["rest"]], country
    return parts, None


def _end(parts: list[str]) -> tuple[list[str], Town] | None:
    """What comes before the town, and the town, out of the last parts; a town that is written twice is one."""
    found = _ENDS_IN_CODE.fullmatch(parts[-1])
    code = found["code"] if found else ""
    before = [*parts[:-1], *([found["before"]] if found and found["before"] else [])] if found else list(parts)
    town = _city_and_state(before[-1], code) if before else None
    if town is None:
        return None
    city, state = town
    rest = before[:-1]
    if not city and rest:
        city = rest.pop()
    if re.search(r"\d", city):
        return None
    same = {city.casefold(), state.casefold(), f"{city} {state}".casefold()}
    while len(rest) > 1 and rest[-1].casefold() in same:
        rest.pop()
    return rest, Town(city, state, code)


def _city_and_state(text: str, code: str) -> tuple[str, str] | None:
    """(city or nothing, state) of a text; the longest words that are a state are the state."""
    words = text.split()
    readers = [province_code if _CANADIAN.match(code) else state_code] if code else [state_code, province_code]
    for start in range(len(words)):
        state = next((found for read in readers if (found := read(" ".join(words[start:])))), None)
        if state is not None and (not start or _certain(words[start:], state, code)):
            # The capital is written with its district, which is its state.
            capital = state == "DC" and words[0].casefold() == "washington"
            return ("Washington" if capital else " ".join(words[:start])), state
    return None


def _certain(words: list[str], state: str, code: str) -> bool:
    """Behind a city without a comma: `Port Washington` ends in a name, so only a code, or the ZIP, proves a state."""
    if _CANADIAN.match(code):
        return True
    if words == [state] or [word.casefold() for word in words] == ["dc"]:
        return True
    return state in states_of(code[:5])
