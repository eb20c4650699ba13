"""Dates in words: closed ranges of our own ("last week", "in November"), single days by dateparser.

Weeks begin on Monday. "The last 7 days" are today and the six days before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.numerals import NUMBER_WORDS
from agent.brains.language.words import Word

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_NAMES: Final[dict[str, int]] = {name: index for index, name in enumerate(_WEEKDAYS)} | {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_NAMES: Final[dict[str, int]] = (
    {name: index + 1 for index, name in enumerate(_MONTHS)}
    | {name[:3]: index + 1 for index, name in enumerate(_MONTHS)}
    | {"sept": 9}
)
_UNITS: Final[dict[str, int]] = {"day": 1, "days": 1, "week": 7, "weeks": 7, "fortnight": 14}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included. `relative` = counted from today, so the year is sure."""

    first: date
    last: date
    shown: str
    relative: bool = True
    yearless: bool = False
    """A month and day without a year: which year is meant depends on the column and the comparison."""

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def moved(self, years: int) -> "Period":
        """The same days of another year."""
        first = self.first.replace(year=self.first.year + years)
        return Period(first, first + (self.last - self.first), f"{first:%b} {first.day}, {first.year}", self.relative)


def number_of(word: Word) -> int | None:
    """A whole number in digits or in words."""
    if word.kind == "number" and word.key.isdigit():
        return int(word.key)
    return NUMBER_WORDS.get(word.key)


def read_period(words: Sequence[Word], today: date, answers: dict[str, str]) -> tuple[int, Period] | None:
    """How many words from the beginning name a day or a range of days, and which; None when they do not."""
    if not words:
        return None
    for reader in (_week_of, _relative, _counted, _month_and_day, _written, _weekday, _by_library):
        found = reader(words, today, answers)
        if found is not None:
            return found
    return None


def _keys(words: Sequence[Word], count: int) -> str:
    return " ".join(word.key for word in words[:count])


def _relative(words: Sequence[Word], today: date, _answers: dict[str, str]) -> tuple[int, Period] | None:
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    previous_month = (month - timedelta(days=1)).replace(day=1)
    next_month = (month + timedelta(days=32)).replace(day=1)
    year = today.year
    ranges: dict[str, tuple[date, date]] = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "tomorrow": (today + timedelta(days=1),) * 2,
        "the day before yesterday": (today - timedelta(days=2),) * 2,
        "day before yesterday": (today - timedelta(days=2),) * 2,
        "this morning": (today, today),
        "tonight": (today, today),
        "this week": (monday, monday + timedelta(days=6)),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "previous week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "next week": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "this month": (month, next_month - timedelta(days=1)),
        "last month": (previous_month, month - timedelta(days=1)),
        "previous month": (previous_month, month - timedelta(days=1)),
        "next month": (next_month, (next_month + timedelta(days=32)).replace(day=1) - timedelta(days=1)),
        "this year": (date(year, 1, 1), date(year, 12, 31)),
        "last year": (date(year - 1, 1, 1), date(year - 1, 12, 31)),
        "past week": (today - timedelta(days=6), today),
        "weekend": _weekend(today),
        "this weekend": _this_weekend(today),
        "this coming weekend": _this_weekend(today),
        "last weekend": _weekend(today),
        "christmas": (date(year, 12, 25),) * 2,
    }
    skip = 1 if words[0].key == "the" else 0
    for length in (4, 3, 2, 1):
        phrase = _keys(words[skip:], length)
        if skip and phrase in ("last week", "last month") and len(words) >= length + skip:
            return length + skip, _the_last(phrase.removeprefix("last "), ranges[phrase], today, _answers)
        phrase = phrase if phrase in ranges else phrase.removesuffix("s")  # "yesterdays orders"
        if len(words) >= length + skip and phrase in ranges:
            first, last = ranges[phrase]
            return length + skip, Period(first, last, phrase)
    return None


def _the_last(unit: str, calendar: tuple[date, date], today: date, answers: dict[str, str]) -> Period:
    """`the last week` may be the past seven days, or the week before this one."""
    days = {"week": 7, "month": 30}[unit]
    rolling, previous = f"the past {days} days", f"the {unit} before this one"
    question = f'What do you mean by "the last {unit}"?'
    answer = answers.get(question, "").casefold()
    if answer == rolling:
        return Period(today - timedelta(days=days - 1), today, rolling)
    if answer == previous:
        return Period(*calendar, f"last {unit}")
    raise AskError(Ask(question, (rolling, previous), "date"))


