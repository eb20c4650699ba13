"""What python-calamine does not tell of a sheet: hidden rows, merged cells, how far its cells reach, what number
formats add to numbers, and error values. Looks at the records and tags that say so and at nothing else."""

import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree as ET

from mcp_servers.data.reading.number_format import adds_text, displayed
from mcp_servers.data.reading.sheet_xml import Range, UnusualXmlError, parse_xml, whole

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LARGEST = 2 << 30
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_PARAGRAPH = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_MOST_HIDDEN = 1_048_576
_MOST_REPEATED = 1000
"""Times that one cell is looked at."""


@dataclass(slots=True)
class SheetFacts:
    """One sheet: how many rows and columns it spans, what of its rows (from 1) is hidden or merged, and of cells (row
    and column from 0) their number format where it adds text, or the text itself, and their error values."""

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)
    codes: dict[tuple[int, int], str] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def holds(self, row: int, column: int) -> None:
        """There is a cell (0-based)."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)


def sheet_facts(content: bytes, kind: str) -> list[SheetFacts]:
    """Every sheet's facts in the workbook's order, of a file of kind ods, xls or xlsb. Raises UnusualXmlError."""
    readers: dict[str, Callable[[bytes], list[SheetFacts]]] = {"ods": _ods, "xls": _xls, "xlsb": _xlsb}
    try:
        return readers[kind](content)
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, OSError) as error:
        raise UnusualXmlError(f"it is damaged ({error})") from None


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    info = package.getinfo(name)
    if info.flag_bits & 1:
        raise UnusualXmlError(f"its part {name} is protected by a password")
    if info.file_size > _LARGEST:
        raise UnusualXmlError(f"its part {name} is larger than 2 GB")
    try:
        return package.read(info)
    except ValueError as error:
        # It is said to stand before the file's beginning.
        raise zipfile.BadZipFile(str(error)) from None


def _ods(content: bytes) -> list[SheetFacts]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        xml = _member(package, "content.xml")
    found: list[SheetFacts] = []
    facts, row = SheetFacts(), 0
    for event, element in ET.iterparse(BytesIO(xml), ("start", "end")):
        if event == "start" and element.tag == f"{_TABLE}table":
            facts, row = SheetFacts(), 0
            found.append(facts)
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            times = max(1, whole(element.get(f"{_TABLE}number-rows-repeated"), 1))
            _ods_row(facts, row, times, element)
            row += times
            element.clear()
    return found


def _ods_row(facts: SheetFacts, row: int, times: int, element: ET.Element) -> None:
    column = 0
    filled = False
    for cell in element:
        repeated = max(1, whole(cell.get(f"{_TABLE}number-columns-repeated"), 1))
        if cell.get(f"{_OFFICE}value-type") is not None:
            filled = True
            facts.holds(row + times - 1, column + repeated - 1)
            if cell.get(f"{_OFFICE}value-type") == "float" and (text := _displayed(cell)) is not None:
                places = min(times, _MOST_REPEATED), min(repeated, _MOST_REPEATED)
                facts.texts |= {(row + n, column + m): text for n in range(places[0]) for m in range(places[1])}
        if any(name.endswith("}value-type") and kind == "error" for name, kind in cell.attrib.items()):
            facts.errors[row, column] = "".join(text for one in cell.iter(_PARAGRAPH) for text in one.itertext())
        down = whole(cell.get(f"{_TABLE}number-rows-spanned"), 1)
        if down > 1:
            right = column + max(1, whole(cell.get(f"{_TABLE}number-columns-spanned"), 1)) - 1
            facts.merged.append(Range(row + 1, column, row + down, right))
        column += repeated
    if filled and element.get(f"{_TABLE}visibility", "visible") != "visible":
        facts.hidden_rows.update(range(row + 1, min(row + times, _MOST_HIDDEN) + 1))


def _displayed(cell: ET.Element) -> str | None:
    """What a cell shows, where that says more than its number."""
    texts = ["".join(one.itertext()) for one in cell if one.tag == _PARAGRAPH]
    try:
        return displayed(" ".join(texts), float(cell.get(f"{_OFFICE}value", "")))
    except ValueError:
        return None


_BUNDLE_SHEET, _ROW, _LAST_CELL, _MERGED = 156, 0, 11, 176
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_NUMBERS, _ERROR_CELLS = (2, 5, 9), (3, 11)


def _xlsb(content: bytes) -> list[SheetFacts]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        members = {name.casefold(): name for name in package.namelist()}
        relations = parse_xml(_member(package, members["xl/_rels/workbook.bin.rels"]))
        targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
        codes = _xlsb_codes(_member(package, members["xl/styles.bin"])) if "xl/styles.bin" in members else {}
        found = []
        for kind, data in _binary_records(_member(package, members["xl/workbook.bin"])):
            if kind == _BUNDLE_SHEET:
                size = struct.unpack_from("<I", data, 8)[0]
                target = targets[data[12 : 12 + 2 * size].decode("utf-16-le")]
                member = members.get((target[1:] if target.startswith("/") else f"xl/{target}").casefold())
                found.append(_xlsb_sheet(_member(package, member), codes) if member is not None else SheetFacts())
    return found


def _xlsb_codes(part: bytes) -> dict[int, str]:
    """The number format of each cell style whose format adds text."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS  # late, as olefile below

    own, styles, inside = dict(BUILTIN_FORMATS), list[str](), False
    for kind, data in _binary_records(part):
        if kind == _FORMAT:
            number, size = struct.unpack_from("<HI", data)
            own[number] = data[6 : 6 + 2 * size].decode("utf-16-le")
        elif kind in (_BEGIN_STYLES, _END_STYLES):
            inside = kind == _BEGIN_STYLES
        elif kind == _STYLE and inside:
            styles.append(own.get(struct.unpack_from("<H", data, 2)[0], "General"))
    return _telling(styles)


