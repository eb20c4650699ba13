"""A workbook's package: its sheets, its shared texts, its number formats. The sheets themselves are `sheet_xml`."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from mcp_servers.data.faults import NO_FILE, NOT_A_SHEET
from mcp_servers.data.reading.sheet_xml import decode
from mcp_servers.shared.faults import ToolFault, fault

_OLE = b"\xd0\xcf\x11\xe0"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ITEM = re.compile(r"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^>]*)?>(.*?)</(?:\w+:)?t>", re.DOTALL)
_PHONETIC = re.compile(r"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet as the workbook lists it."""

    name: str
    visible: bool
    member: str


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def refuse(path: Path, reason: str) -> ToolFault:
    """No workbook that can be read."""
    return fault(NOT_A_SHEET, path=path, wanted="a workbook", reason=reason, instead="an .xlsx or .xlsm file")


class Workbook:
    """The parts of a package that are needed to read one sheet's cells as text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise fault(NO_FILE, path=path)
        with path.open("rb") as file:
            head = file.read(4)
        if head == _OLE:
            raise refuse(path, "it is protected by a password or in the old .xls form; save it as .xlsx without one")
        try:
            with zipfile.ZipFile(path) as package:
                self.members = {info.filename: info for info in package.infolist()}
                self._parts = {
                    name: package.read(name)
                    for name in self.members
                    if name == "xl/workbook.xml"
                    or name.endswith(("workbook.xml.rels", "styles.xml", "sharedStrings.xml"))
                }
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise refuse(path, str(error)) from None
        if "xl/workbook.xml" not in self._parts:
            raise refuse(path, "it holds no workbook")

    @property
    def signed(self) -> bool:
        """Whether a digital signature covers it, which any change would break."""
        return any(name.startswith("_xmlsignatures/") for name in self.members)

    @cached_property
    def _root(self) -> ET.Element:
        return ET.fromstring(self._parts["xl/workbook.xml"])

    @cached_property
    def _targets(self) -> dict[str, tuple[str, str]]:
        """Relation id -> its kind and member."""
        relations = ET.fromstring(self._parts["xl/_rels/workbook.xml.rels"])
        found = {}
        for relation in relations:
            target = relation.get("Target", "")
            member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], member)
        return found

    @cached_property
    def sheets(self) -> list[SheetInfo]:
        """The worksheets in the workbook's order; charts and macros sheets are none."""
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
        part = self._part("sharedStrings")
        return _ITEM.findall(part.decode("utf-8-sig")) if part is not None else []

    def string(self, index: int) -> str:
        """A shared text; phonetic hints are left out."""
        xml = self._strings[index]
        return decode("".join(_TEXT.findall(_PHONETIC.sub("", xml) if "rPh" in xml else xml)))

    @cached_property
    def formats(self) -> list[str]:
        """The number format of each cell style."""
        part = self._part("styles")
        if part is None:
            return ["General"]
        root = ET.fromstring(part)
        own = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "General")
            for element in root.iter()
            if _local(element.tag) == "numFmt"
        }
        found = []
        for group in root:
            if _local(group.tag) == "cellXfs":
                for style in group:
                    code = int(style.get("numFmtId", "0"))
                    found.append(own.get(code) or BUILTIN_FORMATS.get(code, "General"))
        return found or ["General"]

    @cached_property
    def date_styles(self) -> list[bool]:
        """Which cell styles show a date."""
        return [is_date_format(code) for code in self.formats]

    def _part(self, kind: str) -> bytes | None:
        for found, member in self._targets.values():
            if found == kind:
                return self._parts.get(member)
        return None

    def xml(self, sheet: SheetInfo) -> str:
        """The sheet's own XML."""
        with zipfile.ZipFile(self.path) as package:
            content = package.read(sheet.member)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise refuse(self.path, f"sheet {sheet.name} is not UTF-8") from None
