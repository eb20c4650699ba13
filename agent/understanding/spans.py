"""Annotators: pure functions over tokens, lexicon and sheet that propose typed spans with costs; overlaps are welcome."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from agent.shipping.places import PROVINCES, REGIONS, STATES, country_code, state_code
from agent.shipping.services import LABELS, SERVICE_WORDS, read_service, service_code
from agent.shipping.verdict import Ask
from agent.understanding.chart import Span
from agent.understanding.conditions import Condition, Not, OneOf, Text, clause
from agent.understanding.dates import MONTH_NAMES, periods
from agent.understanding.hidden import hidden
from agent.understanding.lookups import Counts
from agent.understanding.lexicon import columns as known_columns
from agent.understanding.lexicon import Entry, entries, known_words, longest
from agent.understanding.numbers import NUMBER_WORDS, amounts
from agent.understanding.places import FAMILY, lanes, located
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import Token, keys, renamed, root, stem
from agent.understanding.values import Doubt, Service, Test

_COSTS: Final[Mapping[str, float]] = {"Filler": 0.01, "Noun": 0.3, "Verb": 0.3, "And": 0.2, "Or": 0.2, "Comma": 0.1}
_TOLD: Final = frozenset(
    {"Comparison", "Not", "Except", "Unless", "Between", "Empty", "Superlative", "Extreme", "But", "Or", "Rest"}
)
"""Words of these categories are never passed over, whatever else they may be."""
_ASKING: Final = frozenset({"Show", "HowMany", "HowMuch"})
_NUMERIC: Final = frozenset({"number", "id", "money", "range", "date"})
_READ_ELSEWHERE: Final = frozenset({"Lane", "Town", "People", "ServiceName"})
_LONGEST_SERVICE: Final = 6
_LONGEST_TEXT: Final = 5
_TYPO: Final = 4
_LONG_TYPO: Final = 7
_HELD: Final = 1.4
"""What passing over a word costs where the sheet holds it as a value."""


@dataclass(frozen=True)
class Context:
    """What rules may look at: the sheet, the day, and what the person answered before."""

    sheet: Sheet
    today: date
    answers: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=lambda: Counts({}))

    def exists(self, tree: Condition) -> bool:
        """Whether the sheet has a row of this condition; may need a look."""
        return bool(self.counts.need(clause(tree))[0])

    def answered(self, doubt: Doubt) -> str | None:
        """The choice that was taken, in lower case."""
        answer = self.answers.get(doubt.question)
        return answer.strip().casefold() if answer is not None else None


def annotate(tokens: Sequence[Token], context: Context, text: str) -> list[Span]:
    """All spans of a message; `text` is what the tokens were cut from."""
    sheet = context.sheet
    found = [
        *columns(tokens, sheet),
        *values(tokens, sheet),
        *id_ranges(tokens, sheet),
        *located(tokens, sheet),
        *lanes(tokens, sheet),
        *services(tokens),
        *periods(tokens, context.today),
        *amounts(tokens),
    ]
    held = {at for span in found if span.category in ("Value", "City") for at in range(span.start, span.end)}
    days = {span.start for span in found if span.category in ("Period", "Ago")}
    doubted = {span.start for span in found if span.category == "Period" and span.value.doubt}  # type: ignore[attr-defined]
    words = list(lexical(tokens, held, days, doubted))
    by = {(span.start, span.end) for span in found if span.category == "ColumnBy" and span.end in days}
    found = [span for span in found if span.category != "Column" or (span.start, span.end) not in by]
    found += [*words, *texts(tokens, words, text)]
    return [*found, *hidden(tokens, found, text, context)]


def lexical(tokens: Sequence[Token], held: set[int], days: set[int], doubted: set[int]) -> Iterator[Span]:
    """Words and phrases of words.toml. A code in capitals is never a filler; a word of the sheet is a dear one."""
    covered = _covered(tokens)
    shouted = all(token.text.isupper() for token in tokens if token.kind == "word")
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + longest(), len(tokens)) + 1):
            stretch = tokens[start:end]
            code = end == start + 1 and not shouted and tokens[start].text.isupper() and _is_code(tokens[start])
            meanings = entries().get(tuple(token.key for token in stretch), ())
            told = {entry.category for entry in meanings} & _TOLD
            if any(entry.category == "To" for entry in meanings) and _between_numbers(tokens, start, end):
                told.add("To")
            if end in days and any(entry.category == "Moment" for entry in meanings):
                told.add("Moment")
            if start <= 1 and any(entry.category in _ASKING for entry in meanings):
                told.add("Show")
            if any(entry == Entry("Per", "per") for entry in meanings):
                told.add("Per")
            if start in doubted:
                told.add("Period")
            for entry in meanings:
                if told and entry.category == "Filler":
                    continue
                if entry.category in _READ_ELSEWHERE or (entry.category == "Filler" and code):
                    continue
                cost = _COSTS.get(entry.category, 0.5)
                if entry.category == "Filler" and covered.intersection(range(start, end)):
                    cost = 0.9
                if entry.category == "Filler" and held.intersection(range(start, end)):
                    cost = _HELD
                    yield Span("Held", start, end, entry.value, cost)
                    continue
                yield Span(entry.category, start, end, entry.value, cost)
                if entry.category in ("Verb", "Have", "Via", "Comma") and not told:
                    yield Span("Filler", start, end, entry.value, 0.4 if entry.category == "Comma" else 0.02)
        if tokens[start].key == "?":
            yield Span("Question", start, start + 1, "?", 0.1)
            yield Span("Filler", start, start + 1, "?", 0.01)
        if tokens[start].kind == "operator":
            yield Span("Comparison", start, start + 1, tokens[start].key, 0.5)


def _between_numbers(tokens: Sequence[Token], start: int, end: int) -> bool:
    return 0 < start and end < len(tokens) and {tokens[start - 1].kind, tokens[end].kind} <= _NUMERIC


def _covered(tokens: Sequence[Token]) -> set[int]:
    """The tokens of phrases that must be read: the `up` of `up to` is not just passed over."""
    found: set[int] = set()
    for start in range(len(tokens)):
        for end in range(start + 2, min(start + longest(), len(tokens)) + 1):
            meanings = entries().get(tuple(token.key for token in tokens[start:end]), ())
            if any(entry.category in _TOLD for entry in meanings):
                found |= set(range(start, end))
    return found


def columns(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Headers, whole or by a telling word, and what people call the columns of a field."""
    for start, end, stems in _stretches(tokens, sheet.longest):
        for name, cost in sheet.headers.get(stems, ()):
            yield Span("Column", start, end, name, cost)
            if tokens[end - 1].key == "by" and end > start + 1:
                yield Span("ColumnBy", start, end, name, cost)
        roots = tuple(map(root, stems))
        for name in () if stems in sheet.headers else sheet.header_roots.get(roots, ()):
            yield Span("Column", start, end, name, 1.2)
    for start, end, stems in _stretches(tokens, 2):
        if stems in _row_nouns(sheet):
            yield Span("Noun", start, end, "many" if tokens[end - 1].key.endswith("s") else "one", 0.3)
    for start, token in enumerate(tokens):
        if token.key in ("$",) and "$" in sheet.by_name:
            yield Span("Column", start, start + 1, "$", 0.6)


