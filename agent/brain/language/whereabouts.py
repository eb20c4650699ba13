"""Places in words, resolved against the places that the sheet really holds.

A name that is two places in this sheet (Washington, New York, LA) is a question; a code is a place only where it is
written as one ("in CA", "OR orders"), so that `in`, `or`, `me` stay words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from agent.brain.language import roles
from agent.brain.language.actions import Ask, AskError, SayError
from agent.brain.language.conditions import (
    Condition,
    Either,
    Everything,
    IsEmpty,
    IsOneOf,
    Not,
    all_of,
    any_of,
)
from agent.brain.language.facts import ColumnFacts, SheetFacts
from agent.brain.language.words import Word, keys
from agent.shipping import places
from agent.shipping.countries import US_TERRITORIES
from agent.shipping.text import key

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
_AFTER_PREPOSITION: Final = frozenset("in or hi ok oh de la id ma pa mo co al mi ar ne".split())  # noqa: SIM905
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
_NO_COMMON_CODES: Final = frozenset({"US", "CA", *US_TERRITORIES})
"""Countries whose states and provinces share no code."""
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


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place as a person wrote it, with all that it may stand for."""

    phrase: str
    meanings: tuple[Meaning, ...]


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
        meanings = _meanings(words, facts, shouted=shouted, after_preposition=after_preposition, after_the=after_the)
        if meanings:
            text = " ".join(word.text for word in words).replace(" ,", ",")
            return [(length, "PLACE", PlaceMention(text, tuple(meanings)))]
    return []


def _meanings(
    words: Sequence[Word], facts: SheetFacts, *, shouted: bool, after_preposition: bool, after_the: bool
) -> list[Meaning]:
    phrase = " ".join(word.key for word in words if word.key != ",")
    cities = _city_values(facts, phrase)
    if any(word.key == "," for word in words):
        dc = places.state_code(phrase) == "DC"
        return [Meaning("state", "DC", "Washington DC")] if dc else _city_and_state(words, facts, shouted)
    region = after_the and words[0].key in _REGION_AFTER_THE
    if len(words) == 1 and not region and not _written_as_place(words[0], shouted, after_preposition):
        return []
    found = _wide(phrase, words) or cities + _city_and_state(words, facts, shouted)
    if len(phrase) == 2 and found and not _known_code(phrase, facts):
        found = [meaning for meaning in found if meaning.kind != "country"]
    return found + [meaning for meaning in cities if meaning not in found]


def _written_as_place(word: Word, shouted: bool, after_preposition: bool) -> bool:
    if word.key not in _ENGLISH:
        return True
    if word.text.isupper() and not shouted:
        return True
    return after_preposition and word.key in _AFTER_PREPOSITION


def _known_code(phrase: str, facts: SheetFacts) -> bool:
    return bool(_country_values(facts, phrase.upper()))


def _wide(phrase: str, words: Sequence[Word]) -> list[Meaning]:
    """States, provinces, territories, countries and regions of this name."""
    found: list[Meaning] = []
    phrase = _PEOPLE.get(phrase, phrase)
    if phrase in _PLURALS:
        return [Meaning("region", phrase, phrase.title(), _PLURALS[phrase])]
    region = None if phrase in ("united states",) else places.region_states(phrase)
    if region is not None:
        return [Meaning("region", phrase, phrase.removeprefix("the ").title(), region)]
    if phrase in places.AMBIGUOUS_STATES:
        codes = places.AMBIGUOUS_STATES[phrase]
        return [Meaning("state", code, places.STATES[code]) for code in codes]
    said = phrase.removesuffix(" state").removeprefix("state of ")
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


def _city_values(facts: SheetFacts, phrase: str) -> list[Meaning]:
    wanted = {phrase, _NICKNAMES.get(phrase, phrase), phrase.removesuffix(" city")}
    for column in _columns(facts, "city"):
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
        # With a comma, a written-out state may as well be the next item of a list.
        listed = words[split].key == "," or words[split - 1].key == ","
        if state is not None and not (listed and len(name) > 2):
            return [Meaning("city", cities[0].code, f"{cities[0].shown}, {state}", (state,))]
    return []


def _may_follow_a_city(tail: Sequence[Word], shouted: bool) -> bool:
    if len(tail) > 1 or len(tail[0].key) > 3:
        return True
    return tail[0].text.isupper() and not (shouted and tail[0].key in _ENGLISH)


