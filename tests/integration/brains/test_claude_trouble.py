"""What a person sees when the model cannot be asked, breaks off, or cannot read any more."""

import asyncio
import json
import os
import socket
import subprocess
import sys

import pytest

from agent.brains.claude import ClaudeBrain
from agent.errors import ShipchatError
from agent.model_settings import ClaudeSettings
from agent.settings import Settings


async def refusal(talk, words: str, *script) -> ShipchatError:
    with pytest.raises(ShipchatError) as caught:
        await talk.say(words, *script)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind", "message", "code"),
    [
        (401, "authentication_error", "invalid bearer token", "E-5511"),
        (403, "permission_error", "not for you", "E-5512"),
        (402, "billing_error", "pay first", "E-5513"),
        (400, "invalid_request_error", "Your credit balance is too low", "E-5513"),
        (404, "not_found_error", "model: claude-test-1", "E-4407"),
        (400, "invalid_request_error", "temperature: not known", "E-4408"),
        (422, "", "nothing known", "E-4408"),
    ],
)
async def test_what_asking_again_would_not_mend_is_said_at_once(talk, stage, status, kind, message, code):
    fault = await refusal(talk, "hello", stage.Refused(status, kind, message))
    assert fault.code == code
    assert message in fault.message
    assert fault.remedy
    assert len(talk.endpoint.requests) == 1
    assert talk.pauses == []


async def test_a_wrong_key_is_not_shown(talk, stage, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-wrong-key-123456")
    talk.endpoint.script = []
    fault = await refusal(talk, "hello")
    assert fault.code == "E-5511"
    assert "sk-ant" not in str(fault)


async def test_a_key_that_an_endpoint_echoes_is_not_shown(talk, stage):
    fault = await refusal(talk, "hello", stage.Refused(401, "authentication_error", f"bad key {stage.KEY}"))
    assert stage.KEY not in str(fault)


async def test_without_a_key_nothing_is_asked(talk, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("ANTHROPIC_AUTH_TOKEN", raising=False)
    fault = await refusal(talk, "hello")
    assert fault.code == "E-5510"
    assert "ANTHROPIC_API_KEY" in fault.message
    assert talk.endpoint.requests == []


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (529, "overloaded_error", "E-4401"),
        (429, "rate_limit_error", "E-4402"),
        (500, "api_error", "E-4406"),
        (503, "", "E-4406"),
    ],
)
async def test_overload_is_waited_out_in_sight(talk, stage, status, kind, code):
    busy = stage.Refused(status, kind)
    await talk.say("hello", busy, stage.Answer("Here I am."))
    assert talk.ear.said == ["Here I am."]
    assert talk.pauses == [1.0]
    assert "Asking again in 1 s (1 of 2)" in talk.ear.notices[0]
    fault = await refusal(talk, "again", busy, busy, busy)
    assert fault.code == code
    assert talk.pauses == [1.0, 1.0, 2.0]


async def test_the_wait_that_the_service_asks_for_is_kept_or_not_begun(talk, stage):
    await talk.say("a", stage.Refused(429, "rate_limit_error", "", {"retry-after": "7"}), stage.Answer("b"))
    assert talk.pauses == [7.0]
    fault = await refusal(talk, "c", stage.Refused(429, "rate_limit_error", "", {"retry-after": "3600"}))
    assert fault.code == "E-4402"
    assert "3600 s" in fault.message
    assert talk.pauses == [7.0]


# Events of "Good morning to you." with a call: start, ping, block start, 4 words, stop, block start, ...
@pytest.mark.parametrize("breaks_by", ["cut", "ended", "error", "rubbish", "order"])
@pytest.mark.parametrize("break_after", [0, 1, 5, 10, 13])
async def test_a_stream_that_breaks_is_asked_again_and_nothing_of_it_is_done(talk, stage, breaks_by, break_after):
    call = stage.Call("propose_shipment", {"where": "TRUE", "limit": 5})
    broken = stage.Answer("Good morning to you.", [call], break_after=break_after, breaks_by=breaks_by)
    await talk.say("ship 5", broken, stage.Answer("Done."))
    assert talk.toolbox.calls == []
    assert talk.ear.said[-1] == "Done."
    assert len(talk.ear.notices) == 1
    if break_after > 4:
        assert talk.ear.said[0].endswith(" …")


async def test_a_stream_that_always_breaks_is_an_error_in_the_end(talk, stage):
    broken = stage.Answer("Good morning to you.", break_after=4, breaks_by="error")
    fault = await refusal(talk, "hello", broken, broken, broken)
    assert fault.code == "E-4401"
    cut = stage.Answer("Good morning to you.", break_after=4, breaks_by="cut")
    assert (await refusal(talk, "hello", cut, cut, cut)).code == "E-4404"


async def test_silence_ends_a_wait(endpoint, stage, monkeypatch, tmp_path):
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)
    talk = stage.make_talk(endpoint, tmp_path, timeout_s=0.2, retries=0)
    fault = await refusal(talk, "hello", stage.Answer("Good morning", break_after=3, breaks_by="silence"))
    assert fault.code == "E-4405"
    assert "0.2 s" in fault.message


