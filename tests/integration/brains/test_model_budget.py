"""The limit for what a model uses in a session, at a local endpoint: looked at before each request, told in every form."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.brains.claude import ClaudeBrain
from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.errors import ShipchatError
from agent.model_settings import ClaudeSettings, ModelPrice
from agent.settings import Settings

SHEET = Path(__file__).parents[2] / "evaluation" / "injection" / "orders.csv"
WORDS = "Ship all California orders via Ground"
PRICES = {"claude-test-1": ModelPrice(input=Decimal(3), output=Decimal(15))}
"""An answer of the endpoint (100 read, 20 written) costs $0.0006."""


def limited(stage: Any, endpoint: Any, home: Path, **limits: int) -> Any:
    """A brain at the endpoint that may use no more than that."""
    talk = stage.make_talk(endpoint, home)
    claude = ClaudeSettings(base_url=endpoint.url, prices=PRICES)
    talk.brain = ClaudeBrain("claude-test-1", Settings(home=home, claude=claude, **limits), pause=talk.brain.pause)
    return talk


@pytest.fixture(autouse=True)
def key(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)


@pytest.mark.parametrize(
    ("limits", "code"), [({"model_budget_tokens": 240}, "E-2356"), ({"model_budget_cents": 12}, "E-2357")]
)
async def test_a_limit_ends_the_turn_before_the_next_request(stage, endpoint, tmp_path, limits, code):
    tokens = {"input_tokens": 100 if "model_budget_tokens" in limits else 19_900}
    look = stage.Answer("", [stage.Call("count_rows", {})], usage=tokens)
    talk = limited(stage, endpoint, tmp_path, **limits)
    with pytest.raises(ShipchatError) as refused:
        await talk.say("count", look, look, look)
    assert (refused.value.code, len(endpoint.requests)) == (code, 2)
    with pytest.raises(ShipchatError) as refused:
        await talk.say("and now?")
    assert (refused.value.code, len(endpoint.requests)) == (code, 2), "nothing more is asked in this session"


async def test_an_answer_that_broke_off_counts_and_is_not_asked_for_again_above_the_limit(stage, endpoint, tmp_path):
    talk = limited(stage, endpoint, tmp_path, model_budget_tokens=100)
    with pytest.raises(ShipchatError) as refused:
        await talk.say("hello", stage.Answer("Half of it", break_after=3), stage.Answer("Whole."))
    assert (refused.value.code, len(endpoint.requests)) == ("E-2356", 1)


async def test_a_service_that_tells_no_counts_is_counted_by_letters(stage, endpoint, tmp_path):
    talk = limited(stage, endpoint, tmp_path, model_budget_tokens=100)
    await talk.say("hello " * 100, stage.Answer("Hi.", usage={"input_tokens": -1}, output_tokens=0))
    assert talk.brain.meter.input_tokens > 200
    with pytest.raises(ShipchatError) as refused:
        await talk.say("hello")
    assert refused.value.code == "E-2356"


async def test_what_was_used_stands_in_the_result_and_a_preview_stays_to_be_approved(stage, endpoint, tmp_path):
    sheet = tmp_path / "orders.csv"
    sheet.write_bytes(SHEET.read_bytes())
    claude = ClaudeSettings(base_url=endpoint.url, model="claude-test-1", prices=PRICES)
    settings = Settings(
        home=tmp_path / "home", today="2026-11-21", model="claude", claude=claude, model_budget_tokens=120
    )
    proposal = {"where": "\"State\" = 'CA'", "in_words": "CA", "service": "03"}
    endpoint.script = [stage.Answer("", [stage.Call("propose_shipment", proposal)])]
    session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False))
    try:
        opened = await session.open()
        shown = await session.send(WORDS)
        digest = session.pending_digest
        session.preview_painted(digest)
        refused = await session.send("hm, my cousin wants the usual thing")
        done = await session.approve(digest, by="--yes", words="--yes")
    finally:
        await session.close()
    used = {"input_tokens": 100, "output_tokens": 20, "cost_cents": 0, "budget_tokens": 120, "budget_cents": None}
    assert (opened["model_usage"], shown["status"], shown["model_usage"]) == (None, "preview", used)
    assert (refused["status"], refused["error"]["code"], refused["model_usage"]) == ("refused", "E-2356", None)
    assert (done["status"], done["rows"]["completed"], len(endpoint.requests)) == ("completed", 3, 1)


@pytest.mark.parametrize(
    ("limit", "code", "shown"),
    [
        pytest.param({}, 0, "Model: 100 tokens read, 20 written", marks=pytest.mark.slow),
        ({"SHIPCHAT_MODEL_BUDGET_CENTS": "50"}, 1, "E-2358"),
    ],
)
def test_the_command_tells_tokens_beside_the_data_and_refuses_a_cost_that_it_cannot_count(
    stage, endpoint, tmp_path, limit, code, shown
):
    endpoint.script = [stage.Answer("Hello.")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SHIPCHAT_HOME": str(tmp_path / "home")}
    environment |= {"ANTHROPIC_API_KEY": stage.KEY, "ANTHROPIC_BASE_URL": endpoint.url, **limit}
    command = [str(Path(sys.executable).with_name("shipchat")), "-p", "hello", "--model", "claude-test-1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, shown in done.stderr, "tokens" in done.stdout) == (code, True, False), done
    assert len(endpoint.requests) == (0 if limit else 1)
    if limit:
        return
    endpoint.script = [stage.Answer("Hello.")]
    command += ["--output-format", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert json.loads(done.stdout)["model_usage"]["output_tokens"] == 20
