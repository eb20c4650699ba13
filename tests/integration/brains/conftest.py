"""A local endpoint of the Messages API: it checks requests as the real one does and plays what a test puts on its list.

Streams are written piece by piece, Nagle off, as server-sent events; they can be slow, broken, cut or an error.
"""

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent.brains.claude import ClaudeBrain
from agent.brains.protocol import Conversation
from agent.model_settings import ClaudeSettings
from agent.settings import Settings
from tests.brain_ear import Ear

KEY = "sk-ant-local-0123456789abcdef"
PARAMETERS = {"model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream", "metadata"}


@dataclass
class Call:
    """A tool call in an answer; `raw` is what is sent instead of the arguments' JSON."""

    name: str
    arguments: dict[str, Any]
    raw: str | None = None


@dataclass
class Answer:
    """One streamed message."""

    text: str = ""
    calls: list[Call] = field(default_factory=list)
    stop_reason: str | None = None
    thinking: str = ""
    usage: dict[str, int] = field(default_factory=lambda: {"input_tokens": 100})
    output_tokens: int = 20
    stop_details: dict[str, Any] | None = None
    break_after: int | None = None
    """After so many events the stream ..."""
    breaks_by: str = "cut"
    """... is cut, ends, falls silent, sends an overloaded error, or sends rubbish."""


@dataclass
class Refused:
    """An error instead of a stream."""

    status: int
    kind: str
    message: str = "No."
    headers: dict[str, str] = field(default_factory=dict)


class Endpoint:
    """What a test sees of it."""

    def __init__(self) -> None:
        self.script: list[Answer | Refused] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.complaints: list[str] = []
        self.silent = threading.Event()
        """Set while a stream is silent."""
        self.released = threading.Event()
        """Set it to let a silent stream end."""
        self.url = ""

    def next(self) -> Answer | Refused:
        return self.script.pop(0) if self.script else Refused(400, "invalid_request_error", "The script is empty.")


def complaint(headers: Any, body: dict[str, Any]) -> Refused | None:
    """What the real endpoint would refuse."""
    if headers.get("Authorization") != f"Bearer {KEY}":
        return Refused(401, "authentication_error", "invalid bearer token")
    wrong = _shape(headers, body) or _turns(body["messages"]) or _tools(body)
    return Refused(400, "invalid_request_error", wrong) if wrong else None


def _shape(headers: Any, body: dict[str, Any]) -> str | None:
    if not headers.get("anthropic-version"):
        return "anthropic-version: header is required"
    unknown = body.keys() - PARAMETERS
    if unknown:
        return f"{sorted(unknown)}: Extra inputs are not permitted"
    if not (isinstance(body.get("max_tokens"), int) and body.get("model") and body.get("messages")):
        return "model, max_tokens and messages are required"
    marked = json.dumps(body).count('"cache_control"')
    return f"A maximum of 4 blocks with cache_control may be provided. Found {marked}." if marked > 4 else None


def _turns(messages: list[dict[str, Any]]) -> str | None:
    open_calls: list[str] = []
    for number, message in enumerate(messages):
        blocks = message["content"]
        if isinstance(blocks, str):
            blocks = [{"type": "text", "text": blocks}]
        if message["role"] != ("user", "assistant")[number % 2]:
            return f"messages.{number}: roles must alternate, beginning with user"
        if not blocks or any(block["type"] == "text" and not block["text"].strip() for block in blocks):
            return f"messages.{number}: text content blocks must be non-empty"
        answered = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if answered != open_calls:
            return f"messages.{number}: tool_use ids {open_calls} without tool_result blocks immediately after"
        open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
    return "the last message must be the user's" if messages[-1]["role"] != "user" else None


def _tools(body: dict[str, Any]) -> str | None:
    for tool in body.get("tools", []):
        if tool.keys() - {"name", "description", "input_schema", "cache_control"}:
            return f"tools.{tool.get('name')}: Extra inputs are not permitted"
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool["name"]) or tool["input_schema"].get("type") != "object":
            return f"tools.{tool.get('name')}: name or input_schema does not fit"
    return None


