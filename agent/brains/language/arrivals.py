"""How orders go where a day is named: `by the cheapest that arrives by Friday`, `by the date in Need By`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from agent.brains.language.actions import Action, Ask, AskError, ToolRequest
from agent.brains.language.calendar import DAY_NAMES
from agent.brains.language.numerals import NUMBER_WORDS
from agent.brains.language.openings import opening
from agent.brains.language.requesting import WAYS, condition_words, spoken
from agent.brains.language.resolving import Resolver
from agent.brains.language.words import keys
from agent.brains.protocol import Conversation
from agent.shipping.dates import read_date
from agent.shipping.services import service_label
from agent.shipping.verdict import Changed, Ok

_PHRASE: Final = opening("arrivals", "phrase")
_COLUMN: Final = opening("arrivals", "column")
_VERB: Final = opening("arrivals", "verb")
_WEEKEND: Final = 5
_WEEK: Final = 7
_MOST_DAYS: Final = 60
"""A later day than this is a slip."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message cut at its day of arrival."""

    rest: str
    arguments: dict[str, Any]
    """`arrive_by` or `arrive_by_column`."""


def cut_arrival(text: str, resolver: Resolver) -> Arrival | None:
    """The command without its day, and the day; None where it names none.

    Raises:
        AskError: where the day is unclear: past, or today's own weekday.
    """
    plain = " ".join(text.replace("\u2019", "'").split())
    found = next((one for one in _PHRASE.finditer(plain) if one["cheapest"] or one["arrives"]), None)
    if found is None:
        return None
    arguments = _within(found, resolver.today) if found["count"] else _until(found, resolver)
    if arguments is None:
        return None
    rest = f"{plain[: found.start()]} {plain[found.end() :]}".strip(" ,;.!?")
    return Arrival(rest, arguments)


def as_command(rest: str) -> str:
    """What is left of a command whose verb went with the day."""
    return rest if _VERB.search(rest) else f"ship {rest}"


def of_preview(arrival: Arrival, conversation: Conversation) -> ToolRequest | None:
    """The preview's rows by the cheapest service in time, where nothing else was said; else None."""
    if conversation.proposal is None or not re.fullmatch(r"(?:ship |send )?(?:it|them|those|these|all)?", arrival.rest):
        return None
    kept = {name: value for name, value in conversation.proposal.items() if name not in WAYS}
    kept["in_words"] = condition_words(kept)
    return ToolRequest("propose_shipment", kept | {"in_words": spoken(kept)} | arrival.arguments)


def with_arrival(action: Action, arrival: Arrival, resolver: Resolver) -> Action:
    """The proposal with its day in the place of a service.

    Raises:
        AskError: where a service is named as well.
    """
    if not isinstance(action, ToolRequest) or action.name != "propose_shipment":
        return action
    named = action.arguments.get("service")
    if named is not None or "service_rules" in action.arguments:
        what = service_label(named) if named else "the services that you named"
        options = (f"the cheapest service that arrives {_shown(arrival)}", f"{what}, whenever it arrives")
        question = f"You named {what} and a day. Which counts?"
        answer = resolver.ask(question, options, "service").casefold()
        if answer == options[1].casefold():
            return action
        if answer != options[0].casefold():
            raise AskError(Ask(question, options, "service"))
    kept = {name: value for name, value in action.arguments.items() if name not in WAYS}
    return ToolRequest(action.name, kept | arrival.arguments, action.in_words)


def _shown(arrival: Arrival) -> str:
    day = arrival.arguments.get("arrive_by")
    return f"by {day}" if day else f"by the day in {arrival.arguments['arrive_by_column']}"


def _within(found: re.Match[str], today: date) -> dict[str, Any] | None:
    said = found["count"].casefold()
    count = int(said) if said.isdigit() else NUMBER_WORDS.get(said)
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
    return {"arrive_by": day.isoformat()}


