"""`mcp.json`: the common form is read, everything else is refused with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ShipchatError
from agent.own_servers.config import OwnServer, read_own_servers


def refused(home: Path, written: Any) -> ShipchatError:
    text = written if isinstance(written, str) else json.dumps(written)
    (home / "mcp.json").write_text(text, encoding="utf-8")
    with pytest.raises(ShipchatError) as told:
        read_own_servers(home)
    assert told.value.code == "E-4110"
    assert str(home / "mcp.json") in told.value.message
    return told.value


def entry(**changed: Any) -> dict[str, Any]:
    return {"mcpServers": {"shop": {"command": "npx"} | changed}}


def test_no_file_means_no_servers(tmp_path: Path) -> None:
    assert read_own_servers(tmp_path) == []


def test_the_form_of_other_clients_is_read(tmp_path: Path) -> None:
    written = {
        "mcpServers": {
            "shop": {"type": "stdio", "command": "npx", "args": ["-y", "shop"], "env": {"TOKEN": "${SHOP}"}},
            "my-mail": {"command": "~/bin/mail", "ask": "always"},
            "wiki": {"type": "http", "url": "https://wiki.example/mcp", "headers": {"Authorization": "Bearer ${W}"}},
        }
    }
    (tmp_path / "mcp.json").write_text(json.dumps(written), encoding="utf-8-sig")
    shop, mail, wiki = read_own_servers(tmp_path)
    assert shop == OwnServer("shop", ("npx", "-y", "shop"), {"TOKEN": "${SHOP}"})
    assert mail == OwnServer("my-mail", (str(Path.home() / "bin/mail"),), asks_always=True)
    assert wiki == OwnServer("wiki", (), {"Authorization": "Bearer ${W}"}, "https://wiki.example/mcp")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"mcpServer": {}}, "mcpServer is not a key (did you mean mcpServers?)"),
        (entry(agrs=[]), "mcpServers.shop.agrs is not a key (did you mean args?)"),
        (entry(alwaysAllow=["refund"]), "mcpServers.shop.alwaysAllow is not a key"),
        (entry(args="-y"), "mcpServers.shop.args: "),
        (entry(args=[1]), "mcpServers.shop.args.0: "),
        (entry(env={"PORT": 1}), "mcpServers.shop.env.PORT: "),
        (entry(ask="never"), "mcpServers.shop.ask: "),
        (entry(url="https://shop.example"), "mcpServers.shop needs either a command or a url"),
        ({"mcpServers": {"shop": {}}}, "mcpServers.shop needs either a command or a url"),
        (entry(type="http"), "mcpServers.shop.type is http, which does not go with a command"),
        (entry(headers={"A": "b"}), "mcpServers.shop.headers does not go with a command"),
        ({"mcpServers": {"shop": {"url": "http://shop.example"}}}, "mcpServers.shop.url must begin with https://"),
        ({"mcpServers": {"shop": {"url": "http://127.0.0.1.shop.example"}}}, "must begin with https://"),
        ({"mcpServers": {"shop": {"url": "https://a.example", "env": {"A": "b"}}}}, "shop.env does not go with a url"),
        (entry(command="./shop"), "mcpServers.shop.command must be the name of a program or its whole path"),
        (entry(args=["--token=${TOKEN}"]), "mcpServers.shop.args holds a ${...}"),
        (entry(env={"A": "${TOKEN:-none}"}), "mcpServers.shop.env.A: write a variable as ${NAME}"),
        (entry(env={"A": "${SHIPCHAT_UPS_CLIENT_SECRET}"}), "mcpServers.shop.env.A names a variable of shipchat's own"),
        ({"mcpServers": {"my shop": {"command": "x"}}}, "mcpServers.my shop: a name has letters"),
        ({"mcpServers": {"a__b": {"command": "x"}}}, "mcpServers.a__b: a name has letters"),
        ({"mcpServers": {"UPS": {"command": "x"}}}, "mcpServers.UPS is a name of shipchat's own servers"),
        ({"mcpServers": {"shipchat-data": {"command": "x"}}}, "is a name of shipchat's own servers"),
        ('{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}', "a stands in it twice"),
        ("[]", "the file: "),
        ("{", "Expecting property name"),
        ("[" * 100_000, "recursion"),
        (" " * 300_000, "it is too large"),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_does_not_fit_is_refused_with_its_place(tmp_path: Path, written: Any, words: str) -> None:
    assert words in refused(tmp_path, written).message


def test_a_variable_is_filled_in_where_it_is_named_and_nowhere_else() -> None:
    server = OwnServer("shop", ("npx",), {"TOKEN": "Bearer ${SHOP_TOKEN}", "PLAIN": "$HOME"})
    assert server.filled({"SHOP_TOKEN": "${HOME}", "HOME": "/h"}) == {"TOKEN": "Bearer ${HOME}", "PLAIN": "$HOME"}
    with pytest.raises(ValueError, match="SHOP_TOKEN, which is not set"):
        server.filled({"HOME": "/h"})
