"""`shipchat serve`: the chat in a browser, for whoever has its URL, and nothing left behind."""

import asyncio
import json
import signal
import subprocess
from collections.abc import Iterator
from typing import Protocol

import aiohttp
import psutil
import pytest

from tests.integration.line.browser import PATIENCE_S, Served, Tab, browser, served, tab
from tests.integration.line.shop import COMMAND, SENTENCE, Shop
from tests.integration.line.test_kill import POLLS, release_faults, shipment_states, wait_for
from tests.integration.line.test_truth import wanted

APPROVE = "y  Approve"
ROUTES = ["/", "/ws", "/static/js/textual.js", "/static/", "/download/key", "/nothing"]


class Start(Protocol):
    """Starts a server that ends with its test."""

    def __call__(self, *arguments: str, **environment: str) -> Served: ...


@pytest.fixture
def start(shop: Shop) -> Iterator[Start]:
    running: list[Served] = []

    def begin(*arguments: str, **environment: str) -> Served:
        running.append(served(shop, *arguments, **environment))
        return running[-1]

    yield begin
    for server in running:
        left = server.family() if server.process.poll() is None else []
        server.process.kill()
        server.process.communicate()
        psutil.wait_procs(left, timeout=PATIENCE_S)


@pytest.fixture
def server(start: Start) -> Served:
    return start("orders.csv", "--model", "offline")


@pytest.fixture
def one_by_one(start: Start) -> Served:
    return start("orders.csv", "--model", "offline", SHIPCHAT_CONCURRENCY="1")


def all_gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=PATIENCE_S)[1]


async def until_wanted(shop: Shop) -> None:
    """The wish to pause is on record; waits at the simulator, which has nothing to tell."""
    for _ in range(POLLS):
        if wanted(shop):
            return
        await asyncio.to_thread(shop.simulator.pages.get, "/simulator/events?after=1000000&wait=0.05")
    raise AssertionError("nobody asked for a pause")


async def previewed(opened: Tab, words: str = SENTENCE) -> None:
    await opened.says(words)
    await opened.sees(APPROVE)


async def test_nothing_is_served_without_the_token(server: Served) -> None:
    for cookies in ({}, {f"shipchat_{server.origin.rpartition(':')[2]}": "guessed"}):
        async with aiohttp.ClientSession(cookies=cookies) as stranger:
            for route in [*ROUTES, "/?token=guessed", "/?token=", "/ws?token=" + server.token]:
                async with stranger.get(server.origin + route, headers={"Origin": server.origin}) as refused:
                    assert (refused.status, refused.headers.get("Set-Cookie")) == (403, None), route
                    assert "Open the URL that `shipchat serve` printed" in await refused.text()
    assert server.family() == []


async def test_the_token_becomes_a_cookie_and_leaves_the_address(server: Served) -> None:
    async with browser() as session:
        async with session.get(server.url, allow_redirects=False) as opened:
            assert (opened.status, opened.headers["Location"]) == (303, "/")
            (cookie,) = opened.headers.getall("Set-Cookie")
            assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
            assert not {word for word in cookie.split("; ") if word.startswith(("Domain", "Max-Age", "Expires"))}
        async with session.get(server.origin) as page:
            assert page.status == 200
            assert server.token not in await page.text()
            policy = page.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert page.headers["Referrer-Policy"] == "no-referrer"
        answers = {}
        for route in ("/static/js/textual.js", "/download/key", "/nothing"):
            async with session.get(server.origin + route) as answer:
                answers[route] = answer.status
    assert answers == {"/static/js/textual.js": 200, "/download/key": 404, "/nothing": 404}


async def test_another_name_and_another_page_are_refused_even_with_the_token(server: Served) -> None:
    port = server.origin.rpartition(":")[2]
    async with browser() as session:
        for host in (f"rebound.example:{port}", f"localhost:{port}", "127.0.0.1", ""):
            async with session.get(server.url, headers={"Host": host}, allow_redirects=False) as refused:
                assert (refused.status, refused.headers.get("Set-Cookie")) == (403, None), host
        async with session.get(server.url) as page:
            assert page.status == 200
        foreign = [
            "http://evil.example",
            "null",
            f"http://127.0.0.1:{int(port) + 1}",
            f"https://127.0.0.1:{port}",
            None,
        ]
        for origin in foreign:
            with pytest.raises(aiohttp.WSServerHandshakeError) as handshake:
                await session.ws_connect(f"{server.origin}/ws", headers={"Origin": origin} if origin else {})
            assert handshake.value.status == 403, origin
        async with session.get(server.origin, headers={"Origin": "http://evil.example"}) as refused:
            assert refused.status == 403
    assert server.family() == []


@pytest.mark.slow
async def test_words_typed_in_a_tab_become_labels(shop: Shop, server: Served) -> None:
    async with browser() as session, tab(session, server) as opened:
        await previewed(opened)
        await opened.sees("Dana Whitfield")
        assert shop.simulator.records() == []
        await opened.approves("batch 3/3")
        family = server.family()
        for process in family:
            assert server.token not in " ".join([*process.cmdline(), *process.environ().values()])
    assert len(shop.simulator.records()) == 3
    assert shop.sheet.read_bytes().count(b"1ZSIMSIM") == 3
    assert all_gone(family), "a closed tab leaves nothing behind"
    out, err = server.stop()
    assert server.process.returncode == 0
    assert "Shipped in this chat: 3 rows for $" in err
    assert server.token not in out + err
    kept = [path for folder in ("home", "state") for path in (shop.folder / folder).rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if server.token.encode() in path.read_bytes()] == []


