"""From a place that was named to the condition that it means in this sheet; asks where it means several."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from agent.brains.language import roles
from agent.brains.language.actions import Ask, AskError, SayError
from agent.brains.language.conditions import (
    Condition,
    Either,
    Everything,
    HasText,
    IsEmpty,
    IsOneOf,
    Not,
    all_of,
    any_of,
)
from agent.brains.language.facts import SheetFacts, spellings
from agent.brains.language.namesakes import looked_up, may_have_namesakes, one_of_namesakes
from agent.brains.language.whereabouts import Meaning, PlaceMention, columns_of_role, country_values
from agent.brains.language.words import keys
from agent.shipping import places
from agent.shipping.countries import US_TERRITORIES
from agent.shipping.text import key

_NO_COMMON_CODES: Final = frozenset({"US", "CA", *US_TERRITORIES})
"""Countries whose states and provinces share no code."""


def resolve(
    mention: PlaceMention, facts: SheetFacts, answers: Mapping[str, str], said: frozenset[str] = frozenset()
) -> Condition:
    """The condition that a place means in this sheet; `said` are the states that the message names.

    Raises:
        AskError: where it stands for several places that the sheet holds.
        SayError: where the sheet has no column for it.
    """
    if mention.others and (other := _other(mention, answers)) is not None:
        return other
    meaning = _meant(mention, facts, answers)
    if meaning.code == "EU":
        return _in_the_union(meaning, facts, answers)
    if meaning.kind != "city":
        return _condition(meaning, facts)
    condition = _city(meaning, facts)
    if isinstance(condition, IsOneOf):
        return _of_namesakes(condition, meaning, facts, answers, said)
    if meaning.listed and not looked_up([condition], facts)[condition.clause()]:
        # "Boston, Texas and Ohio": no Boston in Texas, so they are items of a list.
        alone = Meaning("city", meaning.code, meaning.code.title())
        wide = Meaning("country", meaning.country, "") if meaning.country else Meaning("state", meaning.within[0], "")
        return any_of([resolve(PlaceMention(m.shown, (m,)), facts, answers, said) for m in (alone, wide)])
    return condition


def _in_the_union(meaning: Meaning, facts: SheetFacts, answers: Mapping[str, str]) -> Condition:
    """Its members as the sheet writes them; a country that cannot be read is asked about, never left out silently."""
    column = columns_of_role(facts, "country")[0]
    values = country_values(facts, "EU")
    for value, _ in column.values:
        question = f'Is "{value}" in the European Union?'
        if places.country_code(value) is None and answers.get(question, "").casefold() not in ("yes", "no"):
            raise AskError(Ask(question, ("yes", "no"), "place"))
        if answers.get(question, "").casefold() == "yes":
            values.append(value)
    return IsOneOf(column.name, tuple(values) or ("EU",), meaning.shown)


def _other(mention: PlaceMention, answers: Mapping[str, str]) -> Condition | None:
    """The value that is meant instead of the place; asked, since nothing else tells."""
    question = f'What does "{mention.phrase}" mean here?'
    place = f"the place {mention.phrase}"
    options = {f"{column} is {value}": IsOneOf(column, (value,)) for column, value in mention.others}
    answer = answers.get(question, "").casefold()
    if answer == place.casefold():
        return None
    for option, condition in options.items():
        if option.casefold() == answer:
            return condition
    raise AskError(Ask(question, (place, *options), "place"))


def _of_namesakes(
    city: IsOneOf, meaning: Meaning, facts: SheetFacts, answers: Mapping[str, str], said: frozenset[str]
) -> Condition:
    """One of the cities of this name: by its country first, then by its state."""
    if not may_have_namesakes(city, meaning.code, facts):
        return city
    shown = city.shown or meaning.shown
    countries = _countries(facts)
    question = f'Which "{shown}" do you mean?'
    if len(countries) > 1:
        in_country = one_of_namesakes(city, shown, countries, said, facts, answers, question)
        if in_country != city:
            question = f'In which state is the "{shown}" that you mean?'
            return one_of_namesakes(in_country, shown, _states(facts), said, facts, answers, question)
    return one_of_namesakes(city, shown, _states(facts), said, facts, answers, question)


def _meant(mention: PlaceMention, facts: SheetFacts, answers: Mapping[str, str]) -> Meaning:
    only = [meaning for meaning in mention.meanings if meaning.within == ("only",)]
    meanings = only or list(mention.meanings)
    usable = [meaning for meaning in meanings if _has_column(meaning, facts)]
    if not usable:
        kinds = " or ".join(dict.fromkeys(meaning.kind for meaning in meanings))
        raise SayError(f'The sheet has no column for the {kinds} "{mention.phrase}".')
    present = [meaning for meaning in usable if _present(meaning, facts)]
    if len(present) == 1 and (present[0] == usable[0] or not _rivals(usable)):
        return present[0]
    if len(usable) == 1 or not present:
        return usable[0]
    return _ask_which(mention, _worth_asking(present, usable), answers)


def _states(facts: SheetFacts) -> dict[str, IsOneOf]:
    """Code -> the condition of that state, for all states of the sheet."""
    names = places.PROVINCES | places.STATES
    return _areas(facts, "state", lambda value: read_state(value) or value, lambda code: names.get(code, code))


def _countries(facts: SheetFacts) -> dict[str, IsOneOf]:
    """Code -> the condition of that country, for all countries of the sheet."""
    return _areas(facts, "country", lambda value: places.country_code(value) or value, places.country_name)


def _areas(
    facts: SheetFacts, role: str, code_of: Callable[[str], str], name_of: Callable[[str], str]
) -> dict[str, IsOneOf]:
    found: dict[str, list[str]] = {}
    for column in columns_of_role(facts, role)[:1]:
        for value, _ in column.values:
            found.setdefault(code_of(value), []).append(value)
    return {code: IsOneOf(_one_column(facts, role), tuple(v), name_of(code)) for code, v in found.items()}


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


def _has_column(meaning: Meaning, facts: SheetFacts) -> bool:
    needed = {
        "state": ("state",),
        "province": ("state",),
        "region": ("region", "state"),
        "city": ("city",),
        "country": ("country",),
        "territory": ("state", "country"),
    }
    return any(columns_of_role(facts, role) for role in needed[meaning.kind])


def _present(meaning: Meaning, facts: SheetFacts) -> bool:
    if meaning.kind == "city":
        return True
    if meaning.kind == "country":
        return bool(country_values(facts, meaning.code))
    if meaning.kind == "territory":
        return bool(_state_values(facts, (meaning.code,)) or country_values(facts, meaning.code))
    return bool(_state_values(facts, _codes(meaning)) or (meaning.kind == "region" and _own_region(meaning, facts)))


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
        value
        for column in columns_of_role(facts, "state")[:1]
        for value, _ in column.values
        if read_state(value) in wanted
    ]


def _one_column(facts: SheetFacts, role: str) -> str:
    return roles.columns_for(facts, role)[0]


def _condition(meaning: Meaning, facts: SheetFacts) -> Condition:
    if meaning.kind == "city":
        return _city(meaning, facts)
    if meaning.kind == "country":
        values = country_values(facts, meaning.code) or [meaning.code, meaning.shown]
        return IsOneOf(_one_column(facts, "country"), tuple(values), meaning.shown)
    if meaning.kind == "territory":
        return _territory(meaning, facts)
    if meaning.kind == "region" and (own := _own_region(meaning, facts)) is not None:
        return own
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


def _own_region(meaning: Meaning, facts: SheetFacts) -> Condition | None:
    """The region as the sheet's own column of regions draws it."""
    for column in columns_of_role(facts, "region")[:1]:
        values = tuple(v for v, _ in column.values if key(v) == key(meaning.code).removeprefix("the "))
        if values:
            return IsOneOf(column.name, values)
    return None