def _telling(styles: Sequence[str]) -> dict[int, str]:
    from openpyxl.styles.numbers import is_date_format

    return {number: code for number, code in enumerate(styles) if not is_date_format(code) and adds_text(code)}


def _xlsb_sheet(part: bytes, codes: Mapping[int, str]) -> SheetFacts:
    facts, row = SheetFacts(), 0
    for kind, data in _binary_records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", data)[0]
            if data[11] & 0x10:
                facts.hidden_rows.add(row + 1)
        elif 1 < kind <= _LAST_CELL:
            column, style = struct.unpack_from("<2I", data)
            facts.holds(row, column)
            if kind in _ERROR_CELLS:
                facts.errors[row, column] = _ERRORS.get(data[8], "#ERROR!")
            elif kind in _NUMBERS and (code := codes.get(style & 0xFFFFFF)) is not None:
                facts.codes[row, column] = code
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", data)
            facts.merged.append(Range(top + 1, left, bottom + 1, right))
    return facts


def _binary_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part of an .xlsb: their number and bytes; both number and length are in groups of seven bits."""
    place = 0
    while place < len(part):
        kind = part[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        for shift in (0, 7, 14, 21):
            size |= (part[place] & 0x7F) << shift
            place += 1
            if not part[place - 1] & 0x80:
                break
        yield kind, part[place : place + size]
        place += size


_BOUND_SHEET, _OLD_ROW, _BEGINS, _ENDS = 0x85, 0x208, 0x809, 0x0A
_OLD_FORMAT, _OLD_STYLE, _OLD_ROW_OF_NUMBERS, _OLD_TRUTH, _OLD_FORMULA = 0x41E, 0xE0, 0xBD, 0x205, 0x06
_OLD_CELLS = (0x203, 0x27E, _OLD_FORMULA, _OLD_TRUTH)


def _xls(content: bytes) -> list[SheetFacts]:
    # Loaded when the first such workbook is.
    import olefile
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    with olefile.OleFileIO(BytesIO(content)) as container:
        name = next((one for one in ("Workbook", "Book") if container.exists(one)), None)
        if name is None:
            raise UnusualXmlError("it holds no workbook")
        stream = container.openstream(name).read()
    own, styles, places = dict(BUILTIN_FORMATS), list[str](), list[int]()
    for kind, data, _ in _old_records(stream, 0):
        if kind == _BOUND_SHEET:
            places.append(struct.unpack_from("<I", data)[0])
        elif kind == _OLD_FORMAT and name == "Workbook":
            number, size, wide = struct.unpack_from("<2HB", data)
            own[number] = (data[5:].decode("utf-16-le") if wide & 1 else data[5:].decode("latin-1"))[:size]
        elif kind == _OLD_STYLE:
            styles.append(own.get(struct.unpack_from("<H", data, 2)[0], "General"))
    codes = _telling(styles)
    return [_xls_sheet(stream, place, codes) for place in places]


def _xls_sheet(stream: bytes, place: int, codes: Mapping[int, str]) -> SheetFacts:
    facts = SheetFacts()
    for kind, data, depth in _old_records(stream, place):
        if kind == _OLD_ROW and depth == 1:
            row, _, after = struct.unpack_from("<3H", data)
            if struct.unpack_from("<H", data, 12)[0] & 0x20:
                facts.hidden_rows.add(row + 1)
            if after:
                facts.holds(row, after - 1)
        elif kind in _OLD_CELLS and depth == 1:
            row, column, style = struct.unpack_from("<3H", data)
            if (error := _old_error(kind, data)) is not None:
                facts.errors[row, column] = _ERRORS.get(error, "#ERROR!")
            elif style in codes and kind != _OLD_TRUTH:
                facts.codes[row, column] = codes[style]
        elif kind == _OLD_ROW_OF_NUMBERS and depth == 1 and codes:
            row, first = struct.unpack_from("<2H", data)
            for place, (style,) in enumerate(struct.iter_unpack("<H4x", data[4:-2])):
                if style in codes:
                    facts.codes[row, first + place] = codes[style]
    return facts


def _old_error(kind: int, data: bytes) -> int | None:
    """The error value that a cell or a formula holds."""
    if kind == _OLD_TRUTH:
        return data[6] if data[7] else None
    return data[8] if kind == _OLD_FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff" else None


def _old_records(stream: bytes, place: int) -> Iterator[tuple[int, bytes, int]]:
    """The records of one part of an .xls to its end, with how deep they stand: charts are parts inside of it."""
    depth = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, place)
        place += 4
        depth += kind == _BEGINS
        yield kind, stream[place : place + size], depth
        place += size
        depth -= kind == _ENDS
        if depth <= 0:
            return
