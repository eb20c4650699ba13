"""The place above the prompt where the one open decision stands: a question or a preview's approval."""

from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from agent.events import PreviewReady, QuestionAsked
from tui.model.session_view import SessionView
from tui.session_protocol import Clock
from tui.widgets.approval_bar import ApprovalBar
from tui.widgets.question_bar import QuestionBar


class DecisionDock(Vertical):
    """Shows what the session_view waits for; at most one child."""

    class Left(Message):
        """The bar that had the focus is gone."""

    def __init__(self, clock: Clock, *, id: str) -> None:
        super().__init__(id=id)
        self.clock = clock
        self._shown: QuestionAsked | PreviewReady | None = None
        self._bar: ApprovalBar | QuestionBar | None = None

    def show(self, session_view: SessionView) -> None:
        """Follow the session_view."""
        question, preview = session_view.question, session_view.preview
        # The event itself and not its digest: the same plan shown again is another preview, which has to be painted.
        wanted = question if question is not None else preview
        if wanted is self._shown:
            return
        self._shown = wanted
        if self._bar is not None:
            if self._bar.has_focus or self._bar.has_focus_within:
                # Else Textual moves the focus to whatever is next, a table further up, and scrolls there.
                self.screen.set_focus(None)
                self.post_message(self.Left())
            self._bar.remove()
            self._bar = None
        if question is not None and question.options:
            self._bar = QuestionBar(question, self.clock)
        elif question is None and preview is not None:
            self._bar = ApprovalBar(preview, self.clock)
        if self._bar is not None:
            self.mount(self._bar)

    @property
    def single_keys(self) -> int:
        """How many choices one number key may take."""
        return self._bar.single_keys if isinstance(self._bar, QuestionBar) else 0

    def choose(self, number: int, at: float) -> None:
        """A number key that was pressed elsewhere."""
        if isinstance(self._bar, QuestionBar):
            self._bar.choose(number, at)

    def take_focus(self) -> bool:
        """Focus what stands here: a typed confirmation's field, else the bar itself."""
        if self._bar is None:
            return False
        fields = self._bar.query(Input)
        # At once, so that the key after Tab already arrives here.
        self.screen.set_focus(fields.first() if fields else self._bar)
        return True
