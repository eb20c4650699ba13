"""A label as the person's commands see it: its file, its row, its order, its number."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agent.errors import error
from agent.labels.faults import LABEL_CHANGED, LABEL_MISSING


@dataclass(frozen=True, slots=True)
class Label:
    """One package's label. `key` (reference and package number) names it for good; `columns` sort it."""

    sheet_row: int
    tracking_number: str
    path: Path
    sha256: str
    key: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    invoiced: bool = False
    """Whether its shipment crosses a border with an invoice, which UPS gives with the label."""

    @property
    def order_number(self) -> str:
        """As it prints on the label; empty when the plan has none (any more)."""
        return self.columns.get("order", "")

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
