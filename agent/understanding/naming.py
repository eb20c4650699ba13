"""Annotators of headers, of what people call the columns of a field, and of what a sheet calls its rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.lexicon import entries
from agent.understanding.sheet import Column, Sheet
from agent.understanding.tokens import Token, keys, root, stem
from agent.understanding.values import GOODS

_WHOLE: Final = 1.0
_DAYS: Final = frozenset({"date", "day"})
_SIZES: Final = frozenset("value amount cost price total sum weight number count".split())  # noqa: SIM905
_ANY: Final = frozenset("code flag cell entry".split())  # noqa: SIM905
_GOODS: Final = ("", "description")
_CODE: Final = 2
_LINKING: Final = frozenset({"the", "a", "an", "is", "are", "was", "were"})


def columns(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """Headers, whole or by a telling word, and what people call the columns of a field."""
    for start, end, stems in stretches(tokens, sheet.longest + 1):
        for name, cost in sheet.headers.get(tight(stems, sheet.headers), ()):
            yield Span("Column", start, end, name, cost)
            if end < len(tokens) and cost < _WHOLE and _repeats(tokens[end].key, sheet.by_name[name]):
                yield Span("Column", start, end + 1, name, cost)
            if tokens[end - 1].key == "by" and end > start + 1:
                yield Span("ColumnBy", start, end, name, cost)
        roots = tuple(map(root, stems))
        for name in () if stems in sheet.headers or len(stems[0]) <= 3 else sheet.header_roots.get(roots, ()):
            yield Span("Column", start, end, name, 1.2)
            if tokens[end - 1].key == "by" and end > start + 1:
                yield Span("ColumnBy", start, end, name, 1.2)
    for start, token in enumerate(tokens):
        if token.kind == "quoted":
            stems = tuple(stem(word) for word in keys(token.text.strip("\"'“”‘’")))
            for name, cost in sheet.headers.get(stems, ()):
                yield Span("Column", start, start + 1, name, cost)
        if token.key in ("$",) and "$" in sheet.by_name:
            yield Span("Column", start, start + 1, "$", 0.6)


def abbreviated(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """`val` and `doz` of the only header of one word that begins so; never a word of commands or of a cell."""
    whole = {phrase[0]: held for phrase, held in sheet.headers.items() if len(phrase) == 1 and held[0][1] < 1}
    for at, token in enumerate(tokens):
        short = token.kind == "word" and len(token.key) > _CODE and (token.key,) not in entries()
        stems = (stem(token.key),)
        if not short or stems in sheet.headers or stems in sheet.values or stems[0] in sheet.parts:
            continue
        names = {name for word, held in whole.items() if word.startswith(token.key) for name, cost in held if cost < 1}
        if len(names) == 1:
            yield Span("Column", at, at + 1, names.pop(), _WHOLE)


def row_nouns(tokens: Sequence[Token], sheet: Sheet) -> Iterator[Span]:
    """What this sheet calls its rows."""
    nouns = _row_nouns(sheet)
    for start, end, stems in stretches(tokens, 2):
        plural = (*stems[:-1], tokens[end - 1].key)
        if stems in nouns or plural in nouns:
            yield Span("Noun", start, end, "many" if tokens[end - 1].key.endswith("s") else "one", 0.3)
        elif end > start + 1 or stems[0] not in sheet.goods:
            continue
        elif tokens[start].key.endswith("s") or _owned(tokens, start):
            yield Span("Goods", start, end, GOODS, 0.5)


def _owned(tokens: Sequence[Token], at: int) -> bool:
    """The `cheese` of `Tom Aldous's cheese`."""
    return at > 0 and tokens[at - 1].text.endswith(("'s", "’s"))


def tight(stems: tuple[str, ...], held: Mapping[tuple[str, ...], object]) -> tuple[str, ...]:
    """`due at the practice` for Due at Practice, `the photo is missing` for photo missing: the phrase that is held."""
    if stems in held or len(stems) < 3:
        return stems
    bare = (stems[0], *(word for word in stems[1:-1] if word not in _LINKING), stems[-1])
    return bare if bare in held else stems


def _repeats(word: str, column: Column) -> bool:
    """Whether a word behind a header only says what it is: `Ship After date`, `Insured For value`, `labor charge`."""
    kinds = {"date": _DAYS, "number": _SIZES}.get(column.kind, frozenset())
    kinds |= {"number"} if column.field in ("phone", "order_number") else frozenset()
    kinds |= {"phone"} if column.field == "phone" else frozenset()
    return stem(word) in kinds | _ANY and stem(word) not in map(stem, keys(column.name))


def _row_nouns(sheet: Sheet) -> set[tuple[str, ...]]:
    """What a sheet calls its rows: of `Ticket`, `PO Number`, `Sales Order`, `Lot`, `Sub ID`; and `devices`, where every
    row has a Device."""
    found = {
        (*words[:-1], words[-1] + "s")
        for column in sheet.columns
        if column.kind == "text" and column.field in _GOODS and not column.nulls and not column.flag
        for words in (tuple(map(stem, keys(column.name))),)
        if words and words[-1].isalpha()
    }
    for column in sheet.of("order_number"):
        words = tuple(
            stem(word) for word in keys(column.name) if word not in ("number", "no", "id", "nr", "#", "ref", "name")
        )
        found |= {words, (*words[:-1], words[-1] + "s")} if words else set()
    return found


def stretches(tokens: Sequence[Token], most: int) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    stems = [stem(token.key) for token in tokens]
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + most, len(tokens)) + 1):
            yield start, end, tuple(stems[start:end])
