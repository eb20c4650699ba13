"""The brain without a model: deterministic, no network, the default without a key, and honest about its limits."""

import json
from typing import Any, Final

from agent.brains.language.actions import Ask, Interpretation, Look, Say, ToolRequest
from agent.brains.language.facts import VALUES_READ, SheetFacts, facts_from
from agent.brains.language.interpret import NO_SHEET, interpret
from agent.brains.language.roles import holds_people
from agent.brains.language.saying import in_plain_words
from agent.brains.protocol import Conversation, Toolbox, Voice
from agent.brains.speech_act import only_asks

_MOST_QUESTIONS: Final = 12
_EXAMPLES: Final = "show me examples of commands"
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


class OfflineBrain:
    """Interprets a message over the open sheet, asks what is open, and calls the tools that it means."""

    def __init__(self) -> None:
        self._facts: dict[str, SheetFacts] = {}

    @property
    def name(self) -> str:
        return "offline"

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """One message: interpret, ask until nothing is open, then call the tools."""
        facts = SheetFacts(())
        if interpret(said, facts, conversation).actions == (NO_SHEET,):
            facts = await self._sheet(toolbox)
        given: dict[str, str] = {}
        told: set[str] = set()
        for _ in range(_MOST_QUESTIONS):
            meant = await _looked_up(said, facts, conversation, toolbox)
            question = next((action for action in meant.actions if isinstance(action, Ask)), None)
            if only_asks(said) and any(isinstance(one, ToolRequest) and one.name in _ACTING for one in meant.actions):
                await say(ONLY_A_QUESTION)
                return
            if question is None:
                conversation.refused = any(isinstance(action, Say) and action.refusal for action in meant.actions)
                await self._act(meant, conversation, toolbox, say)
                return
            before = given.get(question.question)
            if before is not None and not question.options and before != said:
                said = before  # nothing to choose from: what was answered is the message in other words
                continue
            if before is not None and not await _says_unclear(before, question, told, conversation, say):
                return
            answer = await self._answer(question, toolbox)
            if answer is None:
                return
            if answer == _EXAMPLES:
                await self._act(Interpretation((ToolRequest("help", {}),)), conversation, toolbox, say)
                return
            conversation.answers[question.question] = given[question.question] = answer
        for question_text in given:
            conversation.answers.pop(question_text, None)
        await say("I have asked too many questions about that. Please say it differently.")

    async def _answer(self, question: Ask, toolbox: Toolbox) -> str | None:
        """What the sheet settles by itself, else what the person says; None when nobody answered."""
        found = [probe for probe in question.probes if await _count(probe.clause, toolbox)]
        settling = [probe.answer for probe in found if probe.settles]
        if len(settling) == 1:
            return settling[0]
        options = list(dict.fromkeys([*[probe.answer for probe in found], *question.options])) or [_EXAMPLES]
        reply = await toolbox.call(
            "ask_person",
            {"question": question.question, "options": options, "free_text": question.free_text},
        )
        answer = reply.get("answer")
        return str(answer) if answer is not None else None

    async def _act(self, meant: Interpretation, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        for action in meant.actions:
            if isinstance(action, Say):
                await say(action.text)
            elif isinstance(action, ToolRequest):
                answer = await toolbox.call(action.name, action.arguments)
                _remember(action, answer, conversation)
                text = in_plain_words(action, answer)
                if text:
                    await say(text)
        notes = [note for note in meant.ignored if note.startswith("read ")]
        if notes:
            await say(f"({'; '.join(notes)})")

    async def _sheet(self, toolbox: Toolbox) -> SheetFacts:
        """The facts of the open sheet, gathered once; without a sheet there are none."""
        described = await toolbox.call("describe_sheet", {})
        if described.get("isError"):
            return SheetFacts(())
        key = json.dumps(described, sort_keys=True, default=str)
        if key not in self._facts:
            self._facts = {key: await _gather(described, toolbox)}
        return self._facts[key]


async def _says_unclear(answer: str, asked: Ask, told: set[str], conversation: Conversation, say: Voice) -> bool:
    """Say once that an answer was not understood; False where the question has had its second chance."""
    conversation.answers.pop(asked.question, None)
    if asked.question in told:
        await say("I do not understand that answer either. Please say the whole command in other words.")
        return False
    told.add(asked.question)
    await say(f"I do not understand “{answer}” as an answer to that.")
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


async def _looked_up(said: str, facts: SheetFacts, conversation: Conversation, toolbox: Toolbox) -> Interpretation:
    """What the words mean, once the sheet has been asked what reading them needs."""
    meant = interpret(said, facts, conversation)
    while isinstance(look := meant.actions[0], Look):
        for condition in look.conditions:
            facts.looked[condition.clause()] = await _count(condition.clause(), toolbox)
        meant = interpret(said, facts, conversation)
    return meant


async def _count(clause: str, toolbox: Toolbox) -> int:
    reply = await toolbox.call("count_rows", {"where": clause})
    return int(reply.get("count") or 0)


async def _gather(described: dict[str, Any], toolbox: Toolbox) -> SheetFacts:
    """The values of every column whose values may be read and can be named in a sentence."""
    values: dict[str, dict[str, Any]] = {}
    for column in described["columns"]:
        if holds_people(column) or column.get("type") in ("date", "decimal"):
            continue
        answer = await toolbox.call("column_values", {"column": column["name"], "limit": VALUES_READ})
        if not answer.get("isError"):
            values[column["name"]] = answer
    return facts_from(described, values)
