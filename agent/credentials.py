"""Passwords and keys in what people type: known in every form, replaced by a handle before anything reads the words.

The forms: `://user:password@host` (an unescaped `@` in the password too), `?password=` and its relatives in any URL
(`jdbc:` with `;` as well), the words of a connection text (`host=... password='...'`), and keys as services issue them.
Too much hidden is harmless: the call that opens a database gets the words back as they were.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

_NAMED = (
    r"(?:\w{0,40}(?:password|passphrase|passwd|passwort)"
    r"|(?:\w{0,40}[_-])?(?:pass|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key))"
)
# Every repetition is bounded, so that no text takes the square of its length. `;` and `&` go on to the next word of a
# connection text, or belong to the password.
_VALUE = (
    r"(?:'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|\{[^}]*\}?"
    r"|(?:\\.|[^\s&;\\'\"]|[&;](?!\s{0,9}\w[\w. -]{0,40}=|\s|$)|['\"](?=\S))+)"
)
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"\b[a-z][a-z0-9+.-]{0,40}://[^\s/?#@:]{0,200}:(?P<secret>\S{1,400})@",
        r"\bjdbc:(?:[a-z0-9]{1,40}:){1,4}[^\s/:@]{1,200}/(?P<secret>\S{1,400})@",
        rf"(?<![a-z])(?:\w{0, 40}[_-])?(?:pg)?{_NAMED}[\"']?\s{{0,9}}[=:]\s{{0,9}}(?P<secret>{_VALUE})",
        r"\b(?P<secret>sk-[a-z0-9_-]{8,})",
        r"\b(?:bearer|basic)\s+(?P<secret>[a-z0-9._~+/=-]{8,})",
    )
)
_VARIABLE: Final = re.compile(r"key|secret|token|password|passwd|pwd|^SHIPCHAT_DB_", re.IGNORECASE)
_FOLDERS: Final = frozenset({"PWD", "OLDPWD"})
"""Where a shell is and was: its name says `pwd`, and it is no secret."""
_SHORTEST: Final = 6
"""Letters of a variable's value that is looked for in a text: `1` is in every text and no secret."""
_MARK: Final = re.compile(r"\*\*\*(\d*)")
_HIDDEN: Final = re.compile(r"[\"'{]?\*\*\*\d*\W*")


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Where secrets stand in a text, from left to right, none in another."""
    found = sorted((one.start("secret"), -one.end("secret")) for form in _FORMS for one in form.finditer(text))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], -end)
        else:
            spans.append((start, -end))
    return spans


def without_secrets(text: str) -> str:
    """The text with `***` for everything that looks like a secret or is one of this process's environment."""
    for name, value in os.environ.items():
        if _VARIABLE.search(name) and name not in _FOLDERS and len(value) >= _SHORTEST:
            text = text.replace(value, "***")
    return _replaced(text, lambda _secret: "***")


@dataclass(slots=True)
class Secrets:
    """The secrets that were typed in one session, each under its handle: `***`, `***2` ..."""

    _handles: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """The text as everybody but the database sees it."""
        return _replaced(text, self._handle)

    def show(self, value: Any) -> Any:
        """Text, or JSON with text in it, with the secrets back in their places."""
        if isinstance(value, str):
            secrets = {handle: secret for secret, handle in self._handles.items()}
            return _MARK.sub(lambda mark: secrets.get(mark[0], mark[0]), value)
        if isinstance(value, dict):
            return {key: self.show(item) for key, item in value.items()}
        return [self.show(item) for item in value] if isinstance(value, list) else value

    def _handle(self, secret: str) -> str:
        if _HIDDEN.fullmatch(secret):
            return secret
        number = len(self._handles) + 1
        return self._handles.setdefault(secret, "***" if number == 1 else f"***{number}")


def _replaced(text: str, name: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for start, stop in secret_spans(text):
        pieces += [text[end:start], name(text[start:stop])]
        end = stop
    return "".join([*pieces, text[end:]])
