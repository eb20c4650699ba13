"""Puts what came from a sheet or from UPS into a fence that its own text cannot open.

Cells, headers, sheet and file names and UPS messages reach a model only inside `<data>`. Angle brackets and everything
invisible (controls, direction marks, tag characters) are JSON escapes there, so no cell ends the fence or hides words.
"""

import json
from typing import Any
from unicodedata import category

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def fenced(value: Any) -> str:
    """The value as compact JSON between `<data>` and `</data>`; parsing what is between gives the value back."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"<data>{without_tags(text)}</data>"


def without_tags(text: str) -> str:
    """Foreign text where a fence cannot stand: angle brackets and everything invisible as JSON escapes."""
    return "".join(map(_harmless, text))


def exact(value: Any) -> str:
    """The value as JSON for a person's screen, letter for letter: what is invisible stands there as an escape."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter in "<>" else _harmless(letter) for letter in text)


def plain(text: str, limit: int = 300) -> str:
    """Foreign text for a person's screen: one line, nothing invisible, cut at `limit` characters."""
    shown = "".join(" " if category(letter) in _INVISIBLE else letter for letter in text)
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _harmless(letter: str) -> str:
    if letter not in "<>" and (letter.isascii() and letter >= " " and letter != "\x7f"):
        return letter
    if letter in "<>" or category(letter) in _INVISIBLE:
        # json.dumps writes letters beyond the basic plane as two escapes, as JSON wants them.
        return json.dumps(letter)[1:-1] if not letter.isascii() else f"\\u{ord(letter):04x}"
    return letter
