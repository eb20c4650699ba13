"""Where a person says yes to a preview. Focus comes only by the person's own Tab or click, never by itself."""

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from agent.events import PreviewReady
from tui.bindings import bindings
from tui.model.actions import Place
from tui.model.escaping import visible
from tui.model.session_view import LIVE, badge_of
from tui.session_protocol import Clock
from tui.text.cards import LIVE_STYLE, MUTED
from tui.text.layout import Paragraph, join, text
from tui.widgets.field import Field
from tui.widgets.item_text import ParagraphText


class Verdict(Message):
    """The person pressed, clicked or typed a verdict; the app asks the gate whether it counts."""

    def __init__(self, digest: str, by: str, at: float, words: str = "") -> None:
        super().__init__()
        self.digest = digest
        self.by = by
        self.at = at
        self.words = words


class Refusal(Message):
    """The person wants none of it."""

    def __init__(self, digest: str) -> None:
        super().__init__()
        self.digest = digest


class ApprovalButton(Static):
    """A click, told with the time of the click itself."""

    class Pressed(Message):
        def __init__(self, verb: str, at: float) -> None:
            super().__init__()
            self.verb = verb
            self.at = at

    def __init__(self, label: str, verb: str, clock: Clock) -> None:
        super().__init__(Content(label), classes=f"verb -{verb}")
        self.clock = clock
        self.verb = verb

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed(self.verb, self.clock.of(event)))


class ApprovalBar(Vertical, can_focus=True):
    """The sentence that is approved, the environment, the digest and the keys."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.APPROVAL)
    PLACE = Place.APPROVAL

    class Painted(Message):
        """The preview's sentence is on the screen."""

        def __init__(self, digest: str) -> None:
            super().__init__()
            self.digest = digest

    def __init__(self, event: PreviewReady, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.event = event
        self.set_class(event.environment == "production", "-live")
        badge = badge_of(event.environment)
        band = f" {badge} " if badge != LIVE else " LIVE - real labels, real money "
        # In the border, because every row that the bar takes is one of the preview's.
        self.border_title = join((band, "bold reverse" if badge != LIVE else LIVE_STYLE))
        self.border_subtitle = join((event.short_digest, MUTED))

    def compose(self) -> ComposeResult:
        event = self.event
        yield ParagraphText(lambda: [Paragraph(text(visible(event.approval_sentence), "bold"))])
        if event.typed_confirmation is None:
            with Horizontal(classes="verbs"):
                yield ApprovalButton(" y  Approve ", "approve", self.clock)
                yield ApprovalButton(" n  Refuse ", "refuse", self.clock)
                yield Static(Content("Tab to get here · or type yes"), classes="hint")
        else:
            yield ParagraphText(
                lambda: [
                    Paragraph(
                        join("To approve, type ", (event.typed_confirmation or "", "bold"), " below · Esc refuses")
                    )
                ]
            )
            yield Field(id="typed", compact=True)

    def on_mount(self) -> None:
        self.call_after_refresh(self.post_message, self.Painted(self.event.digest))

    def on_key(self, event: events.Key) -> None:
        if self.event.typed_confirmation is None and self.has_focus and event.key in {"y", "ctrl+enter"}:
            event.stop()
            self.post_message(Verdict(self.event.digest, "key", self.clock.of(event)))

    def on_approval_button_pressed(self, message: ApprovalButton.Pressed) -> None:
        message.stop()
        if message.verb == "approve":
            self.post_message(Verdict(self.event.digest, "button", message.at))
        else:
            self.action_refuse()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(Verdict(self.event.digest, "typed", self.clock.of(message), message.value))

    def action_refuse(self) -> None:
        self.post_message(Refusal(self.event.digest))
