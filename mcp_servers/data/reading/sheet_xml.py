"""A worksheet's XML as rows and cells with their places in the text, so that it can be read and also spliced.

Attribute values hold no `<`, so tags can be found by pattern once comments, CDATA and own entities are ruled out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple
from xml.sax.saxutils import unescape

_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"|([\w:]+)\s*=\s*\'([^\']*)\'')
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CHARACTER = re.compile(r"&#(x[0-9A-Fa-f]+|\d+);")


class CellXml(NamedTuple):
    """One cell. `start` and `end` are its place in the XML; `text` is its raw value, decoded."""

    column: int
    start: int
    end: int
    style: int
    kind: str
    text: str | None
    formula: str | None


class RowXml(NamedTuple):
    """One row. `tag_end` is where its cells begin, `close` where they end; equal to `end` for an empty tag."""

    number: int
    hidden: bool
    start: int
    tag_end: int
    close: int
    end: int


class UnusualXmlError(ValueError):
    """XML that is damaged, or legal but such that no spreadsheet program writes it; it is neither read nor edited."""


def check_usual(xml: str, what: str) -> None:
    """Refuse XML in which tags cannot be found by pattern."""
    if "<!--" in xml or "<![CDATA[" in xml or "<!DOCTYPE" in xml:
        raise UnusualXmlError(f"{what} holds comments, CDATA or a document type")


def texts_pattern(prefix: str) -> re.Pattern[str]:
    """Finds the texts of a cell or of a shared text: several where they are formatted; an empty tag is an empty one."""
    return re.compile(rf"<{prefix}t(?:\s[^>]*?)?(?:/>|>(.*?)</{prefix}t>)", re.DOTALL)


def attributes(tag: str) -> dict[str, str]:
    """A tag's attributes."""
    return {a or c: decode(b if a else d) for a, b, c, d in _ATTRIBUTE.findall(tag)}


def decode(text: str) -> str:
    """Character data as text."""
    if "&" not in text:
        return text
    numbered = _CHARACTER.sub(lambda m: chr(int(m[1][1:], 16) if m[1][0] == "x" else int(m[1])), text)
    return unescape(numbered, _ENTITIES)


def unescape_controls(text: str) -> str:
    """Excel writes control characters as _x000D_."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@cache
def column_index(letters: str) -> int:
    """A is 0; raises UnusualXmlError beyond XFD."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    if index > _LAST_COLUMN:
        raise UnusualXmlError(f"a cell stands in column {letters}, and XFD is a sheet's last")
    return index - 1


def column_letters(index: int) -> str:
    """0 is A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged range: first and last row (1-based) and column (0-based)."""

    top: int
    left: int
    bottom: int
    right: int