@pytest.mark.slow
async def test_a_message_that_no_page_sends_ends_its_tab_only(server: Served) -> None:
    async with browser() as session, tab(session, server) as good:
        for text in ("no json", "[]", '["resize", {}]'):
            async with session.ws_connect(f"{server.origin}/ws", headers={"Origin": server.origin}) as bad:
                await bad.send_str(text)
                async with asyncio.timeout(PATIENCE_S):
                    async for _ in bad:
                        pass
        await good.says("help")
        await good.sees("Ship all California orders")
    out, err = server.stop()
    assert "Traceback" not in out + err


@pytest.mark.fault
@pytest.mark.slow
async def test_closing_the_tab_pauses_its_batch_and_records_what_is_in_flight(shop: Shop, one_by_one: Served) -> None:
    server = one_by_one
    async with browser() as session, tab(session, server) as opened:
        await previewed(opened, "ship all orders via ground")
        shop.simulator.fault("slow-answer@ship:1")
        await opened.approves("batch 0/5")
        await asyncio.to_thread(wait_for, shop, "held", "ship", 1)
        family = server.family()
    await until_wanted(shop)
    release_faults(shop)
    assert all_gone(family)
    _, err = server.stop()
    made = len(shop.simulator.records())
    (job,) = json.loads(shop.run("jobs", "list", "--json").stdout)
    assert 1 <= made < 5
    assert job["status"] == "paused"
    assert sorted(shipment_states(shop).values()) == ["completed"] * made + ["pending"] * (5 - made)
    assert f"not sent yet: shipchat jobs resume {job['id']}" in err


@pytest.mark.fault
@pytest.mark.slow
async def test_ctrl_c_at_the_server_ends_its_chats_in_the_same_way(shop: Shop, one_by_one: Served) -> None:
    server = one_by_one
    async with browser() as session, tab(session, server) as first, tab(session, server) as second:
        await previewed(first)
        await previewed(second, "ship all Oregon orders via ground")
        shop.simulator.fault("slow-answer@ship:1")
        await first.approves("batch 0/3")
        await asyncio.to_thread(wait_for, shop, "held", "ship", 1)
        await second.approves("E-4204")
        await second.sees("is working with this ledger")
        family = server.family()
        stopped = asyncio.create_task(asyncio.to_thread(server.stop))
        await until_wanted(shop)
        release_faults(shop)
        out, err = await stopped
    assert server.process.returncode == 0
    assert "Ending 2 open chats" in out
    assert "Traceback" not in out + err
    assert all_gone(family)
    assert "in_doubt" not in shipment_states(shop).values()


@pytest.mark.slow
async def test_a_killed_server_leaves_no_chat_behind(server: Served) -> None:
    async with browser() as session, tab(session, server):
        family = server.family()
        server.process.kill()
        assert len(family) >= 3
        assert await asyncio.to_thread(all_gone, family)


@pytest.mark.slow
async def test_a_few_tabs_at_once_and_no_more(server: Served) -> None:
    async with browser() as session, tab(session, server), tab(session, server), tab(session, server):
        others = server.family()
        async with tab(session, server):
            async with session.get(server.origin) as full:
                assert full.status == 503
                assert "Close a tab" in await full.text()
            fourth = [process for process in server.family() if process not in others]
        assert await asyncio.to_thread(all_gone, fourth)
        async with tab(session, server):
            pass


@pytest.mark.fault
@pytest.mark.slow
async def test_a_second_ctrl_c_does_not_wait_and_the_chat_ends_itself(shop: Shop, one_by_one: Served) -> None:
    server = one_by_one
    async with browser() as session, tab(session, server) as opened:
        await previewed(opened)
        shop.simulator.fault("slow-answer@ship:1")
        await opened.approves("batch 0/3")
        await asyncio.to_thread(wait_for, shop, "held", "ship", 1)
        family = server.family()
        server.process.send_signal(signal.SIGINT)
        await until_wanted(shop)
        out, err = await asyncio.to_thread(server.stop)
        assert server.process.returncode == 130
        assert "Traceback" not in out + err
        release_faults(shop)
        assert await asyncio.to_thread(all_gone, family)
    assert "in_doubt" not in shipment_states(shop).values()


def test_settings_and_ports_are_refused_before_anything_is_served(shop: Shop) -> None:
    taken = shop.run("serve", "--port", shop.simulator.url.rpartition(":")[2].strip("/"))
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "E-4121" in taken.stderr
    every = shop.run("serve", "--host", "0.0.0.0")
    assert (every.returncode, every.stdout) == (1, "")
    assert "E-4122" in every.stderr
    faulty = shop.run("serve", SHIPCHAT_HOEM="x")
    assert "E-4104" in faulty.stderr


def test_without_the_extra_the_command_says_what_to_install(shop: Shop) -> None:
    hidden = shop.folder / "hidden"
    hidden.mkdir()
    (hidden / "textual_serve.py").write_text("raise ModuleNotFoundError(name='textual_serve')")
    refused = shop.run("serve", PYTHONPATH=str(hidden))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "E-4120" in refused.stderr
    assert "pip install 'shipchat[serve]'" in refused.stderr


def test_an_address_of_the_network_is_called_unencrypted_and_a_proxy_has_its_own_name(start: Start) -> None:
    behind = start("--host", "0.0.0.0", "--public-url", "https://ship.example.com/")
    assert behind.url.startswith("https://ship.example.com/?token=")
    _, err = behind.stop()
    assert "NOT encrypted" in err
    private = start()
    assert private.origin.startswith("http://127.0.0.1:")
    assert private.stop()[1] == ""


def test_a_pipe_is_still_nobody_to_talk_to(shop: Shop) -> None:
    done = subprocess.run(
        [COMMAND, "orders.csv"], cwd=shop.folder, env=shop.environment | {"TEXTUAL_DRIVER": "other:Driver"}, input="",
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "There is no terminal here" in done.stderr
