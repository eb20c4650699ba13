"""The tools of the person's own servers before a model: offered, asked about, called, their answers bounded.

A server's answer is a stranger's text. It goes to the model as data and nowhere else: what the model does next goes
through the same checks as before it, so that no answer can approve, supply an address or change a mapping.
"""

from dataclasses import dataclass
from typing import Any

from agent.brains.fencing import exact
from agent.chat.state import SessionState
from agent.chat.tools.model_checks import ONE_PROPOSAL, PERSON_SAID_NO
from agent.errors import ErrorKind, ShipchatError, error
from agent.events import NoticeShown, ToolCalled
from agent.own_servers.offer import OfferedTool

NOBODY_THERE = ErrorKind(
    "E-2370",
    "{tool} of your server {server} may change something there, so a person has to allow it: with -p nobody can.",
    "Say it in the chat. --yes approves shipments, never this.",
)
ARGUMENTS_TOO_LONG = ErrorKind(
    "E-2371",
    "The arguments of {tool} are longer than a person can be shown: {count:,} letters.",
    "At most {most:,}. Call it with less.",
)
CALLS_SPENT = ErrorKind(
    "E-2372",
    "The person's own servers were called {most} times for one message.",
    "Tell the person what you know; they may ask for more.",
)
ANSWERED_WITH_ERROR = ErrorKind(
    "E-2373", "{tool} of your server {server} answered with an error.", "What it says is told to the model as data."
)
MOST_CALLS = 20
MOST_ARGUMENTS = 2_000
LONGEST_ANSWER = 8_000
ALLOW, FORBID = "Call it", "No"


@dataclass(slots=True)
class OwnTools:
    """For one message of the person."""

    state: SessionState
    tools: dict[str, OfferedTool]
    attended: bool
    """Whether a person is there to be asked."""
    calls: int = 0
    forbidden: bool = False
    """The person said no once: whatever else asks is refused until they speak again."""

    def published(self) -> list[dict[str, Any]]:
        return [tool.published() for tool in self.tools.values()]

    async def call(self, name: str, arguments: dict[str, Any], *, proposed: bool) -> dict[str, Any]:
        """The server's answer, for the model.

        Raises:
            ShipchatError: E-237x for what may not be called, E-236x after a proposal or a no, E-411x without answer.
        """
        tool = self.tools[name]
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise error(CALLS_SPENT, most=MOST_CALLS)
        shown = ", ".join(f"{key} = {exact(value)}" for key, value in arguments.items())
        if len(shown) > MOST_ARGUMENTS:
            raise error(ARGUMENTS_TOO_LONG, tool=name, count=len(shown), most=MOST_ARGUMENTS)
        if tool.asks:
            await self._allowed(tool, shown, proposed=proposed)
        self.state.emit(ToolCalled(name, shown))
        answer = await self.state.own_servers.call(tool, arguments)
        text = self.state.secrets.hide(answer.text)
        told: dict[str, Any] = {"server": tool.server, "answer": text[:LONGEST_ANSWER]}
        if len(text) > LONGEST_ANSWER:
            told["cut"] = True
        if not answer.is_error:
            return told
        fault = error(ANSWERED_WITH_ERROR, tool=tool.tool, server=tool.server)
        return {"isError": True, "code": fault.code, "message": fault.message} | told

    async def _allowed(self, tool: OfferedTool, shown: str, *, proposed: bool) -> None:
        """Ask the person; no mode, no limit and no flag answers for them."""
        if not self.attended:
            raise error(NOBODY_THERE, tool=tool.tool, server=tool.server)
        if proposed:
            raise error(ONE_PROPOSAL)
        if self.forbidden:
            raise error(PERSON_SAID_NO, tool=tool.name)
        given = f"with {shown}" if shown else "without arguments"
        choice = await self.state.ask(
            f"The model wants to call {tool.tool} of your server {tool.server}, {given}. What it does there is not"
            " shipchat's to check or undo. Call it?",
            [FORBID, ALLOW],
            remember=False,
        )
        if choice != ALLOW:
            self.forbidden = True
            raise error(PERSON_SAID_NO, tool=tool.name)


async def own_tools(state: SessionState, *, attended: bool) -> OwnTools:
    """The tools that a model is offered for this message: fixed for its length, whatever a server does meanwhile."""
    own = state.own_servers
    try:
        await own.start()
    except ShipchatError as refusal:
        own.tell("", str(refusal))
    tools, no_room = own.tools()
    if no_room:
        own.tell("", f"Not offered for want of room: {', '.join(no_room)}.")
    for line in own.news():
        state.emit(NoticeShown(line, "warning", kept_as="warning"))
    return OwnTools(state, {tool.name: tool for tool in tools}, attended)
