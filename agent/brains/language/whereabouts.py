"""Places in words, resolved against the places that the sheet really holds.

A name that is two places in this sheet (Washington, New York, LA) is a question; a code is a place only where it is
written as one ("in CA", "OR orders"), so that `in`, `or`, `me` stay words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from agent.brains.language import roles
from agent.brains.language.facts import ColumnFacts, SheetFacts
from agent.brains.language.words import Word
from agent.shipping import places
from agent.shipping.countries import EUROPEAN_UNION, US_TERRITORIES
from agent.shipping.town_names import other_name

MeaningKind = Literal["state", "province", "territory", "country", "region", "city"]
_LONGEST: Final = 6
_ENGLISH: Final = frozenset(
    [
        "in",
        "or",
        "me",
        "hi",
        "ok",
        "oh",
        "de",
        "la",
        "id",
        "ma",
        "pa",
        "mo",
        "co",
        "al",
        "as",
        "mi",
        "ar",
        "so",
        "us",
        "it",
        "to",
        "at",
        "is",
        "no",
        "on",
        "my",
        "do",
        "be",
        "ne",
        "go",
        "he",
        "we",
        "an",
        "am",
        "by",
        "if",
        "miss",
        "ill",
        "mass",
        "ore",
        "ind",
        "del",
        "ark",
        "ala",
        "mid",
        "can",
        "man",
        "per",
        "her",
        "south",
        "west",
        "north",
        "east",
        "cal",
        "col",
        "wis",
        "conn",
        "penn",
        "tenn",
        "mont",
        "prc",
        "uae",
    ]
)
"""Codes and short forms that are also words: a place only in capitals, or for some after a preposition."""
_AFTER_PREPOSITION: Final = frozenset(
    ["in", "or", "hi", "ok", "oh", "de", "la", "id", "ma", "pa", "mo", "co", "al", "mi", "ar", "ne"]
)
_ENGLISH_LINKS: Final = frozenset({"in", "or", "me", "as", "it", "is"})
_REGION_AFTER_THE: Final = frozenset({"south", "west", "north east", "northeast", "midwest"})
_PREPOSITIONS: Final = frozenset({"in", "to", "for", "from", "into", "going to", "headed to", "outside"})
_NICKNAMES: Final[dict[str, str]] = {
    "nyc": "new york",
    "new york city": "new york",
    "la": "los angeles",
    "sf": "san francisco",
    "philly": "philadelphia",
    "vegas": "las vegas",
    "frisco": "san francisco",
    "nola": "new orleans",
    "slc": "salt lake city",
    "saint louis": "st louis",
    "saint paul": "st paul",
    "st petersburg": "saint petersburg",
}
_UNION: Final = frozenset({"eu", "the eu", "european union", "the european union"})
_DONE_FOR_US: Final = frozenset(
    {"let", "give", "show", "tell", "get", "help", "for", "to", "with", "cost", "costs", "charge", "save", "of", "lets"}
)
_PEOPLE: Final[dict[str, str]] = {
    "canadian": "canada",
    "canadians": "canada",
    "mexican": "mexico",
    "american": "us",
    "german": "germany",
    "british": "uk",
    "english": "england",
    "australian": "australia",
    "french": "france",
    "japanese": "japan",
    "texan": "texas",
    "californian": "california",
    "floridian": "florida",
    "hawaiian": "hawaii",
    "alaskan": "alaska",
    "puerto rican": "puerto rico",
}
"""`the Canadian orders`."""
_PLURALS: Final[dict[str, tuple[str, ...]]] = {
    "carolinas": ("NC", "SC"),
    "dakotas": ("ND", "SD"),
    "virginias": ("VA", "WV"),
    "the carolinas": ("NC", "SC"),
    "the dakotas": ("ND", "SD"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One place that a phrase may stand for."""

    kind: MeaningKind
    code: str
    shown: str
    within: tuple[str, ...] = ()
    """State codes of a region; or the state of a city that was named with it."""
    country: str = ""
    """The country of a city that was named with it."""
    listed: bool = False
    """Named after a comma and written out, so that it may as well be the next item of a list."""


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place as a person wrote it, with all that it may stand for."""

    phrase: str
    meanings: tuple[Meaning, ...]
    others: tuple[tuple[str, str], ...] = ()
    """(column, value) of columns without places that hold the same words: a sales representative called Austin."""


def mentions(
    rest: Sequence[Word], facts: SheetFacts, *, shouted: bool, before: str, listed: bool
) -> list[tuple[int, str, Any]]:
    """The longest place at the beginning of these words."""
    if rest[0].kind not in ("word", "id") or rest[0].key == "the":
        return []
    after_preposition = before in _PREPOSITIONS or (listed and rest[0].key not in _ENGLISH_LINKS)
    after_the = before in ("the", "out")
    for length in range(min(_LONGEST, len(rest)), 0, -1):
        words = rest[:length]
        if words[-1].key == "," or any(word.kind not in ("word", "number") and word.key != "," for word in words):
            continue
        meanings = _meanings(
            words, facts, shouted=shouted, after_preposition=after_preposition, after_the=after_the, before=before
        )
        if meanings:
            text = " ".join(word.text for word in words).replace(" ,", ",")
            return [(length, "PLACE", PlaceMention(text, tuple(meanings)))]
    return []


def _meanings(
    words: Sequence[Word], facts: SheetFacts, *, shouted: bool, after_preposition: bool, after_the: bool, before: str
) -> list[Meaning]:
    phrase = " ".join(word.key for word in words if word.key != ",")
    cities = _city_values(facts, phrase)
    if any(word.key == "," for word in words):
        dc = places.state_code(phrase) == "DC"
        return [Meaning("state", "DC", "Washington DC")] if dc else _city_and_state(words, facts, shouted)
    region = after_the and words[0].key in _REGION_AFTER_THE
    us = len(words) == 1 and words[0].text == "us" and _is_the_country(before, facts)
    if len(words) == 1 and not (region or us) and not _written_as_place(words[0], shouted, after_preposition):
        return []
    if us:
        return [Meaning("country", "US", "the United States")]
    found = _wide(phrase, words) or cities + _city_and_state(words, facts, shouted)
    if len(phrase) == 2 and found and phrase not in _UNION and not _known_code(phrase, facts):
        found = [meaning for meaning in found if meaning.kind != "country"]
    return found + [meaning for meaning in cities if meaning not in found]


def _is_the_country(before: str, facts: SheetFacts) -> bool:
    """Whether a small `us` is the country: where orders go to several, and nobody does something for us."""
    columns = columns_of_role(facts, "country")
    codes = {places.country_code(value) for column in columns[:1] for value, _ in column.values}
    return "US" in codes and len(codes) > 1 and before not in _DONE_FOR_US


def _written_as_place(word: Word, shouted: bool, after_preposition: bool) -> bool:
    if word.key not in _ENGLISH:
        return True
    if word.text.isupper() and not shouted:
        return True
    return after_preposition and word.key in _AFTER_PREPOSITION


def _known_code(phrase: str, facts: SheetFacts) -> bool:
    return bool(country_values(facts, places.country_code(phrase) or ""))


def _wide(phrase: str, words: Sequence[Word]) -> list[Meaning]:
    """States, provinces, territories, countries and regions of this name."""
    found: list[Meaning] = []
    phrase = _PEOPLE.get(phrase, phrase)
    if phrase in _UNION:
        return [Meaning("country", "EU", "the European Union")]
    if phrase in _PLURALS:
        return [Meaning("region", phrase, phrase.title(), _PLURALS[phrase])]
    region = None if phrase in ("united states",) else places.region_states(phrase) or _points_of_compass(phrase)
    if region is not None:
        return [Meaning("region", phrase, phrase.removeprefix("the ").title(), region)]
    if phrase in places.AMBIGUOUS_STATES:
        codes = places.AMBIGUOUS_STATES[phrase]
        return [Meaning("state", code, places.STATES[code]) for code in codes]
    said = phrase.removesuffix(" state").removeprefix("state of ")
    if said in _ENGLISH and words[0].text.islower():
        said = phrase  # "in-state orders"
    state = places.state_code(phrase) or places.state_code(said)
    if state is not None:
        found.append(Meaning("state", state, places.STATES[state], ("only",) if said != phrase else ()))
    if (province := places.province_code(phrase)) is not None:
        found.append(Meaning("province", province, places.PROVINCES[province]))
    if (territory := places.territory_code(phrase)) is not None:
        found.append(Meaning("territory", territory, US_TERRITORIES[territory]))
    country = places.country_code(phrase)
    two_letters_in_small = len(phrase) == 2 and words[0].text.islower()
    if country is not None and territory is None and not two_letters_in_small:
        found.append(Meaning("country", country, places.country_name(country)))
    return found


def _points_of_compass(phrase: str) -> tuple[str, ...] | None:
    """`western US`, `the southern states`."""
    bare = phrase.removeprefix("the ")
    for ending in (" us", " usa", " states", " united states"):
        bare = bare.removesuffix(ending)
    return places.region_states(bare.removesuffix("ern")) if bare.endswith("ern") else None


def _city_values(facts: SheetFacts, phrase: str) -> list[Meaning]:
    wanted = {phrase, _NICKNAMES.get(phrase, phrase), phrase.removesuffix(" city")}
    for column in columns_of_role(facts, "city"):
        if phrase not in facts.folded[column.name] and (other := other_name(phrase, facts.folded[column.name])):
            return [Meaning("city", other, phrase.title())]
        if wanted & facts.folded[column.name]:
            exact = phrase in facts.folded[column.name]
            name = phrase if exact else _NICKNAMES.get(phrase, phrase.removesuffix(" city"))
            if not exact and name == phrase:
                continue
            return [Meaning("city", name, name.title())]
    return []


def _city_and_state(words: Sequence[Word], facts: SheetFacts, shouted: bool) -> list[Meaning]:
    """`Portland, OR`, `Portland Oregon`, `Kansas City, MO`."""
    for split in range(len(words) - 1, 0, -1):
        head = [word for word in words[:split] if word.key != ","]
        tail = [word for word in words[split:] if word.key != ","]
        if not head or not tail or any(word.key == "," for word in words[split + 1 :]):
            continue
        cities = _city_values(facts, " ".join(word.key for word in head))
        comma = words[split].key == "," or words[split - 1].key == ","
        if not cities or not _may_follow_a_city(tail, shouted and not comma):
            continue
        name = " ".join(word.key for word in tail)
        state = places.state_code(name) or places.province_code(name)
        listed = comma and len(name) > 2
        if state is not None:
            return [Meaning("city", cities[0].code, f"{cities[0].shown}, {state}", (state,), listed=listed)]
        country = places.country_code(name) if len(name) > 2 and columns_of_role(facts, "country") else None
        if country is not None:
            shown = f"{cities[0].shown}, {places.country_name(country)}"
            return [Meaning("city", cities[0].code, shown, country=country, listed=listed)]
    return []


def _may_follow_a_city(tail: Sequence[Word], shouted: bool) -> bool:
    if len(tail) > 1 or len(tail[0].key) > 3:
        return True
    return tail[0].text.isupper() and not (shouted and tail[0].key in _ENGLISH)


def columns_of_role(facts: SheetFacts, role: str) -> list[ColumnFacts]:
    """The columns of a role with their facts."""
    return [facts.column(name) for name in roles.columns_for(facts, role)]


def country_values(facts: SheetFacts, code: str) -> list[str]:
    """How the sheet writes a country."""
    found = []
    for column in columns_of_role(facts, "country")[:1]:
        codes = EUROPEAN_UNION if code == "EU" else {code}
        found += [value for value, _ in column.values if places.country_code(value) in codes]
    return found
