"""What F1 shows, as markdown: what to say, then keys and commands from the registry of actions."""

from tui.model.actions import Place, at
from tui.model.commands import COMMANDS
from tui.model.key_table import KeyTable

SENTENCES = (
    ("Ship all California orders via Ground", "preview, costs, your yes"),
    ("only those over 10 lb", "narrow the last preview"),
    ("make it 2nd Day", "change its service"),
    ("leave out row 14", "row numbers are the sheet's own"),
    ("forget the weight", "an answer that you gave is kept for the sheet; this asks again"),
    ("what failed? · retry the failed ones", "after a batch"),
    ("print the labels · save the labels as PDF · show me the tracking numbers", "after a batch; F2 lists more"),
    ("which are in doubt? · release row 5 · adopt row 5 as 1Z...", "each with its own yes"),
    ("void it", "its own preview, its own yes"),
    ("how many orders per state?", "questions about the sheet"),
)


def help_text(keys: KeyTable | None = None) -> str:
    """Markdown of the help screen, with the keys in force."""
    table = keys or KeyTable()
    parts = ["# What to say", *[f"- **{said}** - {why}" for said, why in SENTENCES], ""]
    for place in Place:
        parts.append(f"# {place.value}")
        parts += [f"- **{table.shown(action)}** - {action.summary}" for action in at(place) if action.keys]
        parts.append("")
    parts += ["# Commands", *[f"- `{command.usage}` - {command.summary}" for command in COMMANDS]]
    return "\n".join(parts)
