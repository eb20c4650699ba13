"""An address in one cell: `12 Main St, Springfield, IL 62701`. Taken apart only where every part is certain."""

import re
from typing import Final

from agent.shipping import faults
from agent.shipping.places import country_code, province_code, state_code
from agent.shipping.text import clean
from agent.shipping.verdict import Changed, Verdict, reject

_PARTS = re.compile(r"\s*[,;\n\r|]+\s*")
_CODE = re.compile(r"(?P<before>.+?)\s+(?P<code>\d{5}(?:-\d{4})?|[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d)")
_UNIT = re.compile(
    r"(?:apt|apartment|suite|ste|unit|fl|floor|bldg|building|room|rm|dept|lot|po box|box)\b|#", re.IGNORECASE
)
_CANADIAN = re.compile(r"[A-Za-z]")
MOST_STREET_LINES: Final = 3


def split_address(text: object) -> Verdict[dict[str, str]]:
    """Street lines, city, state and postal code of a US or Canadian address, by field; everything else is rejected."""
    cell = clean(text)
    parts = [part for part in _PARTS.split(str(text).strip()) if part]
    country = country_code(parts[-1]) if len(parts) > 1 and not re.search(r"\d", parts[-1]) else None
    if country is not None:
        parts = parts[:-1]
    end = _end(parts[-1]) if parts else None
    if end is None or country not in (None, "US", "CA"):
        return reject(faults.NOT_APART, cell, cell=cell)
    city, state, code = end
    streets = parts[:-1]
    if not city and len(streets) > 1:
        city = streets.pop()
    if not city or not 0 < len(streets) <= MOST_STREET_LINES or re.search(r"\d", city) or _UNIT.match(city):
        return reject(faults.NOT_APART, cell, cell=cell)
    fields = {"address1": streets[0], "city": city, "state": state, "postal_code": code}
    fields |= {f"address{line}": street for line, street in enumerate(streets[1:], 2)}
    fields["country"] = country or ("CA" if _CANADIAN.match(code) else "US")
    return Changed(fields, cell, " | ".join([*streets, city, state, code]), "taken apart")


def _end(part: str) -> tuple[str, str, str] | None:
    """(city or nothing, state, postal code) of the last part; the longest words that are a state are the state."""
    found = _CODE.fullmatch(part)
    if found is None:
        return None
    words = found["before"].split()
    read = province_code if _CANADIAN.match(found["code"]) else state_code
    for start in range(len(words)):
        state = read(" ".join(words[start:]))
        if state is not None:
            # The capital is written with its district, which is its state.
            city = "Washington" if state == "DC" and words[0].casefold() == "washington" else " ".join(words[:start])
            return city, state, found["code"]
    return None
