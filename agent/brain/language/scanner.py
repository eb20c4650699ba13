"""First pass over a message: every stretch of words that means something, with all it may mean.

At each place the longest stretch wins ("West Virginia" before "Virginia", "Kansas City" before "Kansas"); what of equal
length may mean several things keeps all of them, and the second pass (`settling`) decides by the neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from agent.brain.language import roles, vocabulary, whereabouts
from agent.brain.language.calendar import read_period
from agent.brain.language.currencies import currency_of
from agent.brain.language.facts import SheetFacts, header_words
from agent.brain.language.numerals import fraction, number_in_words
from agent.brain.language.quantities import Amount, Measure, Span, money_value
from agent.brain.language.words import Word, cut, keys, root, stem
from agent.shipping.services import read_service, service_code
from agent.shipping.verdict import Ask as ServiceQuestion

_SERVICE_WORDS: Final = 6
_MARKED_SERVICES: Final = frozenset({"standard", "express", "expedited", "economy", "saver", "priority", "air"})
_TALK: Final = frozenset(
    "SHIP FILLER NOUN VIA FOR IN AND OR NOT FIRST LAST REST BE ONLY HAVE RELATIVE IF".split()  # noqa: SIM905
)
_NEVER_SERVICES: Final = frozenset({"tomorrow", "2 days", "3 days", "two days", "three days", "1 day", "one day"})


@dataclass(slots=True)
class Lexeme:
    """A stretch of words and what it may mean: terminal -> value."""

    words: tuple[Word, ...]
    kinds: dict[str, Any] = field(default_factory=dict)
    text: str = ""

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def key(self) -> str:
        return " ".join(word.key for word in self.words)

    def may_be(self, *kinds: str) -> bool:
        return any(kind in self.kinds for kind in kinds)


@dataclass(frozen=True, slots=True)
class ColumnMention:
    """A column as a person named it; several candidates = a question, none = the sheet has no such column."""

    phrase: str
    columns: tuple[str, ...]
    role: str | None = None
    is_flag: bool = False
    """A yes/no column: its name alone means yes."""
    is_number: bool = False
    weak: bool = False
    """The header is also an everyday word of commands (`Ship To`), so that only its use tells."""


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value of the sheet, in one or several columns, as the sheet writes it."""

    phrase: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ServiceMention:
    """A UPS service, or a word that may be several (`code` is None and `choices` says which)."""

    phrase: str
    code: str | None
    choices: tuple[str, ...] = ()


def scan(text: str, facts: SheetFacts, today: date, answers: Mapping[str, str]) -> list[Lexeme]:
    """All of a message as lexemes, in order. Words that mean nothing known come out as `UNKNOWN`."""
    words = cut(text)
    shouted = text.upper() == text and any(letter.isalpha() for letter in text)
    found: list[Lexeme] = []
    at = 0
    while at < len(words):
        lexeme = _longest(words, at, facts, today, answers, shouted, found)
        lexeme.text = text[lexeme.start : lexeme.end]
        found.append(lexeme)
        at += len(lexeme.words)
    return found


def _longest(
    words: list[Word],
    at: int,
    facts: SheetFacts,
    today: date,
    answers: Mapping[str, str],
    shouted: bool,
    found: list[Lexeme],
) -> Lexeme:
    before = found[-1] if found else None
    listed = before is not None and before.may_be("AND", "OR", "COMMA") and len(found) > 1 and found[-2].may_be("PLACE")
    rest = words[at:]
    while True:
        candidates = _literals(rest) + _vocabulary(rest, before) + _columns(rest, facts) + _services(rest)
        lead = before.key if before else ""
        candidates += whereabouts.mentions(rest, facts, shouted=shouted, before=lead, listed=listed)
        candidates += _values(rest, facts)
        if (period := read_period(rest[:6], today, dict(answers))) is not None:
            candidates.append((period[0], "PERIOD", period[1]))
        length = max((size for size, _, _ in candidates), default=1)
        tail = words[at + length - 1 :]
        ordering = any(kind in ("SUPER", "HIGHEST", "LOWEST") for size, kind, _ in candidates if size == length)
        if length == 1 or not (_compares(tail) or (ordering and _begins_header(tail, facts))):
            break
        rest = rest[: length - 1]  # "created | at least 3 days ago", "but | not more than"
    kinds: dict[str, Any] = {}
    for size, kind, value in candidates:
        if size == length:
            kinds.setdefault(kind, value)
    return Lexeme(tuple(rest[:length]), kinds or {"UNKNOWN": None})


