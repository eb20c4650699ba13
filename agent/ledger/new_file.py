"""Files that a person names: where they are, and writing one that did not exist."""

from pathlib import Path

from agent.errors import error
from agent.ledger.faults import FILE_EXISTS


def path_named(text: str) -> Path:
    """A path that the person typed, from the folder in which shipchat was started."""
    return Path(text).expanduser().absolute()


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
