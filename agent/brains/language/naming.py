"""Columns and values of the sheet at the beginning of some words: by headers, by what people call them, by parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from agent.brains.language import roles, vocabulary
from agent.brains.language.facts import SheetFacts
from agent.brains.language.headers import full_words, header_words
from agent.brains.language.words import Word, keys, root, stem

_NUMBERING: Final = frozenset({"number", "id", "#", "reference", "ref", "code", "no"})
_TALK: Final = frozenset(
    "SHIP FILLER NOUN VIA FOR IN AND OR NOT FIRST LAST REST BE ONLY HAVE RELATIVE IF".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class ColumnMention:
    """A column as a person named it; several candidates = a question, none = the sheet has no such column."""

    phrase: str
    columns: tuple[str, ...]
    role: str | None = None
    is_flag: bool = False
    """A yes/no column: its name alone means yes."""
    is_number: bool = False
    dated: "ColumnMention | None" = None
    """What the words name where a day follows them: `paid` is `Paid On`, not `Paid?`."""
    weak: bool = False
    """The header is also an everyday word of commands (`Ship To`), so that only its use tells."""


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value of the sheet, in one or several columns, as the sheet writes it."""

    phrase: str
    places: tuple[tuple[str, str], ...]


def columns(rest: Sequence[Word], facts: SheetFacts, *, used: bool = False) -> list[tuple[int, str, Any]]:
    """Headers as they stand, what people call the usual columns, or parts of headers: what is longest.

    `used` = after words such as `by` and `use`, where `ship via` can only be the header.
    """
    named = _named_columns(rest, facts, used=used) or _row_nouns(rest, facts)
    parts = _parts_of_headers(rest, facts)
    return parts if parts and (not named or parts[0][0] > named[0][0]) else named


