"""Files that a command writes beside the sheet: new ones only."""

from pathlib import Path

from agent.errors import error
from agent.ledger.faults import FILE_EXISTS


def write_new(path: Path, text: str) -> None:
    """Write a text into a file that did not exist.

    Raises:
        ShipchatError: E-4238 for one that does.
    """
    try:
        with path.open("x", encoding="utf-8", newline="") as target:
            target.write(text)
    except FileExistsError:
        raise error(FILE_EXISTS, path=path) from None
