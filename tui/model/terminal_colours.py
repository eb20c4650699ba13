"""Which theme a terminal can show."""


def theme_for(color_system: str | None) -> str | None:
    """Another theme than the usual one for a terminal of 16 colours, else None.

    There the nearest colour to the amber of practice mode is red, which is kept for real money (LIVE)."""
    return "ansi-dark" if color_system in {"standard", "windows"} else None
