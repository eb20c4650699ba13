"""Order numbers: what a person says (`1001`, `1001-1010`) against how the sheet writes them (`#1001`, `ORD-1001`)."""

import re
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from agent.brains.language.actions import Ask, AskError
from agent.brains.language.conditions import Compare, Condition, IsOneOf, any_of

if TYPE_CHECKING:
    from agent.brains.language.cursor import NumberList
    from agent.brains.language.resolving import Resolver

_PARTS: Final = re.compile(r"(.*?)(\d+)(\D*)")
_LONGEST_RANGE: Final = 5000


def order_numbers(resolver: "Resolver", column: str, numbers: "NumberList") -> Condition:
    """The orders named; one that the sheet does not hold is a question, never left out silently.

    Raises:
        AskError: for an unknown number (the nearest three are offered) or one that fits several orders.
    """
    facts = resolver.facts.column(column)
    if not facts.values:
        return _as_said(column, numbers)
    known = [value for value, _ in facts.values]
    values: list[str] = []
    spans: list[Condition] = []
    for item in numbers.items:
        if isinstance(item, tuple):
            low, high = min(item), max(item)
            found = [value for value in known if (digits := _number(value)) is not None and low <= digits <= high]
            if facts.complete:
                values += found
            elif not known or all(value.isdigit() for value in known):
                spans += [Compare(column, ">=", str(low)), Compare(column, "<=", str(high))]
            elif high - low <= _LONGEST_RANGE:
                prefix = _common_prefix(known)
                values += [f"{prefix}{number}" for number in range(low, high + 1)]
            else:
                raise AskError(Ask(f"Orders {low} to {high} are many. Which ones do you mean?", (), "words", True))
            if facts.complete and not found:
                question = f"The sheet has no order between {low} and {high}. Which orders do you mean?"
                raise AskError(Ask(question, (), "words", True))
        else:
            values.append(_one(resolver, column, item, known, complete=facts.complete))
    parts: list[Condition] = [IsOneOf(column, tuple(dict.fromkeys(values)))] if values else []
    if spans:
        from agent.brains.language.conditions import all_of

        parts += [all_of(spans[index : index + 2]) for index in range(0, len(spans), 2)]
    return any_of(parts)


def _as_said(column: str, numbers: "NumberList") -> Condition:
    """Without knowing any number of the sheet: as said, with and without the `#` that shops put before it."""
    values: list[str] = []
    for item in numbers.items:
        said = range(min(item), max(item) + 1)[:_LONGEST_RANGE] if isinstance(item, tuple) else [item.lstrip("#")]
        values += [spelling for one in said for spelling in (str(one), f"#{one}")]
    return IsOneOf(column, tuple(values), ", ".join(_shown(item) for item in numbers.items))


def _shown(item: "str | tuple[int, int]") -> str:
    return f"{item[0]}-{item[1]}" if isinstance(item, tuple) else item


def _one(resolver: "Resolver", column: str, said: str, known: list[str], *, complete: bool) -> str:
    wanted = said.strip().casefold().replace(" ", "")
    same = [value for value in known if value.strip().casefold() == wanted]
    same = same or [value for value in known if value.strip().casefold().lstrip("#") == wanted.lstrip("#")]
    if not same and wanted.lstrip("#").isdigit():
        same = [value for value in known if _number(value) == int(wanted.lstrip("#")) and _is_plain(value)]
    if not same:  # "X201" of `X-201`
        bare = _letters_and_digits(wanted)
        same = [value for value in known if _letters_and_digits(value) == bare] if _has_both(bare) else []
    same = list(dict.fromkeys(same))
    if len(same) == 1:
        return same[0]
    if len(same) > 1:
        return _choice(resolver, f'Which order "{said}" do you mean?', same)
    if not complete:
        return f"{_common_prefix(known)}{said.lstrip('#')}" if wanted.lstrip("#").isdigit() else said
    near = [value for value, _, _ in process.extract(said, known, scorer=fuzz.ratio, limit=3)]
    return _choice(resolver, f'There is no order "{said}" in {column}. Which one do you mean?', near)


def _choice(resolver: "Resolver", question: str, options: list[str]) -> str:
    answer = resolver.ask(question, options, "value").casefold()
    chosen = [option for option in options if option.casefold() == answer]
    if not chosen:
        raise AskError(Ask(question, tuple(options), "value"))
    return chosen[0]


def _letters_and_digits(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _has_both(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _is_plain(value: str) -> bool:
    """Letters and one number, like `ORD-1001`; not a number in groups like `112-123-456`."""
    match = _PARTS.fullmatch(value.strip())
    return match is not None and not any(letter.isdigit() for letter in match[1])


def _number(value: str) -> int | None:
    match = _PARTS.fullmatch(value.strip())
    return int(match[2]) if match is not None and _is_plain(value) else None


def _common_prefix(known: list[str]) -> str:
    """What all known numbers begin with before their digits."""
    prefixes = {match[1] for value in known if (match := _PARTS.fullmatch(value.strip())) is not None}
    return prefixes.pop() if len(prefixes) == 1 else ""
