"""Writes docs/keys.md from the registry of actions (`python -m tests.keys_page`); a test keeps it true."""

from pathlib import Path

from tui.model.actions import Action, Place, at
from tui.model.commands import COMMANDS
from tui.model.key_table import KeyTable

PAGE = Path(__file__).parents[1] / "docs" / "keys.md"
_INTRODUCTION = """\
# Keys and commands

What the chat does by key and by command. F1 shows the same, F9 finds any action by its name, and the last line shows the keys
that count where the focus is. Generated from the registry of actions by `python -m tests.keys_page`.

## Other keys

`settings.toml` (`shipchat config edit`) can give an action other keys; the name in front is the action's, below:

```toml
[keys]
show-log = "f11"
newest = "ctrl+end, alt+end"
```

Names of keys: `f1` to `f24`, `pageup`, `pagedown`, `home`, `end`, `insert`, `delete`, `up`, `down`, `left`, `right`, `tab`,
`escape`, `enter`, `space`, letters and digits; `ctrl+`, `alt+` and `shift+` go in front. The chat does not start with an
unknown action (it names the nearest one), with a key that another action has, with one that edits text, or with a bare letter
where letters begin a message. Actions marked “fixed” keep their keys: they are read in order with the letters around them, so that
nothing is approved or sent by a key that came too early.
"""


def page() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    for place in Place:
        lines += [f"## {place.value}", "", "| key | action | what it does |", "|---|---|---|"]
        lines += [_row(action) for action in at(place) if action.keys]
        lines.append("")
    lines += ["## Commands", "", "A clear beginning is enough: `/he`. Palette and completion list them too.", ""]
    lines += ["| command | what it does |", "|---|---|"]
    lines += [f"| `{_cell(command.usage)}` | {_cell(command.summary)} |" for command in COMMANDS]
    return "\n".join(lines) + "\n"


def _row(action: Action) -> str:
    keys = KeyTable().shown(action)
    return f"| {_cell(keys)} | {f'`{action.id}`' if action.bound else 'fixed'} | {_cell(action.summary)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
