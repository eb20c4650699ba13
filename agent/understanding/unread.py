"""What is offered where words of a message were not read: to go on without them, the nearest values, flags, sentences.

A choice says what it does. None goes on with all orders, or without words that compare, deny or join.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from agent.shipping.country_names import country_of
from agent.shipping.places import country_name, state_code
from agent.understanding.chart import Derivation, Span
from agent.understanding.conditions import Everything
from agent.understanding.context import Context
from agent.understanding.readings import ShipRequest
from agent.understanding.requests import Ask
from agent.understanding.sentences import sentences
from agent.understanding.sheet import Column
from agent.understanding.spoken import spoken
from agent.understanding.tokens import Token, keys, stem
from agent.understanding.wording import TOLD

WHAT_MEANT: Final = 'What do you mean by "'
LEAVE: Final = 'leave "{said}" out'
LEAVES: Final = 'leave "'
Tried = Callable[[str, str | None], ShipRequest | str | None]
"""The request that words lead to, perhaps with an answer; else the question that they leave open."""
IsNew = Callable[[ShipRequest, Sequence[ShipRequest]], bool]
ONLY_SAID: Final = re.compile(r"only “(?P<said>.+)”: ", re.DOTALL)
_ONLY: Final = "only “{said}”: {effect}"
_SHORT: Final = 4
_CODE: Final = 2
_STEM: Final = 3
_MOST_PHRASES: Final = 4
_NAMES: Final = frozenset({"Service", "Value", "City", "State", "Country", "Lane", "Amount", "Period", "Id"})
_WHOLE: Final = 1.1
"""What a name costs at most; dearer ones are only like one."""
_RESTRICTS: Final = frozenset({"Except", "Not", "Stays", "Unless", "Only", "Rest", "Empty"})
_DENYING: Final = frozenset("nobody none nothing noone never neither cannot cant hardly only".split())  # noqa: SIM905
"""Words that deny or narrow also where they are read as nothing."""
_YES: Final = frozenset({"y", "yes", "true", "1", "x", "ja"})


def going_on(meant: Derivation, tokens: Sequence[Token], spans: Sequence[Span], context: Context) -> str | None:
    """The choice to do what a reading says without the words that it leaves out; None where it may not be offered."""
    reading, left = meant.value, meant.skipped
    phrases = list(_phrases(left, tokens, context.text))
    if not left or len(phrases) > _MOST_PHRASES or any(_says(span) and left & _of(span) for span in spans):
        return None
    if not isinstance(reading, ShipRequest) or reading.doubts or not restricts(reading):
        return None
    if any(tokens[at].key in _DENYING for at in left) or any(_denies_next(span, left, spans) for span in meant.spans):
        return None
    if not isinstance(reading.where, Everything) and not context.exists(reading.where):
        return None
    said = '", "'.join(phrases)
    return f"{LEAVE.format(said=said)}: {spoken(reading)}"


def restricts(request: ShipRequest) -> bool:
    """Whether it names orders: all of them are never what is left of words that were not read."""
    return not isinstance(request.where, Everything) or bool(request.cuts)


def with_choices(
    asked: Ask, text: str, spans: Sequence[Span], tokens: Sequence[Token], tried: Tried, is_new: IsNew
) -> Ask:
    """A question about words that were not read: what is offered leads to different orders, or on to another question.

    Of a message of several sentences, what one or two of them say alone is offered as well, unless the others hold
    something back.
    """
    kept: list[tuple[str, ShipRequest | None]] = []
    for said, others in _sentences(text, spans, tokens):
        request = tried(said, None) if may_be_left(others) else None
        if isinstance(request, ShipRequest) and restricts(request) and is_new(request, _requests(kept)):
            kept.append((sentence_choice(said, request), request))
    kept = kept[:2]
    options = [option for option in asked.options if not (kept and option.startswith(LEAVES))]
    for option in options:
        request = tried(text, option)
        if isinstance(request, ShipRequest):
            kept += [(option, request)] if is_new(request, _requests(kept)) else []
        elif request != asked.question:
            kept.append((option, None))
    return replace(asked, options=tuple(option for option, _ in kept))


def _requests(kept: Sequence[tuple[str, ShipRequest | None]]) -> list[ShipRequest]:
    return [request for _, request in kept if request is not None]


def _sentences(text: str, spans: Sequence[Span], tokens: Sequence[Token]) -> Iterator[tuple[str, list[Span]]]:
    """Two sentences in a row and single ones, each with what stands in the others."""
    parts = sentences(text)
    for length in (2, 1):
        for run in [parts[at : at + length] for at in range(len(parts) - length + 1) if length < len(parts)]:
            start, end = run[0][0], run[-1][1]
            yield text[start:end].strip(), [span for span in spans if not start <= tokens[span.start].start < end]


def sentence_choice(said: str, request: ShipRequest) -> str:
    """The choice to do what one sentence says, and nothing of the others."""
    return _ONLY.format(said=said, effect=spoken(request))


def may_be_left(spans: Sequence[Span]) -> bool:
    """Whether a sentence of these spans may be left out: it keeps no orders back and narrows none."""
    found = {span.category for span in spans}
    return not found & _RESTRICTS or not found & (_NAMES | {"Noun", "Column", "Verb"})


def _says(span: Span) -> bool:
    """Whether its words compare, deny, join, or name something of the sheet: these are never left out."""
    return span.category in TOLD | _RESTRICTS or (span.category in _NAMES and span.cost < _WHOLE)


def _denies_next(span: Span, left: frozenset[int], spans: Sequence[Span]) -> bool:
    """Whether what a word denies is left out: `not` of `not gifts by ground` must not reach the service."""
    if span.category not in _RESTRICTS:
        return False
    at = span.end
    while at not in left and any(one.category == "Filler" and one.start == at for one in spans):
        at += 1
    return at in left


def _of(span: Span) -> frozenset[int]:
    return frozenset(range(span.start, span.end))


def _phrases(left: frozenset[int], tokens: Sequence[Token], text: str) -> Iterator[str]:
    """The words that are left out, as they were written, those in a row as one."""
    for at in sorted(left):
        if at - 1 in left:
            continue
        end = at
        while end + 1 in left:
            end += 1
        yield text[tokens[at].start : tokens[end].end]


def nearest(said: str, context: Context) -> list[str]:
    """What of the sheet is like a word: a place by its code, values, a column that says yes or no."""
    placed = _place(said, context)
    return [*dict.fromkeys([*placed, *([] if placed else _values(said, context)), *_flags(said, context)])][:4]


def _place(said: str, context: Context) -> list[str]:
    """`us` as the United States, where the sheet has orders for them."""
    word = said.strip(" .,").casefold()
    if len(word) != _CODE:
        return []
    columns = [*context.sheet.of("country"), *context.sheet.of("state")]
    read = [(column, country_of if column.field == "country" else state_code) for column in columns]
    found = [value for column, code in read for value, _ in column.values if (code(value) or value).casefold() == word]
    return [(country_name(value) or value) if len(value) == _CODE else value for value in found[:1]]


def _values(said: str, context: Context) -> list[str]:
    from rapidfuzz import fuzz, process

    longest = 0 if len(said) <= _SHORT else max(_STEM, len(said) // 2)
    shown = [v for column in context.sheet.columns if _shown(column) for v, _ in column.values if len(v) >= longest]
    scorer, least = (fuzz.ratio, 75) if len(said) <= _SHORT else (fuzz.WRatio, 80)
    asked = " ".join(stem(word) for word in keys(said)) or said
    folded = {value: value.casefold() for value in shown}
    found = process.extract(asked.casefold(), folded, scorer=scorer, limit=3, score_cutoff=least)
    return [value for _, _, value in found]


def _shown(column: Column) -> bool:
    return not column.people and column.kind == "text"


def _flags(said: str, context: Context) -> list[str]:
    """`hazardous` as `HAZ_FLAG is Y`."""
    word = said.strip(" .,").casefold()
    found = []
    for column in context.sheet.columns:
        yes = next((value for value, _ in column.values if value.strip().casefold() in _YES), None)
        parts = [part for part in keys(column.name) if len(part) >= _STEM]
        if column.flag and yes is not None and any(word.startswith(part) or part.startswith(word) for part in parts):
            found.append(f"{column.name} is {yes}")
    return found[:2]
