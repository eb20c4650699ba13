"""Commands written like a query: `(state = 'CA' or gift = yes) and not qty > 3`.

The chart knows no parentheses. What is written with operators is read here, whole, as one test of the chart; what
cannot be read whole is left to the chart, and one that needs its parentheses is asked about.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.conditions import All, Condition, columns_of, words
from agent.understanding.context import Context
from agent.understanding.predicates import in_words
from agent.understanding.query_reader import NotReadError, Piece, QueryReader, pieces_of
from agent.understanding.sheet import Sheet
from agent.understanding.tokens import Token, cut
from agent.understanding.values import FORMAL, Cut, Doubt, Group, Test

_SERVICE: Final = re.compile(
    r"^\W*(?:then\b|use\b|set\b)?\W*"
    r"(?:(?:ups[ _]?)?(?:svc|service|method|ship[ _]?(?:method|via|by)|via)\s*[=:]+>?\s*)['\"]?",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(r"\([^()]*\b(?:and|or)\b[^()]*\)|\([^()]*(?:&&|\|\|)[^()]*\)", re.IGNORECASE)
_FORMAL: Final = re.compile(r"[=<>≥≤≠]|\blike\s*['\"]|\bis\s+(?:not\s+)?null\b|\bin\s*\(", re.IGNORECASE)
NOT_READ: Final = Doubt("I cannot read the condition in parentheses. Please say it in other words.")
QUERY: Final = "(query)"
"""The key of the token that stands for a whole condition."""


_EXCEPT: Final = frozenset("except excluding exclude minus but without skip omit".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Written:
    """The condition of a message, where it stands, and what is left of the message around it."""

    start: int
    end: int
    test: Test
    cuts: tuple[Cut, ...] = ()


def queried(text: str, context: Context) -> Written | Doubt | None:
    """The condition that a message is written as; a doubt where one with parentheses cannot be read.

    Raises:
        LookupNeededError: before the sheet was asked whether it holds a value.
    """
    if not _FORMAL.search(text):
        return None
    pieces = pieces_of(text)
    for at, piece in enumerate(pieces):
        if piece.kind in ("word", "quoted", "open", "not"):
            found = _from(text, pieces, at, context)
            if found is not None:
                return found
    parted = any(piece.kind in ("open", "close") for piece in pieces) and text.count("(") != text.count(")")
    return NOT_READ if parted or _GROUPED.search(text) else None


def _from(text: str, pieces: list[Piece], at: int, context: Context) -> Written | None:
    """The query that begins at a piece, with a comparison in it and nothing that it would have to go on with."""
    before = pieces[at - 1] if at else None
    if before is not None and (before.kind in ("and", "or", "not", "open") or before.word in ("and", "or", "not")):
        return None
    trees: list[Condition] = []
    reader = QueryReader(text, context, pieces, at)
    for tight in (False, True):
        reader = QueryReader(text, context, pieces, at, tight)
        try:
            trees.append(reader.expression())
            cuts = reader.cuts()
        except NotReadError:
            return None
        following = reader.peek()
        if not reader.formal or following.kind in ("and", "or", "open", "close", "operator", "not"):
            return None
        if following.word in ("and", "or", "not", "except", "unless", "without", "but"):
            return None
        if not reader.mixed:
            break
    excepted = before is not None and before.word in _EXCEPT and pieces[at].kind != "open"
    if excepted and isinstance(trees[0], All):
        return None  # "all except state = CA and gift = no": how far the exception reaches is for the chart
    said = text[pieces[at].start : pieces[reader.at - 1].end]
    tree, doubts = _chosen(trees, said, context)
    test = Test(tree, FORMAL, said, frozenset(reader.doubts | doubts))
    return Written(pieces[at].start, pieces[reader.at - 1].end, test, cuts)


def _chosen(trees: list[Condition], said: str, context: Context) -> tuple[Condition, set[Doubt]]:
    """`and` beside `or` without parentheses: nobody knows which of both binds closer, so it is asked."""
    if trees[0] == trees[-1]:
        return trees[0], set()
    doubt = Doubt(f'Which do you mean by "{said}"?', tuple(words(tree) for tree in trees), "reading")
    answer = context.answered(doubt)
    chosen = [tree for tree, choice in zip(trees, doubt.choices, strict=True) if choice.casefold() == answer]
    return (chosen[0], set()) if chosen else (trees[-1], {doubt})


def rewritten(text: str, found: Written, sheet: Sheet) -> tuple[str, Written]:
    """The message with plain words around its condition: `where` before it goes, `svc = ground` is `by ground`."""
    before = in_words(re.sub(r"\bwhere\s*$", "", text[: found.start], flags=re.IGNORECASE), sheet)
    after = text[found.end :]
    named = _SERVICE.match(after)
    if named is not None:
        after = f", by {after[named.end() :]}".rstrip(" '\"")
    after = in_words(re.sub(r"^\s*(?:=>|then\b)", ", ", after), sheet)
    said = text[found.start : found.end]
    start = len(before)
    return before + said + after, replace(found, start=start, end=start + len(said))


def cut_around(text: str, found: Written) -> tuple[Token, ...]:
    """The tokens of a message, its whole condition as one of them."""
    after = [replace(t, start=t.start + found.end, end=t.end + found.end) for t in cut(text[found.end :])]
    said = Token("mark", text[found.start : found.end], QUERY, found.start, found.end)
    return (*cut(text[: found.start]), said, *after)


def spans_of(tokens: tuple[Token, ...], found: Written) -> list[Span]:
    """The condition as one test of the chart; with a cut it is a whole group."""
    at = next(place for place, token in enumerate(tokens) if token.key == QUERY)
    test = found.test
    if not found.cuts:
        return [Span("Part", at, at + 1, test, 0.3)]
    return [Span("Group", at, at + 1, Group(test.tree, "many", columns_of(test.tree), found.cuts, test.doubts), 0.3)]
