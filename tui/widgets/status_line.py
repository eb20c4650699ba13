"""The last line, always there: environment, mode, batch, money, model."""

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
HELP = "F1 help"


class StatusLine(Static):
    """Repainted without a layout, and only where it differs: it is shown ten times a second."""

    _shown: tuple[object, ...] = ()

    def show(self, session_view: SessionView, spinner: str) -> None:
        """`PRACTICE · confirm · batch 3/12 · spent $40.10 · no model`."""
        parts = session_view.footer()
        if self._shown == (wanted := (spinner, self.size.width, *parts)):
            return
        self._shown = wanted
        pieces: list[Content | tuple[str, str] | str] = [f" {spinner} "]
        for number, (role, words) in enumerate(parts):
            pieces += [(" · ", "$foreground-muted")] if number else []
            pieces.append((f" {visible_line(words)} " if role == "live" else visible_line(words), STYLES[role]))
        line = join(*pieces)
        width = self.size.width
        gap = width - line.cell_length - len(HELP) - 1
        shown = (
            line.pad_right(gap) + Content.styled(HELP, "$foreground-muted")
            if gap > 0
            else line.truncate(width, ellipsis=True)
        )
        self.update(shown, layout=False)