def _literals(rest: Sequence[Word]) -> list[tuple[int, str, Any]]:
    word = rest[0]
    in_words = fraction(rest) or number_in_words(rest)
    if in_words is not None:
        return [(in_words[0], "NUMBER", Amount(in_words[1]))]
    if word.kind == "quoted":
        return [(1, "TEXT", word.text[1:-1].strip())]
    if word.kind == "money":
        return [(1, "AMOUNT", Amount(money_value(word.text), "money", None, currency_of(word.text[:1])))]
    if word.kind == "number":
        return [(1, "NUMBER", Amount(money_value(word.text)))]
    if word.kind == "range":
        low, high = (Decimal(end.strip("$ ")) for end in word.key.replace("–", "-").replace("—", "-").split("-"))
        measure: Measure = "money" if "$" in word.key else "plain"
        return [(1, "SPAN", Span(Amount(low, measure), Amount(high, measure)))]
    if word.kind == "id":
        return [(1, "ID", word.text)]
    if word.kind == "ordinal":
        return [(1, "ORDINAL", int("".join(filter(str.isdigit, word.key))))]
    return []


def _vocabulary(rest: Sequence[Word], before: Lexeme | None) -> list[tuple[int, str, Any]]:
    table = vocabulary.readings()
    for length in range(min(vocabulary.longest(), len(rest)), 0, -1):
        reading = table.get(tuple(word.key for word in rest[:length]), {})
        found = [(length, kind, value) for kind, value in reading.items()]
        if not _closes_amount(rest[length:], before):
            found = [candidate for candidate in found if candidate[1] not in ("POST_GE", "POST_LE")]
        if found:
            return found
    return []


def _compares(rest: Sequence[Word]) -> bool:
    """Whether a comparison of several words begins here."""
    table = vocabulary.readings()
    return any({"CMP", "DATE_CMP"} & table.get(tuple(word.key for word in rest[:n]), {}).keys() for n in range(2, 5))


def _begins_header(rest: Sequence[Word], facts: SheetFacts) -> bool:
    """Whether a header of several words begins here: `highest | total price`."""
    return any(
        tuple(word.key for word in rest[:size]) in facts.header_keys for size in range(2, 5) if size <= len(rest)
    )


def _closes_amount(after: Sequence[Word], before: Lexeme | None) -> bool:
    """`10 lb or over`, but not `CA or over 10 lb` or `10 lb or over $500`."""
    if before is None or not before.may_be("NUMBER", "AMOUNT", "WEIGHT_UNIT", "PERIOD", "ITEMS"):
        return False
    return not after or (after[0].kind not in ("number", "money", "range") and after[0].key != "than")


