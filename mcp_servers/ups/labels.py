"""Label files: decoded from UPS's answer, stored byte for byte, named so that no reference overwrites another's."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mcp_servers.shared.faults import fault
from mcp_servers.ups.faults import BAD_LABEL_FOLDER
from mcp_servers.ups.label_images import flaw
from mcp_servers.ups.models import Label
from mcp_servers.ups.ups_json import text_at


@dataclass(frozen=True, slots=True)
class LabelFile:
    """One label as UPS sent it; without `content` it could not be read, for the reason in `problem`."""

    tracking_number: str
    path: Path
    content: bytes | None
    problem: str | None = None

    @property
    def sha256(self) -> str | None:
        """Of the bytes as received."""
        return hashlib.sha256(self.content).hexdigest() if self.content is not None else None


def label_folder(labels: Path, key: str, asked: str | None) -> Path:
    """Where the labels of a reference go: the folder that was asked for, or one per job under the labels folder.

    References of one job share their first 10 characters, so a folder holds one job's labels.
    """
    if asked is None:
        return labels / key[:10]
    folder = Path(asked)
    if not folder.is_absolute():
        raise fault(BAD_LABEL_FOLDER, where="label_path", folder=asked, more={"outcome": "not_done"})
    return folder


def read_label(
    image: Any, format_path: str, tracking_number: str, place: Path, asked: Label, *, expected: bool = True
) -> LabelFile:
    """Decode one label object, to be written at `place` with the suffix of its own format: recovery can answer
    GIF where ZPL was asked.

    Where none is `expected` (UPS brings it itself), a missing label is not a problem.
    """
    format_code = text_at(image, format_path, "Code") or asked.format
    suffix = "".join(letter for letter in format_code.lower() if letter.isalnum())[:4] or asked.format.lower()
    path = place.with_name(f"{place.name}.{suffix}")
    encoded = text_at(image, "GraphicImage")
    if encoded is None and not expected:
        return LabelFile(tracking_number, path, None, None)
    if encoded is None:
        return LabelFile(tracking_number, path, None, "UPS sent no label image")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return LabelFile(tracking_number, path, None, "the label image is damaged")
    problem = flaw(content, suffix)
    return LabelFile(tracking_number, path, None if problem else content, problem)
