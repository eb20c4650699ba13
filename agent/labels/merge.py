"""Many labels as one file: one after the other, in the order given."""

import io

from agent.errors import error
from agent.labels.convert import WIDTH_IN, upright
from agent.labels.faults import CANNOT_CONVERT, MIXED_FORMATS, NOTHING_TO_PRINT


def merge_printer_text(labels: list[tuple[bytes, str]]) -> tuple[bytes, str]:
    """(content, format) of labels that are one kind of printer text: they are complete, so they follow each other.

    Raises:
        ShipchatError: E-4306 for none, E-4305 for several formats, E-4303 for pictures.
    """
    formats = sorted({source for _, source in labels})
    if not formats:
        raise error(NOTHING_TO_PRINT)
    if len(formats) > 1:
        raise error(MIXED_FORMATS, formats=", ".join(formats))
    if formats[0] not in {"zpl", "epl", "spl"}:
        raise error(CANNOT_CONVERT, found=formats[0].upper(), wanted="printer text")
    return b"".join(content if content.endswith(b"\n") else content + b"\n" for content, _ in labels), formats[0]


def merge_pdf(labels: list[tuple[bytes, str]]) -> bytes:
    """One PDF, a page of 4 x 6 inches per label.

    Raises:
        ShipchatError: E-4306 for none, E-4303 for printer text, E-4304 for a damaged picture.
    """
    if not labels:
        raise error(NOTHING_TO_PRINT)
    first, *others = [upright(content, source) for content, source in labels]
    stream = io.BytesIO()
    first.save(stream, "PDF", save_all=True, append_images=others, resolution=first.width / WIDTH_IN)
    return stream.getvalue()