def resolve(mention: PlaceMention, facts: SheetFacts, answers: Mapping[str, str]) -> Condition:
    """The condition that a place means in this sheet.

    Raises:
        AskError: where it stands for several places that the sheet holds.
        SayError: where the sheet has no column for it.
    """
    only = [meaning for meaning in mention.meanings if meaning.within == ("only",)]
    meanings = only or list(mention.meanings)
    usable = [meaning for meaning in meanings if _has_column(meaning, facts)]
    if not usable:
        kinds = " or ".join(dict.fromkeys(meaning.kind for meaning in meanings))
        raise SayError(f'The sheet has no column for the {kinds} "{mention.phrase}".')
    present = [meaning for meaning in usable if _present(meaning, facts)]
    if len(usable) == 1:
        return _condition(usable[0], facts)
    if len(present) == 1 and (present[0] == usable[0] or not _rivals(usable)):
        return _condition(present[0], facts)
    if not present:
        return _condition(usable[0], facts)
    chosen = _ask_which(mention, _worth_asking(present, usable), answers)
    return _condition(chosen, facts)


def _rivals(usable: list[Meaning]) -> bool:
    """A state and a city of one name: the one that the sheet lacks may still be what was meant."""
    return {"state", "city"} <= {meaning.kind for meaning in usable}


def _worth_asking(present: list[Meaning], usable: list[Meaning]) -> list[Meaning]:
    return present if len(present) > 1 else usable


def _ask_which(mention: PlaceMention, choices: list[Meaning], answers: Mapping[str, str]) -> Meaning:
    kinds = [meaning.kind for meaning in choices]
    if kinds[0] == "state" and "country" in kinds and "city" not in kinds and len(mention.phrase) == 2:
        # A two-letter code that the state column holds is that state: "in CA" is California.
        return choices[0]
    options = tuple(f"{'' if m.kind == 'region' else 'the '}{m.kind} {m.shown}" for m in choices)
    question = f'Which "{mention.phrase}" do you mean?'
    answer = answers.get(question)
    for option, meaning in zip(options, choices, strict=True):
        if answer is not None and answer.casefold() == option.casefold():
            return meaning
    raise AskError(Ask(question, options, "place"))


def _columns(facts: SheetFacts, role: str) -> list[ColumnFacts]:
    return [facts.column(name) for name in roles.columns_for(facts, role)]


def _has_column(meaning: Meaning, facts: SheetFacts) -> bool:
    needed = {
        "state": ("state",),
        "province": ("state",),
        "region": ("state",),
        "city": ("city",),
        "country": ("country",),
        "territory": ("state", "country"),
    }
    return any(_columns(facts, role) for role in needed[meaning.kind])


def _present(meaning: Meaning, facts: SheetFacts) -> bool:
    if meaning.kind == "city":
        return True
    if meaning.kind == "country":
        return bool(_country_values(facts, meaning.code))
    if meaning.kind == "territory":
        return bool(_state_values(facts, (meaning.code,)) or _country_values(facts, meaning.code))
    return bool(_state_values(facts, _codes(meaning)))


def _codes(meaning: Meaning) -> tuple[str, ...]:
    return meaning.within if meaning.kind == "region" else (meaning.code,)


def read_state(value: str) -> str | None:
    """The code of a state cell: `California`, `ca`, `US-CA`, `Calif.`, and `PR` or `AE` where sheets write them."""
    bare = value.strip()
    if bare[:3].upper() in ("US-", "CA-") and len(bare) == 5:
        bare = bare[3:]
    return (
        places.state_code(bare)
        or places.territory_code(bare)
        or places.military_code(bare)
        or places.province_code(bare)
    )


def _state_values(facts: SheetFacts, codes: Sequence[str]) -> list[str]:
    wanted = set(codes)
    return [
        value for column in _columns(facts, "state")[:1] for value, _ in column.values if read_state(value) in wanted
    ]


def _country_values(facts: SheetFacts, code: str) -> list[str]:
    found = []
    for column in _columns(facts, "country")[:1]:
        found += [value for value, _ in column.values if places.country_code(value) == code]
    return found


def _one_column(facts: SheetFacts, role: str) -> str:
    return roles.columns_for(facts, role)[0]


