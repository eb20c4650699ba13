"""Annotators: pure functions over tokens, lexicon and sheet that propose typed spans with costs; overlaps allowed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from agent.shipping.services import service_code
from agent.understanding.chart import Span
from agent.understanding.conditions import Condition, OneOf, Text
from agent.understanding.context import Context
from agent.understanding.dates import periods
from agent.understanding.hidden import hidden
from agent.understanding.lexicon import entries
from agent.understanding.mishearing import misheard
from agent.understanding.naming import abbreviated, columns, row_nouns, stretches, tight
from agent.understanding.numbers import amounts
from agent.understanding.places import FAMILY, lanes, located
from agent.understanding.sentences import SETTLED
from agent.understanding.services import services
from agent.understanding.sheet import Column, Sheet
from agent.understanding.tokens import Token, cut, keys, stem
from agent.understanding.values import Period, Service, Test
from agent.understanding.wording import Neighbours, lexical

_LONGEST_TEXT: Final = 5
_WHOLE: Final = 1.0
_PART: Final = 1.9
"""What one word of a longer value costs."""
_PHRASE: Final = 1.2
"""What several words of a longer value cost."""
_TELLS_THE_DAY: Final = 1.2
"""What passing over a word costs that a column of days is called by: `ordered last week` is about no other day."""
_AS_LIKELY: Final = 1.3
_PARTICLES: Final = frozenset("in out off up on over down".split())  # noqa: SIM905
"""Values that are values beside their header only: `get them out` is not about `Warranty: Out`."""
_PLACES: Final = frozenset({"city", "state", "country"})
_ARROWS: Final = frozenset({"->", "=>", "-->", "→"})
_BEFORE_A_SERVICE: Final = frozenset({"via", "by", "with", "using", "through"})
_MARKED: Final = frozenset("is are says marked flagged labeled labelled and or not except only for of".split())  # noqa: SIM905
"""Behind these even the last word may be a cell: `the ones marked ground`."""
_COMMANDING: Final = frozenset({"Filler", "Verb", "Keeps", "Except", "Stays", "Not"})
_PREPOSITIONS: Final = frozenset("by in at from through on".split())  # noqa: SIM905
_BETWEEN: Final = _PREPOSITIONS | {"the", "a", "our"}
_LINKS: Final = frozenset("the a an and or of by for to in on at from is are was were via".split())  # noqa: SIM905
_POINTING: Final = frozenset("which ones one those them it that this so what".split())  # noqa: SIM905
_DENIES: Final = re.compile(r"\b(?:not|no|non|never|isn['’]?t|without)\b", re.IGNORECASE)


def annotate(tokens: Sequence[Token], context: Context, text: str, given: Sequence[Span] = ()) -> list[Span]:
    """All spans of a message; `text` is what the tokens were cut from, `given` is what was read before."""
    sheet = context.sheet
    found = [
        *given,
        *columns(tokens, sheet),
        *abbreviated(tokens, sheet),
        *row_nouns(tokens, sheet),
        *values(tokens, sheet),
        *phrases(tokens, sheet),
        *id_ranges(tokens, sheet),
        *located(tokens, sheet),
        *lanes(tokens, sheet),
        *(_answered(span, context) for span in services(tokens)),
        *periods(tokens, context.today),
        *amounts(tokens),
    ]
    days = frozenset(span.start for span in found if span.category in ("Period", "Ago"))
    near = Neighbours(
        frozenset(at for span in found if _held(span, sheet) for at in range(span.start, span.end)),
        days,
        frozenset(span.start for span in found if isinstance(span.value, Period) and span.value.doubt),
    )
    words = list(lexical(tokens, near))
    by = {(span.start, span.end) for span in found if span.category == "ColumnBy" and span.end in days}
    found = [span for span in found if span.category != "Column" or (span.start, span.end) not in by]
    words = [span for span in words if span.category != "Flag" or not _is_header(span, found)]
    named = {(span.start, span.end) for span in found if span.category == "Value" and span.cost <= _WHOLE}
    words = [span for span in words if span.category != "Option" or (span.start, span.end) not in named]  # Terms: COD
    options = [span for span in words if span.category == "Option"]
    words = [
        span
        for span in words
        if span.category not in ("Noun", "Filler", "Verb") or not any(o.start <= span.start < o.end for o in options)
    ]
    held = {at for start, end in named for at in range(start, end) if end > start + 1}
    words = [span for span in words if span.category not in ("Unshipped", "Overdue") or span.start not in held]
    headers = {(span.start, span.end) for span in found if span.category == "Column" and span.cost < 1}
    named_so = {(s.start, s.end) for s in words if s.category == "Verb"} & headers  # the Upgrade column
    words = [
        span for span in words if span.category not in ("Verb", "Filler") or (span.start, span.end) not in named_so
    ]
    words = [span for span in words if span.category != "Noun" or (span.start, span.end) not in named]
    of_days = {
        (span.start, span.end)
        for span in found
        if span.category == "Column" and span.cost < 1 and sheet.by_name[str(span.value)].kind == "date"
    }
    words = [
        replace(span, cost=max(span.cost, _TELLS_THE_DAY))
        if span.category == "Filler" and (span.start, span.end) in of_days
        else span
        for span in words
    ]
    listed = {span.start for span in found if span.category == "Column" and sheet.by_name[str(span.value)].values}
    words = [span for span in words if span.category != "Did" or span.start not in listed]  # Sold Through
    found += [*words, *texts(tokens, words, text), *_how_many(words)]
    told = {
        at
        for span in found
        if span.category in ("Value", "Id") or (span.category == "Column" and span.cost < 1)
        for at in range(span.start, span.end)
    }
    found = [
        span
        for span in found
        if span.category != "Goods"
        or told.isdisjoint(range(span.start, span.end))
        or stem(tokens[span.start].key) in sheet.row_names
    ]
    found = [_begins_like_a_place(span, tokens, found) for span in found]
    found = [span for span in found if span.category != "Noun" or not _in_header(span, found)]
    found += hidden(tokens, found, text, context)
    found += participles(tokens, found)
    return [*found, *misheard(tokens, found)]


def _held(span: Span, sheet: Sheet) -> bool:
    """Values, and whole headers of amounts and of yes or no: `shipping paid of at least $5` is not about the total,
    `address ok orders` are not all orders."""
    if span.category == "Column" and span.cost < 1:
        column = sheet.by_name[str(span.value)]
        return column.kind == "number" or (column.flag is not None and span.end > span.start + 1)
    if span.category == "Value" and span.cost > _PART:
        return False
    return span.category in ("Value", "City") or (span.category == "State" and span.end == span.start + 1)


def _how_many(words: Sequence[Span]) -> Iterator[Span]:
    """`How much packages are there?` of somebody whose language has one word for both."""
    nouns = {span.start for span in words if span.category == "Noun" and span.value == "many"}
    for span in words:
        if span.category == "HowMuch" and span.end in nouns:
            yield replace(span, category="HowMany", value="count", cost=0.2)


def _begins_like_a_place(span: Span, tokens: Sequence[Token], found: Sequence[Span]) -> Span:
    """The `Dallas` of Dallas DC is about as likely as the town where both are on the sheet: then it is asked."""
    place = span.category == "Value" and span.cost == _PART and isinstance(span.value, Test)
    place = place and not (span.start and tokens[span.start - 1].key in ("to", "in"))
    place = place and any(s.category in ("City", "State") and (s.start, s.end) == (span.start, span.end) for s in found)
    leaf = span.value.tree if place else None  # type: ignore[attr-defined]
    begins = isinstance(leaf, OneOf) and all(keys(value)[:1] == keys(span.value.said) for value in leaf.values)  # type: ignore[attr-defined]
    return replace(span, cost=_AS_LIKELY) if begins else span


def _in_header(noun: Span, found: Sequence[Span]) -> bool:
    """The `order` of `order total > 100` is no noun: it would make an `and` before it join two groups of orders."""
    return any(
        span.category == "Column" and span.cost < 1 and span.start <= noun.start and noun.end < span.end
        for span in found
    )


def _answered(span: Span, context: Context) -> Span:
    """A word for several services as the one that the person chose."""
    doubt = span.value.doubt if isinstance(span.value, Service) else None
    code = service_code(context.answers.get(doubt.question, "")) if doubt is not None else None
    return replace(span, value=Service(code)) if code else span


def _is_header(span: Span, found: Sequence[Span]) -> bool:
    """`signature required` where the sheet has that column is a condition."""
    return any(
        s.category == "Column" and s.start < span.end and span.start < s.end and "signature" in str(s.value).casefold()
        for s in found
    )


def participles(tokens: Sequence[Token], found: Sequence[Span]) -> Iterator[Span]:
    """`filled by the Lakeside store`, `that Austin assembled`: what was done, beside the value that tells it."""
    explained = {at for span in found for at in range(span.start, span.end)}
    named = [span for span in found if span.category == "Value" and span.cost <= _WHOLE]
    starts, ends = {span.start for span in named}, {span.end for span in named}
    for at, token in enumerate(tokens):
        if at in explained or not token.key.endswith("ed") or token.kind != "word" or SETTLED.search(token.key):
            continue
        after = at + 1
        while after < len(tokens) and tokens[after].key in _BETWEEN:
            after += 1
        by = after > at + 1 and tokens[at + 1].key in _PREPOSITIONS
        if (after in starts and by) or at in ends:
            yield Span("Did", at, at + 1, token.key, 0.5)


def values(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Values of the sheet, whole; and words of longer values, which cost more."""
    for start, end, stems in stretches(tokens, sheet.longest + 1):
        said = " ".join(token.text for token in tokens[start:end])
        by_column: dict[str, list[str]] = {}
        joined = ("".join(stems),) if end == start + 2 and stems not in sheet.values else tight(stems, sheet.values)
        for name, value in sheet.values.get(joined, ()):
            by_column.setdefault(name, []).append(value)
        before = tokens[start - 1].key if start else ""
        last = end == len(tokens) and start > 0 and before not in _MARKED
        before = "via" if start and (tokens[start - 1].text in _ARROWS or before == "(query)" or last) else before
        for name, found in by_column.items():
            if sheet.by_name[name].field in _PLACES:
                continue  # places are read as places
            wider = sheet.parts.get(stems[0], {}).get(name, ()) if end == start + 1 else ()
            for category, test, cost in _whole(sheet.by_name[name], found, said, before, set(wider) - set(found)):
                yield Span(category, start, end, test, cost)
        if end == start + 1 and all(sheet.by_name[name].field in _PLACES for name in by_column):
            yield from _parts_of_values(tokens[start], start, stems[0], sheet)