def events_of(answer: Answer, model: str) -> list[dict[str, Any]]:
    """The events of a message, as documented."""
    start = {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": []}
    start |= {"stop_reason": None, "stop_sequence": None, "usage": answer.usage | {"output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    if answer.thinking:
        deltas = [
            {"type": "thinking_delta", "thinking": answer.thinking},
            {"type": "signature_delta", "signature": "s"},
        ]
        blocks.append(({"type": "thinking", "thinking": "", "signature": ""}, deltas))
    if answer.text:
        words = re.findall(r"\S+\s*", answer.text)
        blocks.append(({"type": "text", "text": ""}, [{"type": "text_delta", "text": word} for word in words]))
    for number, call in enumerate(answer.calls, 1):
        raw = json.dumps(call.arguments) if call.raw is None else call.raw
        pieces = [raw[start : start + 7] for start in range(0, len(raw), 7)]
        tool_use = {"type": "tool_use", "id": f"toolu_{number}_{call.name}", "name": call.name, "input": {}}
        blocks.append((tool_use, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]))
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    reason = answer.stop_reason or ("tool_use" if answer.calls else "end_turn")
    delta = {"stop_reason": reason, "stop_sequence": None, "stop_details": answer.stop_details}
    events.append({"type": "message_delta", "delta": delta, "usage": {"output_tokens": answer.output_tokens}})
    return [*events, {"type": "message_stop"}]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    endpoint: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/messages":
            self._refuse(Refused(404, "not_found_error", self.path))
            return
        self.endpoint.requests.append(body)
        self.endpoint.headers.append(dict(self.headers))
        wrong = complaint(self.headers, body)
        if wrong is not None:
            self.endpoint.complaints.append(wrong.message)
        answer = wrong or self.endpoint.next()
        if isinstance(answer, Refused):
            self._refuse(answer)
        else:
            self._stream(answer, body["model"])

    def _refuse(self, refused: Refused) -> None:
        error = {"type": "error", "error": {"type": refused.kind, "message": refused.message}, "request_id": "req_1"}
        body = json.dumps(error).encode()
        self.send_response(refused.status)
        for name, value in {"content-type": "application/json", "request-id": "req_1", **refused.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, answer: Answer, model: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("request-id", "req_1")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, event in enumerate(events_of(answer, model)):
            if number == answer.break_after:
                self._break(answer.breaks_by)
                return
            self._event(event["type"], json.dumps(event))
        self._chunk(b"")

    def _break(self, how: str) -> None:
        if how == "error":
            error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            self._event("error", json.dumps(error))
        elif how == "rubbish":
            self._event("content_block_delta", '{"type": "content_block_delta", "index": 9, "delta": {"type"')
        elif how == "order":
            self._event("content_block_stop", '{"type": "content_block_stop", "index": 9}')
        elif how == "silence":
            self.endpoint.silent.set()
            self.endpoint.released.wait(20)
        if how in {"cut", "silence"}:
            self.close_connection = True
        else:
            self._chunk(b"")

    def _event(self, name: str, data: str) -> None:
        self._chunk(f"event: {name}\ndata: {data}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what some tests are about; anything else is a fault of this endpoint."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    shown = Endpoint()
    handler = type("Handler", (_Handler,), {"endpoint": shown})
    server = _Server(("127.0.0.1", 0), handler)
    shown.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield shown
    shown.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class StandInToolbox:
    """Answers from a list per tool, and remembers the calls."""

    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    on_call: Callable[[], None] | None = None

    def published(self) -> list[dict[str, Any]]:
        schema = {"type": "object", "properties": {"where": {"type": "string"}}, "additionalProperties": True}
        names = ["count_rows", "describe_sheet", "propose_shipment"]
        return [{"name": name, "description": f"Does {name}.", "input_schema": schema} for name in names]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        if self.on_call is not None:
            self.on_call()
        waiting = self.answers.get(name, [])
        return waiting.pop(0) if waiting else {"count": 3}


@dataclass
class Talk:
    """A brain at the local endpoint, with hands and ears."""

    brain: ClaudeBrain
    endpoint: Endpoint
    toolbox: StandInToolbox
    ear: Ear
    pauses: list[float]
    conversation: Conversation = field(default_factory=lambda: Conversation(today=date(2026, 11, 21)))

    async def say(self, words: str, *script: Answer | Refused) -> None:
        """One turn; `script` is what the endpoint answers."""
        self.endpoint.script += script
        await self.brain.turn(words, self.conversation, self.toolbox, self.ear)
        assert not self.endpoint.complaints


@pytest.fixture
def talk(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Talk:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)
    return make_talk(endpoint, tmp_path)


def make_talk(endpoint: Endpoint, home: Any, **claude: Any) -> Talk:
    settings = Settings(home=home, claude=ClaudeSettings(base_url=endpoint.url, **claude))
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    brain = ClaudeBrain("claude-test-1", settings, pause=pause)
    return Talk(brain, endpoint, StandInToolbox(), Ear(), pauses)


@pytest.fixture
def stage() -> Any:
    """The parts that tests put on the endpoint's list (test modules cannot import a conftest)."""
    from types import SimpleNamespace

    return SimpleNamespace(Answer=Answer, Call=Call, Refused=Refused, make_talk=make_talk, KEY=KEY, events_of=events_of)