def _named_columns(rest: Sequence[Word], facts: SheetFacts, *, used: bool) -> list[tuple[int, str, Any]]:
    for length in range(min(6, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        text = " ".join(word.text for word in rest[:length])
        headers = next((facts.header_keys[s] for s in _spellings(phrase) if s in facts.header_keys), ())
        headers = headers or (facts.header_roots.get(tuple(map(root, phrase)), ()) if length > 1 else ())
        role = roles.spoken_role(phrase)
        called = length > 1 and (used or _is_called_a_column(rest[length:]))
        weak = bool(headers) and _sounds_like_talk(phrase) and text not in headers and not called
        if weak and length > 1:
            headers = ()
        elif weak:
            return [(length, "COLUMN", ColumnMention(text, headers, roles.own_role(facts, headers[0]), weak=True))]
        if role is not None:
            own = roles.columns_for(facts, role) or (roles.columns_for(facts, "state") if role == "region" else ())
            exact = tuple(name for name in headers if keys(name) == phrase)
            if exact and own and all(facts.is_flag(name) for name in exact):
                return [
                    (length, "COLUMN", replace(_mentioned(text, exact, facts), dated=ColumnMention(text, own, role)))
                ]
            columns = exact or own or headers
            if not columns and role in ("order_date",):
                return [(length, "COLUMN", ColumnMention(text, (), role))]
            number = bool(columns) and all(facts.column(name).kind == "number" for name in columns)
            return [(length, "COLUMN", ColumnMention(text, columns, role, is_number=number))]
        if headers:
            return [(length, "COLUMN", _mentioned(text, headers, facts))]
    return []


def _is_called_a_column(after: Sequence[Word]) -> bool:
    return bool(after) and after[0].key in ("column", "field")


def negated_flag(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """`unpaid`, `nonfragile`: the opposite of a yes/no column."""
    word = rest[0].key
    for prefix in ("un", "non"):
        headers = facts.header_keys.get((word.removeprefix(prefix),), ()) if word.startswith(prefix) else ()
        if rest[0].kind == "word" and headers and all(facts.is_flag(name) for name in headers):
            return [(1, "UNFLAG", _mentioned(rest[0].text, headers, facts))]
    return []


def _row_nouns(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """`POs` where the column of order numbers is `PO Number`."""
    for name in roles.columns_for(facts, "order_number"):
        nouns = tuple(word for word in full_words(name) if word not in _NUMBERING)
        length = len(nouns)
        said = tuple(stem(word.key) if len(word.key) > 3 else word.key.removesuffix("s") for word in rest[:length])
        if nouns and said == tuple(map(stem, nouns)) and nouns not in vocabulary.readings():
            return [(length, "COLUMN", _mentioned(" ".join(word.text for word in rest[:length]), (name,), facts))]
    return []


def _mentioned(text: str, headers: tuple[str, ...], facts: SheetFacts) -> ColumnMention:
    own = roles.own_role(facts, headers[0]) or roles.role_of(facts, headers[0])
    role = own if len(headers) == 1 else None
    flag = all(facts.is_flag(name) for name in headers)
    number = all(facts.column(name).kind == "number" for name in headers)
    return ColumnMention(text, headers, role, flag, number)


def _parts_of_headers(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """`hammer` for `Hammer Price`, `risk` for `Risk Level`: words that only headers explain."""
    for length in range(min(4, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        if any(word.kind != "word" for word in rest[:length]) or all(_is_common(word) for word in phrase):
            continue
        if any(_is_common(word) for word in (phrase[0], phrase[-1])) and not _named_together(phrase):
            continue
        headers = tuple(column.name for column in facts.columns if _names_part(phrase, column.name))
        if headers:
            return [(length, "COLUMN", _mentioned(" ".join(word.text for word in rest[:length]), headers, facts))]
    return []


def _named_together(phrase: tuple[str, ...]) -> bool:
    """`shipping paid`: words of commands that stand together in a header, without any that joins a sentence."""
    table = vocabulary.readings()
    return len(phrase) > 1 and not any(
        {"FOR", "IN", "AND", "OR", "VIA", "NOUN"} & set(table.get((w,), {})) for w in phrase
    )


def _names_part(phrase: tuple[str, ...], header: str) -> bool:
    """Whether these words are part of a header, as it is written or with its abbreviations written out."""
    return _is_part(phrase, header_words(header)) or _is_part(phrase, full_words(header))


def _is_part(phrase: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether these words stand side by side in a header, singular or plural."""
    wanted, bare = tuple(map(root, phrase)), tuple(map(root, whole))
    if len(wanted) == 2 and set(wanted) <= set(bare):
        return True  # "internal notes" for `Notes - Internal`
    return any(wanted == bare[at : at + len(phrase)] for at in range(len(whole) - len(phrase) + 1))


def _is_common(word: str) -> bool:
    """A word of commands, a name of a month or of a part of an order: it means that, not part of a header."""
    said = set(vocabulary.readings().get((word,), {})) - {"OPTION"}
    return len(word) < 3 or bool(said) or (word,) in roles.spoken_phrases()


def _sounds_like_talk(phrase: tuple[str, ...]) -> bool:
    """`Ship To` is a header and the beginning of many a sentence."""
    table = vocabulary.readings()
    return all(set(table.get((word,), {})) & _TALK for word in phrase)


def values(rest: Sequence[Word], facts: SheetFacts) -> list[tuple[int, str, Any]]:
    """Values of the sheet, whatever their case, singular or plural."""
    if not rest:
        return []
    for length in range(min(8, len(rest)), 0, -1):
        phrase = tuple(word.key for word in rest[:length])
        for spelling in _spellings(phrase):
            places = tuple(place for place in facts.value_keys.get(spelling, ()) if _nameable(place, facts))
            if places:
                more, places = _with_its_header(rest[length:], places)
                text = " ".join(word.text for word in rest[:length])
                return [(length + more, "VALUE", ValueMention(text, places))]
    return []


def _with_its_header(
    after: Sequence[Word], places: tuple[tuple[str, str], ...]
) -> tuple[int, tuple[tuple[str, str], ...]]:
    """`high risk`, `mint condition`, `Net 30 terms`: a value followed by words of its column's header."""
    for length in range(min(3, len(after)), 0, -1):
        phrase = tuple(word.key for word in after[:length])
        if any(word.kind != "word" or _is_common(word.key) for word in after[:length]):
            continue
        own = tuple(place for place in places if _names_part(phrase, place[0]))
        if own:
            return length, own
    return 0, places


def _spellings(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    last = phrase[-1]
    found = [phrase]
    if any(word != stem(word) for word in phrase[:-1]):
        found.append(tuple(map(stem, phrase)))
    if stem(last) != last:
        found.append((*phrase[:-1], stem(last)))
    elif last.isalpha() and len(last) > 2:
        found.append((*phrase[:-1], last + "s"))
    if phrase == ("canceled",):
        found.append(("cancelled",))
    if phrase == ("cancelled",):
        found.append(("canceled",))
    return found


def _nameable(place: tuple[str, str], facts: SheetFacts) -> bool:
    """Bare numbers and yes/no mean a value only beside their column's name."""
    column, value = place
    role = roles.own_role(facts, column) or roles.role_of(facts, column)
    if role in ("state", "country", "city", "order_number", "weight", "total", "quantity"):
        return False
    bare = value.strip().casefold()
    return not bare.replace(".", "").isdigit() and bare not in ("y", "n", "yes", "no", "true", "false", "x", "t", "f")
