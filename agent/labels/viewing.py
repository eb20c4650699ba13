"""Opening a file with the program that this machine has for it."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from agent.errors import error
from agent.labels.faults import NO_VIEWER


def open_file(path: Path) -> None:
    """Hand it to the desktop; nothing of it reaches this terminal.

    Raises:
        ShipchatError: E-4327 where there is no desktop.
    """
    if sys.platform == "win32":
        os.startfile(path)
        return
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    # Without a desktop xdg-open looks for a browser in the terminal, which is ours.
    has_desktop = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if opener is None or not has_desktop:
        raise error(NO_VIEWER, path=path)
    nothing = subprocess.DEVNULL
    viewer = subprocess.Popen(
        [opener, str(path)], start_new_session=True, stdin=nothing, stdout=nothing, stderr=nothing
    )
    # It may stay open for hours; somebody has to notice its end.
    threading.Thread(target=viewer.wait, name="viewer", daemon=True).start()
