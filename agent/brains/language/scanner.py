"""First pass over a message: every stretch of words that means something, with all it may mean.

At each place the longest stretch wins ("West Virginia" before "Virginia", "Kansas City" before "Kansas"); what of equal
length may mean several things keeps all of them, and the second pass (`settling`) decides by the neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from agent.brains.language import naming, roles, vocabulary, whereabouts
from agent.brains.language.calendar import read_period
from agent.brains.language.currencies import currency_of
from agent.brains.language.facts import SheetFacts
from agent.brains.language.numerals import fraction, number_in_words
from agent.brains.language.quantities import MONEY_WORDS, Amount, Measure, Span, money_value
from agent.brains.language.shorthand import written_out
from agent.brains.language.words import Word, cut
from agent.shipping.services import LABELS, read_service, service_code
from agent.shipping.verdict import Ask as ServiceQuestion

_SHORT_STATES: Final = frozenset({"OR", "IN", "ME"})
_SERVICE_WORDS: Final = 6
_MARKED_SERVICES: Final = frozenset({"standard", "express", "expedited", "economy", "saver", "priority", "air"})
_BY_THEIR_NAME: Final = {label.casefold(): code for code, label in LABELS.items() if label.count(" ") == 1}
"""`UPS Standard` with the carrier is a product; `standard` alone may be anything."""
_KINDS_OF_DOOR: Final = frozenset({"residential", "commercial"})
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
class ServiceMention:
    """A UPS service, or a word that may be several (`code` is None and `choices` says which)."""

    phrase: str
    code: str | None
    choices: tuple[str, ...] = ()


def scan(text: str, facts: SheetFacts, today: date, answers: Mapping[str, str]) -> list[Lexeme]:
    """All of a message as lexemes, in order. Words that mean nothing known come out as `UNKNOWN`."""
    words = written_out(cut(text), facts)
    shouted = text.upper() == text and any(letter.isalpha() for letter in text)
    found: list[Lexeme] = []
    at = 0
    while at < len(words):
        lexeme = _longest(words, at, facts, today, answers, shouted, found)
        lexeme.text = text[lexeme.start : lexeme.end]
        found.append(lexeme)
        at += len(lexeme.words)
    for index, lexeme in enumerate(found):
        if lexeme.text in _SHORT_STATES and "PLACE" in lexeme.kinds and _links(found, index, text):
            del lexeme.kinds["PLACE"]
    return found


def _begins_comparison(rest: Sequence[Word], length: int, kind: str) -> bool:
    """`OR state = 'CA'` does not begin with the state of Oregon."""
    short = kind == "PLACE" and length == 2 and rest[0].text in _SHORT_STATES
    after = rest[2] if len(rest) > 2 else None
    return short and after is not None and (after.kind in ("operator", "quoted") or after.key in ("is", "in", "not"))


def _links(lexemes: Sequence[Lexeme], index: int, text: str) -> bool:
    """Whether capitals are a link and no state: `State IN ('TX')`, `CA OR TX`, `total = 5 OR state = 'TX'`."""
    lexeme, after = lexemes[index], lexemes[index + 1] if index + 1 < len(lexemes) else None
    if after is None or len(lexeme.kinds) == 1:
        return False
    if "IN" in lexeme.kinds:
        return text[lexeme.end :].lstrip()[:1] == "(" or after.may_be("TEXT", "PLACE")
    before = lexemes[index - 1] if index else None
    named = before is not None and before.may_be("PLACE", "TEXT", "VALUE", "NUMBER", "AMOUNT", "PERIOD")
    return "OR" in lexeme.kinds and named and after.may_be("PLACE", "TEXT", "VALUE", "COLUMN", "NUMBER", "AMOUNT")


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
        candidates = (
            _literals(rest)
            + _vocabulary(rest, before, shouted, facts)
            + naming.columns(rest, facts, used=before is not None and ("VIA" in before.kinds or before.key == "by"))
            + _services(rest, before)
        )
        lead = before.key if before else ""
        candidates += whereabouts.mentions(rest, facts, shouted=shouted, before=lead, listed=listed)
        candidates = [one for one in candidates if not _begins_comparison(rest, *one[:2])]
        candidates += naming.values(rest, facts) + naming.negated_flag(rest, facts)
        if (period := read_period(rest[:6], today, dict(answers))) is not None:
            candidates.append((period[0], "PERIOD", period[1]))
        length = max((size for size, _, _ in candidates), default=1)
        tail = words[at + length - 1 :]
        ordering = any(kind in ("SUPER", "HIGHEST", "LOWEST") for size, kind, _ in candidates if size == length)
        if length == 1 or not (_compares(tail) or _begins_role(tail) or (ordering and _begins_header(tail, facts))):
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


def _vocabulary(
    rest: Sequence[Word], before: Lexeme | None, shouted: bool, facts: SheetFacts
) -> list[tuple[int, str, Any]]:
    table = vocabulary.readings()
    for length in range(min(vocabulary.longest(), len(rest)), 0, -1):
        if (
            length > 1
            and not shouted
            and any(word.text in _SHORT_STATES and word.key != word.text for word in rest[:length])
        ):
            continue  # "WA and OR" is no "and/or"
        if rest[0].key == "paid" and length == 2 and not naming.values(rest[length:], facts):
            continue  # "paid with PayPal", but "paid | with 3 items"
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


def _begins_role(rest: Sequence[Word]) -> bool:
    """Whether a long name of a part of an order begins here: `that | have to leave by`."""
    return any(roles.spoken_role(tuple(word.key for word in rest[:size])) for size in (3, 4, 5) if size <= len(rest))


def _begins_header(rest: Sequence[Word], facts: SheetFacts) -> bool:
    """Whether a header of several words begins here: `highest | total price`."""
    return any(
        tuple(word.key for word in rest[:size]) in facts.header_keys for size in range(2, 5) if size <= len(rest)
    )


def _closes_amount(after: Sequence[Word], before: Lexeme | None) -> bool:
    """`10 lb or over`, but not `CA or over 10 lb` or `10 lb or over $500`."""
    counted = before is not None and "COLUMN" in before.kinds and before.kinds["COLUMN"].is_number
    money = before is not None and before.key in MONEY_WORDS
    if before is None or not (counted or money or before.may_be("NUMBER", "AMOUNT", "WEIGHT_UNIT", "PERIOD", "ITEMS")):
        return False
    numbered = bool(after) and after[0].kind in ("number", "money", "range") and not _services(after)
    return not after or not (numbered or after[0].key == "than")


def _services(rest: Sequence[Word], before: Lexeme | None = None) -> list[tuple[int, str, Any]]:
    for length in range(min(_SERVICE_WORDS, len(rest)), 0, -1):
        if any(word.kind in ("quoted", "mark", "operator", "money", "date") for word in rest[:length]):
            continue
        phrase = " ".join(word.key for word in rest[:length])
        named = "ups " + phrase if before is not None and before.words[-1].key == "ups" else phrase
        if named in _BY_THEIR_NAME:
            text = " ".join(word.text for word in rest[:length])
            return [(length, "SERVICE", ServiceMention(text, _BY_THEIR_NAME[named]))]
        if phrase in _NEVER_SERVICES or phrase.isdigit() or phrase == "ups" or phrase.startswith("by "):
            continue
        if length > 1 and length < len(rest) and rest[length].key == "only" and rest[length - 1].key in _KINDS_OF_DOOR:
            continue  # "ground residential only" says for whom
        code = service_code(phrase)
        if code is not None and not (length == 1 and rest[0].text.isdigit()):
            return [(length, "SERVICE", ServiceMention(" ".join(word.text for word in rest[:length]), code))]
        if phrase.removeprefix("ups ").removesuffix(" shipping").removesuffix(" delivery") in _MARKED_SERVICES:
            verdict = read_service(phrase)
            if isinstance(verdict, ServiceQuestion):
                text = " ".join(word.text for word in rest[:length])
                return [(length, "SERVICE", ServiceMention(text, None, tuple(verdict.options)))]
    return []