def _dc_cities(facts: SheetFacts) -> list[Condition]:
    """`Washington DC` written into the city cell."""
    found: list[Condition] = []
    for column in columns_of_role(facts, "city")[:1]:
        values = tuple(value for value, _ in column.values if key(value) in ("washington dc", "washington d c"))
        if values:
            found.append(IsOneOf(column.name, values))
    return found


def _in_country(facts: SheetFacts, home: str) -> list[Condition]:
    """Only where the sheet holds other countries too: `WA` is Western Australia as well."""
    for column in columns_of_role(facts, "country")[:1]:
        codes = {places.country_code(value) for value, _ in column.values}
        if codes - _NO_COMMON_CODES - {home, None}:
            at_home = IsOneOf(column.name, tuple(country_values(facts, home)) or (home,), places.country_name(home))
            return [any_of([at_home, IsEmpty(column.name)]) if column.nulls and home == "US" else at_home]
    return []


def _city(meaning: Meaning, facts: SheetFacts) -> Condition:
    column = columns_of_role(facts, "city")[0]
    values = [value for value, _ in column.values if meaning.code in spellings(value)] or [meaning.code.title()]
    city = IsOneOf(column.name, tuple(dict.fromkeys(values)), values[0])
    if not meaning.within and not meaning.country:
        return city
    if meaning.country:
        countries = country_values(facts, meaning.country) or [meaning.country]
        return all_of([city, IsOneOf(_one_column(facts, "country"), tuple(countries), meaning.shown)])
    state = _state_values(facts, meaning.within) or [meaning.within[0]]
    if not roles.columns_for(facts, "state"):
        return city
    return all_of([city, IsOneOf(_one_column(facts, "state"), tuple(state), meaning.within[0])])


def _territory(meaning: Meaning, facts: SheetFacts) -> Condition:
    parts: list[Condition] = []
    if roles.columns_for(facts, "state"):
        values = _state_values(facts, (meaning.code,)) or [meaning.code, meaning.shown]
        parts.append(IsOneOf(_one_column(facts, "state"), tuple(values), meaning.shown))
    if countries := country_values(facts, meaning.code):
        parts.append(IsOneOf(_one_column(facts, "country"), tuple(countries), meaning.shown))
    return any_of(parts) if parts else Everything()


def domestic(facts: SheetFacts) -> Condition:
    """Orders that stay in the United States; a blank country cell counts as home.

    Raises:
        SayError: without a country column.
    """
    columns = columns_of_role(facts, "country")
    if not columns:
        raise SayError("The sheet has no country column, so I cannot tell domestic from international orders.")
    values = tuple(country_values(facts, "US")) or ("US",)
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
    for column in columns_of_role(facts, "city")[:1]:
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


_BOXES: Final = ("po box", "p.o. box", "p.o.box", "p. o. box", "p o box", "pobox", "post office box")
"""How addresses write a box at the post office."""


def post_office_boxes(facts: SheetFacts) -> Condition:
    """Orders whose address is a box at the post office.

    Raises:
        SayError: without a column of streets.
    """
    columns = (*roles.columns_for(facts, "address"), *roles.columns_for(facts, "address2"))
    if not columns:
        raise SayError("The sheet has no street column, so I cannot tell PO boxes.")
    return Either(tuple(HasText(columns, "contains", box) for box in _BOXES), "the address is a PO box")
