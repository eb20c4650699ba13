"""A model and the person's own servers in one chat: what it is offered, what asks first, and what an answer cannot do."""

import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.chat.tools.catalogue import all_tools
from agent.cli.main import cli
from agent.events import ErrorShown, NoticeShown, TableShown
from agent.model_settings import ClaudeSettings
from agent.planning.model import Budget
from agent.settings import Settings

SHEET = Path(__file__).parents[2] / "evaluation" / "injection" / "orders.csv"
SERVER = str(Path(__file__).parents[2] / "shop_server.py")
WORDS = "Ship all California orders via Ground"
Open = Callable[..., AbstractAsyncContextManager["Chat"]]


class Chat:
    """A session with a model at the local endpoint, over a sheet and a shop's server."""

    def __init__(self, session: ChatSession, endpoint: Any, stage: Any, folder: Path) -> None:
        self.session = session
        self.endpoint = endpoint
        self.stage = stage
        self.log = folder / "called"
        self.heard: list[Any] = []
        session.subscribe(self.heard.append)

    async def say(self, words: str, *answers: Any) -> dict[str, Any]:
        self.endpoint.script += answers
        return await self.session.send(words)

    def calls(self, name: str, **arguments: Any) -> Any:
        return self.stage.Answer("", [self.stage.Call(name, arguments)])

    def carried_out(self) -> list[Any]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def told(self) -> dict[str, Any]:
        """What the model was answered last."""
        (block,) = self.endpoint.requests[-1]["messages"][-1]["content"]
        return dict(json.loads(block["content"].removeprefix("<data>").removesuffix("</data>")))


def written(home: Path, log: Path, *kinds: str, **more: Any) -> None:
    home.mkdir(exist_ok=True)
    names = ("shop", "mail")
    servers = {
        name: {"command": sys.executable, "args": [SERVER, kind, str(log)], **more}
        for name, kind in zip(names, kinds, strict=False)
    }
    (home / "mcp.json").write_text(json.dumps({"mcpServers": servers}))


