"""Street, city, state and country of a parcel: what fits a label, and where UPS does not go.

Widths: 3 lines of 35, city 30 (15 print); PR and VI are countries; no PO boxes, no military mail
(docs/ups-facts.md).
"""

import re
from dataclasses import dataclass
from typing import Final

from agent.shipping import faults
from agent.shipping.country_names import country_of
from agent.shipping.names import has_unknown_reading, latin
from agent.shipping.places import (
    AMBIGUOUS_STATES,
    MILITARY,
    PROVINCES,
    STATES,
    country_name,
    military_code,
    nearest,
    nearest_countries,
    province_code,
    state_code,
    territory_code,
)
from agent.shipping.postal_codes import zip_digits
from agent.shipping.regions_abroad import REGIONS_ABROAD, Regions
from agent.shipping.services import BY_POST, service_label
from agent.shipping.text import clean, is_blank, is_blank_name, key
from agent.shipping.verdict import Ask, Changed, Ok, Reject, Verdict, reject
from agent.shipping.zip_areas import states_of

LINE_WIDTH: Final = 35
LINES: Final = 3
_ATTENTION = re.compile(r"\b(?:attn|attention|att)\b\s*[:.\-]?\s*", re.IGNORECASE)
_UNIT = re.compile(
    r"[,\s]+(?=(?:apt|apartment|suite|ste|unit|floor|fl|room|rm|bldg|building|lot|trailer|dept)\b\.?\s*\S|#\s*\w)",
    re.IGNORECASE,
)
_PO_BOX = re.compile(
    r"\b(?:p\.?\s*o\.?\s*b(?:ox|\.|\b)|post\s*office\s*box|postal\s*box|p\.?\s*box|apartado(?:\s*postal)?)\s*(?:no\.?\s*|#\s*)?[\w-]*\d"
    r"|^\s*p\.?\s*o\.?\s*box\b|^\s*box\s*\d+\s*$",
    re.IGNORECASE,
)
SPANISH_CITIES: Final = {"ceuta": ("XC", "51"), "melilla": ("XL", "52")}
"""Towns of Spain that UPS takes for countries: the code, and how their postal codes begin."""
_CAPITAL = re.compile(r"^washington\s*,?\s*d\s*c$")


