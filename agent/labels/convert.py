"""Labels as pictures: upright, without the blank tail, 4 x 6 inches. The file that UPS sent is never touched."""

import io

from PIL import Image, UnidentifiedImageError

from agent.errors import error
from agent.labels.faults import CANNOT_CONVERT, DAMAGED_PICTURE
from agent.labels.zpl import pictures_of

WIDTH_IN, HEIGHT_IN = 4, 6
PRINTER_TEXT = frozenset({"zpl", "epl", "spl"})


def pictures(content: bytes, source: str) -> tuple[list[Image.Image], list[str]]:
    """The pictures in a label file (a ZPL file may hold several), and what the renderer doubts.

    Raises:
        ShipchatError: E-4303 for printer text that cannot be drawn here, E-4304 for a picture that cannot be read.
    """
    if source == "zpl":
        return pictures_of(content)
    if source in PRINTER_TEXT:
        reason = "there is no renderer for it"
        raise error(CANNOT_CONVERT, found=source.upper(), wanted="a picture", reason=reason)
    return [upright(content)], []


def upright(content: bytes) -> Image.Image:
    """A label picture as it is read: UPS's GIF lies on its side (1400 x 800) and ends in a blank tail.

    Raises:
        ShipchatError: E-4304 for a picture that cannot be read.
    """
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


def png(picture: Image.Image) -> bytes:
    """A PNG that says its size: 4 inches wide."""
    stream = io.BytesIO()
    dots = picture.width / WIDTH_IN
    picture.save(stream, "PNG", dpi=(dots, dots))
    return stream.getvalue()


def pdf(all_pictures: list[Image.Image]) -> bytes:
    """One PDF, a page of 4 inches' width per picture; a narrower one among wider ones gets a white margin."""
    width = max(picture.width for picture in all_pictures)
    first, *others = [_at_least(picture, width) for picture in all_pictures]
    stream = io.BytesIO()
    first.save(stream, "PDF", save_all=True, append_images=others, resolution=width / WIDTH_IN)
    return stream.getvalue()


def _at_least(picture: Image.Image, width: int) -> Image.Image:
    if picture.width == width:
        return picture
    page = Image.new("L", (width, max(picture.height, width * HEIGHT_IN // WIDTH_IN)), 255)
    page.paste(picture, (0, 0))
    return page
