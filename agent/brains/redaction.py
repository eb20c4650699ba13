"""Keeps credentials out of messages, and credentials and contact data out of recordings."""

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from agent.credentials import secret_spans

_PERSONAL = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "tracking": re.compile(r"\b1Z[0-9A-Z]{16}\b", re.IGNORECASE),
    "phone": re.compile(r"(?<![\w-])(?:\+?1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"),
}


@dataclass(slots=True)
class Veil:
    """Replaces secrets and contact data by names that stay the same within a turn: `[email 1]`.

    A replay makes the same names from what is said to it, so it can put the words back into the calls.
    """

    hidden: dict[str, str] = field(default_factory=dict)
    """What was hidden -> its name."""

    def hide(self, value: Any) -> Any:
        """The value (text, or JSON with text in it), veiled."""
        if isinstance(value, str):
            for start, end in reversed(secret_spans(value)):
                value = value[:start] + self._named("key", value[start:end]) + value[end:]
            for kind, pattern in _PERSONAL.items():
                value = pattern.sub(partial(self._name, kind), value)
            return value
        return _each(value, self.hide)

    def show(self, value: Any) -> Any:
        """The other way; a name that stands for nothing said stays a name."""
        if isinstance(value, str):
            for words, name in self.hidden.items():
                value = value.replace(name, words)
            return value
        return _each(value, self.show)

    def _name(self, kind: str, found: re.Match[str]) -> str:
        return self._named(kind, found.group())

    def _named(self, kind: str, words: str) -> str:
        return self.hidden.setdefault(words, f"[{kind} {len(self.hidden) + 1}]")


def _each(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    if isinstance(value, list):
        return [change(item) for item in value]
    return value
