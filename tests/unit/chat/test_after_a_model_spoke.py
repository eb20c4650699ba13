"""Whatever a model says after a preview, a bare yes may answer that: it buys nothing."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from agent.chat.approval import read_words
from agent.chat.pending import PendingApproval
from agent.chat.state import SessionState
from agent.chat.turns import Turns
from agent.chat.voice import SessionVoice
from agent.events import AssistantSaid
from agent.settings import Settings
from tests.unit.chat.test_approval_words import APPROVALS

SENTENCE = "PRACTICE: create 3 shipments"
SHAPES = st.lists(st.sampled_from(["said", "streamed"]), min_size=1, max_size=3)


def with_preview() -> tuple[SessionState, list[Any], list[str]]:
    """A session whose preview is on the screen, its events, and what was bought."""
    heard: list[Any] = []
    bought: list[str] = []

    async def carry_out(approval: Any) -> None:
        bought.append(approval.words)

    state = SessionState.new(Settings(model="offline"), heard.append, cast(Any, None), cast(Any, None))
    preview = SimpleNamespace(digest="d1", approval_sentence=SENTENCE, typed_confirmation=None)
    state.show(PendingApproval(cast(Any, preview), carry_out, painted_at=0.0))
    heard.clear()
    return state, heard, bought


@given(prose=st.text(min_size=1), shapes=SHAPES, words=st.sampled_from(APPROVALS))
def test_a_bare_yes_after_any_words_of_a_model_asks_the_previews_own_sentence(
    prose: str, shapes: list[str], words: str
) -> None:
    state, heard, bought = with_preview()
    turns = Turns(state, cast(Any, None), cast(Any, None), cast(Any, None))

    async def talk() -> None:
        voice, pending = SessionVoice(state), state.pending
        assert pending is not None
        state.model_turn.at_work = True
        for shape in shapes:
            if shape == "said":
                await voice(prose)
            else:
                voice.delta(prose)
        state.model_turn.at_work = False
        read = read_words(words)
        assert read is not None
        if read.names_it:
            return
        heard.clear()
        await turns._by_words(read, words, pending)
        assert bought == []
        assert state.pending is pending, "it is still there to be approved"
        assert next(event.text for event in heard if isinstance(event, AssistantSaid)).startswith(SENTENCE)
        waiting = turns.situation(0.0).preview
        assert waiting is not None
        assert not waiting.seen, "words that were begun before the sentence do not answer it"

    asyncio.run(talk())
