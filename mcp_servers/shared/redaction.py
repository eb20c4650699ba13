"""Keeps secrets out of logs and messages: bearer tokens, basic credentials, passwords in URLs."""

import logging
import re

_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), r"\1 [redacted]"),
    (re.compile(r"(?i)([a-z][a-z0-9+.-]*://[^\s:/@]+):[^\s/@]+@"), r"\1:[redacted]@"),
    (
        re.compile(r"(?i)(\"?(?:access_token|client_secret|password|api[_-]?key)\"?\s*[=:]\s*\"?)[^\s\"&,}]+"),
        r"\1[redacted]",
    ),
)


def redact(text: str) -> str:
    """The text without anything that looks like a credential."""
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
