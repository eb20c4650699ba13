"""What people put around a change of an open preview: `Lovely, and ...`, `take the gifts out`.

Only words are moved or cut that say nothing about rows; what is left is read like every other message.
"""

import re
from typing import Final

from agent.understanding.sheet import Sheet
from agent.understanding.tokens import keys, stem

_PRAISE: Final = (
    r"(?:(?:that|this|it)(?:['’]s| is| looks?) )?(?:(?:very|much|so|all|just|looks?|sounds) )*"
    r"(?:lovely|wonderful|great|perfect|excellent|super|brilliant|splendid|fantastic|marvell?ous|good|nice|cool|fine|better"
    r"|right|alright|all right|ok|okay|thanks|thank you|cheers|almost|nearly|got it|understood|very well|well)"
)
_SECOND_THOUGHT: Final = (
    r"(?:(?:oh|ah|hm+|hey|um+|uh)|on second thoughts?|on reflection"
    r"|thinking about it|come to think of it|one (?:more|last|other) thing|one more change"
    r"|(?:i['’]?m |so |very )*sorry(?: to (?:be a )?(?:bother|trouble)(?: you)?(?: again)?)?"
    r"|now that i (?:see|look at) it)"
)
_LEAD: Final = re.compile(rf"^\s*(?:(?:{_PRAISE}|{_SECOND_THOUGHT})\s*(?:[,.!;:–-]+\s*)+)+", re.IGNORECASE)
_LINK: Final = re.compile(
    r"^\s*(?:and|but|then|so|now|also)[,\s]+(?=(?:please|could|would|can|will|may|might|what|how|which|tell|show|make|change"
    r"|switch|let|then|now)\b)",
    re.IGNORECASE,
)
"""What joins a question or a request of its own to what was said before: `and what would 2 day cost?`."""
_PARTED: Final = re.compile(
    r"\b(?:take|throw|kick|pull|keep|cross|strike|leave)\s+(?P<what>(?:(?!\b(?:out|off|and|but|by|via|with)\b)[^.,;:!?])+?)"
    r"\s+(?:out|off)(?:\s+of\s+(?:it|them|this|that|there|the\s+(?:preview|list|batch)))?(?=\s*(?:[.,;:!?]|$|\b(?:and|but|please)\b))",
    re.IGNORECASE,
)
_OUT: Final = re.compile(
    r"^\s*(?P<what>[^.,;:!?]+?)\s+(?:(?:is|are|goes|go|comes|come|stays|stay)\s+)?out\s*[.!]*\s*$", re.IGNORECASE
)
_GOING: Final = re.compile(
    r"\b(?:ship|send|get|gets|move|push|go|goes|going|rush|hurry|print|mail|only|just|leave|take|throw|kick|pull|keep|cross"
    r"|strike|not|no|sold|by|via)\b",
    re.IGNORECASE,
)


def plain_reply(text: str, sheet: Sheet) -> str:
    """A reply to a preview without what only leads over to it, a verb and its particle together."""
    lead = _LEAD.match(text)
    alone = lead is not None and lead[0].rstrip().endswith((".", "!"))  # "Good." also where the sheet has a Good
    if lead is not None and (alone or not _named(lead[0], sheet)) and lead.end() < len(text.rstrip()):
        text = text[lead.end() :]
    return together(_LINK.sub("", text))


def together(text: str) -> str:
    """`take the gifts out` as `leave out the gifts`: parted, only `the gifts` would be read."""
    out = _OUT.match(text)
    if out is not None and not _GOING.search(out["what"]):
        return f"leave out {out['what']}"
    return _PARTED.sub(lambda found: f"leave out {found['what']}", text)


def _named(words: str, sheet: Sheet) -> bool:
    """Whether one of the words is a value of this sheet."""
    return any((stem(word),) in sheet.values for word in keys(words) if len(word) > 2)
