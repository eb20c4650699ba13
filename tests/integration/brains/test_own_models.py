"""Models of one's own over OpenAI's protocol, against a loopback server that checks requests as real ones do."""

import csv
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.chat.choice import choose_brain
from agent.chat.session import ChatSession, SessionOptions
from agent.chat.tools.toolbox import SessionToolbox
from agent.errors import ShipchatError
from agent.model_settings import SMALL_TOOLS, OwnModel
from agent.settings import Settings
from tests.brain_ear import Ear

SHEET = Path(__file__).parents[2] / "evaluation" / "injection" / "orders.csv"


def text(*words: str) -> list[dict[str, Any]]:
    return [{"choices": [{"index": 0, "delta": {"content": word}}]} for word in words]


def call(
    name: str, arguments: str, *, call_id: str | None = "call_a", index: int | None = 0, pieces: int = 3
) -> list[Any]:
    """One call, its arguments in pieces; without id and index, as some local servers send it."""
    size = max(1, -(-len(arguments) // pieces))
    parts = [arguments[start : start + size] for start in range(0, len(arguments), size)] or [""]
    chunks = []
    for number, part in enumerate(parts):
        piece: dict[str, Any] = {"function": {"arguments": part} | ({"name": name} if number == 0 else {})}
        piece |= {} if index is None else {"index": index}
        piece |= {"id": call_id, "type": "function"} if call_id and number == 0 else {}
        chunks.append({"choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]})
    return chunks


def stop(reason: str) -> list[dict[str, Any]]:
    usage = {"prompt_tokens": 90, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 40}}
    return [{"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}, {"choices": [], "usage": usage}]


@dataclass
class Refused:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Endpoint:
    """What a test sees: what was asked, and what is answered next (chunks, a text line as it is, a refusal)."""

    script: list[Any] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    url: str = ""


def complaint(body: dict[str, Any]) -> str | None:
    """What a real server would refuse of the messages."""
    if body["messages"][0]["role"] != "system":
        return "the first message must be the system's"
    open_calls: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return f"no call {message['tool_call_id']} is open"
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            return f"calls {open_calls} have no answer"
        open_calls += [one["id"] for one in message.get("tool_calls", [])]
        if not isinstance(message["content"], str):
            return "content must be text"
    for one in body.get("tools", []):
        if one["type"] != "function" or one["function"]["parameters"]["type"] != "object":
            return "tools must be functions with an object of parameters"
    return None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    shown = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            shown.requests.append(body)
            shown.keys.append(self.headers["Authorization"])
            wrong = complaint(body) if self.path == "/v1/chat/completions" else "no such path"
            answer = Refused(400, json.dumps({"error": {"message": wrong}})) if wrong else shown.script.pop(0)
            if isinstance(answer, Refused):
                data = answer.body.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            for chunk in answer:
                line = chunk if isinstance(chunk, str) else f"data: {json.dumps(chunk)}"
                self.wfile.write(f"{line}\n\n".encode())
                self.wfile.flush()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield shown
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Hands:
    """The tools, and what was called."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def published(self) -> list[dict[str, Any]]:
        schema = {"type": "object", "properties": {"where": {"type": "string"}}}
        names = ["count_rows", "describe_sheet", "propose_shipment", "propose_void", "queue_read"]
        return [{"name": name, "description": f"Does {name}.", "input_schema": schema} for name in names]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        return {"count": 3}


class RealTools(Hands):
    """The tools as a session publishes them."""

    def published(self) -> list[dict[str, Any]]:
        return SessionToolbox(None).published()


@dataclass
class Talk:
    settings: Settings
    endpoint: Endpoint
    name: str = "local"
    hands: Hands = field(default_factory=Hands)
    ear: Ear = field(default_factory=Ear)
    brain: Any = None
    sheet: dict[str, Any] | None = None

    async def say(self, words: str, *script: Any) -> None:
        from datetime import date

        self.endpoint.script += script
        if self.brain is None:
            self.brain = choose_brain(self.name, self.settings)

            async def at_once(_seconds: float) -> None:
                """Nobody waits in a test."""

            self.brain.pause = at_once
        await self.brain.turn(words, Conversation(date(2026, 11, 21), sheet=self.sheet), self.hands, self.ear)


@pytest.fixture
def talk(endpoint: Endpoint, tmp_path: Path) -> Talk:
    own = OwnModel(model="tiny-7b", base_url=endpoint.url, retries=1)
    return Talk(Settings(home=tmp_path, models={"local": own}), endpoint)


async def test_text_streams_and_is_then_said_whole(talk: Talk) -> None:
    await talk.say("hello", text("Good ", "morning.") + stop("stop"))
    assert talk.ear.deltas == ["Good ", "morning."]
    assert talk.ear.said == ["Good morning."]
    assert talk.ear.usage == [(90, 7, None)]
    assert talk.endpoint.requests[0]["model"] == "tiny-7b"


async def test_calls_in_pieces_are_made_in_order_and_answered(talk: Talk) -> None:
    calls = call("count_rows", '{"where": "state = \'CA\'"}') + call("describe_sheet", "{}", call_id="call_b", index=1)
    await talk.say("how many?", text("Looking.") + calls + stop("tool_calls"), text("Three.") + stop("stop"))
    assert talk.hands.calls == [("count_rows", {"where": "state = 'CA'"}), ("describe_sheet", {})]
    roles = [message["role"] for message in talk.endpoint.requests[1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool"]
    await talk.say("thanks", text("Bye.") + stop("stop"))
    assert talk.ear.said == ["Looking.", "Three.", "Bye."]


async def test_a_call_without_id_that_ends_with_stop_is_a_call_all_the_same(talk: Talk) -> None:
    calls = call("count_rows", '{"where": "TRUE"}', call_id=None, index=None, pieces=1)
    await talk.say("how many?", calls + stop("stop"), text("Three.") + stop("stop"))
    assert talk.hands.calls == [("count_rows", {"where": "TRUE"})]


@pytest.mark.parametrize(
    "broken",
    [
        text("Half a"),
        [*text("Half a"), 'data: {"choices": [{"del'],
        call("propose_shipment", '{"where": "state = \'CA\' and total > 10"}', pieces=2)[:1] + stop("tool_calls"),
        call("propose_shipment", "[1]") + stop("tool_calls"),
        call("propose_shipment", "[" * 20_000) + stop("tool_calls"),
        ["data: 7"],
        ["data: " + "[" * 20_000],
        [text("Whole.")[0] | {"padding": "x" * (2 << 20)}, *stop("stop")],
    ],
    ids=["cut", "rubbish", "arguments cut", "not an object", "nested", "not a chunk", "a nested chunk", "a huge chunk"],
)
async def test_a_broken_answer_calls_nothing_and_is_asked_for_again(talk: Talk, broken: list[Any]) -> None:
    await talk.say("ship", broken, text("Sorry.") + stop("stop"))
    assert talk.hands.calls == []
    assert talk.ear.said[-1] == "Sorry."
    with pytest.raises(ShipchatError) as told:
        await talk.say("ship", broken, broken)
    assert told.value.code == "E-4404"


@pytest.mark.parametrize(
    ("refused", "code", "asked"),
    [
        (Refused(401, '{"error": {"message": "bad key", "code": "invalid_api_key"}}'), "E-5511", 1),
        (Refused(404, '{"error": {"message": "model \\"tiny-7b\\" not found", "type": "not_found_error"}}'), "E-4407", 1),
        (Refused(429, '{"error": {"message": "slow down"}}', {"retry-after": "2"}), "E-4402", 2),
        (Refused(429, '{"error": {"message": "x", "code": "insufficient_quota"}}'), "E-5513", 1),
        (Refused(429, '{"error": {"message": "slow"}}', {"retry-after": "900"}), "E-4402", 1),
        (Refused(429, '{"error": {"message": "Too many tokens per minute"}}'), "E-4402", 2),
        (Refused(500, "<html>oops</html>"), "E-4406", 2),
        (Refused(400, '{"error": "tools are not supported"}'), "E-4408", 1),
        (Refused(400, '{"error": {"message": "maximum context length is 4096", "code": "context_length_exceeded"}}'),
         "E-2354", 1),
    ],
)  # fmt: skip
async def test_every_refusal_is_told_by_its_own_code(talk: Talk, refused: Refused, code: str, asked: int) -> None:
    with pytest.raises(ShipchatError) as told:
        await talk.say("hello", refused, refused)
    assert told.value.code == code
    assert len(talk.endpoint.requests) == asked


async def test_an_error_in_the_middle_of_a_stream_is_an_error(talk: Talk) -> None:
    broken = [*text("Half"), {"error": {"message": "out of memory", "type": "api_error"}}]
    with pytest.raises(ShipchatError) as told:
        await talk.say("hello", broken, broken)
    assert told.value.code == "E-4406"
    assert "out of memory" in told.value.message


async def test_nothing_that_listens_is_told_with_the_host(tmp_path: Path) -> None:
    own = OwnModel(model="tiny", base_url="http://127.0.0.1:9/v1", retries=0)
    talk = Talk(Settings(home=tmp_path, models={"local": own}), Endpoint())
    with pytest.raises(ShipchatError, match=r"127\.0\.0\.1 cannot be reached") as told:
        await talk.say("hello")
    assert told.value.code == "E-4403"


async def test_the_key_comes_from_its_variable_and_goes_nowhere_else(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = OwnModel(model="big", base_url=endpoint.url, key_env="SHOP_GATEWAY_KEY")
    talk = Talk(Settings(home=tmp_path, models={"gateway": own}), endpoint, "gateway")
    with pytest.raises(ShipchatError, match="SHOP_GATEWAY_KEY is not set") as told:
        await talk.say("hello")
    assert told.value.code == "E-5510"
    monkeypatch.setenv("SHOP_GATEWAY_KEY", "a-key-of-the-shop")
    await talk.say("hello", text("Hi.") + stop("stop"))
    assert endpoint.keys == ["Bearer a-key-of-the-shop"]
    assert "a-key-of-the-shop" not in json.dumps(endpoint.requests)


async def test_a_small_model_is_offered_seven_tools(endpoint: Endpoint, tmp_path: Path) -> None:
    own = OwnModel(model="tiny", base_url=endpoint.url, tools="small")
    talk = Talk(Settings(home=tmp_path, models={"local": own}), endpoint)
    await talk.say("hello", text("Hi.") + stop("stop"))
    offered = [one["function"]["name"] for one in endpoint.requests[0]["tools"]]
    assert offered == ["count_rows", "describe_sheet", "propose_shipment"]


def listed(request: dict[str, Any]) -> list[str]:
    """The columns that the schema of `propose_shipment` allows for the service."""
    parameters = next(one["function"] for one in request["tools"] if one["function"]["name"] == "propose_shipment")
    return list(parameters["parameters"]["properties"]["service_column"]["anyOf"][0].get("enum", []))


async def test_a_small_model_is_told_the_columns_of_the_sheet_that_is_open(endpoint: Endpoint, tmp_path: Path) -> None:
    own = OwnModel(model="tiny", base_url=endpoint.url, tools="small")
    talk = Talk(Settings(home=tmp_path, models={"local": own}), endpoint, hands=RealTools())
    talk.sheet = {"columns": [{"name": "State"}, {"name": "Weight <lb>"}]}
    arguments = json.dumps({"where": "TRUE", "in_words": "all", "order_by": [{"column": "Weight \\u003clb\\u003e"}]})
    await talk.say("ship", call("propose_shipment", arguments) + stop("tool_calls"))
    assert listed(endpoint.requests[-1]) == ["State", "Weight \\u003clb\\u003e"]
    assert talk.hands.calls[-1][1]["order_by"] == [{"column": "Weight <lb>"}]
    talk.sheet = {"columns": [{"name": "Region"}]}
    await talk.say("and now?", text("Another sheet.") + stop("stop"))
    assert listed(endpoint.requests[-1]) == ["Region"]
    talk.sheet = {"columns": [{"name": f"Custom attribute {number}"} for number in range(300)]}
    await talk.say("and now?", text("A wide one.") + stop("stop"))
    assert listed(endpoint.requests[-1]) == []
    assert len(json.dumps(endpoint.requests[-1]["tools"])) < 16_000
    assert all("strict" not in one["function"] for one in endpoint.requests[-1]["tools"])


async def test_a_model_with_all_tools_is_told_no_list(endpoint: Endpoint, tmp_path: Path) -> None:
    own = OwnModel(model="big", base_url=endpoint.url)
    talk = Talk(Settings(home=tmp_path, models={"local": own}), endpoint, hands=RealTools())
    talk.sheet = {"columns": [{"name": "State"}]}
    await talk.say("hello", text("Hi.") + stop("stop"))
    assert "enum" not in endpoint.requests[0]["tools"][0]["function"]["parameters"]
    assert listed(endpoint.requests[0]) == []


async def test_a_server_that_wants_strict_is_sent_it_with_each_tool(endpoint: Endpoint, tmp_path: Path) -> None:
    own = OwnModel(model="tiny", base_url=endpoint.url, tools="small", strict=True)
    talk = Talk(Settings(home=tmp_path, models={"local": own}), endpoint)
    await talk.say("hello", text("Hi.") + stop("stop"))
    assert [one["function"]["strict"] for one in endpoint.requests[0]["tools"]] == [True] * 3


def test_the_small_profile_names_tools_that_exist() -> None:
    from agent.chat.tools.catalogue import all_tools

    assert all_tools().keys() >= SMALL_TOOLS
    assert len(SMALL_TOOLS) == 7


def test_a_name_that_is_nearly_ones_own_is_refused_with_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, models={"kitchen": OwnModel(model="x")})
    with pytest.raises(ShipchatError, match="did you mean kitchen"):
        choose_brain("kitchn", settings)


@pytest.mark.slow
async def test_words_over_an_own_model_become_a_preview(endpoint: Endpoint, tmp_path: Path) -> None:
    own = OwnModel(model="tiny-7b", base_url=endpoint.url, retries=0, tools="small")
    settings = Settings(home=tmp_path / "home", today="2026-11-21", models={"local": own}, model="local")
    arguments = json.dumps({"where": "\"State\" = 'CA'", "in_words": "California", "service": "Ground"})
    proposal = call("propose_shipment", arguments) + stop("tool_calls")
    endpoint.script = [call("describe_sheet", "{}") + stop("tool_calls"), proposal, text("Please look.") + stop("stop")]
    sheet = tmp_path / "orders.csv"
    sheet.write_bytes(SHEET.read_bytes())
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        await session.open()
        result = await session.send("Ship all California orders via Ground")
    finally:
        await session.close()
    assert (result["status"], result["row_numbers"], result["service_code"]) == ("preview", [1, 3, 7], "03")
    header = SHEET.read_text(encoding="utf-8").splitlines()[0]
    assert listed(endpoint.requests[0]) == next(csv.reader([header]))


async def test_the_doctor_tells_whether_a_model_calls_tools(endpoint: Endpoint, tmp_path: Path) -> None:
    from agent.setup.model_probe import probe

    own = OwnModel(model="tiny-7b", base_url=endpoint.url, retries=0)
    settings = Settings(home=tmp_path / "home", today="2026-11-21", models={"local": own}, model="local")
    endpoint.script = [call("count_rows", '{"where": "TRUE"}') + stop("tool_calls"), text("OK") + stop("stop")]
    assert "called a tool" in await probe(settings)
    endpoint.script = [text("I would count the rows.") + stop("stop")]
    with pytest.raises(ShipchatError) as told:
        await probe(settings)
    assert told.value.code == "E-5016"


async def test_an_answer_without_an_end_is_not_read_to_it(talk: Talk) -> None:
    """A service may ignore how long an answer may be."""
    with pytest.raises(ShipchatError) as told:
        await talk.say("hello", text(*["and on " * 1000] * 50) + stop("stop"))
    assert (told.value.code, len(talk.endpoint.requests)) == ("E-2351", 1)
    assert sum(map(len, talk.ear.said)) < 80_000


async def test_tokens_that_the_service_does_not_tell_are_estimated(talk: Talk) -> None:
    await talk.say("hello", [*text("Good morning."), *stop("stop")[:1]])
    ((read, written, _cents),) = talk.ear.usage
    assert (read > 100, written) == (True, 5)
