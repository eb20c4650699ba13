"""From labels to what is written or printed: one printer file, one PDF, or a picture each; in the order given."""

from dataclasses import dataclass, field
from typing import Literal

from agent.errors import error
from agent.labels.convert import PRINTER_TEXT, pdf, pictures, png, upright
from agent.labels.faults import CANNOT_CONVERT, MIXED_FORMATS, NOTHING_TO_PRINT
from agent.labels.label import Label, read
from agent.labels.zpl import from_picture

Form = Literal["zpl", "pdf", "png"]


@dataclass(frozen=True, slots=True)
class Output:
    """One file; `raw` says that a print system must pass it on untouched."""

    name: str
    content: bytes
    raw: bool


@dataclass(slots=True)
class Prepared:
    """The files, and what the renderer of ZPL doubts in them."""

    outputs: list[Output] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def prepare(labels: list[Label], form: Form | None, name: str) -> Prepared:
    """The labels as files called after `name` (a PNG after its tracking number).

    None keeps the labels' own printer language, and makes a PDF of pictures.

    Raises:
        ShipchatError: E-4301, E-4302 for a bad file; E-4303 to E-4306 for what cannot be made into that form.
    """
    if not labels:
        raise error(NOTHING_TO_PRINT)
    contents = [(read(label), label.format) for label in labels]
    sources = {source for _, source in contents}
    if form is None and sources <= PRINTER_TEXT:
        return Prepared([_printer_file(contents, name)])
    if form == "zpl":
        return Prepared([_printer_file([_as_zpl(content, source) for content, source in contents], name)])
    return _pictures(labels, contents, form, name)


def _printer_file(contents: list[tuple[bytes, str]], name: str) -> Output:
    """Labels of one printer language are complete in themselves, so they follow each other, byte for byte."""
    formats = sorted({source for _, source in contents})
    if len(formats) > 1:
        raise error(MIXED_FORMATS, formats=", ".join(formats))
    merged = b"".join(content if content.endswith(b"\n") else content + b"\n" for content, _ in contents)
    return Output(f"{name}.{formats[0]}", merged, raw=True)


def _as_zpl(content: bytes, source: str) -> tuple[bytes, str]:
    if source == "zpl":
        return content, source
    if source in PRINTER_TEXT:
        raise error(CANNOT_CONVERT, found=source.upper(), wanted="ZPL", reason="they are different languages")
    return from_picture(upright(content)), "zpl"


def _pictures(labels: list[Label], contents: list[tuple[bytes, str]], form: Form | None, name: str) -> Prepared:
    prepared = Prepared()
    pages = []
    for label, (content, source) in zip(labels, contents, strict=True):
        drawn, doubts = pictures(content, source)
        prepared.doubts += [doubt for doubt in doubts if doubt not in prepared.doubts]
        pages += [(label.tracking_number if not part else f"{label.tracking_number}-{part + 1}", picture)
                  for part, picture in enumerate(drawn)]  # fmt: skip
    if form == "png":
        prepared.outputs = [Output(f"{stem}.png", png(picture), raw=False) for stem, picture in pages]
    else:
        prepared.outputs = [Output(f"{name}.pdf", pdf([picture for _, picture in pages]), raw=False)]
    return prepared
