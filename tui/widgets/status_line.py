"""The last line, always there: environment, mode, batch, money, model."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui.model.escaping import visible_line
from tui.model.session_view import SessionView
from tui.text.cards import LIVE_STYLE
from tui.text.layout import join

STYLES = {
    "live": LIVE_STYLE,
    "badge": "bold $text-success",
    "mode": "$text-primary",
    "auto": "bold $text-warning",
    "batch": "",
    "bad": "$text-error",
    "doubt": "$text-warning",
    "money": "",
    "model": "$foreground-muted",
}
SEPARATOR = " · "


def fitted(hints: Sequence[str], width: int) -> str:
    """As many of the keys as fit, in their order; the last one (help) is the last to go."""
    for count in range(len(hints), 0, -1):
        line = SEPARATOR.join([*hints[: count - 1], hints[-1]])
        if len(line) <= width:
            return line
    return ""


class StatusLine(Static):
    """Repainted without a layout, and only where it differs: it is shown ten times a second."""

    _shown: tuple[object, ...] = ()

    def show(self, session_view: SessionView, spinner: str, hints: Sequence[str]) -> None:
        """`PRACTICE · confirm · batch 3/12 · spent $40.10 · no model`, and the keys that count now."""
        parts = session_view.footer()
        if self._shown == (wanted := (spinner, self.size.width, tuple(hints), *parts)):
            return
        self._shown = wanted
        pieces: list[Content | tuple[str, str] | str] = [f" {spinner} "]
        for number, (role, words) in enumerate(parts):
            pieces += [(" · ", "$foreground-muted")] if number else []
            pieces.append((f" {visible_line(words)} " if role == "live" else visible_line(words), STYLES[role]))
        line = join(*pieces)
        width = self.size.width
        keys = fitted(hints, width - line.cell_length - 2)
        if keys:
            line = line.pad_right(width - line.cell_length - len(keys) - 1) + Content.styled(keys, "$foreground-muted")
        shown = line.truncate(width, ellipsis=True)
        self.update(shown, layout=False)
