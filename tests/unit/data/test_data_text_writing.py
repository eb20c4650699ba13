"""Results go into text files byte for byte (docs/data-server.md)."""

import csv
import io
import os
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcp_servers.data.model import Change, Descriptor, Outcome
from mcp_servers.data.reading.records import Dialect
from mcp_servers.data.sources import ImportOptions, open_csv_source, verify
from mcp_servers.data.writing.backups import Backups
from mcp_servers.data.writing.csv_edit import edit_csv
from mcp_servers.data.writing.file_target import CsvTarget
from mcp_servers.data.writing.replace import SheetBusyError, replace_file, signature, temporary_files
from mcp_servers.shared.faults import ToolFault
from tests.every_nth import every_nth

WHEN = "2026-11-21T10:00:00Z"


def checksums(source):
    return {number: row.checksum for number, row in source.table.find(range(1, 200)).items()}


def result(source, number, tracking="1Z", **more):
    cells = {"tracking_number": tracking, "shipped_at": WHEN} | more.pop("cells", {})
    return Change(number, cells, checksums(source)[number], **more)


def write(source, *changes):
    return CsvTarget(source.descriptor, source.table.row_count).apply(changes)


@pytest.mark.parametrize("encoding", every_nth(["utf-8", "utf-8-sig", "cp1252", "utf-16"], 2))
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", every_nth([",", ";", "\t", "|"], 2, repr))
@pytest.mark.parametrize("last", [True, False])
def test_only_the_agreed_cells_change(open_csv, encoding, line_end, delimiter, last):
    lines = ["Bestellungen", "", "Order|Name|City|", '1|"Müller"|Köln', '2|"a ""b"""|x', "", "3|Bob|y|extra"]
    text = line_end.join(lines).replace("|", delimiter) + (line_end if last else "")
    source = open_csv(text.encode(encoding), header_row=3)
    (written,) = write(source, result(source, 2, "1Z2"))
    assert written.outcome is Outcome.WRITTEN
    expected = [*lines]
    # The nameless fourth column is taken by the last row.
    expected[2] = "Order|Name|City||tracking_number|shipped_at"
    expected[3] = '1|"Müller"|Köln|||'
    expected[4] = f'2|"a ""b"""|x||1Z2|{WHEN}'
    expected[6] = "3|Bob|y|extra||"
    whole = line_end.join(expected).replace("|", delimiter) + (line_end if last else "")
    assert source.descriptor.file.read_bytes() == whole.encode(encoding)
    again = open_csv_source(str(source.descriptor.file), ImportOptions(header_row=3))
    assert again.table.fingerprint == source.table.fingerprint
    assert checksums(again) == checksums(source)
    again.table.close()


def test_quoting_follows_the_row_and_existing_columns_are_used(open_csv):
    source = open_csv(
        '"Order","Name","Tracking Number","Ship"\n"1","Ann","",""\n2,Bob,,\n', columns={"shipped_at": "Ship"}
    )
    write(source, result(source, 1, "1Z1"), result(source, 2, "1Z2"))
    assert source.descriptor.file.read_text() == (
        f'"Order","Name","Tracking Number","Ship"\n"1","Ann","1Z1","{WHEN}"\n2,Bob,1Z2,{WHEN}\n'
    )


def test_status_columns_come_in_a_fixed_order_and_only_when_asked(open_csv):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n")
    failed = Change(2, {"ERROR_MESSAGE": "bad ZIP, row 2", "STATUS": "FAILED"}, checksums(source)[2])
    write(source, failed)
    assert source.descriptor.file.read_text() == (
        'Order,Name,STATUS,ERROR_MESSAGE\n1,Ann,,\n2,Bob,FAILED,"bad ZIP, row 2"\n'
    )
    write(source, result(source, 1, "1Z1", cells={"STATUS": "COMPLETED"}))
    header = source.descriptor.file.read_text().splitlines()[0]
    assert header == "Order,Name,STATUS,ERROR_MESSAGE,tracking_number,shipped_at"


def test_writing_the_same_again_changes_nothing(open_csv):
    source = open_csv("Order,Name\n1,Ann\n")
    write(source, result(source, 1, "1Z1"))
    before = signature(source.descriptor.file)
    later = Change(
        1, {"tracking_number": "1Z1", "shipped_at": "2030-01-01T00:00:00Z"}, checksums(source)[1], keep_time=True
    )
    assert [one.outcome for one in write(source, later)] == [Outcome.UNCHANGED]
    assert signature(source.descriptor.file) == before


