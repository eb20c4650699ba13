"""docs/scale.md on a real server: its roles, its commands, and what `doctor` says of both."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agent.errors import ShipchatError
from agent.ledger import database, server_facts
from agent.ledger.store import Ledger
from agent.settings import Settings
from agent.setup import database_checks
from tests.faults.world import new_world, plan_of, run, yes
from tests.integration.pages.page import DOCS, Block, blocks
from tests.integration.pages.reader import Reader
from tests.postgres_server import Cluster, cluster

pytestmark = pytest.mark.slow

PAGE = DOCS / "scale.md"
AS_WHOM = {"roles.sql": ("", "postgres"), "rights.sql": ("ledger_owner", "shipchat")}
AS_WHOM |= {"vacuum.sql": ("ledger_owner", "shipchat"), "by-day.sql": ("reports", "shipchat")}
SHEET = """\
Order,Name,Address,City,State,ZIP,Phone,Weight (lb)
2001,Ada Marsh,18 Harbor Street,Portland,ME,04101,207-555-0141,2
"""


@pytest.fixture
def server() -> Iterator[Cluster]:
    """With fsync, as `doctor` wants it."""
    made = Cluster(durable=True)
    yield made
    made.close()


def statements(name: str) -> str:
    return next(part.text for part in blocks(PAGE) if isinstance(part, Block) and part.title == name)


def psql(server: Cluster, name: str) -> str:
    role, place = AS_WHOM[name]
    program = [str(server.binaries / "psql"), "-v", "ON_ERROR_STOP=1", "-d", as_role(server, role, place)]
    done = subprocess.run(program, input=statements(name), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def as_role(server: Cluster, role: str, place: str = "shipchat") -> str:
    return f"postgresql://{role or server.user}@127.0.0.1:{server.port}/{place}"


def test_a_reader_can_follow_the_page(
    server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("PATH", str(server.binaries), prepend=":")
    reader.stands_for |= {"admin@db.example.com": f"{server.user}@127.0.0.1:{server.port}"}
    reader.stands_for |= {"db.example.com": f"127.0.0.1:{server.port}"}
    given: dict[str, Callable[[], Any]] = {
        "ledger_owner in the settings": lambda: monkeypatch.setenv("SHIPCHAT_LEDGER", as_role(server, "ledger_owner")),
        "packing in the settings": lambda: monkeypatch.setenv("SHIPCHAT_LEDGER", as_role(server, "packing")),
        "rights.sql once more": lambda: psql(server, "rights.sql"),
        "a station that has shipped": lambda: ship_from_a_file(server, reader),
    }
    run_names = set()
    try:
        for part in blocks(PAGE):
            if isinstance(part, str):
                given[part]()
            elif part.kind == "sql" and part.title is not None:
                psql(server, part.title)
                run_names.add(part.title)
            else:
                reader.follow(part)
    finally:
        reader.close()
    assert run_names == set(AS_WHOM)


def ship_from_a_file(server: Cluster, reader: Reader) -> None:
    """A ledger in a file, and the database empty once more."""
    reader.monkeypatch.delenv("SHIPCHAT_LEDGER")
    (reader.folder / "orders.csv").write_text(SHEET, encoding="utf-8")
    code, told = reader._command('shipchat -p "Ship all orders via Ground" --source orders.csv --yes')
    assert code == 0, told
    with psycopg.connect(as_role(server, "", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE shipchat WITH (FORCE)")
        connection.execute("CREATE DATABASE shipchat OWNER ledger_owner TEMPLATE template0 ENCODING 'UTF8'")


@pytest.fixture
def with_roles(server: Cluster) -> Cluster:
    """The page's roles over a ledger that the owner made."""
    psql(server, "roles.sql")
    Ledger.open(as_role(server, "ledger_owner")).close()
    psql(server, "rights.sql")
    return server


