"""The brain without a model: deterministic, no network, the default without a key, and honest about its limits.

Reads a message in all ways, asks where the sheet leaves a choice, and calls the tools that are meant.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from agent.brains.protocol import Conversation, Toolbox, Voice
from agent.brains.speech_act import begins_anew, only_asks
from agent.understanding.conditions import ALL_ROWS, Condition, Given
from agent.understanding.courtesy import without_courtesy
from agent.understanding.interpret import interpret
from agent.understanding.readings import ShipRequest
from agent.understanding.recalling import key_of, recalled
from agent.understanding.requests import Ask, Look, Say, ToolRequest
from agent.understanding.saying import in_plain_words
from agent.understanding.sheet import VALUES_READ, Sheet
from agent.understanding.sheet_columns import sheet_from
from agent.understanding.situation import Meant, Situation

_MOST_QUESTIONS: Final = 12
EXAMPLES: Final = "show me examples of commands"
"""The choice beside free words where nothing else can be offered."""
ONLY_A_QUESTION: Final = (
    "That reads as a question, so nothing was proposed. To ship, say it as a command, e.g."
    " “ship all Texas orders by Ground”: the preview shows every cost before anything is bought."
)
_ACTING: Final = frozenset(
    {"propose_shipment", "leave_out", "undo_proposal", "propose_void", "propose_retry", "queue_propose"}
    | {"set_default", "set_column", "resume_batch", "cancel_batch", "pause_batch"}
)
"""Tools that no question calls."""


@dataclass(slots=True)
class _Turn:
    """One message and what it is read with."""

    said: str
    conversation: Conversation
    toolbox: Toolbox
    say: Voice
    sheet: Sheet
    counts: dict[str, int]
    given: dict[str, str] = field(default_factory=dict)
    """What was answered in this turn, by question."""
    told: set[str] = field(default_factory=set)
    """Questions of which the person was told that an answer was not understood."""


class OfflineBrain:
    """Interprets a message over the open sheet, asks what is open, and calls the tools that it means."""

    def __init__(self) -> None:
        self._sheets: dict[str, tuple[Sheet, dict[str, int]]] = {}
        self._requests: dict[str, ShipRequest] = {}

    @property
    def name(self) -> str:
        return "offline"

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """One message: read, look up, ask until nothing is open, then act."""
        turn = _Turn(said, conversation, toolbox, say, Sheet(()), {})
        if interpret(said, self._situation(turn)).needs_sheet:
            turn.sheet, turn.counts = await self._sheet(toolbox)
        for _ in range(_MOST_QUESTIONS):
            meant = await self._looked_up(turn)
            question = meant.action if isinstance(meant.action, Ask) else None
            acts = isinstance(meant.action, ToolRequest) and meant.action.name in _ACTING
            unread = question is not None and question.unread
            if only_asks(without_courtesy(turn.said, turn.sheet)) and (acts or unread):
                await say(ONLY_A_QUESTION)
                return
            if question is None:
                conversation.refused = isinstance(meant.action, Say) and meant.action.refusal
                await self._act(meant, conversation, toolbox, say)
                return
            if not await self._ask(question, turn):
                return
        for text in turn.given:
            conversation.answers.pop(text, None)
        await say("I have asked too many questions about that. Please say it differently.")

    async def _ask(self, question: Ask, turn: _Turn) -> bool:
        """Ask; False where the turn ends: nobody answered, examples were wanted, or twice nothing was understood."""
        before = turn.given.get(question.question)
        if before is not None and not question.options and before != turn.said:
            turn.said = before  # nothing to choose from: what was answered is the message in other words
            return True
        if before is not None and await self._is_a_command(before, turn, alone=False):
            return await _takes(before, question, turn)
        if before is not None and not await _says_unclear(before, question, turn):
            return False
        options = list(dict.fromkeys(question.options)) or [EXAMPLES]
        reply = await turn.toolbox.call(
            "ask_person", {"question": question.question, "options": options, "free_text": question.free_text}
        )
        answer = reply.get("answer")
        if answer is None:
            turn.conversation.counted = None  # "those" may be what was asked about, never what was shown before
            return False
        if answer == EXAMPLES:
            await self._act(Meant(ToolRequest("help")), turn.conversation, turn.toolbox, turn.say)
            return False
        if answer not in options and await self._is_a_command(str(answer), turn, alone=True):
            return await _takes(str(answer), question, turn)
        turn.conversation.answers[question.question] = turn.given[question.question] = str(answer)
        return True

    async def _is_a_command(self, answer: str, turn: _Turn, *, alone: bool) -> bool:
        """Whether what was typed instead of an answer is a command or a question of its own, understood whole.

        `alone`: without the preview or count before it, as nobody knows yet whether it is an answer after all.
        """
        if not begins_anew(answer):
            return False
        action = (await self._looked_up(replace(turn, said=answer), alone=alone)).action
        if not isinstance(action, ToolRequest) or action.name == "help":
            return False
        return not (alone and action.arguments.get("where") == "TRUE")

    async def _looked_up(self, turn: _Turn, *, alone: bool = False) -> Meant:
        """What the words mean, once the sheet has been asked what reading them needs."""
        while isinstance(look := (meant := interpret(turn.said, self._situation(turn, alone))).action, Look):
            for clause in look.clauses:
                reply = await turn.toolbox.look("count_rows", {"where": clause})
                turn.counts[clause] = int(reply.get("count") or 0)
        return meant

    def _situation(self, turn: _Turn, alone: bool = False) -> Situation:
        situation = situation_of(turn.conversation, turn.sheet, turn.counts, self._requests)
        return replace(situation, previous=None, counted=None) if alone else situation

    async def _act(self, meant: Meant, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        action = meant.action
        if isinstance(action, Say):
            await say(action.text)
        elif isinstance(action, ToolRequest):
            for request in (*action.notes, action):
                if request is action and meant.request is not None:
                    self._requests[key_of(action.arguments)] = meant.request
                answer = await toolbox.call(request.name, request.arguments)
                _remember(request, answer, conversation)
                text = in_plain_words(request, answer)
                if text:
                    await say(text)
        notes = [note for note in meant.ignored if note.startswith("read ")]
        if notes:
            await say(f"({'; '.join(notes)})")

    async def _sheet(self, toolbox: Toolbox) -> tuple[Sheet, dict[str, int]]:
        """The open sheet, gathered once; without one it has no columns."""
        described = await toolbox.look("describe_sheet", {})
        if described.get("isError"):
            return Sheet(()), {}
        key = json.dumps(described, sort_keys=True, default=str)
        if key not in self._sheets:
            self._sheets = {key: (await _gather(described, toolbox), {})}
        return self._sheets[key]


async def _takes(instead: str, question: Ask, turn: _Turn) -> bool:
    """Go on with what was typed instead of an answer; what it takes the place of is said."""
    turn.conversation.answers.pop(question.question, None)
    await turn.say(f"“{turn.said}” is dropped: “{instead}” is read as a command of its own.")
    turn.said = instead
    return True


async def _says_unclear(answer: str, asked: Ask, turn: _Turn) -> bool:
    """Say once that an answer was not understood; False where the question has had its second chance."""
    turn.conversation.answers.pop(asked.question, None)
    if asked.question in turn.told:
        await turn.say("I do not understand that answer either. Please say the whole command in other words.")
        return False
    turn.told.add(asked.question)
    await turn.say(f"I do not understand “{answer}” as an answer to that.")
    return True


def _remember(action: ToolRequest, answer: dict[str, Any], conversation: Conversation) -> None:
    """What "those" are from now on: the rows that were counted or shown in full, until something is proposed."""
    if action.name in ("count_rows", "show_rows"):
        part = "order_by" in action.arguments or answer.get("shown", 0) < answer.get("count", 0)
        whole = action.name == "count_rows" or not part
        counted = (action.arguments["where"], action.in_words)
        conversation.counted = counted if whole and not answer.get("isError") else None
    elif action.name in _ACTING and not answer.get("isError"):
        conversation.counted = None


def situation_of(
    talk: Conversation, sheet: Sheet, counts: Mapping[str, int], requests: Mapping[str, ShipRequest]
) -> Situation:
    """What a message of this conversation is read in; `requests` are those behind proposals, by their key."""
    before = None if talk.proposal is None else recalled(talk.proposal, requests.get(key_of(talk.proposal)))
    return Situation(
        sheet,
        talk.today,
        talk.answers,
        counts,
        before,
        _counted(talk.counted),
        preview_pending=talk.preview_pending,
        may_undo=bool(talk.earlier),
        places=talk.places,
    )


def _counted(counted: tuple[str, str] | None) -> Condition | None:
    if counted is None:
        return None
    return ALL_ROWS if counted[0] == "TRUE" else Given(*counted)


async def _gather(described: dict[str, Any], toolbox: Toolbox) -> Sheet:
    values: dict[str, dict[str, Any]] = {}
    for column in described["columns"]:
        if column.get("type") in ("date", "decimal"):
            continue
        answer = await toolbox.look("column_values", {"column": column["name"], "limit": VALUES_READ})
        if not answer.get("isError"):
            values[column["name"]] = answer
    return sheet_from(described, values)
