"""Keeps secrets out of logs and messages: passwords in URLs and connection texts, tokens, keys, environment values."""

import logging
import os
import re

_NAMED = (
    r"(?:\w{0,40}(?:password|passphrase|passwd|passwort)"
    r"|(?:\w{0,40}[_-])?(?:pass|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key))"
)
_VALUE = (
    r"(?:'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|\{[^}]*\}?"
    r"|(?:\\.|[^\s&;\\'\"]|[&;](?!\s{0,9}\w[\w. -]{0,40}=|\s|$)|['\"](?=\S))+)"
)
# Bounded, so that no text takes the square of its length.
_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 [redacted]"),
    (re.compile(r"(?i)(\b[a-z][a-z0-9+.-]{0,40}://[^\s/?#@:]{0,200}):\S{1,400}@"), r"\1:[redacted]@"),
    (
        re.compile(r"(?i)(\bjdbc:(?:[a-z0-9]{1,40}:){1,4}[^\s/:@]{1,200})/\S{1,400}@"),
        r"\1/[redacted]@",
    ),
    (
        re.compile(rf"(?i)((?<![a-z]){_NAMED}[\"']?\s{{0,9}}[=:]\s{{0,9}}){_VALUE}"),
        r"\1[redacted]",
    ),
)
_VARIABLE = re.compile(r"(?i)key|secret|token|password|passwd|pwd|^SHIPCHAT_DB_")
_SHORTEST = 6


def redact(text: str) -> str:
    """The text without anything that looks like a credential, and without those of this process's environment."""
    for name, value in os.environ.items():
        if _VARIABLE.search(name) and len(value) >= _SHORTEST:
            text = text.replace(value, "[redacted]")
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Redacts a log record's final message and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
