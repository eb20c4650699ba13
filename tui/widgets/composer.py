"""The prompt with its completion popup: slash commands at once, paths looked up in a thread."""

from dataclasses import replace

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.model import mentions
from tui.model.memory import PromptHistory
from tui.session_protocol import Clock
from tui.widgets.completion_list import CompletionList, Taken, paths_for
from tui.widgets.prompt import Prompt


class Composer(Vertical):
    """Everything between the keys and a message that is sent."""

    def __init__(self, clock: Clock, memory: PromptHistory, *, id: str) -> None:
        super().__init__(id=id)
        self.completions = CompletionList(id="completions")
        self.prompt = Prompt(clock, memory, self._takes, id="prompt")

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

    @work(exclusive=True, group="paths", thread=True, exit_on_error=False)
    def _look_up(self, before: str, mention: mentions.Mention) -> None:
        self.app.call_from_thread(self._offer, before, mention, paths_for(mention))

    def _offer(self, before: str, mention: mentions.Mention, found: list[str]) -> None:
        if before == self._before:
            self.completions.offer_paths(before, mention, found)

    def _takes(self, key: str) -> bool:
        """Whether the popup took a key. Called in the prompt's own turn: a message would come later than letters typed
        fast, and what was offered for fewer letters would be put in the wrong place."""
        before = self._before
        if not self.completions.fits(before):
            if mentions.mention_before(before) is None:
                self.completions.offer_commands(before)
            else:
                self.completions.close()
        if self.completions.open:
            taken = self.completions.key(key, before)
            if taken is not None:
                self._put(taken)
            return True
        return False

    def _put(self, taken: Taken) -> None:
        row, column = self.prompt.cursor_location
        self.prompt.replace(taken.text, (row, column - taken.length), (row, column))
        self.completions.close()
        if taken.send:
            self.prompt.submit()

    def on_option_list_option_selected(self, message: CompletionList.OptionSelected) -> None:
        """A click."""
        message.stop()
        taken = self.completions.chosen(message.option_index)
        if taken is not None and self.completions.fits(self._before):
            self._put(replace(taken, send=False))