def _whole(
    column: Column, found: Sequence[str], said: str, before: str, wider: set[str]
) -> Iterator[tuple[str, Test, float]]:
    """What a whole value of a column may be: (category, test, cost); `wider` are longer values with the same word."""
    name = column.name
    category = "Id" if column.field == "order_number" else "Value"
    tree: Condition = OneOf(name, tuple(found))
    if column.field == "tags":
        tree = Text((name,), "contains", _tag(found, said))
    service = _names_a_service(said)  # the `Ground` of ground coffee, too
    family = FAMILY if column.field == "region" else name
    cost = 1.9 if service else 1.7 if column.field == "notes" else 1.0
    cost = 3.5 if service and before in _BEFORE_A_SERVICE else cost
    cost += 1.5 if said.casefold() in _PARTICLES else 0.0
    if column.field == "notes" and wider:
        # A word of free text stands in longer notes too; one of them may deny it.
        yield category, Test(Text((name,), "contains", said), family, said), cost
        if not any(_DENIES.search(value) for value in wider):
            return
    yield category, Test(tree, family, said), cost


def _tag(found: Sequence[str], said: str) -> str:
    """A tag as its cell writes it: `quilt-along` of `quilt along`."""
    stems = tuple(map(stem, keys(said)))
    tags = [tag.strip() for value in found for tag in value.split(",")]
    return next((tag for tag in tags if tuple(map(stem, keys(tag))) == stems), said)


