"""Onto the clipboard, and by which route: a toast that says "copied" when nothing was is worse than none."""

import os
import shutil
import subprocess
from collections.abc import Callable

PROGRAMS = (
    ("WAYLAND_DISPLAY", ["wl-copy"]),
    ("DISPLAY", ["xclip", "-selection", "clipboard"]),
    ("DISPLAY", ["xsel", "--clipboard", "--input"]),
    ("", ["pbcopy"]),
)
TIME_OUT_S = 2


def clipboard_program(environment: "os._Environ[str] | dict[str, str]") -> list[str] | None:
    """The program of this desktop; over SSH the clipboard is on the other side, so none."""
    if environment.get("SSH_CONNECTION"):
        return None
    for variable, command in PROGRAMS:
        if (not variable or environment.get(variable)) and shutil.which(command[0]):
            return command
    return None


def copy(text: str, through_terminal: Callable[[str], None]) -> str:
    """Copies, and answers which way it went."""
    command = clipboard_program(os.environ)
    if command is not None:
        try:
            subprocess.run(command, input=text.encode(), timeout=TIME_OUT_S, check=True, capture_output=True)
        except (OSError, subprocess.SubprocessError):
            pass  # The terminal is the other route, and the answer names it.
        else:
            return f"Copied with {command[0]}."
    through_terminal(text)
    return "Sent to the terminal's clipboard (OSC 52). If pasting gives nothing, the terminal does not allow it."