async def test_a_slow_stream_can_be_stopped(talk, stage):
    talk.endpoint.script = [stage.Answer("Good morning", break_after=4, breaks_by="silence")]
    turn = asyncio.create_task(talk.brain.turn("hello", talk.conversation, talk.toolbox, talk.ear))
    await asyncio.to_thread(talk.endpoint.silent.wait, 10)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    talk.endpoint.released.set()
    await talk.say("still there?", stage.Answer("Yes."))


async def test_no_network_is_said_with_the_host(stage, monkeypatch, tmp_path, talk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    settings = Settings(home=tmp_path, claude=ClaudeSettings(base_url=f"http://127.0.0.1:{port}", retries=1))
    talk.brain = ClaudeBrain("claude-test-1", settings, pause=talk.brain.pause)
    fault = await refusal(talk, "hello")
    assert fault.code == "E-4403"
    assert "127.0.0.1" in fault.message
    assert talk.pauses == [1.0]


async def test_the_base_url_may_come_from_the_environment(endpoint, stage, monkeypatch, tmp_path, talk):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", endpoint.url)
    talk.brain = ClaudeBrain("claude-test-1", Settings(home=tmp_path))
    await talk.say("hello", stage.Answer("Hi."))
    assert talk.ear.said == ["Hi."]


@pytest.mark.parametrize(
    "full",
    [
        lambda stage: stage.Refused(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        lambda stage: stage.Refused(413, "request_too_large", "Request exceeds the maximum size"),
        lambda stage: stage.Answer("", [], "model_context_window_exceeded"),
    ],
)
async def test_a_full_context_is_summarised_and_the_turn_goes_on(talk, stage, full):
    talk.toolbox.answers["count_rows"] = [{"count": 12, "note": "x" * 5000}]
    talk.conversation.sheet = {"name": "orders.csv"}
    await talk.say("count CA", stage.Answer("", [stage.Call("count_rows", {})]), stage.Answer("There are 12."))
    await talk.say("ship them", full(stage), stage.Answer("12 CA orders were counted."), stage.Answer("Previewed."))
    summary_request, last = talk.endpoint.requests[-2:]
    asked = json.dumps(summary_request["messages"])
    assert "count CA" in asked
    assert "x" * 500 not in asked
    assert "tools" not in summary_request
    assert len(last["messages"]) == 1
    assert "12 CA orders were counted." in json.dumps(last["messages"])
    assert "ship them" in json.dumps(last["messages"])
    assert "orders.csv" in json.dumps(last["messages"])
    assert talk.ear.said == ["There are 12.", "Previewed."]
    assert "summarised" in talk.ear.notices[0]


async def test_a_first_message_that_is_too_long_is_an_error(talk, stage):
    full = stage.Refused(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")
    assert (await refusal(talk, "long", full)).code == "E-2354"


async def test_a_summary_that_does_not_help_is_an_error(talk, stage):
    full = stage.Refused(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")
    await talk.say("one", stage.Answer("1"))
    assert (await refusal(talk, "two", full, stage.Answer("short"), full)).code == "E-2354"


async def test_a_long_conversation_is_summarised_before_it_is_full(endpoint, stage, monkeypatch, tmp_path):
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)
    talk = stage.make_talk(endpoint, tmp_path, context_tokens=4_000)
    await talk.say("one", stage.Answer("1", usage={"input_tokens": 100, "cache_read_input_tokens": 4_500}))
    await talk.say("two", stage.Answer("They said one."), stage.Answer("2"))
    assert "They said one." in json.dumps(endpoint.requests[-1]["messages"])
    assert len(endpoint.requests[-1]["messages"]) == 1


async def test_tokens_of_a_broken_answer_are_counted(talk, stage):
    await talk.say("a", stage.Answer("b c d", break_after=5), stage.Answer("e"))
    assert talk.ear.usage[0][0] == 100
    assert talk.ear.usage[-1][0] == 200


async def test_the_sdk_writes_nothing_of_a_conversation_to_a_log(endpoint, stage, tmp_path):
    """Not even where its debug log is switched on."""
    endpoint.script = [stage.Answer("Good morning.")]
    code = (
        "import asyncio, sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from agent.brains.claude import ClaudeBrain\n"
        "from agent.brains.protocol import Conversation\n"
        "from agent.chat.voice import SessionVoice\n"
        "from agent.settings import Settings\n"
        "class ModelTurn:\n"
        "    at_work = True\n"
        "class State:\n"
        "    model_turn, pending, emit = ModelTurn, None, print\n"
        "    settings = Settings(home=Path(sys.argv[1]))\n"
        "class Tools:\n"
        "    def published(self): return []\n"
        "brain = ClaudeBrain('m', State.settings)\n"
        "talk = Conversation(today=date(2026, 11, 21))\n"
        "asyncio.run(brain.turn('for Ada Byron', talk, Tools(), SessionVoice(State)))\n"
    )
    environment = os.environ | {
        "ANTHROPIC_LOG": "debug",
        "ANTHROPIC_API_KEY": stage.KEY,
        "ANTHROPIC_BASE_URL": endpoint.url,
    }
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, capture_output=True, text=True, check=False
    )
    assert "Good morning." in done.stdout
    assert done.stderr == ""
