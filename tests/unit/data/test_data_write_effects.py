"""The effects of a write, one by one: killed at every one of them, in the right order, and never leaving a thing behind."""

import csv
import io
import json
import os
import signal
from pathlib import Path

import pytest

from mcp_servers.data.model import Change, Outcome
from mcp_servers.data.sources import ImportOptions, open_csv_source, open_excel_source
from mcp_servers.data.writing import file_target
from mcp_servers.data.writing.backups import Backups
from mcp_servers.data.writing.file_target import CsvTarget, ExcelTarget
from mcp_servers.data.writing.locks import SheetLock, clear_leftovers
from mcp_servers.data.writing.replace import SheetBusyError, replace_file, temporary_files
from mcp_servers.data.writing.sidecar import write_sidecar
from mcp_servers.shared.faults import ToolFault

CELLS = {"tracking_number": "1Z1", "shipped_at": "2026-11-21T10:00:00Z"}
EFFECTS = (
    (os, "fsync"), (os, "fchmod"), (os, "close"), (Path, "open"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir"),
    (Path, "write_text"), (Path, "chmod"),
)  # fmt: skip


def killed_at(step, work):
    """Do the work in a process that is killed at its Nth effect; answers whether it was (else it finished)."""
    child = os.fork()
    if child == 0:
        left = [step]

        def counting(real):
            def effect(*arguments, **named):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **named)

            return effect

        for owner, name in EFFECTS:
            setattr(owner, name, counting(getattr(owner, name)))
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def names(folder):
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("kind", ["csv", pytest.param("xlsx", marks=pytest.mark.slow)])
def test_a_kill_at_every_single_effect_leaves_the_old_or_the_new_file(make_workbook, tmp_path, kind):
    """Exhaustive: the write is killed at its first effect, its second, and so on until it gets through."""

    def fill(book):
        sheet = book.add_worksheet()
        for row, cells in enumerate((["Order", "Name"], ["1", "Ann"], ["2", "Bob"])):
            sheet.write_row(row, 0, cells)

    path = make_workbook(fill) if kind == "xlsx" else tmp_path / "orders.csv"
    if kind == "csv":
        path.write_text("Order,Name\n1,Ann\n2,Bob\n")
    opener, target_kind = (open_excel_source, ExcelTarget) if kind == "xlsx" else (open_csv_source, CsvTarget)
    source = opener(str(path), ImportOptions())
    change = Change(1, CELLS, source.table.row(1).checksum)
    source.table.close()
    target = target_kind(source.descriptor, 2)
    old, seen = path.read_bytes(), set()
    for step in range(1, 200):
        path.write_bytes(old)
        survived = not killed_at(step, lambda: target_kind(source.descriptor, 2).apply([change]))
        content = path.read_bytes()
        assert content == old or b"1Z1" in content or kind == "xlsx"
        seen.add(content != old)
        clear_leftovers(path)
        assert set(names(tmp_path)) <= {path.name, "shipchat-backups"}
        # What was killed is done again; the value is there once, and the backups are whole.
        assert target.apply([change])[0].outcome in (Outcome.WRITTEN, Outcome.UNCHANGED)
        target.release()
        assert (b"1Z1" in path.read_bytes()) or kind == "xlsx"
        for backup in Backups(path).list():
            assert (Backups(path).folder / backup.id).stat().st_size == backup.size
        if survived:
            break
    assert survived
    assert step > 8
    assert seen == {True, False}
    # Copies that a kill interrupted do not pile up.
    folder = Backups(path).folder
    assert len(names(folder)) == 2 * len(Backups(path).list())
    again = opener(str(path), ImportOptions())
    assert again.table.row(1).data["tracking_number"] == "1Z1"
    assert again.table.fingerprint == source.descriptor.fingerprint
    again.table.close()


def test_the_order_is_data_then_name_then_folder(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text("old")
    calls = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(handle):
        calls.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "data")  # noqa: PTH112
        real_fsync(handle)

    def replace(self, to):
        calls.append("rename")
        return real_replace(self, to)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    replace_file(path, lambda file: file.write(b"new") and None, expected=None)
    assert calls == ["data", "rename", "folder"]
    assert path.read_text() == "new"


