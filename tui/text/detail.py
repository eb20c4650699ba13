"""What a row's detail says, as paragraphs: first what goes onto the parcel, then where it comes from."""

import json

from textual.content import Content

from agent.events import PreviewLine
from agent.events.shipment_detail import CellChange, ShipmentDetail, SourceRow
from tui.model.amounts import money
from tui.model.escaping import visible_line
from tui.text.cards import CODE, MUTED, WARN, signed
from tui.text.layout import Paragraph, join, text

GONE = "A newer preview took this one's place, so its rows cannot be shown whole any more. Say it again to see them."
WIDEST = 24
"""Columns for the names before their values; a longer name takes what it needs."""


def detail(line: PreviewLine, found: ShipmentDetail | None) -> list[Paragraph]:
    """One shipment, whole; `found` is None where nobody has it any more."""
    name = f"Row {line.sheet_row}" + (f"  {visible_line(line.order_number)}" if line.order_number else "")
    head = [Paragraph(join((name, "bold"), (f"  {money(line.cost_cents, line.currency)}", "bold")))]
    if found is None:
        return [*head, Paragraph(text(GONE, MUTED), gap=True)]
    parts = [
        ("Label", [Paragraph(text(visible_line(words), "bold"), text("  "), text("  ")) for words in found.label]),
        ("Shipment", _pairs(found.facts)),
        ("Customs", _pairs(found.customs)),
        ("Warnings", [signed("!", WARN, text(visible_line(words), WARN)) for words in found.warnings]),
        ("Changed", [_change(change) for change in found.changes]),
        *[(f"Cells of row {row.sheet_row}", _cells(row)) for row in found.rows],
        ("Sent to UPS's server", _payload(found)),
    ]
    return head + [paragraph for title, lines in parts if lines for paragraph in (_title(title), *lines)]


def _title(words: str) -> Paragraph:
    return Paragraph(text(words, "bold $text-primary"), gap=True)


def _pairs(pairs: list[tuple[str, str]]) -> list[Paragraph]:
    width = min(WIDEST, max((len(name) for name, _ in pairs), default=0))
    return [_pair(name, text(visible_line(words)), width) for name, words in pairs]


def _pair(name: str, words: Content, width: int) -> Paragraph:
    return Paragraph(words, text(f"  {visible_line(name).ljust(width)}  ", MUTED), text(" " * (width + 4)))


def _change(change: CellChange) -> Paragraph:
    place = (f"{visible_line(change.column)}: ", MUTED) if change.column else ""
    before, after = visible_line(change.before) or "blank", visible_line(change.after) or "left out"
    said = join(place, before, (" -> ", MUTED), (after, "bold"), (f"  {visible_line(change.why)}", MUTED))
    return Paragraph(said, text("  "), text("    "))


def _cells(row: SourceRow) -> list[Paragraph]:
    width = min(WIDEST, max((len(column) for column, _, _ in row.cells), default=0))
    lines = [
        _pair(column, join(visible_line(words), (f"  -> {fields}" if fields else "", MUTED)), width)
        for column, words, fields in row.cells
    ]
    blank = ", ".join(map(visible_line, row.blank))
    return lines + ([_pair("blank", text(blank, MUTED), width)] if blank else [])


def _payload(found: ShipmentDetail) -> list[Paragraph]:
    written = json.dumps(found.payload, indent=2, ensure_ascii=False)
    return [Paragraph(text(visible_line(row), CODE), text("  "), text("    ")) for row in written.splitlines()]
