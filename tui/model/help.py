"""What F1 shows, as markdown; keys and sentences in one place, commands from their registry."""

from tui.model.commands import COMMANDS

KEYS = (
    ("Enter", "send; Ctrl+J or Shift+Enter begins a new line"),
    ("Up / Down", "earlier messages; on an empty prompt, Up takes a waiting message back"),
    ("Tab", "to the open preview or question, and back"),
    ("y / n", "on the approval bar: approve or refuse"),
    ("1-9", "on a question: choose; on the first screen: a sentence into the prompt, or a sheet to open"),
    ("F2", "open a sheet: recent ones, and files below this folder, searched by letters"),
    ("F3", "all rows of the preview; Enter shows one whole: label, weight, customs, changes, cells"),
    ("F5", "the mapping: columns, fields and a row as it would be printed; Enter on a column gives it to a field"),
    ("F6", "take back an answer that you gave for this sheet"),
    ("F7", "what other services cost and when they arrive; a number chooses one, for a new preview"),
    ("F4", "every event of the batch"),
    ("Page Up / Down", "scroll, whatever has the focus; Ctrl+Home and Ctrl+End go to the first and the newest"),
    ("Esc", "stop the turn; while a batch runs, choose what to stop"),
    ("Ctrl+C", "clear the prompt; on an empty one twice to quit"),
    ("@", "complete a path; the sheet is opened, then the rest of the message is carried out"),
    ("/", "commands"),
)
SENTENCES = (
    ("Ship all California orders via Ground", "preview, costs, your yes"),
    ("only those over 10 lb", "narrow the last preview"),
    ("make it 2nd Day", "change its service"),
    ("leave out row 14", "row numbers are the sheet's own"),
    ("forget the weight", "an answer that you gave is kept for the sheet; this asks again"),
    ("what failed? · retry the failed ones", "after a batch"),
    ("void it", "its own preview, its own yes"),
    ("how many orders per state?", "questions about the sheet"),
)


def help_text() -> str:
    """Markdown of the help screen."""
    parts = ["# What to say", *[f"- **{said}** - {why}" for said, why in SENTENCES], ""]
    parts += ["# Keys", *[f"- **{key}** - {what}" for key, what in KEYS], ""]
    parts += ["# Commands", *[f"- `{command.usage}` - {command.summary}" for command in COMMANDS]]
    return "\n".join(parts)
