"""A comparison of services in the transcript: one line for each, aligned; a key chooses."""

from agent.events import ServicesCompared
from agent.events.comparison import ARRIVALS, COLUMNS
from tui.model.amounts import money
from tui.model.escaping import visible_line
from tui.text.layout import Paragraph, join, text

MUTED = "$foreground-muted"


def table(event: ServicesCompared) -> list[tuple[str, ...]]:
    """The cells of every offer, harmless on one line."""
    return [tuple(map(visible_line, offer.cells(money(offer.total_cents, event.currency)))) for offer in event.offers]


def card(event: ServicesCompared) -> list[Paragraph]:
    """All of it as text: what is chosen from is the screen behind F10."""
    rows = [COLUMNS, *table(event)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(COLUMNS))]
    lines = [Paragraph(join((event.title, "bold"), ("  F10 chooses one", MUTED)))]
    for number, row in enumerate(rows):
        words = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        style = "bold" if number and event.offers[number - 1].current else "" if number else MUTED
        lines.append(Paragraph(text(words, style), wraps=False))
    return [*lines, Paragraph(text(ARRIVALS, MUTED))]
