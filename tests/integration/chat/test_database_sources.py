"""A database in the chat: its table, its key and its columns are asked for where they are not known."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agent.chat.options import SessionOptions
from agent.chat.session import ChatSession
from agent.opening.database import ADD, ALL, NO_KEY, NOT_ADD, NOT_ALL
from agent.servers import DATA_VARIABLES, ServerManager
from agent.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")
COLUMNS = "order_no text, name text, address text, city text, state text, zip text, weight_lb real"
ROWS = [
    ("Q-1", "Luis Ferrer", "880 Harbor View Dr", "San Diego", "CA", "92101", 3.0),
    ("Q-2", "Dana Whitfield", "14 Juniper Court", "Denver", "CO", "80202", 2.0),
]


def shop(path: Path, *, key: str = "id integer primary key, ", rows: Iterable[tuple[Any, ...]] = ROWS) -> str:
    """A SQLite database with table `orders`; its URL."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table orders ({key}{COLUMNS})")
        names = "order_no, name, address, city, state, zip, weight_lb"
        connection.executemany(f"insert into orders ({names}) values (?, ?, ?, ?, ?, ?, ?)", rows)
    return f"sqlite:///{path}"


def stored(path: Path, names: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(f"select {names} from orders order by order_no").fetchall()


@dataclass
class Talk:
    """A session over a database; `answers` go to questions that hold their words, lists one by one."""

    session: ChatSession
    answers: dict[str, list[str]]
    asked: list[str] = field(default_factory=list)

    async def open(self) -> dict[str, Any]:
        return await self._settled(await self.session.open())

    async def say(self, text: str) -> dict[str, Any]:
        return await self._settled(await self.session.send(text))

    async def ship(self) -> dict[str, Any]:
        await self.open()
        shown = await self.say("ship all California orders via ground")
        assert shown["status"] == "preview", shown
        assert self.session.pending_digest is not None
        return await self.session.approve(self.session.pending_digest, by="script", words="yes")

    async def _settled(self, result: dict[str, Any]) -> dict[str, Any]:
        while result["status"] == "needs_input":
            text = result["question"]["text"]
            self.asked.append(text)
            answers = next(answers for words, answers in self.answers.items() if words in text)
            result = await self.session.answer(None, answers.pop(0))
        return result


Talking = Callable[..., Talk]


@pytest_asyncio.fixture(loop_scope="module")
async def talk(settings: Settings, servers: ServerManager) -> AsyncIterator[Talking]:
    """`talk(url, answers, ...)`: a session that is closed at the end."""
    sessions: list[ChatSession] = []

    def over(source: str, answers: dict[str, list[str]], **options: Any) -> Talk:
        sessions.append(ChatSession(settings, SessionOptions(source=source, **options), servers))
        return Talk(sessions[-1], answers)

    yield over
    for session in sessions:
        await session.close()


async def test_results_go_into_columns_that_were_agreed(talk: Talking, tmp_path: Path) -> None:
    chat = talk(shop(tmp_path / "shop.db"), {"May they be added": [ADD]})
    result = await chat.ship()
    assert result["status"] == "completed"
    assert chat.asked == [
        "Table orders has no column tracking_number and shipped_at for the results. May they be added?"
    ]
    number = result["tracking"][0]["tracking_number"]
    assert stored(tmp_path / "shop.db", "order_no, tracking_number") == [("Q-1", number), ("Q-2", None)]


async def test_a_table_gets_no_columns_without_a_yes(talk: Talking, tmp_path: Path) -> None:
    chat = talk(shop(tmp_path / "shop.db"), {"May they be added": [NOT_ADD]})
    before = stored(tmp_path / "shop.db", "*")
    result = await chat.ship()
    assert result["status"] == "completed_with_warnings"
    assert "E-1309" in result["text"]
    assert stored(tmp_path / "shop.db", "*") == before


async def test_the_table_is_asked_for_where_there_are_several(talk: Talking, tmp_path: Path) -> None:
    url = shop(tmp_path / "shop.db")
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table customers (id integer primary key, name text)")
    chat = talk(url, {"Which table": ["orders"], "May they be added": [ADD]})
    assert (await chat.ship())["status"] == "completed"
    named = talk(url, {}, source_options={"sheet": "orders"})
    assert (await named.open())["source"]["rows"] == len(ROWS)


async def test_a_table_without_a_key_is_asked_for_one(talk: Talking, tmp_path: Path) -> None:
    """A column that does not tell the rows apart is refused, and asked for again without it."""
    rows = [*ROWS, ("Q-3", *ROWS[0][1:])]
    url = shop(tmp_path / "shop.db", key="", rows=rows)
    chat = talk(url, {"May they be added": [ADD], "Which column": ["zip", "order_no"]})
    assert (await chat.ship())["status"] == "completed"
    assert [number is not None for (number,) in stored(tmp_path / "shop.db", "tracking_number")] == [True, False, True]


async def test_a_table_without_a_key_can_be_shipped(talk: Talking, tmp_path: Path) -> None:
    chat = talk(shop(tmp_path / "shop.db", key=""), {"Which column": [NO_KEY]})
    result = await chat.ship()
    assert (result["status"], result["rows"]["completed"]) == ("completed_with_warnings", 1)


@pytest.mark.parametrize("answer", [ALL, NOT_ALL])
async def test_a_large_table_is_opened_by_an_explicit_yes(talk: Talking, tmp_path: Path, answer: str) -> None:
    rows = [(f"Q-{number}", *ROWS[0][1:]) for number in range(10_001)]
    chat = talk(shop(tmp_path / "shop.db", rows=rows), {"Open all of it?": [answer]})
    result = await chat.open()
    if answer == ALL:
        assert result["source"]["rows"] == len(rows)
    else:
        assert (result["status"], result["error"]["code"]) == ("refused", "E-1304")


async def test_a_named_database_reaches_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`db:my-shop` means SHIPCHAT_DB_MY_SHOP, which only the data server is given."""
    monkeypatch.setenv("SHIPCHAT_DB_MY_SHOP", shop(tmp_path / "shop.db"))
    settings = Settings(home=tmp_path / "home", model="offline")
    async with ServerManager(settings) as servers:
        session = ChatSession(settings, SessionOptions(source="db:my-shop"), servers)
        assert (await session.open())["source"]["rows"] == len(ROWS)
        await session.close()
        given = {server: servers._environment(server) for server in ("data", "ups", "jobs")}
    assert [server for server, names in given.items() if any(n.startswith(DATA_VARIABLES) for n in names)] == ["data"]


def test_what_reaches_the_real_hosts_reaches_the_ups_server_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("HTTPS_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "SHIPCHAT_UPS_CLIENT_SECRET")
    for name in names:
        monkeypatch.setenv(name, f"value of {name}")
    production = ServerManager(Settings(home=tmp_path, model="offline", ups_environment="production"))
    assert {name: production._environment("ups")[name] for name in names} == {n: f"value of {n}" for n in names}
    practice = ServerManager(Settings(home=tmp_path, model="offline"))
    for given in (production._environment("data"), production._environment("jobs"), practice._environment("ups")):
        assert set(given).isdisjoint({"HTTPS_PROXY", "no_proxy", "SHIPCHAT_UPS_CLIENT_SECRET"})


TOUCHED = (
    "create trigger touched after update on orders begin "
    "update orders set touched_at = hex(randomblob(8)) where id = new.id; end;",
    # The second trigger's table is another: nothing tells beforehand what a write to the orders changes.
    "create table log (id integer); create trigger touched after update on orders begin "
    "insert into log values (new.id); end; create trigger later after insert on log begin "
    "update orders set touched_at = hex(randomblob(8)) where id = new.id; end;",
)


@pytest.mark.parametrize("triggers", TOUCHED)
async def test_a_table_whose_rows_are_touched_at_each_write_takes_every_result(
    talk: Talking, tmp_path: Path, triggers: str
) -> None:
    url = shop(tmp_path / "shop.db")
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(f"alter table orders add column touched_at text; {triggers}")
    chat = talk(url, {"Which table": ["orders"], "May they be added": [ADD]})
    first = await chat.ship()
    await chat.say("ship all Colorado orders via ground")
    assert chat.session.pending_digest is not None
    second = await chat.session.approve(chat.session.pending_digest, by="script", words="yes")
    assert [one["status"] for one in (first, second)] == ["completed", "completed"], second
    numbers = [one["tracking"][0]["tracking_number"] for one in (second, first)]
    assert sorted(stored(tmp_path / "shop.db", "order_no, tracking_number")) == [
        ("Q-1", numbers[1]),
        ("Q-2", numbers[0]),
    ]
    assert len(set(stored(tmp_path / "shop.db", "touched_at"))) == 2
    shown = await chat.say("void it")
    assert chat.session.pending_digest is not None, shown
    await chat.session.approve(chat.session.pending_digest, by="script", words="yes")
    assert stored(tmp_path / "shop.db", "order_no, tracking_number") == [("Q-1", numbers[1]), ("Q-2", None)]


async def test_one_row_that_the_table_refuses_is_told_and_costs_the_others_nothing(
    talk: Talking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second try would wait longer than the test.
    monkeypatch.setattr("agent.batch.writeback.outbox.RETRIES_S", (3600.0,))
    url = shop(tmp_path / "shop.db")
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(
            "alter table orders add column tracking_number text; alter table orders add column shipped_at text;"
            "create trigger closed before update on orders when old.order_no = 'Q-1' begin "
            "select raise(abort, 'order Q-1 is closed'); end;"
        )
    chat = talk(url, {"Which table": ["orders"]})
    await chat.open()
    await chat.say("ship all orders via ground")
    assert chat.session.pending_digest is not None
    result = await chat.session.approve(chat.session.pending_digest, by="script", words="yes")
    assert result["status"] == "completed_with_warnings"
    assert "order Q-1 is closed" in result["text"]
    found = dict(stored(tmp_path / "shop.db", "order_no, tracking_number"))
    assert found["Q-1"] is None
    assert found["Q-2"] in [one["tracking_number"] for one in result["tracking"]]


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://ann:Zq7@p/w?Xv9@127.0.0.1:1/shop",
        "postgresql://127.0.0.1:1/shop?user=ann&password=Zq7@wXv9",
        "mysql://ann:Zq7%40Xv9@127.0.0.1:1/shop",
        "jdbc:postgresql://ann:Zq7@Xv9@127.0.0.1:1/shop",
        "host=127.0.0.1 port=1 password='Zq7 Xv9' user=ann",
    ],
)
async def test_a_password_is_nowhere_but_in_the_call_that_opens_the_database(
    location: str, servers: ServerManager, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[str, Any]] = []
    calls = servers.call

    async def call(server: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        reply = await calls(server, tool, arguments)
        called.append((tool, arguments if tool != "import_database" else reply))
        return reply

    monkeypatch.setattr(servers, "call", call)
    heard: list[Any] = []
    for options, said in ((SessionOptions(source=location), "ship all"), (SessionOptions(), f"open {location}")):
        session = ChatSession(settings, options, servers)
        session.subscribe(heard.append)
        results = [
            await session.open(),
            await session.send(said),
            await session.send(f"what is in {location} table orders"),
        ]
        assert session._turns is not None
        state = session._turns.state
        kept = [
            *map(str, results),
            *map(repr, heard),
            str(state.person.said),
            str(state.conversation),
            str(called),
            str(state.sheet),
        ]
        await session.close()
        files = [path for path in settings.home.rglob("*") if path.is_file()]
        for text in (*kept, *(path.read_text(errors="replace") for path in files), *map(str, files)):
            assert "Zq7" not in text, text
            assert "Xv9" not in text, text
