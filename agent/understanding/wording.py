"""Words and phrases of words.toml as spans, and which of them may be passed over as fillers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agent.shipping.places import country_code, state_code
from agent.understanding.chart import Span
from agent.understanding.lexicon import Entry, entries, longest
from agent.understanding.tokens import Token

_COSTS: Final[Mapping[str, float]] = {"Filler": 0.01, "Noun": 0.3, "Verb": 0.3, "And": 0.2, "Or": 0.2, "Comma": 0.1}
_USUAL: Final = 0.5
_READ_ELSEWHERE: Final = frozenset({"Lane", "Town", "People", "ServiceName"})
TOLD: Final = frozenset(
    {
        "Comparison",
        "Not",
        "Except",
        "Unless",
        "Keeps",
        "Between",
        "Empty",
        "Superlative",
        "Extreme",
        "But",
        "Or",
        "Rest",
    }
    | {"AsRequested", "Blanks", "Otherwise"}
)
"""Words of these categories are never passed over, whatever else they may be."""
_ASKING: Final = frozenset({"Show", "HowMany", "HowMuch"})
"""At the beginning of a message these say that it asks."""
_OPENINGS: Final = frozenset({"please", "so", "and", "ok", "okay", "hey", "can", "could", "you", "now", "then"})
_ALSO_FILLERS: Final[Mapping[str, float]] = {"Closing": 0.02, "Verb": 0.02, "Have": 0.02, "Via": 0.02, "Comma": 0.4}
_THOSE: Final = frozenset({"them", "those", "these"})
_LINKS: Final = frozenset({"and", "or"})
"""Behind these a "with" begins a condition of its own: `without a phone and with a company`."""
_NUMERIC: Final = frozenset({"number", "id", "money", "range", "date"})
_HELD: Final = 3.0
"""What passing over a word costs where the sheet holds it as a value."""
_IN_A_PHRASE: Final = 0.9
"""The same where it is part of a phrase that must be read: the `up` of `up to`."""
_CODE: Final = 1.5
"""How much less likely a word is that is written like the code of a place: `WA, OR, CA`."""
_INSIDE: Final = frozenset({"Except", "Not", "Contains", "Only", "Stays"})
"""These are not what they look like inside a longer verb or courtesy: `leaves from`, `would like`."""
_PER: Final = Entry("Per", "per")


@dataclass(frozen=True)
class Neighbours:
    """What the other annotators found: tokens that are values, and where days and doubtful days begin."""

    held: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    doubted: frozenset[int] = frozenset()


def lexical(tokens: Sequence[Token], near: Neighbours) -> Iterator[Span]:
    """All spans of the lexicon. A code in capitals is never a filler; a word that the sheet holds is a dear one."""
    covered, outer, whole = _covered(tokens), _outer_commas(tokens), _whole_phrases(tokens)
    closing = [(s, e) for s, e in whole if _is(tokens, s, e, "Closing")]
    shouted = all(token.text.isupper() for token in tokens if token.kind == "word")
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + longest(), len(tokens)) + 1):
            meanings = entries().get(tuple(token.key for token in tokens[start:end]), ())
            doubled = start > 0 and tokens[start - 1].key == tokens[start].key  # "IN IN"
            code = end == start + 1 and tokens[start].text.isupper() and _is_code(tokens[start])
            code = code and (doubled or not shouted)
            told = bool(meanings) and (code or _told(meanings, tokens, start, end, near))
            # "for us" is passed over, "for US" is a place.
            told = told or (not shouted and any(map(_shouts_a_code, tokens[start + 1 : end])))
            hidden = any(s <= start and end <= e and (s, e) != (start, end) for s, e in whole)
            if start and (tokens[start - 1].key, tokens[start].key) == ("on", "hold"):
                continue  # a state of orders, no command to hold what stands behind it
            plus = start > 0 and tokens[start].text == "+" and tokens[start].start == tokens[start - 1].end
            for entry in meanings:
                if plus and entry.category in ("And", "Add"):
                    continue  # "5+" is 5 or more
                if (hidden and entry.category in _INSIDE) or any(
                    s <= start and end <= e and (entry.category != "Closing") for s, e in closing
                ):
                    continue
                if entry.category == "Filler" and not told:
                    yield _filler(entry.value, start, end, covered, near)
                elif entry.category not in _READ_ELSEWHERE and entry.category != "Filler":
                    cost = _COSTS.get(entry.category, _USUAL)
                    yield Span(entry.category, start, end, entry.value, cost + _CODE if code else cost)
                    passed = entry.category in _ALSO_FILLERS and (entry.category != "Comma" or start in outer)
                    if passed and not told:
                        yield _passed(entry, start, end, near)
        if tokens[start].key == "?":
            yield Span("Question", start, start + 1, "?", 0.1)
            yield Span("Filler", start, start + 1, "?", 0.5)
        if tokens[start].kind == "operator":
            yield Span("Comparison", start, start + 1, tokens[start].key, _USUAL)


def _told(meanings: Sequence[Entry], tokens: Sequence[Token], start: int, end: int, near: Neighbours) -> bool:
    """Whether a phrase must be read, because of what it may mean and what stands around it."""
    categories = {entry.category for entry in meanings}
    return (
        bool(categories & TOLD)
        or ("To" in categories and _between_numbers(tokens, start, end))
        or ("After" in categories and start > 0 and tokens[start - 1].kind in _NUMERIC)
        or ("Moment" in categories and end in near.days)
        or (start > 0 and tokens[start].key == "with" and tokens[start - 1].text in _LINKS)
        or (bool(categories & _ASKING) and all(token.key in _OPENINGS for token in tokens[:start]))
        or _PER in meanings
        or (start > 0 and tokens[start - 1].key == "of" and tokens[start].key in _THOSE)
        or start in near.doubted
    )


def _passed(entry: Entry, start: int, end: int, near: Neighbours) -> Span:
    """A verb or a link that may be passed over; one word that the sheet holds only at a price."""
    dear = end == start + 1 and start in near.held
    return Span("Filler", start, end, entry.value, _HELD if dear else _ALSO_FILLERS[entry.category])


def _filler(value: str, start: int, end: int, covered: set[int], near: Neighbours) -> Span:
    stretch = range(start, end)
    cost = _IN_A_PHRASE if covered.intersection(stretch) else _COSTS["Filler"]
    if near.held.intersection(stretch):
        cost = _HELD if len(stretch) == 1 else _IN_A_PHRASE  # "paid with" is a phrase of its own
    return Span("Filler", start, end, value, cost)


def _between_numbers(tokens: Sequence[Token], start: int, end: int) -> bool:
    return start > 0 and end < len(tokens) and {tokens[start - 1].kind, tokens[end].kind} <= _NUMERIC


def _outer_commas(tokens: Sequence[Token]) -> set[int]:
    """Commas behind an opening or before a courtesy: those inside a message always part something."""
    empty: set[int] = set()
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + longest(), len(tokens)) + 1):
            meanings = entries().get(tuple(token.key for token in tokens[start:end]), ())
            question = end == len(tokens) and tokens[start].key == "?"
            if question or any(entry.category in ("Filler", "Comma") for entry in meanings):
                empty |= set(range(start, end))
    commas = [at for at, token in enumerate(tokens) if token.key == ","]
    return {at for at in commas if set(range(at)) <= empty or set(range(at, len(tokens))) <= empty}


def _whole_phrases(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Where verbs and fillers of several words stand."""
    return [
        (start, end)
        for start in range(len(tokens))
        for end in range(start + 2, min(start + longest(), len(tokens)) + 1)
        if _is(tokens, start, end, "Verb", "Filler", "Closing")
    ]


def _is(tokens: Sequence[Token], start: int, end: int, *categories: str) -> bool:
    return any(entry.category in categories for entry in entries().get(tuple(t.key for t in tokens[start:end]), ()))


def _covered(tokens: Sequence[Token]) -> set[int]:
    """The tokens of phrases that must be read: the `up` of `up to` is not just passed over."""
    found: set[int] = set()
    for start in range(len(tokens)):
        for end in range(start + 2, min(start + longest(), len(tokens)) + 1):
            meanings = entries().get(tuple(token.key for token in tokens[start:end]), ())
            if any(entry.category in TOLD or entry.category == "And" for entry in meanings):
                found |= set(range(start, end))
    return found


def _shouts_a_code(token: Token) -> bool:
    return token.text.isupper() and _is_code(token)


def _is_code(token: Token) -> bool:
    return len(token.text) == len("CA") and (state_code(token.key) or country_code(token.key)) is not None
