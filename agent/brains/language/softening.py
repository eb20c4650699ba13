"""What stands around the words that count: sighs, agreement, and the taking back of what was said before."""

import re
from typing import Final

from agent.brains.language.openings import opening

_AGREED: Final = opening("refining", "agreed")
_CORRECT: Final = opening("refining", "correct")
_DISCARDED: Final = opening("refining", "discarded")
_CHANGE: Final = opening("refining", "change")
_SAME: Final = opening("refining", "same")
_REST_AS_IS: Final = opening("refining", "rest_as_is")
_INTERJECTION: Final = opening("refining", "interjection")
_INSTEAD: Final = re.compile(r"^(?:no,? )?instead of .+?,? (?:use|ship|take|do|make it|i want|choose) ", re.IGNORECASE)


def without_interjection(text: str) -> str:
    """`hmm, no, make that 2nd day` begins with `no`; `OH orders` and `oh and tx` stay as they are."""
    bare = _INTERJECTION.sub("", text.strip())
    return bare or text


def without_agreement(text: str) -> str:
    """`looks good, but leave out row 8` is about row 8, `same again but 2 day` about the service."""
    bare = _DISCARDED.sub("", _SAME.sub("", _AGREED.sub("", text.strip())))
    return _REST_AS_IS.sub("", bare) or bare


def changes(text: str) -> bool:
    """Whether a message begins as a change of what is in the preview."""
    return _CHANGE.match(text.strip()) is not None


def without_correction(text: str) -> str:
    """`no, I meant Texas` is about Texas."""
    bare = _CORRECT.sub("", _INSTEAD.sub("", text.strip())).strip(" ,")
    return _CHANGE.sub("", bare)
