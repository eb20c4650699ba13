"""Labels: read back whole, turned upright, merged in any order, listed and added up."""

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from agent.errors import ShipchatError
from agent.labels.convert import pdf, pictures, png, upright
from agent.labels.label import Label, read
from agent.labels.output import Form, prepare
from agent.labels.paper import Shipped, pick_list, summarize, summary_lines
from agent.labels.printing import Printer, parse_printer
from agent.labels.sort import column_of, in_print_order, natural_key


def label(row: int, cell: str | None = None, number: str = "1ZSIMSIM0300000011", order: str | None = None) -> Label:
    columns = {name: text for name, text in (("order", order), ("zip", cell)) if text}
    return Label(row, number, Path(f"/labels/{row}.zpl"), "", f"SC{row}-1", columns)


def lying_gif() -> bytes:
    """1400 x 800 on its side: a black head at the left edge, a blank tail from 1200."""
    picture = Image.new("L", (1400, 800), 255)
    picture.paste(0, (0, 0, 100, 800))
    picture.paste(0, (0, 700, 1190, 720))
    stream = io.BytesIO()
    picture.save(stream, "GIF")
    return stream.getvalue()


def test_a_gif_is_turned_upright_and_cropped_to_four_by_six() -> None:
    picture = upright(lying_gif())
    assert picture.size == (800, 1200)
    black, white = 0, 255
    assert picture.getpixel((400, 50)) == black  # the head is on top
    assert picture.getpixel((90, 600)) == black  # the line along the bottom is on the left
    assert picture.getpixel((400, 600)) == white
    assert picture.getpixel((710, 600)) == white


def test_a_png_says_its_size() -> None:
    with Image.open(io.BytesIO(png(upright(lying_gif())))) as picture:
        assert picture.format == "PNG"
        assert [round(size / dots) for size, dots in zip(picture.size, picture.info["dpi"], strict=True)] == [4, 6]


@pytest.mark.parametrize("source", ["epl", "spl"])
def test_other_printer_languages_are_not_drawn(source: str) -> None:
    with pytest.raises(ShipchatError, match=r"E-4303.*no renderer"):
        pictures(b"N", source)


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(ShipchatError, match="E-4304"):
        upright(b"GIF89a nonsense")


def test_a_pdf_has_a_page_per_label() -> None:
    content = pdf([upright(lying_gif()), Image.new("L", (812, 1218), 255), upright(lying_gif())])
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") == 3 or content.count(b"/Page\n") == 3
    assert b"288" in content  # 4 inches of 72 points
    assert b"432" in content


def test_labels_come_in_the_sheets_order_or_a_columns() -> None:
    labels = [label(3, "B10"), label(1, "b2"), label(2, None), label(4, "B10")]
    assert [one.sheet_row for one in in_print_order(labels)] == [1, 2, 3, 4]
    assert [one.sheet_row for one in in_print_order(labels, "zip")] == [1, 3, 4, 2]


@pytest.mark.parametrize("asked", ["zip", "ZIP Code", "postal_code", "Zip-Code"])
def test_a_column_is_known_by_the_names_people_use(asked: str) -> None:
    assert column_of([label(1, "94105")], asked) == "zip"


def test_the_sheets_row_is_always_there() -> None:
    assert column_of([label(1)], "Sheet Row") == "row"


def test_a_column_that_the_plan_does_not_keep_is_refused_with_those_that_it_does() -> None:
    with pytest.raises(ShipchatError, match="E-4310") as refused:
        column_of([label(1, "94105"), label(2, order="A-1")], "SKU")
    assert "SKU" in refused.value.message
    assert refused.value.remedy.endswith("Sort by one of: row, order, zip.")


@given(st.lists(st.one_of(st.none(), st.text())))
def test_any_cells_can_be_sorted(cells: list[str | None]) -> None:
    labels = [label(row, cell) for row, cell in enumerate(cells)]
    assert sorted(one.sheet_row for one in in_print_order(labels, "zip")) == list(range(len(cells)))


def test_numbers_count_as_numbers() -> None:
    assert sorted(["A10", "a9", "A100", ""], key=natural_key) == ["a9", "A10", "A100", ""]
    assert sorted(["11 LBS", "2.5 LBS", "2 LBS"], key=natural_key) == ["2 LBS", "2.5 LBS", "11 LBS"]


