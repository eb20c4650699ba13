"""Whether a label came whole: half of one prints as nothing, or as a label that no scanner reads."""

import io
import re
import struct

_PICTURES = (b"GIF8", b"\x89PNG\r\n\x1a\n")
_PRINTS = re.compile(rb"^P[0-9]", re.MULTILINE)
_CUT_OFF = "the label image is cut off"


def flaw(content: bytes, suffix: str) -> str | None:
    """Why a label is not whole, None where it is. Pictures and PDF show by their first bytes what they are; the
    languages of printers by `suffix` (`zpl`, `epl`, others are only not empty)."""
    if content.startswith(_PICTURES):
        return _picture_flaw(content)
    if content.startswith(b"%PDF-"):
        return None if b"%%EOF" in content[-1024:] else _CUT_OFF
    text = content.strip(b"\x00 \t\r\n")
    if suffix == "zpl":
        return None if b"^XA" in text[:64] and text.endswith(b"^XZ") else _CUT_OFF
    if suffix == "epl":
        return None if _PRINTS.search(text[-64:]) else _CUT_OFF
    return "the label image is not a picture" if suffix in {"gif", "png", "pdf"} else None if text else _CUT_OFF


def _picture_flaw(content: bytes) -> str | None:
    # Pillow is needed for pictures only.
    from PIL import Image

    try:
        Image.open(io.BytesIO(content)).load()
    except (OSError, EOFError, IndexError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        return _CUT_OFF
    return None
