"""Makes text from sheets, servers and models harmless on a terminal: what cannot be seen is shown, never obeyed."""

import re

_CONTROL_PICTURES = 0x2400
_DELETE = "\x7f"
_KEPT = frozenset("\n\u200c\u200d")
"""Line ends, and the joiners that names in many scripts and emoji need."""

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with control, direction and zero-width characters shown as signs; line ends stay."""
    return _HIDDEN.sub(_sign, text)


def visible_line(text: str) -> str:
    """`visible` on one line: a line end becomes a sign too."""
    return visible(text).replace("\n", "␊")


def _sign(match: "re.Match[str]") -> str:
    character = match[0]
    code = ord(character)
    if character in _KEPT:
        return character
    if character == "\t":
        return "⇥ "
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if character == _DELETE:
        return "␡"
    return f"⟨U+{code:04X}⟩"
