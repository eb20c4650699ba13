"""The person's own editor ($VISUAL, $EDITOR) on the message in the prompt."""

from typing import Any

import click
from textual.app import App, SuspendNotSupported

from agent.errors import ErrorKind, error

NO_EDITOR = ErrorKind("E-4193", "No editor opens here: {reason}.", "Set VISUAL or EDITOR, or write in the prompt.")


def edited(app: App[Any], text: str) -> str:
    """The text as it was left in the editor; the terminal is the editor's until then.

    Raises:
        ShipchatError: E-4193.
    """
    try:
        with app.suspend():
            written = click.edit(text, require_save=False)
    except SuspendNotSupported:
        raise error(NO_EDITOR, reason="this is not a terminal that can be handed over") from None
    except click.ClickException as fault:
        raise error(NO_EDITOR, reason=fault.message) from None
    return (written or "").rstrip("\n")
