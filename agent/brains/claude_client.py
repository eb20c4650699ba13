"""One request to the Messages API, as a stream, with every way it can fail turned into the one error form.

Imported late: the SDK takes a second. Its own retries are off; waiting is done where a person sees it.
"""

import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import anthropic
import httpx2
from anthropic.types import Usage

from agent.brains.claude_faults import translated
from agent.brains.faults import BROKE_OFF, AskAgain
from agent.brains.reply import Reply, ToolUse, check_length
from agent.brains.usage import Tokens, estimated
from agent.errors import error
from agent.model_settings import ModelSettings

# ANTHROPIC_LOG=debug would write requests, and with them what people said, to a log.
logging.getLogger("anthropic").setLevel(logging.WARNING)
logging.getLogger("httpx2").setLevel(logging.WARNING)

Sdk = anthropic.AsyncAnthropic | anthropic.AsyncAnthropicBedrock | anthropic.AsyncAnthropicVertex
"""The SDK's clients, which differ in how they find a model and credentials."""


def manner(settings: ModelSettings) -> dict[str, Any]:
    """How each of them asks."""
    return {
        "base_url": settings.base_url,
        "max_retries": 0,
        "timeout": httpx2.Timeout(settings.timeout_s, connect=10),
        "open_telemetry": False,
    }


class ClaudeClient:
    """Asks one model at one address; used as a context manager for the length of a turn."""

    def __init__(self, model: str, settings: ModelSettings, sdk: Sdk) -> None:
        self.model = model
        self._settings = settings
        self._sdk = sdk

    @classmethod
    def with_key(cls, model: str, key: str, settings: ModelSettings) -> Self:
        """At Anthropic, or where the settings say."""
        return cls(model, settings, anthropic.AsyncAnthropic(api_key=key, **manner(settings)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sdk.close()

    async def ask(
        self, request: dict[str, Any], heard: Callable[[str], None], counted: Callable[[Tokens], None]
    ) -> Reply:
        """Send `{system, messages, tools?}` and read the answer to its end; text goes to `heard` as it comes.

        `counted` is told the tokens of every answer that began, also of one that broke off.

        Raises:
            ShipchatError: what asking again would not mend.
            AskAgain: what it might mend.
            ContextFull: the conversation is too long.
        """
        reading = _Reading()
        try:
            async with self._sdk.messages.stream(
                model=self.model, max_tokens=self._settings.max_tokens, **request
            ) as stream:
                async for event in _well_formed(stream):
                    reading.take(event, heard)
                    check_length(reading.letters, self._settings.max_tokens)
            return self._whole(reading)
        except (anthropic.APIError, httpx2.HTTPError, httpx2.StreamError, ValueError) as fault:
            raise translated(fault, self.model, str(self._sdk.base_url.host), self._settings.timeout_s) from None
        finally:
            if reading.message is not None:
                counted(reading.tokens())

    def _whole(self, reading: "_Reading") -> Reply:
        """A stream that just ends is not an answer: the SDK would hand out its torso."""
        message = reading.message
        if not reading.stopped or message is None:
            raise AskAgain(error(BROKE_OFF, model=self.model, reason="the stream ended early"))
        details = message.stop_details
        return Reply(
            stop_reason=message.stop_reason or "",
            blocks=[block.to_dict(mode="json") for block in message.content],
            tokens=_tokens(message.usage),
            calls=reading.calls() if message.stop_reason == "tool_use" else [],
            declined_for=details.category if details is not None else None,
        )


async def _well_formed(stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """The SDK trusts an endpoint to send events in order and falls over otherwise."""
    try:
        async for event in stream:
            yield event
    except (LookupError, AttributeError, TypeError, RuntimeError) as fault:
        raise ValueError("events out of order") from fault


@dataclass(slots=True)
class _Reading:
    """What was read of a stream. Arguments are collected here as text: the SDK also accepts JSON that was cut, and a
    call without its last arguments could mean more rows."""

    message: Any = None
    stopped: bool = False
    letters: int = 0
    """Of its text, thoughts and arguments."""
    arguments: dict[int, str] = field(default_factory=dict)

    def take(self, event: Any, heard: Callable[[str], None]) -> None:
        if event.type == "message_start":
            self.message = event.message
        elif event.type == "text":
            heard(event.text)
        elif event.type == "content_block_delta":
            self._take_piece(event.index, event.delta)
        elif event.type == "message_delta" and self.message is not None:
            self.message.usage.output_tokens = event.usage.output_tokens
        elif event.type == "message_stop":
            self.message, self.stopped = event.message, True

    def _take_piece(self, index: int, piece: Any) -> None:
        if piece.type == "input_json_delta":
            self.arguments[index] = self.arguments.get(index, "") + piece.partial_json
            self.letters += len(piece.partial_json)
        else:
            self.letters += len(getattr(piece, "text", None) or getattr(piece, "thinking", None) or "")

    def tokens(self) -> Tokens:
        """What it used. Of an answer that broke off the service has not told all yet."""
        tokens = _tokens(self.message.usage)
        return tokens if self.stopped else replace(tokens, output=max(tokens.output, estimated(self.letters)))

    def calls(self) -> list[ToolUse]:
        """In the order of the answer. Raises ValueError for arguments that are no JSON object."""
        found = []
        for index, block in enumerate(self.message.content):
            if block.type != "tool_use":
                continue
            text = self.arguments.get(index, "")
            arguments = _read(text) if text else block.input
            if not isinstance(arguments, dict):
                raise ValueError(f"the arguments of {block.name} are not an object")  # noqa: TRY004 - read as a bad answer
            block.input = arguments
            found.append(ToolUse(block.id, block.name, arguments))
        return found


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("arguments that are nested too deeply") from None


def _tokens(usage: Usage) -> Tokens:
    return Tokens.told(
        fresh=usage.input_tokens,
        written=usage.cache_creation_input_tokens,
        cached=usage.cache_read_input_tokens,
        output=usage.output_tokens,
    )
