"""Places in words, as tests on the columns of this sheet: states, countries, regions, towns and what lies in them.

Every place that a phrase may be is a span of its own; which one is meant shows on the sheet, or is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from agent.shipping import places
from agent.shipping.countries import EUROPEAN_UNION, US_TERRITORIES
from agent.shipping.country_names import country_of
from agent.shipping.services import service_code
from agent.shipping.town_names import other_name
from agent.understanding.chart import Span
from agent.understanding.conditions import All, Blank, Condition, Either, Not, OneOf, Text, all_of, any_of
from agent.understanding.lexicon import entries
from agent.understanding.sheet import Column, Sheet, folded
from agent.understanding.tokens import Token, keys
from agent.understanding.values import Test

_LONGEST: Final = 5
_CODE: Final = 2
_WORDS: Final = frozenset(
    "in or me hi ok oh de la id ma pa mo co al as mi ar so us it to at is no on my do be ne go he we an am by if miss "  # noqa: SIM905
    "ill mass ore ind del ark ala mid can man per her south west north east cal col wis conn penn tenn mont prc "
    "uae".split()
)
"""Codes and short forms that are words as well: places in capitals only."""
_LISTED_CODES: Final = frozenset("oh la pa ma mo co al mi ar ne de".split())  # noqa: SIM905
"""Those of them that are read as places beside another one: `tx, oh`; `ok`, `hi`, `or` and `me` never are."""
_LINKS: Final = frozenset({"+", "&", "and", "or", ",", "/"})
_BOXES: Final = ("po box", "p.o. box", "p.o.box", "p. o. box", "p o box", "pobox", "post office box")
_ELSEWHERE: Final = 0.7
"""What a place costs more to which nothing goes: `the Kenya orders` are of a coffee rather than for a country."""
FAMILY: Final = "place"


def located(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """All places in these tokens."""
    long_words = [token.text for token in tokens if token.kind == "word" and len(token.text) > _CODE]
    shouted = bool(long_words) and all(word.isupper() for word in long_words)
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            stretch = tokens[start:end]
            if any(token.kind not in ("word", "id", "number") for token in stretch) or stretch[0].kind == "number":
                break
            name = " ".join(token.key for token in stretch)
            said = " ".join(token.text for token in stretch)
            doubtful = name in _WORDS and (not said.isupper() or shouted)
            if doubtful and not _led(tokens, start, end, name):
                continue
            yield from _held(_meant(name, said, start, end, sheet, 1.6 if doubtful else 1.0), sheet)


def _meant(name: str, said: str, start: int, end: int, sheet: Sheet, cost: float) -> Iterator[Span]:
    states, countries = sheet.of("state"), sheet.of("country")
    towns = {e.value for e in entries().get(keys(name), ()) if e.category == "Town"}
    people = {e.value for e in entries().get(keys(name), ()) if e.category == "People"}
    for official in (name, *people):
        code = places.state_code(official) or places.territory_code(official) or places.military_code(official)
        code = code or places.province_code(official)
        both = places.AMBIGUOUS_STATES.get(official, ())
        for one in (code, *both) if states else ():
            if one:
                tree = OneOf(states[0].name, _written(states[0], one), official.title())
                yield _span("State", start, end, _at_home(tree, sheet) if places.STATES.get(one) else tree, said, cost)
        country = None if code and len(official) == _CODE else _named_country(official, countries)
        if country and countries and (len(official) > _CODE or said.isupper() or country in ("US", "GB")):
            yield _span("Country", start, end, _country(countries[0], country), said, cost)
    regions = any(name in folded(value) for column in sheet.of("region") for value, _ in column.values)
    within = None if regions else places.region_states(name) or _plural(name)
    if within and states:
        values = tuple(v for code in within for v in _written(states[0], code, known=True))
        region = _at_home(OneOf(states[0].name, values or tuple(within), said), sheet)
        yield _span("State", start, end, region, said, cost)
    if name in ("eu", "european union") and countries:
        held = tuple(v for v, _ in countries[0].values if country_of(v) in EUROPEAN_UNION)
        yield _span("Country", start, end, OneOf(countries[0].name, held or ("EU",), "the EU"), said, cost)
    for column in sheet.of("city"):
        names = sheet.towns[column.name]
        found = {names[name]} if name in names else set()
        other = None if found else other_name(name, sheet.town_spellings[column.name])
        found |= {names[town] for town in (*towns, other or "") if town in names}
        for town in found:
            same = tuple(v for v, _ in column.values if folded(v) & folded(town))
            yield _span("City", start, end, OneOf(column.name, same), said, cost)


def _led(tokens: Sequence[Token], start: int, end: int, name: str) -> bool:
    """Whether the words around a short form show that it is a place: `out west`; `us` before something."""
    before = tokens[start - 1].key if start else ""
    if name in ("south", "west", "north", "east"):
        return before in ("the", "out", "down", "up")
    if name in _LISTED_CODES and _beside_a_code(tokens, start, end):
        return True
    if name in ("in", "or", "oh", "hi", "ok", "la", "id", "ma", "pa", "mo", "co", "al", "mi", "ar", "ne"):
        listed = before in ("and", "or", ",", "n", "&") and start > 1 and _is_code(tokens[start - 2].key)
        ends = end == len(tokens) or tokens[end].key in ("via", "by", "with", "using", "orders")
        if before == "," and start > 1 and ends and tokens[start].text.isupper():
            return True  # "PORTLAND, OR VIA GROUND"
        return (
            (listed and name not in ("in", "or"))
            or before in ("to", "from")
            or (before in ("for", "in") and (name != "in" or tokens[start].text.isupper()))
        )
    if name == "us" and before == "the":
        return True
    ends = end == len(tokens) and (before == "," or service_code(before) is not None)  # "t-shirts 2day, us"
    return name == "us" and (ends or end < len(tokens)) and before not in ("for", "let", "give", "to", "tell", "show")


def _beside_a_code(tokens: Sequence[Token], start: int, end: int) -> bool:
    """`tx + oh`, `pa and nj`: joined to a short form that is a place and no word."""
    for link, other in ((start - 1, start - 2), (end, end + 1)):
        if min(link, other) >= 0 and max(link, other) < len(tokens) and tokens[link].key in _LINKS:
            word = tokens[other].key
            if len(word) == _CODE and places.state_code(word) and (word not in _WORDS or word in _LISTED_CODES):
                return True
    return False


def _is_code(word: str) -> bool:
    return len(word) == _CODE and places.state_code(word) is not None


def _held(spans: Iterator[Span], sheet: Sheet) -> list[Span]:
    """The places of one phrase that the sheet holds; all of them where it holds none."""
    found = list(spans)
    held = [span for span in found if _present(span.value.tree, sheet)]  # type: ignore[attr-defined]
    # The `BY` of "SHIP BY" is no Belarus where nothing goes there.
    return held or [replace(span, cost=span.cost + _ELSEWHERE) for span in found if not _is_word(span)]


def _is_word(span: Span) -> bool:
    said: str = span.value.said.casefold()  # type: ignore[attr-defined]
    return len(said) == _CODE and said in _WORDS


def _present(tree: Condition, sheet: Sheet) -> bool:
    leaf = tree.items[0] if isinstance(tree, All) else tree
    return isinstance(leaf, OneOf) and any(value in leaf.values for value, _ in sheet.by_name[leaf.column].values)


def lanes(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Domestic, abroad, military mail, PO boxes, territories: what the lexicon calls a lane, as tests."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + 6, len(tokens)) + 1):
            for entry in entries().get(tuple(token.key for token in tokens[start:end]), ()):
                tree = _lane(entry.value, sheet) if entry.category == "Lane" else None
                if tree is not None:
                    said = " ".join(token.text for token in tokens[start:end])
                    yield _span("Lane", start, end, tree, said, 0.9)


def _lane(lane: str, sheet: Sheet) -> Condition | None:
    countries, states = sheet.of("country"), sheet.of("state")
    if lane in ("domestic", "international"):
        if not countries:
            return None
        home: Condition = _country(countries[0], "US")
        if lane == "domestic":
            return any_of(home, Blank(countries[0].name)) if countries[0].nulls else home
        return all_of(Not(home), Not(Blank(countries[0].name))) if countries[0].nulls else Not(home)
    if lane == "military":
        held = tuple(v for code in places.MILITARY for v in _written(states[0], code, known=True)) if states else ()
        towns = [
            (column, tuple(v for v, _ in column.values if keys(v)[:1] in (("apo",), ("fpo",), ("dpo",))))
            for column in sheet.of("city")
        ]
        parts: list[Condition] = (
            [OneOf(states[0].name, held or tuple(places.MILITARY), "military mail")] if states else []
        )
        return any_of(*parts, *(OneOf(column.name, values) for column, values in towns if values)) if parts else None
    if lane == "territories":
        values = tuple(v for code in US_TERRITORIES for v in (_written(states[0], code, known=True) if states else ()))
        return OneOf(states[0].name, values or tuple(US_TERRITORIES), "US territories") if states else None
    streets = tuple(column.name for column in (*sheet.of("address1"), *sheet.of("address2")))
    return (
        Either(tuple(Text(streets, "contains", box) for box in _BOXES), "the address is a PO box") if streets else None
    )


def _span(category: str, start: int, end: int, tree: Condition, said: str, cost: float) -> Span:
    return Span(category, start, end, Test(tree, FAMILY, said), cost)


def _written(column: Column, code: str, *, known: bool = False) -> tuple[str, ...]:
    """The spellings of a state in this column; the code itself where it has none (unless only known ones count)."""
    found = tuple(
        value
        for value, _ in column.values
        if code
        in (
            places.state_code(value),
            places.territory_code(value),
            places.military_code(value),
            places.province_code(value),
        )
    )
    return found or (() if known else (code,))


def _country(column: Column, code: str) -> OneOf:
    found = tuple(value for value, _ in column.values if country_of(value) == code)
    return OneOf(column.name, found or (code,), places.country_name(code))


def _named_country(name: str, countries: Sequence[Column]) -> str | None:
    """A country in English, or as a cell of this sheet writes it: `États-Unis`, `GBR`."""
    held = any(name in folded(value) for column in countries[:1] for value, _ in column.values)
    return places.country_code(name) or (country_of(name) if held else None)


def _at_home(state: OneOf, sheet: Sheet) -> Condition:
    """A state of the United States, where the sheet holds other countries with the same codes."""
    countries = sheet.of("country")
    if not countries or not {country_of(value) for value, _ in countries[0].values} - {"US"}:
        return state
    home = _country(countries[0], "US")
    return all_of(state, any_of(home, Blank(home.column)) if countries[0].nulls else home)


def _plural(name: str) -> tuple[str, ...] | None:
    return {"carolinas": ("NC", "SC"), "dakotas": ("ND", "SD"), "virginias": ("VA", "WV")}.get(name)
