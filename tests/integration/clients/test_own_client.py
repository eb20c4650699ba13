"""The agent's own client reads refusals as every other one can: JSON in the text."""

from pathlib import Path
from typing import Any

import pytest
from mcp.types import CallToolResult, TextContent

from agent.mcp_client import refusal_of
from agent.servers import ServerManager
from agent.settings import Settings


async def test_a_refusal_keeps_its_code_remedy_and_outcome(tmp_path: Path) -> None:
    async with ServerManager(Settings(home=tmp_path, state=tmp_path)) as servers:
        refused = await servers.call("ups", "shipping_create", {"environment": "simulator"})
        listed = await servers.call("ups", "service_list", {})
    assert {key: refused[key] for key in ("isError", "code", "retryable", "outcome")} == {
        "isError": True,
        "code": "E-2001",
        "retryable": False,
        "outcome": "not_done",
    }
    assert refused["remedy"]
    assert "isError" not in listed
    assert listed["environment"] == "simulator"


@pytest.mark.parametrize("text", ["went wrong", "[1]", "null", '"text"', ""])
def test_a_refusal_in_prose_says_nothing_of_an_outcome(text: str) -> None:
    said: dict[str, Any] = refusal_of(CallToolResult(content=[TextContent(type="text", text=text)], is_error=True))
    assert said == {"message": text}
