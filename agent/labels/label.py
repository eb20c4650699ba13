"""A label as the person's commands see it: its file, its row, its order, its number."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from agent.errors import error
from agent.labels.faults import LABEL_CHANGED, LABEL_MISSING


@dataclass(frozen=True, slots=True)
class Label:
    """One package's label. `cell` is the value of the column that labels are sorted by."""

    sheet_row: int
    tracking_number: str
    path: Path
    sha256: str
    order_number: str | None = None
    cell: str | None = None

    @property
    def format(self) -> str:
        """`zpl`, `gif`, `epl` or `spl`: the file's own name says it."""
        return self.path.suffix.removeprefix(".").lower()


def read(label: Label) -> bytes:
    """The label's bytes as UPS sent them.

    Raises:
        ShipchatError: E-4301 when the file is missing, E-4302 when it is not what UPS sent.
    """
    try:
        content = label.path.read_bytes()
    except OSError as problem:
        raise error(LABEL_MISSING, where=f"row {label.sheet_row}", path=label.path) from problem
    if hashlib.sha256(content).hexdigest() != label.sha256:
        raise error(LABEL_CHANGED, where=f"row {label.sheet_row}", path=label.path)
    return content
