"""Shipments to build requests from, and UPS's own documents to hold them against."""

import functools
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_servers.ups.app import App
from mcp_servers.ups.durable import GroupWriter
from mcp_servers.ups.settings import UpsSettings
from mcp_servers.ups.spool import Spool
from tests import ups_shipments
from tests.unit.ups.scripted import Scripted

KIT = Path(__file__).parents[4] / "shared" / "reference" / "ups-openapi"


@pytest.fixture
def shipment() -> dict[str, Any]:
    return ups_shipments.domestic()


@pytest.fixture
def abroad(shipment: dict[str, Any]) -> dict[str, Any]:
    """The same shipment, to Germany."""
    return ups_shipments.abroad(shipment)


@functools.cache
def _kit() -> Any:
    specification = importlib.util.spec_from_file_location("ups_conform", KIT / "ups_conform.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.load = functools.cache(module.load)
    return module


@pytest.fixture
def conforms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Holds one body against UPS's documents, unknown names forbidden; the faults are the failure's text."""
    if not KIT.exists():
        pytest.skip("UPS's OpenAPI documents are not beside the repository")

    def check(method: str, path: str, side: str, status: str, body: Any) -> None:
        file = tmp_path / "body.json"
        file.write_text(json.dumps(body))
        allowed = ["--closed", "--allow", "TransactionIdentifier", "--allow", "PackageLevelResult"]
        code = _kit().main([str(KIT / "ups-min.yaml"), method, path, side, status, str(file), *allowed])
        assert code == 0, capsys.readouterr().out

    return check


@pytest.fixture
def samples() -> Path:
    if not KIT.exists():
        pytest.skip("UPS's OpenAPI documents are not beside the repository")
    return KIT / "samples"


@pytest.fixture
def ups(tmp_path: Path) -> Callable[..., tuple[App, Scripted]]:
    def scripted(*answers: Any) -> tuple[App, Scripted]:
        client = Scripted(*answers)
        settings = UpsSettings(environment="simulator", home=tmp_path, base_url="http://127.0.0.1:1")
        return App(settings, client, Spool(settings.spool_folder), GroupWriter()), client  # type: ignore[arg-type]

    return scripted
