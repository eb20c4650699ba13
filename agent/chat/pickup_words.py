"""What a message says about pickups: “schedule a pickup for tomorrow 2-5 pm”. Whole messages only, before any brain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from agent.shipping.dates import read_date
from agent.shipping.verdict import Changed, Ok
from agent.understanding.dates import DAY_NAMES
from agent.understanding.tokens import straight

_PICKUP: Final = r"(?:ups\s+)?pick[\s-]?ups?"
_A: Final = r"(?:an?|the|my|our|that|this|me\s+a)"
_LEAD: Final = r"(?:(?:please|can\s+you|could\s+you|i\s+(?:want|need)\s+(?:you\s+)?to|now)\s+)*"
_KINDS: Final = (
    ("show", rf"(?:show|list)(?:\s+me)?(?:\s+(?:all|my|our|the|all\s+my))?\s+{_PICKUP}"),
    ("show", rf"(?:is|are)\s+(?:there\s+)?(?:an?|any|my|the)\s+{_PICKUP}\s+(?:booked|scheduled|ordered)"),
    ("show", rf"(?:when\s+is|when\s+are)\s+{_A}\s+{_PICKUP}|which\s+{_PICKUP}\s+are\s+(?:booked|scheduled)"),
    ("cancel", rf"(?:cancel|call\s+off)\s+{_A}\s+{_PICKUP}"),
    ("price", rf"what\s+(?:would|does|will|is)\s+{_A}\s+{_PICKUP}\s+cost"),
    ("price", rf"how\s+much\s+(?:is|would|does|will)\s+{_A}\s+{_PICKUP}(?:\s+(?:cost|be))?"),
    (
        "price",
        rf"what(?:\s+is|'s)\s+the\s+(?:price|cost)\s+of\s+{_A}\s+{_PICKUP}|(?:price|quote|rate)\s+{_A}\s+{_PICKUP}",
    ),
    ("schedule", rf"(?:schedule|book|order|arrange|request|set\s+up)(?:\s+{_A})?\s+{_PICKUP}"),
)
_READERS: Final = tuple((kind, re.compile(_LEAD + words, re.IGNORECASE)) for kind, words in _KINDS)
_TIME: Final = r"(?:(\d{1,2})(?::?([0-5]\d))?\s*(am|pm|a\.m\.|p\.m\.)?|(noon))"
_HOURS: Final = re.compile(
    rf"(?:\b(?:between|from|at)\s+)?(?<![\w-]){_TIME}\s*(?:-|–|to|and|until|till)\s*{_TIME}(?![\w-])", re.IGNORECASE
)
_PRN: Final = re.compile(r"\b(?=[0-9A-Z]*\d)[0-9A-Z]{11}\b")
_FILLER: Final = re.compile(
    r"\b(?:for|on|at|from|in|of|the|our|my|warehouse|please|today's|packages|parcels|labels|with|number|prn|one)\b|[,.?!]",
    re.IGNORECASE,
)
_WEEK: Final = 7
_MORNING: Final = 7
"""From this hour on a bare number is one of the morning: “9-5” is a working day."""
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class PickupWords:
    """What is wanted, and what of it was said."""

    kind: Literal["show", "cancel", "price", "schedule"]
    day: date | None = None
    hours: tuple[str, str] | None = None
    """HHmm, from and until."""
    place: str | None = None
    prn: str | None = None


def read_pickup_words(message: str, today: date, places: Sequence[str]) -> PickupWords | None:
    """The message as one about pickups; None for any other, and where it says more than is understood."""
    said = straight(message)
    for kind, reader in _READERS:
        found = reader.match(said)
        if found is not None:
            return _with_rest(kind, said[found.end() :], today, places)
    return None


def read_hours(text: str) -> tuple[str, str] | None:
    """`2-5 pm`, `9 am to noon`, `14:00-17:00`; None where the end is not after the beginning."""
    found = _HOURS.search(text)
    return _hours(found) if found is not None else None


def read_day(text: str, today: date) -> date | None:
    """`tomorrow`, `Friday` (the next one), `Dec 3`, `2026-12-03`; None for other words and for days that are past."""
    word = text.strip(" .!?").casefold()
    near = {"today": 0, "tomorrow": 1, "day after tomorrow": 2}
    if word in near:
        return today + timedelta(days=near[word])
    name = word.removeprefix("this ").removeprefix("next ")
    if name in DAY_NAMES:
        return today + timedelta(days=(DAY_NAMES[name] - today.weekday()) % _WEEK or _WEEK)
    verdict = read_date(word, day_first=None, today=today)
    day = verdict.value if isinstance(verdict, Ok | Changed) else None
    return day if day is not None and day >= today else None


def _with_rest(kind: str, rest: str, today: date, places: Sequence[str]) -> PickupWords | None:
    hours = prn = place = None
    found = _HOURS.search(rest)
    if found is not None:
        hours, rest = _hours(found), f"{rest[: found.start()]} {rest[found.end() :]}"
        if hours is None:
            return None
    if named := _PRN.search(rest):
        prn, rest = named[0], rest.replace(named[0], " ")
    for name in places:
        words = re.sub(r"[ _-]+", r"[ _-]", re.escape(name).replace("\\", ""))
        if re.search(rf"\b{words}\b", rest, re.IGNORECASE):
            place, rest = name, re.sub(rf"\b{words}\b", " ", rest, flags=re.IGNORECASE)
            break
    left = " ".join(_FILLER.sub(" ", rest).split())
    day = read_day(left, today) if left else None
    if left and day is None:
        return None
    return PickupWords(kind, day, hours, place, prn)  # type: ignore[arg-type]


def _hours(found: re.Match[str]) -> tuple[str, str] | None:
    start, end = found.groups()[:4], found.groups()[4:]
    close = _minutes(end, None)
    if close is None:
        return None
    half = _half(end[2])
    ready = _minutes(start, half)
    if ready is not None and half and not start[2] and ready >= close:
        ready = _minutes(start, None)  # "9-5 pm": the 9 is one of the morning
    if ready is None or ready >= close:
        return None
    return f"{ready // 60:02}{ready % 60:02}", f"{close // 60:02}{close % 60:02}"


def _half(word: str | None) -> str | None:
    return word[0].casefold() if word else None


def _minutes(parts: Sequence[str | None], half: str | None) -> int | None:
    """Minutes since midnight; a bare hour below 7 is one of the afternoon."""
    hour_text, minute, own, noon = parts
    if noon:
        return _NOON * 60
    hour, half = int(hour_text or 0), _half(own) or half
    if hour > 23 or (half and not 1 <= hour <= _NOON):
        return None
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    elif hour < _MORNING and not (hour_text or "").startswith("0"):
        hour += _NOON
    return hour * 60 + int(minute or 0)
