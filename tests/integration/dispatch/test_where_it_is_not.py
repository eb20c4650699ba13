"""Without Temporal: nothing of it is loaded, and what is missing is said before anything is approved."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.dispatch import faults
from agent.dispatch.engine import engine
from agent.errors import ShipchatError
from agent.servers import ServerManager
from agent.settings import Settings
from agent.setup.checks import Surroundings, examine
from agent.setup.temporal import is_set_up, temporal
from agent.temporal_settings import TemporalSettings


def test_a_session_that_runs_its_batches_itself_loads_nothing_of_it() -> None:
    code = "import sys, agent.chat.turns, agent.cli.headless, agent.cli.jobs, agent.setup.doctor\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = [name for name in done.stdout.split() if name.split(".")[0] in ("temporalio", "google", "nexusrpc")]
    assert loaded == []


def test_a_client_that_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ShipchatError, match=r"E-4350.*shipchat\[temporal\]"):
        engine("temporal")
    assert engine("here").__name__ == "BatchService"


async def test_doctor_looks_at_the_server_only_where_one_is_set_up(tmp_path: Path) -> None:
    plain = Settings(home=tmp_path)
    assert not is_set_up(Surroundings(plain, ServerManager(plain)))
    settings = Settings(home=tmp_path, temporal=TemporalSettings(address="127.0.0.1:9"))
    around = Surroundings(settings, ServerManager(settings))
    assert is_set_up(around)
    finding = await examine("Temporal", temporal, around)
    assert (finding.state, finding.words.split()[0]) == ("FAULT", "E-4351:")


@pytest.mark.parametrize("address", ["", "localhost", "localhost:", "http://localhost:7233", "a b:1"])
def test_an_address_is_host_and_port(address: str) -> None:
    with pytest.raises(ShipchatError, match=r"E-4104.*temporal\.address"):
        Settings.load(temporal={"address": address})


async def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, temporal=TemporalSettings(tls_ca=tmp_path / "none.pem"))
    finding = await examine("Temporal", temporal, Surroundings(settings, ServerManager(settings)))
    assert finding.words.startswith("E-4356")
    assert "none.pem" in finding.words
    assert "tls_ca" in finding.words
