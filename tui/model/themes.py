"""Which theme is shown: the person's, else one that the terminal can show."""

from collections.abc import Iterable

from agent.errors import ErrorKind

THEMES = {"dark": "textual-dark", "light": "textual-light", "ansi": "ansi-dark"}
"""Plain words for the usual ones; every theme of Textual can be named too."""
THEME_UNKNOWN = ErrorKind(
    "E-4192",
    "The setting `theme` names {theme!r}, which is not a theme{nearest}.",
    "Set dark, light or ansi in {file}, or leave it out; `/theme` in the chat shows all.",
)


def named(name: str, known: Iterable[str]) -> str | None:
    """The theme of this name or plain word; None where there is none."""
    chosen = THEMES.get(name, name)
    return chosen if chosen in known else None


def theme_for(color_system: str | None) -> str | None:
    """Another theme than the usual one for a terminal of 16 colours, else None.

    There the nearest colour to the amber of practice mode is red, which is kept for real money (LIVE)."""
    return "ansi-dark" if color_system in {"standard", "windows"} else None
