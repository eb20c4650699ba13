"""A password that is typed, in whatever form, is a handle to everybody but the database; what is kept has neither."""

import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.brains.redaction import Veil
from agent.credentials import Secrets, without_secrets
from agent.faultlog import unexpected
from mcp_servers.data.reading.database import handle
from mcp_servers.shared.redaction import redact

NAMES = [
    "password",
    "PASSWORD",
    "passwd",
    "pwd",
    "pass",
    "db_password",
    "PGPASSWORD",
    "sslpassword",
    "MYSQL_PWD",
    "secret",
]
UNRESERVED = string.ascii_letters + string.digits + "-._~!$*()+"
IN_URL = st.text(UNRESERVED + "@:%/?#,'", min_size=1, max_size=12).map(lambda text: f"Zq7{text}Xv9")
IN_PAIR = st.text(UNRESERVED + "@:%/?#,", min_size=1, max_size=12).map(lambda text: f"Zq7{text}Xv9")
QUOTED = st.text(UNRESERVED + "@:%/?#,;& {}", max_size=12).map(lambda text: f"Zq7{text}Xv9")
SCHEMES = st.sampled_from(["postgresql", "postgres", "mysql", "postgresql+psycopg", "jdbc:mysql", "MariaDB", "https"])
FORMS = st.one_of(
    st.tuples(IN_URL, SCHEMES).map(lambda one: (one[0], f"{one[1]}://ann:{one[0]}@shop.example:5432/db")),
    st.tuples(IN_URL, SCHEMES).map(lambda one: (one[0], f"{one[1]}://:{one[0]}@shop.example/db?sslmode=require")),
    st.tuples(IN_PAIR, st.sampled_from(NAMES)).map(
        lambda one: (one[0], f"postgresql://h/db?user=u&{one[1]}={one[0]}&x=1")
    ),
    st.tuples(IN_PAIR, st.sampled_from(NAMES)).map(
        lambda one: (one[0], f"jdbc:sqlserver://h;user=u;{one[1]}={one[0]};x=1")
    ),
    st.tuples(IN_PAIR, st.sampled_from(NAMES)).map(lambda one: (one[0], f"host=h dbname=db {one[1]}={one[0]} user=u")),
    st.tuples(IN_PAIR, st.sampled_from(NAMES)).map(lambda one: (one[0], f"host=h {one[1]} = {one[0]}")),
    st.tuples(QUOTED, st.sampled_from(NAMES)).map(lambda one: (one[0], f"host=h {one[1]}='{one[0]}' user=u")),
    st.tuples(QUOTED, st.sampled_from(NAMES)).map(lambda one: (one[0], f'{{"{one[1]}": "{one[0]}"}}')),
    IN_URL.map(lambda secret: (secret, f"jdbc:oracle:thin:scott/{secret}@host:1521:x")),
)


@settings(max_examples=60, deadline=None)
@given(FORMS, st.sampled_from(["open {}", "{}", "use {} table orders", 'open "{}" please']))
def test_every_form_of_a_password_is_hidden_and_can_be_put_back(form, sentence):
    _secret, location = form
    said = sentence.format(location)
    secrets, veil = Secrets(), Veil()
    hidden = secrets.hide(said)
    assert secrets.show(hidden) == said
    assert secrets.hide(hidden) == hidden
    for text in (hidden, without_secrets(said), redact(said), veil.hide(said)):
        assert "Zq7" not in text, text
        assert "Xv9" not in text, text


@given(st.text(max_size=80))
def test_whatever_is_typed_comes_back_as_it_was(text):
    secrets = Secrets()
    assert secrets.show(secrets.hide(text)) == text or "***" in text


@pytest.mark.parametrize(
    "said",
    [
        "ship order a:b@c",
        "Ship all California orders via Ground",
        "ship everything above $100, except rows 4 and 5",
        "mail ann@example.com when it is done at 10:30",
        "open C:\\orders\\today.csv",
        "open ./orders.csv",
        'set the company to row["Firm"] | upper',
        "open db:shop table orders",
        "open sqlite:///orders.db",
    ],
)
def test_other_words_stay(said):
    assert Secrets().hide(said) == said


def test_two_passwords_have_two_handles():
    secrets = Secrets()
    said = "open postgresql://a:first-one@h/x, then postgresql://b:second-one@h/y"
    assert secrets.hide(said) == "open postgresql://a:***@h/x, then postgresql://b:***2@h/y"
    assert secrets.hide("postgresql://b:second-one@h/y") == "postgresql://b:***2@h/y"
    assert secrets.show({"url": "postgresql://b:***2@h/y"}) == {"url": "postgresql://b:second-one@h/y"}


@pytest.mark.parametrize(
    ("url", "password", "host"),
    [
        ("postgresql://u:p@ss@h:5432/db", "p@ss", "h"),
        ("postgresql://u:p/a?b#c@h/db", "p/a?b#c", "h"),
        ("postgresql://u:%40b@h/db", "@b", "h"),
        ("postgresql://u:pw9@h/db?options=a@b", "pw9", "h"),
        ("mysql://u@h/db", None, "h"),
        ("postgresql://h:5432/db?user=u&password=p@w", None, "h"),
        ("postgresql://u@h/db?password=p@w", None, "h"),
    ],
)
def test_a_password_with_signs_of_a_url_is_read_whole(url, password, host):
    """Else its tail would be the name of a host, and stand in the driver's message."""
    found = handle(url)
    assert (found.url.password, found.url.host) == (password, host)
    assert password is None or password not in found.shown


def test_a_fault_log_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHIPCHAT_UPS_CLIENT_SECRET", "Zq7-client-secret")
    try:
        raise RuntimeError(
            "no way to postgresql://ann:Zq7@pw@h/db?password=Zq7x, with Zq7-client-secret and key sk-Zq7aaaaaaaaa"
        )
    except RuntimeError as fault:
        unexpected(tmp_path, fault)
    log = (tmp_path / "logs" / "shipchat.log").read_text()
    assert "no way to postgresql://ann:***@h/db?password=***" in log
    assert "Zq7" not in log


def test_the_folder_that_a_shell_is_in_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    from agent.credentials import without_secrets

    monkeypatch.setenv("PWD", "/work/orders")
    monkeypatch.setenv("MY_PWD", "marked-word")
    assert without_secrets("/work/orders/spring.csv marked-word") == "/work/orders/spring.csv ***"
