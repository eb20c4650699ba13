"""The one way of this command to a terminal: names of files, cells, stored names and errors come from anywhere.

A control character of theirs could move the cursor, change colours, rename the window or turn text around: it is
shown, never sent. Nothing else in this package may print (tests/unit/cli/test_terminal.py).
"""

import json
from typing import Any

import click


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line, or several."""
    click.echo(visible(text), err=err)


def echo_json(value: Any, *, indent: int | None = None) -> None:
    """Print an object for programs; what a terminal would act on is written as JSON's own escapes."""
    echo_json_text(json.dumps(value, ensure_ascii=False, indent=indent))


def echo_json_text(text: str) -> None:
    """The same for JSON that is text already."""
    click.echo(text if text.isprintable() else "".join(map(_escaped, text)))


def visible(text: str) -> str:
    """Letters that would act on a terminal, as their codes: `\\x1b`, `\\x9b`, `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(letter if _is_harmless(letter) else _code(letter) for letter in text)


def _is_harmless(letter: str) -> bool:
    # Blanks of other widths than the ordinary one are not "printable" in Python's sense, and do nothing.
    return letter.isprintable() or letter == "\n" or (letter.isspace() and letter in "\u00a0\u2007\u202f\u3000")


def _code(letter: str) -> str:
    number = ord(letter)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _escaped(letter: str) -> str:
    return letter if _is_harmless(letter) else json.dumps(letter)[1:-1]
