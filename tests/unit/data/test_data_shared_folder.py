"""A folder that several people use: their files stay theirs, nobody's trap is stepped on, long names lose nothing."""

import json
import os
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcp_servers.data.model import TRACKING, Outcome
from mcp_servers.data.sources import ImportOptions, open_csv_source
from mcp_servers.data.writing.backups import FOLDER, Backups
from mcp_servers.data.writing.file_target import CsvTarget
from mcp_servers.data.writing.locks import SheetLock
from mcp_servers.data.writing.replace import replace_file
from mcp_servers.data.writing.sidecar import read_sidecar, write_sidecar
from tests.unit.data.test_data_text_writing import result

ORDERS = "Order,Name\n1,Ann\n2,Bob\n"
OWNER, COLLEAGUE = 12001, 12002


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that every user may enter (pytest's own are for one user)."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


def as_user(user: int, work: Callable[[], None]) -> None:
    """Run in a child process as somebody else."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            work()
        except BaseException:  # noqa: BLE001 - told by the exit code; nothing of pytest runs in the child
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def of_another(folder: Path, mode: int) -> Path:
    sheet = folder / "orders.csv"
    sheet.write_text(ORDERS)
    sheet.chmod(mode)
    os.chown(sheet, OWNER, OWNER)
    return sheet


def test_a_colleagues_sheet_is_written_and_stays_theirs(folder: Path) -> None:
    sheet = of_another(folder, 0o666)

    def work() -> None:
        source = open_csv_source(str(sheet), ImportOptions())
        assert source.warnings == []
        target = CsvTarget(source.descriptor, source.table.row_count)
        target.lock()
        (written,) = target.apply([result(source, 1, "1Z1")])
        target.release()
        assert written.outcome is Outcome.WRITTEN, written

    as_user(COLLEAGUE, work)
    assert sheet.read_text().splitlines()[1].startswith("1,Ann,1Z1")
    found = sheet.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (OWNER, OWNER, 0o666)
    (backup,) = Backups(sheet).list()
    assert (folder / FOLDER / backup.id).read_text() == ORDERS
    assert sorted(one.name for one in folder.iterdir()) == ["orders.csv", FOLDER]


def test_a_sheet_that_one_may_only_read_is_told_at_the_import(folder: Path) -> None:
    sheet = of_another(folder, 0o644)

    def work() -> None:
        source = open_csv_source(str(sheet), ImportOptions())
        told = "You have no permission to change orders.csv: tracking numbers go to orders.tracking.csv beside it."
        assert source.warnings == [told]

    as_user(COLLEAGUE, work)


def test_the_lock_that_a_colleagues_crash_left_is_taken_over(folder: Path) -> None:
    sheet = of_another(folder, 0o666)
    as_user(OWNER, lambda: SheetLock(sheet).acquire() and None)
    assert SheetLock(sheet).path.exists(), "its process died with it"

    def work() -> None:
        lock = SheetLock(sheet)
        assert lock.acquire()["pid"] == os.getpid()

    as_user(COLLEAGUE, work)


@pytest.mark.parametrize("name", [".orders.csv.shipchat.tmp", ".orders.csv.shipchat-.tmp"])
def test_a_link_under_a_name_that_can_be_foreseen_is_not_followed(tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    sheet = tmp_path / "orders.csv"
    sheet.write_text("old")
    (tmp_path / name).symlink_to(victim)
    replace_file(sheet, lambda file: file.write(b"new") and None, expected=None)
    assert (sheet.read_text(), victim.read_text()) == ("new", "precious")


def test_a_link_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    sheet = tmp_path / "orders.csv"
    sheet.write_text("old")
    SheetLock(sheet).path.symlink_to(victim)
    with pytest.raises(OSError, match="link"):
        SheetLock(sheet).acquire()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_copies_are_as_readable_as_their_sheet_and_no_more(tmp_path: Path, mode: int) -> None:
    sheet = tmp_path / "orders.csv"
    sheet.write_text(ORDERS)
    sheet.chmod(mode)
    source = open_csv_source(str(sheet), ImportOptions())
    target = CsvTarget(source.descriptor, source.table.row_count)
    target.apply([result(source, 1, "1Z1")])
    beside = write_sidecar(sheet, [result(source, 2, "1Z2")], "busy")
    (backup,) = Backups(sheet).list()
    assert (tmp_path / FOLDER / backup.id).stat().st_mode & 0o777 == mode
    assert (tmp_path / FOLDER / f"{backup.id}.json").stat().st_mode & 0o777 == 0o600
    assert beside.stat().st_mode & 0o777 == mode
    assert sheet.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("stem", ["a" * 232, "ü" * 116, "a" * 251])
def test_a_long_name_loses_no_result(tmp_path: Path, stem: str) -> None:
    sheet = tmp_path / f"{stem}.csv"
    sheet.write_text(ORDERS)
    source = open_csv_source(str(sheet), ImportOptions())
    target = CsvTarget(source.descriptor, source.table.row_count)
    target.lock()
    target.apply([result(source, 1, "1Z1")])
    (beside,) = target.divert([result(source, 2, "1Z2")], "busy")
    target.release()
    assert "1Z1" in sheet.read_text()
    assert len(Backups(sheet).list()) == 1
    assert beside.sidecar is not None
    assert [line[TRACKING] for line in read_sidecar(sheet).values()] == ["1Z2"]
    assert json.dumps(sorted(one.name for one in tmp_path.iterdir())).count(".tmp") == 0


def test_two_long_names_that_begin_alike_keep_their_copies_apart(tmp_path: Path) -> None:
    sheets = [tmp_path / f"{'a' * 240}{number}.csv" for number in range(2)]
    for sheet in sheets:
        sheet.write_text(ORDERS)
        Backups(sheet).make(2)
    assert [len(Backups(sheet).list()) for sheet in sheets] == [1, 1]
