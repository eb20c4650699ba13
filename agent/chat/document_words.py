"""What a message says about a customs document: “upload invoice.pdf for order 1003”. Whole messages, before any brain.

The path is the person's own words: no model and no cell can name a file here.
"""

import re
from dataclasses import dataclass
from typing import Final

from agent.understanding.tokens import straight

_KINDS: Final = (
    ("002", r"(?:commercial |customs )?invoice"),
    ("003", r"certificate of origin|origin certificate|coo"),
    ("005", r"export licen[cs]e|licen[cs]e"),
    ("010", r"packing list"),
    ("008", r"(?:other |another |customs )?document|declaration"),
)
_KIND: Final = "|".join(words for _, words in _KINDS)
_ID: Final = r"(?P<batch>[\w-]{4,36})"
_UPLOAD: Final = re.compile(
    rf"""(?:(?:please|can\s+you|could\s+you|now)[,\s]+)*
        (?:upload|attach)\s+(?:the\s+)?(?:file\s+)?
        @?(?:"(?P<quoted>[^"\n]+)"|'(?P<single>[^'\n]+)'|(?P<bare>\S+\.\w{{1,5}}))
        (?:\s+as\s+(?:an?\s+|the\s+)?(?P<kind>{_KIND.replace(" ", chr(92) + "s+")}))?
        \s+(?:for|to|with)\s+(?:the\s+)?
        (?:orders?\s+(?:number\s+|no\.?\s+)?\#?(?P<order>[^\s,]+?)|row\s+(?P<row>\d+))
        (?:\s+(?:of|in)\s+(?:(?:the\s+)?batch\s+{_ID}|the\s+(?P<last>last)\s+batch))?
        \s*(?:,?\s*please)?\s*[.!]*""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """Which file goes to which shipment."""

    path: str
    document_type: str | None = None
    """UPS's; None where it was not said: then it is asked."""
    order: str | None = None
    row: int | None = None
    """A sheet row, of `batch` or of the batch that was talked of last."""
    batch: str | None = None


def read_document_words(message: str) -> DocumentWords | None:
    """The whole message as one about a document; None for any other."""
    found = _UPLOAD.fullmatch(straight(message))
    if found is None:
        return None
    return DocumentWords(
        found["quoted"] or found["single"] or found["bare"],
        _kind_of(found["kind"]) if found["kind"] else None,
        found["order"],
        int(found["row"]) if found["row"] else None,
        found["batch"] or found["last"],
    )


def _kind_of(text: str) -> str | None:
    """UPS's type of document that words name."""
    said = " ".join(text.split())
    return next((code for code, words in _KINDS if re.fullmatch(words, said, re.IGNORECASE)), None)
