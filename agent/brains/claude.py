"""Claude: words become tool calls by asking a model, over a loop of our own.

The loop is ours so that the list of tools, the gates before them and the number of attempts are decided in code.
Nothing is imported from the SDK before the first turn.
"""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.brains.budget import check_budget, require_price
from agent.brains.connecting import client_of
from agent.brains.faults import (
    CUT_OFF,
    DECLINED,
    THREE_ATTEMPTS,
    TOO_LONG,
    TOO_MANY_ROUNDS,
    UNKNOWN_STOP,
    AskAgain,
    ContextFull,
)
from agent.brains.fencing import fenced
from agent.brains.history import Block, History, answer_block
from agent.brains.narrowing import Narrowing
from agent.brains.prompts import render
from agent.brains.protocol import OWN_MARK, PROPOSALS, Conversation, Toolbox, Voice
from agent.brains.usage import Tokens, UsageMeter, estimated
from agent.errors import error, is_refusal
from agent.model_settings import ModelSettings, OwnModel
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.brains.reply import ModelClient, Reply, ToolUse

ATTEMPTS = 3
"""How often a refused proposal may be tried in one turn before the person decides."""
LONGEST_WAIT_S = 30.0
"""A service that asks to wait longer gets no second request; the person is told."""
_SUMMARY_SOURCE = 60_000
"""Characters of earlier turns that go into a summary; far below any window."""
_CACHED = {"type": "ephemeral"}
_SIGNS_OF_AN_END = frozenset({"end_turn", "stop_sequence"})
_LOOKING = frozenset({"describe_sheet", "column_values", "count_rows", "aggregate"})
"""Tools whose answer only the model has."""


@dataclass(slots=True)
class ClaudeBrain:
    """One model through one session. `pause` waits between two attempts; tests replace it."""

    model: str
    settings: Settings
    history: History = field(default_factory=History)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    own: OwnModel | None = None
    """A model of the person's own settings; None = `[claude]`."""
    meter: UsageMeter = field(init=False)
    sheet_told: str = ""
    """The description of the sheet that the model has before it."""
    context_read: int = 0
    """Tokens that the last request held."""

    def __post_init__(self) -> None:
        own = self.own
        self.meter = UsageMeter(self.settings.claude.prices | ({own.model: own.price} if own and own.price else {}))
        require_price(self.settings, self.model, self.meter)

    @property
    def limits(self) -> ModelSettings:
        return self.own or self.settings.claude

    @property
    def name(self) -> str:
        return self.model

    async def turn(self, said: str, conversation: Conversation, toolbox: Toolbox, say: Voice) -> None:
        """Ask, call what it wants called, ask again, until it has said its last word.

        Raises:
            ShipchatError: E-23xx when it came to no end, E-44xx and E-55xx when it could not be asked.
        """
        client = await client_of(self.model, self.own, self.limits)
        state, sheet = _where_it_stands(conversation), self._sheet_to_tell(conversation)
        self.history.open(render("turn", said=said, state=state, sheet=sheet))
        turn = _Turn(self, client, conversation, toolbox, say)
        try:
            async with client:
                await turn.run()
        finally:
            if self.history.turns:
                self.history.close(render("previewed" if turn.proposed else "interrupted"))

    def _sheet_to_tell(self, conversation: Conversation) -> str:
        """The description of the sheet where the model does not have it yet: nothing has to be asked for first."""
        sheet = fenced(conversation.sheet) if conversation.sheet is not None else ""
        if sheet == self.sheet_told:
            return ""
        self.sheet_told = sheet
        return sheet


