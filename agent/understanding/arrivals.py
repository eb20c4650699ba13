"""How orders go where a day is named: `by the cheapest that arrives by Friday`, `by the date in Need By`.

The phrase is cut out of the message; what is left is read as ever, and the day stands in the place of a service.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from agent.shipping.dates import read_date
from agent.shipping.verdict import Changed, Ok
from agent.understanding.dates import COUNT_WORDS, DAY_NAMES
from agent.understanding.readings import Arrival
from agent.understanding.requests import Ask
from agent.understanding.sheet import Column, Sheet
from agent.understanding.tokens import keys, stem, straight

_CHEAPEST: Final = (
    r"(?P<cheapest>(?:cheapest|least expensive|lowest[ -]cost|most economical)\b"
    r"(?: (?:ups )?(?:service|way|option|method|one|rate|thing)s?)?)"
)
_ARRIVES: Final = (
    r"(?P<arrives> ?\b(?:arriv(?:e|es|ing)|gets? (?:it |them )?(?:there|here)|(?:is|are|be) (?:there|delivered)"
    r"|delivers?|delivered|reach(?:es)? (?:them|it)|makes? it(?: there)?)\b)"
)
_WITHIN: Final = (
    r"\b(?:within|in|inside) (?:the next )?(?P<count>\w+) (?P<kind>business |working |work |calendar )?days?\b"
)
_UNTIL: Final = (
    r"\b(?P<word>by|before|on or before|no later than|in time for) "
    r"(?P<until>[^,;]+?)(?=[,;.!?]*$|[,;]| for | and )"
)
_PHRASE: Final = re.compile(
    r"[,;]?\s*(?:\b(?:and|but) )?"
    r"(?:\b(?:by|via|with|using|use|take|at|on|as|make it|go with|whatever is|whichever is) )?"
    rf"(?:the )?{_CHEAPEST}?"
    r"(?:(?:^| )(?:that|which|so that|so|they|it|to|will|must|should|still|have to|need to|has to|needs to|can|and))*"
    rf"{_ARRIVES}? ?(?:{_WITHIN}|{_UNTIL})",
    re.IGNORECASE,
)
_COLUMN: Final = re.compile(
    r"^(?:the |its |their |whatever is in |what is in )*(?:(?:date|day|deadline|value|time)s? (?:in|of|from) )?"
    r"(?:the |its |their )?(?:column )?(?P<column>.+)$",
    re.IGNORECASE,
)
_VERB: Final = re.compile(
    r"^(?:please |can you |could you |now |so |and |then |ok(?:ay)?,? )*"
    r"(?:(?:re-?)?(?:ship|send|mail|dispatch|process|fulfil+|get|deliver|move)|only|just|add|also|leave|make)\b",
    re.IGNORECASE,
)
_WEEKEND: Final = 5
_WEEK: Final = 7
_MOST_DAYS: Final = 60
"""A later day than this is a slip."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A message without its day of arrival, and the day."""

    rest: str
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class _Reader:
    sheet: Sheet
    today: date
    answers: Mapping[str, str]

    def answer(self, ask: Ask) -> str:
        """What was answered.

        Raises:
            _OpenError: nothing yet.
        """
        given = self.answers.get(ask.question, "").strip()
        if not given:
            raise _OpenError(ask)
        return given

    def chosen(self, ask: Ask) -> str:
        """The option that was chosen, as it is written."""
        given = self.answer(ask).casefold()
        found = next((option for option in ask.options if option.casefold() == given), None)
        if found is None:
            raise _OpenError(ask)
        return found


