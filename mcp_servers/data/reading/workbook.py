"""A workbook's package: its sheets, its shared texts, its number formats. The sheets themselves are `sheet_xml`."""

import errno
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

from mcp_servers.data.faults import NOT_A_SHEET
from mcp_servers.data.reading.sheet_xml import (
    Range,
    SheetXml,
    UnusualXmlError,
    check_well_formed,
    covered,
    decode,
    parse_xml,
    range_of,
    texts_pattern,
    whole,
)
from mcp_servers.shared.faults import ToolFault, fault

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ITEM = re.compile(r"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_PHONETIC = re.compile(r"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_TEXT = texts_pattern(r"(?:\w+:)?")
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_LARGEST = 2 << 30
"""Bytes of XML that one part may have: a sheet that is full to its last row and 30 columns wide."""
_LARGE = 32 << 20
MOST_UNPACKED = 150
"""How many times its size a large part may become: a million equal rows become 40 times theirs."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ET.ParseError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet as the workbook lists it."""

    name: str
    visible: bool
    member: str


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def refuse(path: Path, reason: str, instead: str = "an .xlsx, .xlsm, .ods, .xls or .xlsb file") -> ToolFault:
    """No workbook that can be read."""
    return fault(NOT_A_SHEET, path=path, wanted="a workbook", reason=reason, instead=instead)


@contextmanager
def unpacking(path: Path) -> Iterator[None]:
    """Turns what a damaged or unusual package does to its reader into E-1003."""
    try:
        yield
    except UnusualXmlError as error:
        raise refuse(path, str(error)) from None
    except _DAMAGE as error:
        raise refuse(path, f"it is damaged ({error})") from None
    except OSError as error:
        # A part is said to stand before the file's beginning; all else is the system's trouble.
        if error.errno != errno.EINVAL:
            raise
        raise refuse(path, "it is damaged (a part stands nowhere)") from None


class Workbook:
    """The parts of a package that are needed to read one sheet's cells as text. Use it inside `unpacking`."""

    read_only = False

    def __init__(self, path: Path) -> None:
        self.path = path
        with unpacking(path), zipfile.ZipFile(path) as package:
            self.members = {info.filename: info for info in package.infolist()}
            # Names of parts are compared without case, and some programs write backslashes.
            self._actual = {name.replace("\\", "/").casefold(): name for name in self.members}
            root, self._targets = self._main_part(package)
            self._root = parse_xml(root)
            self._parts = {
                kind: self._read(package, member)
                for kind, member in self._targets.values()
                if kind in ("styles", "sharedStrings") and member in self.members
            }

    def _main_part(self, package: zipfile.ZipFile) -> tuple[bytes, dict[str, tuple[str, str]]]:
        """The workbook's own part, wherever the package says it is, and what that part refers to."""
        named = (member for kind, member in self._relations(package, "").values() if kind == "officeDocument")
        main = next(named, "xl/workbook.xml")
        if main not in self.members:
            raise UnusualXmlError("it holds no workbook")
        return self._read(package, main), self._relations(package, main)

    def _relations(self, package: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> its kind and member, of a part or of the package itself."""
        folder, name = posixpath.split(part.replace("\\", "/"))
        member = self._actual.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
        found = {}
        for relation in parse_xml(self._read(package, member)) if member is not None else ():
            place = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            found[relation.get("Id", "")] = (kind, self._actual.get(place.casefold(), place))
        return found

    def _read(self, package: zipfile.ZipFile, member: str) -> bytes:
        info = self.members[member]
        if info.flag_bits & 1:
            raise UnusualXmlError(f"its part {member} is protected by a password")
        if info.file_size > _LARGEST:
            raise UnusualXmlError(f"its part {member} is larger than 2 GB")
        if info.file_size > _LARGE and info.file_size > MOST_UNPACKED * info.compress_size:
            size = f"{info.file_size >> 20} MB from {max(info.compress_size >> 10, 1)} KB"
            raise UnusualXmlError(f"its part {member} would unpack to {size}")
        return package.read(member)

    @property
    def signed(self) -> bool:
        """Whether a digital signature covers it, which any change would break."""
        return any(name.startswith("_xmlsignatures/") for name in self.members)

    @cached_property
    def sheets(self) -> list[SheetInfo]:
        """The worksheets in the workbook's order; charts and macro sheets are not."""
        found = []
        for element in self._root.iter():
            if _local(element.tag) != "sheet":
                continue
            relation = element.get(f"{{{_OFFICE}}}id") or element.get(f"{{{_STRICT}}}id") or ""
            kind, member = self._targets.get(relation, ("", ""))
            if kind == "worksheet" and member in self.members:
                found.append(SheetInfo(element.get("name", ""), element.get("state", "visible") == "visible", member))
        return found

    @cached_property
    def since_1904(self) -> bool:
        """Whether dates count from 1904."""
        for element in self._root.iter():
            if _local(element.tag) == "workbookPr":
                return element.get("date1904", "0") in ("1", "true")
        return False

    @cached_property
    def _strings(self) -> list[str]:
        """The shared texts' own XML: most are never asked for, so they are decoded one by one."""
        part = self._parts.get("sharedStrings")
        if part is None:
            return []
        check_well_formed(part, "the XML of its shared texts")
        return _ITEM.findall(covered(part.decode("utf-8-sig"), "the XML of its shared texts"))

    def string(self, index: str) -> str:
        """A shared text; phonetic hints are left out."""
        strings = self._strings
        place = int(index) if index.strip().isdecimal() else len(strings)
        if place >= len(strings):
            raise UnusualXmlError(f"it is damaged: there is no shared text {index}")
        xml = strings[place]
        return decode("".join(_TEXT.findall(_PHONETIC.sub("", xml) if "rPh" in xml else xml)))

    @cached_property
    def formats(self) -> list[str]:
        """The number format of each cell style."""
        part = self._parts.get("styles")
        if part is None:
            return ["General"]
        root = parse_xml(part)
        own = {
            whole(element.get("numFmtId"), 0): element.get("formatCode", "General")
            for element in root.iter()
            if _local(element.tag) == "numFmt"
        }
        # Late, here and below: openpyxl is 175 modules, of which a text file needs none.
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        found = []
        for group in root:
            if _local(group.tag) == "cellXfs":
                for style in group:
                    code = whole(style.get("numFmtId"), 0)
                    found.append(own.get(code) or BUILTIN_FORMATS.get(code, "General"))
        return found or ["General"]

    @cached_property
    def date_styles(self) -> list[bool]:
        """Which cell styles show a date."""
        from openpyxl.styles.numbers import is_date_format

        return [is_date_format(code) for code in self.formats]

    def totals_rows(self, sheet: SheetInfo) -> list[Range]:
        """The rows of totals that the sheet's tables declare, with the columns of their tables."""
        with zipfile.ZipFile(self.path) as package:
            related = self._relations(package, sheet.member).values()
            tables = [
                parse_xml(self._read(package, member))
                for kind, member in related
                if kind == "table" and member in self.members
            ]
        found = []
        for table in tables:
            place, count = range_of(table.get("ref", "")), whole(table.get("totalsRowCount"), 0)
            if place is not None and count:
                found.append(Range(place.bottom - count + 1, place.left, place.bottom, place.right))
        return found

    def grid(self, sheet: SheetInfo) -> SheetXml:
        """The sheet's rows and cells."""
        with zipfile.ZipFile(self.path) as package:
            content = self._read(package, sheet.member)
        try:
            xml = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnusualXmlError(f"the XML of sheet {sheet.name} is not UTF-8") from None
        check_well_formed(content, "the sheet's XML")
        return SheetXml(xml)