def _week_of(words: Sequence[Word], today: date, answers: dict[str, str]) -> tuple[int, Period] | None:
    """`the week of Nov 9`: the week in which that day lies."""
    used = 1 if words[0].key == "the" else 0
    if [word.key for word in words[used : used + 2]] != ["week", "of"]:
        return None
    found = _month_and_day(words[used + 2 :], today, answers) or _written(words[used + 2 :], today, answers)
    if found is None or not found[1].is_day:
        return None
    monday = found[1].first - timedelta(days=found[1].first.weekday())
    shown = f"the week of {monday:%b} {monday.day}"
    return used + 2 + found[0], Period(monday, monday + timedelta(days=6), shown, found[1].relative, found[1].yearless)


def _weekend(today: date) -> tuple[date, date]:
    """The latest weekend, the one that goes on included."""
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return saturday, saturday + timedelta(days=1)


def _this_weekend(today: date) -> tuple[date, date]:
    """The weekend that goes on, else the one to come."""
    saturday = today + timedelta(days=5 - today.weekday()) if today.weekday() < 5 else _weekend(today)[0]
    return saturday, saturday + timedelta(days=1)


def _counted(words: Sequence[Word], today: date, _answers: dict[str, str]) -> tuple[int, Period] | None:
    """`last 7 days`, `past two weeks`, `3 days ago`, `next 5 days`, `last 24 hours`."""
    used = 1 if words[0].key == "the" else 0
    rest = words[used:]
    if len(rest) >= 3 and rest[0].key in ("last", "past", "previous", "next", "coming"):
        count, days = number_of(rest[1]), _UNITS.get(rest[2].key)
        if count and rest[2].key in ("month", "months"):
            return used + 3, Period(_months_back(today, count), today, f"the last {count} months")
        if count and rest[2].key in ("hour", "hours") and count % 24 == 0:
            count, days = count // 24, 1
        if count and days:
            span = timedelta(days=count * days - 1)
            ahead = rest[0].key in ("next", "coming")
            first, last = (today, today + span) if ahead else (today - span, today)
            return used + 3, Period(first, last, f"the {rest[0].key} {count} {rest[2].key}")
    if len(rest) >= 3 and rest[2].key == "ago":
        count = 1 if rest[0].key in ("a", "one") else number_of(rest[0])
        days = _UNITS.get(rest[1].key)
        if count and days:
            day = today - timedelta(days=count * days)
            return used + 3, Period(day, day, f"{day:%b} {day.day}")
        if count and rest[1].key in ("month", "months"):
            day = _months_back(today, count)
            return used + 3, Period(day, day, f"{day:%b} {day.day}")
    return None


