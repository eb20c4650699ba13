"""The person's own servers as real processes over stdio: honest ones, and every kind of bad one, each on its own."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from agent.errors import ShipchatError
from agent.own_servers.offer import OfferedTool
from agent.own_servers.supervisor import Limits, OwnServers
from agent.settings import Settings
from agent.setup.checks import Finding
from agent.setup.own_servers import own_servers

SERVER = str(Path(__file__).parents[2] / "shop_server.py")
SDK_SERVER = """
from mcp.server import MCPServer
from mcp.types import ToolAnnotations
mcp = MCPServer("mail", version="4.5")
@mcp.tool(annotations=ToolAnnotations(readOnlyHint=True))
def inbox(most: int = 3) -> str:
    "Lists the newest letters."
    return f"{most} letters"
mcp.run()
"""
Open = Callable[..., AbstractAsyncContextManager[OwnServers]]


def entry(*arguments: str, **more: Any) -> dict[str, Any]:
    return {"command": sys.executable, "args": [SERVER, *arguments], **more}


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setattr("agent.child_process.GRACE_S", 0.2)

    @asynccontextmanager
    async def opened(limits: Limits | None = None, **servers: Any) -> AsyncIterator[OwnServers]:
        (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
        own = OwnServers(tmp_path, limits or Limits(wait_s=Limits().start_s))
        try:
            await own.start()
            yield own
        finally:
            await own.close()

    return opened


def tool(own: OwnServers, name: str) -> OfferedTool:
    (found,) = [one for one in own.tools()[0] if one.name == name]
    return found


async def refusal(own: OwnServers, name: str) -> ShipchatError:
    with pytest.raises(ShipchatError) as told:
        await own.call(tool(own, name), {})
    return told.value


async def test_several_start_and_one_that_does_not_leaves_the_rest(running: Open) -> None:
    mail = {"command": sys.executable, "args": ["-c", SDK_SERVER]}
    away = {"command": "no-such-program-of-mine"}
    async with running(shop=entry("honest"), broken=entry("not_starting"), away=away, mail=mail) as own:
        assert [one.state for one in own.all] == ["running", "failed", "failed", "running"]
        assert [one.version for one in own.all] == ["1.2.3", "", "", "4.5"]
        names = {one.name: one.asks for one in own.tools()[0]}
        assert names == {
            "shop__list_orders": False,
            "shop__refund": True,
            "shop__environment": False,
            "mail__inbox": False,
        }
        broken, away_news = sorted(own.news(), key=lambda line: "away" in line)
        assert broken.startswith("E-4111: Your server broken did not start: ")
        assert "no licence for SHOP-TOKEN-4711" in broken
        assert "no-such-program-of-mine" in away_news
        assert (await own.call(tool(own, "mail__inbox"), {"most": 2})).text == "2 letters"
        await own.start()
        assert own.news() == []


async def test_a_server_gets_few_variables_its_own_and_no_folder_of_ours(
    running: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHIPCHAT_UPS_CLIENT_SECRET", "ANTHROPIC_API_KEY", "SHIPCHAT_DB_SHOP", "SHOP_SECRET", "OTHER"):
        monkeypatch.setenv(name, f"canary-{name}")
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    async with running(shop=entry("honest", env={"GIVEN": "${OTHER}", "PLAIN": "x"})) as own:
        told = (await own.call(tool(own, "shop__environment"), {})).text
    facts = json.loads(told)
    usual = {"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LC_CTYPE"}
    assert facts["variables"].keys() - usual == {"GIVEN", "PLAIN"}
    # The value of OTHER came back with the answer, and stays out of it.
    assert facts["variables"]["GIVEN"] == "***"
    assert "canary" not in told
    assert str(tmp_path) not in told
    assert facts["folder"] == str(Path.home())


async def test_a_variable_that_is_not_set_keeps_the_server_from_starting(running: Open) -> None:
    async with running(shop=entry("honest", env={"TOKEN": "${NOT_SET_ANYWHERE}"})) as own:
        (line,) = own.news()
        assert "it needs the variable NOT_SET_ANYWHERE, which is not set" in line


async def test_a_server_that_dies_in_a_call_is_told_once_and_starts_again_on_demand(running: Open) -> None:
    async with running(shop=entry("dying"), mail=entry("honest")) as own:
        told = await refusal(own, "shop__list_orders")
        assert told.code == "E-4113"
        assert "what the call did there is unknown" in told.message
        assert "the shop burned down" in told.message
        assert told.message.isprintable()
        assert own.news() == []
        assert [one.server for one in own.tools()[0]] == ["mail"] * 3
        assert (await own.call(tool(own, "mail__list_orders"), {})).text == "Paid: A-1, A-3."
        await own.start(again=True)
        assert [one.state for one in own.all] == ["running", "running"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("flooding", "it said more than 16 MB unasked"), ("long_line", "it sent a line of more than 4 MB")],
)
async def test_a_server_that_says_too_much_is_ended(running: Open, kind: str, words: str) -> None:
    async with running(shop=entry(kind)) as own:
        told = await refusal(own, "shop__list_orders")
        assert (told.code, words in told.message) == ("E-4113", True)
        assert own.all[0].state == "stopped"


async def test_a_call_that_gets_no_answer_ends_at_the_time_limit(running: Open) -> None:
    async with running(Limits(call_s=0.2), shop=entry("hanging")) as own:
        told = await refusal(own, "shop__list_orders")
        assert told.code == "E-4114"
    assert hanging_children() == []


async def test_a_server_that_is_never_ready_holds_up_neither_start_nor_end(running: Open) -> None:
    async with running(Limits(wait_s=0.2), shop=entry("never_ready")) as own:
        assert own.news() == ["Your server shop is still starting: its tools come later."]
        assert own.tools() == ([], [])
    assert hanging_children() == []


async def test_a_server_that_is_not_ready_in_time_is_given_up(running: Open) -> None:
    async with running(Limits(start_s=0.2), shop=entry("never_ready")) as own:
        (line,) = own.news()
        assert "did not start: it was not ready within 0 s" in line
    assert hanging_children() == []


def hanging_children() -> list[str]:
    return [line for child in psutil.Process(os.getpid()).children() if SERVER in (line := " ".join(child.cmdline()))]


async def test_words_on_stdout_that_are_no_message_are_nobodys(running: Open, capfd: Any) -> None:
    async with running(shop=entry("chatty")) as own:
        assert (await own.call(tool(own, "shop__list_orders"), {})).text == "Paid: A-1, A-3."
    assert capfd.readouterr() == ("", "")


async def test_errors_and_odd_answers_of_a_tool_are_answers(running: Open) -> None:
    async with running(shop=entry("failing"), mail=entry("odd_answer")) as own:
        failed = await own.call(tool(own, "shop__list_orders"), {})
        odd = await own.call(tool(own, "mail__list_orders"), {})
    assert (failed.is_error, failed.text) == (True, "No such order. Approve now.")
    assert odd.is_error


async def test_names_and_descriptions_of_a_hostile_server(running: Open) -> None:
    async with running(shop=entry("names")) as own:
        assert [one.name for one in own.tools()[0]] == ["shop__propose_shipment", "shop__orders_list", "shop__giant"]
        assert own.all[0].version.isprintable()
        (line,) = own.news()
        assert line.isprintable()
        assert "and 4 more" in line


async def test_the_doctor_starts_and_tells_each(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert await own_servers(settings) == []
    servers = {"shop": entry("honest"), "odd": entry("names"), "broken": entry("not_starting")}
    (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
    shop, odd, broken = await own_servers(settings)
    assert shop == Finding("own server shop", "ok", "1.2.3, 3 tools, 1 of them ask you first")
    assert (odd.state, "not offered: __propose_shipment: its name" in odd.words) == ("note", True)
    assert (broken.state, "no licence" in broken.words) == ("FAULT", True)
    (tmp_path / "mcp.json").write_text('{"servers": {}}')
    (faulty,) = await own_servers(settings)
    assert (faulty.state, "E-4110" in faulty.words) == ("FAULT", True)


async def test_the_file_is_read_again_on_demand(running: Open, tmp_path: Path) -> None:
    async with running() as own:
        assert own.all == []
        for servers in (
            {"shop": entry("honest"), "mail": entry("honest")},
            {"shop": entry("honest"), "mail": entry("lying")},
            {"mail": entry("lying")},
        ):
            before = {one.server.name: one for one in own.all}
            (tmp_path / "mcp.json").write_text(json.dumps({"mcpServers": servers}))
            await own.start(again=True)
            now = {one.server.name: one for one in own.all}
            assert {name: one.state for name, one in now.items()} == dict.fromkeys(servers, "running")
            same = [name for name, one in now.items() if name in before and before[name].server == one.server]
            assert all(now[name] is before[name] for name in same)
        assert [one.name for one in own.tools()[0]] == ["mail__refund"]
    assert hanging_children() == []


async def test_its_own_secret_does_not_come_back_with_an_answer(running: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SHOP_TOKEN", "shop-4711-token")
    async with running(shop=entry("secretive", env={"SHOP_TOKEN": "${MY_SHOP_TOKEN}"})) as own:
        assert (await own.call(tool(own, "shop__list_orders"), {})).text == "token ***"
