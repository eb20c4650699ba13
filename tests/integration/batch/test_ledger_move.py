"""`shipchat ledger move`: one ledger before, one ledger after, at every instant between them never two."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from agent.batch.recovery import moving
from agent.batch.recovery.audit_check import findings
from agent.batch.service import BatchService
from agent.cli.main import main
from agent.errors import ShipchatError
from agent.ledger import copying, database, sqlite_file
from agent.ledger.lease import lease
from agent.ledger.schema import HEAD
from agent.ledger.store import Ledger
from agent.settings import Settings
from tests.faults.judge import judge
from tests.faults.scenarios import once
from tests.faults.world import World, plan_of, run, yes
from tests.ledgers import asked, edited
from tests.postgres_server import cluster

pytestmark = [pytest.mark.slow, pytest.mark.ledger_file]


@pytest.fixture
def url() -> str:
    return cluster().new_database()


@pytest.fixture
def home(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """For the command, which reads the settings itself."""
    monkeypatch.setenv("SHIPCHAT_HOME", str(world.folder))
    monkeypatch.setenv("SHIPCHAT_STATE", str(world.settings.state))
    return world


def lived(world: World, work: Callable[[BatchService], Any]) -> Any:
    return run(world.live(work))


def approved(world: World, orders: list[str], first_row: int = 1) -> str:
    plan = plan_of(orders, row_numbers=list(range(first_row, first_row + len(orders))))
    world.plans.append(plan)
    return str(lived(world, lambda service: service.approve(plan, yes(plan))))


def with_history(world: World) -> str:
    """Two shipped, one of them void; one in doubt, one shipped; a batch of which nothing is sent yet, returned."""
    first = approved(world, ["A1", "A2"])
    lived(world, lambda service: service.execute(first))
    lived(world, lambda service: service.void(first, [2]))
    second = approved(world, ["B1", "B2"], 11)
    world.carrier.faults = once("unknown_before")
    lived(world, lambda service: service.execute(second, concurrency=1))
    return approved(world, ["C1", "C2", "C3"], 21)


def use(world: World, url: str) -> None:
    """What the line in settings.toml does."""
    world.settings = world.settings.model_copy(update={"ledger": url})
    world.carrier.ledger_place = url


def content(place: Path | str) -> copying.Content:
    engine = database.engine_of(place, "read") if isinstance(place, str) else sqlite_file.engine_of(place, "read")
    with engine.begin() as connection:
        found = copying.content_of(connection, moving.OF_ITS_PLACE)
    engine.dispose()
    return found


def move(file: Path, url: str) -> moving.Moved:
    return moving.move(file, Settings(home=file.parent, state=file.parent / "state", ledger=url))


def command(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["ledger", *words])
    return int(ended.value.code or 0)


def refusal(call: Callable[[], Any]) -> ShipchatError:
    with pytest.raises(ShipchatError) as refused:
        call()
    return refused.value


def test_the_moved_ledger_goes_on_and_is_no_restored_one(home: World, url: str, capsys: Any) -> None:
    waiting = with_history(home)
    file = home.folder / "ledger.sqlite"
    before = content(file)
    assert command("move", "--to", url, "--write-settings") == 0
    told = capsys.readouterr().out
    assert f"shipments       {before.rows['shipments']:>9,}" in told
    assert f"whole from entry 1 to {before.end[0]}" in told
    assert before.ledger_id is not None
    assert before.ledger_id in told
    assert f'ledger = "{url}"' in (home.folder / "settings.toml").read_text()
    assert content(file) == before, "the file stays as it is"

    use(home, url)
    searches = home.carrier.searches
    more = approved(home, ["D1"], 31)
    result = lived(home, lambda service: service.execute(waiting))
    assert result.successful_rows == 3
    assert lived(home, lambda service: service.execute(more)).successful_rows == 1
    orders = [label.order for label in home.carrier.records]
    assert len(orders) == len(set(orders))
    assert judge(home, recovered=False) == []
    ledger = Ledger.open(url)
    assert findings(ledger, home.settings) == []
    restored = "SELECT count(*) FROM audit WHERE event IN ('restored', 'restore_check_required')"
    assert ledger.read(lambda c: c.exec_driver_sql(restored).scalar()) == 0
    ledger.close()
    assert home.carrier.searches > searches, "rows of an earlier run are looked up, as ever"
    refused = refusal(lambda: Ledger.open(file))
    assert (refused.code, url in refused.message) == ("E-4281", True)


def test_another_station_takes_it_for_no_restored_one(home: World, url: str, tmp_path: Path) -> None:
    waiting = with_history(home)
    command("move", "--to", url)
    use(home, url)
    home.settings = home.settings.model_copy(update={"home": tmp_path / "other", "state": tmp_path / "other-state"})
    assert lived(home, lambda service: service.execute(waiting)).successful_rows == 3
    assert content(url).rows["shipments"] == 7


@pytest.mark.parametrize("copied", [False, True])
def test_a_copied_home_is_a_copy_after_the_move_too(home: World, url: str, copied: bool) -> None:
    """What would have been looked up in the file is looked up in the database."""
    waiting = with_history(home)
    if copied:
        # Another machine: it has never seen this ledger.
        shutil.rmtree(home.settings.state)
    command("move", "--to", url)
    use(home, url)
    lived(home, lambda service: service.execute(waiting))
    events = [row[0] for row in asked(url, "SELECT event FROM audit")]
    assert ("restored" in events) == copied


def test_an_older_file_from_a_backup_is_noticed(home: World, url: str) -> None:
    with_history(home)
    file = home.folder / "ledger.sqlite"
    with closing(sqlite3.connect(file)) as ledger:
        ledger.execute("VACUUM INTO ?", (str(home.folder / "backup"),))
    command("move", "--to", url)
    file.unlink()
    (home.folder / "backup").rename(file)
    ledger_of_backup = Ledger.open(file)
    try:
        assert "older" in findings(ledger_of_backup, home.settings)[0]
    finally:
        ledger_of_backup.close()


def test_a_window_that_is_open_on_the_file_buys_nothing_more(home: World, url: str) -> None:
    waiting = with_history(home)
    plan = plan_of(["E1"], row_numbers=[41])
    sent = len(home.carrier.requests)

    async def work(service: BatchService) -> None:
        with pytest.raises(ShipchatError, match="E-4283"):
            move(home.folder / "none.sqlite", url)
        move(home.folder / "ledger.sqlite", url)
        for call in (service.approve(plan, yes(plan)), service.execute(waiting), service.resume(waiting)):
            with pytest.raises(ShipchatError, match="E-4281") as refused:
                await call
            assert url in refused.value.message

    lived(home, work)
    assert len(home.carrier.requests) == sent


def test_nothing_is_moved_while_a_batch_runs_or_a_row_is_at_ups(home: World, url: str) -> None:
    waiting = with_history(home)
    file = home.folder / "ledger.sqlite"
    with lease(file):
        assert refusal(lambda: move(file, url)).code == "E-4204"
    edited(file, "UPDATE shipments SET state = 'submitting' WHERE job_id = :job AND position = 1", job=waiting)
    refused = refusal(lambda: move(file, url))
    assert (refused.code, "a row was at UPS" in refused.message) == ("E-4283", True)
    assert tables(url) == []
    Ledger.open(file).close()


@pytest.mark.parametrize(("schema", "words"), [("0009", "its schema is 0009"), ("9999", "a newer shipchat")])
def test_another_schema_is_not_moved(home: World, url: str, schema: str, words: str) -> None:
    file = home.folder / "ledger.sqlite"
    edited(file, "UPDATE alembic_version SET version_num = :schema", schema=schema)
    refused = refusal(lambda: move(file, url))
    assert (refused.code, words in refused.message) == ("E-4283", True)
    assert tables(url) == []


def test_a_database_with_something_in_it_is_refused(home: World, url: str) -> None:
    file = home.folder / "ledger.sqlite"
    Ledger.open(url).close()
    assert refusal(lambda: move(file, url)).code == "E-4284"
    shop = cluster().new_database()
    with psycopg.connect(shop) as connection:
        connection.execute("CREATE TABLE orders (id int)")
    assert refusal(lambda: move(file, shop)).code == "E-4201"
    assert tables(shop) == ["orders"]
    Ledger.open(file).close()


def test_a_log_that_is_not_whole_is_not_moved(home: World, url: str) -> None:
    with_history(home)
    file = home.folder / "ledger.sqlite"
    edited(file, "UPDATE audit SET details = '{}' WHERE seq = 3")
    refused = refusal(lambda: move(file, url))
    assert (refused.code, "entry 3" in refused.message) == ("E-4283", True)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)",
        "UPDATE shipments SET charge_cents = charge_cents + 1 WHERE id = 1",
        "UPDATE audit SET event = 'other' WHERE seq = 2",
    ],
)
def test_a_copy_that_differs_is_not_taken(home: World, url: str, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    with_history(home)
    file, copy = home.folder / "ledger.sqlite", copying.copy

    def wrong(source: Any, target: Any, besides: Any) -> None:
        copy(source, target, besides)
        target.exec_driver_sql(change)

    monkeypatch.setattr(copying, "copy", wrong)
    assert refusal(lambda: move(file, url)).code == "E-4285"
    assert tables(url) == []
    Ledger.open(file).close()


def test_what_was_moved_is_not_moved_elsewhere_and_again_says_so(home: World, url: str, capsys: Any) -> None:
    with_history(home)
    file = home.folder / "ledger.sqlite"
    assert command("move", "--to", url) == 0
    again = capsys.readouterr().out
    assert f'ledger = "{url}"' in again
    assert command("move", "--to", url) == 0
    assert "was moved to" in capsys.readouterr().out
    other = refusal(lambda: move(file, cluster().new_database()))
    assert (other.code, url in other.message) == ("E-4281", True)
    assert command("where") == 0
    assert url in capsys.readouterr().err


def test_a_password_in_the_command_is_refused_and_not_shown(home: World, capsys: Any) -> None:
    assert command("move", "--to", "postgresql://packer:pa55word@db/ledger") == 1
    said = capsys.readouterr()
    assert "SHIPCHAT_LEDGER_PASSWORD" in said.err
    assert "pa55word" not in said.out + said.err


def tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]


def kill_at(file: Path, settings: Settings, step: int) -> bool:
    """A move in a process of its own, killed before its step-th statement or commit; whether it came to its end."""
    child = os.fork()
    if child == 0:
        left = step

        def count(*_arguments: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)
        event.listen(Engine, "commit", count)
        try:
            moving.move(file, settings)
        except BaseException:
            os._exit(1)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFEXITED(status)


def is_open(place: Path | str) -> bool:
    """Whether anybody could use a ledger with something in it there."""
    try:
        if isinstance(place, Path):
            return sqlite_file.schema_of(place) == HEAD
        with database.engine_of(place, "read").connect() as connection:
            return database.schema_of(connection, place) == HEAD
    except ShipchatError as refused:
        assert refused.code in {"E-4281", "E-4282"}
        return False


def test_killed_at_any_instant_it_is_in_one_place_and_goes_on(home: World, tmp_path: Path) -> None:
    with_history(home)
    template = home.folder / "ledger.sqlite"
    before = content(template)
    seen = set()
    for step in [*range(1, 400, 9), *range(2, 400, 9)]:
        file, url = tmp_path / f"{step}.sqlite", cluster().new_database()
        with closing(sqlite3.connect(template)) as ledger:
            ledger.execute("VACUUM INTO ?", (str(file),))
        settings = home.settings.model_copy(update={"ledger": url})
        ended = kill_at(file, settings, step)
        places = is_open(file), is_open(url)
        assert places != (True, True), f"two ledgers after step {step}"
        if places == (True, False):
            assert content(file) == before
        seen.add(places)
        moved = moving.move(file, settings)
        assert moved.content == before
        assert (is_open(file), is_open(url)) == (False, True)
        after = content(url)
        assert (after.rows | {"audit": 0}, after.cents) == (before.rows | {"audit": 0}, before.cents)
        assert after.rows["audit"] == before.rows["audit"] + 1, "what was moved is on record, once"
        if ended:
            break
    assert {(True, False), (False, True)} <= seen
