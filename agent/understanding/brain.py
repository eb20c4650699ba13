"""The brain over this interpreter: gathers the sheet, answers lookups, asks, calls tools. In shadow until parity."""

import json
from typing import Any, Final

from agent.brains.protocol import Conversation, Toolbox, Voice
from agent.brains.speech_act import only_asks
from agent.understanding.conditions import Given
from agent.understanding.interpret import Meant, Situation, interpret
from agent.understanding.readings import ShipRequest
from agent.understanding.requests import Ask, Look, Say, ToolRequest
from agent.understanding.sheet import VALUES_READ, Sheet, sheet_from

_MOST_ROUNDS: Final = 12
ONLY_A_QUESTION: Final = "That reads as a question, so nothing is proposed. To ship, say it as a command."
_NO_SHEET: Final = "No order sheet is open. Start with `shipchat FILE`, or type the path of a CSV or Excel file."


class UnderstandingBrain:
    """Reads a message in all ways, asks where the sheet leaves a choice, and calls the tools that are meant."""

    def __init__(self) -> None:
        self._sheets: dict[str, tuple[Sheet, dict[str, int]]] = {}
        self._requests: dict[str, ShipRequest] = {}

    @property
    def name(self) -> str:
        return "offline"

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """One message: read, look up, ask until nothing is open, then act."""
        sheet, counts = await self._sheet(toolbox)
        asked: set[str] = set()
        for _ in range(_MOST_ROUNDS):
            meant = await self._looked_up(said, sheet, counts, conversation, toolbox)
            action = meant.action
            if isinstance(action, Ask):
                if only_asks(said) and action.slot == "words" and action.question.startswith("I do not understand"):
                    await say(ONLY_A_QUESTION)
                    return
                options = list(action.options) or ["show me examples of commands"]
                reply = await toolbox.call(
                    "ask_person", {"question": action.question, "options": options, "free_text": action.free_text}
                )
                answer = reply.get("answer")
                if answer is None:
                    return
                if action.question in asked:
                    said = str(answer)
                asked.add(action.question)
                conversation.answers[action.question] = str(answer)
                continue
            await self._act(meant, conversation, toolbox, say)
            return
        await say("I asked too much about that. Please say it in other words.")

    async def _looked_up(
        self, said: str, sheet: Sheet, counts: dict[str, int], conversation: Conversation, toolbox: Toolbox
    ) -> Meant:
        if not sheet.columns:
            return Meant(Say(_NO_SHEET, refusal=True))
        while True:
            before = self._previous(conversation.proposal)
            situation = Situation(sheet, conversation.today, conversation.answers, counts, before)
            meant = interpret(said, situation)
            if not isinstance(meant.action, Look):
                return meant
            for clause in meant.action.clauses:
                reply = await toolbox.call("count_rows", {"where": clause})
                counts[clause] = int(reply.get("count") or 0)

    def _previous(self, arguments: dict[str, Any] | None) -> ShipRequest | None:
        """The request behind the last proposal; one that came from elsewhere is taken as its clause stands."""
        if arguments is None:
            return None
        known = self._requests.get(_key(arguments))
        return known or ShipRequest(Given(str(arguments.get("where", "TRUE")), str(arguments.get("in_words", ""))))

    async def _act(self, meant: Meant, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        action = meant.action
        if isinstance(action, Say):
            conversation.refused = action.refusal
            await say(action.text)
        elif isinstance(action, ToolRequest):
            conversation.refused = False
            if meant.request is not None:
                self._requests[_key(action.arguments)] = meant.request
            answer = await toolbox.call(action.name, action.arguments)
            text = str(answer.get("text") or "")
            if text:
                await say(text)

    async def _sheet(self, toolbox: Toolbox) -> tuple[Sheet, dict[str, int]]:
        described = await toolbox.call("describe_sheet", {})
        if described.get("isError"):
            return Sheet(()), {}
        key = json.dumps(described, sort_keys=True, default=str)
        if key not in self._sheets:
            self._sheets = {key: (await _gather(described, toolbox), {})}
        return self._sheets[key]


async def _gather(described: dict[str, Any], toolbox: Toolbox) -> Sheet:
    values: dict[str, dict[str, Any]] = {}
    for column in described["columns"]:
        answer = await toolbox.call("column_values", {"column": column["name"], "limit": VALUES_READ})
        if not answer.get("isError"):
            values[column["name"]] = answer
    return sheet_from(described, values)


def _key(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, sort_keys=True, default=str)
