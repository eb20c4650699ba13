"""The mapping as text: its card in the transcript, the label of a row, and one line for a field."""

from textual.content import Content

from agent.events import FieldSeen, MappingShown
from tui.model.escaping import visible_line
from tui.model.field_search import shown_name
from tui.text.layout import Paragraph, join, text

MUTED, WARN, BAD = "$foreground-muted", "$text-warning", "$text-error"
STATES = {"needed": ("nothing yet", BAD), "open": ("several columns fit", WARN), "guessed": ("a guess", WARN)}


def label(event: MappingShown) -> list[Paragraph]:
    """The row as it would be printed, what else is read from it, and what stands against it."""
    row = "the first row" if event.sheet_row is None else f"row {event.sheet_row}"
    lines = [Paragraph(text(f"{row} would go to", MUTED))]
    printed = [Paragraph(text(visible_line(line), "bold")) for line in event.label]
    lines += printed or [Paragraph(text("nobody yet", BAD))]
    facts = " · ".join(f"{shown_name(name)} {visible_line(said)}" for name, said in event.facts)
    lines += [Paragraph(text(facts, MUTED))] if facts else []
    return lines + [Paragraph(text(visible_line(problem), WARN), text("! ", WARN)) for problem in event.problems]


def card(event: MappingShown) -> list[Paragraph]:
    return [Paragraph(join((event.summary, "bold"), ("  F5 shows and changes it", MUTED))), *label(event)]


def field_line(field: FieldSeen) -> Content:
    """`name ← Recipient Name`, or what the field means where nothing feeds it."""
    words, style = STATES.get(field.state, ("", ""))
    source = visible_line(field.source)
    said = (f" ← {source}", "") if source else (f"  {field.means}", MUTED)
    return join((shown_name(field.name), "bold" if source else style), said, (f"  {words}" if words else "", style))
