"""A ledger on a PostgreSQL server: whose it is, who writes when, what a server that is gone means."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agent.batch.recovery import ledger_head
from agent.errors import ShipchatError
from agent.ledger import AuditService, Base, database
from agent.ledger.jobs import JobService
from agent.ledger.lease import is_free, lease_of
from agent.ledger.schema import HEAD
from agent.ledger.shared import is_same
from agent.ledger.store import Ledger
from agent.settings import Settings
from tests.postgres_server import Cluster, cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def url() -> str:
    return cluster().new_database()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    opened = Ledger.open(url)
    yield opened
    opened.close()


def test_a_new_ledger_has_every_table_and_a_second_start_changes_nothing(url: str) -> None:
    for _ in range(2):
        Ledger.open(url).close()
    with database.engine_of(url, "session").connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(HEAD,)]
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": False}), Base.metadata)
    assert [one for one in found if getattr(one[1], "name", "") != "shipchat_ledger"] == []


def test_two_stations_that_start_at_once_make_one_ledger(url: str) -> None:
    opened: list[Any] = []
    starts = [threading.Thread(target=lambda: opened.append(Ledger.open(url))) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(opened) == 4
    for one in opened:
        one.close()


def test_somebody_elses_database_is_refused_and_stays_as_it_is(url: str) -> None:
    with psycopg.connect(url) as shop:
        shop.execute("CREATE TABLE orders (id int)")
    with pytest.raises(ShipchatError, match=r"E-4201.*tables of another program"):
        Ledger.open(url)
    with psycopg.connect(url) as shop:
        tables = shop.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("orders",)]


def test_a_newer_ledger_is_refused(url: str) -> None:
    Ledger.open(url).close()
    with psycopg.connect(url) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ShipchatError, match=r"E-4202.*9999"):
        Ledger.open(url)


def test_a_database_that_cannot_hold_every_name_is_refused() -> None:
    with psycopg.connect(cluster().url(), autocommit=True) as server:
        server.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    with pytest.raises(ShipchatError, match=r"E-4201.*LATIN1"):
        Ledger.open(cluster().url("latin"))


def test_a_server_that_does_not_answer_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_LEDGER_PASSWORD", "pa55word")
    with pytest.raises(ShipchatError, match="E-4203") as refused:
        Ledger.open("postgresql://packer@127.0.0.1:1/ledger")
    assert "pa55word" not in str(refused.value)
    assert "\n" not in refused.value.message


def test_a_missing_driver_says_what_to_install(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_driver(*_arguments: Any, **_more: Any) -> Any:
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(database, "create_engine", no_driver)
    with pytest.raises(ShipchatError, match="E-4265") as refused:
        Ledger.open(url)
    assert "shipchat[postgres]" in refused.value.remedy


@pytest.mark.parametrize(
    "url", ["postgresql://packer:pa55word@db/ledger", "postgresql://packer@db/ledger?password=pa55word"]
)
def test_a_password_in_the_settings_is_refused_and_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPCHAT_LEDGER", url)
    with pytest.raises(ShipchatError, match=r"E-4104.*SHIPCHAT_LEDGER_PASSWORD") as refused:
        Settings.load()
    assert "pa55word" not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://packer@db/ledger", "postgresql://packer@db", "ledger.sqlite"])
def test_what_is_no_such_url_is_refused(url: str) -> None:
    with pytest.raises(ShipchatError, match=r"E-4104.*postgresql://USER@HOST/DATABASE"):
        Settings.load(ledger=url)


def test_a_password_from_the_environment_opens_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE ROLE packer LOGIN PASSWORD 'pa55word'")
    rules = cluster().data / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    mine = url.replace("postgresql://postgres@", "postgresql://packer@")
    database_name = url.rpartition("/")[2]
    rules.write_text(f"host {database_name} packer 127.0.0.1/32 scram-sha-256\n{before}", encoding="utf-8")
    try:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"ALTER DATABASE {database_name} OWNER TO packer")  # type: ignore[call-overload]
            server.execute("GRANT ALL ON SCHEMA public TO packer")
            server.execute("SELECT pg_reload_conf()")
        monkeypatch.setenv("SHIPCHAT_LEDGER_PASSWORD", "wrong")
        with pytest.raises(ShipchatError, match=r"E-4203.*password authentication failed"):
            Ledger.open(mine)
        monkeypatch.setenv("SHIPCHAT_LEDGER_PASSWORD", "pa55word")
        Ledger.open(mine).close()
    finally:
        rules.write_text(before, encoding="utf-8")
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("SELECT pg_reload_conf()")


def test_writers_of_two_stations_take_turns(url: str, ledger: Ledger) -> None:
    """A read-and-write that is not compare-and-set: with turns no increment is lost, nor an entry of the log."""
    other = Ledger.open(url)

    def one_more(connection: Any) -> None:
        ledger_head.advance(connection)

    many = [station.write for station in (ledger, other) for _ in range(40)]
    threads = [threading.Thread(target=write, args=(one_more,)) for write in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.read(ledger_head.facts)["sequence"] == "80"
    with other.session() as session:
        job = JobService(session).create_job("one", "")
        AuditService(session).log_state_change(job.id, "pending", "running")
        assert AuditService(session).verify() == []
    other.close()


def test_a_read_sees_one_moment(ledger: Ledger) -> None:
    def look(connection: Any) -> list[int]:
        count = "SELECT count(*) FROM batch_jobs"
        before = connection.exec_driver_sql(count).scalar()
        with ledger.session() as session:
            JobService(session).create_job("in between", "")
        return [before, connection.exec_driver_sql(count).scalar()]

    assert ledger.read(look) == [0, 0]
    with pytest.raises(ShipchatError, match=r"E-4203.*read-only"):
        ledger.read(lambda connection: connection.exec_driver_sql("DELETE FROM batch_jobs"))


def test_one_station_at_a_time_settles_rows_of_a_batch(url: str) -> None:
    with lease_of(url, "a"):
        with pytest.raises(ShipchatError, match="E-4254"), lease_of(url, "a"):
            pass
        with lease_of(url, "b"):
            assert is_free(url)
    with lease_of(url, "a"):
        pass


def test_a_station_that_stops_in_mid_transaction_keeps_nobody(
    url: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "STUCK_MS", 200)
    engine = database.engine_of(url, "write")
    with engine.connect() as frozen:
        transaction = frozen.begin()
        # Nothing more is heard of it; the server gives its turn to the next one.
        ledger.write(ledger_head.advance)
        with pytest.raises(Exception, match=r"idle-in-transaction|closed|terminat"):
            frozen.exec_driver_sql("SELECT 1")
        transaction.close()
    engine.dispose()


def test_commits_wait_for_the_disk(ledger: Ledger) -> None:
    show = "SHOW synchronous_commit"
    assert ledger.write(lambda connection: connection.exec_driver_sql(show).scalar()) == "on"


def test_a_server_that_crashes_is_the_ledgers_trouble_and_the_next_write_finds_it_again() -> None:
    server = Cluster(durable=True)
    try:
        ledger = Ledger.open(server.new_database())
        ledger.write(ledger_head.advance)
        server.crash()
        with pytest.raises(ShipchatError, match="E-4203"):
            ledger.write(ledger_head.advance)
        with pytest.raises(ShipchatError, match="E-4203"):
            ledger.read(ledger_head.facts)
        server.start()
        ledger.write(ledger_head.advance)
        assert ledger.read(ledger_head.facts)["sequence"] == "2"
        ledger.close()
    finally:
        server.close()


def test_a_copy_of_the_database_is_known_by_every_station(url: str, ledger: Ledger) -> None:
    ledger.write(ledger_head.advance)
    assert not ledger.read(ledger_head.is_elsewhere)
    ledger.close()
    copy = Ledger.open(cluster().new_database(url))
    assert copy.read(ledger_head.is_elsewhere)
    copy.write(ledger_head.require_restore_checks, "it was copied", [])
    assert not copy.read(ledger_head.is_elsewhere), "it is on record"
    copy.close()


@pytest.mark.parametrize(
    ("noted", "found", "same"),
    [
        ("7/1/5", "7/1/5", True),
        ("7/1/5", "7/2/5", False),
        ("7/1/5", "8/1/5", False),
        ("7/1/5", "7/1/6", False),
        ("//5", "7/1/5", True),
        ("7/1/5", "//5", True),
        ("//5", "7/1/6", False),
        ("7/1/5", None, True),
    ],
)
def test_what_a_server_does_not_tell_says_nothing(noted: str, found: str | None, same: bool) -> None:
    assert is_same(noted, found) is same


def test_the_lock_of_a_batch_outlasts_the_time_that_a_transaction_may_stand_still(url: str, ledger: Ledger) -> None:
    with database.held(url, database.SETTLING, "job") as mine, psycopg.connect(url) as other:
        query = "SELECT a.state FROM pg_stat_activity a JOIN pg_locks l USING (pid) WHERE l.locktype = 'advisory'"
        assert (mine, other.execute(query).fetchall()) == (True, [("idle",)]), "it stands in no transaction"


def test_a_seat_that_the_server_forgot_is_asked_for_again(url: str) -> None:
    mine, other = (database.Hold(url, database.DELIVERING, "job") for _ in range(2))
    assert (mine.take(), other.take(), mine.take()) == (True, False, True)
    with psycopg.connect(url, autocommit=True) as administrator:
        ended = "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
        assert administrator.execute(ended).fetchall() == [(True,)]
    assert (other.take(), mine.take()) == (True, False), "not held by both"
    other.end()
    assert (mine.take(), other.take()) == (True, False), "who left does not come back"
    mine.end()
