"""From labels to what is written or printed: one printer file, one PDF, or a picture each."""

from dataclasses import dataclass
from typing import Literal

from agent.labels.convert import to_png
from agent.labels.label import Label, read
from agent.labels.merge import merge_pdf, merge_printer_text

Form = Literal["zpl", "pdf", "png"]


@dataclass(frozen=True, slots=True)
class Output:
    """One file; `raw` says that a print system must pass it on untouched."""

    name: str
    content: bytes
    raw: bool


def prepare(labels: list[Label], form: Form | None, name: str) -> list[Output]:
    """The labels in the order given, as files called after `name` (a PNG after its tracking number).

    `zpl` keeps the labels' own printer language; None chooses it for printer text, and PDF for pictures.

    Raises:
        ShipchatError: E-4301, E-4302 for a bad file; E-4303 to E-4306 for what cannot be made into that form.
    """
    contents = [(read(label), label.format) for label in labels]
    if form is None:
        form = "pdf" if any(source == "gif" for _, source in contents) else "zpl"
    if form == "png":
        return [
            Output(f"{label.tracking_number}.png", to_png(content, source), raw=False)
            for label, (content, source) in zip(labels, contents, strict=True)
        ]
    if form == "pdf":
        return [Output(f"{name}.pdf", merge_pdf(contents), raw=False)]
    content, source = merge_printer_text(contents)
    return [Output(f"{name}.{source}", content, raw=True)]
