"""How questions and refinements begin: the patterns of openings.toml, compiled."""

import re
import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("agent.brains.language") / "openings.toml").read_text(encoding="utf-8"))


def opening(section: str, name: str) -> re.Pattern[str]:
    """One pattern by its name."""
    return re.compile(_lists()[section][name].replace("{lead}", _lists()["lead"]["text"]), re.IGNORECASE)
