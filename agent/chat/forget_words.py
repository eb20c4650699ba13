"""“forget the weight”, “take back my answers”: a closed grammar, read before any brain."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.mapping.answers import OTHER_NAMES, SERVICE_OF_ALL, SLOTS, slot_words

_FORGET = re.compile(
    r"(?:please\s+)?(?:forget(?:\s+about)?|take\s+back|ask(?:\s+me)?(?:\s+again)?\s+(?:about|for))\s+"
    r"(?P<what>\S.*?)(?:\s+(?:again|please|(?:that\s+)?i\s+(?:gave|said|answered)(?:\s+(?:you|before))?))*\s*[.!]*",
    re.IGNORECASE,
)
_VERB = re.compile(r"\s*(?:please\s+)?(?:forget(?:\s+about)?|take\s+back)\s+", re.IGNORECASE)
_ALL = frozenset({"all my answers", "all answers", "all the answers", "everything i gave", "everything i said"})
_SOME = frozenset(
    {"my answer", "my answers", "an answer", "the answers", "what i gave", "what i said", "what i answered"}
)
_BEFORE = re.compile(r"(?:the|my|that)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ForgetWords:
    """Which answers the person takes back."""

    slots: tuple[str, ...] = ()
    """Empty: they have not said which."""
    everything: bool = False


def read_forget_words(message: str, given: Iterable[str] = ()) -> ForgetWords | None:
    """What a message takes back; None where it is something else. `given` are slots that were answered."""
    said = _VERB.sub("", " ".join(message.split()).casefold().rstrip(".! "), count=1)
    if said in _ALL | _SOME and _VERB.match(message):
        return ForgetWords(everything=said in _ALL)
    match = _FORGET.fullmatch(message.strip())
    if match is None:
        return None
    what = _BEFORE.sub("", " ".join(match["what"].split()), count=1).casefold()
    named: dict[str, list[str]] = {}
    for slot in dict.fromkeys([SERVICE_OF_ALL, *SLOTS, *given]):
        named.setdefault(slot_words(slot).casefold(), []).append(slot)
    slots = named.get(what) or named.get(OTHER_NAMES.get(what, "")) or []
    return ForgetWords(tuple(slots)) if slots else None