def test_a_number_is_cleared_only_while_it_is_ours(open_csv):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n3,Eve\n")
    write(source, result(source, 1, "1Z1"), result(source, 2, "1Z2"))
    clear = {"tracking_number": "", "shipped_at": ""}
    outcomes = write(
        source,
        Change(1, clear, checksums(source)[1], expected="1Z1"),
        Change(2, clear, checksums(source)[2], expected="1ZX"),
        Change(3, clear, checksums(source)[3], expected="1Z3"),
    )
    assert [one.outcome for one in outcomes] == [Outcome.WRITTEN, Outcome.LEFT, Outcome.UNCHANGED]
    assert "1Z1" not in source.descriptor.file.read_text()
    assert "1Z2" in source.descriptor.file.read_text()


def test_rows_are_found_again_after_somebody_edited_the_file(open_csv):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n3,Eve\n")
    path = source.descriptor.file
    path.write_text("A title\nNew,Name,Order\nx,Eve,3\n,Zoe,4\ny,Ann,1\n")
    outcomes = write(source, result(source, 1, "1Z1"), result(source, 3, "1Z3"), result(source, 2, "1Z2"))
    assert [one.where for one in outcomes] == ["sheet", "sheet", "sidecar"]
    assert path.read_text().splitlines() == [
        "A title",
        "New,Name,Order,tracking_number,shipped_at",
        f"x,Eve,3,1Z3,{WHEN}",
        ",Zoe,4,,",
        f"y,Ann,1,1Z1,{WHEN}",
    ]
    lines = list(csv.DictReader(io.StringIO(path.with_name("orders.tracking.csv").read_text())))
    assert [(line["row_number"], line["tracking_number"]) for line in lines] == [("2", "1Z2")]


def test_rows_are_found_again_in_another_encoding(open_csv):
    source = open_csv("Order,Name\n1,Müller\n2,Bob\n")
    source.descriptor.file.write_bytes("Order,Name\r\n2,Bob\r\n1,Müller\r\n".encode("cp1252"))
    (written,) = write(source, result(source, 1, "1Z1"))
    assert written.where == "sheet"
    assert b"1,M\xfcller,1Z1" in source.descriptor.file.read_bytes()


def test_identical_rows_are_taken_in_turn(open_csv):
    source = open_csv("Order,Name\n1,Ann\n1,Ann\n2,Bob\n")
    source.descriptor.file.write_text("Order,Name\n2,Bob\n0,New\n1,Ann\n1,Ann\n")
    write(source, result(source, 1, "1Z1"))
    write(source, result(source, 2, "1Z2"))
    lines = source.descriptor.file.read_text().splitlines()
    assert sorted(lines[3:]) == [f"1,Ann,1Z1,{WHEN}", f"1,Ann,1Z2,{WHEN}"]
    write(source, result(source, 1, "1Z1"))
    assert source.descriptor.file.read_text().splitlines() == lines


def test_without_a_checksum_a_result_goes_only_into_the_very_sheet_of_the_import(open_csv):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n")
    bare = Change(2, {"tracking_number": "1Z2", "shipped_at": WHEN})
    assert write(source, bare)[0].where == "sheet"
    source.descriptor.file.write_text("Order,Name\n0,New\n1,Ann\n2,Bob\n")
    assert write(source, bare)[0].where == "sidecar"


def test_the_sheet_keeps_its_mode_and_links_stay(tmp_path):
    real = tmp_path / "real.csv"
    real.write_text("Order,Name\n1,Ann\n")
    real.chmod(0o640)
    link = tmp_path / "orders.csv"
    link.symlink_to(real)
    source = open_csv_source(str(link), ImportOptions())
    write(source, result(source, 1))
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "1Z" in real.read_text()
    source.table.close()


@pytest.mark.parametrize("owner", ["~$orders.csv", "~$ders.csv", ".~lock.orders.csv#"])
def test_a_sheet_open_elsewhere_is_not_touched(open_csv, owner):
    source = open_csv("Order,Name\n1,Ann\n")
    path = source.descriptor.file
    before = path.read_bytes()
    path.with_name(owner).touch()
    with pytest.raises(SheetBusyError, match="open in a spreadsheet"):
        write(source, result(source, 1))
    path.with_name(owner).unlink()
    path.chmod(0o444)
    with pytest.raises(SheetBusyError, match="read-only"):
        write(source, result(source, 1))
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["orders.csv"]


