"""ZPL to pictures and back. Rendering needs the optional package `zplkit` (extra `zpl`, licence OSL-3.0): all local."""

import importlib
from typing import Any

from PIL import Image

from agent.errors import error
from agent.labels.faults import CANNOT_CONVERT

LABEL_DOTS = (812, 1218)
"""4 x 6 inches at 203 dots per inch."""
_WHOLE_LABEL_BYTES = 250_000
"""A label that is one graphic: twice 4 x 6 inches at 203 dots per inch."""
_WITHOUT_INK = frozenset(
    {b"^MN", b"^MF", b"^MC", b"^MM", b"^MD", b"^MT", b"^PO", b"^PQ", b"^PR", b"^JU", b"^SZ", b"~SD", b"~TA", b"~JS"}
)
"""They steer the printer (media, speed, copies, upside down) and draw nothing; the renderer refuses most of them."""


def pictures_of(content: bytes) -> tuple[list[Image.Image], list[str]]:
    """The labels in a piece of ZPL, one picture each, with the renderer's own doubts.

    Raises:
        ShipchatError: E-4303 without the renderer, or for what it cannot draw: never a picture that lacks something.
    """
    kit = _renderer()
    try:
        parsed = importlib.import_module("zplkit.parse").parse(content)
        drawing = b"".join(bytes(element) for element in parsed.elements if bytes(element)[:3] not in _WITHOUT_INK)
        options = kit.Options(width=LABEL_DOTS[0], height=LABEL_DOTS[1], dpi=203)
        limits = importlib.import_module("zplkit.rendering").Limits(graphic_bytes=_WHOLE_LABEL_BYTES)
        document = kit.render(drawing, options, limits=limits)
        rasters = [label.rasterize() for label in document.labels]
    except ValueError as problem:
        raise error(CANNOT_CONVERT, found="ZPL", wanted="a picture", reason=str(problem)) from problem
    pictures = [Image.frombytes("L", (raster.width, raster.height), raster.pixels) for raster in rasters]
    return pictures, list(document.warnings)


def _renderer() -> Any:
    try:
        return importlib.import_module("zplkit")
    except ImportError as problem:
        reason = "the optional renderer is not installed (pip install 'shipchat[zpl]'; zplkit, licence OSL-3.0)"
        raise error(CANNOT_CONVERT, found="ZPL", wanted="a picture", reason=reason) from problem


def from_picture(picture: Image.Image) -> bytes:
    """A picture as ZPL, dot by dot: scaling would spoil its bar codes."""
    dots = picture.convert("L").point(lambda level: 255 if level < 128 else 0).convert("1", dither=Image.Dither.NONE)
    data = dots.tobytes()  # a row is whole bytes, and a set bit is ink
    width = (dots.width + 7) // 8
    head = f"^XA^PW{LABEL_DOTS[0]}^LL{LABEL_DOTS[1]}^FO0,0^GFA,{len(data)},{len(data)},{width},"
    return head.encode() + data.hex().upper().encode() + b"^FS^XZ\n"