def _names_a_service(said: str) -> bool:
    known = service_code(said) or service_code(said.replace(" ", ""))
    words = cut(said)
    known = known or next((said for span in services(words) if span.start == 0 and span.end == len(words) > 1), None)
    return known is not None or any(entry.category == "ServiceName" for entry in entries().get(keys(said), ()))


def phrases(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Several words of a longer value, one of which no command has; `no plastic` is no missing plastic then."""
    for start, end, stems in stretches(tokens, _LONGEST_TEXT):
        if end < start + 2 or stems in sheet.values or {stems[0], stems[-1]} & _LINKS:
            continue
        if all((token.key,) in entries() for token in tokens[start:end]):
            continue
        said = " ".join(token.text for token in tokens[start:end])
        for name, held in sheet.phrases.get(stems, {}).items():
            yield Span("Value", start, end, Test(OneOf(name, held, f"... {said} ..."), name, said), _PHRASE)


def _parts_of_values(token: Token, at: int, stemmed: str, sheet: Sheet) -> Iterator[Span]:
    """`unpaid` of a flag `Paid`, and one word of longer values."""
    if token.key.startswith("un"):
        for name, _ in sheet.headers.get((stemmed[2:],), ()):
            denied = sheet.by_name[name].denied
            if denied is not None:
                yield Span("Value", at, at + 1, Test(denied, f"flag:{name}", token.text), 1.0)
    if token.kind == "word" and len(stemmed) > 2 and not _is_courtesy(token.key):
        for name, held in sheet.parts.get(stemmed, {}).items():
            if not sheet.by_name[name].people:
                tree = OneOf(name, held, f"... {token.text} ...")
                yield Span("Value", at, at + 1, Test(tree, name, token.text), _PART)


def _is_courtesy(word: str) -> bool:
    """The `please` of a note `gift wrap please` is about nothing in a command."""
    return any(entry.category in _COMMANDING for entry in entries().get((word,), ()))


def id_ranges(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """`5200-5209`, `#1001-#1010`, `WB80010-WB80012`: from one order number to another in one token."""
    for start, token in enumerate(tokens):
        if token.kind not in ("range", "id"):
            continue
        for match in re.finditer(r"\s?[-–—]\s?", token.key):
            halves = [token.key[: match.start()], token.key[match.end() :]]
            ends = [
                [place for place in sheet.values.get((half,), ()) if sheet.by_name[place[0]].field == "order_number"]
                for half in halves
            ]
            if all(ends):
                low, high = (
                    Test(OneOf(end[0][0], (end[0][1],)), end[0][0], half)
                    for end, half in zip(ends, halves, strict=True)
                )
                yield Span("IdRange", start, start + 1, (low, high), 0.9)


def texts(tokens: Sequence[Token], words: Sequence[Span], text: str) -> Iterator[Span]:
    """What may stand behind `contains` and `starts with`, and every quoted text."""
    for span in words:
        if span.category == "SaveMapping" and span.end < len(tokens):
            yield Span("Name", span.end, len(tokens), text[tokens[span.end].start :].strip(" .!"), 0.2)
    operators = [span.end for span in words if span.category == "Contains"]
    for start, token in enumerate(tokens):
        if token.kind == "quoted":
            yield Span("Text", start, start + 1, token.text.strip("\"'“”«»‘’"), 0.4)
            yield Span("Quoted", start, start + 1, token.text.strip("\"'“”«»‘’"), 0.8)
        if not any(end <= start <= end + _LONGEST_TEXT for end in operators):
            continue
        for end in range(start + 1, min(start + _LONGEST_TEXT, len(tokens)) + 1):
            if tokens[end - 1].key in (",", "?") or tokens[end - 1].kind == "quoted":
                break
            if all(token.key in _POINTING for token in tokens[start:end]):
                continue  # "the notes say which ones"
            said = text[tokens[start].start : tokens[end - 1].end] if text else tokens[start].text
            yield Span("Text", start, end, said, 0.9 + 0.3 * (end - start - 1))
