"""The tools of the person's own servers before a model: offered, asked about, called, their answers bounded.

A server's answer is a stranger's text. It goes to the model as data and nowhere else: what the model does next goes
through the same checks as before it, so that no answer can approve, supply an address or change a mapping.
"""

from dataclasses import dataclass, field
from typing import Any

from agent.brains.fencing import exact
from agent.chat.state import SessionState
from agent.chat.tools.model_checks import ONE_PROPOSAL, PERSON_SAID_NO
from agent.errors import ErrorKind, ShipchatError, error
from agent.events import NoticeShown, ToolCalled
from agent.own_servers.offer import OfferedTool

NOBODY_THERE = ErrorKind(
    "E-2370",
    "A call of {tool} of your server {server} needs a person's yes ({why}), and with -p nobody is there to say it.",
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
    "E-2373",
    "{tool} of your server {server} answered with an error.",
    "The model was told what it says. If it happens again, look at that server.",
)
MOST_CALLS = 20
MOST_ARGUMENTS = 2_000
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
    answered: set[str] = field(default_factory=set)
    """Servers whose answers the model has read for this message: one may have told it what to say to another."""

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
        shown = ", ".join(f"{_key(key)} = {exact(value)}" for key, value in arguments.items())
        if len(shown) > MOST_ARGUMENTS:
            raise error(ARGUMENTS_TOO_LONG, tool=name, count=len(shown), most=MOST_ARGUMENTS)
        why = self._why_asked(tool)
        if why is not None:
            await self._allowed(tool, shown, why, proposed=proposed)
        self.state.emit(ToolCalled(name, shown))
        answer = await self.state.own_servers.call(tool, arguments)
        self.answered.add(tool.server)
        told: dict[str, Any] = {"server": tool.server, "answer": self.state.secrets.hide(answer.text)}
        if answer.cut:
            told["cut"] = True
        if not answer.is_error:
            return told
        fault = error(ANSWERED_WITH_ERROR, tool=tool.tool, server=tool.server)
        return {"isError": True, "code": fault.code, "message": fault.message} | told

    def _why_asked(self, tool: OfferedTool) -> str | None:
        """Why a call needs the person's yes; None where it needs none."""
        if tool.asks:
            return "it may change something there"
        others = sorted(self.answered - {tool.server})
        return f"what {others[0]} answered may go along" if others else None

    async def _allowed(self, tool: OfferedTool, shown: str, why: str, *, proposed: bool) -> None:
        """Ask the person; no mode, no limit and no flag answers for them."""
        if not self.attended:
            raise error(NOBODY_THERE, tool=tool.tool, server=tool.server, why=why)
        if proposed:
            raise error(ONE_PROPOSAL)
        if self.forbidden:
            raise error(PERSON_SAID_NO, tool=tool.name)
        if self.state.pending is not None:
            # A bare yes may answer this question: it must not approve a preview that waits behind it.
            self.state.pending.model_spoke = True
        given = f"with {shown}" if shown else "without arguments"
        choice = await self.state.ask(
            f"The model wants to call {tool.tool} of your server {tool.server}, {given}: {why}."
            " shipchat can neither check nor undo what it does. Call it?",
            [FORBID, ALLOW],
            remember=False,
        )
        if choice != ALLOW:
            self.forbidden = True
            raise error(PERSON_SAID_NO, tool=tool.name)


def _key(name: str) -> str:
    return name if name.isascii() and name.isidentifier() else exact(name)


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
