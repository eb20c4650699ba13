"""The first screen: the sheet, a sample of its rows and sentences that fit it; or the sheets that could be opened."""

from agent.events import SheetSampled, SheetsOffered
from tui.model.amounts import counted
from tui.model.escaping import visible_line
from tui.model.items import Sheet
from tui.model.preview_rows import cut
from tui.text.cards import GOOD, MUTED, WARN, signed, with_commands
from tui.text.layout import Paragraph, join, text

WIDEST = 20
"""Columns on the screen that a cell of the sample takes at most."""
NUMBER = "bold $text-accent"


def sheet(item: Sheet) -> list[Paragraph]:
    """Name and rows, the first rows in the columns that matter, what could be said."""
    event = item.event
    columns = f"{counted(event.row_count, 'row')}, {counted(len(event.columns), 'column')}"
    lines = [signed("▤", GOOD, join((visible_line(event.name), "bold"), (f"  {columns}  F5 shows the columns", MUTED)))]
    if item.sample is not None and item.sample.rows:
        lines += sample(item.sample)
    if event.first_words:
        lines.append(
            Paragraph(text("Say, for example (its number or Up puts one into the prompt):", MUTED), text("  "))
        )
        lines += [_numbered(number, words, "") for number, words in enumerate(event.first_words, 1)]
    return lines + [signed("!", WARN, with_commands(line, WARN)) for line in event.warnings]


def sample(found: SheetSampled) -> list[Paragraph]:
    rows = [[cut(visible_line(cell), WIDEST) for cell in row] for row in (found.columns, *found.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(found.columns))]
    lines = []
    for number, row in enumerate(rows):
        words = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        lines.append(Paragraph(text(words, "" if number else "bold $text-primary"), text("  "), wraps=False))
    return lines


def offer(event: SheetsOffered) -> list[Paragraph]:
    """Without a sheet: the recent ones and those of the folder by number, and the other ways to open one."""
    lines = []
    if event.sheets:
        lines.append(Paragraph(text("Open an order sheet: press its number.", "bold")))
        lines += [
            _numbered(number, visible_line(sheet.name), visible_line(f"  {sheet.seen}"))
            for number, sheet in enumerate(event.sheets, 1)
        ]
    else:
        lines.append(Paragraph(text("Open an order sheet.", "bold")))
    ways = "Ctrl+O searches for files · @ completes a path · a path that is pasted or dropped, then Enter, opens it"
    lines.append(Paragraph(text(ways, MUTED), text("  "), text("  ")))
    practice = ("  a sample sheet and the practice UPS: nothing real is bought", MUTED)
    return [*lines, Paragraph(join("/demo", practice), text("  "))]


def _numbered(number: int, words: str, more: str) -> Paragraph:
    return Paragraph(join((f"{number} ", NUMBER), visible_line(words), (more, MUTED)), text("    "), text("      "))