class SheetXml:
    """One worksheet's XML."""

    def __init__(self, xml: str) -> None:
        check_usual(xml, "the sheet's XML")
        self.xml = xml
        root = re.search(r"<((?:\w+:)?)worksheet\b", xml)
        if root is None:
            raise UnusualXmlError("the sheet's XML has no worksheet")
        if not xml.rstrip().endswith(f"</{root[1]}worksheet>"):
            raise UnusualXmlError("the sheet's XML breaks off before its end")
        prefix = re.escape(root[1])
        self.prefix = root[1]
        self._row = re.compile(rf"<{prefix}row\b([^>]*?)(/?)>")
        self._row_end = f"</{root[1]}row>"
        # Nearly every cell has the first form; whatever else is legal has the second.
        self._cell = re.compile(
            rf'<{prefix}c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?'
            rf"(?:/>|><{prefix}v>([^<]*)</{prefix}v></{prefix}c>)"
            rf"|<{prefix}c\b([^>]*?)(?:/>|>(.*?)</{prefix}c>)",
            re.DOTALL,
        )
        self._value = re.compile(rf"<{prefix}v\b[^>]*>(.*?)</{prefix}v>", re.DOTALL)
        self._formula = re.compile(rf"<{prefix}f\b[^>]*?(?:/>|>(.*?)</{prefix}f>)", re.DOTALL)
        self._inline = texts_pattern(prefix)
        self._phonetic = re.compile(rf"<{prefix}rPh\b.*?</{prefix}rPh>", re.DOTALL)

    @cached_property
    def rows(self) -> dict[int, RowXml]:
        """Every row that the sheet writes down, by number."""
        found: dict[int, RowXml] = {}
        number = position = 0
        last = self.xml.find(f"</{self.prefix}sheetData>")
        while last >= 0 and (match := self._row.search(self.xml, position, last)) is not None:
            known = attributes(match[1])
            above, number = number, int(known.get("r", number + 1))
            if not above < number <= _LAST_ROW:
                raise UnusualXmlError(f"the sheet's rows are out of order: row {number} comes after row {above}")
            hidden = known.get("hidden", "0") in ("1", "true")
            tag_end = match.end()
            close = tag_end if match[2] else self.xml.find(self._row_end, tag_end, last)
            if close < 0:
                raise UnusualXmlError(f"the sheet's XML breaks off in row {number}")
            end = close if match[2] else close + len(self._row_end)
            found[number] = RowXml(number, hidden, match.start(), tag_end, close, end)
            position = end
        return found

    def cells(self, row: RowXml) -> Iterator[CellXml]:
        """A row's cells in order."""
        column = -1
        for match in self._cell.finditer(self.xml, row.tag_end, row.close):
            letters, style, kind, value, tag, inner = match.groups()
            if letters is not None:
                column = column_index(letters)
                text = decode(value) if value is not None else None
                yield CellXml(column, match.start(), match.end(), int(style or 0), kind or "n", text, None)
            else:
                cell = self._unusual(match.start(), match.end(), tag, inner, column)
                column = cell.column
                yield cell

    def _unusual(self, start: int, end: int, tag: str, inner: str | None, before: int) -> CellXml:
        known = attributes(tag)
        place = _REFERENCE.match(known.get("r", ""))
        column = column_index(place[1]) if place is not None else before + 1
        kind = known.get("t", "n")
        text = formula = None
        if inner:
            text = self._text(inner, kind)
            if (written := self._formula.search(inner)) is not None:
                formula = decode(written[1] or "")
        return CellXml(column, start, end, int(known.get("s", 0)), kind, text, formula)

    def last_filled(self, row: RowXml, fills: Callable[[CellXml], bool]) -> int:
        """The last column of a row whose cell `fills` it; -1 where none does."""
        start = row.close
        while (start := self.xml.rfind(f"<{self.prefix}c ", row.tag_end, start)) >= 0:
            cell = next(self.cells(row._replace(tag_end=start)), None)
            if cell is not None and fills(cell):
                # A cell without a reference stands where all before it put it.
                referred = 'r="' in self.xml[start : cell.end]
                return cell.column if referred else max(one.column for one in self.cells(row))
        return -1

    def _text(self, inner: str, kind: str) -> str | None:
        if kind == "inlineStr":
            return decode("".join(self._inline.findall(self._phonetic.sub("", inner))))
        value = self._value.search(inner)
        return decode(value[1]) if value is not None else None

    @cached_property
    def merged(self) -> list[Merged]:
        """The merged ranges."""
        found = []
        for reference in re.findall(rf'<{re.escape(self.prefix)}mergeCell\b[^>]*\bref="([^"]+)"', self.xml):
            first, _, last = reference.partition(":")
            one, two = _REFERENCE.match(first), _REFERENCE.match(last or first)
            if one is not None and two is not None:
                found.append(Merged(int(one[2]), column_index(one[1]), int(two[2]), column_index(two[1])))
        return found

    @cached_property
    def hidden_columns(self) -> list[int]:
        """The hidden columns."""
        found: list[int] = []
        for tag in re.findall(rf"<{re.escape(self.prefix)}col\b[^>]*>", self.xml):
            known = attributes(tag)
            if known.get("hidden", "0") in ("1", "true"):
                found.extend(range(int(known["min"]) - 1, min(int(known["max"]), 16384)))
        return found
