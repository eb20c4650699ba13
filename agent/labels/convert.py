"""Pictures of labels: upright, without the blank tail, 4 x 6 inches. Printer text is never touched."""

import io

from PIL import Image, UnidentifiedImageError

from agent.errors import error
from agent.labels.faults import CANNOT_CONVERT, DAMAGED_PICTURE

DOTS_PER_INCH = 203
WIDTH_IN, HEIGHT_IN = 4, 6
_PRINTER_TEXT = frozenset({"zpl", "epl", "spl"})


def upright(content: bytes, source: str) -> Image.Image:
    """A label picture as it is read: UPS's GIF lies on its side (1400 x 800) and ends in a blank tail.

    Raises:
        ShipchatError: E-4303 for printer text, E-4304 for a picture that cannot be read.
    """
    if source in _PRINTER_TEXT:
        raise error(CANNOT_CONVERT, found=source.upper(), wanted="a picture")
    try:
        with Image.open(io.BytesIO(content)) as opened:
            picture = opened.convert("L")
    except (UnidentifiedImageError, OSError) as problem:
        raise error(DAMAGED_PICTURE, detail=type(problem).__name__) from problem
    if picture.width > picture.height:
        # Clockwise: the picture's left edge is the head of the label.
        picture = picture.transpose(Image.Transpose.ROTATE_270)
    height = picture.width * HEIGHT_IN // WIDTH_IN
    return picture.crop((0, 0, picture.width, min(height, picture.height)))


def to_png(content: bytes, source: str) -> bytes:
    """The label as a PNG of 4 x 6 inches.

    Raises:
        ShipchatError: E-4303, E-4304 as `upright`.
    """
    stream = io.BytesIO()
    picture = upright(content, source)
    dots = picture.width / WIDTH_IN
    picture.save(stream, "PNG", dpi=(dots, dots))
    return stream.getvalue()
