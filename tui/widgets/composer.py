"""The prompt with its completion popup: slash commands at once, paths looked up in a thread."""

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.model import mentions
from tui.model.memory import PromptHistory
from tui.session_protocol import Clock
from tui.widgets.completion_list import CompletionList, paths_for
from tui.widgets.prompt import Prompt


class Composer(Vertical):
    """Everything between the keys and a message that is sent."""

    def __init__(self, clock: Clock, memory: PromptHistory, *, id: str) -> None:
        super().__init__(id=id)
        self.completions = CompletionList(id="completions")
        self.prompt = Prompt(clock, memory, id="prompt")

    def compose(self) -> ComposeResult:
        yield self.completions
        yield self.prompt

    @property
    def _before(self) -> str:
        """What stands before the cursor."""
        return self.prompt.get_text_range((0, 0), self.prompt.cursor_location)

    def on_prompt_edited(self) -> None:
        before = self._before
        mention = mentions.mention_before(before)
        if mention is not None:
            self._look_up(before, mention)
        else:
            self.completions.offer_commands(before)
            self.prompt.completing = self.completions.open

    @work(exclusive=True, group="paths", thread=True, exit_on_error=False)
    def _look_up(self, before: str, mention: mentions.Mention) -> None:
        self.app.call_from_thread(self._offer, before, mention, paths_for(mention))

    def _offer(self, before: str, mention: mentions.Mention, found: list[str]) -> None:
        if before == self._before:
            self.completions.offer_paths(before, mention, found)
            self.prompt.completing = self.completions.open

    def on_prompt_moved(self, message: Prompt.Moved) -> None:
        self.completions.key(message.key, self._before)
        self.prompt.completing = self.completions.open

    def on_completion_list_taken(self, message: CompletionList.Taken) -> None:
        message.stop()
        row, column = self.prompt.cursor_location
        self.prompt.replace(message.text, (row, column - message.length), (row, column))
        self.completions.close()
        self.prompt.completing = False
        if message.send:
            # In the prompt's own turn: a message sent from here would not pass this container.
            self.prompt.call_next(self.prompt.action_submit)