@dataclass(frozen=True, slots=True)
class Street:
    """Address lines as they print, and whom an ATTN in them names."""

    lines: tuple[str, ...]
    attention: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A country and, where it has them, a state or province code."""

    country: str
    state: str | None


def read_street(cells: tuple[object, ...], country: str = "") -> Verdict[Street]:
    """Up to three lines of 35, split between words, at a unit first; an ATTN moves to the attention name."""
    given = tuple(text for text in map(clean, cells) if not is_blank(text))
    if not given:
        return reject(faults.NO_ADDRESS_LINE)
    whole = ", ".join(given)
    if has_unknown_reading(whole, country):
        return reject(faults.UNKNOWN_READING, whole, cell=whole)
    printable, attention = _without_attention([latin(text) for text in given])
    if not any(letter.isalnum() for text in printable for letter in text):
        fault = faults.UNPRINTABLE if not attention else faults.NO_ADDRESS_LINE
        return reject(fault, whole, cell=whole)
    lines = _fitted(printable)
    if lines is None:
        return reject(faults.ADDRESS_TOO_LONG, whole)
    street = Street(lines, attention)
    why = [
        *(["ATTN moved to the attention line"] if attention else []),
        *(["in letters that a label prints"] if latin(whole) != whole else []),
        *([f"split into lines of {LINE_WIDTH}"] if lines != tuple(printable) else []),
    ]
    shown = " / ".join((*lines, *([f"ATTN {attention}"] if attention else [])))
    return Changed(street, whole, shown, ", ".join(why)) if why else Ok(street)


def _without_attention(lines: list[str]) -> tuple[list[str], str]:
    """The lines without `ATTN: Ann Lee`, and the name; a name ends at a comma or at the house number."""
    for index, line in enumerate(lines):
        found = _ATTENTION.search(line)
        if found is None:
            continue
        before, name = line[: found.start()].rstrip(" ,;-"), line[found.end() :]
        ends = re.search(r"[,;]|\s(?=\d)", name)
        rest = name[ends.end() :].strip(" ,;") if ends else ""
        name = (name[: ends.start()] if ends else name).strip()
        if not name:
            continue
        kept = [part for part in (before, rest) if part]
        return [*lines[:index], *kept, *lines[index + 1 :]], name
    return lines, ""


def _fitted(lines: list[str]) -> tuple[str, ...] | None:
    """The lines as they are if they fit; else wrapped each; else wrapped as one text; None if nothing fits."""
    if len(lines) <= LINES and all(len(line) <= LINE_WIDTH for line in lines):
        return tuple(lines)
    for parts in (lines, [", ".join(lines)]):
        wrapped = [piece for line in parts for piece in _wrapped(line)]
        if len(wrapped) <= LINES and all(len(piece) <= LINE_WIDTH for piece in wrapped):
            return tuple(wrapped)
    return None


def _wrapped(line: str) -> list[str]:
    if len(line) <= LINE_WIDTH:
        return [line]
    pieces = _UNIT.split(line, maxsplit=1)
    if len(pieces) == 2 and all(len(piece) <= LINE_WIDTH for piece in pieces):
        return [piece.strip(" ,") for piece in pieces]
    wrapped, current = [], ""
    for word in line.split():
        longer = f"{current} {word}".strip()
        if current and len(longer) > LINE_WIDTH:
            wrapped.append(current.rstrip(","))
            current = word
        else:
            current = longer
    return [*wrapped, current]


def check_reach(lines: tuple[str, ...], city: str, state: str | None, service: str | None) -> Ok[None] | Reject:
    """PO boxes and military mail are refused before rating, unless the service hands over to the postal service."""
    if service in BY_POST:
        return Ok(None)
    box = next((found for line in lines if (found := _PO_BOX.search(line))), None)
    if box is not None:
        return reject(faults.PO_BOX, ", ".join(lines), what=box[0].strip())
    if state in MILITARY or key(city) in {"apo", "fpo", "dpo"}:
        name = service_label(service).removeprefix("UPS ") if service else "Ground or Air"
        return reject(faults.MILITARY, f"{city} {state or ''}".strip(), what=city or state, service=name)
    return Ok(None)


def read_city(text: object, state: str | None, country: str = "") -> Verdict[str]:
    """The city as it prints; a repeated state behind it goes, `Washington DC` is Washington."""
    cell = clean(text)
    if is_blank_name(cell):
        return reject(faults.NO_CITY)
    if has_unknown_reading(cell, country):
        return reject(faults.UNKNOWN_READING, cell, cell=cell)
    if not any(letter.isalnum() for letter in latin(cell)):
        return reject(faults.UNPRINTABLE, cell, cell=cell)
    city = latin(cell)
    if _CAPITAL.match(key(city)):
        if state != "DC":
            return reject(faults.UNKNOWN_STATE, cell, cell=f"{state or 'blank'} with {cell}", what="state",
                          country="the United States", nearest=" DC")  # fmt: skip
        city = "Washington"
    if state and re.search(rf"[,\s]\s*{re.escape(state)}$", city) and "," in city:
        city = city.rpartition(",")[0].rstrip()
    if len(city) > 30:
        return reject(faults.CITY_TOO_LONG, cell, length=len(city))
    if city != cell:
        return Changed(city, cell, city, "as a label prints it")
    return Ok(city, f"UPS prints the first 15 letters of {city}" if len(city) > 15 else "")


def read_area(country: object, state: object, home: str, city: object = "", postal_code: object = "") -> Verdict[Area]:
    """Country and state together: Puerto Rico as a state is a country, AE is military, `Washington DC` proves DC.

    `home` is the country of a row that names none: the person's answer, or the sender's own.
    """
    named = clean(country)
    code = country_of(named) if key(named) == "na" or not is_blank(named) else home
    if code is None:
        hints = nearest_countries(named)
        return reject(faults.UNKNOWN_COUNTRY, named, cell=named, nearest=f"; nearest: {', '.join(hints)}" * bool(hints))
    cell = clean(state)
    territory = territory_code(cell) if code == "US" else None
    if territory is not None:
        return Changed(Area(territory, None), f"{cell}, {country_name(code)}", country_name(territory),
                       f"{territory} is a country code at UPS")  # fmt: skip
    if code == "US":
        return _us_state(cell, city, postal_code)
    if code == "CA":
        return _province(cell)
    own_code = SPANISH_CITIES.get(key(city)) if code == "ES" else None
    if own_code is not None and clean(postal_code).startswith(own_code[1]):
        place = country_name(own_code[0])
        return Changed(Area(own_code[0], None), country_name(code), place, f"{own_code[0]} is a country code at UPS")
    regions = REGIONS_ABROAD.get(code)
    return _region(code, regions, cell, city) if regions is not None else _elsewhere(code, cell)


def _region(country: str, regions: Regions, cell: str, city: object) -> Verdict[Area]:
    """A county or province that has to be there; a town of its name says it, too."""
    if is_blank(cell):
        found = regions.of_town(city)
        if found is None:
            return reject(faults.NO_REGION, what=regions.what, country=country_name(country))
        return Changed(Area(country, found), "", found, f"the city is {clean(city)}")
    code = regions.code(cell)
    if code is None:
        return reject(faults.UNKNOWN_REGION, cell, cell=cell, what=regions.what, country=country_name(country))
    return Ok(Area(country, code))


def _us_state(cell: str, city: object, postal_code: object) -> Verdict[Area]:
    if is_blank(cell):
        if _CAPITAL.match(key(city)):
            return Changed(Area("US", "DC"), "", "DC", f"the city is {clean(city)}")
        return reject(faults.NO_STATE, what="state")
    military = military_code(cell)
    if military is not None:
        return Ok(Area("US", military))
    code = state_code(cell)
    if code is not None:
        return Ok(Area("US", code))
    if key(cell) in AMBIGUOUS_STATES:
        return _ambiguous_state(cell, postal_code)
    hints = nearest(cell, STATES)
    suffix = f"; nearest: {', '.join(hints)}" if hints else ""
    return reject(faults.UNKNOWN_STATE, cell, cell=cell, what="state", country="the United States", nearest=suffix)


def _ambiguous_state(cell: str, postal_code: object) -> Verdict[Area]:
    choices = AMBIGUOUS_STATES[key(cell)]
    proved = states_of(zip_digits(clean(postal_code)) or "") & set(choices)
    if len(proved) == 1:
        code = min(proved)
        return Changed(Area("US", code), cell, code, f"ZIP {clean(postal_code)} lies there")
    return Ask(f'Which state is "{cell}"?', tuple(STATES[code] for code in choices), f"state:{key(cell)}")


def _province(cell: str) -> Verdict[Area]:
    if is_blank(cell):
        return reject(faults.NO_STATE, what="province")
    code = province_code(cell)
    if code is None:
        hints = nearest(cell, PROVINCES)
        suffix = f"; nearest: {', '.join(hints)}" if hints else ""
        return reject(faults.UNKNOWN_STATE, cell, cell=cell, what="province", country="Canada", nearest=suffix)
    return Ok(Area("CA", code))


def _elsewhere(code: str, cell: str) -> Verdict[Area]:
    """UPS takes at most 5 characters."""
    short = "" if has_unknown_reading(cell, code) else latin(cell).upper()
    blank = is_blank(cell) and (code, short) != ("IT", "NA")  # Naples
    if blank or code in {"PR", "VI", "GU", "AS", "MP"}:
        return Ok(Area(code, None))
    if re.fullmatch(r"[A-Z0-9]{1,5}", short):
        return Ok(Area(code, short))
    return Changed(Area(code, None), cell, "", f"{country_name(code)} needs no state code")
