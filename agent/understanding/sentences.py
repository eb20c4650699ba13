"""Several sentences in one message: one that has no anchor on the sheet is left out whole, and listed."""

import re
from collections.abc import Sequence
from typing import Final

from agent.understanding.chart import Span
from agent.understanding.sheet import Sheet
from agent.understanding.spelling import near_a_value
from agent.understanding.tokens import Token

_ENDS: Final = re.compile(
    r"(?i:(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bst)(?<!\bmt))[.!](?!(?i:(?<=\bco\.)|(?<=\binc\.)|(?<=\bltd\.))\s+[a-z&])(?=\s|$)|\?(?=\s+[A-Z])|\n+"
)
ABOUT_ORDERS: Final = frozenset(
    "they those these ones one order orders row rows parcels packages boxes items units all everything goods "  # noqa: SIM905
    "stuff".split()
)
RULES: Final = frozenset("want wants need needs must should only".split())  # noqa: SIM905
"""Behind these even an unknown word may say which orders: `I want mugs`."""
SAYS_WHICH: Final = frozenset(
    {"Only", "Unless", "Blanks", "AsRequested", "Superlative", "Top", "Random", "EveryOther", "Contains", "Between"}
    | {"Option", "Present", "Rest", "Range", "IdRange", "Lane", "Quoted", "Instead", "TakenBack"}
    | {"Ago", "Unshipped", "DefaultService", "SaveMapping", "Undo", "Phrase", "Query"}
)
"""A sentence with one of these is always read or asked about."""
_TURNS_ROUND: Final = frozenset({"Not", "Except", "Stays", "Empty", "Keeps"})
"""So is one that turns something round, but for a reminder: `don't forget to lock up`."""
_REMINDERS: Final = frozenset("forget worry ask panic miss care mind know".split())  # noqa: SIM905
_ASKS: Final = frozenset({"Show", "HowMany", "HowMuch", "Aggregate", "Values", "Costs", "Void", "Mark", "Most"})
"""The same at its beginning."""
_COMPARES: Final = frozenset({"Comparison", "Moment", "After"})
"""No condition without a number or a day beside it: `the strike is over`, `short of tape`."""
_MEASURES: Final = frozenset({"Number", "Amount", "Period", "Age", "Id"})
_JUDGES: Final = frozenset({"Vague", "Overdue"})
"""What may choose orders where some are spoken of, or a single name is judged: `big ones`; not `a big week`."""
_NAMES: Final = frozenset({"Value", "City", "State", "Country", "Column"})
"""What another sentence names too is no condition of its own: `Finch Foods called. Ship all Finch Foods orders.`"""
_WHOLE: Final = 1.5
"""What a name costs at most; dearer ones are single words of longer values and headers."""
_SPOKEN: Final = 0.9
"""What people call a field costs this much: the `numbers` of `good numbers so far` are no header."""
SHIPS: Final = frozenset(
    "ship ships shipped send sends sent go goes going mail dispatch deliver label labels release post "  # noqa: SIM905
    "reship resend".split()
)
_OPENINGS: Final = frozenset("and so then but also please just now well ok okay oh".split())  # noqa: SIM905
SPEAKERS: Final = frozenset(
    "he she hes shes i im ill ive id we were well weve you youre my our that thats here heres".split()  # noqa: SIM905
)
"""A sentence that begins with these is about people, or about what was said."""
_FIRST: Final = frozenset({"first", "next", "last", ","})
OURS: Final = frozenset({"your", "my", "our"})
THEIRS: Final = frozenset("his hers her their theirs its it him mine ours yours".split())  # noqa: SIM905
"""Beside a name these may be somebody's orders: `Bob fetches his`."""
POINTING: Final = frozenset("his her hers their theirs its there both".split())  # noqa: SIM905
"""What these point at may stand in the sentence that was left out."""
SETTLED: Final = re.compile(
    r"\b(?:cancel\w*|refund\w*|return\w*|shipped|sent|went|gone|done|delivered|closed?|stop\w*|paused?|pending|unpaid"
    r"|on hold|nobody|none|nothing|wait\w*|back\s*order\w*|out of stock|wrong|fraud\w*|bad address\w*)\b",
    re.IGNORECASE,
)
"""Words after which orders may be meant to stay here."""
_SHORT: Final = 4
"""Letters of a word that is like too many others: the `call` of `I'll call them` is no `Cell`."""
_FEWEST: Final = 2
"""Words beside the fillers: a single one that nothing explains is a question about that word."""