def _months_back(today: date, count: int) -> date:
    month = today.month - 1 - count
    year, month = today.year + month // 12, month % 12 + 1
    for day in (today.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(month)  # every month has a 28th


def _month_and_day(words: Sequence[Word], today: date, _answers: dict[str, str]) -> tuple[int, Period] | None:
    """`Nov 1`, `November 1st, 2026`, `1 Nov`, `the 1st of November`, `November`, `the 14th`."""
    used = 1 if words[0].key == "the" else 0
    rest = words[used:]
    day, month, length = None, None, 0
    if rest and rest[0].key in _MONTH_NAMES and rest[0].kind == "word":
        month, length = _MONTH_NAMES[rest[0].key], 1
        if len(rest) > 1 and (day := _day_number(rest[1])) is not None:
            length = 2
    elif len(rest) >= 2 and (day := _day_number(rest[0])) is not None:
        at = 2 if rest[1].key == "of" else 1
        if len(rest) > at and rest[at].key in _MONTH_NAMES and rest[at].kind == "word":
            month, length = _MONTH_NAMES[rest[at].key], at + 1
    if month is None and used and rest and rest[0].kind == "ordinal":
        return _this_month(rest, today, used)
    if month is None:
        return None
    if day is None and rest[0].key in ("may", "mar", "sun", "sat", "march") and not (used or _years(rest, 1)[0]):
        return None
    comma, year = _years(rest, length)
    length += comma
    try:
        return used + length, _days_of(day, month, year, today)
    except ValueError:
        return None


def _this_month(rest: Sequence[Word], today: date, used: int) -> tuple[int, Period] | None:
    """`the 14th`: of this month, or of the last one where this month's still lies ahead."""
    if len(rest) > 1 and rest[1].key in ("order", "row", "one", "package", "parcel", "line", "shipment", "of"):
        return None
    number = _day_number(rest[0])
    try:
        day = today.replace(day=number or 0)
        day = day if day <= today else (today.replace(day=1) - timedelta(days=1)).replace(day=number or 0)
    except ValueError:
        return None
    return used + 1, Period(day, day, f"{day:%b} {day.day}")


def _years(rest: Sequence[Word], at: int) -> tuple[int, int | None]:
    skip = 1 if len(rest) > at and rest[at].key == "," else 0
    if len(rest) > at + skip and re.fullmatch(r"20\d\d", rest[at + skip].key):
        return skip + 1, int(rest[at + skip].key)
    return 0, None


def _day_number(word: Word) -> int | None:
    match = re.fullmatch(r"(\d{1,2})(st|nd|rd|th)?", word.key)
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def _days_of(day: int | None, month: int, year: int | None, today: date) -> Period:
    said = year if year is not None else today.year
    if day is not None:
        first = date(said, month, day)
        return Period(first, first, f"{first:%b} {first.day}, {first.year}", year is not None, year is None)
    if year is None and month > today.month:
        said -= 1
    first = date(said, month, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Period(first, last, f"{first:%B %Y}")


def _written(words: Sequence[Word], today: date, answers: dict[str, str]) -> tuple[int, Period] | None:
    """`2026-11-14`, `11/14/2026`, `11/14`; where day and month could change places the person is asked."""
    if words[0].kind != "date":
        return None
    text = words[0].key
    try:
        if "-" in text:
            year, month, day = map(int, text.split("-"))
            return 1, _days_of(day, month, year, today)
        if "." in text:
            day, month, year = map(int, text.split("."))
            return 1, _days_of(day, month, year, today)
        parts = [int(part) for part in text.split("/")]
        month, day = parts[0], parts[1]
        if month > 12 or (day <= 12 and day != month and _day_first(text, parts, today, answers)):
            month, day = day, month
        stated = (parts[2] + 2000 if parts[2] < 100 else parts[2]) if len(parts) == 3 else None
        return 1, _days_of(day, month, stated, today)
    except ValueError:
        return None


def _day_first(text: str, parts: list[int], today: date, answers: dict[str, str]) -> bool:
    """Whether the person writes the day first. Without a year, Americans' short form is meant."""
    if len(parts) == 2:
        return False
    month_first = f"{_MONTHS[parts[0] - 1].title()} {parts[1]}"
    day_first = f"{_MONTHS[parts[1] - 1].title()} {parts[0]}"
    question = f"Which day is {text}?"
    answer = answers.get(question)
    if answer is None:
        raise AskError(Ask(question, (month_first, day_first), "date"))
    return answer.strip().casefold() == day_first.casefold()


def _weekday(words: Sequence[Word], today: date, answers: dict[str, str]) -> tuple[int, Period] | None:
    """`Monday` = the latest one, today included; `last Monday` before today; `next Friday` ahead.

    `this Friday` is the one of this week; where that has passed already, the person says which one.
    """
    lead = words[0].key if words[0].key in ("last", "next", "this", "past", "coming") else ""
    at = 1 if lead else 0
    if len(words) <= at or words[at].key not in DAY_NAMES or words[at].kind != "word":
        return None
    if not lead and words[at].key in ("sat", "sun", "mon", "wed", "fri") and words[at].text.islower():
        return None
    back = (today.weekday() - DAY_NAMES[words[at].key]) % 7
    if lead in ("next", "coming"):
        day = today + timedelta(days=7 - back)
    elif lead == "last":
        day = today - timedelta(days=back or 7)
    elif lead == "this":
        day = _this(words[at].key, today, answers)
    else:
        day = today - timedelta(days=back)
    shown = f"{_WEEKDAYS[day.weekday()].title()}, {day:%b} {day.day}"
    return at + 1, Period(day, day, shown, relative=bool(lead))


def _this(name: str, today: date, answers: dict[str, str]) -> date:
    day = today - timedelta(days=today.weekday()) + timedelta(days=DAY_NAMES[name])
    if day >= today:
        return day
    said = _WEEKDAYS[day.weekday()].title()
    question = f'Which day is "this {said}"?'
    choices = {f"{said}, {one:%b} {one.day}": one for one in (day, day + timedelta(days=7))}
    answer = answers.get(question, "").casefold()
    for shown, one in choices.items():
        if shown.casefold() == answer:
            return one
    raise AskError(Ask(question, tuple(choices), "date"))


def _by_library(words: Sequence[Word], today: date, _answers: dict[str, str]) -> tuple[int, Period] | None:
    """`1 month and 3 days ago`, `a year ago`, `36 hours ago`: what ends in `ago` goes to dateparser."""
    ends = next((index for index, word in enumerate(words) if word.key == "ago"), 0)
    if not ends or (number_of(words[0]) is None and words[0].key not in ("a", "an", "one")):
        return None
    import dateparser  # a sixth of a second: only for those who say it

    settings = {"RELATIVE_BASE": datetime.combine(today, time(12)), "PREFER_DATES_FROM": "past"}
    text = " ".join(word.key for word in words[: ends + 1])
    found = dateparser.parse(text, languages=["en"], settings=settings)
    if found is None:
        return None
    day = found.date()
    return ends + 1, Period(day, day, f"{day:%b} {day.day}")