def values(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Values of the sheet, whole; and words of longer values, which cost more."""
    for start, end, stems in _stretches(tokens, sheet.longest):
        said = " ".join(token.text for token in tokens[start:end])
        by_column: dict[str, list[str]] = {}
        for name, value in sheet.values.get(stems, ()):
            by_column.setdefault(name, []).append(value)
        for name, found in by_column.items():
            column = sheet.by_name[name]
            if column.field in ("city", "state", "country"):
                continue  # places are read as places
            category = "Id" if column.field == "order_number" else "Value"
            tree: Condition = OneOf(name, tuple(found))
            if column.field == "tags":
                tree = Text((name,), "contains", said)
            service = column.field == "service" and service_code(said) is not None
            family = FAMILY if column.field == "region" else name
            cost = 1.9 if service else 1.7 if column.field == "notes" else 1.0
            yield Span(category, start, end, Test(tree, family, said), cost)
        if end == start + 1 and tokens[start].key.startswith("un") and not by_column:
            for name, _ in sheet.headers.get((stems[0][2:],), ()):
                yes = sheet.by_name[name].flag
                if yes:
                    yield Span("Value", start, end, Test(Not(OneOf(name, (yes,))), f"flag:{name}", said), 1.0)
        if end == start + 1 and tokens[start].kind == "word" and len(stems[0]) > 2 and not by_column:  # noqa: PLR2004
            for name, held in sheet.parts.get(stems[0], {}).items():
                if not sheet.by_name[name].people:
                    yield Span("Value", start, end, Test(OneOf(name, held, f"... {said} ..."), name, said), 1.9)


def id_ranges(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """`5200-5209`, `#1001-#1010`, `WB80010-WB80012`: from one order number to another in one token."""
    for start, token in enumerate(tokens):
        if token.kind not in ("range", "id"):
            continue
        for match in re.finditer(r"\s?[-–—]\s?", token.key):
            halves = [token.key[: match.start()], token.key[match.end() :]]
            ends = [[place for place in sheet.values.get((half,), ()) if sheet.by_name[place[0]].field == "order_number"] for half in halves]
            if all(ends):
                low, high = (Test(OneOf(end[0][0], (end[0][1],)), end[0][0], half) for end, half in zip(ends, halves, strict=True))
                yield Span("IdRange", start, start + 1, (low, high), 0.9)


def services(tokens: Sequence[Token]) -> Iterator[Span]:
    """UPS services; a word that shops use for several ones, and a near miss, must be confirmed."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST_SERVICE, len(tokens)) + 1):
            name = " ".join(token.key for token in tokens[start:end])
            if name.isdigit() or any(token.key in (",", "?") for token in tokens[start:end]):
                continue
            said = " ".join(token.text for token in tokens[start:end])
            short = next((e.value for e in entries().get(tuple(name.split()), ()) if e.category == "ServiceName"), None)
            code = short or next((c for c, label in LABELS.items() if label.casefold() == name), None) or service_code(name)
            code = None if name in ("tomorrow", "2 days", "3 days", "two days", "three days") else code
            if code is not None and name != "ups":
                yield Span("Service", start, end, Service(code), 1.0 if end > start + 1 or code != "01" else 1.0)
                continue
            led = start > 0 and tokens[start - 1].key in ("by", "via", "with", "using", "ups", "through", "goes", "worldwide")
            exact = any(service_code(token.key) for token in tokens[start:end])
            if not exact and end <= start + 2 and (led or (end == start + 2 and tokens[start].key == "worldwide")):
                verdict = read_service(name)
                if isinstance(verdict, Ask) and (led or len(name) > _LONG_TYPO):
                    choices = tuple(verdict.options)
                    question = f'Which UPS service is "{said}"?'
                    yield Span("Service", start, end, Service(doubt=Doubt(question, choices, "service")), 2.2)


def texts(tokens: Sequence[Token], words: Sequence[Span], text: str) -> Iterator[Span]:
    """What may stand behind `contains` and `starts with`, and every quoted text."""
    operators = [span.end for span in words if span.category == "Contains"]
    for start, token in enumerate(tokens):
        if token.kind == "quoted":
            yield Span("Text", start, start + 1, token.text.strip("\"'“”«»‘’"), 0.4)
            yield Span("Quoted", start, start + 1, token.text.strip("\"'“”«»‘’"), 0.8)
        if not any(end <= start <= end + _LONGEST_TEXT for end in operators):
            continue
        for end in range(start + 1, min(start + _LONGEST_TEXT, len(tokens)) + 1):
            if tokens[end - 1].key in (",", "?") or tokens[end - 1].kind == "quoted":
                break
            said = text[tokens[start].start : tokens[end - 1].end] if text else tokens[start].text
            yield Span("Text", start, end, said, 0.9 + 0.3 * (end - start - 1))


def mended(tokens: Sequence[Token], sheet: Sheet) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """The tokens with plain typing errors put right, and notes of that; words close to a value are left alone."""
    known = _vocabulary() | {word for phrase in (*sheet.headers, *sheet.values) for word in phrase} | set(sheet.parts)
    closed = _closed()
    places = {column.name for field in ("state", "country") for column in sheet.of(field)}
    cells = {
        word
        for phrase, held in sheet.values.items()
        if not all(name in places for name, _ in held)
        for word in phrase
        if len(word) >= _TYPO
    }
    found, notes = [], []
    for token in tokens:
        word = token.key
        new = None
        if token.kind == "word" and len(word) >= _TYPO and word.isalpha() and not {word, stem(word)} & known:
            new = _nearest(word, closed) if not _like(word, cells) else None
        if new is not None and new != word:
            notes += [f"read {token.text!r} as {new!r}"] if stem(new) != stem(word) else []
            token = renamed(token, new)
        found.append(token)
    return tuple(found), tuple(notes)


def _nearest(word: str, closed: frozenset[str]) -> str | None:
    allowed = 2 if len(word) >= _LONG_TYPO else 1
    near: dict[str, int] = {}
    for candidate in closed:
        if abs(len(candidate) - len(word)) <= allowed and candidate[0] == word[0]:
            distance = OSA.distance(word, candidate, score_cutoff=allowed)
            if distance <= allowed and (len(word) > _TYPO or sorted(word) == sorted(candidate) or len(candidate) > len(word)):
                near[candidate] = distance
    best = [candidate for candidate, distance in near.items() if distance == min(near.values())]
    return min(best, key=len) if len({stem(candidate) for candidate in best}) == 1 else None


def _like(word: str, cells: set[str]) -> bool:
    allowed = 2 if len(word) >= _LONG_TYPO else 1
    return any(abs(len(c) - len(word)) <= allowed and OSA.distance(word, c, score_cutoff=allowed) <= allowed for c in cells)


@cache
def _closed() -> frozenset[str]:
    words = set(known_words()) | {w for phrase in known_columns("spoken") for w in phrase}
    words |= {w for names in (STATES.values(), PROVINCES.values(), REGIONS) for n in names for w in n.casefold().split()}
    words |= set(MONTH_NAMES) | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    words |= {"canada", "mexico", "germany", "australia", "france", "today", "yesterday", "tomorrow", "weeks", "month"}
    return frozenset(word for word in words if len(word) >= _TYPO and word.isalpha())


@cache
def _vocabulary() -> frozenset[str]:
    services = {word for phrase in SERVICE_WORDS for word in phrase.split()}
    return _closed() | known_words() | services | frozenset(NUMBER_WORDS) | frozenset(
        {"week", "weeks", "days", "months", "hours", "year"}
    )


def _row_nouns(sheet: Sheet) -> set[tuple[str, ...]]:
    """What a sheet calls its rows: of `Ticket`, `PO Number`, `Sales Order`, `Lot`, `Sub ID`."""
    found = set()
    for column in sheet.of("order_number"):
        words = tuple(stem(word) for word in keys(column.name) if word not in ("number", "no", "id", "nr", "#", "ref", "name"))
        found |= {words, (*words[:-1], words[-1] + "s")} if words else set()
    return found


def _is_code(token: Token) -> bool:
    return len(token.text) == 2 and (state_code(token.key) or country_code(token.key)) is not None  # noqa: PLR2004


def _stretches(tokens: Sequence[Token], most: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    stems = [stem(token.key) for token in tokens]
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + most, len(tokens)) + 1):
            yield start, end, tuple(stems[start:end])