def without_chatter(
    text: str, tokens: Sequence[Token], spans: Sequence[Span], sheet: Sheet, asks: bool = False
) -> tuple[str, tuple[str, ...]]:
    """The message without the sentences that are about something else, and those sentences.

    A sentence stays where any word of it may be a condition, a service, a command or a name: then it is read or asked
    about. Nothing is left out where no other sentence is there to be read.
    """
    parts = sentences(text)
    if len(parts) < 2:
        return text, ()
    dropped = [
        part
        for part in parts
        if not (asks and "?" in text[part[0] : part[1]]) and _chatter(part, tokens, spans, sheet, asks)
    ]
    if not dropped or len(dropped) == len(parts):
        return text, ()
    kept = "".join(text[a:b] for a, b in parts if (a, b) not in dropped)
    if not asks and POINTING & set(re.findall(r"\w+", kept.casefold())):
        return text, ()  # "Ada called. Ship her orders."
    return kept, tuple(text[a:b].strip() for a, b in dropped)


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a message begins and ends."""
    ends = [match.end() for match in _ENDS.finditer(text)]
    return [(a, b) for a, b in zip([0, *ends], [*ends, len(text)], strict=True) if text[a:b].strip()]


def _chatter(part: tuple[int, int], tokens: Sequence[Token], spans: Sequence[Span], sheet: Sheet, asks: bool) -> bool:
    inside = [at for at, token in enumerate(tokens) if part[0] <= token.start < part[1]]
    if not inside or any(tokens[at].kind not in ("word", "number", "mark", "ordinal") for at in inside):
        return False
    words = [tokens[at] for at in inside if tokens[at].kind == "word"]
    elsewhere = {_name(span) for span in spans if span.start not in inside}
    of_it = [span for span in spans if span.start in inside]
    again = {at for span in of_it if _is_again(span, elsewhere) for at in range(span.start, span.end)}
    new = [span for span in of_it if span.category not in _NAMES or not again.issuperset(range(span.start, span.end))]
    explained = again | {at for span in new for at in range(span.start, span.end)}
    unread = [tokens[at] for at in inside if at not in explained and tokens[at].kind == "word"]
    vague = any(span.category == "Vague" for span in new)
    fillers = {at for span in new if span.category == "Filler" for at in range(span.start, span.end)}
    named_only = bool(again) and all(at in again | fillers for at in inside if tokens[at].key not in _FIRST)
    if named_only and not asks and {tokens[at].key for at in inside} & _FIRST:
        return True  # "Texas first."
    first = next((word.key for word in words if word.key not in _OPENINGS), "")
    speaks = first in SPEAKERS or any(word.key in OURS for word in words)
    again_only = bool(again) and not SETTLED.search(" ".join(word.text for word in words))
    if _instructs(new, tokens, words, sheet, asks, again_only):
        return False
    if not (speaks or asks) and (len(set(inside) - fillers) < _FEWEST or not (unread or vague)):
        return False
    named = any(token.text[0].isupper() for token in unread if token is not words[0])
    named = named or (words[0] in unread and words[0].text[0].isupper() and any(token.key in THEIRS for token in words))
    long = [token for token in unread if not speaks or len(token.key) > _SHORT]
    return not (named or near_a_value(long, sheet))


def _is_again(span: Span, elsewhere: set[tuple[str, object]]) -> bool:
    return span.category in _NAMES and _name(span) in elsewhere


def _name(span: Span) -> tuple[str, object]:
    """What a span names, however it was said."""
    return span.category, getattr(span.value, "tree", span.value)


def _instructs(
    new: Sequence[Span],
    tokens: Sequence[Token],
    words: Sequence[Token],
    sheet: Sheet,
    asks: bool,
    again: bool,
) -> bool:
    """Whether a sentence may say which orders, how they go, or that something else be done.

    Beside a question nothing goes anywhere: there only a name of its own could change the answer. Where it names
    only orders that another sentence names too (`again`), what they are like chooses none: `Texas orders are heavy.`
    """
    keys = {word.key for word in words}
    found = {span.category for span in new}
    if any(span.category in _NAMES - {"Column"} and span.cost < _WHOLE for span in new):
        return True
    begins = next((at for at, token in enumerate(tokens) if token in words and token.key not in _OPENINGS), -1)
    if any(span.category in _ASKS and (asks or span.start == begins) for span in new):
        return True
    if asks:
        return bool(found & SAYS_WHICH)
    if keys & (RULES | SHIPS | (frozenset() if again else ABOUT_ORDERS)) or found & SAYS_WHICH:
        return True
    if any(span.category == "Flag" and span.value != "reship" for span in new):
        return True
    if any(span.category == "Service" and not getattr(span.value, "doubt", None) for span in new):
        return True
    columns = {str(span.value) for span in new if span.category == "Column" and span.cost < _WHOLE}
    if any(sheet.by_name[name].flag for name in columns):
        return True
    if any(span.category in _TURNS_ROUND and not _reminds(span, tokens, begins) for span in new):
        return True
    if found & _COMPARES and (found & _MEASURES or columns):
        return True
    meant = [span for span in new if span.category == "Noun" or (span.category == "Column" and span.cost < _SPOKEN)]
    return bool(found & _JUDGES and meant and not again)


def _reminds(span: Span, tokens: Sequence[Token], begins: int) -> bool:
    if span.end >= len(tokens) or tokens[span.end].key not in _REMINDERS:
        return False
    return span.start == begins or (span.start == begins + 1 and tokens[begins].key in SPEAKERS)
