"""The place that parcels start from, where a command names one: `ship from Reno`, `out of the east warehouse`.

The phrase is cut out of the message; what is left is read as ever.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.shipping.text import key
from agent.understanding.requests import Ask, Say
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import straight

_HOUSE: Final = r"(?:warehouse|location|place|depot|dc|fulfil+ment cent(?:er|re)|store|shop|office|dock)"
_VERB: Final = (
    r"(?:ship(?:ped|ping|s)?|send(?:ing)?|sent|start(?:ing|s)?|leav(?:e|es|ing)|go(?:es|ing)?|dispatch(?:ed)?"
    r"|collect(?:ed)?)(?: (?:it|them|those|these|all|everything|all of (?:them|it)))?"
)
_HOW: Final = re.compile(
    r"(?:\b(?:ground|air|saver|select|early|standard|express|expedited|plus|day|it|them)|,)\s*$", re.IGNORECASE
)
"""Behind a service or `it` no order is described: `by ground from Reno`."""
_ABOUT_ROWS: Final = re.compile(r"\b(?:how many|count|show|list|which|what)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Start:
    """A message without its ship-from place, and the place."""

    rest: str
    place: str


def cut_start(text: str, places: Sequence[str], sheet: Sheet, answers: Mapping[str, str]) -> Start | Ask | Say | None:
    """The command without its place, and the place; None where it names none. `orders from Reno` is a question where a
    cell says Reno too, and a warehouse that nobody knows is refused."""
    plain = straight(text)
    if not places or _ABOUT_ROWS.match(plain):
        return None
    found = _phrase(places).search(plain)
    if found is None:
        return _unknown(plain, places, sheet)
    place = next(name for name in places if key(name) == key(found["place"]))
    if found["verb"] is None and _HOW.search(plain[: found.start()]) is None:
        column = _column_with(place, sheet, only="ship_from" if found["house"] else "")
        if column is not None:
            options = (f"parcels start from {place}", f"only orders whose {column} is {found['place']}")
            asked = Ask(f'What does "from {found["place"]}" mean?', options, free_text=False)
            given = answers.get(asked.question, "").strip().casefold()
            if given == options[1].casefold():
                return None
            if given != options[0].casefold():
                return asked
    # The verb stays: it may be all that says what to do, as in “ship from Reno all Texas orders”.
    rest = f"{plain[: found.start()]} {found['verb'] or ''} {plain[found.end() :]}"
    return Start(re.sub(r"\s+([,;.])", r"\1", " ".join(rest.split())).strip(" ,;.!?"), place)


def _phrase(places: Sequence[str]) -> re.Pattern[str]:
    names = "|".join(re.sub(r"[ _-]+", r"[ _-]", re.escape(name).replace("\\", "")) for name in places)
    return re.compile(
        rf"(?:\b(?P<verb>{_VERB}) )?[,;]?\s*\b(?:out of|from) (?:the |our )?"
        rf"(?P<place>{names})(?P<house> {_HOUSE})?\b(?!')",
        re.IGNORECASE,
    )


def _unknown(plain: str, places: Sequence[str], sheet: Sheet) -> Say | None:
    found = re.search(rf"\b(?:out of|from) (?:the|our) (?P<place>[\w-]+) {_HOUSE}\b", plain, re.IGNORECASE)
    if found is None or _column_with(found["place"], sheet) is not None:
        return None
    return Say(
        f"“{found['place']}” is not a ship-from place of your settings. There are: {', '.join(places)}.", refusal=True
    )


def _column_with(name: str, sheet: Sheet, only: str = "") -> str | None:
    """A column with a cell of that name; `only` one of this field."""
    columns = [column for column in sheet.columns if column.field == only or not only]
    return next((one.name for one in columns if any(key(value) == key(name) for value, _ in one.values)), None)