@pytest.fixture
def chat(endpoint: Any, stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("ANTHROPIC_API_KEY", stage.KEY)

    @asynccontextmanager
    async def opened(*kinds: str, model: str = "claude", **options: Any) -> AsyncIterator[Chat]:
        sheet, home = tmp_path / "orders.csv", tmp_path / "home"
        sheet.write_bytes(SHEET.read_bytes())
        if kinds:
            written(home, tmp_path / "called", *kinds)
        claude = ClaudeSettings(base_url=endpoint.url, model="claude-test-1", retries=0)
        settings = Settings(home=home, today="2026-11-21", model=model, claude=claude)
        session = ChatSession(settings, SessionOptions(source=str(sheet), offer_recovery=False, **options))
        running = Chat(session, endpoint, stage, tmp_path)
        try:
            await session.open()
            yield running
        finally:
            await session.close()
        assert endpoint.complaints == []

    return opened


async def test_what_reads_is_called_and_what_may_change_something_asks_a_person_first(chat: Open) -> None:
    budget = Budget(max_total_cents=100_000)
    async with chat("honest", mode="auto", budget=budget) as talk:
        await talk.say("Which orders are paid?", talk.calls("shop__list_orders"), talk.stage.Answer("A-1 and A-3."))
        offered = [tool["name"] for tool in talk.endpoint.requests[0]["tools"]]
        assert offered == [*all_tools(), "shop__list_orders", "shop__refund", "shop__environment"]
        assert talk.told() == {"server": "shop", "answer": "Paid: A-1, A-3."}
        assert talk.session.open_question is None

        refund = talk.calls("shop__refund", order="A-1\u202e\n<b>", approve=True)
        asked = await talk.say("Refund A-1", refund, refund, talk.stage.Answer("All right."))
        assert asked["status"] == "needs_input"
        assert asked["question"]["text"] == (
            'The model wants to call refund of your server shop, with order = "A-1\\u202e\\n<b>", approve = true:'
            " it may change something there. shipchat can neither check nor undo what it does. Call it?"
        )
        assert asked["question"]["options"] == ["No", "Call it"]
        for words in ("y", "yes", "approve"):
            assert not talk.session._turns_or_fail().answers(words)
        await talk.session.answer(None, "No")
        # The second call of that turn was refused without asking again.
        assert talk.told()["code"] == "E-2361"
        assert len([call for call in talk.endpoint.requests if "messages" in call]) == 5
        assert ["refund"] not in [call[:1] for call in talk.carried_out()]

        asked = await talk.say("Refund A-1", talk.calls("shop__refund", order="A-1"), talk.stage.Answer("Done."))
        assert asked["status"] == "needs_input"
        result = await talk.session.answer(None, "Call it")
        assert (result["status"], result["text"]) == ("answer", "Done.")
        assert talk.carried_out()[-1] == ["refund", {"order": "A-1"}]


async def test_an_answer_approves_nothing_supplies_nothing_and_reaches_no_ledger(chat: Open, tmp_path: Path) -> None:
    async with chat("injecting") as talk:
        everything = {"where": "TRUE", "in_words": "what the shop says: 1 Crook Lane", "service": "Next Day Air"}
        asked = await talk.say(
            WORDS,
            talk.calls("shop__list_orders"),
            talk.calls("approve", digest="all"),
            talk.calls("set_default", field="city", value="Crook Lane"),
            talk.calls("mappings", what="edit", field="city", expression="'Crook Lane'"),
            talk.calls("propose_shipment", **everything),
            talk.stage.Answer("Approved."),
        )
        answers = [
            block["content"]
            for message in talk.endpoint.requests[-1]["messages"]
            for block in message["content"]
            if block["type"] == "tool_result"
        ]
        assert [json.loads(one[6:-7]).get("code") for one in answers] == [None, "E-2310", "E-2362", "E-2362"]
        assert answers[0].count("</data>") == 1
        assert "\\u003c/data\\u003e SYSTEM" in answers[0]
        assert "\u202e" not in answers[0]
        assert "sk-ant-abcdefgh12345678" not in answers[0]
        # The proposal differs from the person's words, so the person is asked; they choose their own.
        assert asked["status"] == "needs_input"
        assert "can be read in two ways" in asked["question"]["text"]
        result = await talk.session.answer(None, 1)
        assert (result["status"], result["row_numbers"], result["service_code"]) == ("preview", [1, 3, 7], "03")
        assert "Crook" not in json.dumps(result)
        digest = talk.session.pending_digest
        assert digest is not None
        done = await talk.session.approve(digest, by="script", words="approve: true")
        assert done["status"] == "completed"
    kept = b"".join(
        file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file() and file.name != "mcp.json"
    )
    assert b"Crook" not in kept


@pytest.mark.slow
async def test_after_a_proposal_no_call_asks_until_the_person_speaks_again(chat: Open) -> None:
    proposal = {"where": "\"State\" = 'CA'", "in_words": "California", "service": "Ground"}
    async with chat("honest") as talk:
        result = await talk.say(
            WORDS,
            talk.calls("propose_shipment", **proposal),
            talk.calls("shop__refund", order="A-1"),
            talk.stage.Answer("Please look."),
        )
        assert result["status"] == "preview"
        sent = json.dumps(talk.endpoint.requests)
        # Either the turn ended with the preview, or the call was refused; it was not made, and nobody was asked.
        assert "E-2360" in sent or len(talk.endpoint.requests) == 1
        assert talk.carried_out() == []
        digest = talk.session.pending_digest
        assert digest is not None
        talk.session.preview_painted(digest)
        talk.endpoint.script.clear()
        asked = await talk.say("Refund A-1", talk.calls("shop__refund", order="A-1"))
        assert asked["status"] == "needs_input"
        # A bare yes is not an answer to that question; nor does it approve the preview behind it.
        result = await talk.session.send("yes")
        assert result["status"] == "needs_input", "the question is still open"
        assert talk.session.pending_digest == digest
        assert talk.carried_out() == []


@pytest.mark.slow
async def test_a_server_that_dies_is_shown_to_the_person_and_not_quoted_to_the_model(chat: Open) -> None:
    async with chat("dying", "flooding_answer") as talk:
        result = await talk.say(
            "Which orders are paid?",
            talk.calls("shop__list_orders"),
            talk.calls("mail__list_orders"),
            talk.stage.Answer("I do not know."),
        )
        shown = [event for event in talk.heard if isinstance(event, ErrorShown)]
        assert [event.code for event in shown] == ["E-4113"]
        assert "the shop burned down" in shown[0].message
        assert "burned down" not in json.dumps(talk.endpoint.requests)
        assert talk.told()["answer"] == "x" * 8_000
        assert talk.told()["cut"] is True
        assert result["text"] == "I do not know."
        await talk.say("Again?", talk.stage.Answer("No."))
        offered = [tool["name"] for tool in talk.endpoint.requests[-1]["tools"]]
        assert [name for name in offered if name.startswith("shop__")] == []


async def test_without_a_model_nothing_is_started_and_the_list_of_servers_starts_them(
    chat: Open, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    (tmp_path / "home").mkdir()
    command = {"command": "/bin/sh", "args": ["-c", f"touch {started}; exec '{sys.executable}' '{SERVER}' names"]}
    (tmp_path / "home" / "mcp.json").write_text(json.dumps({"mcpServers": {"shop": command}}))
    async with chat(model="offline") as talk:
        assert (await talk.session.send(WORDS))["status"] == "preview"
        assert not started.exists()
        result = await talk.session.send("/mcp")
        assert started.exists()
        assert result["status"] == "answer"
        assert "3 servers of shipchat, 1 of yours" in result["text"]
        (table,) = [event for event in talk.heard if isinstance(event, TableShown)]
        rows = {(row[0], row[3]): row for row in table.rows}
        data, _ups, jobs = table.rows[:3]
        assert data[:2] == ["data (shipchat)", "running"]
        assert data[3].endswith(" tools")
        assert jobs[:2] == ["jobs (shipchat)", "not started"]
        assert rows["shop", "3 offered, 9 not"][1] == "running"
        assert rows["", "giant"][4] == "asks you first"
        assert rows["", "list orders"][4].startswith("not offered: its name")
        assert all(cell.isprintable() for row in table.rows for cell in row)
        # The preview still waits: looking at servers is not an answer to it.
        assert talk.session.pending_digest is not None


async def test_a_faulty_file_is_told_once_and_everything_else_works(chat: Open, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "mcp.json").write_text('{"mcpServers": {"shop": {"comand": "npx"}}}')
    async with chat() as talk:
        await talk.say("Hello", talk.stage.Answer("Hi."))
        await talk.say("Hello again", talk.stage.Answer("Hi again."))
        told = [event.text for event in talk.heard if isinstance(event, NoticeShown) and "E-4110" in event.text]
        assert len(told) == 1
        assert "mcpServers.shop.comand is not a key (did you mean command?)" in told[0]
        assert [tool["name"] for tool in talk.endpoint.requests[-1]["tools"]] == list(all_tools())


def test_one_sentence_without_a_person_may_read_and_never_change(
    endpoint: Any, stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "home", tmp_path / "called", "honest")
    endpoint.script = [
        stage.Answer("", [stage.Call("shop__list_orders", {}), stage.Call("shop__refund", {"order": "A-1"})]),
        stage.Answer("I could not."),
    ]
    environment = {
        "SHIPCHAT_HOME": str(tmp_path / "home"),
        "ANTHROPIC_API_KEY": stage.KEY,
        "SHIPCHAT_CLAUDE__BASE_URL": endpoint.url,
        "SHIPCHAT_CLAUDE__RETRIES": "0",
    }
    arguments = ["-p", "Refund A-1", "--model", "claude", "--yes", "--mode", "auto", "--max-total", "100"]
    ran = CliRunner().invoke(cli, [*arguments, "--output-format", "json"], env=environment)
    answer = json.loads(ran.stdout)
    assert (ran.exit_code, answer["status"], answer["error"]["code"]) == (1, "refused", "E-2370")
    assert "--yes approves shipments, never this" in answer["error"]["remedy"]
    assert [json.loads(line)[0] for line in (tmp_path / "called").read_text().splitlines()] == ["list_orders"]
