"""Values of columns whose values the sheet does not list (names, notes): found by counting what was said."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from agent.shipping.services import service_code
from agent.understanding.chart import Span
from agent.understanding.conditions import HAS_WORD, Condition, OneOf, Text, any_of, clause
from agent.understanding.lookups import Counts
from agent.understanding.sheet import Column, Sheet
from agent.understanding.tokens import Token, stem
from agent.understanding.values import Doubt, Test

_LONGEST = 4
_SHORTEST = 3

_TOGETHER = 4
"""Words that nothing explains, of which fewer are looked for as one phrase of a note: `loading dock`."""


class Looking(Protocol):
    """What is needed of the context in which a message is read."""

    @property
    def sheet(self) -> Sheet: ...
    @property
    def answers(self) -> Mapping[str, str]: ...
    @property
    def counts(self) -> Counts: ...


def hidden(tokens: Sequence[Token], spans: Sequence[Span], text: str, context: Looking) -> Iterator[Span]:
    """Words that nothing explains, and words behind the header of such a column, as its values.

    Raises:
        LookupNeededError: before they were counted.
    """
    sheet, counts = context.sheet, context.counts
    unlisted = [column for column in sheet.columns if not column.values and column.kind == "text" and column.distinct]
    explained = {at for span in spans for at in range(span.start, span.end)}
    stretches = _stretches(tokens, explained, {span.end: span.value for span in spans if span.category == "Column"})
    wanted: list[tuple[int, int, Column, tuple[str, ...]]] = []
    for start, end, named in stretches:
        spellings = _spellings(tokens[start:end], text)
        columns = [column for column in unlisted if named is None or column.name == named]
        if columns and spellings:
            wanted += [(start, end, column, spellings) for column in columns]
    exact = [clause(OneOf(column.name, spellings)) for _, _, column, spellings in wanted]
    numbers = counts.need(*exact)
    found = [one for one, number in zip(wanted, numbers, strict=True) if number]
    whole = {(start, end) for start, end, _, _ in found}
    for (start, end, column, spellings), there in zip(found, _there(found, counts), strict=True):
        test = Test(OneOf(column.name, there), column.name, spellings[0])
        # A cell `ground` of a column that is not listed is hardly meant where a service is named.
        cost = 3.5 if service_code(spellings[0]) else 1.7 if column.field == "notes" else 1.0
        yield Span("Value", start, end, test, cost)
    known = {at for start, end in whole for at in range(start, end)}
    partial = [one for one in wanted if known.isdisjoint(range(one[0], one[1])) and _may_be_part(one, explained)]
    inside = [_texts(column, "contains", _shortest(spellings)) for _, _, column, spellings in partial]
    as_words = [_texts(column, HAS_WORD, _once(spellings)) for _, _, column, spellings in partial]
    parts = [*inside, *as_words]
    numbers = counts.need(*map(clause, parts))
    for at, (start, end, column, spellings) in enumerate(partial):
        held, with_word = numbers[at], numbers[at + len(partial)]
        if not held:
            continue
        # Readable where both mean the same: nobody else's name holds it.
        tree = parts[at] if held == with_word or not (column.people and with_word) else parts[at + len(partial)]
        said = _shortest(spellings)[0]
        doubts = frozenset() if with_word == 1 else _confirmed(column, said, context.answers)
        cost = 1.9 if end == start + 1 else 1.2
        yield Span("Value", start, end, Test(tree, column.name, said, doubts), cost)


def _there(found: Sequence[tuple[int, int, Column, tuple[str, ...]]], counts: Counts) -> Iterator[tuple[str, ...]]:
    """Of each value the spellings that the sheet has: people read the clause."""
    numbers = iter(counts.need(*(clause(OneOf(c.name, (one,))) for _, _, c, spellings in found for one in spellings)))
    for _, _, _, spellings in found:
        yield tuple(one for one in spellings if next(numbers))


def _texts(column: Column, how: str, spellings: Sequence[str]) -> Condition:
    return any_of(*(Text((column.name,), how, one) for one in spellings))


def _once(spellings: Sequence[str]) -> list[str]:
    """The first of those that differ in case alone."""
    return list({one.casefold(): one for one in reversed(spellings)}.values())[::-1]


def _shortest(spellings: Sequence[str]) -> list[str]:
    """Without those that hold another one: what contains `nina's` contains `nina`."""
    once = _once(spellings)
    short = [one for one in once if not any(other.casefold() in one.casefold() for other in once if other != one)]
    return [_as_said(one, spellings[0]) for one in short]


def _as_said(one: str, said: str) -> str:
    """`Nina` of `Nina's`, for people to read."""
    return said[: len(one)] if said.casefold().startswith(one.casefold()) else one


def _may_be_part(one: tuple[int, int, Column, tuple[str, ...]], explained: set[int]) -> bool:
    """Whether it is looked for inside of cells: a word; of notes also several, the last of which nothing explains."""
    start, end, column, spellings = one
    if end == start + 1:
        return len(spellings[0]) >= _SHORTEST
    together = explained.isdisjoint(range(start, end)) and end - start < _TOGETHER
    return not column.people and end - 1 not in explained and (start in explained or together)


def _confirmed(column: Column, said: str, answers: Mapping[str, str]) -> frozenset[Doubt]:
    """Half a name may be somebody else's: it is confirmed, but where only one row has it as a word."""
    choice = f"every {column.name} with {said}"
    doubt = Doubt(f'Who is "{said}"?', (choice,), "value")
    known = not column.people or answers.get(doubt.question, "").casefold() == choice.casefold()
    return frozenset() if known else frozenset({doubt})


def _stretches(
    tokens: Sequence[Token], explained: set[int], named: dict[int, object]
) -> Iterator[tuple[int, int, object | None]]:
    for start in range(len(tokens)):
        column = named.get(start) or (
            named.get(start - 1) if start and tokens[start - 1].key in (",", "is", "says", "of") else None
        )
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            if tokens[end - 1].key in (",", "?"):
                break
            if column is not None:
                yield start, end, column
            elif any(at not in explained for at in range(start, end)):
                yield start, end, None


def _spellings(stretch: Sequence[Token], text: str) -> tuple[str, ...]:
    """As it was said, with blanks, with underscores, and in the singular."""
    if any(token.kind == "quoted" for token in stretch[1:]) or (stretch[0].kind == "quoted" and len(stretch) > 1):
        return ()  # a quoted text ends where its quotes end
    if stretch[0].kind == "quoted":
        return (stretch[0].text.strip("\"'“”«»‘’"),)
    said = text[stretch[0].start : stretch[-1].end]
    words = [token.key for token in stretch]
    singular = [*words[:-1], stem(words[-1])]
    return tuple(dict.fromkeys((said, " ".join(words), " ".join(singular), "_".join(singular))))