def _condition(meaning: Meaning, facts: SheetFacts) -> Condition:
    if meaning.kind == "city":
        return _city(meaning, facts)
    if meaning.kind == "country":
        values = _country_values(facts, meaning.code) or [meaning.code, meaning.shown]
        return IsOneOf(_one_column(facts, "country"), tuple(values), meaning.shown)
    if meaning.kind == "territory":
        return _territory(meaning, facts)
    codes = _codes(meaning)
    values = _state_values(facts, codes)
    if not values:
        names = places.PROVINCES if meaning.kind == "province" else places.STATES
        values = [spelling for code in codes for spelling in (code, names.get(code, code))]
    state: Condition = IsOneOf(_one_column(facts, "state"), tuple(values), meaning.shown)
    if meaning.code == "DC":
        state = any_of([state, *_dc_cities(facts)])
    home = "CA" if meaning.kind == "province" else "US"
    return all_of([state, *_in_country(facts, home)])


def _dc_cities(facts: SheetFacts) -> list[Condition]:
    """`Washington DC` written into the city cell."""
    found: list[Condition] = []
    for column in _columns(facts, "city")[:1]:
        values = tuple(value for value, _ in column.values if key(value) in ("washington dc", "washington d c"))
        if values:
            found.append(IsOneOf(column.name, values))
    return found


def _in_country(facts: SheetFacts, home: str) -> list[Condition]:
    """Only where the sheet holds other countries too: `WA` is Western Australia as well."""
    for column in _columns(facts, "country")[:1]:
        codes = {places.country_code(value) for value, _ in column.values}
        if codes - _NO_COMMON_CODES - {home, None}:
            at_home = IsOneOf(column.name, tuple(_country_values(facts, home)) or (home,), places.country_name(home))
            return [any_of([at_home, IsEmpty(column.name)]) if column.nulls and home == "US" else at_home]
    return []


def _city(meaning: Meaning, facts: SheetFacts) -> Condition:
    column = _columns(facts, "city")[0]
    values = [value for value, _ in column.values if key(value) == meaning.code] or [meaning.code.title()]
    city = IsOneOf(column.name, tuple(dict.fromkeys(values)), values[0])
    if not meaning.within:
        return city
    state = _state_values(facts, meaning.within) or [meaning.within[0]]
    if not roles.columns_for(facts, "state"):
        return city
    return all_of([city, IsOneOf(_one_column(facts, "state"), tuple(state), meaning.within[0])])


def _territory(meaning: Meaning, facts: SheetFacts) -> Condition:
    parts: list[Condition] = []
    if roles.columns_for(facts, "state"):
        values = _state_values(facts, (meaning.code,)) or [meaning.code, meaning.shown]
        parts.append(IsOneOf(_one_column(facts, "state"), tuple(values), meaning.shown))
    if countries := _country_values(facts, meaning.code):
        parts.append(IsOneOf(_one_column(facts, "country"), tuple(countries), meaning.shown))
    return any_of(parts) if parts else Everything()


def domestic(facts: SheetFacts) -> Condition:
    """Orders that stay in the United States; a blank country cell counts as home.

    Raises:
        SayError: without a country column.
    """
    columns = _columns(facts, "country")
    if not columns:
        raise SayError("The sheet has no country column, so I cannot tell domestic from international orders.")
    values = tuple(_country_values(facts, "US")) or ("US",)
    home: Condition = IsOneOf(columns[0].name, values, "the United States")
    return any_of([home, IsEmpty(columns[0].name)]) if columns[0].nulls else home


def international(facts: SheetFacts) -> Condition:
    """Everything that is not domestic."""
    home = domestic(facts)
    if isinstance(home, Either):
        return all_of([Not(item) for item in home.items])
    return Not(home)


def military(facts: SheetFacts) -> Condition:
    """APO, FPO and DPO addresses: by their state (AA, AE, AP) or their city."""
    parts: list[Condition] = []
    if roles.columns_for(facts, "state"):
        values = _state_values(facts, tuple(places.MILITARY)) or list(places.MILITARY)
        parts.append(IsOneOf(_one_column(facts, "state"), tuple(values), "military mail"))
    for column in _columns(facts, "city")[:1]:
        values = [value for value, _ in column.values if keys(value)[:1] in (("apo",), ("fpo",), ("dpo",))]
        if values:
            parts.append(IsOneOf(column.name, tuple(values)))
    if not parts:
        raise SayError("The sheet has no state column, so I cannot tell military addresses.")
    return any_of(parts)


def territories(facts: SheetFacts) -> Condition:
    """Puerto Rico, the US Virgin Islands, Guam and the others."""
    found = [Meaning("territory", code, name) for code, name in US_TERRITORIES.items()]
    present = [meaning for meaning in found if _has_column(meaning, facts) and _present(meaning, facts)] or found[:1]
    return any_of([_territory(meaning, facts) for meaning in present])
