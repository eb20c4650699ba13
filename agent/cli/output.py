"""What a command prints. A reader that has gone, or a full disk behind a redirection, changes neither work nor code."""

import contextlib
import json
import os
import sys
from typing import Any

import click

_gone: set[bool] = set()
"""Streams that nobody reads any more: True = stderr, False = stdout."""


def say(text: str, *, err: bool = False) -> bool:
    """Print a line; False when it cannot be written."""
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
    text = json.dumps(facts, ensure_ascii=False, indent=indent)
    if _writable(text, sys.stdout) != text:
        text = json.dumps(facts, indent=indent)
    if not say(text):
        say(text, err=True)


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
