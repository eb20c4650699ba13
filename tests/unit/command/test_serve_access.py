"""Which addresses `shipchat serve` answers at, and what each tab starts."""

import sys

import pytest

from agent.cli.serve import chat_command
from agent.cli.serve_access import Access, bound_host, is_private, origin_of, served_origin
from agent.errors import ShipchatError


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Ship.Example.com", "https://ship.example.com"),
        ("https://ship.example.com:443/", "https://ship.example.com"),
        ("http://shop-pc:80", "http://shop-pc"),
        ("http://shop-pc:8000", "http://shop-pc:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://ship.example.com/chat", None),
        ("https://ship.example.com/?a=b", None),
        ("https://you:secret@ship.example.com", None),
        ("ftp://ship.example.com", None),
        ("ship.example.com", None),
        ("http://shop-pc:port", None),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("host", "public", "origin", "private"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8000", True),
        ("localhost", None, "http://127.0.0.1:8000", True),
        ("::1", None, "http://[::1]:8000", True),
        ("127.0.0.1", "https://ship.example.com", "https://ship.example.com", True),
        ("127.0.0.1", "http://ship.example.com", "http://ship.example.com", False),
        ("192.168.1.5", None, "http://192.168.1.5:8000", False),
        ("shop-pc", None, "http://shop-pc:8000", False),
        ("0.0.0.0", "https://ship.example.com", "https://ship.example.com", False),
    ],
)
def test_only_what_stays_on_this_machine_or_goes_through_tls_is_private(
    host: str, public: str | None, origin: str, private: bool
) -> None:
    assert served_origin(bound_host(host), 8000, public) == origin
    assert is_private(host, origin) is private


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_at_once_needs_a_name(host: str) -> None:
    with pytest.raises(ShipchatError, match="E-4122"):
        served_origin(host, 8000, None)


def test_each_server_has_a_token_of_its_own_that_is_not_shown() -> None:
    first, second = Access("http://127.0.0.1:8000", 8000), Access("http://127.0.0.1:8000", 8000)
    assert first.token != second.token
    assert len(first.token) >= 43
    assert first.token not in repr(first)
    assert first.opens(first.token)
    assert not any(first.opens(given) for given in ("", second.token, first.token[:-1], first.token + "x", "\udcff"))


def test_a_tab_starts_the_chat_with_the_options_and_approves_nothing() -> None:
    command = chat_command(
        source="-orders.csv", sheet="May; rm", model="offline", mode="auto", max_total=120_050, max_rows=40
    )
    assert command == [
        sys.executable, "-P", "-m", "agent.cli", "chat",
        "--sheet=May; rm", "--model=offline", "--mode=auto", "--max-total=1200.50", "--max-rows=40", "--", "-orders.csv",
    ]  # fmt: skip