def _columns(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """Headers as they stand, what people call the usual columns, or parts of headers: what is longest."""
    named, parts = _named_columns(rest, facts), _parts_of_headers(rest, facts)
    return parts if parts and (not named or parts[0][0] > named[0][0]) else named


def _named_columns(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    for length in range(min(6, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        text = " ".join(word.text for word in rest[:length])
        headers = next((facts.header_keys[s] for s in _spellings(phrase) if s in facts.header_keys), ())
        role = roles.spoken_role(phrase)
        weak = bool(headers) and _sounds_like_talk(phrase) and text not in headers
        if weak and length > 1:
            headers = ()
        elif weak:
            return [(length, "COLUMN", ColumnMention(text, headers, roles.own_role(facts, headers[0]), weak=True))]
        if role is not None:
            own = roles.columns_for(facts, role) or (roles.columns_for(facts, "state") if role == "region" else ())
            exact = tuple(name for name in headers if keys(name) == phrase)
            columns = exact or own or headers
            if not columns and role in ("order_date",):
                return [(length, "COLUMN", ColumnMention(text, (), role))]
            number = bool(columns) and all(facts.column(name).kind == "number" for name in columns)
            return [(length, "COLUMN", ColumnMention(text, columns, role, is_number=number))]
        if headers:
            return [(length, "COLUMN", _mentioned(text, headers, facts))]
    return []


def _mentioned(text: str, headers: tuple[str, ...], facts: SheetFacts) -> ColumnMention:
    own = roles.own_role(facts, headers[0]) or roles.role_of(facts, headers[0])
    role = own if len(headers) == 1 else None
    flag = all(facts.is_flag(name) for name in headers)
    number = all(facts.column(name).kind == "number" for name in headers)
    return ColumnMention(text, headers, role, flag, number)


def _parts_of_headers(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """`hammer` for `Hammer Price`, `risk` for `Risk Level`: words that only headers explain."""
    for length in range(min(4, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        if any(word.kind != "word" for word in rest[:length]) or all(_is_common(word) for word in phrase):
            continue
        if any(_is_common(word) for word in (phrase[0], phrase[-1])) and not _named_together(phrase):
            continue
        headers = tuple(column.name for column in facts.columns if _is_part(phrase, header_words(column.name)))
        if headers:
            return [(length, "COLUMN", _mentioned(" ".join(word.text for word in rest[:length]), headers, facts))]
    return []


def _named_together(phrase: tuple[str, ...]) -> bool:
    """`shipping paid`: words of commands that stand together in a header, without any that joins a sentence."""
    table = vocabulary.readings()
    return len(phrase) > 1 and not any(
        {"FOR", "IN", "AND", "OR", "VIA", "NOUN"} & set(table.get((w,), {})) for w in phrase
    )


def _is_part(phrase: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether these words stand side by side in a header, singular or plural."""
    wanted, bare = tuple(map(root, phrase)), tuple(map(root, whole))
    if len(wanted) == 2 and set(wanted) <= set(bare):
        return True  # "internal notes" for `Notes - Internal`
    return any(wanted == bare[at : at + len(phrase)] for at in range(len(whole) - len(phrase) + 1))


def _is_common(word: str) -> bool:
    """A word of commands, a name of a month or of a part of an order: it means that, not part of a header."""
    return len(word) < 3 or (word,) in vocabulary.readings() or (word,) in roles.spoken_phrases()


def _sounds_like_talk(phrase: tuple[str, ...]) -> bool:
    """`Ship To` is a header and the beginning of many a sentence."""
    table = vocabulary.readings()
    return all(set(table.get((word,), {})) & _TALK for word in phrase)


def _services(rest: Sequence[Word]) -> list[tuple[int, str, Any]]:
    for length in range(min(_SERVICE_WORDS, len(rest)), 0, -1):
        if any(word.kind in ("quoted", "mark", "operator", "money", "date") for word in rest[:length]):
            continue
        phrase = " ".join(word.key for word in rest[:length])
        if phrase in _NEVER_SERVICES or phrase.isdigit() or phrase == "ups":
            continue
        code = service_code(phrase)
        if code is not None and not (length == 1 and rest[0].text.isdigit()):
            return [(length, "SERVICE", ServiceMention(" ".join(word.text for word in rest[:length]), code))]
        if phrase.removeprefix("ups ").removesuffix(" shipping").removesuffix(" delivery") in _MARKED_SERVICES:
            verdict = read_service(phrase)
            if isinstance(verdict, ServiceQuestion):
                text = " ".join(word.text for word in rest[:length])
                return [(length, "SERVICE", ServiceMention(text, None, tuple(verdict.options)))]
    return []


def _values(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """Values of the sheet, whatever their case, singular or plural."""
    for length in range(min(8, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        for spelling in _spellings(phrase):
            places = tuple(place for place in facts.value_keys.get(spelling, ()) if _nameable(place, facts))
            if places:
                more, places = _with_its_header(rest[length:], places)
                text = " ".join(word.text for word in rest[:length])
                return [(length + more, "VALUE", ValueMention(text, places))]
    return []


def _with_its_header(
    after: Sequence[Word], places: tuple[tuple[str, str], ...]
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """`high risk`, `mint condition`, `Net 30 terms`: a value followed by words of its column's header."""
    for length in range(min(3, len(after)), 0, -1):
        phrase = tuple(word.key for word in after[:length])
        if any(word.kind != "word" or _is_common(word.key) for word in after[:length]):
            continue
        own = tuple(place for place in places if _is_part(phrase, header_words(place[0])))
        if own:
            return length, own
    return 0, places


def _spellings(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    last = phrase[-1]
    found = [phrase]
    if any(word != stem(word) for word in phrase[:-1]):
        found.append(tuple(map(stem, phrase)))
    if last.endswith("s") and len(last) > 3:
        found.append((*phrase[:-1], last[:-1]))
    elif last.isalpha() and len(last) > 2:
        found.append((*phrase[:-1], last + "s"))
    if phrase == ("canceled",):
        found.append(("cancelled",))
    if phrase == ("cancelled",):
        found.append(("canceled",))
    return found


def _nameable(place: tuple[str, str], facts: SheetFacts) -> bool:
    """Bare numbers and yes/no mean a value only beside their column's name."""
    column, value = place
    role = roles.own_role(facts, column) or roles.role_of(facts, column)
    if role in ("state", "country", "city", "order_number"):
        return False
    bare = value.strip().casefold()
    return not bare.replace(".", "").isdigit() and bare not in ("y", "n", "yes", "no", "true", "false", "x", "t", "f")