@pytest.mark.parametrize("effect", ["fsync", "replace"])
def test_an_effect_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, effect):
    path = tmp_path / "orders.csv"
    path.write_text("old")

    def failing(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(*((os, "fsync") if effect == "fsync" else (Path, "replace")), failing)
    with pytest.raises(OSError, match="Input/output"):
        replace_file(path, lambda file: file.write(b"new") and None, expected=None)
    assert (path.read_text(), names(tmp_path)) == ("old", ["orders.csv"])


def test_owner_mode_and_own_attributes_are_kept(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_text("old")
    path.chmod(0o664)
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("this file system keeps no attributes of the user's")
    owners = []
    if os.getuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "fchown", lambda *arguments: owners.append(arguments))
    replace_file(path, lambda file: file.write(b"new") and None, expected=None)
    found = path.stat()
    assert found.st_mode & 0o777 == 0o664
    assert os.getxattr(path, "user.note") == b"mine"
    if os.getuid() == 0:
        assert (found.st_uid, found.st_gid) == (12345, 12345)


def test_what_a_living_writer_holds_stays_and_a_dead_ones_goes(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("Order\n1\n")
    holder = SheetLock(path)
    holder.acquire()
    path.with_name(".orders.csv.shipchat-0000half.tmp").write_text("half")
    clear_leftovers(path)
    assert len(temporary_files(path)) == 1
    with pytest.raises(ToolFault, match="E-1202") as refusal:
        SheetLock(path).acquire()
    assert refusal.value.more["holder"]["pid"] == os.getpid()
    assert holder.acquire()["pid"] == os.getpid()
    holder.path.write_text("damaged")
    assert holder.acquire() == {}
    with pytest.raises(ToolFault, match="process unknown"):
        SheetLock(path).acquire()
    holder.release()
    holder.path.write_text(json.dumps({"pid": 1}))
    clear_leftovers(path)
    assert names(tmp_path) == ["orders.csv"]


def test_the_sidecar_grows_and_loses_no_number_of_a_row(tmp_path):
    sheet = tmp_path / "orders.csv"
    write_sidecar(sheet, [Change(1, CELLS, "a"), Change(2, CELLS | {"tracking_number": "=1Z2"}, "b")], "busy")
    path = write_sidecar(sheet, [Change(1, {"tracking_number": "1Z9"}, "a")], "still, busy")
    write_sidecar(sheet, [Change(2, {"tracking_number": "1Z2"}, "b", expected="'=1Z2")], "busy")
    lines = list(csv.DictReader(io.StringIO(path.read_text(), newline="")))
    assert [(line["row_number"], line["tracking_number"], line["shipped_at"], line["reason"]) for line in lines] == [
        ("1", "1Z1, 1Z9", CELLS["shipped_at"], "still, busy"),
        ("2", "1Z2", CELLS["shipped_at"], "busy"),
    ]


def test_bytes_that_would_not_come_out_as_they_went_in_are_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "orders.csv"
    path.write_bytes("Order,Name\n1,Müller\n".encode("utf-16-le"))
    source = open_csv_source(str(path), ImportOptions())
    change = Change(1, CELLS | {"ERROR_MESSAGE": "東京"}, source.table.row(1).checksum)
    source.table.close()
    real = file_target.current_encoding

    class Lossy:
        codec, mark = "utf-16-le", b"\xff\xfe"

    monkeypatch.setattr(file_target, "current_encoding", lambda *_: Lossy())
    with pytest.raises(SheetBusyError, match="would not come out"):
        CsvTarget(source.descriptor, 1).apply([change])
    monkeypatch.setattr(file_target, "current_encoding", real)
    assert CsvTarget(source.descriptor, 1).apply([change])[0].outcome is Outcome.WRITTEN
    assert "東京" in path.read_bytes().decode("utf-16-le")


def test_letters_that_a_sheets_encoding_lacks_become_question_marks(open_csv):
    source = open_csv("Order,Name\n1,Müller\n".encode("cp1252"))
    change = Change(1, CELLS | {"ERROR_MESSAGE": "no 東京 there"}, source.table.row(1).checksum)
    CsvTarget(source.descriptor, 1).apply([change])
    assert b"no ?? there" in source.descriptor.file.read_bytes()
    assert b"M\xfcller" in source.descriptor.file.read_bytes()


def test_backups_can_live_elsewhere_and_names_may_hold_brackets(tmp_path, monkeypatch):
    monkeypatch.setenv("SHIPCHAT_BACKUP_DIR", str(tmp_path / "safe"))
    path = tmp_path / "orders [new]*.csv"
    path.write_text("Order,Name\n1,Ann\n")
    (tmp_path / "orders n.csv").write_text("Order,Name\n1,Ann\n")
    first = Backups(path).make(1)
    Backups(tmp_path / "orders n.csv").make(1)
    assert [one.id for one in Backups(path).list()] == [first.id]
    assert names(tmp_path) == ["orders [new]*.csv", "orders n.csv", "safe"]


def test_a_restore_that_cannot_be_written_says_so(open_csv):
    source = open_csv("Order,Name\n1,Ann\n")
    target = CsvTarget(source.descriptor, 1)
    target.apply([Change(1, CELLS, source.table.row(1).checksum)])
    (backup,) = Backups(source.descriptor.file).list()
    source.descriptor.file.chmod(0o444)
    with pytest.raises(ToolFault, match="E-4010"):
        target.restore(backup.id)
    source.descriptor.file.chmod(0o644)
    assert target.lock()["pid"] == os.getpid()
    target.restore(backup.id)
    target.release()
    assert "1Z1" not in source.descriptor.file.read_text()


def test_backups_of_sheets_whose_names_begin_alike_are_kept_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("SHIPCHAT_BACKUPS_KEPT", "1")
    made = {}
    for name in ("orders.csv", "orders.eu.csv", "orders.2026.csv"):
        (tmp_path / name).write_text(f"Order,Name\n1,{name}\n")
        made[name] = Backups(tmp_path / name).make(1)
    for name, backup in made.items():
        assert [one.id for one in Backups(tmp_path / name).list()] == [backup.id]
    newer = Backups(tmp_path / "orders.csv").make(1)
    assert [one.id for one in Backups(tmp_path / "orders.csv").list()] == [newer.id]
    assert [one.id for one in Backups(tmp_path / "orders.eu.csv").list()] == [made["orders.eu.csv"].id]
    with pytest.raises(ToolFault, match="E-1203"):
        Backups(tmp_path / "orders.csv").restore(made["orders.eu.csv"].id, 1)


def test_a_folder_that_takes_no_lock_says_so(open_csv, monkeypatch):
    source = open_csv("Order,Name\n1,Ann\n")

    def refuse(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("mcp_servers.data.writing.locks.FileLock.acquire", refuse)
    with pytest.raises(ToolFault, match=r"E-4010.*Permission denied"):
        CsvTarget(source.descriptor, 1).lock()


@pytest.mark.parametrize("value", ["", "0", "-1", "many", "1.5"])
def test_a_number_of_backups_that_is_none_is_refused(tmp_path, monkeypatch, value):
    monkeypatch.setenv("SHIPCHAT_BACKUPS_KEPT", value)
    with pytest.raises(ToolFault, match="E-1205"):
        Backups(tmp_path / "orders.csv")