class _OpenError(Exception):
    """A question that has no answer yet."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask.question)
        self.ask = ask


def cut_arrival(text: str, sheet: Sheet, today: date, answers: Mapping[str, str]) -> Cut | Ask | None:
    """The command without its day, and the day; None where it names none. A day that is past, and today's own
    weekday, are questions."""
    plain = straight(text)
    found = next((one for one in _PHRASE.finditer(plain) if one["cheapest"] or one["arrives"]), None)
    if found is None:
        return None
    try:
        arrival = _within(found, today) if found["count"] else _until(found, _Reader(sheet, today, answers))
    except _OpenError as still:
        return still.ask
    if arrival is None:
        return None
    rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip(" ,;.!?")
    return Cut(rest, arrival)


def as_command(rest: str) -> str:
    """What is left of a command whose verb went with the day."""
    return rest if _VERB.search(rest) else f"ship {rest}"


def is_only_the_day(rest: str) -> bool:
    """Whether nothing but the day was said: of a preview, its rows are meant."""
    return re.fullmatch(r"(?:ship |send )?(?:it|them|those|these|all)?", rest, re.IGNORECASE) is not None


def either(arrival: Arrival, named: str) -> Ask:
    """The question where a service is named beside a day: the first option is the day."""
    options = (f"the cheapest service that arrives {_shown(arrival)}", f"{named}, whenever it arrives")
    return Ask(f"You named {named} and a day. Which counts?", options, "service", free_text=False)


def _shown(arrival: Arrival) -> str:
    return f"by {arrival.day}" if arrival.day else f"by the day in {arrival.column}"


def _within(found: re.Match[str], today: date) -> Arrival | None:
    said = found["count"].casefold()
    count = int(said) if said.isdigit() else COUNT_WORDS.get(said)
    if count is None or not 0 < count <= _MOST_DAYS:
        return None
    day = today
    if (found["kind"] or "").strip().casefold() in ("business", "working", "work"):
        for _ in range(count):
            day += timedelta(days=1)
            while day.weekday() >= _WEEKEND:
                day += timedelta(days=1)
    else:
        day = today + timedelta(days=count)
    return Arrival(day=day.isoformat())


def _until(found: re.Match[str], reader: _Reader) -> Arrival | None:
    said = found["until"].strip(" .!?")
    column = _column(said, reader)
    if column is not None:
        return Arrival(column=column)
    day = _day(said, reader)
    if day is None and found["cheapest"] is None:
        return None
    if day is None:
        question = f'I do not know the day "{said}". By which day shall they arrive?'
        day = _asked_day(question, reader)
    day -= timedelta(days=1 if found["word"].casefold() == "before" else 0)
    return Arrival(day=_not_past(day, reader).isoformat())


def _column(said: str, reader: _Reader) -> str | None:
    """A column that is named with or without `the date in`."""
    match = _COLUMN.match(said)
    name = match["column"] if match else said
    for one in (name, re.sub(r"\s+(?:date|day|column|field)$", "", name, flags=re.IGNORECASE)):
        held = reader.sheet.headers.get(tuple(map(stem, keys(one))), ())
        best = min((cost for _, cost in held), default=1.0)
        columns = [
            name for name, cost in held if cost == best < 1 and _holds_days(reader.sheet.by_name[name], reader.today)
        ]
        if len(columns) > 1:
            return reader.chosen(Ask(f'Which column is "{one}"?', tuple(columns), "column", free_text=False))
        if columns:
            return columns[0]
    return None


def _holds_days(column: Column, today: date) -> bool:
    days = (read_date(value, day_first=None, today=today) for value, _ in column.values)
    return column.kind == "date" or any(isinstance(day, Ok | Changed) for day in days)


def _day(said: str, reader: _Reader) -> date | None:
    today = reader.today
    word = said.casefold().removeprefix("the ").removesuffix("'s end").strip()
    word = re.sub(r"^(?:end of (?:the )?day|eod|close of business|cob)(?: on)? ", "", word)
    near = {"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
    if word in near:
        return today + timedelta(days=near[word])
    lead, _, name = word.rpartition(" ")
    if name in DAY_NAMES and lead in ("", "this", "this coming", "coming", "next"):
        ahead = (DAY_NAMES[name] - today.weekday()) % _WEEK
        this, following = today + timedelta(days=ahead), today + timedelta(days=ahead + _WEEK)
        if ahead and lead != "next":
            return this
        # "Friday" on a Friday, "next Friday": the person says which.
        days = {_named(day): day for day in (this, following)}
        return days[reader.chosen(Ask(f'By which day is "{said}"?', tuple(days), "date", free_text=False))]
    verdict = read_date(word, day_first=None, today=today)
    return verdict.value if isinstance(verdict, Ok | Changed) else None


def _not_past(day: date, reader: _Reader) -> date:
    """A day that nothing can arrive by any more is a question, and no answer."""
    if reader.today <= day <= reader.today + timedelta(days=_MOST_DAYS):
        return day
    why = "has passed" if day < reader.today else "is far ahead"
    return _asked_day(f"{_named(day)} {why}. By which day shall they arrive?", reader)


def _asked_day(question: str, reader: _Reader) -> date:
    """The day that was answered, if it may be one."""
    ahead = (reader.today + timedelta(days=days) for days in range(1, 8))
    ask = Ask(question, tuple(day.isoformat() for day in ahead if day.weekday() < _WEEKEND), "date")
    day = _day(reader.answer(ask), reader)
    if day is None or not reader.today <= day <= reader.today + timedelta(days=_MOST_DAYS):
        raise _OpenError(ask)
    return day


def _named(day: date) -> str:
    """`Fri, Dec 4, 2026`."""
    return f"{day:%a}, {day:%b} {day.day}, {day.year}"
