"""One request to an OpenAI-compatible endpoint (`/chat/completions`), as a stream, in the words of the Messages API.

Ollama, vLLM, LM Studio, llama.cpp and most gateways speak it. Imported late, as the other client is.
"""

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from agent.brains.faults import BROKE_OFF, NOT_REACHED, TOO_SLOW, AskAgain
from agent.brains.fencing import plain
from agent.brains.history import Block
from agent.brains.reply import Reply, ToolUse, check_length
from agent.brains.status_faults import of_status, wait_of
from agent.brains.usage import Tokens, estimated
from agent.credentials import without_secrets
from agent.errors import ShipchatError, error
from agent.model_settings import ModelSettings, OwnModel

logging.getLogger("httpx2").setLevel(logging.WARNING)

DEFAULT_URL = "http://127.0.0.1:11434/v1"
"""Where Ollama listens."""
_STOPS = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens", "content_filter": "refusal"}
_LONGEST_ERROR = 20_000
"""Bytes of an error's body that are read."""
_LONGEST_LINE = 1 << 20
"""Letters of one chunk of an answer."""


class OpenAIClient:
    """Asks one model at one address; used as a context manager for the length of a turn."""

    def __init__(self, model: str, key: str, settings: ModelSettings) -> None:
        self.model = model
        self._settings = settings
        self._strict = isinstance(settings, OwnModel) and settings.strict
        self._url = (settings.base_url or DEFAULT_URL).rstrip("/")
        self._http = httpx2.AsyncClient(
            headers={"authorization": f"Bearer {key}"}, timeout=httpx2.Timeout(settings.timeout_s, connect=10)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def ask(
        self, request: dict[str, Any], heard: Callable[[str], None], counted: Callable[[Tokens], None]
    ) -> Reply:
        """See `ModelClient.ask`."""
        reading = _Reading()
        try:
            await self._read(request, reading, heard)
            return reading.whole()
        except _RefusedError as refused:
            raise self._told(refused) from None
        except httpx2.ReadTimeout:
            raise AskAgain(error(TOO_SLOW, model=self.model, seconds=f"{self._settings.timeout_s:g}")) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as fault:
            reason = plain(str(fault)) or "no connection"
            raise AskAgain(error(NOT_REACHED, host=self._host, reason=reason)) from None
        except (httpx2.HTTPError, httpx2.StreamError):
            raise AskAgain(self._broke_off("the connection was cut")) from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise AskAgain(self._broke_off("it was not in the expected form")) from None
        finally:
            if reading.begun:
                counted(reading.tokens or reading.estimate())

    async def _read(self, request: dict[str, Any], reading: "_Reading", heard: Callable[[str], None]) -> None:
        body = {
            "model": self.model,
            "max_tokens": self._settings.max_tokens,
            "messages": list(_messages(request)),
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.get("tools"):
            body["tools"] = [_function(tool, strict=self._strict) for tool in request["tools"]]
        async with self._http.stream("POST", f"{self._url}/chat/completions", json=body) as answer:
            if answer.status_code != 200:
                told = await _beginning(answer)
                raise _RefusedError(answer.status_code, told, wait_of(answer.headers.get("retry-after")))
            async for chunk in _chunks(answer):
                reading.take(chunk, heard)
                check_length(reading.letters, self._settings.max_tokens)

    def _told(self, refused: "_RefusedError") -> Exception:
        reason = plain(without_secrets(refused.reason)).rstrip(".")
        return of_status(refused.status, refused.kind, reason, refused.wait_s, model=self.model, host=self._host)

    def _broke_off(self, reason: str) -> ShipchatError:
        return error(BROKE_OFF, model=self.model, reason=reason)

    @property
    def _host(self) -> str:
        return urlsplit(self._url).hostname or self._url


class _RefusedError(Exception):
    """An error that the endpoint answered, before the stream or in it."""

    def __init__(self, status: int, body: str, wait_s: float | None = None) -> None:
        super().__init__(status)
        self.status, self.wait_s, self.kind = status, wait_s, None
        self.reason = body.strip()[:200] or "no reason given"
        try:
            said = json.loads(body)["error"]
        except (ValueError, LookupError, TypeError):
            return
        if isinstance(said, str):
            self.reason = said
        elif isinstance(said, dict):
            self.reason = str(said.get("message") or "no reason given")
            self.kind = said.get("code") if isinstance(said.get("code"), str) else said.get("type")


async def _beginning(answer: httpx2.Response) -> str:
    """As much of an error's body as a person needs; an endless one ends nothing."""
    read = b""
    async for part in answer.aiter_bytes():
        read += part
        if len(read) > _LONGEST_ERROR:
            break
    return read.decode("utf-8", "replace")


async def _chunks(answer: httpx2.Response) -> AsyncIterator[dict[str, Any]]:
    """The objects of a stream of `data:` lines. Raises ValueError for one that is not JSON."""
    async for line in _lines(answer):
        name, _, data = line.partition(":")
        if name != "data":
            continue
        if data.strip() == "[DONE]":
            return
        chunk = json.loads(data)
        if "error" in chunk:
            raise _RefusedError(200, json.dumps(chunk))
        yield chunk


async def _lines(answer: httpx2.Response) -> AsyncIterator[str]:
    """The lines of a stream. Raises ValueError for one without end: the client's own way keeps all of it."""
    begun = ""
    async for piece in answer.aiter_text():
        *whole, begun = (begun + piece).split("\n")
        if len(begun) > _LONGEST_LINE:
            raise ValueError("a line without end")
        for line in whole:
            yield line
    yield begun


def _messages(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"role": "system", "content": _text_of(request["system"])}
    for message in request["messages"]:
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if message["role"] == "assistant":
            yield _assistant(blocks)
            continue
        for block in blocks:
            if block["type"] == "tool_result":
                yield {"role": "tool", "tool_call_id": block["tool_use_id"], "content": block["content"]}
        said = _text_of([block for block in blocks if block["type"] == "text"])
        if said:
            yield {"role": "user", "content": said}


def _assistant(blocks: list[Block]) -> dict[str, Any]:
    calls = [
        {
            "id": block["id"],
            "type": "function",
            "function": {"name": block["name"], "arguments": json.dumps(block["input"], ensure_ascii=False)},
        }
        for block in blocks
        if block["type"] == "tool_use"
    ]
    said = _text_of([block for block in blocks if block["type"] == "text"])
    return {"role": "assistant", "content": said, **({"tool_calls": calls} if calls else {})}


def _text_of(content: str | list[Block]) -> str:
    return content if isinstance(content, str) else "\n\n".join(block["text"] for block in content)


def _function(tool: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    described = {"name": tool["name"], "description": tool["description"], "parameters": tool["input_schema"]}
    return {"type": "function", "function": described | ({"strict": True} if strict else {})}


@dataclass(slots=True)
class _Call:
    """A call as its pieces come."""

    call_id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class _Reading:
    """What was read of a stream."""

    begun: bool = False
    said: str = ""
    stop: str | None = None
    calls: dict[int, _Call] = field(default_factory=dict)
    tokens: Tokens | None = None

    def take(self, chunk: dict[str, Any], heard: Callable[[str], None]) -> None:
        self.begun = True
        if usage := chunk.get("usage"):
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
            asked = usage.get("prompt_tokens") or 0
            self.tokens = Tokens.told(asked - cached, 0, cached, usage.get("completion_tokens"))
        for choice in chunk.get("choices") or []:
            delta = choice.get("delta") or {}
            if text := delta.get("content"):
                self.said += text
                heard(text)
            for place, piece in enumerate(delta.get("tool_calls") or []):
                self._take_call(piece.get("index", place), piece)
            self.stop = choice.get("finish_reason") or self.stop

    def _take_call(self, index: int, piece: dict[str, Any]) -> None:
        call = self.calls.setdefault(index, _Call())
        function = piece.get("function") or {}
        call.call_id = piece.get("id") or call.call_id
        call.name = function.get("name") or call.name
        arguments = function.get("arguments") or ""
        call.arguments += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def whole(self) -> Reply:
        """Raises ValueError where the stream just ended, or a call's arguments are not a JSON object."""
        if self.stop is None:
            raise ValueError("the stream ended early")
        uses = [self._use(index, call) for index, call in sorted(self.calls.items())]
        # Some servers say `stop` after calls.
        stop = "tool_use" if uses and self.stop == "stop" else _STOPS.get(self.stop, self.stop)
        blocks: list[Block] = [{"type": "text", "text": self.said}] if self.said else []
        blocks += [{"type": "tool_use", "id": use.call_id, "name": use.name, "input": use.arguments} for use in uses]
        return Reply(stop, blocks, self.tokens or self.estimate(), uses if stop == "tool_use" else [])

    @property
    def letters(self) -> int:
        return len(self.said) + sum(len(call.arguments) for call in self.calls.values())

    def estimate(self) -> Tokens:
        """What was written, where the service tells no counts or the answer broke off before them."""
        return Tokens(0, 0, 0, estimated(self.letters))

    def _use(self, index: int, call: _Call) -> ToolUse:
        arguments = json.loads(call.arguments) if call.arguments.strip() else {}
        if not isinstance(arguments, dict) or not call.name:
            raise ValueError("a call without name or arguments")
        return ToolUse(call.call_id or f"call_{index}", call.name, arguments)