def test_a_label_is_read_only_if_it_is_the_one_ups_sent(tmp_path: Path) -> None:
    path = tmp_path / "r-1.zpl"
    path.write_bytes(b"^XA^XZ")
    good = Label(1, "1Z", path, hashlib.sha256(b"^XA^XZ").hexdigest())
    assert read(good) == b"^XA^XZ"
    assert good.format == "zpl"
    path.write_bytes(b"^XA other ^XZ")
    with pytest.raises(ShipchatError, match="E-4302"):
        read(good)
    path.unlink()
    with pytest.raises(ShipchatError, match="E-4301"):
        read(good)


@pytest.mark.parametrize(
    ("text", "printer"),
    [
        ("Zebra_ZD421", Printer(name="Zebra_ZD421")),
        ("192.0.2.7:9100", Printer(host="192.0.2.7", port=9100)),
        ("[2001:db8::7]:9100", Printer(host="2001:db8::7", port=9100)),
        ("label-printer.example:6101", Printer(host="label-printer.example", port=6101)),
    ],
)
def test_printers_are_named_like_this(text: str, printer: Printer) -> None:
    assert parse_printer(text) == printer


@pytest.mark.parametrize("text", ["", "-o raw", "host:0", "host:99999", "a b", "x;y"])
def test_no_printer_is_an_option_or_a_command(text: str) -> None:
    with pytest.raises(ShipchatError, match="E-4307"):
        parse_printer(text)


def test_the_pick_list() -> None:
    lines = pick_list([label(7, order="ORD-1001"), label(12, number="1ZSIMSIM0300000020", order="A\x1b[31m2")])
    assert lines == ["Row  Order     Label", "  7  ORD-1001  0011", " 12  A [31m2   0020"]


def test_the_day_adds_up_voids_apart() -> None:
    summary = summarize(
        [
            Shipped("UPS Ground", 1349, "USD", 1, voided=False),
            Shipped("UPS Ground", 1651, "USD", 2, voided=False),
            Shipped("UPS Ground", 900, "USD", 1, voided=True),
            Shipped("UPS 2nd Day Air", 123_456, "USD", 1, voided=False),
        ]
    )
    assert summary_lines(summary) == [
        "UPS 2nd Day Air: 1 shipments, 1 packages, 1,234.56 USD",
        "UPS Ground: 2 shipments, 3 packages, 30.00 USD",
        "Total: 3 shipments, 1,264.56 USD",
        "Voided: 1",
    ]


def test_an_empty_day() -> None:
    assert summary_lines(summarize([])) == ["Total: 0 shipments, nothing"]


def stored(folder: Path, number: str, suffix: str, content: bytes) -> Label:
    path = folder / f"{number}.{suffix}"
    path.write_bytes(content)
    return Label(1, number, path, hashlib.sha256(content).hexdigest())


def test_labels_become_one_printer_file_or_one_pdf_or_pictures(tmp_path: Path) -> None:
    texts = [stored(tmp_path, f"1Z{n}", "zpl", f"^XA{n}^XZ".encode()) for n in (2, 1)]
    (file,) = prepare(texts, None, "batch-7").outputs
    assert (file.name, file.content, file.raw) == ("batch-7.zpl", b"^XA2^XZ\n^XA1^XZ\n", True)
    scans = [stored(tmp_path, f"1Z{n}", "gif", lying_gif()) for n in (3, 4)]
    (document,) = prepare(scans, None, "batch-7").outputs
    assert (document.name, document.raw) == ("batch-7.pdf", False)
    assert [one.name for one in prepare(scans, "png", "batch-7").outputs] == ["1Z3.png", "1Z4.png"]


@pytest.mark.parametrize(
    ("suffixes", "form", "code"),
    [([], None, "E-4306"), (["zpl", "epl"], None, "E-4305"), (["epl"], "zpl", "E-4303"), (["spl"], "pdf", "E-4303")],
)
def test_what_cannot_be_had_is_refused(tmp_path: Path, suffixes: list[str], form: Form | None, code: str) -> None:
    labels = [stored(tmp_path, f"1Z{n}", suffix, b"N\n") for n, suffix in enumerate(suffixes)]
    with pytest.raises(ShipchatError, match=code):
        prepare(labels, form, "batch-7")