@dataclass(slots=True)
class _Turn:
    """What belongs to one message of the person."""

    brain: ClaudeBrain
    client: "ModelClient"
    conversation: Conversation
    toolbox: Toolbox
    say: Voice
    refused: int = 0
    """Proposals refused in a row."""
    proposed: bool = False
    """Whether a proposal is before the person; they speak next, so that no further request is made."""
    answered: bool = False
    """Whether the person has heard or seen something since the model last only looked."""

    @property
    def narrowing(self) -> Narrowing | None:
        """The names that a small model may give; others are trusted to read the description."""
        own = self.brain.own
        return Narrowing.of(self.conversation.sheet) if own is not None and own.tools == "small" else None

    async def run(self) -> None:
        if self.brain.context_read > self.brain.limits.context_tokens and self.brain.history.has_earlier:
            await self._summarise()
        rounds = self.brain.limits.tool_rounds
        for number in range(rounds + 1):
            reply = await self._reply()
            self.brain.history.add_reply(reply.blocks)
            if reply.stop_reason in _SIGNS_OF_AN_END:
                await self._end()
                return
            if number < rounds or reply.stop_reason != "tool_use":
                await self._go_on(reply)
            if self.proposed:
                return
        raise error(TOO_MANY_ROUNDS, model=self.brain.model, rounds=rounds)

    async def _end(self) -> None:
        """The model's last word; where there was none, that is said."""
        if not self.answered:
            await self.say(render("empty"))

    async def _go_on(self, reply: "Reply") -> None:
        """Make the calls of an answer, or say why it cannot be gone on with."""
        if reply.stop_reason == "tool_use" and reply.calls:
            await self._answer(reply.calls)
        elif reply.stop_reason == "max_tokens":
            raise error(CUT_OFF, limit=self.brain.limits.max_tokens)
        elif reply.stop_reason == "refusal":
            self.brain.history.forget_turn()
            self.brain.sheet_told = ""
            raise error(DECLINED, model=self.brain.model, why=f" ({reply.declined_for})" if reply.declined_for else "")
        elif reply.stop_reason != "pause_turn":
            raise error(UNKNOWN_STOP, model=self.brain.model, reason=reply.stop_reason or "none given")

    async def _answer(self, calls: "list[ToolUse]") -> None:
        """One call after the other, in the order of the answer; all answers go back in one message."""
        answers: list[Block] = []
        try:
            for call in calls:
                arguments = self.narrowing.as_written(call.arguments) if self.narrowing else call.arguments
                answer = await self.toolbox.call(call.name, arguments)
                answers.append(answer_block(call.call_id, fenced(answer), refused=is_refusal(answer)))
                looked = call.name in _LOOKING or OWN_MARK in call.name
                self.answered = not looked and not is_refusal(answer)
                self.proposed = self.proposed or (call.name in PROPOSALS and not is_refusal(answer))
                self._count_attempt(call.name, answer)
        finally:
            self.brain.history.add_answers(answers)

    def _count_attempt(self, tool: str, answer: dict[str, Any]) -> None:
        if not tool.startswith("propose_") or OWN_MARK in tool:
            return
        if not is_refusal(answer):
            self.refused = 0
            return
        self.refused += 1
        code = answer.get("code", "no code")
        self.say.notice(f"Attempt {self.refused} of {ATTEMPTS} was refused ({code}).", "warning")
        if self.refused >= ATTEMPTS:
            raise error(THREE_ATTEMPTS, attempts=ATTEMPTS, code=code)

    async def _reply(self) -> "Reply":
        """The next answer; when the conversation has grown too long, once more after a summary."""
        try:
            return await self._ask_and_say()
        except ContextFull:
            if not self.brain.history.has_earlier:
                raise error(TOO_LONG, model=self.brain.model) from None
            await self._summarise()
        try:
            return await self._ask_and_say()
        except ContextFull:
            raise error(TOO_LONG, model=self.brain.model) from None

    async def _ask_and_say(self) -> "Reply":
        own = self.brain.own
        tools = [tool for tool in self.toolbox.published() if own is None or own.offers(tool["name"])]
        if self.narrowing is not None:
            tools = [self.narrowing.tool(tool) for tool in tools]
        request: dict[str, Any] = {"system": self._system(), "messages": self.brain.history.messages()}
        if tools:
            request["tools"] = [*tools[:-1], tools[-1] | {"cache_control": _CACHED}]
        return await self._patiently(request, aloud=True)

    async def _patiently(self, request: dict[str, Any], *, aloud: bool) -> "Reply":
        """Ask; after overload or a lost connection wait where the person sees it, and ask again."""
        retries = self.brain.limits.retries
        for attempt in range(retries + 1):
            heard: list[str] = []
            check_budget(self.brain.settings, self.brain.model, self.brain.meter)
            try:
                reply = await self.client.ask(
                    request, partial(self._hear, heard) if aloud else _unheard, partial(self._count, request)
                )
            except AskAgain as fault:
                await self._say_whole(heard, " …")
                wait_s = fault.wait_s if fault.wait_s is not None else 2.0**attempt
                if attempt == retries or wait_s > LONGEST_WAIT_S:
                    raise fault.refusal from None
                self.say.notice(
                    f"{fault.refusal.message} Asking again in {math.ceil(wait_s)} s ({attempt + 1} of {retries}).",
                    "warning",
                )
                await self.brain.pause(wait_s)
            except BaseException:
                await self._say_whole(heard, " …")
                raise
            else:
                await self._say_whole(heard)
                if reply.stop_reason == "model_context_window_exceeded":
                    raise ContextFull
                return reply
        raise AssertionError("the last attempt returns or raises")

    def _hear(self, heard: list[str], text: str) -> None:
        heard.append(text)
        self.say.delta(text)

    async def _say_whole(self, heard: list[str], end: str = "") -> None:
        text = "".join(heard).strip()
        if text:
            self.answered = True
            await self.say(text + end)

    def _count(self, request: dict[str, Any], tokens: Tokens) -> None:
        brain = self.brain
        if not tokens.input:
            tokens = replace(tokens, fresh=estimated(len(json.dumps(request, ensure_ascii=False))))
        brain.context_read = tokens.input
        brain.meter.add(brain.model, tokens)
        self.say.used(brain.meter.input_tokens, brain.meter.output_tokens, brain.meter.cost_cents)

    def _system(self) -> list[Block]:
        text = render(
            "system",
            today=self.conversation.today.isoformat(),
            environment=self.brain.settings.ups_environment,
        )
        return [{"type": "text", "text": text, "cache_control": _CACHED}]

    async def _summarise(self) -> None:
        """Put a summary in the place of all earlier turns."""
        self.say.notice("The conversation has grown long: earlier turns are being summarised.")
        history = self.brain.history
        words = fenced(history.earlier_in_words(_SUMMARY_SOURCE))
        request = {
            "system": render("summary"),
            "messages": [{"role": "user", "content": words}],
        }
        try:
            reply = await self._patiently(request, aloud=False)
        except ContextFull:
            raise error(TOO_LONG, model=self.brain.model) from None
        text = "".join(block["text"] for block in reply.blocks if block["type"] == "text").strip()
        if reply.stop_reason not in _SIGNS_OF_AN_END | {"max_tokens"} or not text:
            raise error(TOO_LONG, model=self.brain.model)
        history.replace_earlier(render("summarised", summary=fenced(text), sheet=self.brain.sheet_told))


def _unheard(_text: str) -> None:
    """A summary is for the model, not for the screen."""


def _where_it_stands(conversation: Conversation) -> str:
    """What happened beside the model: what waits for approval, what was approved, what was answered."""
    facts = {
        "proposal": conversation.proposal,
        "preview_waits_for_approval": conversation.preview_pending,
        "last_batch": conversation.last_job_id,
        "answers": conversation.answers,
    }
    known = {name: value for name, value in facts.items() if value}
    return fenced(known) if known else ""
