"""What a command prints: the one way of this command to a terminal (tests/unit/command/test_terminal.py).

A reader that has gone, or a full disk behind a redirection, changes neither work nor code. Names of files, cells,
stored names and errors come from anywhere: a control character of theirs could move the cursor, rename the window or
turn text around, so it is shown, never sent.
"""

import contextlib
import json
import os
import sys
from typing import Any

import click

_gone: set[bool] = set()
"""Streams that nobody reads any more: True = stderr, False = stdout."""


def say(text: str, *, err: bool = False) -> bool:
    """Print a line, or several; False when it cannot be written."""
    return _print(visible(text), err=err)


def _print(text: str, *, err: bool) -> bool:
    stream = sys.stderr if err else sys.stdout
    if stream is None or err in _gone:
        return False
    try:
        click.echo(_writable(text, stream), err=err)
    except (OSError, ValueError):
        _give_up(stream, err=err)
        return False
    return True


def tell(facts: Any, *, indent: int | None = None) -> None:
    """Print an object for a program: on stdout, else on stderr, so that what was bought is told somewhere."""
    tell_text(json.dumps(facts, ensure_ascii=False, indent=indent))


def tell_text(text: str) -> None:
    """The same for an object that is JSON already; what a terminal would act on is written as JSON's own escapes."""
    if _writable(text, sys.stdout) == text:
        text = text if text.isprintable() else "".join(map(_escaped, text))
    else:
        text = "".join(letter if letter.isascii() and _is_harmless(letter) else _escape(letter) for letter in text)
    if not _print(text, err=False):
        _print(text, err=True)


def visible(text: str) -> str:
    """Letters that would act on a terminal, as their codes: `\\x1b`, `\\x9b`, `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(letter if _is_harmless(letter) else _code(letter) for letter in text)


def _is_harmless(letter: str) -> bool:
    # Blanks of other widths than the ordinary one are not "printable" in Python's sense, and do nothing.
    return letter.isprintable() or letter in "\n\u00a0\u2007\u202f\u3000"


def _code(letter: str) -> str:
    number = ord(letter)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _escaped(letter: str) -> str:
    return letter if _is_harmless(letter) else _escape(letter)


def _escape(letter: str) -> str:
    return json.dumps(letter)[1:-1]


def _writable(text: str, stream: Any) -> str:
    """The text in the letters that a stream's encoding has; others are written as escapes."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _give_up(stream: Any, *, err: bool) -> None:
    """Nothing more is written there, not even by Python when it ends: that would change the exit code."""
    _gone.add(err)
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def open_standard_streams() -> None:
    """A command started with a closed stdin, stdout or stderr: no file of ours may get its number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
