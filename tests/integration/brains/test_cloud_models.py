"""Claude at Amazon Bedrock and Google Vertex AI, over the SDK and the clouds' own packages, against local stand-ins.

Where a cloud's package is not installed (`shipchat[bedrock]`, `shipchat[vertex]`), its half is skipped.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.brains.protocol import Conversation
from agent.chat.choice import choose_brain
from agent.errors import ShipchatError
from agent.model_settings import OwnModel
from agent.settings import Settings
from agent.setup.model_probe import probe
from tests.brain_ear import Ear
from tests.cloud_endpoints import (
    ACCESS_KEY,
    PROJECT,
    REGION,
    SECRET_KEY,
    TOKEN,
    BedrockHandler,
    Endpoint,
    Refusal,
    Stream,
    VertexHandler,
    aws_exception,
    google_refusal,
    served,
)

MODELS = {"bedrock": "us.anthropic.claude-test-1-v1:0", "vertex": "claude-test-1@20261101"}
HANDLERS = {"bedrock": BedrockHandler, "vertex": VertexHandler}


@dataclass
class Hands:
    """The tools, and what was called."""

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def published(self) -> list[dict[str, Any]]:
        schema = {"type": "object", "properties": {"where": {"type": "string"}}}
        return [{"name": "count_rows", "description": "Counts.", "input_schema": schema}]

    async def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, arguments))
        return {"count": 3}


@dataclass
class Talk:
    """A brain at the stand-in of a cloud."""

    kind: str
    endpoint: Endpoint
    home: Path
    stage: Any
    hands: Hands = field(default_factory=Hands)
    ear: Ear = field(default_factory=Ear)
    pauses: list[float] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        place = {"region": REGION} | ({"project": PROJECT} if self.kind == "vertex" else {})
        base_url = self.endpoint.url + ("/v1" if self.kind == "vertex" else "")
        own = OwnModel(kind=self.kind, model=MODELS[self.kind], base_url=base_url, retries=1, **place)
        return Settings(home=self.home, today="2026-11-21", models={"cloud": own}, model="cloud")

    def answer(self, *words: Any, **more: Any) -> Stream:
        return Stream(self.stage.events_of(self.stage.Answer(*words, **more), "claude-test-1"))

    async def say(self, words: str, *script: Stream | Refusal) -> None:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        self.endpoint.script += script
        brain = choose_brain("cloud", self.settings)
        brain.pause = pause
        await brain.turn(words, Conversation(today=date(2026, 11, 21)), self.hands, self.ear)

    async def refusal(self, *script: Stream | Refusal) -> ShipchatError:
        with pytest.raises(ShipchatError) as caught:
            await self.say("hello", *script)
        return caught.value


@pytest.fixture(scope="module")
def google_key() -> str:
    """A private key of nobody, as a service account has one."""
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    from cryptography.hazmat.primitives import serialization

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return str(key.private_bytes(*form).decode())


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine where neither cloud finds anything, in no place that it looks at."""
    for name in ("AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "none"))


@pytest.fixture(params=["bedrock", "vertex"])
def talk(
    request: pytest.FixtureRequest, no_credentials: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stage: Any
) -> Iterator[Talk]:
    kind = request.param
    pytest.importorskip("boto3" if kind == "bedrock" else "google.auth", reason=f"shipchat[{kind}] is not installed")
    if kind == "bedrock":
        # The SDK keeps a session for each combination of arguments, and with it the first credentials.
        from anthropic.lib.aws._auth import _get_session

        _get_session.cache_clear()
    with served(HANDLERS[kind]) as endpoint:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        if kind == "vertex":
            account = {
                "type": "service_account",
                "project_id": PROJECT,
                "private_key_id": "1",
                "private_key": request.getfixturevalue("google_key"),
                "client_email": "nobody@shop-project.example",
                "token_uri": f"{endpoint.url}/token",
            }
            file = tmp_path / "account.json"
            file.write_text(json.dumps(account))
            monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        yield Talk(kind, endpoint, tmp_path, stage)


async def test_text_streams_and_is_then_said_whole(talk: Talk) -> None:
    await talk.say("hello", talk.answer("Good morning to you."))
    assert talk.ear.deltas == ["Good ", "morning ", "to ", "you."]
    assert talk.ear.said == ["Good morning to you."]
    assert talk.ear.usage == [(100, 20, None)]
    assert talk.endpoint.complaints == []


async def test_calls_are_made_and_answered(talk: Talk) -> None:
    call = talk.stage.Call("count_rows", {"where": "\"State\" = 'CA'"})
    await talk.say("how many?", talk.answer("Looking.", [call]), talk.answer("Three."))
    assert talk.hands.calls == [("count_rows", {"where": "\"State\" = 'CA'"})]
    assert talk.ear.said == ["Looking.", "Three."]
    answered = talk.endpoint.requests[1]["messages"][-1]["content"][0]
    assert (answered["type"], answered["content"]) == ("tool_result", '<data>{"count":3}</data>')
    assert talk.endpoint.complaints == []


async def test_the_credentials_are_the_clouds_and_no_key_of_anthropic_is_sent(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-a-key-for-another-address")
    await talk.say("hello", talk.answer("Hi."))
    sent = json.dumps([talk.endpoint.requests, talk.endpoint.headers, talk.endpoint.paths])
    assert "sk-ant" not in sent
    assert SECRET_KEY not in sent
    assert talk.endpoint.signed_in == (1 if talk.kind == "vertex" else 0)


async def test_nothing_of_the_credentials_or_the_talk_is_logged(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await talk.say("for Ada Byron", talk.answer("Hi."))
    for secret in (SECRET_KEY, TOKEN, "AWS4-HMAC", "Ada Byron"):
        assert secret not in caplog.text


def aws(status: int, kind: str, message: str, **headers: str) -> Refusal:
    return Refusal(status, {"message": message}, {"x-amzn-errortype": f"{kind}:http://internal.example/", **headers})


def claude(status: int, kind: str, message: str) -> Refusal:
    return Refusal(status, {"type": "error", "error": {"type": kind, "message": message}})


TOO_LONG = "prompt is too long: 210000 tokens > 200000 maximum"
REFUSALS = {
    "bedrock": [
        (aws(403, "UnrecognizedClientException", "The security token is invalid."), "E-5511", 1),
        (aws(403, "ExpiredTokenException", "The security token has expired."), "E-5511", 1),
        (aws(403, "AccessDeniedException", "You don't have access to the model."), "E-5512", 1),
        (aws(404, "ResourceNotFoundException", "Model not found."), "E-4407", 1),
        (aws(400, "ValidationException", "The provided model identifier is invalid."), "E-4407", 1),
        (aws(400, "ValidationException", "tools.0: not valid"), "E-4408", 1),
        (aws(400, "ValidationException", TOO_LONG), "E-2354", 1),
        (aws(400, "ValidationException", "Input is too long for requested model."), "E-2354", 1),
        (aws(429, "ThrottlingException", "Too many tokens, please wait."), "E-4402", 2),
        (aws(503, "ServiceUnavailableException", "Try again."), "E-4401", 2),
        (claude(529, "overloaded_error", "Overloaded"), "E-4401", 2),
        (aws(500, "InternalServerException", "Oops."), "E-4406", 2),
        (aws(424, "ModelErrorException", "The model failed."), "E-4406", 2),
    ],
    "vertex": [
        (google_refusal(401, "UNAUTHENTICATED", "Invalid credentials."), "E-5511", 1),
        (google_refusal(403, "PERMISSION_DENIED", "Permission 'predict' denied."), "E-5512", 1),
        (google_refusal(404, "NOT_FOUND", "Publisher Model was not found."), "E-4407", 1),
        (google_refusal(400, "INVALID_ARGUMENT", "tools.0: not valid"), "E-4408", 1),
        (claude(400, "invalid_request_error", TOO_LONG), "E-2354", 1),
        (google_refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded for requests per minute."), "E-4402", 2),
        (claude(529, "overloaded_error", "Overloaded"), "E-4401", 2),
        (google_refusal(503, "UNAVAILABLE", "Try again."), "E-4406", 2),
        (Refusal(502, "<html>oops</html>"), "E-4406", 2),
    ],
}


async def test_every_refusal_is_told_by_the_code_that_claude_has_for_it(talk: Talk) -> None:
    for refusal, code, asked in REFUSALS[talk.kind]:
        talk.endpoint.requests.clear()
        talk.endpoint.script.clear()
        fault = await talk.refusal(refusal, refusal)
        assert (fault.code, len(talk.endpoint.requests)) == (code, asked), refusal
        if asked == 1 and code != "E-2354":
            told = refusal.body[0]["error"] if isinstance(refusal.body, list) else refusal.body
            assert told["message"].rstrip(".") in fault.message


async def test_the_wait_that_a_cloud_asks_for_is_kept_or_not_begun(talk: Talk) -> None:
    def busy(seconds: str) -> Refusal:
        if talk.kind == "bedrock":
            return aws(429, "ThrottlingException", "Slow down.", **{"retry-after": seconds})
        return google_refusal(429, "RESOURCE_EXHAUSTED", "Slow down.", **{"retry-after": seconds})

    await talk.say("hello", busy("7"), talk.answer("Hi."))
    assert talk.pauses == [7.0]
    fault = await talk.refusal(busy("3600"))
    assert (fault.code, talk.pauses) == ("E-4402", [7.0])
    assert "3600 s" in fault.message


@pytest.mark.parametrize("kept", [0, 1, 4, 11])
@pytest.mark.parametrize("broken_by", ["cut", "", b"\0" * 64])
async def test_a_stream_that_breaks_is_asked_again_and_nothing_of_it_is_done(
    talk: Talk, kept: int, broken_by: str | bytes
) -> None:
    call = talk.stage.Call("count_rows", {"where": "TRUE", "limit": 5})
    whole = talk.answer("Good morning to you.", [call])
    broken = Stream(whole.events[:kept], broken_by)
    await talk.say("count", broken, talk.answer("Done."))
    assert talk.hands.calls == []
    assert talk.ear.said[-1] == "Done."
    assert (await talk.refusal(broken, broken)).code == "E-4404"


async def test_an_error_in_the_middle_of_a_stream_is_an_error(talk: Talk) -> None:
    events = talk.answer("Good morning to you.").events[:4]
    if talk.kind == "bedrock":
        errors = [
            (aws_exception("throttlingException", "Too fast."), "E-4402"),
            (aws_exception("serviceUnavailableException", "Busy."), "E-4401"),
            (aws_exception("modelStreamErrorException", "Oops."), "E-4406"),
        ]
    else:
        data = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        errors = [(f"event: error\ndata: {json.dumps(data)}\n\n".encode(), "E-4401")]
    for sent, code in errors:
        broken = Stream(events, sent)
        assert (await talk.refusal(broken, broken)).code == code
    refused = aws_exception("validationException", TOO_LONG)
    if talk.kind == "bedrock":
        assert (await talk.refusal(Stream(events, refused))).code == "E-2354"


async def test_without_credentials_nothing_is_asked_and_the_sign_in_is_named(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    fault = await talk.refusal()
    assert fault.code == "E-5514"
    assert ("aws sso login" if talk.kind == "bedrock" else "gcloud auth") in fault.remedy
    assert talk.endpoint.requests == []


async def test_credentials_that_are_refused_are_not_shown(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    if talk.kind == "bedrock":
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key-of-somebody-else")
        fault = await talk.refusal()
        assert fault.code == "E-5511"
        assert "IQoJb3JpZ2luX2VjE" not in str(fault)
    else:
        talk.endpoint.complaints.append("sign-in")
        fault = await talk.refusal()
        assert fault.code == "E-5514"
        assert "invalid_grant" in fault.message
    assert "PRIVATE KEY" not in str(fault)


async def test_a_sign_in_that_is_not_reached_is_asked_again(talk: Talk, tmp_path: Path) -> None:
    if talk.kind == "bedrock":
        pytest.skip("keys of an account need no sign-in")
    file = tmp_path / "account.json"
    file.write_text(file.read_text().replace(f"{talk.endpoint.url}/token", "http://127.0.0.1:9/token"))
    fault = await talk.refusal()
    assert fault.code == "E-4403"
    assert talk.pauses == [1.0]


async def test_the_doctor_asks_for_a_tool_call(talk: Talk) -> None:
    call = talk.stage.Call("count_rows", {"where": "TRUE"})
    talk.endpoint.script = [talk.answer("", [call]), talk.answer("OK")]
    assert "called a tool" in await probe(talk.settings)
    talk.endpoint.script = [talk.answer("I would count them.")]
    with pytest.raises(ShipchatError) as told:
        await probe(talk.settings)
    assert told.value.code == "E-5016"
