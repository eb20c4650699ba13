"""Taking an answer back: it is forgotten wherever it was kept, and what was proposed with it is drafted anew."""

from collections.abc import Iterable

from agent.chat.forget_words import ForgetWords
from agent.chat.proposal_turn import propose
from agent.chat.state import SessionState
from agent.events import AssistantSaid
from agent.mapping.answers import slot_said, slot_words
from agent.mapping.template import Mapping
from agent.planning.ship_request import ShipRequest

WHICH = "Which of your answers do you take back?"
ALL, NONE = "All of them", "None of them"
NOTHING_GIVEN = "You gave no answers for this sheet."
NOT_GIVEN = "You gave no {what} for this sheet."


async def forget(state: SessionState, words: ForgetWords) -> None:
    """Forget what the words name, then draft the preview that waits again: what is missing now is asked again."""
    slots = words.slots or await _chosen(state, everything=words.everything)
    gone = state.person.take_back(slots) | _not_saved_any_more(state, slots)
    if not gone:
        what = slot_words(words.slots[0]) if words.slots else ""
        _say(state, NOT_GIVEN.format(what=what) if what else NOTHING_GIVEN)
        return
    forgotten = ", ".join(slot_said(slot, text) for slot, text in gone.items())
    waiting, proposal = state.pending, state.conversation.proposal
    state.withdraw(f"you took back {forgotten}")
    again = waiting is not None and waiting.preview.purpose == "ship" and proposal is not None
    _say(state, f"Forgotten: {forgotten}." + ("" if again else " It is asked again when it is needed."))
    if again:
        # No model made this call, so none can correct it; what it could not check of the proposal stays said.
        state.model_turn.at_work = False
        # Nobody has just said to ship: in auto mode, too, a person approves it.
        await propose(state, ShipRequest.model_validate(proposal), wait=True)


async def _chosen(state: SessionState, *, everything: bool) -> tuple[str, ...]:
    given = {slot_said(slot, text): slot for slot, text in state.person.given.items()}
    if everything or len(given) <= 1:
        return tuple(given.values())
    choice = await state.ask(WHICH, [*given, ALL, NONE], remember=False)
    return tuple(given.values()) if choice == ALL else () if choice == NONE else (given[choice],)


def _not_saved_any_more(state: SessionState, slots: Iterable[str]) -> dict[str, str]:
    """What an earlier approval saved under these headers would answer the question again."""
    saved = state.sheet.saved_mapping() if state.sheet.open is not None else None
    if saved is None:
        return {}
    gone = {slot: saved.constants[slot] for slot in slots if slot in saved.constants}
    if gone:
        kept = {slot: text for slot, text in saved.constants.items() if slot not in gone}
        state.sheet.mappings.save(state.sheet.require().header_fingerprint, Mapping(saved.fields, kept))
    return gone


def _say(state: SessionState, text: str) -> None:
    state.emit(AssistantSaid(text))
