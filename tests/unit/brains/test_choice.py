"""Which brain a name means, and what is loaded for it."""

import subprocess
import sys

import pytest

from agent.chat.choice import choose_brain
from agent.errors import ShipchatError
from agent.settings import Settings


def test_claude_is_the_model_of_the_settings_and_any_other_id_is_itself(tmp_path):
    settings = Settings(home=tmp_path, claude={"model": "claude-house-1"})
    assert choose_brain("claude", settings).name == "claude-house-1"
    assert choose_brain("claude-haiku-5-5", settings).name == "claude-haiku-5-5"
    assert choose_brain("qwen3:8b", settings).name == "qwen3:8b"


@pytest.mark.parametrize("model", ["ofline", "Offline", "CLAUDE", "claud", "record", "", "  ", "two words"])
def test_a_slip_is_no_model_id(model, tmp_path):
    with pytest.raises(ShipchatError) as caught:
        choose_brain(model, Settings(home=tmp_path))
    assert caught.value.code == "E-2312"


def test_a_recording_that_is_missing_is_refused(tmp_path):
    with pytest.raises(ShipchatError) as caught:
        choose_brain(f"recorded:{tmp_path}/none.jsonl", Settings(home=tmp_path))
    assert caught.value.code == "E-2340"


def test_without_a_key_the_default_is_offline(tmp_path, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    assert Settings(home=tmp_path).model == "offline"
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-local-0123456789")
    assert Settings(home=tmp_path).model == "claude"
    assert Settings(home=tmp_path, model="offline").model == "offline"


def test_choosing_loads_no_sdk(tmp_path):
    """The SDK takes a second; offline never pays it, Claude only at its first turn."""
    code = (
        "import sys; from pathlib import Path; from agent.chat.choice import choose_brain;"
        "from agent.settings import Settings; settings = Settings(home=Path(sys.argv[1]));"
        "choose_brain('claude', settings);"
        "sys.exit(', '.join({'anthropic', 'httpx2', 'mcp', 'textual'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