def test_a_sheet_that_changes_during_the_rewrite_is_not_overwritten(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("old")
    seen = signature(path)

    def meanwhile(file):
        file.write(b"ours")
        path.write_text("theirs")

    with pytest.raises(SheetBusyError, match="changed while"):
        replace_file(path, meanwhile, expected=seen)
    assert path.read_text() == "theirs"
    assert temporary_files(path) == []


def test_a_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("old")

    def full(file):
        file.write(b"half")
        raise OSError(28, os.strerror(28))

    with pytest.raises(OSError, match="No space"):
        replace_file(path, full, expected=None)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["orders.csv"]


def test_a_killed_writer_leaves_nothing_after_the_next_write(open_csv):
    source = open_csv("Order,Name\n1,Ann\n")
    source.descriptor.file.with_name(".orders.csv.shipchat-0000half.tmp").write_text("half")
    assert len(temporary_files(source.descriptor.file)) == 1
    write(source, result(source, 1))
    names = sorted(one.name for one in source.descriptor.file.parent.iterdir())
    assert names == ["orders.csv", "shipchat-backups"]


def test_one_backup_a_session_and_the_newest_ten_stay(open_csv, monkeypatch):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n")
    path = source.descriptor.file
    original = path.read_bytes()
    target = CsvTarget(source.descriptor, source.table.row_count)
    target.apply([result(source, 1, "1Z1")])
    target.apply([result(source, 2, "1Z2")])
    (backup,) = Backups(path).list()
    assert (backup.size, backup.row_count) == (len(original), 2)
    assert (Backups(path).folder / backup.id).read_bytes() == original
    target.release()
    monkeypatch.setenv("SHIPCHAT_BACKUPS_KEPT", "3")
    for number in range(5):
        target.apply([result(source, 1, f"1Z{number}X", expected=f"1Z{number - 1}X" if number else "1Z1")])
        target.release()
    kept = Backups(path).list()
    assert len(kept) == 3
    assert [one.made_at for one in kept] == sorted((one.made_at for one in kept), reverse=True)


def test_restoring_backs_up_what_it_replaces(open_csv):
    source = open_csv("Order,Name\n1,Ann\n")
    path = source.descriptor.file
    original = path.read_bytes()
    target = CsvTarget(source.descriptor, 1)
    target.apply([result(source, 1, "1Z1")])
    shipped = path.read_bytes()
    (backup,) = Backups(path).list()
    replaced = target.restore(backup.id)
    assert path.read_bytes() == original
    target.restore(replaced.id)
    assert path.read_bytes() == shipped
    with pytest.raises(ToolFault, match="E-1203"):
        target.restore("none.csv")
    (Backups(path).folder / backup.id).write_bytes(b"damaged")
    with pytest.raises(ToolFault, match="E-1204"):
        target.restore(backup.id)


def test_a_changed_sheet_is_noticed_and_our_own_writing_is_not(open_csv):
    source = open_csv("Order,Name\n1,Ann\n2,Bob\n")
    path = source.descriptor.file
    assert verify(source.descriptor, source.signature).changed is False
    write(source, result(source, 1))
    assert verify(source.descriptor, source.signature).changed is False
    path.write_text(path.read_text().replace("Bob", "Rob"))
    assert verify(source.descriptor, source.signature).changed is True
    path.write_text("Other,Columns\n1,2\n")
    assert "header changed" in verify(source.descriptor, None).details
    path.unlink()
    assert verify(source.descriptor, None).missing is True


CELLS = st.text(st.sampled_from(list("ab,;\"' \té\n")), max_size=5)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.data(),
)
def test_every_cell_but_the_agreed_ones_survives(table, delimiter, line_end, quoting, data):
    header = ["Order", "Name", "City"]
    rows = [[str(number), *row] for number, row in enumerate(table)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([header, *rows])
    text = buffer.getvalue()
    names = header + [f"Column_{position}" for position in range(4, max(map(len, rows)) + 1)]
    descriptor = Descriptor(type="csv", path="/x", header_row=1, delimiter=delimiter, quote='"', header=names)
    from mcp_servers.data.table.checksums import row_checksum

    number = data.draw(st.integers(1, len(rows)))
    padded = rows[number - 1] + [""] * (len(names) - len(rows[number - 1]))
    change = Change(number, {"tracking_number": "1Z", "ERROR_MESSAGE": data.draw(CELLS)}, row_checksum(padded))
    edited = edit_csv(text, descriptor, [change])
    assert edited.outcomes == [Outcome.WRITTEN]
    after = list(csv.reader(io.StringIO(edited.text, newline=""), delimiter=delimiter))
    width = max(map(len, after))
    assert [len(line) for line in after] == [width] * len(after)
    untouched = [[*line, *[""] * (width - len(line))] for place, line in enumerate(rows, 1) if place != number]
    assert [line for place, line in enumerate(after) if place not in (0, number)] == untouched
    written = dict(zip(after[0], after[number], strict=False))
    assert after[number][: len(rows[number - 1])] == rows[number - 1]
    assert (written["tracking_number"], written.get("ERROR_MESSAGE", "")) == ("1Z", change.cells["ERROR_MESSAGE"])
    # A second writing of the same changes nothing.
    assert edit_csv(edited.text, descriptor, [change]).outcomes == [Outcome.UNCHANGED]
    assert Dialect(delimiter).delimiter == delimiter
