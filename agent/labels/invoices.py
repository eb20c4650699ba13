"""The customs invoices that UPS made: PDFs beside the label files, one set for each shipment across a border."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agent.labels.label import Label
from agent.labels.stored import reference_of

PDF = b"%PDF"


@dataclass(slots=True)
class Invoices:
    """Those of some labels, in their order; `missing` are the sheet rows of which there should be one and is none."""

    found: list[Label] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)


def invoices_of(labels: Iterable[Label]) -> Invoices:
    """The invoices saved with the labels. A file that is no PDF counts as missing: nothing else may reach a printer."""
    invoices = Invoices()
    first_labels = {reference_of(label): label for label in reversed(list(labels))}
    # Read backwards, the first package's label is the one that stays; turned again, the order is the labels'.
    for reference, label in reversed(first_labels.items()):
        found = [
            replace(label, path=path, sha256=hashlib.sha256(content).hexdigest(), key=path.stem)
            for path in sorted(label.path.parent.glob(f"{reference}-form*.pdf"))
            if (content := path.read_bytes()).startswith(PDF)
        ]
        invoices.found += found
        if label.invoiced and not found:
            invoices.missing.append(label.sheet_row)
    return invoices


def file_name(invoice: Label) -> str:
    """`1Z...-invoice.pdf`; the number of the form where a shipment has several."""
    number = invoice.key.rpartition("-form")[2]
    return f"{invoice.tracking_number}-invoice{'' if number == '1' else f'-{number}'}.pdf"