def _until(found: re.Match[str], resolver: Resolver) -> dict[str, Any] | None:
    said = found["until"].strip(" .!?")
    column = _column(said, resolver)
    if column is not None:
        return {"arrive_by_column": column}
    before = found["word"].casefold() == "before"
    day = _day(said, resolver, question=f'By which day is "{said}"?')
    if day is None and found["cheapest"] is None:
        return None
    if day is None:
        question = f'I do not know the day "{said}". By which day shall they arrive?'
        said = resolver.ask(question, _next_days(resolver.today), "date", free_text=True)
        day = _day(said, resolver, question=f'By which day is "{said}"?')
        if day is None:
            raise AskError(Ask(question, _next_days(resolver.today), "date", True))
    day -= timedelta(days=1 if before else 0)
    return {"arrive_by": _not_past(day, resolver).isoformat()}


def _column(said: str, resolver: Resolver) -> str | None:
    """A column that is named with or without `the date in`."""
    match = _COLUMN.match(said)
    name = match["column"] if match else said
    tries = (name, re.sub(r"\s+(?:date|day|column|field)$", "", name, flags=re.IGNORECASE))
    for one in tries:
        columns = resolver.facts.header_keys.get(keys(one), ())
        if len(columns) == 1:
            return columns[0]
        if len(columns) > 1:
            question = f'Which column is "{one}"?'
            answer = resolver.ask(question, tuple(columns), "column").casefold()
            chosen = next((column for column in columns if column.casefold() == answer), None)
            if chosen is None:
                raise AskError(Ask(question, tuple(columns), "column"))
            return chosen
    return None


def _day(said: str, resolver: Resolver, *, question: str) -> date | None:
    today = resolver.today
    word = said.casefold().removeprefix("the ").removesuffix("'s end").strip()
    word = re.sub(r"^(?:end of (?:the )?day|eod|close of business|cob)(?: on)? ", "", word)
    near = {"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}
    if word in near:
        return today + timedelta(days=near[word])
    lead, _, name = word.rpartition(" ")
    if name in DAY_NAMES and lead in ("", "this", "this coming", "coming", "next"):
        ahead = (DAY_NAMES[name] - today.weekday()) % _WEEK
        this, following = today + timedelta(days=ahead), today + timedelta(days=ahead + _WEEK)
        if ahead == 0 or lead == "next":
            return _one_of((this, following), question, resolver)
        return this
    verdict = read_date(word, day_first=None, today=today)
    return verdict.value if isinstance(verdict, Ok | Changed) else None


def _one_of(days: tuple[date, ...], question: str, resolver: Resolver) -> date:
    """`Friday` on a Friday, `next Friday`: the person says which."""
    options = {named(day): day for day in days}
    answer = resolver.ask(question, tuple(options), "date").casefold()
    chosen = next((day for shown, day in options.items() if shown.casefold() == answer), None)
    if chosen is None:
        raise AskError(Ask(question, tuple(options), "date"))
    return chosen


def _not_past(day: date, resolver: Resolver) -> date:
    """A day that nothing can arrive by any more is a question, and no answer."""
    if resolver.today <= day <= resolver.today + timedelta(days=_MOST_DAYS):
        return day
    why = "has passed" if day < resolver.today else "is far ahead"
    question = f"{named(day)} {why}. By which day shall they arrive?"
    said = resolver.ask(question, _next_days(resolver.today), "date", free_text=True)
    found = _day(said, resolver, question=f'By which day is "{said}"?')
    if found is None or not resolver.today <= found <= resolver.today + timedelta(days=_MOST_DAYS):
        raise AskError(Ask(question, _next_days(resolver.today), "date", True))
    return found


def named(day: date) -> str:
    """`Fri, Dec 4, 2026`."""
    return f"{day:%a}, {day:%b} {day.day}, {day.year}"


def _next_days(today: date) -> tuple[str, ...]:
    """The working days that are offered."""
    days = (today + timedelta(days=ahead) for ahead in range(1, 8))
    return tuple(day.isoformat() for day in days if day.weekday() < _WEEKEND)
