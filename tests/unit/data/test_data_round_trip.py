"""Whatever sheet we wrote to is the same sheet when it is opened again: all fixtures, and shapes that are made up."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_servers.data.writing.replace import SheetBusyError
from mcp_servers.shared.faults import ToolFault
from tests.every_nth import every_nth
from tests.unit.data.round_trip import Opening, differences

TESTS = Path(__file__).parents[2]
SHEETS = [
    path
    for folder in (TESTS / "chat" / "sheets", TESTS / "evaluation" / "sheets", TESTS / "evaluation" / "injection")
    for path in sorted(folder.iterdir())
    if path.suffix in {".csv", ".xlsx"}
]
COLLECTED_FROM = (
    "damaged_workbooks", "doubts", "nasty_sheets", "people", "rectangle", "seen_again", "text_sheets",
    "workbook_packages", "workbook_writing", "workbooks",
)  # fmt: skip


def opened_or_none(path: Path, folder: Path) -> list[str]:
    """The differences; none for a sheet that is refused as it is (a stray quote, rows wider than the header)."""
    opening = Opening(path)
    try:
        opening.open(path).table.close()
    except ToolFault as refusal:
        assert refusal.code in {"E-1005", "E-1017", "E-1019"}
        return []
    return differences(opening, folder)


def test_there_are_sheets() -> None:
    assert len(SHEETS) > 50


@pytest.mark.parametrize("path", every_nth(SHEETS, 6, lambda path: f"{path.parent.parent.name}-{path.name}"))
def test_a_sheet_of_the_repository_is_the_same_after_our_writing(path, tmp_path):
    assert opened_or_none(path, tmp_path) == []


@pytest.mark.thorough
def test_every_sheet_that_the_other_tests_open_is_the_same_after_our_writing(tmp_path):
    folder = tmp_path / "collected"
    modules = [str(Path(__file__).with_name(f"test_data_{name}.py")) for name in COLLECTED_FROM]
    collector = ["-p", "tests.unit.data.sheet_collector", "-p", "no:cacheprovider", "-m", "not slow and not thorough"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *collector, *modules],
        cwd=TESTS.parent, env=dict(os.environ) | {"SHIPCHAT_TEST_SHEETS": str(folder)}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    found = {}
    kept = sorted(folder.iterdir())
    for one in kept:
        how = json.loads((one / "how.json").read_text())
        path = one / how["name"]
        (one / "sheet").rename(path)
        try:
            found[f"{how['test']} {one.name}"] = differences(
                Opening(path, how["formats"], how["options"]), one / "copy"
            )
        except SheetBusyError:
            assert "signed" in how["test"]
    assert len(kept) > 200
    assert {test: one for test, one in found.items() if one} == {}


NAMES = ("Order", "Name", "Address", "City", "State", "Zip", "Weight (lb)", "Qty", "Notes", "Email", "Total", "Date")
SECOND_TABLE = [[], ["SKU", "Item", "Qty", "Price"], ["a", "Lamp", "2", "9"], ["b", "Rug", "1", "5"]]


def order(random: Random, header: list[str], number: int) -> list[str]:
    street = f"{number} Elm St" + random.choice(["", ", Apt 2", "; rear"])
    town = (random.choice(["Boston", "Rome", "Waco"]), "MA", "02116")
    notes = random.choice(["", "fragile; handle", 'a 5" pipe'])
    rest = (str(random.randint(1, 9)), "1", notes, f"a{number}@example.com", "12.50", "2026-11-01")
    known = dict(zip(NAMES, (str(1000 + number), f"Ann {number}", street, *town, *rest), strict=True))
    cells = [known.get(name, "") for name in header]
    if random.random() < 0.3:
        cells = [cell if random.random() < 0.5 else "" for cell in cells]
    if random.random() < 0.2:
        cells = cells[: random.randint(1, len(cells))]
    if random.random() < 0.1:
        cells += [""] * random.randint(0, 2) + [random.choice(["note", "<- check", "x"])]
    return cells


def page(random: Random) -> list[list[str]]:
    """Rows as people have them: titles, nameless columns, short and long rows, totals, notes, sections, other tables."""
    width = random.randint(2, 9)
    header = random.sample(NAMES, width) if random.random() < 0.3 else list(NAMES[:width])
    if random.random() < 0.25:
        header[random.randrange(width)] = ""
    header += [""] * random.choice([0, 0, 0, 1, 3])
    above: list[list[str]] = [["Orders of May"], ["Shop", "2026"], [], [""] * width, ["Orders", *[""] * (width - 1)]]
    below = [order(random, header, number) for number in range(random.randint(1, 8))]
    if random.random() < 0.2:
        below.insert(random.randint(0, len(below)), [])
    if random.random() < 0.2:
        below.insert(random.randint(0, len(below)), ["Monday"])
    if random.random() < 0.1:
        below += [list(header), order(random, header, 20)]
    if random.random() < 0.3:
        below.append(["Total", *[""] * (width - 2), "36"])
    if random.random() < 0.2:
        below += [[], ["Printed by Ann"]]
    if random.random() < 0.15:
        below += SECOND_TABLE
    return [*random.choices(above, k=random.choice([0, 0, 0, 1, 2])), header, *below]


def text_of(random: Random, path: Path) -> None:
    quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    buffer = io.StringIO(newline="")
    delimiter, end = random.choice(",;\t|"), random.choice(["\n", "\r\n"])
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(page(random))
    path.write_text(buffer.getvalue(), newline="")


def workbook_of(random: Random, path: Path) -> None:
    rows = page(random)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write(number, column, int(cell) if cell.isdecimal() and random.random() < 0.5 else cell)
    top, left = random.randrange(len(rows)), random.randrange(12)
    if random.random() < 0.5:
        text = random.choice(["", "merged", "Ship to"])
        sheet.merge_range(top, left, top + random.randint(0, 3), left + random.randint(1, 4), text)
    if random.random() < 0.2:
        sheet.write_formula(random.randrange(len(rows)), random.randint(2, 11), '=IF(A1="","x","")', None, "")
    if random.random() < 0.2:
        sheet.set_row(random.randrange(len(rows)), None, None, {"hidden": True})
    if random.random() < 0.1:
        sheet.write_blank(random.randrange(len(rows)), 14, None, book.add_format({"bold": True}))
    book.close()


SHAPES = pytest.mark.parametrize(("make", "name"), [(text_of, "orders.csv"), (workbook_of, "orders.xlsx")])


@pytest.mark.slow
@SHAPES
@settings(max_examples=15, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_a_sheet_of_any_shape_is_the_same_after_our_writing(tmp_path_factory, make, name, random):
    folder = tmp_path_factory.mktemp("shape")
    make(random, folder / name)
    assert opened_or_none(folder / name, folder / "copy") == []


@SHAPES
@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.slow if part == 0 else pytest.mark.thorough) for part in range(10)]
)
def test_sheets_of_many_shapes_are_the_same_after_our_writing(tmp_path, make, name, part):
    found = {}
    for seed in range(part * 60, part * 60 + 60):
        make(Random(seed), tmp_path / name)
        found[seed] = opened_or_none(tmp_path / name, tmp_path / "copy")
    assert {seed: one for seed, one in found.items() if one} == {}