def test_each_role_may_do_its_work_and_no_more(with_roles: Cluster, tmp_path: Path) -> None:
    world = new_world(tmp_path / "world")
    world.settings = world.settings.model_copy(update={"ledger": as_role(with_roles, "packing")})
    world.carrier.ledger_place = as_role(with_roles, "packing")
    plan = plan_of(["A1", "A2"])
    job_id = run(world.live(lambda service: service.approve(plan, yes(plan))))
    assert run(world.live(lambda service: service.execute(job_id))).successful_rows == 2
    run(world.live(lambda service: service.void(job_id, [2])))

    refused = {
        "packing": ("UPDATE audit SET event = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE shipments",
                    "UPDATE alembic_version SET version_num = 'x'", "CREATE TABLE mine (id int)"),
        "reports": ("UPDATE shipments SET state = 'pending'", "DELETE FROM packages", "INSERT INTO audit (seq) VALUES (0)"),
    }  # fmt: skip
    for role, tried in refused.items():
        with psycopg.connect(as_role(with_roles, role), autocommit=True) as connection:
            for statement in tried:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
    with psycopg.connect(as_role(with_roles, "reports")) as connection:
        ((_day, count, cents),) = connection.execute(statements("by-day.sql")).fetchall()
    assert (count, cents) == (1, world.carrier.records[1].charge_cents)


def test_a_station_does_not_make_or_change_tables(server: Cluster) -> None:
    psql(server, "roles.sql")
    url = as_role(server, "packing")
    with pytest.raises(ShipchatError, match="E-4279") as refused:
        Ledger.open(url)
    assert "the role that owns them" in refused.value.remedy
    Ledger.open(as_role(server, "ledger_owner")).close()
    psql(server, "rights.sql")
    Ledger.open(url).close()
    with psycopg.connect(as_role(server, "ledger_owner")) as connection:
        # As if an earlier version had made it.
        connection.execute("UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(ShipchatError, match="E-4279"):
        Ledger.open(url)


def found(url: str) -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.words) for one in run(database_checks.database_findings(Settings(ledger=url)))}


def test_doctor_of_a_server_that_is_set_up_well(with_roles: Cluster) -> None:
    told = found(as_role(with_roles, "packing"))
    assert {state for state, _words in told.values()} == {"ok"}
    assert "what a station needs, and no more" in told["database role"][1]
    assert "PostgreSQL" in told["database server"][1]
    assert "MB" in told["database server"][1]


def test_doctor_names_the_roles_that_are_not_meant_for_stations(with_roles: Cluster) -> None:
    assert "superuser" in found(as_role(with_roles, ""))["database role"][1]
    state, words = found(as_role(with_roles, "ledger_owner"))["database role"]
    assert (state, "audit log" in words) == ("note", True)
    state, words = found(as_role(with_roles, "reports"))["database role"]
    assert (state, "INSERT on " in words) == ("FAULT", True)
    assert "E-4331" in words


def test_doctor_of_a_server_that_may_forget() -> None:
    url = cluster().new_database()
    Ledger.open(url).close()
    state, words = found(url)["durability"]
    assert (state, "fsync off" in words) == ("FAULT", True)


def test_doctor_tells_of_clocks_that_differ_and_of_stations_that_are_silent() -> None:
    url = cluster().new_database()
    Ledger.open(url).close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS workers CASCADE")
        connection.execute("CREATE TABLE workers (ended_at float8, lease_until float8)")
        connection.execute("INSERT INTO workers VALUES (NULL, 1), (2, 1), (NULL, 1e12)")
    state, words = found(url)["stations"]
    assert (state, "1 run of a batch not heard of" in words) == ("note", True)
    with database.engine_of(url, "read").connect() as connection:
        facts = server_facts.server_facts(connection)
    assert abs(facts.clock_ahead_s) < 60, "one machine, one clock"
    slow = database_checks._finding("clock", database_checks._clock, replace(facts, clock_ahead_s=-7.5))
    assert (slow.state, "7.5 s behind" in slow.words) == ("note", True)


def test_doctor_says_nothing_of_a_server_where_the_ledger_is_a_file(tmp_path: Path) -> None:
    assert run(database_checks.database_findings(Settings(home=tmp_path))) == []
