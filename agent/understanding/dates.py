"""Days and periods in words: `last 7 days`, `Nov 5th`, `since Monday`, `11/25`, `3 weeks ago`."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.tokens import Token
from agent.understanding.values import Doubt, Period

Reader = Callable[[re.Match[str], date], Period | None]

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES: Final = {name: at for at, day in enumerate(_DAYS) for name in (day, day + "s", day[:3])} | {
    "tues": 1, "thur": 3, "thurs": 3,
}  # fmt: skip
_WRITTEN: Final = ("%d %b %Y", "%d.%m.%Y", "%b-%d-%y", "%Y-%m-%d", "%m/%d/%Y", "%d %B %Y", "%b %d, %Y")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
MONTH_NAMES: Final = {name: at + 1 for at, month in enumerate(_MONTHS) for name in (month, month[:3])} | {"sept": 9}
COUNT_WORDS: Final = {
    word: at
    for at, word in enumerate("a two three four five six seven eight nine ten".split(), 1)  # noqa: SIM905
} | {"one": 1, "an": 1, "couple of": 2, "fourteen": 14, "thirty": 30}
_COUNT: Final = rf"(?P<count>\d+|{'|'.join(COUNT_WORDS)})"
_MONTH: Final = rf"(?P<month>{'|'.join(sorted(MONTH_NAMES, key=len, reverse=True))})"
_YEAR: Final = r"(?: ,)?(?: (?P<year>20\d\d))?"
_DAY: Final = r"(?P<day>\d{1,2}(?:st|nd|rd|th)?)"
_UNSURE: Final = frozenset({"may", "mar", "march", "sat", "sun", "mon", "wed", "fri"})
"""Short names that are words as well."""
_LEADS: Final = "this|current|last|previous|past|next|coming"
_BEFORE_A_YEAR: Final = frozenset("since before after until during from in".split())  # noqa: SIM905
_AHEAD: Final = frozenset({"next", "coming"})


def periods(tokens: Sequence[Token], today: date) -> Iterator[Span]:
    """Every stretch of tokens that names a day or some days; `Ago` is how long ago something was."""
    text = " ".join(token.key for token in tokens)
    starts = {0}
    position = 0
    for token in tokens:
        position += len(token.key) + 1
        starts.add(position)
    index = {place: at for at, place in enumerate(sorted(starts))}
    for place in sorted(starts)[:-1]:
        for pattern, read in _PATTERNS:
            match = pattern.match(text, place)
            end = match.end() + 1 if match else -1
            if match and end in index:
                led = read is not _year or (index[place] and tokens[index[place] - 1].key in _BEFORE_A_YEAR)
                found = _read(read, match, today) if led else None
                if found is not None:
                    category = _CATEGORIES.get(read, "Period")
                    yield Span(category, index[place], index[end], found, 0.9)


def _read(read: Reader, match: re.Match[str], today: date) -> Period | None:
    try:
        return read(match, today)
    except ValueError:
        return None


def _count(match: re.Match[str]) -> int:
    return COUNT_WORDS.get(match["count"]) or int(match["count"])


def _month_start(today: date, back: int) -> date:
    month = today.year * 12 + today.month - 1 - back
    return date(month // 12, month % 12 + 1, 1)


def _relative(match: re.Match[str], today: date) -> Period:
    shift = {"yesterday": -1, "tomorrow": 1, "tmrw": 1, "day before yesterday": -2}
    back = shift.get(match[0].removeprefix("the ").removesuffix("s"), 0)
    day = today + timedelta(days=back)
    return Period(day, day)


def _calendar(match: re.Match[str], today: date) -> Period:
    lead, unit = match["lead"], match["unit"].removesuffix("s")
    step = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1}[lead]
    if unit == "week":
        if lead == "past":
            return Period(today - timedelta(days=6), today)
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * step)
        found = Period(monday, monday + timedelta(days=6))
    elif unit == "weekend":
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 if step >= 0 else -((today.weekday() - 5) % 7 or 7))
        saturday -= timedelta(days=7) if today.weekday() == 6 and step == 0 else timedelta()
        return Period(saturday, saturday + timedelta(days=1))
    elif unit == "year":
        found = Period(date(today.year + step, 1, 1), date(today.year + step, 12, 31))
    else:
        first = _month_start(today, -step)
        found = Period(first, _month_start(first, -1) - timedelta(days=1))
    if match["the"] and lead == "last":  # the past seven days, or the week before this one
        rolling = f"the past {7 if unit == 'week' else 30} days"
        doubt = Doubt(f'What do you mean by "the last {unit}"?', (rolling, f"the {unit} before this one"), "date")
        back = timedelta(days=6 if unit == "week" else 29)
        meanings = ((today - back, today), (found.first, found.last))
        return Period(found.first, found.last, doubt=doubt, meanings=meanings)
    return found


def _spanned(match: re.Match[str], today: date) -> Period | None:
    count, unit = _count(match), match["unit"].removesuffix("s")
    if unit == "month":
        first = _month_start(today, count)
        return Period(first.replace(day=min(today.day, 28)), today)
    if unit == "hour":
        if count % 24:
            return None
        count, unit = count // 24, "day"
    days = timedelta(days=count * (7 if unit == "week" else 1) - 1)
    return Period(today, today + days) if match["lead"] in _AHEAD else Period(today - days, today)


def _ago(match: re.Match[str], today: date) -> Period:
    count, unit = _count(match), match["unit"].removesuffix("s")
    if unit == "month":
        day = _month_start(today, count).replace(day=min(today.day, 28))
    else:
        day = today - timedelta(days=count * (7 if unit == "week" else 1))
    return Period(day, day, ago=True)


def _long_ago(match: re.Match[str], today: date) -> Period:
    return _ago(match, today)


def _week_of(match: re.Match[str], today: date) -> Period:
    day = date(today.year, MONTH_NAMES[match["month"]], int(re.sub(r"\D", "", match["day"])))
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), yearless=True)


def _dated(match: re.Match[str], today: date) -> Period | None:
    month = MONTH_NAMES[match["month"]]
    year = match.groupdict().get("year")
    number = match.groupdict().get("day")
    if number is None:
        if match["month"] in _UNSURE and not year:
            return None
        first = date(int(year) if year else today.year - (month > today.month), month, 1)
        return Period(first, _month_start(first, -1) - timedelta(days=1))
    day = date(int(year) if year else today.year, month, int(re.sub(r"\D", "", number)))
    return Period(day, day, yearless=not year)


def _year(match: re.Match[str], _today: date) -> Period:
    year = int(match[0])
    return Period(date(year, 1, 1), date(year, 12, 31))


def _of_month(match: re.Match[str], today: date) -> Period:
    number = int(match["day"][:-2])
    day = today.replace(day=number)
    day = day if day <= today else _month_start(today, 1).replace(day=number)
    return Period(day, day)


def _weekday(match: re.Match[str], today: date) -> Period:
    name, lead = match["name"], match["lead"]
    if name in _UNSURE and not lead:
        raise ValueError
    back = (today.weekday() - DAY_NAMES[name]) % 7
    if lead in _AHEAD:
        day = today + timedelta(days=7 - back)
    elif lead == "this":
        day = today + timedelta(days=(7 - back) % 7)
    else:
        day = today - timedelta(days=(back or 7) if lead == "last" else back)
    week = timedelta(days=7)
    if lead == "this" and 0 < back <= today.weekday():  # a day of this week that has passed
        return _either_day(match[0], today - timedelta(days=back), today - timedelta(days=back) + week)
    if not lead and back == 0:
        doubt = Doubt(f'Which date do you mean by "{match[0]}"?', (f"last {_DAYS[today.weekday()].title()}", "today"))
        return Period(day, day, doubt=doubt, meanings=((day - week, day - week), (day, day)))
    return Period(day, day, weekday=not lead)


def _either_day(said: str, first: date, second: date) -> Period:
    choices = tuple(f"{day:%A, %b} {day.day}" for day in (first, second))
    doubt = Doubt(f'Which date do you mean by "{said}"?', choices, "date")
    return Period(first, first, doubt=doubt, meanings=((first, first), (second, second)))


def _written(match: re.Match[str], today: date) -> Period:
    parts = [int(part) for part in re.split(r"[-/.]", match[0])]
    if "-" in match[0]:
        year, month, day = parts
    elif "." in match[0]:
        day, month, year = parts
    else:
        month, day = parts[:2]
        year = parts[2] if len(parts) > 2 else 0
        if month > 12:
            month, day = day, month
        elif year and day <= 12 and day != month:
            choices = (f"{_MONTHS[month - 1].title()} {day}", f"{_MONTHS[day - 1].title()} {month}")
            doubt = Doubt(f"Which day is {match[0]}?", choices, "date")
            full = year + 2000 if year < 100 else year
            found, other = date(full, month, day), date(full, day, month)
            return Period(found, found, doubt=doubt, meanings=((found, found), (other, other)))
    full = (year + 2000 if year < 100 else year) if year else today.year
    return Period(date(full, month, day), date(full, month, day), yearless=not year)


_UNITS: Final = r"(?P<unit>days?|weeks?|months?|hours?)"
_PATTERNS: Final = tuple(
    (re.compile(pattern + r"(?= |$)"), read)
    for pattern, read in (
        (r"(?:the )?day before yesterday|todays?|yesterdays?|tomorrows?|tmrw|this morning|tonight", _relative),
        (
            rf"(?P<the>the )?(?P<lead>{_LEADS}) (?P<unit>weeks?|weekend|months?|years?)",
            _calendar,
        ),
        (rf"(?:the )?(?P<lead>last|past|previous|next|coming) {_COUNT} {_UNITS}", _spanned),
        (rf"{_COUNT} {_UNITS} (?:ago|back)", _long_ago),
        (rf"(?:the )?week of {_MONTH} {_DAY}", _week_of),
        (rf"{_COUNT} {_UNITS}", _ago),
        (rf"(?:the )?(?:month of )?{_MONTH} {_DAY}{_YEAR}", _dated),
        (rf"(?:the )?{_DAY} (?:of )?{_MONTH}{_YEAR}", _dated),
        (rf"(?:the )?(?:month of )?{_MONTH}{_YEAR}", _dated),
        (r"20\d\d", _year),
        (r"the (?P<day>\d{1,2}(?:st|nd|rd|th))", _of_month),
        (rf"(?P<lead>last|this|next|coming|past)?(?:(?<=\w) )?(?P<name>{'|'.join(DAY_NAMES)})", _weekday),
        (r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.\d{4}", _written),
    )
)
_CATEGORIES: Final[dict[Reader, str]] = {_long_ago: "Ago", _ago: "Age"}
"""How long ago something was, and how old it is; everything else is a period."""


def written_day(cell: str) -> date | None:
    """The day that a cell of text says."""
    text = re.sub(r"[T ,]+\d{1,2}:\d\d.*$", "", cell.strip())
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day as the cell says it
        except ValueError:
            continue
    return None
